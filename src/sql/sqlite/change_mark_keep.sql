-- Nothing to keep: whoever has begun to write is alone.
select 1
