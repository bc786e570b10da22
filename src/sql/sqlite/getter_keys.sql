-- The unique indexes of table $1, a row for each of their columns: name of the
-- index, column (NULL for an expression), its collation if it has one,
-- predicate, definition where the predicate must be read from it, whether NULL
-- equals NULL, and for a deferrable constraint the statement that has it
-- checked at once, and the one that has it checked late again if that is what
-- the schema says.  What serves best comes first.
--
-- An integer primary key is the table itself, and has no index.  A partial
-- index of an attached database is left out: its definition can't be asked for
-- without the database's name in the query.
with asked as (
    select json_extract($1, '$[0]') as schema, json_extract($1, '$[1]') as name
), indexes as (
    select l.name, l.origin, l.partial, a.schema
      from asked a
      join pragma_index_list(a.name, a.schema) l
     where l."unique"
), definitions as (
    select 'main' as schema, name, sql from main.sqlite_schema
     union all
    select 'temp', name, sql from temp.sqlite_schema
)
select *
  from (select 'primary key' as index_name, c.name, null, null, null, false,
               null, null, 0 as partial, 0 as position
          from asked a
          join pragma_table_xinfo(a.name, a.schema) c
         where c.pk = 1
           and not exists (select 1 from indexes where origin = 'pk')
         union all
        select i.name, x.name, '"' || replace(x.coll, '"', '""') || '"', null,
               case when i.partial then d.sql end, false,
               null, null, i.partial, x.seqno
          from indexes i
          join pragma_index_xinfo(i.name, i.schema) x on x.key
          left join definitions d on d.schema = i.schema and d.name = i.name
         where not i.partial or d.sql is not null)
 order by partial, index_name, position
