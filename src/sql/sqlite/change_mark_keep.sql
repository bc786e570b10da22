-- Keeps the change mark as it is now: that is no use where whoever has begun
-- to write is alone.
select 1
