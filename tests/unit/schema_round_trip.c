/*
 * The round trip: what a declaration says is written as SQL, made in a database
 * and read back, and is the same; and written again it is the same text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/ground.h"
#include "lib/random_schema.h"
#include "lib/same_schema.h"
#include "lib/soak.h"
#include "lib/tap.h"
#include "schema/declaration.h"
#include "schema/reflect.h"
#include "schema/write.h"

static struct ground grounds[2];
static bool has_server;

/* ------------------------------------------------------------------- trip */

/* A schema on its way, and what is wrong with it. */
struct trip {
    struct ground *ground;
    bool once; /* what was found is not made again */
    struct schema declared;
    struct schema found;
    struct buf sql;
    struct buf why;
};

static void
trip_release(struct trip *trip)
{
    schema_clear(&trip->declared);
    schema_clear(&trip->found);
    buf_release(&trip->sql);
    buf_release(&trip->why);
}

static bool
trip_fails(struct trip *trip, const char *doing, const struct duet_error *err)
{
    buf_printf(&trip->why, "%s: %s\n%s\n", doing, err->text,
               buf_data(&trip->sql));
    return false;
}

/* COMMON is for both engines, OWN for that of the trip alone. */
static bool
trip_declare(struct trip *trip, const char *common, const char *own)
{
    struct duet_error err;

    trip->declared.engine = trip->ground->who;
    if (!declaration_add(&trip->declared, "common.sql", common, true, &err) ||
        !declaration_add(&trip->declared, "own.sql", own, false, &err))
        return trip_fails(trip, "declare", &err);
    schema_sort(&trip->declared);
    return true;
}

/* Make what SCHEMA says and read it into OUT; the database is empty again. */
static bool
trip_make(struct trip *trip, const struct schema *schema, struct schema *out)
{
    struct duet_error err;

    buf_clear(&trip->sql);
    if (!write_sql(&trip->sql, schema, trip->ground->who, &err))
        return trip_fails(trip, "write", &err);
    if (!db_begin(trip->ground->db, &err))
        return trip_fails(trip, "begin", &err);
    bool made = db_exec(trip->ground->db, buf_data(&trip->sql), &err) ||
                trip_fails(trip, "make", &err);
    bool read = made && (schema_reflect(out, trip->ground->db, &err) ||
                         trip_fails(trip, "read", &err));
    db_rollback(trip->ground->db);
    return read;
}

/* Both are written as the same text, once expressions are spelt in one way. */
static bool
trip_same_text(struct trip *trip, struct schema *one, struct schema *other)
{
    SCOPED(buf_release) struct buf first = {0};
    SCOPED(buf_release) struct buf second = {0};
    struct duet_error err;

    spell_canonically(one);
    spell_canonically(other);
    if (!write_sql(&first, one, trip->ground->who, &err) ||
        !write_sql(&second, other, trip->ground->who, &err))
        return trip_fails(trip, "write again", &err);
    if (strcmp(buf_data(&first), buf_data(&second)) == 0)
        return true;
    buf_printf(&trip->why, "written:\n%s\nand again:\n%s\n", buf_data(&first),
               buf_data(&second));
    return false;
}

/* A name that the engine has given, or a definition that it prints anew. */
static bool
is_said_otherwise(const struct object *object)
{
    if (object->name[0] == '\0' || object->kind >= OBJECT_VIEW)
        return true;
    for (size_t i = 0; i < object->nchildren; i++)
        if (is_said_otherwise(object->children[i]))
            return true;
    return false;
}

/* PostgreSQL's own text has to stay as it is then. */
static bool
can_be_same_text(const struct trip *trip)
{
    for (size_t i = 0; i < trip->declared.nobjects; i++)
        if (trip->ground->is_server &&
            is_said_otherwise(trip->declared.objects[i]))
            return false;
    return true;
}

static bool
trip_run(struct trip *trip, const char *common, const char *own)
{
    SCOPED(schema_clear) struct schema again = {0};

    if (!trip_declare(trip, common, own) ||
        !trip_make(trip, &trip->declared, &trip->found))
        return false;
    if (!same_schema(&trip->declared, &trip->found, &trip->why)) {
        buf_printf(&trip->why, "%s", buf_data(&trip->sql));
        return false;
    }
    if (trip->once)
        return !can_be_same_text(trip) ||
               trip_same_text(trip, &trip->declared, &trip->found);
    if (!trip_make(trip, &trip->found, &again) ||
        !same_schema(&trip->found, &again, &trip->why))
        return false;
    return trip_same_text(trip, &trip->found, &again) &&
           (!can_be_same_text(trip) ||
            trip_same_text(trip, &trip->declared, &trip->found));
}

static void
round_trip(const char *engine, const char *common, const char *own,
           const char *name)
{
    struct ground *ground = &grounds[strcmp(engine, "postgres") == 0];
    SCOPED(trip_release) struct trip trip = {.ground = ground};

    if (ground->is_server && !has_server) {
        tap_skip(1, "no PostgreSQL server");
        return;
    }
    if (!OK(trip_run(&trip, common, own), "%s: %s", engine, name))
        tap_diag("%s", buf_data(&trip.why));
}

/* --------------------------------------------------------------- features */

static const struct {
    const char *name;
    const char *text;
} common[] = {
    {"types",
     "create table t (a smallint, b integer, c bigint, d boolean, e real,"
     " f double precision, g numeric(10,2), h text, i varchar(20), j char(3),"
     " k bytea, l timestamptz, m timestamp, n date, o time, p uuid, q json,"
     " r jsonb, s varchar, t numeric(6));"},
    {"types that are not null",
     "create table t (a smallint not null, b timestamptz(3) not null,"
     " c timestamp(0) not null, d time(2) not null)"},
    {"a serial key",
     "create table t (id serial constraint t_pkey primary key)"},
    {"a bigserial key by a constraint of the table",
     "create table t (a text, id bigserial, constraint t_pkey"
     " primary key (id))"},
    {"a smallserial key",
     "create table t (id smallserial not null constraint k primary key)"},
    {"an integer key that is no serial",
     "create table t (id integer constraint k primary key)"},
    {"a bigint key that is no serial",
     "create table t (id bigint constraint k primary key)"},
    {"a text key", "create table t (id text constraint k primary key)"},
    {"a key of two", "create table t (a integer, b uuid not null, constraint k"
                     " primary key (b, a))"},
    {"no key", "create table t (a integer)"},
    {"defaults",
     "create table t (a integer not null default 1, b integer default -2,"
     " c text default 'it''s', d text not null default '', e boolean default"
     " true, f boolean default false, g numeric(3,1) default 1.5,"
     " h varchar(5) default 'x', j date default"
     " '2024-01-31', k bigint default 9223372036854775807)"},
    {"a clock as a default",
     "create table t (a timestamptz default current_timestamp,"
     " b timestamptz default now(), c date default current_date)"},
    {"json as a default",
     "create table t (a jsonb not null default '{}', b json default '[1]')"},
    {"a generated column",
     "create table t (a text, b text generated always as (lower(a)) stored)"},
    {"a collation", "create table t (a text collate \"C\" not null)"},
    {"uniques", "create table t (a text, b text, constraint u unique (a, b),"
                " constraint v unique (b))"},
    {"a foreign key",
     "create table p (id serial constraint p_pkey primary key);"
     "create table a (p integer constraint f references p (id))"},
    {"a foreign key to the key",
     "create table p (a integer, b integer, constraint p_pkey primary key"
     " (a, b)); create table t (x integer, y integer, constraint f"
     " foreign key (x, y) references p)"},
    {"actions",
     "create table t (id integer constraint k primary key,"
     " a integer constraint fa references t (id) on delete cascade,"
     " b integer constraint fb references t (id) on delete set null"
     " on update restrict,"
     " c integer constraint fc references t (id) on update cascade"
     " on delete set default,"
     " d integer constraint fd references t (id) on delete no action)"},
    {"deferrable foreign keys",
     "create table t (id integer constraint k primary key,"
     " a integer constraint fa references t (id) deferrable,"
     " b integer constraint fb references t (id) deferrable initially"
     " deferred,"
     " c integer constraint fc references t (id) not deferrable)"},
    {"a circle of foreign keys",
     "create table a (id integer constraint a_pkey primary key, b integer);"
     "create table b (id integer constraint b_pkey primary key,"
     " a integer constraint f references a (id));"
     "alter table a add constraint g foreign key (b) references b (id)"},
    {"a foreign key to a unique", "create table t (a text constraint u unique,"
                                  " b text constraint f references t (a))"},
    {"a foreign key to a unique index",
     "create table t (a text, b text, constraint f foreign key (b)"
     " references t (a)); create unique index i on t (a)"},
    {"checks", "create table t (a integer, b text,"
               " constraint c1 check (a > 0),"
               " constraint c2 check (a in (1, 2, 3) or b is not null),"
               " constraint c3 check (b in ('x', 'y')),"
               " constraint c4 check (a between 1 and 10 and not (b = '')),"
               " constraint c5 check (b <> '' and length(b) <= 20),"
               " constraint c6 check (a is null or a * 2 + 1 < 100))"},
    {"a check of a column",
     "create table t (a varchar(9) constraint c check (a <> ''))"},
    {"indexes",
     "create table t (a integer, b text);"
     "create index i1 on t (a); create unique index i2 on t (a, b desc);"
     "create index i3 on t (lower(b)); create index i4 on t (a) where a > 0;"
     "create index i5 on t (b collate \"C\")"},
    {"an index of an expression",
     "create table t (a integer, b integer); create index i on t ((a + b))"},
    {"enums", "create type mood as enum ('sad', 'it''s ok', 'happy');"
              "create table t (a mood not null default 'sad', b mood)"},
    {"an enum whose name has to be quoted",
     "create type \"My Mood\" as enum ('a');"
     "create table t (a \"My Mood\")"},
    {"a view", "create table t (a integer); create view v as"
               " select a from t where a > 1"},
    {"views of views",
     "create table t (a integer); create view z as select a from t;"
     "create view a as select a from z; create view m as select a from a"},
    {"comments",
     "create table t (a integer, b text); comment on table t is 'it''s t';"
     "comment on column t.a is 'first'; comment on column t.b is 'two\nlines';"
     "create index i on t (a); comment on index i is 'of a';"
     "create view v as select a from t; comment on view v is 'what';"},
    {"a comment of the first column only",
     "create table t (a integer, b text); comment on column t.a is 'first'"},
    {"names that have to be quoted",
     "create table \"a \"\"b\"\" c\" (\"Order\" integer, \"select\" text,"
     " \"gr\xC3\xB6\xC3\x9F"
     "e\" date not null, \"x'y\" integer"
     " constraint \"a constraint\" primary key,"
     " constraint \"Check\" check (\"Order\" > 0));"
     "create unique index \"In dex\" on \"a \"\"b\"\" c\" (\"Order\");"
     "create view \"View\" as select \"Order\" from \"a \"\"b\"\" c\";"
     "create table \"T\" (\"A\" integer constraint \"F\" references"
     " \"a \"\"b\"\" c\" (\"x'y\"))"},
    {"names of 63 bytes",
     "create table "
     "a23456789_123456789_123456789_123456789_123456789_123456789_123 ("
     "b23456789_123456789_123456789_123456789_123456789_123456789_123 serial"
     " constraint"
     " c23456789_123456789_123456789_123456789_123456789_123456789_123"
     " primary key,"
     "b23456789_123456789_123456789_123456789_123456789_123456789_124"
     " varchar(7))"},
    {"words of one engine as names",
     "create table abort (key integer, time date, \"end\" text, \"user\""
     " text, isnull_ integer, \"isnull\" integer, rowid_ text)"},
};

static const struct {
    const char *engine;
    const char *name;
    const char *text;
} own[] = {
    {"sqlite", "strict, without rowid",
     "create table t (a text primary key, b any, c int, d real, e blob)"
     " strict, without rowid"},
    {"sqlite", "strict with a number",
     "create table t (a integer primary key,"
     " b integer) strict"},
    {"sqlite", "autoincrement",
     "create table t (a integer constraint k primary key autoincrement)"},
    {"sqlite", "a virtual table", "create virtual table f using fts5(a, b)"},
    {"sqlite", "on conflict",
     "create table t (a text not null on conflict replace,"
     " b text constraint u unique on conflict ignore,"
     " c integer constraint k primary key on conflict fail)"},
    {"sqlite", "collations",
     "create table t (a text collate nocase, b text collate rtrim,"
     " constraint u unique (a collate binary));"
     "create index i on t (a collate nocase desc)"},
    {"sqlite", "types of its own",
     "create table t (a VARCHAR(10), b DATETIME, c DECIMAL(5,2), d INT, e,"
     " f UNSIGNED BIG INT, g JSON)"},
    {"sqlite", "virtual generated columns",
     "create table t (a text, b text as (upper(a)), c text generated always"
     " as (a || 'x') virtual)"},
    {"sqlite", "constraints without names",
     "create table t (a text unique check (a > ''), b text references t (a),"
     " primary key (b), check (b <> a))"},
    {"sqlite", "defaults",
     "create table t (a text default (datetime('now')), b default 'x',"
     " c text default \"word\", d blob default x'00ff', e real default 1e3,"
     " f int default (1 + 2), g text default current_time)"},
    {"sqlite", "triggers",
     "create table t (a text); create view v as select a from t;"
     "create trigger g after update of a on t when new.a > 'x'"
     " begin select 1; update t set a = ';'; end;"
     "create trigger h instead of insert on v begin select 2; end"},
    {"sqlite", "an expression in SQLite's words",
     "create table t (a text check (a glob '[a-z]*' and typeof(a) = 'text'));"
     "create index i on t (a collate nocase, substr(a, 2)) where a is not "
     "null"},
    {"sqlite", "more than a common table has",
     "create table t (a integer); create index i on t (a desc)"},
    {"postgres", "identity columns",
     "create table t (a integer generated always as identity,"
     " b bigint generated by default as identity (start 10 increment 5"
     " minvalue 3 maxvalue 1000 cache 7 cycle),"
     " c smallint generated always as identity)"},
    {"postgres", "sequences",
     "create sequence a; create sequence b as smallint start -5 increment -1"
     " cycle; create table t (x bigint default nextval('a'))"},
    {"postgres", "indexes",
     "create table t (a text, b integer, c jsonb);"
     "create index i1 on t (a text_pattern_ops);"
     "create index i2 on t using gin (c jsonb_path_ops);"
     "create unique index i3 on t (a) include (b) nulls not distinct"
     " with (fillfactor = 70) where b > 0;"
     "create index i4 on t (b desc nulls last, a nulls first);"
     "create index i5 on t using hash (a)"},
    {"postgres", "constraints",
     "create table t (a integer not null, b integer,"
     " constraint k primary key (a) include (b),"
     " constraint u unique nulls not distinct (b),"
     " constraint v unique (b, a),"
     " constraint w unique (b) deferrable initially deferred,"
     " constraint c check (b > 0) no inherit,"
     " constraint f foreign key (a, b) references t (b, a) match full"
     " on delete set null (b));"
     "alter table t add constraint n check (a > 1) not valid;"
     "alter table t add constraint m foreign key (b) references t (a) not "
     "valid"},
    {"postgres", "constraints without names",
     "create table t (a integer primary key, b integer unique check (b > 0)"
     " references t (a))"},
    {"postgres", "tables",
     "create unlogged table t (a integer) with (fillfactor = 50);"
     "create table p (a integer) partition by range (a);"
     "create table p1 partition of p for values from (1) to (10);"
     "create table p2 partition of p default;"
     "create table i (b text) inherits (t)"},
    {"postgres", "schemas",
     "create schema s; create type s.e as enum ('x');"
     "create table s.t (a serial constraint k primary key, b s.e);"
     "create table t (a integer constraint f references s.t (a));"
     "create index i on s.t (b);"
     "create view s.v as select a from s.t"},
    {"postgres", "a materialized view",
     "create table t (a integer); create materialized view m as select a from"
     " t; create unique index i on m (a); create view v with"
     " (security_barrier = true) as select a from m"},
    {"postgres", "functions, triggers, policies",
     "create table t (a integer);"
     "create function f() returns trigger language plpgsql as $$ begin return"
     " new; end $$;"
     "create trigger g before insert or update of a on t for each row"
     " execute function f();"
     "alter table t enable row level security;"
     "create policy p on t for select using (a > 0)"},
    {"postgres", "types of its own",
     "create table t (a integer[], b inet, c int4range, d interval,"
     " e text[] default '{}', f money, g bit varying(3), h xml)"},
    {"postgres", "an extension and a domain",
     "create extension citext; create domain short as citext"
     " check (length(value) < 9); create table t (a citext, b short)"},
    {"postgres", "a generated column and collations",
     "create table t (a text collate \"C\", b text collate \"C.utf8\","
     " c integer generated always as (length(a)) stored);"
     "create index i on t (a collate \"POSIX\")"},
    {"postgres", "a default in another sequence",
     "create sequence s; create table t (a integer default nextval('s'))"},
    {"postgres", "comments on everything",
     "create type e as enum ('x'); comment on type e is 'e';"
     "create sequence s; comment on sequence s is 's';"
     "create table t (a integer constraint k primary key, constraint c check"
     " (a > 0), constraint u unique (a), constraint f foreign key (a)"
     " references t (a));"
     "comment on constraint c on t is 'c'; comment on constraint k on t is 'k';"
     "comment on constraint u on t is 'u'; comment on constraint f on t is 'f';"
     "create materialized view m as select a from t;"
     "comment on materialized view m is 'm';"
     "create function f() returns trigger language plpgsql as $$ begin return"
     " new; end $$;"
     "create trigger g before insert on t for each row execute function f();"
     "comment on trigger g on t is 'g'"},
};

static void
test_features(void)
{
    for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
        round_trip("sqlite", common[i].text, "", common[i].name);
        round_trip("postgres", common[i].text, "", common[i].name);
    }
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        round_trip(own[i].engine, "", own[i].text, own[i].name);
}

/* ------------------------------------------------------- what was found */

/* What no declaration says: it is made by SQL, read, and made again. */
static const struct {
    const char *name;
    const char *text;
} found[] = {
    {"a type of functions",
     "create type b; create function b_in(cstring) returns b immutable strict"
     " language internal as 'textin'; create function b_out(b) returns cstring"
     " immutable strict language internal as 'textout';"
     "create type b (input = b_in, output = b_out); create table t (a b)"},
    {"functions on rows, of tables that come later",
     "create table z (a integer); create function f(z) returns integer"
     " immutable language sql as 'select $1.a';"
     "create table a (b integer default 1); create view v as select f(z) from"
     " z; create function last(v) returns integer language sql as 'select 1'"},
    {"triggers that are switched off, and comments on all",
     "create table t (a integer constraint k primary key);"
     "create function f() returns trigger language plpgsql as 'begin end';"
     "create trigger g before insert on t execute function f();"
     "alter table t disable trigger g; comment on trigger g on t is 'g';"
     "comment on index k is 'k'; comment on function f() is 'f';"
     "create statistics st on (a + 1) from t; comment on statistics st is 's';"
     "alter table t cluster on k; alter table t replica identity using index "
     "k"},
    {"views and tables that are called as their columns",
     "create table a (b integer, c integer); create view b as select a from"
     " (select b as a from a) x; create view c as select b.a from b;"
     "create view aa as select c.a as b from c join b on true"},
    {"privileges and policies",
     "create table t (a integer); create view s as select 1 as a;"
     "grant select on t, s to public; alter table t enable row level security;"
     "alter table t force row level security;"
     "create policy p on t using (exists (select from s))"},
    {"a partition with numbers of its own",
     "create table q (a serial, b text not null); create table p (a integer,"
     " b text not null) partition by list (b);"
     "alter table p attach partition q for values in ('q')"},
    {"an exclusion constraint, a rule, an event trigger",
     "create table t (a int4range, constraint x exclude using gist (a with "
     "&&));"
     "create rule r as on delete to t do instead nothing;"
     "create function f() returns event_trigger language plpgsql as"
     " 'begin end'; create event trigger e on sql_drop execute function f()"},
    {"names of the catalog that have to be quoted",
     "create table \"T 1\" (\"A\" integer, \"B b\" integer, primary key"
     " (\"A\", \"B b\"), foreign key (\"A\", \"B b\") references \"T 1\""
     " on delete set null (\"B b\"));"
     "create sequence \"S s\"; alter table \"T 1\" alter \"A\" set default"
     " nextval('\"S s\"'); create type \"E e\" as enum ('it''s');"
     "create table \"U\" (a \"E e\" default 'it''s', b \"E e\"[])"},
};

static bool
trip_again(struct trip *trip, const char *text)
{
    SCOPED(schema_clear) struct schema again = {0};
    struct db *db = trip->ground->db;
    struct duet_error err;

    if (!db_begin(db, &err) || !db_exec(db, text, &err) ||
        !schema_reflect(&trip->found, db, &err))
        return trip_fails(trip, text, &err);
    db_rollback(db);
    return trip_make(trip, &trip->found, &again) &&
           same_schema(&trip->found, &again, &trip->why) &&
           trip_same_text(trip, &trip->found, &again);
}

static void
test_found(void)
{
    for (size_t i = 0; i < sizeof found / sizeof *found; i++) {
        SCOPED(trip_release) struct trip trip = {.ground = &grounds[1]};

        if (!OK(trip_again(&trip, found[i].text), "postgres: %s",
                found[i].name))
            tap_diag("%s%s", buf_data(&trip.why), buf_data(&trip.sql));
        db_rollback(grounds[1].db);
    }
}

/* ------------------------------------------------------------- our tables */

/* A file that is not there says nothing. */
static void
read_file(const char *path, struct buf *out)
{
    FILE *file = fopen(path, "r");
    char data[4096];
    size_t len;

    if (file == NULL)
        return;
    while ((len = fread(data, 1, sizeof data, file)) > 0)
        buf_add(out, data, len);
    (void)fclose(file);
}

static void
test_profile(const char *engine)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(buf_release) struct buf both = {0};
    SCOPED(buf_release) struct buf alone = {0};

    read_file("schema/profile.sql", &both);
    read_file(arena_printf(&arena, "schema/profile.%s.sql", engine), &alone);
    OK(both.len + alone.len > 1000, "%s: the profile storage is declared",
       engine);
    round_trip(engine, buf_data(&both), buf_data(&alone),
               "the tables of the profile storage");
}

/* ------------------------------------------------------------------- lots */

/* SEED=N begins with the lots that N did. */
static void
test_random(const char *engine, int count)
{
    struct ground *ground = &grounds[strcmp(engine, "postgres") == 0];
    uint64_t lots = lot_seed();
    uint64_t start = lots;
    int done = 0;

    if (ground->is_server && !has_server) {
        tap_skip(1, "no PostgreSQL server");
        return;
    }
    for (; done < count; done++) {
        SCOPED(trip_release)
        struct trip trip = {.ground = ground,
                            .once = ground->is_server && done % 4 != 0};
        SCOPED(buf_release) struct buf both = {0};
        SCOPED(buf_release) struct buf alone = {0};

        start = lots;
        random_schema(&both, &alone, engine, &lots);
        if (trip_run(&trip, buf_data(&both), buf_data(&alone)))
            continue;
        tap_diag("SEED=%llu: %s\n%s%s", (unsigned long long)start,
                 buf_data(&trip.why), buf_data(&both), buf_data(&alone));
        break;
    }
    if (OK(done == count, "%s: %d schemas by lot", engine, count))
        tap_diag("SEED=%llu", (unsigned long long)start);
}

int
main(void)
{
    ground_open(&grounds[0], "sqlite");
    has_server = ground_open(&grounds[1], "postgres");
    test_features();
    if (has_server)
        test_found();
    test_profile("sqlite");
    test_profile("postgres");
    test_random("sqlite", soak_count(2000));
    test_random("postgres", soak_count(200));
    ground_close(&grounds[0]);
    ground_close(&grounds[1]);
    return tap_done();
}
