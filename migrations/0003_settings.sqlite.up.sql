-- The table that 0001 forgot.  A profile that was made at once, not brought here
-- version by version, has it.

create table if not exists db_dbsetting (
    id          integer       not null,
    key         varchar(1024) not null,
    val         json,
    description text          not null,
    time        datetime      not null,
    constraint db_dbsetting_pkey primary key (id),
    constraint uq_db_dbsetting_key unique (key)
);
