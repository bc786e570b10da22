-- SQLite does not know who has a file open.
select $1
 where false
