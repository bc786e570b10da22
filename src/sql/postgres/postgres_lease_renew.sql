-- The owner $2 has the lease $1 for another $3 milliseconds.  The key stays, so
-- this does not wait for postgres_lease_held.sql.
update duet_lease
   set expires_at = pg_catalog.clock_timestamp()
                    + $3::pg_catalog.int8 * interval '1 millisecond'
 where name = $1
   and owner = $2
 returning name
