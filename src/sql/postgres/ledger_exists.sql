-- Whether there is a ledger in the current schema, and the name of that; NULL
-- where no schema of the search path is there.
select exists (select 1
                 from pg_catalog.pg_class c
                 join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                where c.relname = 'duet_migration'
                  and c.relkind in ('r', 'p')
                  and n.nspname = pg_catalog.current_schema()),
       pg_catalog.quote_ident(pg_catalog.current_schema())
