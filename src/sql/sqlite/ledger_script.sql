-- The statements that were run for the migration $1, if they were kept.
select script
  from duet_migration
 where version = $1
