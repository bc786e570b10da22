-- The columns of table $1: name, quoted name, type, position in the primary
-- key or 0, whether it is a boolean kept as a number, the value `$?` as the
-- column takes it, the comparison with such a value, and how to sort by it so
-- that all agree.
--
-- A cast rounds to the column's precision as storing does, but what is too
-- long it would cut: so lengths are not part of the type.
with recursive columns as (
    select a.attname, a.attnum, a.attrelid, a.atttypid, a.attcollation,
           pg_catalog.format_type(
               a.atttypid,
               case when pg_catalog.ltrim(t.typname, '_')
                         in ('numeric', 'interval', 'time', 'timetz',
                             'timestamp', 'timestamptz')
                    then a.atttypmod
                    else -1
               end) as type
      from pg_catalog.pg_attribute a
      join pg_catalog.pg_type t on t.oid = a.atttypid
     where a.attrelid = $1::pg_catalog.oid
       and a.attnum > 0
       and not a.attisdropped
),
-- what the type of a column, such as a domain or an array, is made of
parts (whole, type) as (
    select atttypid, atttypid
      from columns
     union
    select p.whole, case when t.typtype = 'd' then t.typbasetype
                         else t.typelem
                    end
      from parts p
      join pg_catalog.pg_type t on t.oid = p.type
     where t.typtype = 'd' or t.typelem <> 0
),
made as (
    select p.whole,
           pg_catalog.bool_or(t.typname = 'json') as of_json,
           pg_catalog.bool_or(t.typname in ('xml', 'jsonpath', 'point', 'line',
                                            'lseg', 'box', 'path', 'polygon',
                                            'circle')) as of_shapes,
           case when pg_catalog.bool_or(t.typcategory = 'A')
                then '[]' else ''
           end as brackets
      from parts p
      join pg_catalog.pg_type t on t.oid = p.type
     where t.typnamespace = 'pg_catalog'::pg_catalog.regnamespace
     group by p.whole
)
select c.attname,
       pg_catalog.quote_ident(c.attname),
       c.type,
       coalesce(pg_catalog.array_position(k.conkey, c.attnum), 0),
       false,
       pg_catalog.format('($?)::%s', c.type),
       case when made.of_json
            then pg_catalog.format('%I::pg_catalog.jsonb%s is not distinct '
                                   'from ($?)::%s::pg_catalog.jsonb%s',
                                   c.attname, made.brackets, c.type,
                                   made.brackets)
            -- without an equality, or one that means something else
            when made.of_shapes
            then pg_catalog.format('%I::pg_catalog.text is not distinct from '
                                   '($?)::%s::pg_catalog.text',
                                   c.attname, c.type)
            else pg_catalog.format('%I is not distinct from ($?)::%s',
                                   c.attname, c.type)
       end,
       case when c.attcollation = 0 then '' else ' collate "C"' end
  from columns c
  left join pg_catalog.pg_constraint k
    on k.conrelid = c.attrelid
   and k.contype = 'p'
  left join made on made.whole = c.atttypid
 order by c.attnum
