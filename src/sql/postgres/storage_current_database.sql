select pg_catalog.current_database()
 where $1::text is null
