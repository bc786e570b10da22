-- Fails unless the change mark is $1: that is no use where whoever has begun to
-- write is alone.
select $1
