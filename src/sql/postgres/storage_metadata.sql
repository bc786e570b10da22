-- The metadata of presto's computer, with the working directory $1.
select pg_catalog.jsonb_build_object(
           'workdir', $1::text,
           'minimum_scheduler_poll_interval', 1,
           'default_mpiprocs_per_machine', 1)
