-- The columns of foreign keys as they were declared, in the order of
-- sqlite_objects.sql: table, number, table and columns, actions.
select m.name,
       f.id,
       f."table",
       f."from",
       f."to",
       f.on_delete,
       f.on_update
  from main.sqlite_schema m
  join pragma_foreign_key_list(m.name, 'main') f
 where m.type = 'table'
   and m.name not like 'sqlite\_%' escape '\'
   and m.sql not like 'CREATE VIRTUAL %'
 order by m.rowid, f.id desc, f.seq
