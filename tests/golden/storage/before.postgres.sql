-- What a profile was on PostgreSQL when each engine had a file of its own: one that
-- was made then is as good as a new one.

create table db_dbuser (
    id          serial       not null,
    email       varchar(254) not null,
    first_name  varchar(254) not null default '',
    last_name   varchar(254) not null default '',
    institution varchar(254) not null default '',
    constraint db_dbuser_pkey primary key (id),
    constraint uq_db_dbuser_email unique (email),
    constraint ck_db_dbuser_email_domain_lower check (email !~ '@[^@]*[A-Z][^@]*$'),
    constraint ck_db_dbuser_email_not_empty check (email <> ''),
    constraint ck_db_dbuser_email_trimmed check (trim(email, E'\t\n\x0b\f\r ') = email)
);
create index ix_pat_db_dbuser_email on db_dbuser (email varchar_pattern_ops);

create table db_dbcomputer (
    id             serial       not null,
    uuid           uuid         not null default gen_random_uuid(),
    label          varchar(255) not null,
    hostname       varchar(255) not null,
    description    text         not null default '',
    scheduler_type varchar(255) not null default 'core.direct',
    transport_type varchar(255) not null default 'core.local',
    metadata       jsonb        not null default '{}',
    constraint db_dbcomputer_pkey primary key (id),
    constraint uq_db_dbcomputer_label unique (label),
    constraint uq_db_dbcomputer_uuid unique (uuid),
    constraint ck_db_dbcomputer_default_memory_positive check (
        jsonb_typeof(metadata -> 'default_memory_per_machine') = 'null'
        or (jsonb_typeof(metadata -> 'default_memory_per_machine') = 'number'
            and metadata -> 'default_memory_per_machine' > '0')),
    constraint ck_db_dbcomputer_hostname_not_blank check (trim(hostname, E'\t\n\x0b\f\r ') <> ''),
    constraint ck_db_dbcomputer_label_not_blank check (trim(label, E'\t\n\x0b\f\r ') <> ''),
    constraint ck_db_dbcomputer_metadata_object check (jsonb_typeof(metadata) = 'object'),
    constraint ck_db_dbcomputer_mpirun_command_list check (jsonb_typeof(metadata -> 'mpirun_command') = 'array'),
    constraint ck_db_dbcomputer_scheduler_type_not_empty check (scheduler_type <> ''),
    constraint ck_db_dbcomputer_transport_type_not_empty check (transport_type <> ''),
    constraint ck_db_dbcomputer_workdir_absolute check (jsonb_typeof(metadata -> 'workdir') = 'string' and substr(metadata ->> 'workdir', 1, 1) = '/'),
    constraint ck_db_dbcomputer_workdir_placeholder check (replace(metadata ->> 'workdir', '{username}', '') !~ '[{}]')
);
create index ix_pat_db_dbcomputer_label on db_dbcomputer (label varchar_pattern_ops);

create table db_dbauthinfo (
    id            serial  not null,
    aiidauser_id  integer not null,
    dbcomputer_id integer not null,
    metadata      jsonb   not null default '{}',
    auth_params   jsonb   not null default '{}',
    enabled       boolean not null default true,
    constraint db_dbauthinfo_pkey primary key (id),
    constraint uq_db_dbauthinfo_aiidauser_id_dbcomputer_id unique (aiidauser_id, dbcomputer_id),
    constraint fk_db_dbauthinfo_aiidauser_id_db_dbuser foreign key (aiidauser_id) references db_dbuser (id) on delete cascade deferrable initially deferred,
    constraint fk_db_dbauthinfo_dbcomputer_id_db_dbcomputer foreign key (dbcomputer_id) references db_dbcomputer (id) on delete cascade deferrable initially deferred,
    constraint ck_db_dbauthinfo_auth_params_object check (jsonb_typeof(auth_params) = 'object'),
    constraint ck_db_dbauthinfo_metadata_object check (jsonb_typeof(metadata) = 'object')
);
create index ix_db_dbauthinfo_db_dbauthinfo_aiidauser_id on db_dbauthinfo (aiidauser_id);
create index ix_db_dbauthinfo_db_dbauthinfo_dbcomputer_id on db_dbauthinfo (dbcomputer_id);

create table db_dbgroup (
    id          serial       not null,
    uuid        uuid         not null default gen_random_uuid(),
    label       varchar(255) not null,
    type_string varchar(255) not null default '',
    time        timestamptz  not null default clock_timestamp(),
    description text         not null default '',
    extras      jsonb        not null default '{}',
    user_id     integer      not null,
    constraint db_dbgroup_pkey primary key (id),
    constraint uq_db_dbgroup_label_type_string unique (label, type_string),
    constraint uq_db_dbgroup_uuid unique (uuid),
    constraint fk_db_dbgroup_user_id_db_dbuser foreign key (user_id) references db_dbuser (id) on delete cascade deferrable initially deferred,
    constraint ck_db_dbgroup_time_time check (time >= '0001-01-01 00:00:00+00' and time < '10000-01-01 00:00:00+00'),
    constraint ck_db_dbgroup_extras_object check (jsonb_typeof(extras) = 'object'),
    constraint ck_db_dbgroup_label_not_empty check (label <> '')
);
create index ix_db_dbgroup_db_dbgroup_label on db_dbgroup (label);
create index ix_db_dbgroup_db_dbgroup_type_string on db_dbgroup (type_string);
create index ix_db_dbgroup_db_dbgroup_user_id on db_dbgroup (user_id);
create index ix_pat_db_dbgroup_label on db_dbgroup (label varchar_pattern_ops);
create index ix_pat_db_dbgroup_type_string on db_dbgroup (type_string varchar_pattern_ops);

create table db_dbnode (
    id                  serial       not null,
    uuid                uuid         not null default gen_random_uuid(),
    node_type           varchar(255) not null default '',
    process_type        varchar(255),
    label               varchar(255) not null default '',
    description         text         not null default '',
    ctime               timestamptz  not null default clock_timestamp(),
    mtime               timestamptz  not null default clock_timestamp(),
    attributes          jsonb        default '{}',
    extras              jsonb        default '{}',
    repository_metadata jsonb        not null default '{}',
    dbcomputer_id       integer,
    user_id             integer      not null,
    constraint db_dbnode_pkey primary key (id),
    constraint uq_db_dbnode_uuid unique (uuid),
    constraint fk_db_dbnode_dbcomputer_id_db_dbcomputer foreign key (dbcomputer_id) references db_dbcomputer (id) on delete restrict deferrable initially deferred,
    constraint fk_db_dbnode_user_id_db_dbuser foreign key (user_id) references db_dbuser (id) on delete restrict deferrable initially deferred,
    constraint ck_db_dbnode_ctime_time check (ctime >= '0001-01-01 00:00:00+00' and ctime < '10000-01-01 00:00:00+00'),
    constraint ck_db_dbnode_mtime_time check (mtime >= '0001-01-01 00:00:00+00' and mtime < '10000-01-01 00:00:00+00'),
    constraint ck_db_dbnode_attributes_object check (jsonb_typeof(attributes) = 'object'),
    constraint ck_db_dbnode_extras_object check (jsonb_typeof(extras) = 'object'),
    constraint ck_db_dbnode_repository_metadata_object check (jsonb_typeof(repository_metadata) = 'object')
);
create index ix_db_dbnode_db_dbnode_node_type on db_dbnode (node_type);
create index ix_db_dbnode_db_dbnode_process_type on db_dbnode (process_type);
create index ix_db_dbnode_db_dbnode_label on db_dbnode (label);
create index ix_db_dbnode_db_dbnode_ctime on db_dbnode (ctime);
create index ix_db_dbnode_db_dbnode_mtime on db_dbnode (mtime);
create index ix_db_dbnode_db_dbnode_dbcomputer_id on db_dbnode (dbcomputer_id);
create index ix_db_dbnode_db_dbnode_user_id on db_dbnode (user_id);
create index ix_pat_db_dbnode_node_type on db_dbnode (node_type varchar_pattern_ops);
create index ix_pat_db_dbnode_process_type on db_dbnode (process_type varchar_pattern_ops);
create index ix_pat_db_dbnode_label on db_dbnode (label varchar_pattern_ops);

create table db_dblink (
    id        serial       not null,
    input_id  integer      not null,
    output_id integer      not null,
    label     varchar(255) not null,
    type      varchar(255) not null,
    constraint db_dblink_pkey primary key (id),
    constraint fk_db_dblink_input_id_db_dbnode foreign key (input_id) references db_dbnode (id) deferrable initially deferred,
    constraint fk_db_dblink_output_id_db_dbnode foreign key (output_id) references db_dbnode (id) on delete cascade deferrable initially deferred,
    constraint ck_db_dblink_label_form check (label ~ '^[A-Za-z]([A-Za-z0-9_]*[A-Za-z0-9])?$'),
    constraint ck_db_dblink_type_known check (type in ('create', 'return', 'input_calc', 'input_work', 'call_calc', 'call_work'))
);
create index ix_db_dblink_db_dblink_input_id on db_dblink (input_id);
create index ix_db_dblink_db_dblink_output_id on db_dblink (output_id);
create index ix_db_dblink_db_dblink_label on db_dblink (label);
create index ix_db_dblink_db_dblink_type on db_dblink (type);
create index ix_pat_db_dblink_label on db_dblink (label varchar_pattern_ops);
create index ix_pat_db_dblink_type on db_dblink (type varchar_pattern_ops);

create table db_dbgroup_dbnodes (
    id         serial  not null,
    dbnode_id  integer not null,
    dbgroup_id integer not null,
    constraint db_dbgroup_dbnodes_pkey primary key (id),
    constraint uq_db_dbgroup_dbnodes_dbgroup_id_dbnode_id unique (dbgroup_id, dbnode_id),
    constraint fk_db_dbgroup_dbnodes_dbgroup_id_db_dbgroup foreign key (dbgroup_id) references db_dbgroup (id) deferrable initially deferred,
    constraint fk_db_dbgroup_dbnodes_dbnode_id_db_dbnode foreign key (dbnode_id) references db_dbnode (id) deferrable initially deferred
);
create index ix_db_dbgroup_dbnodes_db_dbgroup_dbnodes_dbnode_id on db_dbgroup_dbnodes (dbnode_id);
create index ix_db_dbgroup_dbnodes_db_dbgroup_dbnodes_dbgroup_id on db_dbgroup_dbnodes (dbgroup_id);

create table db_dbcomment (
    id        serial      not null,
    uuid      uuid        not null default gen_random_uuid(),
    dbnode_id integer     not null,
    ctime     timestamptz not null default clock_timestamp(),
    mtime     timestamptz not null default clock_timestamp(),
    user_id   integer     not null,
    content   text        not null default '',
    constraint db_dbcomment_pkey primary key (id),
    constraint uq_db_dbcomment_uuid unique (uuid),
    constraint fk_db_dbcomment_dbnode_id_db_dbnode foreign key (dbnode_id) references db_dbnode (id) on delete cascade deferrable initially deferred,
    constraint fk_db_dbcomment_user_id_db_dbuser foreign key (user_id) references db_dbuser (id) on delete cascade deferrable initially deferred,
    constraint ck_db_dbcomment_ctime_time check (ctime >= '0001-01-01 00:00:00+00' and ctime < '10000-01-01 00:00:00+00'),
    constraint ck_db_dbcomment_mtime_time check (mtime >= '0001-01-01 00:00:00+00' and mtime < '10000-01-01 00:00:00+00')
);
create index ix_db_dbcomment_db_dbcomment_dbnode_id on db_dbcomment (dbnode_id);
create index ix_db_dbcomment_db_dbcomment_user_id on db_dbcomment (user_id);

create table db_dblog (
    id         serial       not null,
    uuid       uuid         not null default gen_random_uuid(),
    time       timestamptz  not null default clock_timestamp(),
    loggername varchar(255) not null,
    levelname  varchar(50)  not null,
    dbnode_id  integer      not null,
    message    text         not null default '',
    metadata   jsonb        not null default '{}',
    constraint db_dblog_pkey primary key (id),
    constraint uq_db_dblog_uuid unique (uuid),
    constraint fk_db_dblog_dbnode_id_db_dbnode foreign key (dbnode_id) references db_dbnode (id) on delete cascade deferrable initially deferred,
    constraint ck_db_dblog_time_time check (time >= '0001-01-01 00:00:00+00' and time < '10000-01-01 00:00:00+00'),
    constraint ck_db_dblog_levelname_not_empty check (levelname <> ''),
    constraint ck_db_dblog_loggername_not_empty check (loggername <> ''),
    constraint ck_db_dblog_metadata_object check (jsonb_typeof(metadata) = 'object')
);
create index ix_db_dblog_db_dblog_loggername on db_dblog (loggername);
create index ix_db_dblog_db_dblog_levelname on db_dblog (levelname);
create index ix_db_dblog_db_dblog_dbnode_id on db_dblog (dbnode_id);
create index ix_pat_db_dblog_loggername on db_dblog (loggername varchar_pattern_ops);
create index ix_pat_db_dblog_levelname on db_dblog (levelname varchar_pattern_ops);

create table db_dbsetting (
    id          serial        not null,
    key         varchar(1024) not null,
    val         jsonb         default '{}',
    description text          not null default '',
    time        timestamptz   not null default clock_timestamp(),
    constraint db_dbsetting_pkey primary key (id),
    constraint uq_db_dbsetting_key unique (key),
    constraint ck_db_dbsetting_time_time check (time >= '0001-01-01 00:00:00+00' and time < '10000-01-01 00:00:00+00'),
    constraint ck_db_dbsetting_key_bytes check (octet_length(key) <= 2692)
);
create index ix_pat_db_dbsetting_key on db_dbsetting (key varchar_pattern_ops);
