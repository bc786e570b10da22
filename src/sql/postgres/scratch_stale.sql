-- The scratch databases that nobody uses any more: their process was killed.
-- Each is locked.
select d.datname
  from pg_catalog.pg_database d
 where d.datname like 'duet\_scratch\_%'
   and pg_catalog.pg_try_advisory_lock(pg_catalog.hashtext('duet scratch'),
                                       pg_catalog.hashtext(d.datname::text))
 order by d.datname
