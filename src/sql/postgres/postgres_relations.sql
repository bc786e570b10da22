-- Tables, partitions among them, views, and sequences.
select case when c.relkind in ('r', 'p') then 'table'
            when c.relkind = 'S' then 'sequence'
            else 'view'
       end as kind,
       c.oid as id,
       nullif(n.nspname, pg_catalog.current_schema()) as schema,
       c.relname as name,
       case when c.relkind in ('r', 'p') and c.relpersistence = 'u'
            then 'yes'
       end as unlogged,
       case when c.relkind = 'p' then pg_catalog.pg_get_partkeydef(c.oid)
       end as partition_by,
       case when c.relispartition
            then parent.names || ' '
                 || pg_catalog.pg_get_expr(c.relpartbound, c.oid)
       end as partition_of,
       case when not c.relispartition then parent.names end as inherits,
       -- those of the table that holds its long values are the table's
       case when c.reloptions is not null or t.reloptions is not null
            then (select pg_catalog.string_agg(o.option, ', '
                                               order by o.option)
                    from (select pg_catalog.unnest(c.reloptions)
                           union all
                          select 'toast.' || pg_catalog.unnest(t.reloptions))
                         o (option))
       end as options,
       case when c.relkind in ('v', 'm')
            then pg_catalog.btrim(pg_catalog.pg_get_viewdef(c.oid, true),
                                  E' \n;')
       end as definition,
       case when c.relkind = 'm' then 'yes' end as materialized,
       case when s.seqtypid <> 'bigint'::pg_catalog.regtype
            then pg_catalog.format_type(s.seqtypid, null)
       end as type,
       nullif(pg_catalog.concat_ws(
           ' ',
           case when s.seqstart <> case when s.seqincrement > 0
                                        then s.seqmin else s.seqmax
                                   end
                then 'start ' || s.seqstart
           end,
           case when s.seqincrement <> 1 then 'increment ' || s.seqincrement
           end,
           case when s.seqmin <> case when s.seqincrement > 0
                                      then 1 else r.lowest
                                 end
                then 'minvalue ' || s.seqmin
           end,
           case when s.seqmax <> case when s.seqincrement > 0
                                      then r.highest else -1
                                 end
                then 'maxvalue ' || s.seqmax
           end,
           case when s.seqcache <> 1 then 'cache ' || s.seqcache end,
           case when s.seqcycle then 'cycle' end), '') as sequence,
       d.description as comment
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join pg_catalog.pg_sequence s on s.seqrelid = c.oid
  left join (values ('smallint'::pg_catalog.regtype,
                     -32768::pg_catalog.int8, 32767::pg_catalog.int8),
                    ('integer', -2147483648, 2147483647),
                    ('bigint', -9223372036854775808, 9223372036854775807))
       r (type, lowest, highest)
    on r.type = s.seqtypid
  left join pg_catalog.pg_class t on t.oid = c.reltoastrelid
  left join (select objoid, description
               from pg_catalog.pg_description
              where classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
                and objoid >= 16384 -- what initdb has not made
                and objsubid = 0
             offset 0) d on d.objoid = c.oid
 cross join lateral
       (select pg_catalog.string_agg(i.inhparent::pg_catalog.regclass::text,
                                     ', ' order by i.inhseqno) as names
          from pg_catalog.pg_inherits i
         where i.inhrelid = c.oid) parent
 where c.relkind in ('r', 'p', 'v', 'm', 'S')
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and not exists (select
                     from pg_catalog.pg_depend e
                    where e.classid = 'pg_catalog.pg_class'::regclass
                      and e.objid = c.oid
                      and e.deptype = 'e')
 order by c.oid
