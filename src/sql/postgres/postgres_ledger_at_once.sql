-- Records the migration $1, called $2, with the checksum $3, of $5 statements,
-- which are $8, in the state $6, written by the version $7 of duet, at the
-- position $9.  It took as long as it is since the migration $4 was recorded
-- or, where that is NULL, since the message came; in microseconds.
insert into duet_migration (version, name, checksum, duration, statements,
                            attempted, state, duet, script, position)
values ($1, $2, $3,
        (1000000 * pg_catalog.date_part(
                       'epoch', pg_catalog.clock_timestamp()
                                - coalesce((select applied_at
                                              from duet_migration
                                             where version = $4),
                                           pg_catalog.now())))::pg_catalog.int8,
        $5, $5, $6, $7, $8, $9)
returning duration
