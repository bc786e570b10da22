-- Begins what postgres_change_mark_end ends: keeps the change mark as it is now
-- until the transaction ends, and tells it.
select pg_catalog.set_config('duet.change_mark',
                             pg_catalog.pg_current_snapshot()::text, true)
