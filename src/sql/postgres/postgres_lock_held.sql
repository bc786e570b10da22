-- Whether this very session has the lock with the key $1.  A lock that is taken
-- twice can be given back once and taken again, and is held all the while; who
-- has none can give none back.  To look into pg_locks takes ten times as long.
select case when pg_catalog.pg_advisory_unlock(1685415284, $1::pg_catalog.int4)
            then pg_catalog.pg_try_advisory_lock(1685415284, $1::pg_catalog.int4)
            else false
       end
