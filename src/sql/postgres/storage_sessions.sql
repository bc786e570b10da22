-- Who is connected to the database $1, in words.
select pg_catalog.string_agg(
           'process ' || a.pid || ' ('
           || pg_catalog.concat_ws(', ', nullif(a.application_name, ''), a.usename, a.state)
           || ')', ', ' order by a.pid)
  from pg_catalog.pg_stat_activity a
 where a.datname = $1
   and a.pid <> pg_catalog.pg_backend_pid()
