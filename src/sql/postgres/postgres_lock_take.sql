-- The lock of the migrations in the current schema, an advisory one of the
-- session: taken where $1 says so and nobody has it, and never waited for.  Its
-- first half is 'duet' in ASCII, its second the schema's name, so that those who
-- each have a schema of a database do not wait for each other.  It is taken
-- twice: see postgres_lock_held.sql.
select case when $1::pg_catalog.bool
             and not pg_catalog.pg_is_in_recovery()
             and pg_catalog.pg_try_advisory_lock(
                     1685415284,
                     pg_catalog.hashtext(coalesce(pg_catalog.current_schema()::text, '')))
            then pg_catalog.pg_try_advisory_lock(
                     1685415284,
                     pg_catalog.hashtext(coalesce(pg_catalog.current_schema()::text, '')))
            else false
       end as had,
       pg_catalog.hashtext(coalesce(pg_catalog.current_schema()::text, '')) as key,
       pg_catalog.current_schema() as schema,
       pg_catalog.pg_is_in_recovery() as is_replica,
       pg_catalog.to_regclass(
           pg_catalog.quote_ident(pg_catalog.current_schema()) || '.duet_lease')
       is not null as has_leases,
       pg_catalog.gen_random_uuid() as ticket
