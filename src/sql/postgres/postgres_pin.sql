-- Within a transaction, and until its end: has the catalog print the names of
-- the current schema bare and all others in full, temporary tables hide none,
-- and constants the same in every session.  The answer tells of some queries
-- whether they could find anything; most databases have no such thing.
with passing_schema as (
    select oid
      from pg_catalog.pg_namespace
     where nspname ~ '^pg_(toast_)?temp_'
), attribute as (
    select pg_catalog.bool_or(a.attacl is not null) as has_privileges,
           pg_catalog.bool_or(
               a.attnum > 0
               and (a.attoptions is not null
                    or a.attstattarget >= 0
                    or a.attlen = -1
                   and ((select attcompression from (select a.*) present) <> ''
                        or a.attstorage <> (select typstorage
                                              from pg_catalog.pg_type
                                             where oid = a.atttypid)
                       and a.attrelid not in (select oid
                                                from pg_catalog.pg_class
                                               where relkind = 't'))))
           as has_settings
      from pg_catalog.pg_attribute a
     -- PostgreSQL 13 has no such column, so that this one is meant
     cross join (select ''::"char" as attcompression) absent
     where a.attrelid >= 16384 -- what initdb has not made
)
select exists (select from pg_catalog.pg_proc where oid >= 16384)
       or exists (select from pg_catalog.pg_operator where oid >= 16384)
       or exists (select from pg_catalog.pg_opfamily where oid >= 16384)
       or exists (select from pg_catalog.pg_cast where oid >= 16384)
       or exists (select from pg_catalog.pg_transform where oid >= 16384)
       or exists (select from pg_catalog.pg_conversion where oid >= 16384)
       or exists (select from pg_catalog.pg_language where oid >= 16384)
       or exists (select from pg_catalog.pg_am where oid >= 16384)
       or exists (select from pg_catalog.pg_event_trigger) as has_routines,
       exists (select
                 from pg_catalog.pg_namespace
                where oid >= 16384
                  and nspname !~ '^pg_')
       or exists (select from pg_catalog.pg_extension where oid >= 16384)
       or exists (select from pg_catalog.pg_statistic_ext)
       or exists (select from pg_catalog.pg_foreign_data_wrapper)
       or exists (select from pg_catalog.pg_publication)
       or exists (select subname from pg_catalog.pg_subscription)
       or exists (select from pg_catalog.pg_ts_parser where oid >= 16384)
       or exists (select from pg_catalog.pg_ts_template where oid >= 16384)
       or exists (select from pg_catalog.pg_ts_dict where oid >= 16384)
       or exists (select from pg_catalog.pg_ts_config where oid >= 16384)
       as has_others,
       exists (select from pg_catalog.pg_seclabel)
       or exists (select
                    from pg_catalog.pg_description
                   where objoid >= 16384
                      or classoid = 'pg_catalog.pg_namespace'::regclass
                     and objoid = pg_catalog.to_regnamespace('public')
                     and description <> 'standard public schema')
       as has_comments,
       exists (select
                 from pg_catalog.pg_trigger
                where oid >= 16384
                  and not tgisinternal) as has_triggers,
       -- those of tables and of arrays come with them
       exists (select
                 from pg_catalog.pg_type
                where oid >= 16384
                  and case typtype when 'b' then typarray <> 0
                                   when 'c' then false
                                   else true
                      end)
       or exists (select
                    from pg_catalog.pg_class
                   where oid >= 16384
                     and relkind = 'c')
       or exists (select from pg_catalog.pg_collation where oid >= 16384)
       as has_types,
       coalesce((select has_privileges from attribute), false)
       or exists (select
                    from pg_catalog.pg_class
                   where oid >= 16384
                     and relacl is not null)
       or exists (select
                    from pg_catalog.pg_proc
                   where oid >= 16384
                     and proacl is not null)
       or exists (select
                    from pg_catalog.pg_type
                   where oid >= 16384
                     and typacl is not null)
       or exists (select
                    from pg_catalog.pg_namespace n
                    left join pg_catalog.pg_init_privs i
                      on i.classoid = 'pg_catalog.pg_namespace'::regclass
                     and i.objoid = n.oid
                   where n.nspname <> 'information_schema'
                     and n.nspacl is distinct from i.initprivs)
       or exists (select
                    from pg_catalog.pg_language l
                    left join pg_catalog.pg_init_privs i
                      on i.classoid = 'pg_catalog.pg_language'::regclass
                     and i.objoid = l.oid
                   where l.lanacl is distinct from i.initprivs)
       or exists (select from pg_catalog.pg_foreign_data_wrapper)
       or exists (select from pg_catalog.pg_default_acl)
       as has_privileges,
       coalesce((select has_settings from attribute), false)
       or exists (select from pg_catalog.pg_policy)
       or exists (select
                    from pg_catalog.pg_rewrite
                   where oid >= 16384
                     and rulename <> '_RETURN')
       or exists (select
                    from pg_catalog.pg_trigger
                   where oid >= 16384
                     and tgenabled <> 'O')
       or exists (select
                    from pg_catalog.pg_class
                   where oid >= 16384
                     and relkind <> 't'
                     and (relrowsecurity or relforcerowsecurity
                          or reltablespace <> 0
                          or reloftype <> 0
                          or relkind in ('i', 'I') and reloptions is not null
                          or relkind = 'S' and relpersistence = 'u'
                          or relkind = 'v'
                         and exists (select
                                       from pg_catalog.pg_attribute
                                      where attrelid = pg_class.oid
                                        and atthasdef)
                          or relkind in ('r', 'p', 'm')
                         and (relreplident in ('n', 'f')
                              or relam <> (select oid
                                             from pg_catalog.pg_am
                                            where amname = 'heap'))))
       or exists (select
                    from pg_catalog.pg_index
                   where indrelid >= 16384
                     and (indisreplident or indisclustered))
       as has_extras,
       pg_catalog.set_config(
           'search_path',
           coalesce((select pg_catalog.quote_ident(nspname)
                       from pg_catalog.pg_namespace
                      where nspname = pg_catalog.current_schema()
                        and oid not in (select oid from passing_schema)),
                    'pg_catalog') || ', pg_temp',
           true),
       pg_catalog.set_config('quote_all_identifiers', 'off', true),
       pg_catalog.set_config('DateStyle', 'ISO, YMD', true),
       pg_catalog.set_config('IntervalStyle', 'postgres', true),
       pg_catalog.set_config('TimeZone', 'UTC', true),
       pg_catalog.set_config('bytea_output', 'hex', true),
       pg_catalog.set_config('extra_float_digits', '1', true),
       -- and with the least planning: tables are joined as they are written
       pg_catalog.set_config('jit', 'off', true),
       pg_catalog.set_config('join_collapse_limit', '1', true),
       pg_catalog.set_config('from_collapse_limit', '1', true)
