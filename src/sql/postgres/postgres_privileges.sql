-- Privileges that differ from what an object's owner and everyone have at
-- first, also on what an extension owns, and those that what is made later will
-- have.
with guarded (id, class_id, namespace_id, owner, kind, what, name, acl,
              part, column_name) as (
    select c.oid, 'pg_catalog.pg_class'::pg_catalog.regclass, c.relnamespace,
           c.relowner,
           case when c.relkind = 'S' then 's' else 'r' end::"char",
           case when c.relkind = 'S' then 'sequence' else 'table' end,
           c.oid::pg_catalog.regclass::text, c.relacl, 0, ''
      from pg_catalog.pg_class c
     where c.oid >= 16384 -- what initdb has not made
       and c.relacl is not null
       and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
     union all
    select c.oid, 'pg_catalog.pg_class'::pg_catalog.regclass, c.relnamespace,
           c.relowner, 'c', 'table', c.oid::pg_catalog.regclass::text,
           a.attacl, a.attnum, pg_catalog.quote_ident(a.attname)
      from pg_catalog.pg_attribute a
      join pg_catalog.pg_class c on c.oid = a.attrelid
     where a.attrelid >= 16384
       and a.attacl is not null
       and not a.attisdropped
     union all
    select f.oid, 'pg_catalog.pg_proc'::pg_catalog.regclass, f.pronamespace,
           f.proowner, 'f',
           case f.prokind when 'p' then 'procedure' else 'function' end,
           f.oid::pg_catalog.regprocedure::text, f.proacl, 0,
           ''
      from pg_catalog.pg_proc f
     where f.oid >= 16384
       and f.proacl is not null
     union all
    select t.oid, 'pg_catalog.pg_type'::pg_catalog.regclass, t.typnamespace,
           t.typowner, 'T', 'type', t.oid::pg_catalog.regtype::text, t.typacl,
           0, ''
      from pg_catalog.pg_type t
     where t.oid >= 16384
       and t.typacl is not null
     union all
    select n.oid, 'pg_catalog.pg_namespace'::pg_catalog.regclass, n.oid,
           n.nspowner, 'n', 'schema', n.oid::pg_catalog.regnamespace::text,
           n.nspacl, 0, ''
      from pg_catalog.pg_namespace n
     where n.nspacl is not null
     union all
    select l.oid, 'pg_catalog.pg_language'::pg_catalog.regclass, null,
           l.lanowner, 'l', 'language', pg_catalog.quote_ident(l.lanname),
           l.lanacl, 0, ''
      from pg_catalog.pg_language l
     where l.lanacl is not null
     union all
    select w.oid, 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass,
           null, w.fdwowner, 'F', 'foreign data wrapper',
           pg_catalog.quote_ident(w.fdwname), w.fdwacl, 0, ''
      from pg_catalog.pg_foreign_data_wrapper w
     where w.fdwacl is not null
     union all
    select s.oid, 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, null,
           s.srvowner, 'S', 'foreign server',
           pg_catalog.quote_ident(s.srvname), s.srvacl, 0, ''
      from pg_catalog.pg_foreign_server s
     where s.srvacl is not null
), difference (id, class_id, namespace_id, what, name, statement) as (
    select g.id, g.class_id, g.namespace_id, g.what, g.name,
           pg_catalog.format(
               case when d.given then 'grant %s on %s %s to %s%s'
                    else 'revoke %s on %s %s from %s'
               end,
               pg_catalog.string_agg(
                   pg_catalog.lower(d.privilege_type)
                   || coalesce(' (' || nullif(g.column_name, '') || ')', ''),
                   ', ' order by d.privilege_type),
               g.what, g.name,
               case when d.grantee = 0 then 'public'
                    else d.grantee::pg_catalog.regrole::text
               end,
               case when d.is_grantable then ' with grant option' else '' end)
      from guarded g
      -- what initdb or an extension has granted was there at first
      left join pg_catalog.pg_init_privs i
        on i.classoid = g.class_id
       and i.objoid = g.id
       and i.objsubid = g.part
     cross join lateral
           (select coalesce(i.initprivs,
                            pg_catalog.acldefault(g.kind, g.owner))) f (acl)
     cross join lateral
           ((select true, x.grantee, x.privilege_type, x.is_grantable
               from pg_catalog.aclexplode(g.acl) x
             except
             select true, x.grantee, x.privilege_type, x.is_grantable
               from pg_catalog.aclexplode(f.acl) x)
             union all
            (select false, x.grantee, x.privilege_type, false
               from pg_catalog.aclexplode(f.acl) x
             except
             select false, x.grantee, x.privilege_type, false
               from pg_catalog.aclexplode(g.acl) x))
           d (given, grantee, privilege_type, is_grantable)
     group by g.id, g.class_id, g.namespace_id, g.what, g.name, g.column_name,
              d.given, d.grantee, d.is_grantable
)
select 'other' as kind,
       'privileges' as what,
       d.what || ' ' || d.name as name,
       pg_catalog.string_agg(d.statement, E';\n' order by d.statement)
       as definition
  from difference d
  left join pg_catalog.pg_namespace n on n.oid = d.namespace_id
 where n.nspname is null
    or n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
 group by d.class_id, d.id, d.what, d.name, n.nspname
 union all
select 'other',
       'default privileges',
       t.what || ' of ' || r.rolname || coalesce(' in ' || n.nspname, ''),
       pg_catalog.string_agg(
           pg_catalog.format(
               case when d.given
                    then 'alter default privileges for role %I%s grant %s on'
                         || ' %s to %s%s'
                    else 'alter default privileges for role %I%s revoke %s on'
                         || ' %s from %s'
               end,
               r.rolname,
               coalesce(' in schema ' || pg_catalog.quote_ident(n.nspname),
                        ''),
               pg_catalog.lower(d.privilege_type),
               t.what,
               case when d.grantee = 0 then 'public'
                    else d.grantee::pg_catalog.regrole::text
               end,
               case when d.is_grantable then ' with grant option' else '' end),
           E';\n' order by d.given, d.grantee::pg_catalog.regrole::text,
                           d.privilege_type)
  from pg_catalog.pg_default_acl a
  join pg_catalog.pg_roles r on r.oid = a.defaclrole
  left join pg_catalog.pg_namespace n on n.oid = a.defaclnamespace
  join (values ('r', 'r', 'tables'), ('S', 's', 'sequences'),
               ('f', 'f', 'functions'), ('T', 'T', 'types'),
               ('n', 'n', 'schemas'), ('L', 'L', 'large objects'))
       t (code, kind, what)
    on t.code::"char" = a.defaclobjtype
 cross join lateral
       (select case when a.defaclnamespace = 0
                    then pg_catalog.acldefault(t.kind::"char", a.defaclrole)
               end) f (acl)
 cross join lateral
       ((select true, x.grantee, x.privilege_type, x.is_grantable
           from pg_catalog.aclexplode(a.defaclacl) x
         except
         select true, x.grantee, x.privilege_type, x.is_grantable
           from pg_catalog.aclexplode(f.acl) x)
         union all
        (select false, x.grantee, x.privilege_type, false
           from pg_catalog.aclexplode(f.acl) x
         except
         select false, x.grantee, x.privilege_type, false
           from pg_catalog.aclexplode(a.defaclacl) x))
       d (given, grantee, privilege_type, is_grantable)
 group by a.oid, n.nspname, t.what, r.rolname
