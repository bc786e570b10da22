/*
 * One change at a time on SQLite: each is found against the same engine and
 * against PostgreSQL, and nothing besides.
 */
#include "lib/twins_base.h"

#define ALONE(what) "not-compared one-engine " what

static const struct mutation tables[] = {
    {"create table t (i integer);", "different structure table t", NULL},
    {"drop table db_dbsetting;", "different structure table db_dbsetting",
     "different structure table db_dbsetting\n"
     "gone " ALONE("index db_dbsetting.ix_pat_db_dbsetting_key")},
    {"alter table db_dbsetting rename to settings;",
     "different structure table db_dbsetting\n"
     "different structure table settings",
     "different structure table db_dbsetting\n"
     "different structure table settings\n"
     "gone " ALONE("index db_dbsetting.ix_pat_db_dbsetting_key")},
    {"for trying => for all", "different names table extra comment", NULL},
    {"/** for trying */ => ", "different names table extra comment",
     ALONE("table extra comment")},
    {"create table parent ( => create table parent ( /** x */",
     "different names table parent comment", NULL},
    {"fts5(a) => fts5(a, b)", "different structure table words virtual", ""},
};

static const struct mutation columns[] = {
    /* The check that is for 64 bits stands, and so many SQLite stores. */
    {"ratio  double precision => ratio  real",
     "different structure column extra.ratio type", ""},
    {"data   blob => data   integer",
     "different structure column extra.data type", NULL},
    {"price  numeric(10,2) => price  numeric(12,2)",
     "different structure column extra.price type", NULL},
    {"day    date_text => day    DATE",
     "different structure column extra.day type", ""},
    {"(length(code) <= 10) => (length(code) <= 11)",
     "different strictness column extra.code guard", NULL},
    {"constraint ck_extra_code_length check (length(code) <= 10), => ",
     "different strictness column extra.code guard", NULL},
    {"ck_extra_code_length => ck_extra_code_size", "", NULL},
    {"mood in ('calm', 'wild') => mood in ('calm', 'tame')",
     "different structure enum mood labels", NULL},
    {"flag in (0, 1) => flag in (0, 1, 2)",
     "different strictness column extra.flag guard", NULL},
    {"typeof(data) = 'blob' => typeof(data) <> 'blob'",
     "different strictness column extra.data guard", NULL},
    {"data   blob => data   blob not null",
     "different strictness column extra.data not_null", NULL},
    {"default 'none' => default 'None'",
     "different structure column parent.note default", NULL},
    {"default 'none' => ", "different structure column parent.note default",
     NULL},
    {"default 'calm' => default 'wild'",
     "different structure column extra.mood default", NULL},
    {"data   blob => data   blob default x'00'",
     "different structure column extra.data default", NULL},
    {"amount integer          not null default 1 => "
     "amount integer          not null default 0",
     "different structure column extra.amount default", NULL},
    {"as (amount * 2) stored => as (amount * 2) virtual",
     "different structure column extra.twice stored", ""},
    {"generated always as (amount * 2) stored => ",
     "different structure column extra.twice generated\n"
     "different structure column extra.twice stored",
     "different structure column extra.twice generated"},
    {"constraint extra_pkey primary key (id), => \t"
     "    id     integer          not null,\n    a      integer => "
     "id integer not null constraint extra_pkey primary key autoincrement,"
     "\n a integer",
     "different structure column extra.id identity", ""},
    {"    id     integer          not null,\n    a      integer => "
     "id int not null,\n a integer",
     "different structure column extra.id identity\n"
     "different structure column extra.id type",
     "different structure column extra.id identity"},
    {"data   blob => data   blob collate rtrim",
     "different structure column extra.data collation", NULL},
    {"b text    not null => b text not null on conflict ignore",
     "different structure column plain.b on_conflict", NULL},
    {"/** a code */ => /** x */", "different names column extra.code comment",
     NULL},
    {"/** a code */ => ", "different names column extra.code comment",
     ALONE("column extra.code comment")},
    {"day    date_text => day date_text,\n    more integer",
     "different structure column extra.more", NULL},
    {"alter table extra rename data to content;",
     "different structure column extra.content\n"
     "different structure column extra.data",
     NULL},
};

static const struct mutation keys[] = {
    {"constraint plain_pkey primary key (a, b) => "
     "constraint plain_pkey primary key (b, a)",
     "different structure primary key plain.plain_pkey columns", NULL},
    {"constraint plain_pkey primary key (a, b) => "
     "constraint pk primary key (a, b)",
     "different names primary key plain.pk name", ""},
    {"constraint plain_pkey primary key (a, b) => primary key (a, b)",
     "different names primary key plain. name", ""},
    {"constraint plain_pkey primary key (a, b) => "
     "constraint plain_pkey unique (a, b)",
     "different structure primary key plain.plain_pkey\n"
     "different structure unique constraint plain.plain_pkey",
     NULL},
    {"constraint uq_extra_code unique (code), => ",
     "different structure unique constraint extra.uq_extra_code", NULL},
    {"constraint uq_extra_code unique (code) => unique (code)",
     "different names unique constraint extra. name", ""},
    {"constraint uq_extra_code unique (code) => constraint u unique (code)",
     "different names unique constraint extra.u name", NULL},
    {"constraint uq_extra_a_b unique (a, b) => "
     "constraint uq_extra_a_b unique (b, a)",
     "different structure unique constraint extra.uq_extra_a_b columns", NULL},
    {"constraint uq_extra_code unique (code), => \t"
     "create unique index uq_extra_code on extra (code);",
     "different names index extra.uq_extra_code kind", ""},
    {"on update cascade on delete set null => on delete set null",
     "different structure foreign key extra.fk_extra_parent on_update", NULL},
    {"on update cascade on delete set null => "
     "on update cascade on delete restrict",
     "different structure foreign key extra.fk_extra_parent on_delete", NULL},
    {"constraint fk_extra_parent foreign key (a, b) references parent (a, b)"
     " => constraint fk_extra_parent foreign key (b, a) references parent"
     " (a, b)",
     "different structure foreign key extra.fk_extra_parent columns", NULL},
    {"references parent (a, b) => references parent", "", NULL},
    {"references parent (a, b) => references plain (a, b)",
     "different structure foreign key extra.fk_extra_parent references", NULL},
    {"constraint fk_extra_parent foreign key => foreign key",
     "different names foreign key extra. name", ""},
    {"constraint fk_extra_parent foreign key => constraint f foreign key",
     "different names foreign key extra.f name", NULL},
    {"constraint ck_extra_amount check (amount > 0) => "
     "constraint ck_extra_amount check (amount >= 0)",
     "different strictness check extra.ck_extra_amount expression", NULL},
    {"constraint ck_extra_amount check (amount > 0), => ",
     "different strictness check extra.ck_extra_amount", NULL},
    {"constraint ck_extra_amount check (amount > 0) => check (amount > 0)",
     "different names check extra. name", ""},
    {"constraint ck_extra_amount check => constraint c check",
     "different names check extra.c name", NULL},
    {"and code <> 'none') => and code <> 'None')",
     "different strictness check extra.ck_extra_code expression", NULL},
};

static const struct mutation indexes[] = {
    {"drop index ix_extra_desc;",
     "different structure index extra.ix_extra_desc", NULL},
    {"ix_extra_desc on => i on", "different names index extra.i name", NULL},
    {"(amount desc, day) => (amount, day)",
     "different structure index extra.ix_extra_desc columns", NULL},
    {"(amount desc, day) => (day, amount desc)",
     "different structure index extra.ix_extra_desc columns", NULL},
    {"(amount desc, day) => (amount desc)",
     "different structure index extra.ix_extra_desc columns", NULL},
    {"create unique index ux_extra_day => create index ux_extra_day",
     "different structure index extra.ux_extra_day unique", NULL},
    {"(amount) where flag => (amount)",
     "different structure index extra.ix_extra_partial predicate", NULL},
    {"create index i on extra (code) where flag;",
     "different structure index extra.i", NULL},
    {"create view v as select 1 as one;", "different structure view v", NULL},
    {"drop view v_extra;", "different structure view v_extra", NULL},
    {"create trigger r before delete on extra begin select 1; end;",
     "different structure trigger extra.r", NULL},
    {"drop trigger tr_extra;", "different structure trigger extra.tr_extra",
     "different structure trigger extra.tr_extra\n"
     "gone unknown structure trigger extra.tr_extra definition"},
    {"tr_extra after insert => tr_extra before insert",
     "different structure trigger extra.tr_extra timing",
     "different structure trigger extra.tr_extra timing"},
    {"tr_extra after insert => tr_extra after update",
     "different structure trigger extra.tr_extra events",
     "different structure trigger extra.tr_extra events"},
};

/* The list of facts/comparing.md, with its numbers. */
static const struct mutation known[] = {
    /* 1 type */
    {"a    integer     not null => a    bigint     not null",
     "different structure column parent.a type", NULL},
    /* 2 default */
    {"flag   boolean          not null default 0 => "
     "flag   boolean          not null default 1",
     "different structure column extra.flag default", NULL},
    /* 3 NOT NULL */
    {"code   varchar(10)      not null => code   varchar(10)",
     "different strictness column extra.code not_null", NULL},
    /* 4 CHECK */
    {"constraint ck_extra_amount check (amount > 0) => "
     "constraint ck_extra_amount check (amount > 0), check (b <> a)",
     "different strictness check extra.", NULL},
    /* 5 UNIQUE */
    {"constraint uq_extra_code unique (code) => "
     "constraint uq_extra_code unique (code), unique (day)",
     "different structure unique constraint extra.", NULL},
    /* 6 a foreign key added */
    {"constraint ck_extra_amount check (amount > 0) => "
     "constraint f foreign key (amount) references db_dbuser (id), "
     "constraint ck_extra_amount check (amount > 0)",
     "different structure foreign key extra.f", NULL},
    /* 7 a primary key added, or taken */
    {"constraint plain_pkey primary key (a, b), => ",
     "different structure primary key plain.plain_pkey", NULL},
    /* 8 COLLATE */
    {"note varchar(20) default => note varchar(20) collate nocase default",
     "different structure column parent.note collation", NULL},
    /* 9 COLLATE of an index */
    {"(amount desc, day) => (amount desc, day collate nocase)",
     "different structure index extra.ix_extra_desc columns", NULL},
    /* 10 DEFERRABLE */
    {"on update cascade on delete set null => "
     "on update cascade on delete set null deferrable initially deferred",
     "different structure foreign key extra.fk_extra_parent deferrable", NULL},
    /* 11 varchar's size */
    {"code   varchar(10) => code   varchar(12)",
     "different structure column extra.code type", NULL},
    {"code   varchar(10) => code   varchar(12)\t"
     "(length(code) <= 10) => (length(code) <= 12)",
     "different structure column extra.code type", NULL},
    /* 12 STRICT, 13 WITHOUT ROWID */
    {"ck_plain_c_text check (c is null or (typeof(c) = 'text' and "
     "instr(c, char(0)) = 0))\n) => "
     "ck_plain_c_text check (c is null or (typeof(c) = 'text' and "
     "instr(c, char(0)) = 0))\n) strict",
     "different strictness table plain strict", ALONE("table plain strict")},
    {"ck_plain_c_text check (c is null or (typeof(c) = 'text' and "
     "instr(c, char(0)) = 0))\n) => "
     "ck_plain_c_text check (c is null or (typeof(c) = 'text' and "
     "instr(c, char(0)) = 0))\n) without rowid",
     "different structure table plain without_rowid",
     ALONE("table plain without_rowid")},
    /* 14 what is generated */
    {"as (amount * 2) stored => as (amount * 3) stored",
     "different structure column extra.twice generated", NULL},
    /* 15 the order of columns */
    {"    day    date_text,\n    data   blob, => "
     "    data   blob,\n    day    date_text,",
     "different structure table extra column_order", NULL},
    /* 16 ON CONFLICT */
    {"constraint uq_extra_code unique (code) => "
     "constraint uq_extra_code unique (code) on conflict replace",
     "different structure unique constraint extra.uq_extra_code on_conflict",
     NULL},
    /* 17 a column dropped */
    {"    data   blob,\n => \t"
     "    constraint ck_extra_data_blob check (data is null or "
     "(typeof(data) = 'blob')),\n => ",
     "different structure column extra.data", NULL},
    /* 18 a column added */
    {"alter table extra add column more integer not null default 0;",
     "different structure column extra.more", NULL},
    {"alter table extra add column more integer generated always as (a) "
     "virtual;",
     "different structure column extra.more", NULL},
    /* 19 a partial index */
    {"(amount) where flag => (amount) where not flag",
     "different structure index extra.ix_extra_partial predicate", NULL},
    /* 20 an index of an expression */
    {"(lower(code)) => (upper(code))",
     "different structure index extra.ix_extra_lower columns", NULL},
    /* 21 a view */
    {"from extra where amount > 5 => from extra where amount > 6",
     "different structure view v_extra definition",
     "unknown structure view v_extra definition"},
    /* 22 a trigger: the other engine's says the same or not, as before */
    {"set note = 'new' => set note = 'old'",
     "different structure trigger extra.tr_extra definition", ""},
    /* 23 a full-text table */
    {"create virtual table f using fts5(a);", "different structure table f",
     ALONE("table f")},
    /* 24 no change */
    {"not null default 1, => not null default (1),", "", NULL},
};

/* What is no change at all. */
static const struct mutation churn[] = {
    {"create table extra ( => create  TABLE if not exists main . [extra] (", "",
     NULL},
    {"code   varchar(10)      not null => \"code\" VARCHAR ( 10 ) NOT NULL", "",
     NULL},
    {"(amount desc, day) => (\"amount\" DESC, `day` asc)", "", NULL},
    {"(amount) where flag => (amount) WHERE (flag)", "", NULL},
    {"check (amount > 0) => check (/* more */ (amount>0) ) -- than none\n", "",
     NULL},
    {"constraint ck_extra_amount check (amount > 0), => \t"
     "amount integer          not null default 1 => "
     "amount integer          not null default 1 constraint ck_extra_amount "
     "check (amount > 0)",
     "", NULL},
    {"default 'calm' => default ('calm')", "", NULL},
    {"select amount, code from => SELECT  amount , code\n FROM", "", NULL},
    {"alter table parent rename to p;alter table p rename to parent;", "",
     NULL},
};

#define TRY(list) \
    twins_try(&twins, "sqlite", list, sizeof(list) / sizeof *(list))

int
main(void)
{
    struct twins twins;

    if (!twins_open(&twins, &twins_base))
        tap_skip_all("no PostgreSQL server");
    TRY(tables);
    TRY(columns);
    TRY(keys);
    TRY(indexes);
    TRY(known);
    TRY(churn);
    twins_close(&twins);
    return tap_done();
}
