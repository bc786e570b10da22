-- Where the database is: its file, or nothing for one in memory.
select coalesce(max(nullif(file, '')), '') as place
  from pragma_database_list
 where name = 'main'
