-- What is there: each relation, whether it is a table, and its columns.
-- Those of a view are not asked for, which fails if the view is broken; nor
-- are those of a virtual table, whose module may be missing.
select lower(m.name),
       c.name is not null,
       coalesce(lower(c.name), '')
  from main.sqlite_schema m
  left join pragma_table_info(
           case when m.type = 'table' and m.sql not like 'create virtual %'
                then m.name
           end) c
 where m.type in ('table', 'view')
   and m.name not like 'sqlite\_%' escape '\'
 order by 1, 3
