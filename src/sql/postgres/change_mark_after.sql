-- Within a transaction: what change_mark will say after it commits, if nobody
-- else writes from here on; NULL while somebody does.  If this transaction is
-- the only one that runs, its snapshot begins and ends with it, and the next
-- begins and ends behind it.
select case when pg_catalog.pg_current_snapshot()::text = x || ':' || x || ':'
            then (x::text::bigint + 1) || ':' || (x::text::bigint + 1) || ':'
       end
  from pg_catalog.pg_current_xact_id() x
