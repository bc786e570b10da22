-- What the ledger says of the migration $1.
select state, statements, attempted, checksum
  from duet_migration
 where version = $1
