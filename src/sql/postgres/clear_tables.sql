-- The tables whose rows can be cleared: id, schema, name, name as shown, what
-- to probe, how to delete, what to count if the deletion does not tell, whether
-- it may turn out to be read-only, why it can't be cleared, and whether it is
-- an extension's own.  A partition goes with its root.
select c.oid,
       n.nspname,
       c.relname,
       case when pg_catalog.pg_table_is_visible(c.oid) then c.relname
            else n.nspname || '.' || c.relname
       end,
       t.target,
       'delete from ' || t.target,
       null,
       false,
       (select 'its partition ' || pg_catalog.quote_literal(f.relname)
               || ' is a foreign table, whose rows are on another server'
          from pg_catalog.pg_partition_tree(c.oid) p
          join pg_catalog.pg_class f on f.oid = p.relid
         where f.relkind = 'f'
         limit 1),
       exists (select
                 from pg_catalog.pg_depend d
                where d.classid = 'pg_catalog.pg_class'::regclass
                  and d.objid = c.oid
                  and d.deptype = 'e')
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 cross join lateral
       (select case c.relkind when 'p' then '' else 'only ' end
               || pg_catalog.quote_ident(n.nspname) || '.'
               || pg_catalog.quote_ident(c.relname) as target) t
 where c.relkind in ('r', 'p')
   and not c.relispartition
   and c.relpersistence <> 't'
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
 order by c.relname, n.nspname
