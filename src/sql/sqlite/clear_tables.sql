-- The tables whose rows can be cleared: id, schema, name, name as shown, what
-- to probe, how to delete, whether it may turn out to be read-only, and why it
-- can't be cleared.
--
-- A full-text index without a table of content of its own is an index of
-- another table's rows: its own rows can't be read, and it is emptied at once.
with listed as (
    select t.name,
           t.type,
           '"main"."' || replace(t.name, '"', '""') || '"' as target,
           '"' || replace(t.name, '"', '""') || '"' as ident,
           '"main"."' || replace(t.name || '_data', '"', '""') || '"' as data,
           t.type = 'virtual'
           and not exists (select 1
                             from pragma_table_list s
                            where s.schema = 'main'
                              and s.name = t.name || '_content') as bare,
           lower(replace(replace(replace(coalesce(m.sql, ''), char(10), ' '),
                                 char(9), ' '), char(13), ' ')) as sql
      from pragma_table_list t
      left join sqlite_schema m on m.name = t.name and m.type = 'table'
     where t.schema = 'main'
       and t.type in ('table', 'virtual')
       and t.name not like 'sqlite\_%' escape '\'
), kinds as (
    select *,
           bare and sql like '% using fts5%' as bare_fts5,
           bare and sql like '% using fts4%' as bare_fts4
      from listed
)
select name,
       'main',
       name,
       name,
       case when bare_fts5 then data || ' where id > 10' else target end,
       case when bare_fts5
            then 'insert into ' || target || '(' || ident
                 || ') values (''delete-all'')'
            when bare_fts4
            then 'insert into ' || target || '(' || ident
                 || ') values (''rebuild'')'
            else 'delete from ' || target
       end,
       type = 'virtual',
       case when bare_fts4
             and (replace(sql, ' ', '') like '%content=""%'
                  or replace(sql, ' ', '') like '%content=''''%'
                  or replace(sql, ' ', '') like '%content=,%'
                  or replace(sql, ' ', '') like '%content=)%')
            then 'rows of an fts4 table without content can''t be deleted'
       end
  from kinds
 order by name
