-- The tables that may be the ledger of another tool, the table $1 alone if it
-- is not NULL: name, quoted name, and the name of each column.
select c.relname,
       pg_catalog.format('%I.%I', n.nspname, c.relname),
       a.attname
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_attribute a
    on a.attrelid = c.oid
   and a.attnum > 0
   and not a.attisdropped
 where c.relkind in ('r', 'p')
   and pg_catalog.pg_table_is_visible(c.oid)
   and case when $1::pg_catalog.text is null
            then c.relname in ('schema_migrations', 'schema_migration',
                               'goose_db_version', '_sqlx_migrations',
                               'flyway_schema_history', 'schema_version',
                               '__diesel_schema_migrations',
                               '_prisma_migrations', 'alembic_version',
                               'refinery_schema_history')
            else c.relname = $1
       end
 order by n.nspname, c.relname, a.attnum
