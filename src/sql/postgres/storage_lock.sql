-- One presto at a time in this database, to the end of its transaction.
select pg_catalog.pg_advisory_xact_lock(
           pg_catalog.hashtextextended('duet: profile storage', 0))
