-- Writes the query of a text that changes with the schema, as far as it
-- concerns clearing: when something is made (oids grow, and an index knows the
-- largest), a partition is attached or detached, and when a trigger, a rule or
-- a table that is kept ($1 has their ids) is altered or dropped.  A table that
-- is cleared needs no watching: without it the statements fail.  With $2, also
-- when a column takes its default from another sequence.
--
-- Each part costs time in every clear, so what there is none of is left out,
-- and constraints are: a foreign key makes triggers.
select 'select pg_catalog.concat_ws('','',
               (select max(oid) from pg_catalog.pg_class),
               (select max(oid) from pg_catalog.pg_trigger),
               (select max(oid) from pg_catalog.pg_rewrite)'
       || case when $2::boolean
               then ',
               (select max(oid) from pg_catalog.pg_attrdef)'
               else ''
          end
       || case when exists (select from pg_catalog.pg_inherits)
               then ',
               (select sum(inhrelid::bigint) from pg_catalog.pg_inherits)'
               else ''
          end
       || coalesce(pg_catalog.string_agg(
              pg_catalog.format(',
               (select sum(xmin::text::bigint)
                  from pg_catalog.%I
                 where oid = any (%L::oid[]))', catalog, ids), ''), '')
       || ')'
  from (select 'pg_class', '{' || $1 || '}'
         union all
        select 'pg_trigger', array(select t.oid
                                     from pg_catalog.pg_trigger t
                                    where not t.tgisinternal)::text
         union all
        select 'pg_rewrite', array(select r.oid
                                     from pg_catalog.pg_rewrite r
                                     join pg_catalog.pg_class c
                                       on c.oid = r.ev_class
                                    where c.relkind in ('r', 'p'))::text)
       watched (catalog, ids)
 where ids <> '{}'
