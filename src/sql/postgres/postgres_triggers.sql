-- The triggers of tables and views; those of a partition that are its parent's
-- are the parent's.
select 'trigger' as kind,
       t.tgrelid as owner,
       t.tgname as name,
       case when t.tgtype & 2 <> 0 then 'before'
            when t.tgtype & 64 <> 0 then 'instead of'
            else 'after'
       end as timing,
       pg_catalog.concat_ws(
           ', ',
           case when t.tgtype & 4 <> 0 then 'insert' end,
           case when t.tgtype & 8 <> 0 then 'delete' end,
           case when t.tgtype & 32 <> 0 then 'truncate' end,
           case when t.tgtype & 16 <> 0
                then 'update'
                     || coalesce(
                            (select ' of ' || pg_catalog.string_agg(
                                        pg_catalog.quote_ident(a.attname),
                                        ', ' order by u.position)
                               from pg_catalog.unnest(t.tgattr::int2[])
                                    with ordinality u (number, position)
                               join pg_catalog.pg_attribute a
                                 on a.attrelid = t.tgrelid
                                and a.attnum = u.number), '')
           end) as events,
       pg_catalog.pg_get_triggerdef(t.oid, true) as definition,
       d.description as comment
  from pg_catalog.pg_trigger t
  left join pg_catalog.pg_description d
    on d.classoid = 'pg_catalog.pg_trigger'::pg_catalog.regclass
   and d.objoid = t.oid
   and d.objsubid = 0
 where not t.tgisinternal
   and t.tgparentid = 0
 order by t.tgrelid, t.tgname
