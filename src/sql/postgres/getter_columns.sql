-- The columns of table $1: name, quoted name, type, position in the primary
-- key or 0, whether it is a boolean kept as a number, the comparison with a
-- value that stands for `$?`, and how to sort by it so that all agree.
select a.attname,
       pg_catalog.quote_ident(a.attname),
       pg_catalog.quote_ident(n.nspname) || '.'
       || pg_catalog.quote_ident(t.typname),
       coalesce(pg_catalog.array_position(k.conkey, a.attnum), 0),
       false,
       case when t.typname = 'json'
            then pg_catalog.format('%I::pg_catalog.jsonb is not distinct '
                                   'from ($?)::pg_catalog.jsonb', a.attname)
            -- without an equality, or one that means something else
            when t.typname in ('xml', 'jsonpath', 'point', 'line', 'lseg',
                               'box', 'path', 'polygon', 'circle')
            then pg_catalog.format('%I::pg_catalog.text is not distinct '
                                   'from ($?)::%I.%I::pg_catalog.text',
                                   a.attname, n.nspname, t.typname)
            else pg_catalog.format('%I is not distinct from $?', a.attname)
       end,
       case when a.attcollation = 0 then '' else ' collate "C"' end
  from pg_catalog.pg_attribute a
  join pg_catalog.pg_type t on t.oid = a.atttypid
  join pg_catalog.pg_namespace n on n.oid = t.typnamespace
  left join pg_catalog.pg_constraint k
    on k.conrelid = a.attrelid
   and k.contype = 'p'
 where a.attrelid = $1::pg_catalog.oid
   and a.attnum > 0
   and not a.attisdropped
 order by a.attnum
