-- profile.postgres.sql - what a profile has on PostgreSQL besides profile.sql.
--
-- LIKE 'x%' finds its rows by these where the database does not sort by bytes.
-- SQLite does, so its plain indexes serve that (with case_sensitive_like=on).

create index ix_pat_db_dbuser_email on db_dbuser (email varchar_pattern_ops);
create index ix_pat_db_dbcomputer_label on db_dbcomputer (label varchar_pattern_ops);
create index ix_pat_db_dbgroup_label on db_dbgroup (label varchar_pattern_ops);
create index ix_pat_db_dbgroup_type_string on db_dbgroup (type_string varchar_pattern_ops);
create index ix_pat_db_dbnode_node_type on db_dbnode (node_type varchar_pattern_ops);
create index ix_pat_db_dbnode_process_type on db_dbnode (process_type varchar_pattern_ops);
create index ix_pat_db_dbnode_label on db_dbnode (label varchar_pattern_ops);
create index ix_pat_db_dblink_label on db_dblink (label varchar_pattern_ops);
create index ix_pat_db_dblink_type on db_dblink (type varchar_pattern_ops);
create index ix_pat_db_dblog_loggername on db_dblog (loggername varchar_pattern_ops);
create index ix_pat_db_dblog_levelname on db_dblog (levelname varchar_pattern_ops);
create index ix_pat_db_dbsetting_key on db_dbsetting (key varchar_pattern_ops);
