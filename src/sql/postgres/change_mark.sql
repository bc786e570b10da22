-- A text that is the same as long as nobody commits a change, anywhere in the
-- cluster: it names the transactions that are running, too, so that the end of
-- one of them shows.
select pg_catalog.pg_current_snapshot()::text
