-- What a row may be is said by the schema, no longer by the program that writes
-- it: defaults, and checks that keep out what SQLite keeps out or what no program
-- should write.  Rows that break one of them are told by its name.

alter table db_dbuser
    alter column first_name set default '',
    alter column last_name set default '',
    alter column institution set default '',
    add constraint ck_db_dbuser_email_domain_lower check (strpos(email, '@') = 0
        or substr(email, length(rtrim(email, replace(email, '@', ''))) + 1) !~ '[A-Z]'),
    add constraint ck_db_dbuser_email_not_empty check (email <> ''),
    add constraint ck_db_dbuser_email_trimmed check (trim(email, E'\t\n\x0b\f\r ') = email);

alter table db_dbcomputer
    alter column uuid set default gen_random_uuid(),
    alter column description set default '',
    alter column scheduler_type set default 'core.direct',
    alter column transport_type set default 'core.local',
    alter column metadata set default '{}',
    add constraint ck_db_dbcomputer_default_memory_positive
        check (jsonb_typeof(metadata -> 'default_memory_per_machine') = 'null'
        or (jsonb_typeof(metadata -> 'default_memory_per_machine') = 'number'
        and (metadata ->> 'default_memory_per_machine')::numeric > 0)),
    add constraint ck_db_dbcomputer_hostname_not_blank
        check (trim(hostname, E'\t\n\x0b\f\r ') <> ''),
    add constraint ck_db_dbcomputer_label_not_blank check (trim(label, E'\t\n\x0b\f\r ') <> ''),
    add constraint ck_db_dbcomputer_metadata_object check (jsonb_typeof(metadata) = 'object'),
    add constraint ck_db_dbcomputer_mpirun_command_list
        check (jsonb_typeof(metadata -> 'mpirun_command') = 'array'),
    add constraint ck_db_dbcomputer_scheduler_type_not_empty check (scheduler_type <> ''),
    add constraint ck_db_dbcomputer_transport_type_not_empty check (transport_type <> ''),
    add constraint ck_db_dbcomputer_workdir_absolute
        check (jsonb_typeof(metadata -> 'workdir') = 'string'
        and substr(metadata ->> 'workdir', 1, 1) = '/'),
    add constraint ck_db_dbcomputer_workdir_placeholder
        check (replace(metadata ->> 'workdir', '{username}', '') !~ '[{}]');

alter table db_dbauthinfo
    alter column metadata set default '{}',
    alter column auth_params set default '{}',
    alter column enabled set default true,
    add constraint ck_db_dbauthinfo_auth_params_object check (jsonb_typeof(auth_params) = 'object'),
    add constraint ck_db_dbauthinfo_metadata_object check (jsonb_typeof(metadata) = 'object');

alter table db_dbgroup
    alter column uuid set default gen_random_uuid(),
    alter column type_string set default '',
    alter column time set default clock_timestamp(),
    alter column description set default '',
    alter column extras set default '{}',
    add constraint ck_db_dbgroup_time_time check (time >= '0001-01-01 00:00:00+00'
        and time < '10000-01-01 00:00:00+00'),
    add constraint ck_db_dbgroup_extras_object check (jsonb_typeof(extras) = 'object'),
    add constraint ck_db_dbgroup_label_not_empty check (label <> '');

alter table db_dbnode
    alter column uuid set default gen_random_uuid(),
    alter column node_type set default '',
    alter column label set default '',
    alter column description set default '',
    alter column ctime set default clock_timestamp(),
    alter column mtime set default clock_timestamp(),
    alter column attributes set default '{}',
    alter column extras set default '{}',
    alter column repository_metadata set default '{}',
    add constraint ck_db_dbnode_ctime_time check (ctime >= '0001-01-01 00:00:00+00'
        and ctime < '10000-01-01 00:00:00+00'),
    add constraint ck_db_dbnode_mtime_time check (mtime >= '0001-01-01 00:00:00+00'
        and mtime < '10000-01-01 00:00:00+00'),
    add constraint ck_db_dbnode_attributes_object check (jsonb_typeof(attributes) = 'object'),
    add constraint ck_db_dbnode_extras_object check (jsonb_typeof(extras) = 'object'),
    add constraint ck_db_dbnode_repository_metadata_object
        check (jsonb_typeof(repository_metadata) = 'object');

alter table db_dblink
    add constraint ck_db_dblink_label_form check (label ~ '^[A-Za-z]' and label !~ '[^A-Za-z0-9_]'
        and label !~ '_$'),
    add constraint ck_db_dblink_type_known check (type
        in ('create', 'return', 'input_calc', 'input_work', 'call_calc', 'call_work'));

alter table db_dbcomment
    alter column uuid set default gen_random_uuid(),
    alter column ctime set default clock_timestamp(),
    alter column mtime set default clock_timestamp(),
    alter column content set default '',
    add constraint ck_db_dbcomment_ctime_time check (ctime >= '0001-01-01 00:00:00+00'
        and ctime < '10000-01-01 00:00:00+00'),
    add constraint ck_db_dbcomment_mtime_time check (mtime >= '0001-01-01 00:00:00+00'
        and mtime < '10000-01-01 00:00:00+00');

alter table db_dblog
    alter column uuid set default gen_random_uuid(),
    alter column time set default clock_timestamp(),
    alter column message set default '',
    alter column metadata set default '{}',
    add constraint ck_db_dblog_time_time check (time >= '0001-01-01 00:00:00+00'
        and time < '10000-01-01 00:00:00+00'),
    add constraint ck_db_dblog_levelname_not_empty check (levelname <> ''),
    add constraint ck_db_dblog_loggername_not_empty check (loggername <> ''),
    add constraint ck_db_dblog_metadata_object check (jsonb_typeof(metadata) = 'object');

alter table db_dbsetting
    alter column val set default '{}',
    alter column description set default '',
    alter column time set default clock_timestamp(),
    add constraint ck_db_dbsetting_time_time check (time >= '0001-01-01 00:00:00+00'
        and time < '10000-01-01 00:00:00+00'),
    add constraint ck_db_dbsetting_key_bytes check (octet_length(key) <= 2692);
