-- One at a time makes or drops the database $1, to the end of its session: of
-- one that was killed the server may still be at work.
select pg_catalog.pg_advisory_lock(
           pg_catalog.hashtextextended('duet: database ' || $1::text, 0))
