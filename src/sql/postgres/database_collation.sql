-- How texts sort that have no collation of their own.
select coalesce(nullif(datcollate, 'POSIX'), 'C')
  from pg_catalog.pg_database
 where datname = pg_catalog.current_database()
