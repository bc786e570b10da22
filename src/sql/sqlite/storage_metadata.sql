-- The metadata of presto's computer, with the working directory $1.
select json_object(
           'workdir', $1,
           'minimum_scheduler_poll_interval', 1,
           'default_mpiprocs_per_machine', 1)
