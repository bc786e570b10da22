-- A scratch database in memory is nobody else's.
select $1
