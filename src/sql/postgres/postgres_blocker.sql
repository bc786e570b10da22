-- Who is in the way of the process $1, which waits for a lock: one that holds
-- it, before others that wait for it, too.
with wanted as (
    select l.locktype, l.database, l.relation, l.page, l.tuple, l.virtualxid,
           l.transactionid, l.classid, l.objid, l.objsubid
      from pg_catalog.pg_locks l
     where l.pid = $1::pg_catalog.int4
       and not l.granted
), held as (
    select l.pid
      from pg_catalog.pg_locks l
      join wanted w
        on (l.locktype, l.database, l.relation, l.page, l.tuple, l.virtualxid,
            l.transactionid, l.classid, l.objid, l.objsubid)
           is not distinct from
           (w.locktype, w.database, w.relation, w.page, w.tuple, w.virtualxid,
            w.transactionid, w.classid, w.objid, w.objsubid)
     where l.granted
), blocker as (
    select distinct b.pid, b.pid in (select h.pid from held h) or b.pid = 0 as holds
      from pg_catalog.unnest(pg_catalog.pg_blocking_pids($1::pg_catalog.int4)) b (pid)
)
select b.pid,
       a.application_name,
       a.usename,
       a.state,
       extract(epoch from pg_catalog.clock_timestamp() - a.state_change)::pg_catalog.int8,
       extract(epoch from pg_catalog.clock_timestamp() - a.xact_start)::pg_catalog.int8,
       a.query,
       pg_catalog.count(*) over () - 1
  from blocker b
  left join pg_catalog.pg_stat_activity a on a.pid = b.pid
 order by b.holds desc, a.xact_start
 limit 1
