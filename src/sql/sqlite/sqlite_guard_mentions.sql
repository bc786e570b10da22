-- The tables whose definition has the name $1 in it.
select name
  from main.sqlite_schema
 where type = 'table'
   and (instr(lower(sql), lower($1))
        or instr(lower(sql), lower(replace($1, '"', '""'))))
 order by name
