-- Records the migration $1, called $2, with the checksum $3, behind the others
-- and without having run it; $4 is duet's version.
insert into duet_migration (version, name, checksum, position, state, duet)
select $1, $2, $3, coalesce(max(position), 0) + 1, 'stamped', $4
  from duet_migration
