-- The columns of ordinary tables, in the order of sqlite_objects.sql: table,
-- name, type, NOT NULL, default, position in the primary key or 0, and 2 or 3
-- if it is generated: virtual or stored.
select m.name,
       c.name,
       c.type,
       c."notnull",
       c.dflt_value,
       c.pk,
       c.hidden
  from main.sqlite_schema m
  join pragma_table_xinfo(m.name, 'main') c
 where m.type = 'table'
   and m.name not like 'sqlite\_%' escape '\'
   and m.sql not like 'CREATE VIRTUAL %'
 order by m.rowid, c.cid
