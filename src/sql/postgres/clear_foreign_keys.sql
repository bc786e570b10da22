-- Who references whom: ids of the referencing and of the referenced table, and
-- the foreign key in words.  A partition stands for its root.
select coalesce(pg_catalog.pg_partition_root(k.conrelid), k.conrelid)::oid,
       coalesce(pg_catalog.pg_partition_root(k.confrelid), k.confrelid)::oid,
       pg_catalog.format('%s(%s) -> %s (%s)', k.conrelid::regclass,
                         (select pg_catalog.string_agg(a.attname, ', '
                                                       order by u.position)
                            from pg_catalog.unnest(k.conkey)
                                 with ordinality u (number, position)
                            join pg_catalog.pg_attribute a
                              on a.attrelid = k.conrelid
                             and a.attnum = u.number),
                         k.confrelid::regclass, k.conname)
  from pg_catalog.pg_constraint k
 where k.contype = 'f'
   and k.conparentid = 0
 order by 3
