-- What belongs to a table, a view, a sequence or to a part of one and has no
-- attribute in the model: policies, rules, and settings that differ from what
-- everything has at first.  Each is told by the statement that makes it so.
with setting (owner, what, name, definition) as (
    select p.polrelid, 'policy',
           p.polname || ' on ' || c.relname,
           pg_catalog.concat_ws(
               ' ', 'create policy', pg_catalog.quote_ident(p.polname), 'on',
               c.oid::pg_catalog.regclass,
               case when not p.polpermissive then 'as restrictive' end,
               case p.polcmd when 'r' then 'for select'
                             when 'a' then 'for insert'
                             when 'w' then 'for update'
                             when 'd' then 'for delete'
               end,
               (select 'to ' || pg_catalog.string_agg(r.name, ', '
                                                      order by r.name)
                  from (select role::pg_catalog.regrole::text as name
                          from pg_catalog.unnest(p.polroles) u (role)
                         where role <> 0) r),
               'using (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid)
               || ')',
               'with check ('
               || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')')
      from pg_catalog.pg_policy p
      join pg_catalog.pg_class c on c.oid = p.polrelid
     union all
    select r.ev_class, 'rule',
           r.rulename || ' on ' || c.relname,
           pg_catalog.btrim(pg_catalog.pg_get_ruledef(r.oid, true), E' \n;')
           || case r.ev_enabled
                   when 'O' then ''
                   else pg_catalog.format(
                            E';\nalter table %s %s rule %I',
                            c.oid::pg_catalog.regclass,
                            case r.ev_enabled when 'D' then 'disable'
                                              when 'R' then 'enable replica'
                                              else 'enable always'
                            end, r.rulename)
              end
      from pg_catalog.pg_rewrite r
      join pg_catalog.pg_class c on c.oid = r.ev_class
     where r.rulename <> '_RETURN'
     union all
    select t.tgrelid, 'trigger setting',
           t.tgname || ' on ' || c.relname,
           pg_catalog.format('alter table %s %s trigger %I',
                             c.oid::pg_catalog.regclass,
                             case t.tgenabled when 'D' then 'disable'
                                              when 'R' then 'enable replica'
                                              else 'enable always'
                             end, t.tgname)
      from pg_catalog.pg_trigger t
      join pg_catalog.pg_class c on c.oid = t.tgrelid
     where not t.tgisinternal
       and t.tgenabled <> 'O'
     union all
    -- the triggers that check a foreign key have no names to tell
    select t.tgrelid, 'trigger setting',
           k.conname || ' on ' || c.relname,
           pg_catalog.format('alter table %s disable trigger all',
                             c.oid::pg_catalog.regclass)
      from pg_catalog.pg_trigger t
      join pg_catalog.pg_class c on c.oid = t.tgrelid
      join pg_catalog.pg_constraint k on k.oid = t.tgconstraint
     where t.tgisinternal
       and t.tgenabled = 'D'
     group by t.tgrelid, k.conname, c.oid, c.relname
     union all
    select c.oid, s.what, c.relname, s.definition
      from pg_catalog.pg_class c
     cross join lateral (select c.oid::pg_catalog.regclass as name) i
     cross join lateral
           (values ('row security',
                    case when c.relrowsecurity
                         then pg_catalog.format(
                                  'alter table %s enable row level security',
                                  i.name)
                    end),
                   ('forced row security',
                    case when c.relforcerowsecurity
                         then pg_catalog.format(
                                  'alter table %s force row level security',
                                  i.name)
                    end),
                   ('replica identity',
                    case when c.relkind in ('r', 'p')
                          and c.relreplident in ('n', 'f')
                         then pg_catalog.format(
                                  'alter table %s replica identity %s', i.name,
                                  case c.relreplident when 'n' then 'nothing'
                                                      else 'full'
                                  end)
                    end),
                   ('access method',
                    case when c.relkind in ('r', 'p', 'm')
                         then (select pg_catalog.format(
                                          'alter table %s set access method %I',
                                          i.name, m.amname)
                                 from pg_catalog.pg_am m
                                where m.oid = c.relam
                                  and m.amname <> 'heap')
                    end),
                   ('tablespace',
                    (select pg_catalog.format(
                                'alter %s %s set tablespace %I',
                                case c.relkind when 'm'
                                               then 'materialized view'
                                               else 'table'
                                end, i.name, t.spcname)
                       from pg_catalog.pg_tablespace t
                      where t.oid = c.reltablespace)),
                   ('type of the table',
                    case when c.reloftype <> 0
                         then pg_catalog.format(
                                  'alter table %s of %s', i.name,
                                  c.reloftype::pg_catalog.regtype)
                    end),
                   ('unlogged sequence',
                    case when c.relkind = 'S'
                          and c.relpersistence = 'u'
                         then pg_catalog.format('alter sequence %s set unlogged',
                                                i.name)
                    end)) s (what, definition)
     where c.oid >= 16384 -- what initdb has not made
       and c.relkind in ('r', 'p', 'm', 'S')
       and (c.relrowsecurity or c.relforcerowsecurity or c.reltablespace <> 0
            or c.reloftype <> 0
            or case when c.relkind = 'S' then c.relpersistence = 'u'
                    else c.relreplident in ('n', 'f')
                      or c.relam <> (select oid
                                       from pg_catalog.pg_am
                                      where amname = 'heap')
               end)
       and s.definition is not null
     union all
    select n.indrelid, s.what, s.name, s.definition
      from pg_catalog.pg_index n
      join pg_catalog.pg_class x on x.oid = n.indexrelid
      join pg_catalog.pg_class c on c.oid = n.indrelid
     cross join lateral (select x.oid::pg_catalog.regclass,
                                c.oid::pg_catalog.regclass)
                        i (index, owner)
     cross join lateral
           (values ('replica identity', c.relname,
                    case when n.indisreplident
                         then pg_catalog.format(
                                  'alter table %s replica identity'
                                  || ' using index %I', i.owner, x.relname)
                    end),
                   ('clustering', c.relname,
                    case when n.indisclustered
                         then pg_catalog.format('alter table %s cluster on %I',
                                                i.owner, x.relname)
                    end),
                   ('tablespace of index', x.relname,
                    (select pg_catalog.format('alter index %s set tablespace'
                                              || ' %I', i.index, t.spcname)
                       from pg_catalog.pg_tablespace t
                      where t.oid = x.reltablespace)),
                   -- one that serves a constraint is not seen otherwise
                   ('options of index', x.relname,
                    (select pg_catalog.format(
                                'alter index %s set (%s)', i.index,
                                (select pg_catalog.string_agg(
                                            o.option, ', ' order by o.option)
                                   from pg_catalog.unnest(x.reloptions)
                                        o (option)))
                       from pg_catalog.pg_constraint k
                      where k.conrelid = n.indrelid
                        and k.conindid = x.oid
                        and k.contype in ('p', 'u', 'x')
                        and x.reloptions is not null)))
           s (what, name, definition)
     where n.indrelid >= 16384
       and (n.indisreplident or n.indisclustered or x.reltablespace <> 0
            or x.reloptions is not null)
       and not x.relispartition
       and s.definition is not null
     union all
    select n.indrelid, 'statistics of index', x.relname || '.' || a.attnum,
           pg_catalog.format('alter index %s alter column %s set statistics %s',
                             x.oid::pg_catalog.regclass, a.attnum,
                             a.attstattarget)
      from pg_catalog.pg_index n
      join pg_catalog.pg_class x on x.oid = n.indexrelid
      join pg_catalog.pg_attribute a on a.attrelid = x.oid
     where n.indrelid >= 16384
       and n.indexprs is not null
       and a.attstattarget >= 0
       and not x.relispartition
     union all
    select a.attrelid, s.what, c.relname || '.' || a.attname,
           pg_catalog.format('alter table %s alter column %I %s',
                             c.oid::pg_catalog.regclass, a.attname,
                             s.definition)
      from pg_catalog.pg_attribute a
      join pg_catalog.pg_class c on c.oid = a.attrelid
      join pg_catalog.pg_type t on t.oid = a.atttypid
     -- PostgreSQL 13 has no such column, so that this one is meant
     cross join (select ''::"char" as attcompression) absent
     cross join lateral
           (values ('storage of column',
                    case when a.attstorage <> t.typstorage
                          and c.relkind <> 'v'
                         then 'set storage '
                              || case a.attstorage when 'p' then 'plain'
                                                   when 'e' then 'external'
                                                   when 'x' then 'extended'
                                                   when 'm' then 'main'
                                 end
                    end),
                   ('compression of column',
                    case (select attcompression from (select a.*) present)
                         when 'p' then 'set compression pglz'
                         when 'l' then 'set compression lz4'
                    end),
                   ('statistics of column',
                    case when a.attstattarget >= 0
                         then 'set statistics ' || a.attstattarget
                    end),
                   ('options of column',
                    'set (' || pg_catalog.array_to_string(a.attoptions, ', ')
                    || ')'),
                   ('default of view column',
                    case when c.relkind = 'v'
                         then (select 'set default ' || pg_catalog.pg_get_expr(
                                                            d.adbin, d.adrelid)
                                 from pg_catalog.pg_attrdef d
                                where d.adrelid = a.attrelid
                                  and d.adnum = a.attnum)
                    end)) s (what, definition)
     where a.attrelid >= 16384
       and a.attnum > 0
       and not a.attisdropped
       and c.relkind in ('r', 'p', 'v', 'm')
       and (a.attstorage <> t.typstorage or a.attstattarget >= 0
            or a.attoptions is not null or a.atthasdef and c.relkind = 'v'
            or (select attcompression from (select a.*) present) <> '')
       and s.definition is not null
)
select 'other' as kind,
       s.owner,
       s.what,
       s.name,
       s.definition
  from setting s
 where s.owner >= 16384 -- what initdb has not made
