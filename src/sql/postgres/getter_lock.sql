-- Within a transaction: nobody else creates the row whose table and key $1
-- tells, until the transaction ends.  Two rows under a deferrable key are both
-- there before each waits for the other, which is a deadlock.
select pg_catalog.pg_advisory_xact_lock(
           pg_catalog.hashtextextended('duet get-or-create ' || $1, 0))
