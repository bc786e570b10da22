-- Writes the query of a text that changes with the schema, as far as it
-- concerns clearing: when something is made (whatever that is depends on
-- something, and oids grow), also by a transaction that runs now, a partition
-- is attached or detached, and when a trigger, a rule or a table that is kept
-- ($1 has their ids) is altered or dropped.  A table that is cleared needs no
-- watching: without it the statements fail.  With $2, also when a column takes
-- its default from another sequence.
--
-- Each part costs time in every clear, so what there is none of is left out,
-- and constraints are: a foreign key makes triggers.  A largest oid would be
-- read from an index with all its neighbours, a larger one is not there; but the
-- text says which it was, so that it is another one when it is asked for anew.
select pg_catalog.format('select pg_catalog.concat_ws('','', %2$s,
               exists (select
                         from pg_catalog.pg_depend
                        where classid = any (%1$L::oid[])
                          and objid > %2$s)', classes,
                         coalesce(newest, 0))
       || case when running <> '{}'
               then pg_catalog.format(',
               (select count(*)
                  from pg_catalog.unnest(%L::xid8[]) x
                 where pg_catalog.pg_visible_in_snapshot(
                           x, pg_catalog.pg_current_snapshot()))', running)
               else ''
          end
       || case when exists (select from pg_catalog.pg_inherits)
               then ',
               (select sum(inhrelid::bigint) from pg_catalog.pg_inherits)'
               else ''
          end
       || coalesce(parts, '')
       || ')'
  from (select ('{pg_catalog.pg_class,pg_catalog.pg_trigger,'
                || case when $2::boolean then 'pg_catalog.pg_attrdef,' else '' end
                || 'pg_catalog.pg_rewrite}')::regclass[]::oid[] as classes,
               array(select pg_catalog.pg_snapshot_xip(
                                pg_catalog.pg_current_snapshot())) as running)
       seen
 cross join lateral
       (select max(d.objid) as newest
          from pg_catalog.unnest(classes) made (id)
         cross join lateral
               (select objid
                  from pg_catalog.pg_depend
                 where classid = made.id
                 order by objid desc
                 limit 1) d) newest
 cross join
       (select pg_catalog.string_agg(
                   pg_catalog.format(',
               (select sum(xmin::text::bigint)
                  from pg_catalog.%I
                 where oid = any (%L::oid[]))', catalog, ids), '') as parts
          from (select 'pg_class', '{' || $1 || '}'
                 union all
                select 'pg_trigger', array(select t.oid
                                             from pg_catalog.pg_trigger t
                                            where not t.tgisinternal
                                               or (t.tgparentid <> 0
                                                   and t.tgconstraint = 0))::text
                 union all
                select 'pg_rewrite', array(select r.oid
                                             from pg_catalog.pg_rewrite r
                                             join pg_catalog.pg_class c
                                               on c.oid = r.ev_class
                                            where c.relkind in ('r', 'p'))::text)
               watched (catalog, ids)
         where ids <> '{}') watched
