/*
 * One change at a time on PostgreSQL: each is found against the same engine
 * and against SQLite, and nothing besides.
 */
#include "lib/twins_base.h"

#define ALONE(what) "not-compared one-engine " what

static const struct mutation tables[] = {
    {"create table t (i integer)", "different structure table t", NULL},
    {"create schema s create table t (i integer)",
     "different structure schema s\ndifferent structure table s.t",
     "different structure table s.t\n" ALONE("schema s")},
    {"drop table db_dbsetting", "different structure table db_dbsetting",
     "different structure table db_dbsetting\ngone " ALONE(
         "index db_dbsetting.ix_pat_db_dbsetting_key")},
    {"alter table db_dbsetting rename to settings",
     "different structure table db_dbsetting\n"
     "different structure table settings",
     "different structure table db_dbsetting\n"
     "different structure table settings\ngone " ALONE(
         "index db_dbsetting.ix_pat_db_dbsetting_key")},
    {"alter table db_dblog set unlogged",
     "different structure table db_dblog unlogged",
     ALONE("table db_dblog unlogged")},
    {"alter table db_dblog set (fillfactor = 70)",
     "different structure table db_dblog options",
     ALONE("table db_dblog options")},
    {"comment on table extra is 'for all'",
     "different names table extra comment", NULL},
    {"comment on table extra is null", "different names table extra comment",
     NULL},
    {"comment on table parent is 'x'", "different names table parent comment",
     ALONE("table parent comment")},
    {"alter table ranged detach partition ranged_1",
     "different structure column ranged_1.i\n"
     "different structure table ranged_1 partition_of",
     "different structure table ranged_1\n"
     "gone " ALONE("table ranged_1")},
    {"alter table ranged detach partition ranged_1;"
     "alter table ranged attach partition ranged_1 for values from (1) to (8)",
     "different structure table ranged_1 partition_of", ""},
    {"drop table ranged; create table ranged (i integer)",
     "different structure table ranged partition_by\n"
     "different structure table ranged_1",
     "gone " ALONE("table ranged_1")},
    {"alter table heir inherit elder",
     "different structure table heir inherits", ""},
};

static const struct mutation columns[] = {
    {"alter table db_dbuser alter email type varchar(255)",
     "different structure column db_dbuser.email type", NULL},
    {"alter table db_dblink alter type type text",
     "different structure column db_dblink.type type",
     "different strictness column db_dblink.type type"},
    {"alter table db_dbnode alter description type varchar(40)",
     "different structure column db_dbnode.description type",
     "different strictness column db_dbnode.description guard"},
    {"alter table extra alter ratio type real",
     "different structure column extra.ratio type", NULL},
    {"alter table extra alter price type numeric(12,2)",
     "different structure column extra.price type", NULL},
    {"alter table extra alter day type timestamp",
     "different structure column extra.day type", NULL},
    {"alter table db_dblog alter dbnode_id type bigint",
     "different structure column db_dblog.dbnode_id type", NULL},
    {"alter table db_dbauthinfo alter enabled drop default;"
     "alter table db_dbauthinfo alter enabled type integer using 1",
     "different structure column db_dbauthinfo.enabled default\n"
     "different structure column db_dbauthinfo.enabled type",
     NULL},
    {"alter table parent alter note type varchar(20) collate \"C\"",
     "different structure column parent.note collation", ""},
    {"alter table parent alter note type varchar(20) collate \"en-x-icu\"",
     "different structure column parent.note collation", NULL},
    {"alter table db_dbuser alter first_name drop not null",
     "different strictness column db_dbuser.first_name not_null", NULL},
    {"alter table db_dbnode alter process_type set not null",
     "different strictness column db_dbnode.process_type not_null", NULL},
    {"alter table db_dbuser alter first_name drop default",
     "different structure column db_dbuser.first_name default", NULL},
    {"alter table db_dbuser alter email set default 'x'",
     "different structure column db_dbuser.email default", NULL},
    {"alter table db_dbuser alter first_name set default 'x'",
     "different structure column db_dbuser.first_name default", NULL},
    {"alter table db_dbgroup alter time set default now()",
     "different structure column db_dbgroup.time default", ""},
    {"alter table db_dbgroup alter time set default '2020-01-01 00:00:00+00'",
     "different structure column db_dbgroup.time default", NULL},
    {"alter table db_dbauthinfo alter enabled set default false",
     "different structure column db_dbauthinfo.enabled default", NULL},
    {"alter table extra alter amount set default 2",
     "different structure column extra.amount default", NULL},
    {"alter table db_dbgroup alter extras set default '{\"a\": 1}'",
     "different structure column db_dbgroup.extras default", NULL},
    {"alter table db_dbgroup alter uuid drop default",
     "different structure column db_dbgroup.uuid default", NULL},
    {"alter table extra alter mood set default 'wild'",
     "different structure column extra.mood default", NULL},
    {"alter table extra alter twice drop expression",
     "different structure column extra.twice generated\n"
     "different structure column extra.twice stored",
     "different structure column extra.twice generated"},
    {"alter table extra drop twice, add twice integer generated always as "
     "(amount * 3) stored",
     "different structure column extra.twice generated\n"
     "different structure table extra column_order",
     NULL},
    {"alter table db_dbuser alter id drop default",
     "different structure column db_dbuser.id identity\n"
     "different structure owner of sequence db_dbuser_id_seq\n"
     "different structure sequence db_dbuser_id_seq",
     "different strictness column db_dbuser.id identity\n" ALONE(
         "owner of sequence db_dbuser_id_seq") "\n" ALONE("sequence "
                                                          "db_dbuser_id_seq")},
    {"drop sequence db_dbuser_id_seq cascade",
     "different structure column db_dbuser.id identity",
     "different strictness column db_dbuser.id identity"},
    {"alter table db_dbuser alter id drop default;"
     "drop sequence db_dbuser_id_seq;"
     "alter table db_dbuser alter id add generated by default as identity",
     "different structure column db_dbuser.id identity", ""},
    {"alter table db_dbuser alter id drop default;"
     "drop sequence db_dbuser_id_seq;"
     "alter table db_dbuser alter id add generated always as identity",
     "different structure column db_dbuser.id identity",
     "different strictness column db_dbuser.id identity"},
    {"alter sequence db_dbuser_id_seq start 100",
     "different structure column db_dbuser.id sequence", NULL},
    {"alter sequence db_dbuser_id_seq increment 2",
     "different structure column db_dbuser.id sequence", NULL},
    {"alter sequence db_dbuser_id_seq cycle",
     "different structure column db_dbuser.id sequence", NULL},
    {"comment on column extra.code is 'x'",
     "different names column extra.code comment", NULL},
    {"comment on column extra.amount is 'x'",
     "different names column extra.amount comment",
     ALONE("column extra.amount comment")},
    {"alter table db_dblog add more integer",
     "different structure column db_dblog.more", NULL},
    {"alter table db_dbnode drop description",
     "different structure column db_dbnode.description", NULL},
    {"alter table db_dbnode rename description to about",
     "different structure column db_dbnode.about\n"
     "different structure column db_dbnode.description",
     NULL},
    {"alter table db_dbuser drop last_name;"
     "alter table db_dbuser add last_name varchar(254) not null default ''",
     "different structure table db_dbuser column_order", NULL},
};

static const struct mutation keys[] = {
    {"alter table db_dbsetting drop constraint db_dbsetting_pkey",
     "different structure primary key db_dbsetting.db_dbsetting_pkey", NULL},
    {"alter table db_dbsetting drop constraint db_dbsetting_pkey;"
     "alter table db_dbsetting add constraint db_dbsetting_pkey"
     " primary key (key)",
     "different structure primary key db_dbsetting.db_dbsetting_pkey columns",
     NULL},
    {"alter table db_dbsetting rename constraint db_dbsetting_pkey to pk",
     "different names primary key db_dbsetting.pk name",
     "different names primary key db_dbsetting.pk name"},
    {"alter table extra drop constraint extra_pkey;"
     "alter table extra add constraint extra_pkey primary key (id)"
     " deferrable",
     "different structure primary key extra.extra_pkey deferrable", NULL},
    {"comment on constraint extra_pkey on extra is 'x'",
     "different names primary key extra.extra_pkey comment",
     ALONE("primary key extra.extra_pkey comment")},
    {"alter table db_dbuser drop constraint uq_db_dbuser_email",
     "different structure unique constraint db_dbuser.uq_db_dbuser_email",
     NULL},
    {"alter table parent add constraint u unique (note)",
     "different structure unique constraint parent.u", NULL},
    {"alter table db_dbuser rename constraint uq_db_dbuser_email to u",
     "different names unique constraint db_dbuser.u name", NULL},
    {"alter table db_dbuser drop constraint uq_db_dbuser_email;"
     "alter table db_dbuser add constraint uq_db_dbuser_email"
     " unique (email, first_name)",
     "different structure unique constraint db_dbuser.uq_db_dbuser_email "
     "columns",
     NULL},
    {"alter table extra drop constraint uq_extra_a_b;"
     "alter table extra add constraint uq_extra_a_b unique (b, a)",
     "different structure unique constraint extra.uq_extra_a_b columns", NULL},
    {"alter table db_dbuser drop constraint uq_db_dbuser_email;"
     "alter table db_dbuser add constraint uq_db_dbuser_email"
     " unique (email) deferrable initially deferred",
     "different structure unique constraint db_dbuser.uq_db_dbuser_email "
     "deferrable",
     NULL},
    {"alter table db_dbuser drop constraint uq_db_dbuser_email;"
     "alter table db_dbuser add constraint uq_db_dbuser_email"
     " unique nulls not distinct (email)",
     "different strictness unique constraint db_dbuser.uq_db_dbuser_email "
     "nulls_not_distinct",
     NULL},
    {"alter table db_dbuser drop constraint uq_db_dbuser_email;"
     "create unique index uq_db_dbuser_email on db_dbuser (email)",
     "different structure index db_dbuser.uq_db_dbuser_email kind", ""},
    {"alter table db_dbuser drop constraint uq_db_dbuser_email;"
     "alter table db_dbuser add constraint uq_db_dbuser_email unique (email)"
     " include (first_name)",
     "different structure unique constraint db_dbuser.uq_db_dbuser_email "
     "columns",
     ALONE("unique constraint db_dbuser.uq_db_dbuser_email columns")},
    {"alter table extra add constraint x exclude using btree (day with =)",
     "different structure exclusion constraint x on extra",
     ALONE("exclusion constraint x on extra")},
};

#define COMMENT_USER "fk_db_dbcomment_user_id_db_dbuser"
#define USER_KEY     "foreign key db_dbcomment." COMMENT_USER
#define REPLACE_KEY(rest)                                        \
    "alter table db_dbcomment drop constraint " COMMENT_USER ";" \
    "alter table db_dbcomment add constraint " COMMENT_USER " " rest

static const struct mutation foreign_keys[] = {
    {"alter table db_dbcomment drop constraint " COMMENT_USER,
     "different structure " USER_KEY, NULL},
    {"alter table db_dbcomment rename constraint " COMMENT_USER " to f",
     "different names foreign key db_dbcomment.f name", NULL},
    {"alter table extra add constraint f foreign key (amount) references"
     " db_dbuser",
     "different structure foreign key extra.f", NULL},
    {REPLACE_KEY("foreign key (user_id) references db_dbuser (id)"
                 " on delete restrict deferrable initially deferred"),
     "different structure " USER_KEY " on_delete", NULL},
    {REPLACE_KEY("foreign key (user_id) references db_dbuser (id)"
                 " deferrable initially deferred"),
     "different structure " USER_KEY " on_delete", NULL},
    {REPLACE_KEY("foreign key (user_id) references db_dbuser (id)"
                 " on delete cascade on update cascade"
                 " deferrable initially deferred"),
     "different structure " USER_KEY " on_update", NULL},
    {REPLACE_KEY("foreign key (user_id) references db_dbuser (id)"
                 " on delete cascade deferrable"),
     "different structure " USER_KEY " deferrable", NULL},
    {REPLACE_KEY("foreign key (user_id) references db_dbuser (id)"
                 " on delete cascade"),
     "different structure " USER_KEY " deferrable", NULL},
    {REPLACE_KEY("foreign key (user_id) references db_dbcomputer (id)"
                 " on delete cascade deferrable initially deferred"),
     "different structure " USER_KEY " references", NULL},
    {REPLACE_KEY("foreign key (dbnode_id) references db_dbuser (id)"
                 " on delete cascade deferrable initially deferred"),
     "different structure " USER_KEY " columns", NULL},
    {REPLACE_KEY("foreign key (user_id) references db_dbuser (id)"
                 " on delete cascade deferrable initially deferred not valid"),
     "different strictness " USER_KEY " not_valid", NULL},
    {REPLACE_KEY("foreign key (user_id) references db_dbuser (id) match full"
                 " on delete cascade deferrable initially deferred"),
     "different strictness " USER_KEY " match", ""},
    {"alter table extra drop constraint fk_extra_parent;"
     "alter table extra add constraint fk_extra_parent foreign key (a, b)"
     " references parent (a, b) match full on delete set null"
     " on update cascade",
     "different strictness foreign key extra.fk_extra_parent match", NULL},
    {"alter table extra drop constraint fk_extra_parent;"
     "alter table extra add constraint fk_extra_parent foreign key (a, b)"
     " references parent (a, b) on delete set null (a) on update cascade",
     "different structure foreign key extra.fk_extra_parent on_delete", NULL},
    {"alter table extra drop constraint fk_extra_parent;"
     "alter table extra add constraint fk_extra_parent foreign key (b, a)"
     " references parent (a, b) on delete set null on update cascade",
     "different structure foreign key extra.fk_extra_parent columns", NULL},
};

static const struct mutation checks[] = {
    {"alter table extra drop constraint ck_extra_amount",
     "different strictness check extra.ck_extra_amount", NULL},
    {"alter table extra add constraint c check (b > 7)",
     "different strictness check extra.c", NULL},
    {"alter table extra add check (b > 7)",
     "different strictness check extra.extra_b_check", NULL},
    {"alter table extra rename constraint ck_extra_amount to c",
     "different names check extra.c name", NULL},
    {"alter table extra drop constraint ck_extra_amount;"
     "alter table extra add constraint ck_extra_amount check (amount >= 0)",
     "different strictness check extra.ck_extra_amount expression", NULL},
    {"alter table extra drop constraint ck_extra_code;"
     "alter table extra add constraint ck_extra_code"
     " check (code <> '' and code <> 'None')",
     "different strictness check extra.ck_extra_code expression", NULL},
    {"alter table extra drop constraint ck_extra_amount;"
     "alter table extra add constraint ck_extra_amount check (amount > 0)"
     " not valid",
     "different strictness check extra.ck_extra_amount not_valid", NULL},
    {"alter table extra drop constraint ck_extra_amount;"
     "alter table extra add constraint ck_extra_amount check (amount > 0)"
     " no inherit",
     "different strictness check extra.ck_extra_amount no_inherit",
     ALONE("check extra.ck_extra_amount no_inherit")},
    {"alter table db_dbgroup drop constraint ck_db_dbgroup_time_time",
     "different strictness column db_dbgroup.time guard", NULL},
    {"alter table db_dbgroup drop constraint ck_db_dbgroup_time_time;"
     "alter table db_dbgroup add constraint ck_db_dbgroup_time_time"
     " check (time >= '2000-01-01 00:00:00+00'"
     "    and time < '10000-01-01 00:00:00+00')",
     "different strictness column db_dbgroup.time guard", NULL},
    {"alter table db_dblink drop constraint ck_db_dblink_type_known;"
     "alter table db_dblink add constraint ck_db_dblink_type_known"
     " check (type in ('create', 'return'))",
     "different strictness check db_dblink.ck_db_dblink_type_known expression",
     NULL},
    {"comment on constraint ck_extra_amount on extra is 'x'",
     "different names check extra.ck_extra_amount comment",
     ALONE("check extra.ck_extra_amount comment")},
};

#define INDEX(name) "index extra." name

static const struct mutation indexes[] = {
    {"drop index ix_extra_desc", "different structure " INDEX("ix_extra_desc"),
     NULL},
    {"create index i on extra (code)", "different structure " INDEX("i"), NULL},
    {"create index i on extra (code varchar_pattern_ops)",
     "different structure " INDEX("i"), ALONE(INDEX("i"))},
    {"create index i on extra using hash (code)",
     "different structure " INDEX("i"), ALONE(INDEX("i"))},
    {"create index i on extra (code) include (amount)",
     "different structure " INDEX("i"), ALONE(INDEX("i"))},
    {"drop index ix_pat_db_dbuser_email",
     "different structure index db_dbuser.ix_pat_db_dbuser_email",
     "gone " ALONE("index db_dbuser.ix_pat_db_dbuser_email")},
    {"alter index ix_extra_desc rename to i",
     "different names " INDEX("i") " name", NULL},
    {"drop index ux_extra_day; create index ux_extra_day on extra (day)",
     "different structure " INDEX("ux_extra_day") " unique", NULL},
    {"drop index ix_extra_desc;"
     "create index ix_extra_desc on extra (amount, day)",
     "different structure " INDEX("ix_extra_desc") " columns", NULL},
    {"drop index ix_extra_desc;"
     "create index ix_extra_desc on extra (amount desc, day desc)",
     "different structure " INDEX("ix_extra_desc") " columns", NULL},
    {"drop index ix_extra_desc;"
     "create index ix_extra_desc on extra (amount desc)",
     "different structure " INDEX("ix_extra_desc") " columns", NULL},
    {"drop index ix_extra_desc;"
     "create index ix_extra_desc on extra (day, amount desc)",
     "different structure " INDEX("ix_extra_desc") " columns", NULL},
    {"drop index ix_extra_desc;"
     "create index ix_extra_desc on extra (amount desc nulls last, day)",
     "different structure " INDEX("ix_extra_desc") " columns",
     ALONE(INDEX("ix_extra_desc") " columns")},
    {"drop index ix_extra_desc;"
     "create index ix_extra_desc on extra (amount desc, day) include (flag)",
     "different structure " INDEX("ix_extra_desc") " columns",
     ALONE(INDEX("ix_extra_desc") " columns")},
    {"drop index ix_extra_lower;"
     "create index ix_extra_lower on extra (upper(code))",
     "different structure " INDEX("ix_extra_lower") " columns", NULL},
    {"drop index ix_extra_lower;"
     "create index ix_extra_lower on extra (lower(code) text_pattern_ops)",
     "different structure " INDEX("ix_extra_lower") " columns",
     ALONE(INDEX("ix_extra_lower") " columns")},
    {"drop index ix_extra_lower;"
     "create index ix_extra_lower on extra (lower(code) collate \"en-x-icu\")",
     "different structure " INDEX("ix_extra_lower") " columns", NULL},
    {"drop index ix_extra_partial;"
     "create index ix_extra_partial on extra (amount)",
     "different structure " INDEX("ix_extra_partial") " predicate", NULL},
    {"drop index ix_extra_partial;"
     "create index ix_extra_partial on extra (amount) where not flag",
     "different structure " INDEX("ix_extra_partial") " predicate", NULL},
    {"drop index ix_extra_partial;"
     "create index ix_extra_partial on extra using hash (amount) where flag",
     "different structure " INDEX("ix_extra_partial") " method",
     ALONE(INDEX("ix_extra_partial") " method")},
    {"drop index ux_extra_day;"
     "create unique index ux_extra_day on extra (day) nulls not distinct",
     "different strictness " INDEX("ux_extra_day") " nulls_not_distinct", NULL},
    {"alter index ix_extra_desc set (fillfactor = 70)",
     "different structure " INDEX("ix_extra_desc") " options",
     ALONE(INDEX("ix_extra_desc") " options")},
    {"update pg_index set indisvalid = false"
     " where indexrelid = 'ix_extra_desc'::regclass",
     "different strictness " INDEX("ix_extra_desc") " invalid", NULL},
    {"comment on index ix_extra_desc is 'x'",
     "different names " INDEX("ix_extra_desc") " comment",
     ALONE(INDEX("ix_extra_desc") " comment")},
};

static const struct mutation views[] = {
    {"create view v as select 1 as one", "different structure view v", NULL},
    {"create materialized view v as select 1 as one",
     "different structure view v", ALONE("view v")},
    {"drop view v_extra", "different structure view v_extra", NULL},
    {"alter view v_extra rename to v",
     "different structure view v\ndifferent structure view v_extra", NULL},
    {"create or replace view v_extra as"
     " select amount, code from extra where amount > 6",
     "different structure view v_extra definition",
     "unknown structure view v_extra definition"},
    {"drop view v_extra; create view v_extra as"
     " select code, amount from extra where amount > 5",
     "different structure view v_extra definition",
     "unknown structure view v_extra definition"},
    {"drop view v_extra; create materialized view v_extra as"
     " select amount, code from extra where amount > 5",
     "different structure view v_extra materialized", NULL},
    {"alter view v_extra set (security_barrier = true)",
     "different structure view v_extra options", ALONE("view v_extra options")},
    {"comment on view v_extra is 'x'", "different names view v_extra comment",
     ALONE("view v_extra comment")},
    {"drop trigger tr_extra on extra",
     "different structure trigger extra.tr_extra",
     "different structure trigger extra.tr_extra\n"
     "gone unknown structure trigger extra.tr_extra definition"},
    {"create trigger r before delete on extra for each row"
     " execute function tr_extra()",
     "different structure trigger extra.r", NULL},
    {"alter trigger tr_extra on extra rename to r",
     "different names trigger extra.r name",
     "different structure trigger extra.r\n"
     "different structure trigger extra.tr_extra\n"
     "gone unknown structure trigger extra.tr_extra definition"},
    {"create or replace trigger tr_extra before insert on extra for each row"
     " execute function tr_extra()",
     "different structure trigger extra.tr_extra timing",
     "different structure trigger extra.tr_extra timing"},
    {"create or replace trigger tr_extra after insert or delete on extra"
     " for each row execute function tr_extra()",
     "different structure trigger extra.tr_extra events",
     "different structure trigger extra.tr_extra events"},
    {"create or replace trigger tr_extra after insert on extra"
     " for each row when (new.a > 1) execute function tr_extra()",
     "different structure trigger extra.tr_extra definition", ""},
    {"alter table extra disable trigger tr_extra",
     "different structure trigger setting tr_extra on extra",
     ALONE("trigger setting tr_extra on extra")},
    {"comment on trigger tr_extra on extra is 'x'",
     "different names trigger extra.tr_extra comment",
     ALONE("trigger extra.tr_extra comment")},
};

static const struct mutation types[] = {
    {"create type t as enum ('a')", "different structure enum t",
     ALONE("enum t")},
    {"alter type mood add value 'dull'", "different structure enum mood labels",
     NULL},
    {"alter type mood rename value 'calm' to 'still'",
     "different structure column extra.mood default\n"
     "different structure enum mood labels",
     NULL},
    {"alter type mood rename to temper",
     "different structure column extra.mood type\n"
     "different structure enum mood\n"
     "different structure enum temper",
     "different names column extra.mood type"},
    {"comment on type mood is 'x'", "different names enum mood comment",
     ALONE("enum mood comment")},
    {"create sequence s", "different structure sequence s",
     ALONE("sequence s")},
    {"drop sequence numbers", "different structure sequence numbers",
     "gone " ALONE("sequence numbers")},
    {"alter sequence numbers start 7",
     "different structure sequence numbers sequence", ""},
    {"alter sequence numbers as integer",
     "different structure sequence numbers type", ""},
    {"alter sequence numbers cache 9",
     "different structure sequence numbers sequence", ""},
    {"comment on sequence numbers is 'x'",
     "different names sequence numbers comment", ""},
};

/* What the model holds as text only. */
#define OTHER(what) "different structure " what, ALONE(what)

static const struct mutation others[] = {
    {"create function f(a integer) returns integer language sql as 'select 1'",
     OTHER("function f(integer)")},
    {"create or replace function tr_extra() returns trigger language plpgsql"
     " as 'begin return null; end'",
     "different structure function tr_extra() definition", ""},
    {"create procedure p() language sql as 'select 1'", OTHER("procedure p()")},
    {"create aggregate total(integer) (sfunc = int4pl, stype = integer)",
     OTHER("aggregate total(integer)")},
    {"create domain d as integer check (value > 0)", OTHER("domain d")},
    {"create type pair as (a integer, b integer)",
     OTHER("composite type pair")},
    {"create type span as range (subtype = integer)", OTHER("range type span")},
    {"create policy p on extra using (true)", OTHER("policy p on extra")},
    {"alter table extra enable row level security",
     OTHER("row security extra")},
    {"create rule r as on delete to extra do instead nothing",
     OTHER("rule r on extra")},
    {"grant select on extra to public", OTHER("privileges table extra")},
    {"create statistics s on a, b from extra", OTHER("statistics s")},
    {"create collation c (locale = 'C')", OTHER("collation c")},
    {"create publication p for table extra", OTHER("publication p")},
    {"create foreign data wrapper w", OTHER("foreign data wrapper w")},
    {"create operator === (leftarg = integer, rightarg = integer,"
     " function = int4eq)",
     OTHER("operator ===(integer, integer)")},
    {"create cast (integer as box) with inout", OTHER("cast integer as box")},
    {"create text search dictionary d (template = simple)",
     OTHER("text search dictionary d")},
    {"create text search configuration c (copy = simple)",
     OTHER("text search configuration c")},
    {"create function e() returns event_trigger language plpgsql"
     " as 'begin end'; create event trigger e on ddl_command_end"
     " execute function e()",
     "different structure event trigger e\n"
     "different structure function e()",
     ALONE("event trigger e") "\n" ALONE("function e()")},
};

/* The lists of facts/comparing.md: what is missed elsewhere, */
static const struct mutation known[] = {
    {"alter domain positive add constraint p check (value < 9)",
     "different structure domain positive definition", ""},
    {"grant execute on function tr_extra() to pg_monitor",
     OTHER("privileges function tr_extra()")},
    {"create extension citext", OTHER("extension citext")},
    {"alter table extra alter b set not null,"
     " alter b add generated by default as identity",
     "different strictness column extra.b not_null\n"
     "different structure column extra.b identity",
     NULL},
    {"create schema s; create table s.t (i integer primary key);"
     "alter table extra add constraint f foreign key (b) references s.t",
     "different structure foreign key extra.f\n"
     "different structure schema s\ndifferent structure table s.t",
     "different structure foreign key extra.f\n"
     "different structure table s.t\n" ALONE("schema s")},
    {"create view z as select 1 as one; create view a as select one from z",
     "different structure view a\ndifferent structure view z", NULL},
    {"drop view v_extra; alter table extra alter code type varchar(20);"
     "create view v_extra as select amount, code from extra where amount > 5",
     "different structure column extra.code type", NULL},
    /* The drift of a profile that came up the old branches: names alone. */
    {"do $$ declare t record; begin for t in select c.oid::regclass as old,"
     "   replace(c.relname, 'ix_' || r.relname, 'ix') as new"
     "   from pg_index i join pg_class c on c.oid = indexrelid"
     "   join pg_class r on r.oid = indrelid"
     "   where c.relname like 'ix\\_db%' loop"
     " execute format('alter index %s rename to %I', t.old, t.new);"
     " end loop; end $$;"
     "alter table db_dbgroup rename constraint"
     " fk_db_dbgroup_user_id_db_dbuser to db_dbgroup_user_id_db_dbuser",
     "different names foreign key db_dbgroup.db_dbgroup_user_id_db_dbuser "
     "name\n"
     "different names index db_dbauthinfo.ix_db_dbauthinfo_aiidauser_id name\n"
     "different names index db_dbauthinfo.ix_db_dbauthinfo_dbcomputer_id name\n"
     "different names index db_dbcomment.ix_db_dbcomment_dbnode_id name\n"
     "different names index db_dbcomment.ix_db_dbcomment_user_id name\n"
     "different names index db_dbgroup.ix_db_dbgroup_label name\n"
     "different names index db_dbgroup.ix_db_dbgroup_type_string name\n"
     "different names index db_dbgroup.ix_db_dbgroup_user_id name\n"
     "different names index "
     "db_dbgroup_dbnodes.ix_db_dbgroup_dbnodes_dbgroup_id name\n"
     "different names index db_dbgroup_dbnodes.ix_db_dbgroup_dbnodes_dbnode_id "
     "name\n"
     "different names index db_dblink.ix_db_dblink_input_id name\n"
     "different names index db_dblink.ix_db_dblink_label name\n"
     "different names index db_dblink.ix_db_dblink_output_id name\n"
     "different names index db_dblink.ix_db_dblink_type name\n"
     "different names index db_dblog.ix_db_dblog_dbnode_id name\n"
     "different names index db_dblog.ix_db_dblog_levelname name\n"
     "different names index db_dblog.ix_db_dblog_loggername name\n"
     "different names index db_dbnode.ix_db_dbnode_ctime name\n"
     "different names index db_dbnode.ix_db_dbnode_dbcomputer_id name\n"
     "different names index db_dbnode.ix_db_dbnode_label name\n"
     "different names index db_dbnode.ix_db_dbnode_mtime name\n"
     "different names index db_dbnode.ix_db_dbnode_node_type name\n"
     "different names index db_dbnode.ix_db_dbnode_process_type name\n"
     "different names index db_dbnode.ix_db_dbnode_user_id name",
     NULL},
};

/* and what is no change at all. */
static const struct mutation churn[] = {
    {"alter table db_dblink drop constraint ck_db_dblink_type_known;"
     "alter table db_dblink add constraint ck_db_dblink_type_known"
     " check (type = any (array['create', 'return', 'input_calc',"
     " 'input_work', 'call_calc', 'call_work']))",
     "", NULL},
    {"alter table db_dbgroup drop constraint ck_db_dbgroup_time_time;"
     "alter table db_dbgroup add constraint ck_db_dbgroup_time_time"
     " check (time >= '0001-01-01 01:00:00+01'"
     "    and time < timestamptz '10000-01-01 00:00 UTC')",
     "", NULL},
    {"alter table extra alter made set default current_timestamp", "", NULL},
    {"alter table db_dbgroup alter extras set default '{}'::jsonb", "", NULL},
    {"drop index ix_extra_desc; create index \"ix_extra_desc\""
     " on public.\"extra\" using btree (\"amount\" desc, \"day\" asc)",
     "", NULL},
    {"alter table extra alter mood set default 'calm'::public.mood", "", NULL},
    {"alter table db_dblog alter id drop default;"
     "drop sequence db_dblog_id_seq;"
     "create sequence db_dblog_id_seq as integer owned by db_dblog.id;"
     "alter table db_dblog alter id set default nextval('db_dblog_id_seq')",
     "", NULL},
    {"alter table extra drop constraint ck_extra_amount;"
     "alter table extra add constraint ck_extra_amount check (0 < amount)",
     "", NULL},
    /* Restored, and not fresh any more. */
    {"do $$ declare c record; begin for c in"
     "   select conrelid::regclass as t, conname as n,"
     "          pg_get_constraintdef(oid) as d"
     "     from pg_constraint where contype = 'c' and conrelid <> 0 loop"
     " execute format('alter table %s drop constraint %I', c.t, c.n);"
     " execute format('alter table %s add constraint %I %s', c.t, c.n, c.d);"
     " end loop; end $$",
     "", NULL},
    {"do $$ declare c record; begin for c in"
     "   select adrelid::regclass as t, attname as n,"
     "          pg_get_expr(adbin, adrelid) as d"
     "     from pg_attrdef join pg_attribute"
     "       on attrelid = adrelid and attnum = adnum"
     "    where attgenerated = '' loop"
     " execute format('alter table %s alter %I set default %s',"
     "   c.t, c.n, c.d); end loop; end $$",
     "", NULL},
    {"do $$ begin execute 'create or replace view v_extra as '"
     " || pg_get_viewdef('v_extra'::regclass); end $$",
     "", NULL},
    {"do $$ declare d text := pg_get_indexdef('ix_extra_partial'::regclass);"
     " begin drop index ix_extra_partial; execute d; end $$",
     "", NULL},
    {"analyze", "", NULL},
    {"insert into parent values (1, 2, 'x'); select nextval('numbers')", "",
     NULL},
};

/*
 * What is found before any change: what PostgreSQL alone was given, or can
 * have, and a trigger that each engine says in its own words.
 */
static const char at_first[] =
    "different structure table elder\n"
    "different structure table heir\n"
    "different structure table ranged\n"
    "not-compared one-engine domain positive\n"
    "not-compared one-engine function tr_extra()\n"
    "not-compared one-engine index db_dbcomputer.ix_pat_db_dbcomputer_label\n"
    "not-compared one-engine index db_dbgroup.ix_pat_db_dbgroup_label\n"
    "not-compared one-engine index db_dbgroup.ix_pat_db_dbgroup_type_string\n"
    "not-compared one-engine index db_dblink.ix_pat_db_dblink_label\n"
    "not-compared one-engine index db_dblink.ix_pat_db_dblink_type\n"
    "not-compared one-engine index db_dblog.ix_pat_db_dblog_levelname\n"
    "not-compared one-engine index db_dblog.ix_pat_db_dblog_loggername\n"
    "not-compared one-engine index db_dbnode.ix_pat_db_dbnode_label\n"
    "not-compared one-engine index db_dbnode.ix_pat_db_dbnode_node_type\n"
    "not-compared one-engine index db_dbnode.ix_pat_db_dbnode_process_type\n"
    "not-compared one-engine index db_dbsetting.ix_pat_db_dbsetting_key\n"
    "not-compared one-engine index db_dbuser.ix_pat_db_dbuser_email\n"
    "not-compared one-engine sequence numbers\n"
    "not-compared one-engine table ranged_1\n"
    "not-compared one-engine table words\n"
    "unknown structure trigger extra.tr_extra definition";

#define TRY(list) \
    twins_try(&twins, "postgres", list, sizeof(list) / sizeof *(list))

int
main(void)
{
    struct twins twins;

    if (!twins_open(&twins, &twins_base))
        tap_skip_all("no PostgreSQL server");
    twins_are(&twins, at_first);
    TRY(tables);
    TRY(columns);
    TRY(keys);
    TRY(foreign_keys);
    TRY(checks);
    TRY(indexes);
    TRY(views);
    TRY(types);
    TRY(others);
    TRY(known);
    TRY(churn);
    twins_close(&twins);
    return tap_done();
}
