-- A text that is the same as long as nobody commits a change, anywhere in the
-- cluster: it names the transactions that are running, too, so that the end of
-- one of them shows.  What a transaction has asked holds behind its commit, too,
-- unless it has written itself: then it may have changed.
select pg_catalog.pg_current_snapshot()::text
