-- Who has the lease $1, in words.
select pg_catalog.substr(owner, pg_catalog.strpos(owner, ' ') + 1)
       || ' (its lease '
       || case when expires_at > pg_catalog.clock_timestamp()
               then 'lasts '
                    || extract(epoch from expires_at - pg_catalog.clock_timestamp())::pg_catalog.int8
                    || ' s unless it is renewed)'
               else 'has expired, but its transaction still runs)'
          end
  from duet_lease
 where name = $1
