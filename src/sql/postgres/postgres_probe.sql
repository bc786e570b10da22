-- Whether there is something of the kind $1 that is called $2; a relation is
-- named as SQL would write it.
select case cast($1 as text)
       when 'relation' then pg_catalog.to_regclass($2) is not null
       when 'valid index' then exists (
           select 1
             from pg_catalog.pg_index
            where indexrelid = pg_catalog.to_regclass($2)
              and indisvalid)
       when 'invalid index' then exists (
           select 1
             from pg_catalog.pg_index
            where indexrelid = pg_catalog.to_regclass($2)
              and not indisvalid)
       when 'partition' then exists (
           select 1
             from pg_catalog.pg_inherits
            where inhrelid = pg_catalog.to_regclass($2))
       when 'database' then exists (
           select 1 from pg_catalog.pg_database where datname = $2)
       when 'tablespace' then exists (
           select 1 from pg_catalog.pg_tablespace where spcname = $2)
       when 'subscription' then exists (
           select 1
             from pg_catalog.pg_subscription
            where subname = $2
              and subdbid = (select oid
                               from pg_catalog.pg_database
                              where datname = pg_catalog.current_database()))
       when 'prepared' then exists (
           select 1 from pg_catalog.pg_prepared_xacts where gid = $2)
       end
