-- What the ledger says, in the order of application.
select version, name, checksum, position, applied_at, duration, statements,
       attempted, state
  from duet_migration
 order by position
