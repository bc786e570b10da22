-- The unique indexes of table $1, a row for each of their columns: name of the
-- index, column (NULL for an expression), its collation if it has one,
-- predicate, definition where the predicate must be read from it, whether NULL
-- equals NULL, and for a deferrable constraint the statement that has it
-- checked at once, and the one that has it checked late again if that is what
-- the schema says.  What serves best comes first.
select x.relname,
       a.attname,
       (select pg_catalog.format('%I.%I', n.nspname, l.collname)
          from pg_catalog.pg_collation l
          join pg_catalog.pg_namespace n on n.oid = l.collnamespace
         where l.oid = i.indcollation[u.position - 1]),
       pg_catalog.pg_get_expr(i.indpred, i.indrelid),
       null,
       -- a column of PostgreSQL 15 and newer
       coalesce(pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct' = 'true',
                false),
       case when k.condeferrable
            then pg_catalog.format('set constraints %I.%I immediate',
                                   kn.nspname, k.conname)
       end,
       case when k.condeferred
            then pg_catalog.format('set constraints %I.%I deferred',
                                   kn.nspname, k.conname)
       end
  from pg_catalog.pg_index i
  join pg_catalog.pg_class x on x.oid = i.indexrelid
 cross join lateral pg_catalog.unnest(i.indkey::pg_catalog.int2[])
       with ordinality u (number, position)
  left join pg_catalog.pg_attribute a
    on a.attrelid = i.indrelid
   and a.attnum = u.number
   and u.number <> 0
  left join pg_catalog.pg_constraint k
    on k.conindid = i.indexrelid
   and k.conrelid = i.indrelid
   and k.contype in ('u', 'p')
  left join pg_catalog.pg_namespace kn on kn.oid = k.connamespace
 where i.indrelid = $1::pg_catalog.oid
   and i.indisunique
   and i.indisvalid
   and not i.indisexclusion
   and u.position <= i.indnkeyatts
 order by i.indimmediate desc, i.indpred is not null, x.relname, u.position
