-- What a user made that is no table's: schemas, extensions, statistics,
-- publications, subscriptions, text search, and what gives access to data
-- elsewhere.  Passwords stay where they are: a user mapping is told without
-- its options, a subscription without its connection.
with made (class_id, id, namespace_id, what, name, definition) as (
    select 'pg_catalog.pg_namespace'::pg_catalog.regclass, n.oid, null::oid,
           'schema',
           n.nspname::text,
           pg_catalog.format('create schema if not exists %I', n.nspname)
      from pg_catalog.pg_namespace n
     where n.nspname !~ '^pg_'
       and n.nspname is distinct from pg_catalog.current_schema()
     union all
    select 'pg_catalog.pg_extension'::pg_catalog.regclass, e.oid, null,
           'extension',
           e.extname,
           pg_catalog.format(
               'create extension %I%s version %L', e.extname,
               case when n.nspname in ('pg_catalog',
                                       pg_catalog.current_schema())
                    then ''
                    else ' schema ' || pg_catalog.quote_ident(n.nspname)
               end,
               e.extversion)
      from pg_catalog.pg_extension e
      join pg_catalog.pg_namespace n on n.oid = e.extnamespace
     union all
    select 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, s.oid,
           s.stxnamespace, 'statistics',
           s.stxname,
           'CREATE STATISTICS ' || i.name
           || pg_catalog.substr(
                  pg_catalog.pg_get_statisticsobjdef(s.oid),
                  pg_catalog.length(pg_catalog.format(
                      'CREATE STATISTICS %I.%I', n.nspname, s.stxname)) + 1)
           || case when s.stxstattarget >= 0
                   then pg_catalog.format(
                            E';\nalter statistics %s set statistics %s',
                            i.name, s.stxstattarget)
                   else ''
              end
      from pg_catalog.pg_statistic_ext s
      join pg_catalog.pg_namespace n on n.oid = s.stxnamespace
     cross join lateral
           (select case when pg_catalog.pg_statistics_obj_is_visible(s.oid)
                        then ''
                        else pg_catalog.quote_ident(n.nspname) || '.'
                   end || pg_catalog.quote_ident(s.stxname) as name) i
     union all
    select 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, w.oid,
           null, 'foreign data wrapper',
           w.fdwname,
           pg_catalog.concat_ws(
               ' ', 'create foreign data wrapper',
               pg_catalog.quote_ident(w.fdwname),
               'handler ' || nullif(w.fdwhandler, 0)::pg_catalog.regproc,
               'validator ' || nullif(w.fdwvalidator, 0)::pg_catalog.regproc,
               (select 'options ('
                       || pg_catalog.string_agg(
                              pg_catalog.format('%I %L', o.option_name,
                                                o.option_value), ', '
                              order by o.option_name) || ')'
                  from pg_catalog.pg_options_to_table(w.fdwoptions) o))
      from pg_catalog.pg_foreign_data_wrapper w
     union all
    select 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, s.oid, null,
           'foreign server',
           s.srvname,
           pg_catalog.concat_ws(
               ' ', 'create server', pg_catalog.quote_ident(s.srvname),
               'type ' || pg_catalog.quote_literal(s.srvtype),
               'version ' || pg_catalog.quote_literal(s.srvversion),
               'foreign data wrapper', pg_catalog.quote_ident(w.fdwname),
               (select 'options ('
                       || pg_catalog.string_agg(
                              pg_catalog.format('%I %L', o.option_name,
                                                o.option_value), ', '
                              order by o.option_name) || ')'
                  from pg_catalog.pg_options_to_table(s.srvoptions) o))
      from pg_catalog.pg_foreign_server s
      join pg_catalog.pg_foreign_data_wrapper w on w.oid = s.srvfdw
     union all
    select 'pg_catalog.pg_user_mapping'::pg_catalog.regclass, m.umid, null,
           'user mapping',
           m.usename || ' on ' || m.srvname,
           pg_catalog.format(
               'create user mapping for %s server %I',
               case when m.umuser = 0 then 'public'
                    else pg_catalog.quote_ident(m.usename)
               end, m.srvname)
      from pg_catalog.pg_user_mappings m
     union all
    select 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, c.relnamespace,
           'foreign table',
           c.relname,
           pg_catalog.concat_ws(
               ' ', 'create foreign table', c.oid::pg_catalog.regclass,
               case when c.relispartition then 'partition of ' || parent.names
               end,
               '(' || pg_catalog.concat_ws(', ', columns.list, checks.list)
               || ')',
               case when c.relispartition
                    then pg_catalog.pg_get_expr(c.relpartbound, c.oid)
                    else 'inherits (' || parent.names || ')'
               end,
               'server', pg_catalog.quote_ident(s.srvname),
               (select 'options ('
                       || pg_catalog.string_agg(
                              pg_catalog.format('%I %L', o.option_name,
                                                o.option_value), ', '
                              order by o.option_name) || ')'
                  from pg_catalog.pg_options_to_table(f.ftoptions) o))
      from pg_catalog.pg_class c
      join pg_catalog.pg_foreign_table f on f.ftrelid = c.oid
      join pg_catalog.pg_foreign_server s on s.oid = f.ftserver
     cross join lateral
           (select pg_catalog.string_agg(
                       pg_catalog.concat_ws(
                           ' ', pg_catalog.quote_ident(a.attname),
                           case when not c.relispartition
                                then pg_catalog.format_type(a.atttypid,
                                                            a.atttypmod)
                           end,
                           (select 'options ('
                                   || pg_catalog.string_agg(
                                          pg_catalog.format('%I %L',
                                                            o.option_name,
                                                            o.option_value),
                                          ', ' order by o.option_name) || ')'
                              from pg_catalog.pg_options_to_table(
                                       a.attfdwoptions) o),
                           case when a.attcollation <> t.typcollation
                                then 'collate '
                                     || a.attcollation::pg_catalog.regcollation
                           end,
                           case when a.attgenerated = 's'
                                then pg_catalog.format(
                                         'generated always as (%s) stored',
                                         d.expression)
                                when a.attgenerated <> ''
                                then pg_catalog.format(
                                         'generated always as (%s)',
                                         d.expression)
                                else 'default ' || d.expression
                           end,
                           case when a.attnotnull then 'not null' end),
                       ', ' order by a.attnum) as list
              from pg_catalog.pg_attribute a
              join pg_catalog.pg_type t on t.oid = a.atttypid
              left join lateral
                   (select pg_catalog.pg_get_expr(d.adbin, d.adrelid)
                           as expression
                      from pg_catalog.pg_attrdef d
                     where d.adrelid = a.attrelid
                       and d.adnum = a.attnum) d on true
             where a.attrelid = c.oid
               and a.attnum > 0
               and not a.attisdropped
               and (a.attislocal or c.relispartition)) columns
     cross join lateral
           (select pg_catalog.string_agg(
                       pg_catalog.format('constraint %I %s', k.conname,
                                         pg_catalog.pg_get_constraintdef(
                                             k.oid)),
                       ', ' order by k.conname) as list
              from pg_catalog.pg_constraint k
             where k.conrelid = c.oid
               and k.contype = 'c'
               and k.conislocal) checks
     cross join lateral
           (select pg_catalog.string_agg(
                       i.inhparent::pg_catalog.regclass::text, ', '
                       order by i.inhseqno) as names
              from pg_catalog.pg_inherits i
             where i.inhrelid = c.oid) parent
     union all
    select 'pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid,
           c.relnamespace, 'trigger',
           t.tgname || ' on ' || c.relname,
           pg_catalog.pg_get_triggerdef(t.oid, true)
      from pg_catalog.pg_trigger t
      join pg_catalog.pg_class c on c.oid = t.tgrelid
     where c.relkind = 'f'
       and not t.tgisinternal
       and t.tgparentid = 0
     union all
    select 'pg_catalog.pg_publication'::pg_catalog.regclass, p.oid, null,
           'publication',
           p.pubname,
           pg_catalog.format(
               'create publication %I%s with (%s)', p.pubname,
               ' for ' || case when p.puballtables then 'all tables'
                               else nullif(pg_catalog.concat_ws(', ',
                                                                tables.list,
                                                                schemas.list),
                                           '')
                          end,
               pg_catalog.concat_ws(
                   ', ',
                   pg_catalog.format(
                       'publish = %L',
                       pg_catalog.concat_ws(
                           ', ',
                           case when p.pubinsert then 'insert' end,
                           case when p.pubupdate then 'update' end,
                           case when p.pubdelete then 'delete' end,
                           case when p.pubtruncate then 'truncate' end)),
                   case when p.pubviaroot
                        then 'publish_via_partition_root = true'
                   end,
                   -- a column of PostgreSQL 18 and newer
                   case when pg_catalog.to_jsonb(p) ->> 'pubgencols' = 's'
                        then 'publish_generated_columns = stored'
                   end))
      from pg_catalog.pg_publication p
     cross join lateral
           (select 'table ' || pg_catalog.string_agg(
                       pg_catalog.concat_ws(
                           ' ', r.prrelid::pg_catalog.regclass,
                           -- PostgreSQL 15 and newer choose among columns
                           -- and rows
                           (select '(' || pg_catalog.string_agg(
                                              pg_catalog.quote_ident(
                                                  a.attname), ', '
                                              order by a.attnum) || ')'
                              from pg_catalog.pg_attribute a
                             where a.attrelid = r.prrelid
                               and j.row -> 'prattrs'
                                   @> pg_catalog.to_jsonb(a.attnum)),
                           case when j.row ->> 'prqual' is not null
                                then 'where ' || coalesce(
                                         (select pg_catalog.to_jsonb(v)
                                                 ->> 'rowfilter'
                                            from pg_catalog
                                                 .pg_publication_tables v
                                           where v.pubname = p.pubname
                                             and v.schemaname = n.nspname
                                             and v.tablename = c.relname), '?')
                           end),
                       ', ' order by n.nspname, c.relname) as list
              from pg_catalog.pg_publication_rel r
              join pg_catalog.pg_class c on c.oid = r.prrelid
              join pg_catalog.pg_namespace n on n.oid = c.relnamespace
             cross join lateral (select pg_catalog.to_jsonb(r)) j (row)
             where r.prpubid = p.oid) tables
     cross join lateral
           (select 'tables in schema '
                   || pg_catalog.string_agg(
                          pg_catalog.quote_ident(n.nspname), ', '
                          order by n.nspname) as list
              -- a catalog of PostgreSQL 15 and newer, which only what
              -- depends on it tells everywhere
              from pg_catalog.pg_depend o
              join pg_catalog.pg_depend s
                on s.classid = o.classid
               and s.objid = o.objid
               and s.refclassid = 'pg_catalog.pg_namespace'::regclass
              join pg_catalog.pg_namespace n on n.oid = s.refobjid
             where o.classid = pg_catalog.to_regclass(
                                   'pg_catalog.pg_publication_namespace')
               and o.refclassid = 'pg_catalog.pg_publication'::regclass
               and o.refobjid = p.oid) schemas
     union all
    select 'pg_catalog.pg_ts_parser'::pg_catalog.regclass, p.oid,
           p.prsnamespace, 'text search parser',
           p.prsname,
           pg_catalog.format(
               'create text search parser %s (%s)',
               case when pg_catalog.pg_ts_parser_is_visible(p.oid) then ''
                    else p.prsnamespace::pg_catalog.regnamespace || '.'
               end || pg_catalog.quote_ident(p.prsname),
               pg_catalog.concat_ws(
                   ', ', 'start = ' || p.prsstart, 'gettoken = ' || p.prstoken,
                   'end = ' || p.prsend, 'lextypes = ' || p.prslextype,
                   'headline = '
                   || nullif(p.prsheadline, 0)::pg_catalog.regproc))
      from pg_catalog.pg_ts_parser p
     union all
    select 'pg_catalog.pg_ts_template'::pg_catalog.regclass, t.oid,
           t.tmplnamespace, 'text search template',
           t.tmplname,
           pg_catalog.format(
               'create text search template %s (%s)',
               case when pg_catalog.pg_ts_template_is_visible(t.oid) then ''
                    else t.tmplnamespace::pg_catalog.regnamespace || '.'
               end || pg_catalog.quote_ident(t.tmplname),
               pg_catalog.concat_ws(
                   ', ', 'init = ' || nullif(t.tmplinit, 0)::regproc,
                   'lexize = ' || t.tmpllexize))
      from pg_catalog.pg_ts_template t
     union all
    select 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, d.oid,
           d.dictnamespace, 'text search dictionary',
           d.dictname,
           pg_catalog.format(
               'create text search dictionary %s (%s)',
               d.oid::pg_catalog.regdictionary,
               pg_catalog.concat_ws(
                   ', ',
                   'template = '
                   || case when pg_catalog.pg_ts_template_is_visible(t.oid)
                           then ''
                           else t.tmplnamespace::pg_catalog.regnamespace || '.'
                      end || pg_catalog.quote_ident(t.tmplname),
                   d.dictinitoption))
      from pg_catalog.pg_ts_dict d
      join pg_catalog.pg_ts_template t on t.oid = d.dicttemplate
     union all
    select 'pg_catalog.pg_ts_config'::pg_catalog.regclass, c.oid,
           c.cfgnamespace, 'text search configuration',
           c.cfgname,
           pg_catalog.format(
               'create text search configuration %s (parser = %s)',
               c.oid::pg_catalog.regconfig,
               case when pg_catalog.pg_ts_parser_is_visible(p.oid) then ''
                    else p.prsnamespace::pg_catalog.regnamespace || '.'
               end || pg_catalog.quote_ident(p.prsname))
           || coalesce(
                  (select pg_catalog.string_agg(
                              pg_catalog.format(
                                  E';\nalter text search configuration %s'
                                  || ' add mapping for %I with %s',
                                  c.oid::pg_catalog.regconfig, m.alias,
                                  m.dictionaries),
                              '' order by m.alias)
                     from (select t.alias,
                                  pg_catalog.string_agg(
                                      m.mapdict::pg_catalog.regdictionary
                                       ::text,
                                      ', ' order by m.mapseqno) as dictionaries
                             from pg_catalog.pg_ts_config_map m
                             join pg_catalog.ts_token_type(c.cfgparser) t
                               on t.tokid = m.maptokentype
                            where m.mapcfg = c.oid
                            group by t.alias) m), '')
      from pg_catalog.pg_ts_config c
      join pg_catalog.pg_ts_parser p on p.oid = c.cfgparser
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
                     from pg_catalog.pg_depend p
                    where p.classid = m.class_id
                      and p.objid = m.id
                      and p.deptype in ('e', 'i'))
 union all
-- all databases of a server share this catalog, and not all of its columns may
-- be read, in PostgreSQL 13 not even the id
select 'other',
       null,
       s.subname,
       'subscription',
       pg_catalog.format(
           'create subscription %I connection '''' publication %s with (%s)',
           s.subname,
           (select pg_catalog.string_agg(pg_catalog.quote_ident(p.name), ', '
                                         order by p.name)
              from pg_catalog.unnest(s.subpublications) p (name)),
           pg_catalog.concat_ws(
               ', ', 'connect = false',
               'slot_name = ' || coalesce(pg_catalog.quote_literal(
                                              s.subslotname), 'none')))
  from pg_catalog.pg_subscription s
  join pg_catalog.pg_database d on d.oid = s.subdbid
 where d.datname = pg_catalog.current_database()
