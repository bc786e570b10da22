-- A file has no server to ask.
select $1
 where false
