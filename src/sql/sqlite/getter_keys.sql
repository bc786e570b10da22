-- The unique indexes of table $1, a row for each of their columns: name of the
-- index, column (NULL for an expression), collation where it is not the
-- column's own, predicate, definition where the predicate must be read from
-- it, whether NULL equals NULL, and the statement that has a deferrable
-- constraint checked at once.  What serves best comes first.
--
-- An integer primary key is the table itself, and has no index.
select *
  from (select 'primary key' as index_name, c.name as column_name,
               null as collation, null as predicate, null as definition,
               false as equal_nulls, null as deferred, 0 as partial,
               0 as position
          from pragma_table_xinfo($1) c
         where c.pk = 1
           and not exists (select 1
                             from pragma_index_list($1) l
                            where l.origin = 'pk')
         union all
        select l.name, x.name,
               -- the collation of a column can't be asked for
               case when x.coll <> 'BINARY' or m.sql like '%collate%'
                    then x.coll
               end,
               null,
               case when l.partial
                    then (select s.sql
                            from sqlite_schema s
                           where s.type = 'index'
                             and s.name = l.name)
               end,
               false, null, l.partial, x.seqno
          from pragma_index_list($1) l
          join pragma_index_xinfo(l.name) x on x.key
          left join sqlite_schema m on m.type = 'table' and m.name = $1
         where l."unique")
 order by partial, index_name, position
