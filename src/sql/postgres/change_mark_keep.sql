-- Keeps the change mark as it is now for change_mark_kept, until the
-- transaction ends.
select pg_catalog.set_config('duet.change_mark',
                             pg_catalog.pg_current_snapshot()::text, true)
