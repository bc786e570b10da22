-- The change mark that change_mark_keep has kept.
select pg_catalog.current_setting('duet.change_mark', true)
