-- The types that a user made: enums, and by their definition domains,
-- composite types, ranges and base types; collations, too.  What comes with a
-- table, a range or an array is a part of that.
select case when t.typtype = 'e' then 'enum' else 'other' end as kind,
       nullif(n.nspname, pg_catalog.current_schema()) as schema,
       t.typname as name,
       case when t.typtype = 'e'
            then (select coalesce(
                             pg_catalog.string_agg(
                                 '''' || pg_catalog.replace(e.enumlabel, '''',
                                                            '''''') || '''',
                                 ', ' order by e.enumsortorder), '')
                    from pg_catalog.pg_enum e
                   where e.enumtypid = t.oid)
       end as labels,
       case when t.typtype = 'e' then d.description end as comment,
       case t.typtype when 'd' then 'domain'
                      when 'c' then 'composite type'
                      when 'r' then 'range type'
                      when 'e' then null
                      else 'type'
       end as what,
       case when t.typtype = 'd'
            then pg_catalog.concat_ws(
                     ' ', 'create domain', i.name, 'as',
                     pg_catalog.format_type(t.typbasetype, t.typtypmod),
                     (select 'collate ' || t.typcollation::regcollation
                        from pg_catalog.pg_type b
                       where b.oid = t.typbasetype
                         and b.typcollation <> t.typcollation),
                     'default ' || pg_catalog.pg_get_expr(t.typdefaultbin, 0),
                     case when t.typnotnull then 'not null' end,
                     (select pg_catalog.string_agg(
                                 pg_catalog.format(
                                     'constraint %I %s', k.conname,
                                     pg_catalog.pg_get_constraintdef(k.oid)),
                                 ' ' order by k.conname)
                        from pg_catalog.pg_constraint k
                       where k.contypid = t.oid
                         and k.contype = 'c'))
            when t.typtype = 'c'
            then pg_catalog.format(
                     'create type %s as (%s)', i.name,
                     (select pg_catalog.string_agg(
                                 pg_catalog.concat_ws(
                                     ' ', pg_catalog.quote_ident(a.attname),
                                     pg_catalog.format_type(a.atttypid,
                                                            a.atttypmod),
                                     case when a.attcollation <> b.typcollation
                                          then 'collate '
                                               || a.attcollation::regcollation
                                     end),
                                 ', ' order by a.attnum)
                        from pg_catalog.pg_attribute a
                        join pg_catalog.pg_type b on b.oid = a.atttypid
                       where a.attrelid = t.typrelid
                         and a.attnum > 0
                         and not a.attisdropped))
            when t.typtype = 'r'
            then pg_catalog.format(
                     'create type %s as range (%s)', i.name,
                     (select pg_catalog.concat_ws(
                                 ', ',
                                 'subtype = '
                                 || pg_catalog.format_type(r.rngsubtype, null),
                                 case when not o.opcdefault
                                      then 'subtype_opclass = '
                                           || case when pg_catalog
                                                        .pg_opclass_is_visible(
                                                            o.oid)
                                                   then ''
                                                   else o.opcnamespace
                                                        ::regnamespace || '.'
                                              end
                                           || pg_catalog.quote_ident(o.opcname)
                                 end,
                                 case when r.rngcollation <> b.typcollation
                                      then 'collation = '
                                           || r.rngcollation::regcollation
                                 end,
                                 'canonical = '
                                 || nullif(r.rngcanonical, 0)::regproc,
                                 'subtype_diff = '
                                 || nullif(r.rngsubdiff, 0)::regproc,
                                 -- a column of PostgreSQL 14 and newer
                                 'multirange_type_name = '
                                 || (pg_catalog.to_jsonb(r)
                                     ->> 'rngmultitypid')::oid::regtype)
                        from pg_catalog.pg_range r
                        join pg_catalog.pg_type b on b.oid = r.rngsubtype
                        join pg_catalog.pg_opclass o on o.oid = r.rngsubopc
                       where r.rngtypid = t.oid))
            when t.typtype = 'e' then null
            when not t.typisdefined then 'create type ' || i.name
            else pg_catalog.format(
                     'create type %s (%s)', i.name,
                     pg_catalog.concat_ws(
                         ', ',
                         'input = ' || t.typinput::regproc,
                         'output = ' || t.typoutput::regproc,
                         'receive = ' || nullif(t.typreceive, 0)::regproc,
                         'send = ' || nullif(t.typsend, 0)::regproc,
                         'typmod_in = ' || nullif(t.typmodin, 0)::regproc,
                         'typmod_out = ' || nullif(t.typmodout, 0)::regproc,
                         'analyze = ' || nullif(t.typanalyze, 0)::regproc,
                         -- a column of PostgreSQL 14 and newer
                         'subscript = '
                         || nullif(pg_catalog.to_jsonb(t) ->> 'typsubscript',
                                   '-'),
                         'internallength = '
                         || case when t.typlen > 0 then t.typlen::text
                                 else 'variable'
                            end,
                         case when t.typbyval then 'passedbyvalue' end,
                         'alignment = '
                         || case t.typalign when 'c' then 'char'
                                            when 's' then 'int2'
                                            when 'i' then 'int4'
                                            when 'd' then 'double'
                            end,
                         'storage = '
                         || case t.typstorage when 'p' then 'plain'
                                              when 'e' then 'external'
                                              when 'x' then 'extended'
                                              when 'm' then 'main'
                            end,
                         'category = '
                         || pg_catalog.quote_literal(t.typcategory::text),
                         case when t.typispreferred then 'preferred = true'
                         end,
                         'default = '
                         || pg_catalog.quote_literal(t.typdefault),
                         'element = '
                         || pg_catalog.format_type(nullif(t.typelem, 0), null),
                         'delimiter = '
                         || pg_catalog.quote_literal(t.typdelim::text),
                         case when t.typcollation <> 0
                              then 'collatable = true'
                         end))
       end as definition
  from pg_catalog.pg_type t
  join pg_catalog.pg_namespace n on n.oid = t.typnamespace
 cross join lateral (select t.oid::pg_catalog.regtype::text as name) i
  left join pg_catalog.pg_description d
    on d.classoid = 'pg_catalog.pg_type'::pg_catalog.regclass
   and d.objoid = t.oid
   and d.objsubid = 0
 where t.oid >= 16384 -- what initdb has not made
   and t.typtype in ('e', 'd', 'c', 'r', 'b', 'p')
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and not exists (select
                     from pg_catalog.pg_depend p
                    where p.classid = 'pg_catalog.pg_type'::regclass
                      and p.objid = t.oid
                      and p.deptype in ('e', 'i'))
 union all
select 'other',
       nullif(n.nspname, pg_catalog.current_schema()),
       l.collname,
       null,
       null,
       'collation',
       pg_catalog.format(
           'create collation %s (%s)', l.oid::regcollation,
           pg_catalog.concat_ws(
               ', ',
               'provider = '
               || case l.collprovider when 'i' then 'icu'
                                      when 'c' then 'libc'
                                      when 'b' then 'builtin'
                                      else 'default'
                  end,
               -- which of them there are depends on the version
               'locale = '
               || pg_catalog.quote_literal(coalesce(v.js ->> 'colllocale',
                                                    v.js ->> 'colliculocale')),
               'lc_collate = ' || pg_catalog.quote_literal(l.collcollate),
               'lc_ctype = ' || pg_catalog.quote_literal(l.collctype),
               'rules = ' || pg_catalog.quote_literal(v.js ->> 'collicurules'),
               case when not l.collisdeterministic
                    then 'deterministic = false'
               end))
  from pg_catalog.pg_collation l
  join pg_catalog.pg_namespace n on n.oid = l.collnamespace
 cross join lateral (select pg_catalog.to_jsonb(l) as js) v
 where l.oid >= 16384
   and n.nspname !~ '^pg_'
   and not exists (select
                     from pg_catalog.pg_depend p
                    where p.classid = 'pg_catalog.pg_collation'::regclass
                      and p.objid = l.oid
                      and p.deptype = 'e')
 order by 3
