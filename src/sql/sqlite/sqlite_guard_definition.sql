-- How table $1 was made.
select sql
  from main.sqlite_schema
 where type = 'table'
   and name = $1 collate nocase
