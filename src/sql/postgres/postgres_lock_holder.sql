-- Who has the lock with the key $1, in words; no row where nobody has.
select 'process ' || l.pid || ' ('
       || pg_catalog.concat_ws(
              ', ', nullif(a.application_name, ''), a.usename,
              'from ' || pg_catalog.host(a.client_addr),
              a.state || ' for '
              || extract(epoch from pg_catalog.clock_timestamp()
                                    - a.state_change)::pg_catalog.int8 || ' s')
       || ')'
  from pg_catalog.pg_locks l
  join pg_catalog.pg_database d on d.oid = l.database
  left join pg_catalog.pg_stat_activity a on a.pid = l.pid
 where d.datname = pg_catalog.current_database()
   and l.locktype = 'advisory'
   and l.classid = 1685415284
   and l.objid = ($1::pg_catalog.int8 & 4294967295)::pg_catalog.oid
   and l.objsubid = 2
   and l.granted
