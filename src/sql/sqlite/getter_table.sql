-- The table named $1, or $3 in schema $2: id, name as shown, the quoted name,
-- and why rows of it can't be got or created.
select t.name,
       t.name,
       '"' || t.schema || '"."' || replace(t.name, '"', '""') || '"',
       case t.type when 'view' then 'it is a view'
                   when 'virtual' then 'it is a virtual table'
                   when 'shadow' then 'it belongs to a virtual table'
       end
  from pragma_table_list t
 where t.schema = coalesce($2, 'main')
   and t.name = coalesce($3, $1) collate nocase
    or t.schema = 'main'
   and t.name = $1 collate nocase
 order by t.name = $1 desc
 limit 1
