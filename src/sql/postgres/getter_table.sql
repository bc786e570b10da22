-- The table named $1, bare or as SCHEMA.TABLE: id, name as shown, the quoted
-- name, and why rows of it can't be got or created.
select c.oid,
       case when pg_catalog.pg_table_is_visible(c.oid) then c.relname
            else n.nspname || '.' || c.relname
       end,
       pg_catalog.quote_ident(n.nspname) || '.'
       || pg_catalog.quote_ident(c.relname),
       case when c.relkind in ('v', 'm') then 'it is a view'
            when c.relkind = 'f' then 'it is a foreign table'
            when exists (select
                           from pg_catalog.pg_rewrite r
                          where r.ev_class = c.oid
                            and r.ev_type in ('2', '3')
                            and r.ev_enabled <> 'D')
            then 'a rule rewrites what is inserted into it'
       end
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p', 'v', 'm', 'f')
   and (c.relname = $1 and pg_catalog.pg_table_is_visible(c.oid)
        or n.nspname || '.' || c.relname = $1)
 order by c.relname = $1 desc
 limit 1
