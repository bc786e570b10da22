-- Begins what change_mark_end ends: keeps the change mark as it is now until
-- the transaction ends, and tells it; and keeps other cleaners away as
-- clear_lock does.  One that had to be waited for has changed the mark.
select pg_catalog.set_config('duet.change_mark',
                             pg_catalog.pg_current_snapshot()::text, true),
       pg_catalog.pg_advisory_xact_lock(
           pg_catalog.hashtextextended('duet clear', 0))
