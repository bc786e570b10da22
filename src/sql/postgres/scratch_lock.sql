-- Says to others that the scratch database $1 is in use, until the session
-- ends.
select pg_catalog.pg_advisory_lock(pg_catalog.hashtext('duet scratch'),
                                   pg_catalog.hashtext($1::text))
