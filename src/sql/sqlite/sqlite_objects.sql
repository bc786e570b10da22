-- What a user made in the database: kind, name, table, text, and of a table
-- whether it is without rowid and whether it is strict.  Tables that a virtual
-- table keeps its own in are not the user's.
--
-- The list is made once, not for each name anew.
with listed as materialized (
    select name, type, wr, strict
      from pragma_table_list
     where schema = 'main'
)
select case when m.type = 'table' then coalesce(l.type, m.type) else m.type
       end as kind,
       m.name,
       m.tbl_name,
       m.sql,
       l.wr,
       l.strict
  from main.sqlite_schema m
  left join listed l
    on l.name = m.name
   and m.type = 'table'
 where m.name not like 'sqlite\_%' escape '\'
   and coalesce(l.type, '') <> 'shadow'
 order by case m.type when 'table' then 1
                      when 'view' then 2
                      when 'index' then 3
                      else 4
          end,
          m.rowid
