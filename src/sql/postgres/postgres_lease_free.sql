-- The owner $2 gives the lease $1 back.
delete from duet_lease
 where name in (select name
                  from duet_lease
                 where name = $1
                   and owner = $2
                   for update skip locked)
