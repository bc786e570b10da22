-- The table named $1, bare or as SCHEMA.TABLE: id, name as shown, the quoted
-- name, and why rows of it can't be got or created.
select json_array(t.schema, t.name),
       case t.schema when 'main' then t.name
                     else t.schema || '.' || t.name
       end,
       '"' || replace(t.schema, '"', '""') || '"."'
       || replace(t.name, '"', '""') || '"',
       case t.type when 'view' then 'it is a view'
                   when 'virtual' then 'it is a virtual table'
                   when 'shadow' then 'it belongs to a virtual table'
       end
  from pragma_table_list t
 where t.schema = 'main' and t.name = $1 collate nocase
    or t.schema || '.' || t.name = $1 collate nocase
 order by t.name = $1 collate nocase desc
 limit 1
