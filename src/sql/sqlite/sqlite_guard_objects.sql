-- The views and the triggers: kind, name, table.  A row of another kind tells
-- that some table has AUTOINCREMENT.
select case when name = 'sqlite_sequence' then 'sequence' else type end,
       name,
       tbl_name
  from main.sqlite_schema
 where type in ('view', 'trigger')
    or name = 'sqlite_sequence'
