-- Whether the owner $2 has the lease $1; if so nobody takes it over before the
-- end of this transaction.
select exists (select
                 from duet_lease
                where name = $1
                  and owner = $2
                  for key share)
