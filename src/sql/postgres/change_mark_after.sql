-- What change_mark will say after this transaction commits, if nobody else
-- has written since it said $1: the snapshot begins behind this transaction.
select case when pg_catalog.split_part($1, ':', 2) = x::text
            then (x::text::bigint + 1) || ':' || (x::text::bigint + 1) || ':'
       end
  from pg_catalog.pg_current_xact_id() x
