-- The statements that give a new database the current schema of another one,
-- named $1: NULL is a search path without one.
select case when $1::text is null or $1::text = 'public' then ''
            else pg_catalog.format('create schema %1$I; set search_path = %1$I',
                                   $1::text)
       end
