select file
  from pragma_database_list
 where name = 'main'
   and $1 is null
