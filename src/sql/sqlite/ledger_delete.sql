-- The migration $1 is not applied.
delete from duet_migration
 where version = $1
