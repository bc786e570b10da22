-- SQLite keeps no list of databases.
select $1
 where false
