-- The sequences that a table owns or takes defaults from: the table's id, an
-- expression that tells whether the sequence is not at its start, and the
-- statement that restarts it.
select distinct
       coalesce(pg_catalog.pg_partition_root(u.table_id), u.table_id)::oid,
       pg_catalog.format('exists (select from %s'
                         || ' where is_called or last_value <> %s)',
                         s.seqrelid::pg_catalog.regclass, s.seqstart),
       'alter sequence ' || s.seqrelid::pg_catalog.regclass || ' restart'
  from pg_catalog.pg_sequence s
  join (select d.objid as sequence_id, d.refobjid as table_id
          from pg_catalog.pg_depend d
         where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
           and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
           and d.deptype in ('a', 'i')
         union all
        select d.refobjid, a.adrelid
          from pg_catalog.pg_depend d
          join pg_catalog.pg_attrdef a on a.oid = d.objid
         where d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
           and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass) u
    on u.sequence_id = s.seqrelid
 order by 3
