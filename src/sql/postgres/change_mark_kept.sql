-- Whether nobody has committed a change since the change mark was kept.
select pg_catalog.pg_current_snapshot()::text
       = pg_catalog.current_setting('duet.change_mark', true)
