-- The position of the last migration, or 0.
select coalesce(max(position), 0)
  from duet_migration
