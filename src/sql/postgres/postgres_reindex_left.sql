-- What a REINDEX CONCURRENTLY of the index $1, or else of the table $2, has left
-- behind when it was ended: the name of one such index, as SQL.
select pg_catalog.quote_ident(n.nspname) || '.'
       || pg_catalog.quote_ident(c.relname)
  from pg_catalog.pg_index i
  join pg_catalog.pg_class c on c.oid = i.indexrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where not i.indisvalid
   and c.relname ~ '_cc(new|old)[0-9]*$'
   and i.indrelid = coalesce(
           (select o.indrelid
              from pg_catalog.pg_index o
             where o.indexrelid = pg_catalog.to_regclass($1)),
           pg_catalog.to_regclass($2))
 limit 1
