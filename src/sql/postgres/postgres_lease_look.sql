-- Whether somebody has the lease $1; one that has expired is removed, unless a
-- transaction of its owner has the row.
with expired as (
    delete from duet_lease
     where name in (select name
                      from duet_lease
                     where name = $1
                       and expires_at <= pg_catalog.clock_timestamp()
                       for update skip locked)
 returning name
)
select exists (select
                 from duet_lease
                where name = $1
                  and name not in (select name from expired))
