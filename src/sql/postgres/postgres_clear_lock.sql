-- Within a transaction: no other cleaner of this database deletes until it
-- ends.  Two that delete would wait for each other's rows, each in its order.
select pg_catalog.pg_advisory_xact_lock(
           pg_catalog.hashtextextended('duet clear', 0))
