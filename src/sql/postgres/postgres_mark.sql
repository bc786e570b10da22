-- A mark of what the catalog's own functions look up: unlike queries they see
-- what others have committed since the transaction began.  So if the mark that
-- a transaction saw is another afterwards, what it read may be of two moments.
-- Whoever changes something brings a new version or takes rows of an old one.
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
select pg_catalog.concat_ws(
           ' ', pg_catalog.count(*),
           pg_catalog.sum(pg_catalog.hashint8(
               (rows << 32) + version::pg_catalog.text::pg_catalog.int8)))
  from (select version, pg_catalog.count(*) as rows
          from looked_up
         where id >= 16384 -- what initdb has not made
         group by version) present
