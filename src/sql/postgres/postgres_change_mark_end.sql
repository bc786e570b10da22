-- Within a transaction: fails unless the change mark is $1, or where that is
-- null what postgres_change_mark_keep has kept.
select cast(case when pg_catalog.pg_current_snapshot()::text
                      = coalesce($1, pg_catalog.current_setting(
                                         'duet.change_mark', true))
                 then '1'
                 else 'duet: not what was expected'
            end as integer)
