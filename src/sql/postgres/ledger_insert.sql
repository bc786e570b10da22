-- Records the migration $1, called $2, with the checksum $3: it took $4
-- microseconds and $5 statements, its state is $6, written by the version $7 of
-- duet; $8 are its statements, and $9 its position.
insert into duet_migration (version, name, checksum, duration, statements,
                            attempted, state, duet, script, position)
values ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9)
