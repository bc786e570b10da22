-- Who references whom: ids of the referencing and of the referenced table, and
-- the foreign key in words.
select t.name,
       p.name,
       t.name || '(' || group_concat(f."from", ', ') || ') -> ' || p.name
  from pragma_table_list t
  join pragma_foreign_key_list(t.name) f
  join pragma_table_list p
    on p.schema = 'main'
   and p.name = f."table" collate nocase
 where t.schema = 'main'
   and t.type = 'table'
 group by t.name, f.id
 order by 3
