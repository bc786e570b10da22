-- The indexes of tables and materialized views, a row for each of their parts;
-- not those that serve a constraint, nor those of a partition that are its
-- parent's.
select 'index' as kind,
       i.indexrelid as id,
       i.indrelid as owner,
       c.relname as name,
       case when i.indisunique then 'yes' end as unique,
       nullif(m.amname, 'btree') as method,
       case when i.indisunique
             and (select indnullsnotdistinct from (select i.*) present)
            then 'yes'
       end as nulls_not_distinct,
       pg_catalog.pg_get_expr(i.indpred, i.indrelid) as predicate,
       case when c.reloptions is not null
            then (select pg_catalog.string_agg(o.option, ', '
                                               order by o.option)
                    from pg_catalog.unnest(c.reloptions) o (option))
       end as options,
       case when not (i.indisvalid and i.indisready) then 'yes' end as invalid,
       d.description as comment,
       a.attname as part_column,
       case when u.number = 0
            -- a call of a function stands without parentheses
            then case when e.text like '(%'
                      then pg_catalog.substr(e.text, 2,
                                             pg_catalog.length(e.text) - 2)
                      else e.text
                 end
       end as part_expression,
       -- what collation an expression has tells only the whole definition
       case when case when u.number = 0 and u.collation_id <> 0
                      then pg_catalog.strpos(
                               pg_catalog.pg_get_indexdef(i.indexrelid, 0,
                                                          true),
                               e.text || ' COLLATE ') > 0
                      else u.collation_id <> a.attcollation
                 end
            then (select case when pg_catalog.pg_collation_is_visible(l.oid)
                              then l.collname
                              else n.nspname || '.' || l.collname
                         end
                    from pg_catalog.pg_collation l
                    join pg_catalog.pg_namespace n on n.oid = l.collnamespace
                   where l.oid = u.collation_id)
       end as part_collation,
       o.name as part_operator_class,
       case when u.option & 1 <> 0 then 'yes' end as part_descending,
       case when u.option & 2 <> 0 then 'yes' end as part_nulls_first,
       case when u.position > i.indnkeyatts then 'yes' end as part_included
  from pg_catalog.pg_index i
  join pg_catalog.pg_class c on c.oid = i.indexrelid
  join pg_catalog.pg_am m on m.oid = c.relam
 -- PostgreSQL 14 has no such column, so that this one is meant
 cross join (select false as indnullsnotdistinct) absent
  left join (select objoid, description
               from pg_catalog.pg_description
              where classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
                and objoid >= 16384 -- what initdb has not made
                and objsubid = 0
             offset 0) d on d.objoid = i.indexrelid
 cross join lateral rows from (pg_catalog.unnest(i.indkey::int2[]),
                               pg_catalog.unnest(i.indclass::oid[]),
                               pg_catalog.unnest(i.indcollation::oid[]),
                               pg_catalog.unnest(i.indoption::int2[]))
       with ordinality u (number, class_id, collation_id, option, position)
  left join pg_catalog.pg_attribute a
    on a.attrelid = i.indrelid
   and a.attnum = u.number
   and u.number <> 0
  -- the part as a column of the index
  left join pg_catalog.pg_attribute p
    on p.attrelid = i.indexrelid
   and p.attnum = u.position
  left join lateral
       (select pg_catalog.pg_get_indexdef(i.indexrelid, u.position::int4, true)
               as text
         where u.number = 0
        offset 0) e on true
  left join lateral
       (select case when pg_catalog.pg_opclass_is_visible(o.oid) then ''
                    else o.opcnamespace::pg_catalog.regnamespace || '.'
               end
               || pg_catalog.quote_ident(o.opcname)
               || coalesce(' (' || pg_catalog.array_to_string(p.attoptions,
                                                              ', ')
                           || ')', '') as name
          from pg_catalog.pg_opclass o
         where o.oid = u.class_id
           and (not o.opcdefault
                or p.attoptions is not null
                -- the default of a type that this one is made of
                or o.opcintype <> coalesce(a.atttypid, p.atttypid)
               and (o.opcmethod, coalesce(a.atttypid, p.atttypid))
                   in (select opcmethod, opcintype
                         from pg_catalog.pg_opclass
                        where opcdefault))) o on true
 where i.indrelid >= 16384
   and not c.relispartition
   and c.relpersistence <> 't'
   and i.indexrelid not in (select conindid
                              from pg_catalog.pg_constraint
                             where contype in ('p', 'u', 'x'))
 order by i.indrelid, i.indexrelid, u.position
