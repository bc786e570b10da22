-- What a row may be is said by the schema, no longer by the program that writes
-- it: defaults, and checks that keep out what PostgreSQL keeps out by its types
-- or what no program should write.  Text is kept as it is, a number in JSON, too:
-- hence the types.  Rows that break a check are told by its name.
--
-- Rows go out and in again: to rename a table would have SQLite read the whole
-- schema each time, and fail where a view looks at it.

pragma foreign_keys = off;

create table old_db_dbuser as select * from db_dbuser;
drop table db_dbuser;
create table db_dbuser (
    id          integer      not null,
    email       varchar(254) not null,
    first_name  varchar(254) not null default '',
    last_name   varchar(254) not null default '',
    institution varchar(254) not null default '',
    constraint db_dbuser_pkey primary key (id),
    constraint uq_db_dbuser_email unique (email),
    constraint ck_db_dbuser_id_integer check (id is null or (typeof(id) = 'integer'
        and id between -2147483648 and 2147483647)),
    constraint ck_db_dbuser_email_text check (email is null or (typeof(email) = 'text'
        and instr(email, char(0)) = 0)),
    constraint ck_db_dbuser_email_length check (length(email) <= 254),
    constraint ck_db_dbuser_first_name_text check (first_name is null
        or (typeof(first_name) = 'text' and instr(first_name, char(0)) = 0)),
    constraint ck_db_dbuser_first_name_length check (length(first_name) <= 254),
    constraint ck_db_dbuser_last_name_text check (last_name is null or (typeof(last_name) = 'text'
        and instr(last_name, char(0)) = 0)),
    constraint ck_db_dbuser_last_name_length check (length(last_name) <= 254),
    constraint ck_db_dbuser_institution_text check (institution is null
        or (typeof(institution) = 'text' and instr(institution, char(0)) = 0)),
    constraint ck_db_dbuser_institution_length check (length(institution) <= 254),
    constraint ck_db_dbuser_email_domain_lower check (instr(email, '@') = 0
        or substr(email, length(rtrim(email, replace(email, '@', ''))) + 1) not glob '*[A-Z]*'),
    constraint ck_db_dbuser_email_not_empty check (email <> ''),
    constraint ck_db_dbuser_email_trimmed check (trim(email, char(9, 10, 11, 12, 13, 32)) = email)
);
insert into db_dbuser (id, email, first_name, last_name, institution)
select id, email, first_name, last_name, institution
  from old_db_dbuser;
drop table old_db_dbuser;

create table old_db_dbcomputer as select * from db_dbcomputer;
drop table db_dbcomputer;
create table db_dbcomputer (
    id             integer      not null,
    uuid           uuid_text    not null
        default (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4'
            || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1)
            || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    label          varchar(255) not null,
    hostname       varchar(255) not null,
    description    text         not null default '',
    scheduler_type varchar(255) not null default 'core.direct',
    transport_type varchar(255) not null default 'core.local',
    metadata       jsonb_text   not null default '{}',
    constraint db_dbcomputer_pkey primary key (id),
    constraint uq_db_dbcomputer_label unique (label),
    constraint uq_db_dbcomputer_uuid unique (uuid),
    constraint ck_db_dbcomputer_id_integer check (id is null or (typeof(id) = 'integer'
        and id between -2147483648 and 2147483647)),
    constraint ck_db_dbcomputer_uuid_uuid check (uuid is null or (typeof(uuid) = 'text'
        and instr(uuid, char(0)) = 0 and uuid glob '????????-????-????-????-????????????'
        and length(replace(uuid, '-', '')) = 32 and replace(uuid, '-', '') not glob '*[^0-9a-f]*')),
    constraint ck_db_dbcomputer_label_text check (label is null or (typeof(label) = 'text'
        and instr(label, char(0)) = 0)),
    constraint ck_db_dbcomputer_label_length check (length(label) <= 255),
    constraint ck_db_dbcomputer_hostname_text check (hostname is null or (typeof(hostname) = 'text'
        and instr(hostname, char(0)) = 0)),
    constraint ck_db_dbcomputer_hostname_length check (length(hostname) <= 255),
    constraint ck_db_dbcomputer_description_text check (description is null
        or (typeof(description) = 'text' and instr(description, char(0)) = 0)),
    constraint ck_db_dbcomputer_scheduler_type_text check (scheduler_type is null
        or (typeof(scheduler_type) = 'text' and instr(scheduler_type, char(0)) = 0)),
    constraint ck_db_dbcomputer_scheduler_type_length check (length(scheduler_type) <= 255),
    constraint ck_db_dbcomputer_transport_type_text check (transport_type is null
        or (typeof(transport_type) = 'text' and instr(transport_type, char(0)) = 0)),
    constraint ck_db_dbcomputer_transport_type_length check (length(transport_type) <= 255),
    constraint ck_db_dbcomputer_metadata_json check (metadata is null or (typeof(metadata) = 'text'
        and instr(metadata, char(0)) = 0 and json_valid(metadata))),
    constraint ck_db_dbcomputer_metadata_escapes check (instr(metadata, '\u') = 0
        or (instr(replace(metadata, '\\', '//'), '\u0000') = 0
        and replace(replace(lower(metadata), '\\', '//'), '\ud', 'S') not glob '*S[89ab]??[^S]*'
        and replace(replace(lower(metadata), '\\', '//'), '\ud', 'S') not glob '*S[89ab]??S[^c-f]*'
        and '....' || replace(replace(lower(metadata), '\\', '//'), '\ud', 'S')
        not glob '*[^S]???S[c-f]*' and replace(replace(lower(metadata), '\\', '//'), '\ud', 'S')
        not glob '*S[^89ab]??S[c-f]*')),
    constraint ck_db_dbcomputer_default_memory_positive
        check (json_type(metadata, '$.default_memory_per_machine') = 'null'
        or json_type(metadata, '$.default_memory_per_machine') in ('integer', 'real')
        and cast(json_extract(metadata, '$.default_memory_per_machine') as numeric) > 0),
    constraint ck_db_dbcomputer_hostname_not_blank
        check (trim(hostname, char(9, 10, 11, 12, 13, 32)) <> ''),
    constraint ck_db_dbcomputer_label_not_blank
        check (trim(label, char(9, 10, 11, 12, 13, 32)) <> ''),
    constraint ck_db_dbcomputer_metadata_object check (json_type(metadata) = 'object'),
    constraint ck_db_dbcomputer_mpirun_command_list
        check (json_type(metadata, '$.mpirun_command') = 'array'),
    constraint ck_db_dbcomputer_scheduler_type_not_empty check (scheduler_type <> ''),
    constraint ck_db_dbcomputer_transport_type_not_empty check (transport_type <> ''),
    constraint ck_db_dbcomputer_workdir_absolute check (json_type(metadata, '$.workdir') = 'text'
        and substr(json_extract(metadata, '$.workdir'), 1, 1) = '/'),
    constraint ck_db_dbcomputer_workdir_placeholder
        check (replace(json_extract(metadata, '$.workdir'), '{username}', '') not glob '*[{}]*')
);
insert into db_dbcomputer (id, uuid, label, hostname, description,
       scheduler_type, transport_type, metadata)
select id, uuid, label, hostname, description, scheduler_type, transport_type,
       metadata
  from old_db_dbcomputer;
drop table old_db_dbcomputer;

create table old_db_dbauthinfo as select * from db_dbauthinfo;
drop table db_dbauthinfo;
create table db_dbauthinfo (
    id            integer    not null,
    aiidauser_id  integer    not null,
    dbcomputer_id integer    not null,
    metadata      jsonb_text not null default '{}',
    auth_params   jsonb_text not null default '{}',
    enabled       boolean    not null default 1,
    constraint db_dbauthinfo_pkey primary key (id),
    constraint uq_db_dbauthinfo_aiidauser_id_dbcomputer_id unique (aiidauser_id, dbcomputer_id),
    constraint fk_db_dbauthinfo_aiidauser_id_db_dbuser foreign key (aiidauser_id)
        references db_dbuser (id) on delete cascade deferrable initially deferred,
    constraint fk_db_dbauthinfo_dbcomputer_id_db_dbcomputer foreign key (dbcomputer_id)
        references db_dbcomputer (id) on delete cascade deferrable initially deferred,
    constraint ck_db_dbauthinfo_id_integer check (id is null or (typeof(id) = 'integer'
        and id between -2147483648 and 2147483647)),
    constraint ck_db_dbauthinfo_aiidauser_id_integer check (aiidauser_id is null
        or (typeof(aiidauser_id) = 'integer' and aiidauser_id between -2147483648 and 2147483647)),
    constraint ck_db_dbauthinfo_dbcomputer_id_integer check (dbcomputer_id is null
        or (typeof(dbcomputer_id) = 'integer' and dbcomputer_id between -2147483648 and 2147483647)),
    constraint ck_db_dbauthinfo_metadata_json check (metadata is null or (typeof(metadata) = 'text'
        and instr(metadata, char(0)) = 0 and json_valid(metadata))),
    constraint ck_db_dbauthinfo_metadata_escapes check (instr(metadata, '\u') = 0
        or (instr(replace(metadata, '\\', '//'), '\u0000') = 0
        and replace(replace(lower(metadata), '\\', '//'), '\ud', 'S') not glob '*S[89ab]??[^S]*'
        and replace(replace(lower(metadata), '\\', '//'), '\ud', 'S') not glob '*S[89ab]??S[^c-f]*'
        and '....' || replace(replace(lower(metadata), '\\', '//'), '\ud', 'S')
        not glob '*[^S]???S[c-f]*' and replace(replace(lower(metadata), '\\', '//'), '\ud', 'S')
        not glob '*S[^89ab]??S[c-f]*')),
    constraint ck_db_dbauthinfo_auth_params_json check (auth_params is null
        or (typeof(auth_params) = 'text' and instr(auth_params, char(0)) = 0
        and json_valid(auth_params))),
    constraint ck_db_dbauthinfo_auth_params_escapes check (instr(auth_params, '\u') = 0
        or (instr(replace(auth_params, '\\', '//'), '\u0000') = 0
        and replace(replace(lower(auth_params), '\\', '//'), '\ud', 'S') not glob '*S[89ab]??[^S]*'
        and replace(replace(lower(auth_params), '\\', '//'), '\ud', 'S')
        not glob '*S[89ab]??S[^c-f]*' and '....'
        || replace(replace(lower(auth_params), '\\', '//'), '\ud', 'S') not glob '*[^S]???S[c-f]*'
        and replace(replace(lower(auth_params), '\\', '//'), '\ud', 'S')
        not glob '*S[^89ab]??S[c-f]*')),
    constraint ck_db_dbauthinfo_enabled_boolean check (enabled in (0, 1)),
    constraint ck_db_dbauthinfo_auth_params_object check (json_type(auth_params) = 'object'),
    constraint ck_db_dbauthinfo_metadata_object check (json_type(metadata) = 'object')
);
insert into db_dbauthinfo (id, aiidauser_id, dbcomputer_id, metadata,
       auth_params, enabled)
select id, aiidauser_id, dbcomputer_id, metadata, auth_params, enabled
  from old_db_dbauthinfo;
drop table old_db_dbauthinfo;
create index ix_db_dbauthinfo_db_dbauthinfo_aiidauser_id on db_dbauthinfo (aiidauser_id);
create index ix_db_dbauthinfo_db_dbauthinfo_dbcomputer_id on db_dbauthinfo (dbcomputer_id);

create table old_db_dbgroup as select * from db_dbgroup;
drop table db_dbgroup;
create table db_dbgroup (
    id          integer          not null,
    uuid        uuid_text        not null
        default (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4'
            || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1)
            || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    label       varchar(255)     not null,
    type_string varchar(255)     not null default '',
    time        timestamptz_text not null default (strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'),
    description text             not null default '',
    extras      jsonb_text       not null default '{}',
    user_id     integer          not null,
    constraint db_dbgroup_pkey primary key (id),
    constraint uq_db_dbgroup_label_type_string unique (label, type_string),
    constraint uq_db_dbgroup_uuid unique (uuid),
    constraint fk_db_dbgroup_user_id_db_dbuser foreign key (user_id) references db_dbuser (id)
        on delete cascade deferrable initially deferred,
    constraint ck_db_dbgroup_id_integer check (id is null or (typeof(id) = 'integer'
        and id between -2147483648 and 2147483647)),
    constraint ck_db_dbgroup_uuid_uuid check (uuid is null or (typeof(uuid) = 'text'
        and instr(uuid, char(0)) = 0 and uuid glob '????????-????-????-????-????????????'
        and length(replace(uuid, '-', '')) = 32 and replace(uuid, '-', '') not glob '*[^0-9a-f]*')),
    constraint ck_db_dbgroup_label_text check (label is null or (typeof(label) = 'text'
        and instr(label, char(0)) = 0)),
    constraint ck_db_dbgroup_label_length check (length(label) <= 255),
    constraint ck_db_dbgroup_type_string_text check (type_string is null
        or (typeof(type_string) = 'text' and instr(type_string, char(0)) = 0)),
    constraint ck_db_dbgroup_type_string_length check (length(type_string) <= 255),
    constraint ck_db_dbgroup_time_time check (time is null or (typeof(time) = 'text'
        and instr(time, char(0)) = 0 and time >= '0001'
        and substr(time, 20) glob '.[0-9][0-9][0-9][0-9][0-9][0-9]'
        and strftime('%Y-%m-%d %H:%M:%S', substr(time, 1, 19), '+0 days') is substr(time, 1, 19))),
    constraint ck_db_dbgroup_description_text check (description is null
        or (typeof(description) = 'text' and instr(description, char(0)) = 0)),
    constraint ck_db_dbgroup_extras_json check (extras is null or (typeof(extras) = 'text'
        and instr(extras, char(0)) = 0 and json_valid(extras))),
    constraint ck_db_dbgroup_extras_escapes check (instr(extras, '\u') = 0
        or (instr(replace(extras, '\\', '//'), '\u0000') = 0
        and replace(replace(lower(extras), '\\', '//'), '\ud', 'S') not glob '*S[89ab]??[^S]*'
        and replace(replace(lower(extras), '\\', '//'), '\ud', 'S') not glob '*S[89ab]??S[^c-f]*'
        and '....' || replace(replace(lower(extras), '\\', '//'), '\ud', 'S')
        not glob '*[^S]???S[c-f]*' and replace(replace(lower(extras), '\\', '//'), '\ud', 'S')
        not glob '*S[^89ab]??S[c-f]*')),
    constraint ck_db_dbgroup_user_id_integer check (user_id is null or (typeof(user_id) = 'integer'
        and user_id between -2147483648 and 2147483647)),
    constraint ck_db_dbgroup_extras_object check (json_type(extras) = 'object'),
    constraint ck_db_dbgroup_label_not_empty check (label <> '')
);
insert into db_dbgroup (id, uuid, label, type_string, time, description,
       extras, user_id)
select id, uuid, label, type_string, time, description, extras, user_id
  from old_db_dbgroup;
drop table old_db_dbgroup;
create index ix_db_dbgroup_db_dbgroup_label on db_dbgroup (label);
create index ix_db_dbgroup_db_dbgroup_type_string on db_dbgroup (type_string);
create index ix_db_dbgroup_db_dbgroup_user_id on db_dbgroup (user_id);

create table old_db_dbnode as select * from db_dbnode;
drop table db_dbnode;
create table db_dbnode (
    id                  integer          not null,
    uuid                uuid_text        not null
        default (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4'
            || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1)
            || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    node_type           varchar(255)     not null default '',
    process_type        varchar(255),
    label               varchar(255)     not null default '',
    description         text             not null default '',
    ctime               timestamptz_text not null
        default (strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'),
    mtime               timestamptz_text not null
        default (strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'),
    attributes          jsonb_text       default '{}',
    extras              jsonb_text       default '{}',
    repository_metadata jsonb_text       not null default '{}',
    dbcomputer_id       integer,
    user_id             integer          not null,
    constraint db_dbnode_pkey primary key (id),
    constraint uq_db_dbnode_uuid unique (uuid),
    constraint fk_db_dbnode_dbcomputer_id_db_dbcomputer foreign key (dbcomputer_id)
        references db_dbcomputer (id) on delete restrict deferrable initially deferred,
    constraint fk_db_dbnode_user_id_db_dbuser foreign key (user_id) references db_dbuser (id)
        on delete restrict deferrable initially deferred,
    constraint ck_db_dbnode_id_integer check (id is null or (typeof(id) = 'integer'
        and id between -2147483648 and 2147483647)),
    constraint ck_db_dbnode_uuid_uuid check (uuid is null or (typeof(uuid) = 'text'
        and instr(uuid, char(0)) = 0 and uuid glob '????????-????-????-????-????????????'
        and length(replace(uuid, '-', '')) = 32 and replace(uuid, '-', '') not glob '*[^0-9a-f]*')),
    constraint ck_db_dbnode_node_type_text check (node_type is null or (typeof(node_type) = 'text'
        and instr(node_type, char(0)) = 0)),
    constraint ck_db_dbnode_node_type_length check (length(node_type) <= 255),
    constraint ck_db_dbnode_process_type_text check (process_type is null
        or (typeof(process_type) = 'text' and instr(process_type, char(0)) = 0)),
    constraint ck_db_dbnode_process_type_length check (length(process_type) <= 255),
    constraint ck_db_dbnode_label_text check (label is null or (typeof(label) = 'text'
        and instr(label, char(0)) = 0)),
    constraint ck_db_dbnode_label_length check (length(label) <= 255),
    constraint ck_db_dbnode_description_text check (description is null
        or (typeof(description) = 'text' and instr(description, char(0)) = 0)),
    constraint ck_db_dbnode_ctime_time check (ctime is null or (typeof(ctime) = 'text'
        and instr(ctime, char(0)) = 0 and ctime >= '0001'
        and substr(ctime, 20) glob '.[0-9][0-9][0-9][0-9][0-9][0-9]'
        and strftime('%Y-%m-%d %H:%M:%S', substr(ctime, 1, 19), '+0 days') is substr(ctime, 1, 19))),
    constraint ck_db_dbnode_mtime_time check (mtime is null or (typeof(mtime) = 'text'
        and instr(mtime, char(0)) = 0 and mtime >= '0001'
        and substr(mtime, 20) glob '.[0-9][0-9][0-9][0-9][0-9][0-9]'
        and strftime('%Y-%m-%d %H:%M:%S', substr(mtime, 1, 19), '+0 days') is substr(mtime, 1, 19))),
    constraint ck_db_dbnode_attributes_json check (attributes is null
        or (typeof(attributes) = 'text' and instr(attributes, char(0)) = 0
        and json_valid(attributes))),
    constraint ck_db_dbnode_attributes_escapes check (instr(attributes, '\u') = 0
        or (instr(replace(attributes, '\\', '//'), '\u0000') = 0
        and replace(replace(lower(attributes), '\\', '//'), '\ud', 'S') not glob '*S[89ab]??[^S]*'
        and replace(replace(lower(attributes), '\\', '//'), '\ud', 'S')
        not glob '*S[89ab]??S[^c-f]*' and '....'
        || replace(replace(lower(attributes), '\\', '//'), '\ud', 'S') not glob '*[^S]???S[c-f]*'
        and replace(replace(lower(attributes), '\\', '//'), '\ud', 'S')
        not glob '*S[^89ab]??S[c-f]*')),
    constraint ck_db_dbnode_extras_json check (extras is null or (typeof(extras) = 'text'
        and instr(extras, char(0)) = 0 and json_valid(extras))),
    constraint ck_db_dbnode_extras_escapes check (instr(extras, '\u') = 0
        or (instr(replace(extras, '\\', '//'), '\u0000') = 0
        and replace(replace(lower(extras), '\\', '//'), '\ud', 'S') not glob '*S[89ab]??[^S]*'
        and replace(replace(lower(extras), '\\', '//'), '\ud', 'S') not glob '*S[89ab]??S[^c-f]*'
        and '....' || replace(replace(lower(extras), '\\', '//'), '\ud', 'S')
        not glob '*[^S]???S[c-f]*' and replace(replace(lower(extras), '\\', '//'), '\ud', 'S')
        not glob '*S[^89ab]??S[c-f]*')),
    constraint ck_db_dbnode_repository_metadata_json check (repository_metadata is null
        or (typeof(repository_metadata) = 'text' and instr(repository_metadata, char(0)) = 0
        and json_valid(repository_metadata))),
    constraint ck_db_dbnode_repository_metadata_escapes check (instr(repository_metadata, '\u') = 0
        or (instr(replace(repository_metadata, '\\', '//'), '\u0000') = 0
        and replace(replace(lower(repository_metadata), '\\', '//'), '\ud', 'S')
        not glob '*S[89ab]??[^S]*'
        and replace(replace(lower(repository_metadata), '\\', '//'), '\ud', 'S')
        not glob '*S[89ab]??S[^c-f]*' and '....'
        || replace(replace(lower(repository_metadata), '\\', '//'), '\ud', 'S')
        not glob '*[^S]???S[c-f]*'
        and replace(replace(lower(repository_metadata), '\\', '//'), '\ud', 'S')
        not glob '*S[^89ab]??S[c-f]*')),
    constraint ck_db_dbnode_dbcomputer_id_integer check (dbcomputer_id is null
        or (typeof(dbcomputer_id) = 'integer' and dbcomputer_id between -2147483648 and 2147483647)),
    constraint ck_db_dbnode_user_id_integer check (user_id is null or (typeof(user_id) = 'integer'
        and user_id between -2147483648 and 2147483647)),
    constraint ck_db_dbnode_attributes_object check (json_type(attributes) = 'object'),
    constraint ck_db_dbnode_extras_object check (json_type(extras) = 'object'),
    constraint ck_db_dbnode_repository_metadata_object
        check (json_type(repository_metadata) = 'object')
);
insert into db_dbnode (id, uuid, node_type, process_type, label, description,
       ctime, mtime, attributes, extras, repository_metadata, dbcomputer_id,
       user_id)
select id, uuid, node_type, process_type, label, description, ctime, mtime,
       attributes, extras, repository_metadata, dbcomputer_id, user_id
  from old_db_dbnode;
drop table old_db_dbnode;
create index ix_db_dbnode_db_dbnode_ctime on db_dbnode (ctime);
create index ix_db_dbnode_db_dbnode_dbcomputer_id on db_dbnode (dbcomputer_id);
create index ix_db_dbnode_db_dbnode_label on db_dbnode (label);
create index ix_db_dbnode_db_dbnode_mtime on db_dbnode (mtime);
create index ix_db_dbnode_db_dbnode_node_type on db_dbnode (node_type);
create index ix_db_dbnode_db_dbnode_process_type on db_dbnode (process_type);
create index ix_db_dbnode_db_dbnode_user_id on db_dbnode (user_id);

create table old_db_dblink as select * from db_dblink;
drop table db_dblink;
create table db_dblink (
    id        integer      not null,
    input_id  integer      not null,
    output_id integer      not null,
    label     varchar(255) not null,
    type      varchar(255) not null,
    constraint db_dblink_pkey primary key (id),
    constraint fk_db_dblink_input_id_db_dbnode foreign key (input_id)
        references db_dbnode (id) deferrable initially deferred,
    constraint fk_db_dblink_output_id_db_dbnode foreign key (output_id) references db_dbnode (id)
        on delete cascade deferrable initially deferred,
    constraint ck_db_dblink_id_integer check (id is null or (typeof(id) = 'integer'
        and id between -2147483648 and 2147483647)),
    constraint ck_db_dblink_input_id_integer check (input_id is null
        or (typeof(input_id) = 'integer' and input_id between -2147483648 and 2147483647)),
    constraint ck_db_dblink_output_id_integer check (output_id is null
        or (typeof(output_id) = 'integer' and output_id between -2147483648 and 2147483647)),
    constraint ck_db_dblink_label_text check (label is null or (typeof(label) = 'text'
        and instr(label, char(0)) = 0)),
    constraint ck_db_dblink_label_length check (length(label) <= 255),
    constraint ck_db_dblink_type_text check (type is null or (typeof(type) = 'text'
        and instr(type, char(0)) = 0)),
    constraint ck_db_dblink_type_length check (length(type) <= 255),
    constraint ck_db_dblink_label_form check (label glob '[A-Za-z]*' and label
        not glob '*[^0-9A-Z_a-z]*' and label not glob '*_'),
    constraint ck_db_dblink_type_known check (type
        in ('create', 'return', 'input_calc', 'input_work', 'call_calc', 'call_work'))
);
insert into db_dblink (id, input_id, output_id, label, type)
select id, input_id, output_id, label, type
  from old_db_dblink;
drop table old_db_dblink;
create index ix_db_dblink_db_dblink_input_id on db_dblink (input_id);
create index ix_db_dblink_db_dblink_label on db_dblink (label);
create index ix_db_dblink_db_dblink_output_id on db_dblink (output_id);
create index ix_db_dblink_db_dblink_type on db_dblink (type);

create table old_db_dbgroup_dbnodes as select * from db_dbgroup_dbnodes;
drop table db_dbgroup_dbnodes;
create table db_dbgroup_dbnodes (
    id         integer not null,
    dbnode_id  integer not null,
    dbgroup_id integer not null,
    constraint db_dbgroup_dbnodes_pkey primary key (id),
    constraint uq_db_dbgroup_dbnodes_dbgroup_id_dbnode_id unique (dbgroup_id, dbnode_id),
    constraint fk_db_dbgroup_dbnodes_dbgroup_id_db_dbgroup foreign key (dbgroup_id)
        references db_dbgroup (id) deferrable initially deferred,
    constraint fk_db_dbgroup_dbnodes_dbnode_id_db_dbnode foreign key (dbnode_id)
        references db_dbnode (id) deferrable initially deferred,
    constraint ck_db_dbgroup_dbnodes_id_integer check (id is null or (typeof(id) = 'integer'
        and id between -2147483648 and 2147483647)),
    constraint ck_db_dbgroup_dbnodes_dbnode_id_integer check (dbnode_id is null
        or (typeof(dbnode_id) = 'integer' and dbnode_id between -2147483648 and 2147483647)),
    constraint ck_db_dbgroup_dbnodes_dbgroup_id_integer check (dbgroup_id is null
        or (typeof(dbgroup_id) = 'integer' and dbgroup_id between -2147483648 and 2147483647))
);
insert into db_dbgroup_dbnodes (id, dbnode_id, dbgroup_id)
select id, dbnode_id, dbgroup_id
  from old_db_dbgroup_dbnodes;
drop table old_db_dbgroup_dbnodes;
create index ix_db_dbgroup_dbnodes_db_dbgroup_dbnodes_dbgroup_id on db_dbgroup_dbnodes (dbgroup_id);
create index ix_db_dbgroup_dbnodes_db_dbgroup_dbnodes_dbnode_id on db_dbgroup_dbnodes (dbnode_id);

create table old_db_dbcomment as select * from db_dbcomment;
drop table db_dbcomment;
create table db_dbcomment (
    id        integer          not null,
    uuid      uuid_text        not null
        default (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4'
            || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1)
            || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    dbnode_id integer          not null,
    ctime     timestamptz_text not null default (strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'),
    mtime     timestamptz_text not null default (strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'),
    user_id   integer          not null,
    content   text             not null default '',
    constraint db_dbcomment_pkey primary key (id),
    constraint uq_db_dbcomment_uuid unique (uuid),
    constraint fk_db_dbcomment_dbnode_id_db_dbnode foreign key (dbnode_id) references db_dbnode (id)
        on delete cascade deferrable initially deferred,
    constraint fk_db_dbcomment_user_id_db_dbuser foreign key (user_id) references db_dbuser (id)
        on delete cascade deferrable initially deferred,
    constraint ck_db_dbcomment_id_integer check (id is null or (typeof(id) = 'integer'
        and id between -2147483648 and 2147483647)),
    constraint ck_db_dbcomment_uuid_uuid check (uuid is null or (typeof(uuid) = 'text'
        and instr(uuid, char(0)) = 0 and uuid glob '????????-????-????-????-????????????'
        and length(replace(uuid, '-', '')) = 32 and replace(uuid, '-', '') not glob '*[^0-9a-f]*')),
    constraint ck_db_dbcomment_dbnode_id_integer check (dbnode_id is null
        or (typeof(dbnode_id) = 'integer' and dbnode_id between -2147483648 and 2147483647)),
    constraint ck_db_dbcomment_ctime_time check (ctime is null or (typeof(ctime) = 'text'
        and instr(ctime, char(0)) = 0 and ctime >= '0001'
        and substr(ctime, 20) glob '.[0-9][0-9][0-9][0-9][0-9][0-9]'
        and strftime('%Y-%m-%d %H:%M:%S', substr(ctime, 1, 19), '+0 days') is substr(ctime, 1, 19))),
    constraint ck_db_dbcomment_mtime_time check (mtime is null or (typeof(mtime) = 'text'
        and instr(mtime, char(0)) = 0 and mtime >= '0001'
        and substr(mtime, 20) glob '.[0-9][0-9][0-9][0-9][0-9][0-9]'
        and strftime('%Y-%m-%d %H:%M:%S', substr(mtime, 1, 19), '+0 days') is substr(mtime, 1, 19))),
    constraint ck_db_dbcomment_user_id_integer check (user_id is null
        or (typeof(user_id) = 'integer' and user_id between -2147483648 and 2147483647)),
    constraint ck_db_dbcomment_content_text check (content is null or (typeof(content) = 'text'
        and instr(content, char(0)) = 0))
);
insert into db_dbcomment (id, uuid, dbnode_id, ctime, mtime, user_id, content)
select id, uuid, dbnode_id, ctime, mtime, user_id, content
  from old_db_dbcomment;
drop table old_db_dbcomment;
create index ix_db_dbcomment_db_dbcomment_dbnode_id on db_dbcomment (dbnode_id);
create index ix_db_dbcomment_db_dbcomment_user_id on db_dbcomment (user_id);

create table old_db_dblog as select * from db_dblog;
drop table db_dblog;
create table db_dblog (
    id         integer          not null,
    uuid       uuid_text        not null
        default (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4'
            || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1)
            || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    time       timestamptz_text not null default (strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'),
    loggername varchar(255)     not null,
    levelname  varchar(50)      not null,
    dbnode_id  integer          not null,
    message    text             not null default '',
    metadata   jsonb_text       not null default '{}',
    constraint db_dblog_pkey primary key (id),
    constraint uq_db_dblog_uuid unique (uuid),
    constraint fk_db_dblog_dbnode_id_db_dbnode foreign key (dbnode_id) references db_dbnode (id)
        on delete cascade deferrable initially deferred,
    constraint ck_db_dblog_id_integer check (id is null or (typeof(id) = 'integer'
        and id between -2147483648 and 2147483647)),
    constraint ck_db_dblog_uuid_uuid check (uuid is null or (typeof(uuid) = 'text'
        and instr(uuid, char(0)) = 0 and uuid glob '????????-????-????-????-????????????'
        and length(replace(uuid, '-', '')) = 32 and replace(uuid, '-', '') not glob '*[^0-9a-f]*')),
    constraint ck_db_dblog_time_time check (time is null or (typeof(time) = 'text'
        and instr(time, char(0)) = 0 and time >= '0001'
        and substr(time, 20) glob '.[0-9][0-9][0-9][0-9][0-9][0-9]'
        and strftime('%Y-%m-%d %H:%M:%S', substr(time, 1, 19), '+0 days') is substr(time, 1, 19))),
    constraint ck_db_dblog_loggername_text check (loggername is null or (typeof(loggername) = 'text'
        and instr(loggername, char(0)) = 0)),
    constraint ck_db_dblog_loggername_length check (length(loggername) <= 255),
    constraint ck_db_dblog_levelname_text check (levelname is null or (typeof(levelname) = 'text'
        and instr(levelname, char(0)) = 0)),
    constraint ck_db_dblog_levelname_length check (length(levelname) <= 50),
    constraint ck_db_dblog_dbnode_id_integer check (dbnode_id is null
        or (typeof(dbnode_id) = 'integer' and dbnode_id between -2147483648 and 2147483647)),
    constraint ck_db_dblog_message_text check (message is null or (typeof(message) = 'text'
        and instr(message, char(0)) = 0)),
    constraint ck_db_dblog_metadata_json check (metadata is null or (typeof(metadata) = 'text'
        and instr(metadata, char(0)) = 0 and json_valid(metadata))),
    constraint ck_db_dblog_metadata_escapes check (instr(metadata, '\u') = 0
        or (instr(replace(metadata, '\\', '//'), '\u0000') = 0
        and replace(replace(lower(metadata), '\\', '//'), '\ud', 'S') not glob '*S[89ab]??[^S]*'
        and replace(replace(lower(metadata), '\\', '//'), '\ud', 'S') not glob '*S[89ab]??S[^c-f]*'
        and '....' || replace(replace(lower(metadata), '\\', '//'), '\ud', 'S')
        not glob '*[^S]???S[c-f]*' and replace(replace(lower(metadata), '\\', '//'), '\ud', 'S')
        not glob '*S[^89ab]??S[c-f]*')),
    constraint ck_db_dblog_levelname_not_empty check (levelname <> ''),
    constraint ck_db_dblog_loggername_not_empty check (loggername <> ''),
    constraint ck_db_dblog_metadata_object check (json_type(metadata) = 'object')
);
insert into db_dblog (id, uuid, time, loggername, levelname, dbnode_id,
       message, metadata)
select id, uuid, time, loggername, levelname, dbnode_id, message, metadata
  from old_db_dblog;
drop table old_db_dblog;
create index ix_db_dblog_db_dblog_dbnode_id on db_dblog (dbnode_id);
create index ix_db_dblog_db_dblog_levelname on db_dblog (levelname);
create index ix_db_dblog_db_dblog_loggername on db_dblog (loggername);

create table old_db_dbsetting as select * from db_dbsetting;
drop table db_dbsetting;
create table db_dbsetting (
    id          integer          not null,
    key         varchar(1024)    not null,
    val         jsonb_text       default '{}',
    description text             not null default '',
    time        timestamptz_text not null default (strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'),
    constraint db_dbsetting_pkey primary key (id),
    constraint uq_db_dbsetting_key unique (key),
    constraint ck_db_dbsetting_id_integer check (id is null or (typeof(id) = 'integer'
        and id between -2147483648 and 2147483647)),
    constraint ck_db_dbsetting_key_text check (key is null or (typeof(key) = 'text'
        and instr(key, char(0)) = 0)),
    constraint ck_db_dbsetting_key_length check (length(key) <= 1024),
    constraint ck_db_dbsetting_val_json check (val is null or (typeof(val) = 'text'
        and instr(val, char(0)) = 0 and json_valid(val))),
    constraint ck_db_dbsetting_val_escapes check (instr(val, '\u') = 0
        or (instr(replace(val, '\\', '//'), '\u0000') = 0
        and replace(replace(lower(val), '\\', '//'), '\ud', 'S') not glob '*S[89ab]??[^S]*'
        and replace(replace(lower(val), '\\', '//'), '\ud', 'S') not glob '*S[89ab]??S[^c-f]*'
        and '....' || replace(replace(lower(val), '\\', '//'), '\ud', 'S')
        not glob '*[^S]???S[c-f]*' and replace(replace(lower(val), '\\', '//'), '\ud', 'S')
        not glob '*S[^89ab]??S[c-f]*')),
    constraint ck_db_dbsetting_description_text check (description is null
        or (typeof(description) = 'text' and instr(description, char(0)) = 0)),
    constraint ck_db_dbsetting_time_time check (time is null or (typeof(time) = 'text'
        and instr(time, char(0)) = 0 and time >= '0001'
        and substr(time, 20) glob '.[0-9][0-9][0-9][0-9][0-9][0-9]'
        and strftime('%Y-%m-%d %H:%M:%S', substr(time, 1, 19), '+0 days') is substr(time, 1, 19))),
    constraint ck_db_dbsetting_key_bytes check (length(cast(key as blob)) <= 2692)
);
insert into db_dbsetting (id, key, val, description, time)
select id, key,
       -- the number that it is: 15 digits if those say it, else 17
       case when typeof(val) = 'real' and cast(cast(val as text) as real) <> val
            then printf('%!.17g', val)
            else val
       end,
       description, time
  from old_db_dbsetting;
drop table old_db_dbsetting;
