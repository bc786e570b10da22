-- The same for a migration that is in the ledger, which keeps its position.
update duet_migration
   set name = $2, checksum = $3, duration = $4, statements = $5,
       attempted = $5, state = $6, duet = $7, script = $8,
       applied_at = pg_catalog.clock_timestamp()
 where version = $1
