-- Give back what postgres_lock_take.sql has taken under the key $1.
select pg_catalog.pg_advisory_unlock(1685415284, $1::pg_catalog.int4),
       pg_catalog.pg_advisory_unlock(1685415284, $1::pg_catalog.int4)
