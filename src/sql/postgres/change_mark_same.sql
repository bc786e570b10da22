-- Whether nobody has committed a change since the change mark was $1: fails, or
-- tells what the mark will be after the commit, as change_mark_after does.
select case when cast(case when pg_catalog.pg_current_snapshot()::text = $1
                           then '1' else 'the change mark is another'
                      end as integer) = 1
             and pg_catalog.pg_current_snapshot()::text = x || ':' || x || ':'
            then (x::text::bigint + 1) || ':' || (x::text::bigint + 1) || ':'
       end
  from pg_catalog.pg_current_xact_id() x
