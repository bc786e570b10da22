-- A text that is the same as long as nobody commits a change, anywhere in the
-- cluster; NULL while a transaction that has written is still running, as its
-- commit would not change the snapshot's bounds.  All calls see one snapshot.
select case when pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())
                 = pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())
            then pg_catalog.pg_current_snapshot()::text
       end
