-- The schemas whose names match the pattern $1, one of LIKE, in their order; the
-- server's own never do.
select n.nspname
  from pg_catalog.pg_namespace n
 where n.nspname like $1
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
 order by n.nspname collate "C"
