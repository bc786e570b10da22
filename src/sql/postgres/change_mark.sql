-- A text that is the same as long as nobody commits a change, anywhere in the
-- cluster; NULL while a transaction that has written is still running, as its
-- commit would not change the snapshot's bounds.
select case when pg_catalog.pg_snapshot_xmin(s) = pg_catalog.pg_snapshot_xmax(s)
            then s::text
       end
  from pg_catalog.pg_current_snapshot() s
