-- The tables whose rows can be cleared: id, schema, name, name as shown, what
-- to probe, how to delete, what to count if the deletion does not tell, whether
-- it may turn out to be read-only, why it can't be cleared, and whether it is
-- an extension's own.
--
-- A full-text index without a table of content of its own is an index of
-- another table's rows: its own rows can't be read, and it is emptied at once.
-- It knows how many they are from its table of sizes, unless it has none.  FTS4
-- has to see the other table empty first.
with shadows as (
    select s.name
      from pragma_table_list s
     where s.schema = 'main'
       and s.type = 'shadow'
), listed as (
    select t.name,
           t.type,
           '"main"."' || replace(t.name, '"', '""') as prefix,
           '"' || replace(t.name, '"', '""') || '"' as ident,
           t.type = 'virtual'
           and t.name || '_config' in shadows
           and t.name || '_content' not in shadows as bare_fts5,
           t.type = 'virtual'
           and t.name || '_segdir' in shadows
           and t.name || '_content' not in shadows as bare_fts4,
           t.name || '_docsize' in shadows as has_sizes,
           lower(replace(replace(replace(replace(m.sql, char(10), ''),
                 char(9), ''), char(13), ''), ' ', '')) as sql
      from pragma_table_list t
      left join sqlite_schema m on m.name = t.name and m.type = 'table'
     where t.schema = 'main'
       and t.type in ('table', 'virtual')
       and t.name not like 'sqlite\_%' escape '\'
)
select name,
       'main',
       name,
       name,
       case when bare_fts5 then prefix || '_data" where id > 10'
            when bare_fts4 then prefix || '_segdir"'
            else prefix || '"'
       end,
       case when bare_fts5
            then 'insert into ' || prefix || '"(' || ident
                 || ') values (''delete-all'')'
            when bare_fts4
            then 'insert into ' || prefix || '"(' || ident
                 || ') values (''rebuild'')'
            else 'delete from ' || prefix || '"'
       end,
       case when (bare_fts5 or bare_fts4) and has_sizes
            then prefix || '_docsize"'
            when bare_fts5 or bare_fts4
            then '(select 1)'
       end,
       type = 'virtual',
       case when bare_fts4
             and (sql like '%content=""%' or sql like '%content=''''%'
                  or sql like '%content=,%' or sql like '%content=)%')
            then 'rows of an fts4 table without content can''t be deleted'
       end,
       false
  from listed
 order by bare_fts4, name
