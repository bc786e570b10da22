-- Within a transaction, and until its end: has the catalog print the names of
-- the current schema bare and all others in full, temporary tables hide none,
-- and constants the same in every session.  The answer begins with a mark of
-- what the catalog's own functions look up: unlike queries they see what others
-- have committed since the transaction began, so if the mark is another
-- afterwards, what was read may be of two moments.  The rest tells of some
-- queries whether they would find anything; most databases have no such thing.
with passing_schema as (
    select oid
      from pg_catalog.pg_namespace
     where nspname ~ '^pg_(toast_)?temp_'
), passing as (
    select oid
      from pg_catalog.pg_class
     where relnamespace in (select oid from passing_schema)
), looked_up (id, version) as (
    select oid, xmin
      from pg_catalog.pg_class
     where oid not in (select oid from passing)
     union all
    select attrelid, xmin
      from pg_catalog.pg_attribute
     where attrelid not in (select oid from passing)
     union all
    select indexrelid, xmin
      from pg_catalog.pg_index
     where indexrelid not in (select oid from passing)
     union all
    select oid, xmin
      from pg_catalog.pg_type
     where typnamespace not in (select oid from passing_schema)
     union all
    select oid, xmin
      from pg_catalog.pg_constraint
     where connamespace not in (select oid from passing_schema)
     union all
    select oid, xmin
      from pg_catalog.pg_namespace
     where oid not in (select oid from passing_schema)
     union all
    select oid, xmin from pg_catalog.pg_enum
     union all
    select oid, xmin from pg_catalog.pg_proc
     union all
    select oid, xmin from pg_catalog.pg_trigger
     union all
    select oid, xmin from pg_catalog.pg_rewrite
     union all
    select oid, xmin from pg_catalog.pg_operator
     union all
    select oid, xmin from pg_catalog.pg_opclass
     union all
    select oid, xmin from pg_catalog.pg_collation
)
select (select pg_catalog.concat_ws(
                   ' ', pg_catalog.count(*),
                   pg_catalog.sum(pg_catalog.hashint8(
                       (id::pg_catalog.int8 << 32)
                       + version::pg_catalog.text::pg_catalog.int8)))
          from looked_up
         where id >= 16384) as mark, -- what initdb has not made
       exists (select from pg_catalog.pg_proc where oid >= 16384)
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
