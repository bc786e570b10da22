-- The schema where what is made without naming one goes; NULL: there is none.
select pg_catalog.current_schema()::text
