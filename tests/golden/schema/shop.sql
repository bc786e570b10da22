create type mood as enum ('sad', 'it''s ok');
create table person (
    id    serial not null constraint person_pkey primary key,
    email varchar(254) not null constraint uq_email unique,
    mood  mood default 'sad',
    price numeric(10,2),
    pk    double precision constraint positive check (pk > 0)
);
comment on table person is 'who
buys';
comment on column person.mood is 'of today';
create table invoice (
    person_id integer not null references person (id) on delete cascade,
    number    integer not null,
    payer     integer constraint fk_payer references person deferrable initially deferred,
    note      text collate "C",
    constraint invoice_pkey primary key (person_id, number)
);
create index ix_note on invoice (note desc, lower(note)) where note <> '';
create table detail (
    person_id integer not null,
    number    integer not null,
    constraint detail_pkey primary key (person_id, number),
    constraint fk_invoice foreign key (person_id, number) references invoice (person_id, number)
);
create view names as select email from person;
