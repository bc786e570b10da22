-- A scratch database in memory ends with its process.
select null
 where 1 = 0
