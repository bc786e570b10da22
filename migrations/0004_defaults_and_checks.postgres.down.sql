-- As it was: whoever writes a row has to know what may be written.

alter table db_dbuser
    drop constraint ck_db_dbuser_email_trimmed,
    drop constraint ck_db_dbuser_email_not_empty,
    drop constraint ck_db_dbuser_email_domain_lower,
    alter column institution drop default,
    alter column last_name drop default,
    alter column first_name drop default;

alter table db_dbcomputer
    drop constraint ck_db_dbcomputer_workdir_placeholder,
    drop constraint ck_db_dbcomputer_workdir_absolute,
    drop constraint ck_db_dbcomputer_transport_type_not_empty,
    drop constraint ck_db_dbcomputer_scheduler_type_not_empty,
    drop constraint ck_db_dbcomputer_mpirun_command_list,
    drop constraint ck_db_dbcomputer_metadata_object,
    drop constraint ck_db_dbcomputer_label_not_blank,
    drop constraint ck_db_dbcomputer_hostname_not_blank,
    drop constraint ck_db_dbcomputer_default_memory_positive,
    alter column metadata drop default,
    alter column transport_type drop default,
    alter column scheduler_type drop default,
    alter column description drop default,
    alter column uuid drop default;

alter table db_dbauthinfo
    drop constraint ck_db_dbauthinfo_metadata_object,
    drop constraint ck_db_dbauthinfo_auth_params_object,
    alter column enabled drop default,
    alter column auth_params drop default,
    alter column metadata drop default;

alter table db_dbgroup
    drop constraint ck_db_dbgroup_label_not_empty,
    drop constraint ck_db_dbgroup_extras_object,
    drop constraint ck_db_dbgroup_time_time,
    alter column extras drop default,
    alter column description drop default,
    alter column time drop default,
    alter column type_string drop default,
    alter column uuid drop default;

alter table db_dbnode
    drop constraint ck_db_dbnode_repository_metadata_object,
    drop constraint ck_db_dbnode_extras_object,
    drop constraint ck_db_dbnode_attributes_object,
    drop constraint ck_db_dbnode_mtime_time,
    drop constraint ck_db_dbnode_ctime_time,
    alter column repository_metadata drop default,
    alter column extras drop default,
    alter column attributes drop default,
    alter column mtime drop default,
    alter column ctime drop default,
    alter column description drop default,
    alter column label drop default,
    alter column node_type drop default,
    alter column uuid drop default;

alter table db_dblink
    drop constraint ck_db_dblink_type_known,
    drop constraint ck_db_dblink_label_form;

alter table db_dbcomment
    drop constraint ck_db_dbcomment_mtime_time,
    drop constraint ck_db_dbcomment_ctime_time,
    alter column content drop default,
    alter column mtime drop default,
    alter column ctime drop default,
    alter column uuid drop default;

alter table db_dblog
    drop constraint ck_db_dblog_metadata_object,
    drop constraint ck_db_dblog_loggername_not_empty,
    drop constraint ck_db_dblog_levelname_not_empty,
    drop constraint ck_db_dblog_time_time,
    alter column metadata drop default,
    alter column message drop default,
    alter column time drop default,
    alter column uuid drop default;

alter table db_dbsetting
    drop constraint ck_db_dbsetting_key_bytes,
    drop constraint ck_db_dbsetting_time_time,
    alter column time drop default,
    alter column description drop default,
    alter column val drop default;
