-- The tables of a profile as AiiDA's version main_0001 has them on SQLite.
-- There is no db_dbsetting: it was forgotten, see 0003.

create table db_dbuser (
    id          integer      not null,
    email       varchar(254) not null,
    first_name  varchar(254) not null,
    last_name   varchar(254) not null,
    institution varchar(254) not null,
    constraint db_dbuser_pkey primary key (id),
    constraint uq_db_dbuser_email unique (email)
);

create table db_dbcomputer (
    id             integer      not null,
    uuid           varchar(32)  not null,
    label          varchar(255) not null,
    hostname       varchar(255) not null,
    description    text         not null,
    scheduler_type varchar(255) not null,
    transport_type varchar(255) not null,
    metadata       json         not null,
    constraint db_dbcomputer_pkey primary key (id),
    constraint uq_db_dbcomputer_label unique (label),
    constraint uq_db_dbcomputer_uuid unique (uuid)
);

create table db_dbauthinfo (
    id            integer not null,
    aiidauser_id  integer not null,
    dbcomputer_id integer not null,
    metadata      json    not null,
    auth_params   json    not null,
    enabled       boolean not null,
    constraint db_dbauthinfo_pkey primary key (id),
    constraint uq_db_dbauthinfo_aiidauser_id_dbcomputer_id unique (aiidauser_id, dbcomputer_id),
    constraint fk_db_dbauthinfo_aiidauser_id_db_dbuser foreign key (aiidauser_id)
        references db_dbuser (id) on delete cascade deferrable initially deferred,
    constraint fk_db_dbauthinfo_dbcomputer_id_db_dbcomputer foreign key (dbcomputer_id)
        references db_dbcomputer (id) on delete cascade deferrable initially deferred
);
create index ix_db_dbauthinfo_db_dbauthinfo_aiidauser_id on db_dbauthinfo (aiidauser_id);
create index ix_db_dbauthinfo_db_dbauthinfo_dbcomputer_id on db_dbauthinfo (dbcomputer_id);

create table db_dbgroup (
    id          integer      not null,
    uuid        varchar(32)  not null,
    label       varchar(255) not null,
    type_string varchar(255) not null,
    time        datetime     not null,
    description text         not null,
    extras      json         not null,
    user_id     integer      not null,
    constraint db_dbgroup_pkey primary key (id),
    constraint uq_db_dbgroup_label_type_string unique (label, type_string),
    constraint uq_db_dbgroup_uuid unique (uuid),
    constraint fk_db_dbgroup_user_id_db_dbuser foreign key (user_id) references db_dbuser (id)
        on delete cascade deferrable initially deferred
);
create index ix_db_dbgroup_db_dbgroup_label on db_dbgroup (label);
create index ix_db_dbgroup_db_dbgroup_type_string on db_dbgroup (type_string);
create index ix_db_dbgroup_db_dbgroup_user_id on db_dbgroup (user_id);

create table db_dbnode (
    id                  integer      not null,
    uuid                varchar(32)  not null,
    node_type           varchar(255) not null,
    process_type        varchar(255),
    label               varchar(255) not null,
    description         text         not null,
    ctime               datetime     not null,
    mtime               datetime     not null,
    attributes          json,
    extras              json,
    repository_metadata json         not null,
    dbcomputer_id       integer,
    user_id             integer      not null,
    constraint db_dbnode_pkey primary key (id),
    constraint uq_db_dbnode_uuid unique (uuid),
    constraint fk_db_dbnode_dbcomputer_id_db_dbcomputer foreign key (dbcomputer_id)
        references db_dbcomputer (id) on delete restrict deferrable initially deferred,
    constraint fk_db_dbnode_user_id_db_dbuser foreign key (user_id) references db_dbuser (id)
        on delete restrict deferrable initially deferred
);
create index ix_db_dbnode_db_dbnode_ctime on db_dbnode (ctime);
create index ix_db_dbnode_db_dbnode_dbcomputer_id on db_dbnode (dbcomputer_id);
create index ix_db_dbnode_db_dbnode_label on db_dbnode (label);
create index ix_db_dbnode_db_dbnode_mtime on db_dbnode (mtime);
create index ix_db_dbnode_db_dbnode_node_type on db_dbnode (node_type);
create index ix_db_dbnode_db_dbnode_process_type on db_dbnode (process_type);
create index ix_db_dbnode_db_dbnode_user_id on db_dbnode (user_id);

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
        on delete cascade deferrable initially deferred
);
create index ix_db_dblink_db_dblink_input_id on db_dblink (input_id);
create index ix_db_dblink_db_dblink_label on db_dblink (label);
create index ix_db_dblink_db_dblink_output_id on db_dblink (output_id);
create index ix_db_dblink_db_dblink_type on db_dblink (type);

create table db_dbgroup_dbnodes (
    id         integer not null,
    dbnode_id  integer not null,
    dbgroup_id integer not null,
    constraint db_dbgroup_dbnodes_pkey primary key (id),
    constraint uq_db_dbgroup_dbnodes_dbgroup_id_dbnode_id unique (dbgroup_id, dbnode_id),
    constraint fk_db_dbgroup_dbnodes_dbgroup_id_db_dbgroup foreign key (dbgroup_id)
        references db_dbgroup (id) deferrable initially deferred,
    constraint fk_db_dbgroup_dbnodes_dbnode_id_db_dbnode foreign key (dbnode_id)
        references db_dbnode (id) deferrable initially deferred
);
create index ix_db_dbgroup_dbnodes_db_dbgroup_dbnodes_dbgroup_id on db_dbgroup_dbnodes (dbgroup_id);
create index ix_db_dbgroup_dbnodes_db_dbgroup_dbnodes_dbnode_id on db_dbgroup_dbnodes (dbnode_id);

create table db_dbcomment (
    id        integer     not null,
    uuid      varchar(32) not null,
    dbnode_id integer     not null,
    ctime     datetime    not null,
    mtime     datetime    not null,
    user_id   integer     not null,
    content   text        not null,
    constraint db_dbcomment_pkey primary key (id),
    constraint uq_db_dbcomment_uuid unique (uuid),
    constraint fk_db_dbcomment_dbnode_id_db_dbnode foreign key (dbnode_id) references db_dbnode (id)
        on delete cascade deferrable initially deferred,
    constraint fk_db_dbcomment_user_id_db_dbuser foreign key (user_id) references db_dbuser (id)
        on delete cascade deferrable initially deferred
);
create index ix_db_dbcomment_db_dbcomment_dbnode_id on db_dbcomment (dbnode_id);
create index ix_db_dbcomment_db_dbcomment_user_id on db_dbcomment (user_id);

create table db_dblog (
    id         integer      not null,
    uuid       varchar(32)  not null,
    time       datetime     not null,
    loggername varchar(255) not null,
    levelname  varchar(50)  not null,
    dbnode_id  integer      not null,
    message    text         not null,
    metadata   json         not null,
    constraint db_dblog_pkey primary key (id),
    constraint uq_db_dblog_uuid unique (uuid),
    constraint fk_db_dblog_dbnode_id_db_dbnode foreign key (dbnode_id) references db_dbnode (id)
        on delete cascade deferrable initially deferred
);
create index ix_db_dblog_db_dblog_dbnode_id on db_dblog (dbnode_id);
create index ix_db_dblog_db_dblog_levelname on db_dblog (levelname);
create index ix_db_dblog_db_dblog_loggername on db_dblog (loggername);
