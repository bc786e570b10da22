-- What the ledger says, in any order; times in UTC.
select version, name, checksum, position,
       pg_catalog.to_char(applied_at at time zone 'UTC',
                          'YYYY-MM-DD HH24:MI:SS.MS'),
       duration, statements, attempted, state
  from duet_migration
