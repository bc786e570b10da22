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
--
-- What a transaction makes that runs now may get a lower oid than what is there
-- already.  So the end of any with a number below that of this one changes the
-- text: it names the first number that none has ended with, or this one's if
-- that is less, and how many run below.  Most of them make nothing, so there is
-- a second query, if any runs: first of a text that would change had they made
-- something, which takes longer, then of the text as it is now.
select 'select pg_catalog.concat_ws('','', ' || steady || running || ')',
       'select pg_catalog.concat_ws('','', ' || steady || made
       || '), pg_catalog.concat_ws('','', ' || steady || running || ')'
  from (select ('{pg_catalog.pg_class,pg_catalog.pg_trigger,'
                || case when $2::boolean then 'pg_catalog.pg_attrdef,' else '' end
                || 'pg_catalog.pg_rewrite}')::regclass[]::oid[] as classes,
               pg_catalog.pg_current_snapshot() as seen,
               case when not pg_catalog.pg_is_in_recovery()
                    then pg_catalog.pg_current_xact_id()
               end as mine) now
 cross join lateral
       (select max(d.objid) as newest
          from pg_catalog.unnest(classes) made (id)
         cross join lateral
               (select objid
                  from pg_catalog.pg_depend
                 where classid = made.id
                 order by objid desc
                 limit 1) d) newest
 cross join lateral
       (select case when pg_catalog.pg_snapshot_xmin(seen) < mine
                    then pg_catalog.format(',
               (select pg_catalog.concat(
                           least(pg_catalog.pg_snapshot_xmax(seen), mine), ''+'',
                           (select count(*)
                              from pg_catalog.pg_snapshot_xip(seen) x
                             where x < mine))
                  from (select pg_catalog.pg_current_snapshot() as seen,
                               %L::xid8 as mine) now)', mine)
                    else ''
               end as running) running
 cross join lateral
       (select case when running <> ''
                    then pg_catalog.format(',
               (select pg_catalog.concat_ws(
                           '','', count(*),
                           sum(pg_catalog.hashoidextended(objid, 0)))
                  from pg_catalog.pg_depend
                 where classid = any (%L::oid[])
                   and objid >= 16384)', classes)
               end as made) made
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
 cross join lateral
       (select pg_catalog.format('%2$s,
               exists (select
                         from pg_catalog.pg_depend
                        where classid = any (%1$L::oid[])
                          and objid > %2$s)', classes, coalesce(newest, 0))
               || case when exists (select from pg_catalog.pg_inherits)
                       then ',
               (select sum(inhrelid::bigint) from pg_catalog.pg_inherits)'
                       else ''
                  end
               || coalesce(parts, '') as steady) steady
