-- What deallocates the statements that were prepared by SQL, or NULL.
select pg_catalog.string_agg(
           'deallocate ' || pg_catalog.quote_ident(name), '; ')
  from pg_catalog.pg_prepared_statements
 where from_sql
