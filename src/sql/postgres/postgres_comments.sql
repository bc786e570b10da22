-- Comments, and security labels, on what has no attribute in the model to take
-- them.
with remark (class_id, id, part, what, start, text) as (
    select d.classoid, d.objoid, d.objsubid, 'comment', 'comment on ',
           d.description
      from pg_catalog.pg_description d
      left join pg_catalog.pg_class c
        on d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
       and c.oid = d.objoid
      left join pg_catalog.pg_type t
        on d.classoid = 'pg_catalog.pg_type'::pg_catalog.regclass
       and t.oid = d.objoid
      left join pg_catalog.pg_constraint k
        on d.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
       and k.oid = d.objoid
      left join pg_catalog.pg_trigger g
        on d.classoid = 'pg_catalog.pg_trigger'::pg_catalog.regclass
       and g.oid = d.objoid
      -- the relation that it is about, or a part of
      left join pg_catalog.pg_class r
        on r.oid = coalesce(c.oid, k.conrelid, g.tgrelid)
     where case
               when c.oid is not null and d.objsubid > 0
               then r.relkind not in ('r', 'p')
               when c.relkind in ('i', 'I')
               then exists (select
                              from pg_catalog.pg_constraint s
                             where s.conindid = c.oid
                               and s.contype in ('p', 'u', 'x'))
               when c.relkind = 'S'
               then exists (select
                              from pg_catalog.pg_depend p
                             where p.classid = d.classoid
                               and p.objid = c.oid
                               and p.deptype in ('a', 'i'))
               when c.oid is not null
               then r.relkind not in ('r', 'p', 'v', 'm')
               when t.oid is not null then t.typtype <> 'e'
               when k.oid is not null
               then r.oid is null
                 or r.relkind not in ('r', 'p')
                 or k.contype not in ('p', 'u', 'f', 'c')
                 or k.conexclop is not null
               when g.oid is not null then r.relkind = 'f'
               when d.classoid
                    = 'pg_catalog.pg_namespace'::pg_catalog.regclass
               then d.objoid >= 16384
                 or d.description <> 'standard public schema'
                and d.objoid = pg_catalog.to_regnamespace('public')
               -- an extension brings its own
               when d.classoid
                    = 'pg_catalog.pg_extension'::pg_catalog.regclass
               then not exists
                    (select
                       from pg_catalog.pg_extension e
                       join pg_catalog.pg_available_extensions() v
                         on v.name = e.extname
                      where e.oid = d.objoid
                        and v.comment = d.description)
               else true
           end
     union all
    select l.classoid, l.objoid, l.objsubid, 'security label',
           pg_catalog.format('security label for %I on ', l.provider),
           l.label
      from pg_catalog.pg_seclabel l
)
select 'other' as kind,
       m.what,
       o.type || ' ' || o.identity as name,
       m.start || o.type || ' ' || o.identity || ' is '
       || pg_catalog.quote_literal(m.text) as definition
  from remark m
 cross join lateral pg_catalog.pg_identify_object(m.class_id, m.id, m.part) i
  left join pg_catalog.pg_namespace n
    on pg_catalog.quote_ident(n.nspname) = i.schema
 -- as a statement calls it, without the names of schemas that go without
 cross join lateral
       (select pg_catalog.regexp_replace(
                   i.identity,
                   '(^|[ (,])(pg_catalog|' || pg_catalog.regexp_replace(
                       pg_catalog.quote_ident(pg_catalog.current_schema()),
                       '([^[:alnum:]])', '\\\1', 'g') || ')\.',
                   '\1', 'g')) l (identity)
 cross join lateral
       (select case when i.type like '% column' then 'column'
                    when i.type like '% constraint' then 'constraint'
                    when i.type = 'statistics object' then 'statistics'
                    else pg_catalog.replace(i.type, '-', ' ')
               end,
               case when i.type = 'domain constraint'
                    then pg_catalog.replace(l.identity, ' on ', ' on domain ')
                    else l.identity
               end) o (type, identity)
 where (m.id >= 16384 -- what initdb has not made
        or m.class_id = 'pg_catalog.pg_namespace'::pg_catalog.regclass)
   and (n.nspname is null
        or n.nspname !~ '^pg_' and n.nspname <> 'information_schema')
   and not exists (select
                     from pg_catalog.pg_depend e
                    where e.classid = m.class_id
                      and e.objid = m.id
                      and e.deptype = 'e')
