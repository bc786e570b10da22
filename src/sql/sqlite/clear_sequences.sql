-- The sequences of tables with AUTOINCREMENT: the table's id, an expression
-- that tells whether the sequence was ever used, and the statement that
-- restarts it.
select t.name,
       'exists (select 1 from "main".sqlite_sequence where name = '
       || quote(t.name) || ')',
       'delete from "main".sqlite_sequence where name = ' || quote(t.name)
  from pragma_table_list t
 where t.schema = 'main'
   and t.type = 'table'
   and t.name not like 'sqlite\_%' escape '\'
   and exists (select 1 from sqlite_schema where name = 'sqlite_sequence')
 order by 3
