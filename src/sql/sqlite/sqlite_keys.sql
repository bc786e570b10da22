-- The columns of indexes, in the order of sqlite_objects.sql: table, index,
-- whether it is unique, what made it ('c': CREATE INDEX, 'u': UNIQUE, 'pk'),
-- whether it is partial; name (NULL for an expression), collation, descending.
select m.name,
       l.name,
       l."unique",
       l.origin,
       l.partial,
       x.name,
       x.coll,
       x.desc
  from main.sqlite_schema m
  join pragma_index_list(m.name, 'main') l
  join pragma_index_xinfo(l.name, 'main') x
 where m.type = 'table'
   and m.name not like 'sqlite\_%' escape '\'
   and m.sql not like 'CREATE VIRTUAL %'
   and x.key
 order by m.rowid, l.seq, x.seqno
