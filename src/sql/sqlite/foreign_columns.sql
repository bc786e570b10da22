-- The tables that may be the ledger of another tool, the table $1 alone if it
-- is not NULL: name, quoted name, and the name of each column.
select m.name,
       '"' || replace(m.name, '"', '""') || '"',
       lower(c.name)
  from main.sqlite_schema m
  join pragma_table_info(m.name) c
 where m.type = 'table'
   and case when $1 is null
            then lower(m.name) in ('schema_migrations', 'schema_migration',
                                   'goose_db_version', '_sqlx_migrations',
                                   'flyway_schema_history', 'schema_version',
                                   '__diesel_schema_migrations',
                                   '_prisma_migrations', 'alembic_version',
                                   'refinery_schema_history')
            else m.name = $1
       end
 order by m.name, c.cid
