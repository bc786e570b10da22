-- Within a transaction: no other batch works on table $1 until it ends.  Two
-- that create the same rows in another order would wait for each other.
select pg_catalog.pg_advisory_xact_lock(
           pg_catalog.hashtext('duet get-or-create'),
           pg_catalog.hashtext($1))
