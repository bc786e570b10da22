-- What the ledger says, in any order.
select version, name, checksum, position, applied_at, duration, statements,
       attempted, state
  from duet_migration
