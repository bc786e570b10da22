select id
  from db_dbuser
 where email = 'duet@localhost'
