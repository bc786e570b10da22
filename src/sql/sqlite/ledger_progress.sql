-- Of the migration $1 so many statements are done: $2, begun: $3; the checksum
-- of those that are done is $4, and its state $5.
update duet_migration
   set statements = $2, attempted = $3, checksum = $4, state = $5
 where version = $1
