-- What is there: each relation, whether it is a table, and its columns.
select c.relname,
       c.relkind in ('r', 'p'),
       coalesce(a.attname, '')
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join pg_catalog.pg_attribute a
    on a.attrelid = c.oid
   and a.attnum > 0
   and not a.attisdropped
 where n.nspname = pg_catalog.current_schema()
   and c.relkind in ('r', 'p', 'v', 'm', 'f')
 order by c.relname collate "C", a.attname collate "C"
