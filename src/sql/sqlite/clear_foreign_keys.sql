-- Who references whom: ids of the referencing and of the referenced table, and
-- the foreign key in words.  A cross join is done in the order it is written.
with tables as materialized ( -- it takes as long for one as for all
    select name, type
      from pragma_table_list
     where schema = 'main'
)
select t.name,
       p.name,
       t.name || '(' || group_concat(f."from", ', ') || ') -> ' || p.name
  from tables t
 cross join pragma_foreign_key_list(t.name) f
 cross join tables p on p.name = f."table" collate nocase
 where t.type = 'table'
 group by t.name, f.id
 order by 3
