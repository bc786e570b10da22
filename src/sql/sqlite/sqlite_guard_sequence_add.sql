-- The same for a table that has given none yet.
insert into main.sqlite_sequence (name, seq)
select name, cast($2 as integer)
  from main.sqlite_schema
 where type = 'table'
   and name = $1 collate nocase
