-- Records the migration $1, called $2, with the checksum $3: it took $4
-- microseconds, which NULL leaves to the server, and $5 statements, its state is $6, written by the version $7 of
-- duet; $8 are its statements, and $9 its position.
insert into duet_migration (version, name, checksum, duration, statements,
                            attempted, state, duet, script, position)
values ($1, $2, $3,
        coalesce($4, (1000000 * pg_catalog.date_part(
                          'epoch', pg_catalog.clock_timestamp()
                                   - pg_catalog.now()))::pg_catalog.int8),
        $5, $5, $6, $7, $8, $9)
