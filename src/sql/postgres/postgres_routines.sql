-- What a user made that runs or tells what is to be run: functions,
-- procedures, aggregates, operators, casts, languages, access methods.
with belonging as materialized (
    -- to an extension, or to a type that it was made for
    select p.classid, p.objid
      from pg_catalog.pg_depend p
     where p.objid >= 16384
       and p.deptype in ('e', 'i')
), routine as (
    select f.*,
           pg_catalog.quote_ident(n.nspname) || '.' as prefix,
           case when n.nspname = pg_catalog.current_schema() then ''
                else pg_catalog.quote_ident(n.nspname) || '.'
           end || pg_catalog.quote_ident(f.proname) as called,
           case f.prokind when 'a' then 'aggregate' when 'p' then 'procedure'
                          else 'function'
           end as what
      from pg_catalog.pg_proc f
      join pg_catalog.pg_namespace n on n.oid = f.pronamespace
     where f.oid >= 16384
       and n.nspname !~ '^pg_'
       and n.nspname <> 'information_schema'
       and not exists (select
                         from belonging b
                        where b.classid = 'pg_catalog.pg_proc'::regclass
                          and b.objid = f.oid)
), operator as (
    select o.oid,
           case when pg_catalog.pg_operator_is_visible(o.oid) then o.oprname
                else pg_catalog.format(
                         'operator(%s.%s)',
                         o.oprnamespace::pg_catalog.regnamespace, o.oprname)
           end as name
      from pg_catalog.pg_operator o
), member (class_id, family_id, rank, text) as (
    -- the parts of operator classes, and the other ones of families
    select coalesce(p.refobjid, 0::oid), m.amopfamily, m.amopstrategy,
           pg_catalog.format('operator %s %s', m.amopstrategy,
                             m.amopopr::pg_catalog.regoperator)
           || case when m.amoppurpose = 'o'
                   then (select ' for order by ' || pg_catalog.quote_ident(
                                                        f.opfname)
                           from pg_catalog.pg_opfamily f
                          where f.oid = m.amopsortfamily)
                   else ''
              end
      from pg_catalog.pg_amop m
      left join pg_catalog.pg_depend p
        on p.classid = 'pg_catalog.pg_amop'::pg_catalog.regclass
       and p.objid = m.oid
       and p.refclassid = 'pg_catalog.pg_opclass'::pg_catalog.regclass
     where m.oid >= 16384
     union all
    select coalesce(p.refobjid, 0::oid), m.amprocfamily, 1000 + m.amprocnum,
           pg_catalog.format('function %s (%s, %s) %s', m.amprocnum,
                             pg_catalog.format_type(m.amproclefttype, null),
                             pg_catalog.format_type(m.amprocrighttype, null),
                             m.amproc::pg_catalog.regprocedure)
      from pg_catalog.pg_amproc m
      left join pg_catalog.pg_depend p
        on p.classid = 'pg_catalog.pg_amproc'::pg_catalog.regclass
       and p.objid = m.oid
       and p.refclassid = 'pg_catalog.pg_opclass'::pg_catalog.regclass
     where m.oid >= 16384
), made (class_id, id, namespace_id, what, name, definition) as (
    select 'pg_catalog.pg_proc'::pg_catalog.regclass, f.oid, f.pronamespace,
           f.what,
           f.proname || '(' || pg_catalog.oidvectortypes(f.proargtypes) || ')',
           'CREATE OR REPLACE ' || pg_catalog.upper(f.what) || ' ' || f.called
           || pg_catalog.substr(
                  pg_catalog.btrim(pg_catalog.pg_get_functiondef(f.oid),
                                   E' \n'),
                  pg_catalog.length('CREATE OR REPLACE ' || f.what || ' '
                                    || f.prefix
                                    || pg_catalog.quote_ident(f.proname)) + 1)
      from routine f
     where f.prokind <> 'a'
     union all
    select 'pg_catalog.pg_proc'::pg_catalog.regclass, f.oid, f.pronamespace,
           f.what,
           f.proname || '(' || pg_catalog.oidvectortypes(f.proargtypes) || ')',
           pg_catalog.format(
               'create aggregate %s(%s) (%s)', f.called,
               coalesce(nullif(pg_catalog.pg_get_function_arguments(f.oid),
                               ''), '*'),
               pg_catalog.concat_ws(
                   ', ',
                   'sfunc = ' || a.aggtransfn,
                   'stype = ' || pg_catalog.format_type(a.aggtranstype, null),
                   'sspace = ' || nullif(a.aggtransspace, 0),
                   'finalfunc = ' || nullif(a.aggfinalfn, 0)::regproc,
                   case when a.aggfinalextra then 'finalfunc_extra' end,
                   case when a.aggfinalfn <> 0
                        then 'finalfunc_modify = '
                             || case a.aggfinalmodify
                                     when 'r' then 'read_only'
                                     when 's' then 'shareable'
                                     else 'read_write'
                                end
                   end,
                   'combinefunc = ' || nullif(a.aggcombinefn, 0)::regproc,
                   'serialfunc = ' || nullif(a.aggserialfn, 0)::regproc,
                   'deserialfunc = ' || nullif(a.aggdeserialfn, 0)::regproc,
                   'initcond = ' || pg_catalog.quote_literal(a.agginitval),
                   'msfunc = ' || nullif(a.aggmtransfn, 0)::regproc,
                   'minvfunc = ' || nullif(a.aggminvtransfn, 0)::regproc,
                   'mstype = ' || pg_catalog.format_type(
                                      nullif(a.aggmtranstype, 0), null),
                   'msspace = ' || nullif(a.aggmtransspace, 0),
                   'mfinalfunc = ' || nullif(a.aggmfinalfn, 0)::regproc,
                   case when a.aggmfinalextra then 'mfinalfunc_extra' end,
                   case when a.aggmfinalfn <> 0
                        then 'mfinalfunc_modify = '
                             || case a.aggmfinalmodify
                                     when 'r' then 'read_only'
                                     when 's' then 'shareable'
                                     else 'read_write'
                                end
                   end,
                   'minitcond = ' || pg_catalog.quote_literal(a.aggminitval),
                   (select 'sortop = ' || o.name
                      from operator o
                     where o.oid = a.aggsortop),
                   case f.proparallel when 's' then 'parallel = safe'
                                      when 'r' then 'parallel = restricted'
                   end,
                   case when a.aggkind = 'h' then 'hypothetical' end))
      from routine f
      join pg_catalog.pg_aggregate a on a.aggfnoid = f.oid
     union all
    select 'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid,
           o.oprnamespace, 'operator',
           pg_catalog.format(
               '%s(%s, %s)', o.oprname,
               coalesce(pg_catalog.format_type(nullif(o.oprleft, 0), null),
                        'none'),
               coalesce(pg_catalog.format_type(nullif(o.oprright, 0), null),
                        'none')),
           pg_catalog.format(
               'create operator %s (%s)',
               case when pg_catalog.pg_operator_is_visible(o.oid)
                    then o.oprname
                    else pg_catalog.quote_ident(n.nspname) || '.' || o.oprname
               end,
               pg_catalog.concat_ws(
                   ', ',
                   'function = ' || o.oprcode,
                   'leftarg = ' || pg_catalog.format_type(
                                       nullif(o.oprleft, 0), null),
                   'rightarg = ' || pg_catalog.format_type(
                                        nullif(o.oprright, 0), null),
                   (select 'commutator = ' || c.name
                      from operator c
                     where c.oid = o.oprcom),
                   (select 'negator = ' || c.name
                      from operator c
                     where c.oid = o.oprnegate),
                   'restrict = ' || nullif(o.oprrest, 0)::regproc,
                   'join = ' || nullif(o.oprjoin, 0)::regproc,
                   case when o.oprcanhash then 'hashes' end,
                   case when o.oprcanmerge then 'merges' end))
      from pg_catalog.pg_operator o
      join pg_catalog.pg_namespace n on n.oid = o.oprnamespace
     where o.oprcode <> 0
     union all
    select 'pg_catalog.pg_opfamily'::pg_catalog.regclass, f.oid,
           f.opfnamespace, 'operator family',
           pg_catalog.format('%s using %s', f.opfname, m.amname),
           pg_catalog.format('create operator family %s using %I', i.name,
                             m.amname)
           || coalesce(
                  (select pg_catalog.format(
                              E';\nalter operator family %s using %I add %s',
                              i.name, m.amname,
                              pg_catalog.string_agg(x.text, ', '
                                                    order by x.rank, x.text))
                     from member x
                    where x.family_id = f.oid
                      and x.class_id = 0
                   having pg_catalog.count(*) > 0), '')
      from pg_catalog.pg_opfamily f
      join pg_catalog.pg_am m on m.oid = f.opfmethod
      join pg_catalog.pg_namespace n on n.oid = f.opfnamespace
     cross join lateral
           (select case when pg_catalog.pg_opfamily_is_visible(f.oid) then ''
                        else pg_catalog.quote_ident(n.nspname) || '.'
                   end || pg_catalog.quote_ident(f.opfname) as name) i
     union all
    select 'pg_catalog.pg_opclass'::pg_catalog.regclass, o.oid,
           o.opcnamespace, 'operator class',
           pg_catalog.format('%s using %s', o.opcname, m.amname),
           pg_catalog.format(
               'create operator class %s%s for type %s using %I family %s%I'
               || ' as %s',
               case when pg_catalog.pg_opclass_is_visible(o.oid) then ''
                    else pg_catalog.quote_ident(n.nspname) || '.'
               end || pg_catalog.quote_ident(o.opcname),
               case when o.opcdefault then ' default' else '' end,
               pg_catalog.format_type(o.opcintype, null), m.amname,
               case when pg_catalog.pg_opfamily_is_visible(f.oid) then ''
                    else pg_catalog.quote_ident(fn.nspname) || '.'
               end,
               f.opfname,
               coalesce(nullif(pg_catalog.concat_ws(
                   ', ',
                   (select pg_catalog.string_agg(x.text, ', '
                                                 order by x.rank, x.text)
                      from member x
                     where x.class_id = o.oid),
                   'storage ' || pg_catalog.format_type(
                                     nullif(o.opckeytype, 0), null)), ''),
                   'storage ' || pg_catalog.format_type(o.opcintype, null)))
      from pg_catalog.pg_opclass o
      join pg_catalog.pg_am m on m.oid = o.opcmethod
      join pg_catalog.pg_namespace n on n.oid = o.opcnamespace
      join pg_catalog.pg_opfamily f on f.oid = o.opcfamily
      join pg_catalog.pg_namespace fn on fn.oid = f.opfnamespace
     union all
    select 'pg_catalog.pg_cast'::pg_catalog.regclass, c.oid, null, 'cast',
           i.name,
           pg_catalog.format(
               'create cast (%s) %s%s', i.name,
               case c.castmethod
                    when 'f' then 'with function '
                                  || c.castfunc::pg_catalog.regprocedure
                    when 'i' then 'with inout'
                    else 'without function'
               end,
               case c.castcontext when 'a' then ' as assignment'
                                  when 'i' then ' as implicit'
                                  else ''
               end)
      from pg_catalog.pg_cast c
     cross join lateral
           (select pg_catalog.format_type(c.castsource, null) || ' as '
                   || pg_catalog.format_type(c.casttarget, null) as name) i
     union all
    select 'pg_catalog.pg_transform'::pg_catalog.regclass, t.oid, null,
           'transform',
           i.name,
           pg_catalog.format(
               'create transform for %s (%s)', i.name,
               pg_catalog.concat_ws(
                   ', ',
                   'from sql with function '
                   || nullif(t.trffromsql, 0)::regprocedure,
                   'to sql with function '
                   || nullif(t.trftosql, 0)::regprocedure))
      from pg_catalog.pg_transform t
      join pg_catalog.pg_language l on l.oid = t.trflang
     cross join lateral
           (select pg_catalog.format('%s language %I',
                                     pg_catalog.format_type(t.trftype, null),
                                     l.lanname) as name) i
     union all
    select 'pg_catalog.pg_conversion'::pg_catalog.regclass, c.oid,
           c.connamespace, 'conversion',
           c.conname,
           pg_catalog.format(
               'create%s conversion %s for %L to %L from %s',
               case when c.condefault then ' default' else '' end,
               case when pg_catalog.pg_conversion_is_visible(c.oid) then ''
                    else pg_catalog.quote_ident(n.nspname) || '.'
               end || pg_catalog.quote_ident(c.conname),
               pg_catalog.pg_encoding_to_char(c.conforencoding),
               pg_catalog.pg_encoding_to_char(c.contoencoding), c.conproc)
      from pg_catalog.pg_conversion c
      join pg_catalog.pg_namespace n on n.oid = c.connamespace
     union all
    select 'pg_catalog.pg_language'::pg_catalog.regclass, l.oid, null,
           'language',
           l.lanname,
           pg_catalog.concat_ws(
               ' ', 'create', case when l.lanpltrusted then 'trusted' end,
               'language', pg_catalog.quote_ident(l.lanname),
               'handler ' || nullif(l.lanplcallfoid, 0)::regproc,
               'inline ' || nullif(l.laninline, 0)::regproc,
               'validator ' || nullif(l.lanvalidator, 0)::regproc)
      from pg_catalog.pg_language l
     union all
    select 'pg_catalog.pg_am'::pg_catalog.regclass, m.oid, null,
           'access method',
           m.amname,
           pg_catalog.format('create access method %I type %s handler %s',
                             m.amname,
                             case m.amtype when 't' then 'table'
                                           else 'index'
                             end, m.amhandler)
      from pg_catalog.pg_am m
     union all
    select 'pg_catalog.pg_event_trigger'::pg_catalog.regclass, e.oid, null,
           'event trigger',
           e.evtname,
           pg_catalog.format(
               'create event trigger %I on %s%s execute function %s()',
               e.evtname, e.evtevent,
               coalesce(' when tag in ('
                        || (select pg_catalog.string_agg(
                                       pg_catalog.quote_literal(t.tag), ', '
                                       order by t.tag)
                              from pg_catalog.unnest(e.evttags) t (tag))
                        || ')', ''),
               e.evtfoid::pg_catalog.regproc)
           || case e.evtenabled
                   when 'O' then ''
                   else pg_catalog.format(
                            E';\nalter event trigger %I %s', e.evtname,
                            case e.evtenabled when 'D' then 'disable'
                                              when 'R' then 'enable replica'
                                              else 'enable always'
                            end)
              end
      from pg_catalog.pg_event_trigger e
)
select 'other' as kind,
       nullif(n.nspname, pg_catalog.current_schema()) as schema,
       m.name,
       m.what,
       m.definition
  from made m
  left join pg_catalog.pg_namespace n on n.oid = m.namespace_id
 where m.id >= 16384 -- what initdb has not made
   and (n.nspname is null
        or n.nspname !~ '^pg_' and n.nspname <> 'information_schema')
   and not exists (select
                     from belonging b
                    where b.classid = m.class_id
                      and b.objid = m.id)
