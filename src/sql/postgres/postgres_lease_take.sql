-- One try of the owner $2 to have the lease $1 for $3 milliseconds: a row if it
-- had it.  One that has expired is left alone while a transaction of its owner
-- has the row; nothing is waited for.
with taken_over as (
    update duet_lease
       set owner = $2,
           expires_at = pg_catalog.clock_timestamp()
                        + $3::pg_catalog.int8 * interval '1 millisecond'
     where name in (select name
                      from duet_lease
                     where name = $1
                       and expires_at <= pg_catalog.clock_timestamp()
                       for update skip locked)
 returning name
), made as (
    insert into duet_lease (name, owner, expires_at)
    select $1, $2,
           pg_catalog.clock_timestamp()
           + $3::pg_catalog.int8 * interval '1 millisecond'
     where not exists (select from duet_lease where name = $1)
        on conflict do nothing
 returning name
)
select name from taken_over
 union all
select name from made
