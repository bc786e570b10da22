-- The unique indexes of table $1, a row for each of their columns: name of the
-- index, column (NULL for an expression), collation where it is not the
-- column's own, predicate, definition where the predicate must be read from
-- it, whether NULL equals NULL, and the statement that has a deferrable
-- constraint checked at once.  What serves best comes first.
select x.relname,
       a.attname,
       case when i.indcollation[u.position - 1] <> a.attcollation
            then (select pg_catalog.format('%I.%I', n.nspname, l.collname)
                    from pg_catalog.pg_collation l
                    join pg_catalog.pg_namespace n on n.oid = l.collnamespace
                   where l.oid = i.indcollation[u.position - 1])
       end,
       pg_catalog.pg_get_expr(i.indpred, i.indrelid),
       null,
       -- a column of PostgreSQL 15 and newer
       coalesce(pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct' = 'true',
                false),
       case when not i.indimmediate
            then (select pg_catalog.format('set constraints %I.%I immediate',
                                           n.nspname, k.conname)
                    from pg_catalog.pg_constraint k
                    join pg_catalog.pg_namespace n on n.oid = k.connamespace
                   where k.conindid = i.indexrelid
                     and k.contype in ('u', 'p')
                   limit 1)
       end
  from pg_catalog.pg_index i
  join pg_catalog.pg_class x on x.oid = i.indexrelid
 cross join lateral pg_catalog.unnest(i.indkey::pg_catalog.int2[])
       with ordinality u (number, position)
  left join pg_catalog.pg_attribute a
    on a.attrelid = i.indrelid
   and a.attnum = u.number
   and u.number <> 0
 where i.indrelid = $1::pg_catalog.oid
   and i.indisunique
   and i.indisvalid
   and u.position <= i.indnkeyatts
 order by i.indimmediate desc, i.indpred is not null, x.relname, u.position
