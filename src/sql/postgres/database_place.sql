-- Where the database is: the server's directory, or for those who may not ask
-- for it when the server was started, and the name.
select case
       when pg_catalog.pg_has_role('pg_read_all_settings', 'usage')
       then pg_catalog.current_setting('data_directory')
       else 'server of ' || pg_catalog.pg_postmaster_start_time()
       end || ', database ' || pg_catalog.current_database() as place
