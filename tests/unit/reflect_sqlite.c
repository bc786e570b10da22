/*
 * SQLite's schema is read from two sources that have to agree, and what only
 * one of them tells is in the model.
 */
#include "lib/shown.h"
#include "lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db/db.h"
#include "schema/declaration.h"
#include "schema/reflect.h"
#include "schema/write.h"

static struct duet_error err;

static struct db *
open_url(const char *url)
{
    const struct db_options options = {.create = true};
    struct db *db = NULL;

    if (!db_open(&db, url, &options, &err)) {
        printf("Bail out! %s\n", err.text);
        exit(1);
    }
    return db;
}

static void
run(struct db *db, const char *sql)
{
    if (db_exec(db, sql, &err))
        return;
    printf("Bail out! %s: %s\n", sql, err.text);
    exit(1);
}

/* The schema of DB; what an error says where there is one. */
static void
reflect(struct buf *out, struct db *db)
{
    SCOPED(schema_clear) struct schema schema = {0};

    buf_clear(out);
    if (!reflect_sqlite(&schema, db, &err))
        buf_printf(out, "%s\n", err.text);
    show_schema(out, &schema);
}

/* ------------------------------------------------ the text and the PRAGMAs */

/*
 * What they say of each must be the same as the text alone, or there would be
 * a text that was not understood.
 */
static const struct {
    const char *title;
    const char *sql;
} cases[] = {
    {"names in every quotes",
     "create table [a b] (`c``d` int, \"e\"\"f\" int, 'g''h' int, i int, "
     "constraint [n m] unique (`c``d`, I), check (\"e\"\"f\" > 0))"},
    {"types of any words, or none",
     "create table t (a, b long text of words(5), c varchar ( 10 , 2 ), d "
     "\"double precision\", e int generated always, f decimal(+10, -2), g "
     "boolean)"},
    {"defaults", "create table t (a default -5, b default + 1.5e3, c default "
                 "(datetime('now')), d default x'00ff', e default "
                 "current_timestamp, f default foo, g default \"dq\", h "
                 "default null not null, i default true collate nocase)"},
    {"the rowid by another name",
     "create table a (x integer primary key); create table b (x INTEGER, "
     "primary key (X desc)); create table c (x integer primary key asc "
     "autoincrement); create table d (x \"integer\", primary key (x "
     "autoincrement))"},
    {"what is not the rowid",
     "create table a (x int primary key); create table b (x integer primary "
     "key desc); create table c (x integer, y integer, primary key (x, y)); "
     "create table d (x integer primary key) without rowid; create table e (x "
     "integer(4) primary key)"},
    {"where a primary key is not null",
     "create table a (x text primary key); create table b (x text primary key) "
     "without rowid; create table c (x text primary key) strict; create table "
     "d (x text, y any, primary key (y, x)) strict, without rowid"},
    {"on conflict",
     "create table t (a integer primary key on conflict replace, b text not "
     "null on conflict ignore unique on conflict fail, c text null on conflict "
     "abort, unique (a, b) on conflict rollback, check (a > 0) on conflict "
     "abort)"},
    {"collations",
     "create table t (a text collate nocase collate RTRIM, b text collate "
     "binary, unique (a collate binary, b collate BINARY)); create index i on "
     "t (a collate rtrim, b collate \"NoCase\" desc, lower(a) collate nocase, "
     "a || b collate nocase)"},
    {"generated columns",
     "create table t (a int, b as (a + 1), c int generated always as (a * 2) "
     "stored, d int as (a) virtual not null)"},
    {"constraints without commas, and names for nothing",
     "create table t (a int constraint x constraint y check (a > 0) constraint "
     "z, b int constraint w not null, unique (a) constraint ck check (b > 0) "
     "primary key (b) constraint last)"},
    {"foreign keys",
     "create table p (a integer primary key, b text unique); create table c (x "
     "integer references P on delete cascade on update set null match full on "
     "insert restrict not null deferrable initially deferred, y text "
     "references p (B) deferrable, z integer references p not deferrable "
     "initially deferred, foreign key (y) references p (b) on delete set "
     "default deferrable initially immediate)"},
    {"indexes", "create table t (a, b text, c); create unique index if not "
                "exists main.i on t (B desc, a || c, (b), 'a', lower(b)) where "
                "a is not null and b <> ')'; create index j on t (a asc)"},
    {"views and triggers",
     "create table t (a, b); create view if not exists v (x, \"Y\") as select "
     "a, b from t; create trigger if not exists main.r after update of a, B on "
     "t for each row when new.a > 0 begin select case when 1 then 2 end; "
     "insert into t values (1, 2); end; create trigger s instead of insert on "
     "v begin select 1; end; create trigger [d e] delete on t begin delete "
     "from t where a = 'end;'; END;"},
    {"comments in the text",
     "create table t (/** the table */\n  /** the key\n* / too */\n  a integer "
     "primary key, /* none */ b text, /** c */ c text); create index i on /** "
     "by b */ t (b); create view v as /** all */ select 1; create table u (\n  "
     "/** first */ a int)"},
    {"guards and enums are known again",
     "create table t (a mood_enum_text, b text, c blob, constraint ck_t_a_enum "
     "check (a in ('x', 'it''s')), constraint own check (a <> ''), constraint "
     "ck_t_b_text check (b <> ''))"},
    {"virtual tables",
     "create virtual table f using fts5(a, b, tokenize = 'porter'); create "
     "virtual table r using rtree(id, x, y)"},
};

static void
test_case(size_t i)
{
    SCOPED(db_close) struct db *db = open_url("sqlite::memory:");
    SCOPED(schema_clear) struct schema schema = {.engine = "sqlite"};
    SCOPED(buf_release) struct buf declared = {0};
    SCOPED(buf_release) struct buf reflected = {0};

    run(db, cases[i].sql);
    reflect(&reflected, db);
    if (!declaration_add(&schema, "t.sql", cases[i].sql, false, &err))
        buf_printf(&declared, "%s\n", err.text);
    schema_sort(&schema);
    show_schema(&declared, &schema);
    IS_TEXT(buf_data(&reflected), buf_data(&declared), "%s", cases[i].title);
}

/* ------------------------------------------------------------------- traps */

static const struct {
    const char *title;
    const char *sql;
    const char *model;
} traps[] = {
    {"nothing", "", ""},
    {"what SQLite keeps for itself is not the user's",
     "create table t (a integer primary key autoincrement, b unique);"
     "create index i on t (b); insert into t (b) values (1); analyze;",
     "table t\n"
     "  column a: type=integer not_null identity=autoincrement\n"
     "  column b: type= guard\n"
     "  primary key  (a)\n"
     "  unique constraint  (b)\n"
     "  index i (b)\n"},
    {"the tables of a virtual table are not",
     "create virtual table f using fts5(a, content='')",
     "table f: virtual=fts5(a, content='')\n"},
    {"tables that are temporary are not",
     "create temp table t (a); create table u (a)",
     "table u\n  column a: type= guard\n"},
    {"a table made by a query has the columns that SQLite gave it",
     "create table p (a varchar(3) not null, b integer);"
     "create table t as select a, b, 1 as c from p; drop table p",
     "table t\n"
     "  column a: type=text\n"
     "  column b: type=INT guard\n"
     "  column c: type= guard\n"},
    {"names follow what was renamed",
     "create table p (a integer primary key);"
     "create table c (x integer references p (a), check (x > 0));"
     "create index i on c (x) where x > 1;"
     "alter table p rename to \"p 2\"; alter table c rename x to \"X y\";"
     "alter table \"p 2\" rename a to b",
     "table c\n"
     "  column X y: type=integer\n"
     "  foreign key  (X y -> b): references=p 2\n"
     "  check : expression=\"X y\" > 0\n"
     "  index i (X y): predicate=\"X y\" > 1\n"
     "table p 2\n"
     "  column b: type=integer not_null identity=auto\n"
     "  primary key  (b)\n"},
    {"columns that came and went",
     "create table t (a, b check (b > 0), c); alter table t drop b;"
     "alter table t add column d varchar(3) not null default ('x') "
     "constraint k check (d <> '') collate nocase",
     "table t\n"
     "  column a: type= guard\n"
     "  column c: type= guard\n"
     "  column d: type=varchar(3) collation=nocase not_null default='x'\n"
     "  check k: expression=d <> ''\n"},
    {"a foreign key to what is not there stays as it is written",
     "create table c (x references Nobody (Y), z references nobody)",
     "table c\n"
     "  column x: type= guard\n"
     "  column z: type= guard\n"
     "  foreign key  (x -> Y): references=Nobody\n"
     "  foreign key  (z): references=nobody\n"},
    {"a unique constraint on the primary key has no index of its own",
     "create table t (a text primary key, unique (a), unique (a desc));",
     "table t\n"
     "  column a: type=text\n"
     "  primary key  (a)\n"
     "  unique constraint  (a)\n"
     "  unique constraint  (a desc nulls first)\n"},
    {"a column in double quotes that is none is a text",
     "create table t (a); create index i on t (a || 'x', \"A\")",
     "table t\n"
     "  column a: type= guard\n"
     "  index i (<a || 'x'>, a)\n"},
    {"a view that is broken is a view",
     "create table t (a); create view v as select a from t;"
     "create trigger r instead of insert on v begin select 1; end;"
     "drop table t",
     "view v: definition=select a from t\n"
     "  trigger r: definition=CREATE TRIGGER r instead of insert on v begin "
     "select 1; end timing=instead of events=insert\n"},
    {"the case of LIKE does not matter",
     "pragma case_sensitive_like = on; create table t (a);"
     "create virtual table f using fts5(a);",
     "table f: virtual=fts5(a)\n"
     "table t\n  column a: type= guard\n"},
};

static void
test_trap(size_t i)
{
    SCOPED(db_close) struct db *db = open_url("sqlite::memory:");
    SCOPED(buf_release) struct buf reflected = {0};

    run(db, traps[i].sql);
    reflect(&reflected, db);
    IS_TEXT(buf_data(&reflected), traps[i].model, "%s", traps[i].title);
}

/* ------------------------------------------------- texts not to be believed */

/*
 * A text changed behind SQLite's back, which goes on with what it has read: so
 * the two sources differ.
 */
static const struct {
    const char *title;
    const char *name;
    const char *text; /* NULL: the text stays what it is */
    const char *sql;
    const char *model;
} lies[] = {
    {"a table's text that is not understood", "t", "create table t (a b c (",
     "create table t (a integer primary key, b text not null default 'x' "
     "unique, c int as (a) stored, foreign key (b) references t (b) on delete "
     "cascade); create index i on t (b collate nocase desc, lower(b))",
     "table t\n"
     "  column a: type=integer not_null identity=auto\n"
     "  column b: type=text not_null default='x'\n"
     "  column c: type=INT guard generated=? stored\n"
     "  primary key  (a)\n"
     "  unique constraint  (b)\n"
     "  foreign key  (b -> b): references=t on_delete=cascade\n"
     "  index i (b collate nocase desc nulls first, <lower(b)>)\n"
     "other t: definition=create table t (a b c ( what=text, not understood, "
     "of table\n"},
    {"one that says something else", "t",
     "create table t (a, c, primary key (c))",
     "create table t (a, b, primary key (b)) without rowid",
     "table t: without_rowid\n"
     "  column a: type= guard\n"
     "  column b: type= guard not_null\n"
     "  primary key  (b)\n"
     "other t: definition=create table t (a, c, primary key (c)) what=text, "
     "not understood, of table\n"},
    {"one of another table", "t", "create table u (a)", "create table t (a)",
     "table t\n"
     "  column a: type= guard\n"
     "other t: definition=create table u (a) what=text, not understood, of "
     "table\n"},
    {"one of two statements", "t", "create table t (a); create table u (a)",
     "create table t (a)",
     "table t\n"
     "  column a: type= guard\n"
     "other t: definition=create table t (a); create table u (a) what=text, "
     "not understood, of table\n"},
    {"an index's text that is not understood", "i", "create index i on t a",
     "create table t (a text collate nocase); create unique index i on t (a, "
     "a collate binary desc) where a > 1",
     "table t\n"
     "  column a: type=text collation=nocase\n"
     "  index i (a collate nocase, a desc nulls first): unique predicate=?\n"
     "other i: definition=create index i on t a what=text, not understood, of "
     "index\n"},
    {"one that says something else", "i", "create index i on t (b)",
     "create table t (a, b); create index i on t (a)",
     "table t\n"
     "  column a: type= guard\n"
     "  column b: type= guard\n"
     "  index i (a)\n"
     "other i: definition=create index i on t (b) what=text, not understood, "
     "of index\n"},
    {"a view's text that is not understood", "v", "create view v as nothing",
     "create view v as select 1",
     "other v: definition=create view v as nothing what=text, not understood, "
     "of view\n"},
    {"a trigger's text that is not understood", "r", "create trigger r",
     "create table t (a); create trigger r delete on t begin select 1; end",
     "table t\n"
     "  column a: type= guard\n"
     "other r: definition=create trigger r what=text, not understood, of "
     "trigger\n"},
};

static void
test_lie(size_t i)
{
    SCOPED(db_close) struct db *db = open_url("sqlite::memory:");
    SCOPED(buf_release) struct buf reflected = {0};
    const struct db_value args[] = {db_text(lies[i].text),
                                    db_text(lies[i].name)};

    run(db, lies[i].sql);
    run(db, "pragma writable_schema = on");
    if (!db_execute(db, "update sqlite_schema set sql = $1 where name = $2",
                    args, 2, NULL, &err))
        exit(1);
    reflect(&reflected, db);
    IS_TEXT(buf_data(&reflected), lies[i].model, "%s", lies[i].title);
}

/* -------------------------------------------------------------- one moment */

static void
test_moment(void)
{
    static const char path[] = "/tmp/duet-reflect-sqlite.XXXXXX";
    char name[sizeof path];
    char url[sizeof path + 8];
    SCOPED(db_close) struct db *db = NULL;
    SCOPED(db_close) struct db *other = NULL;
    SCOPED(buf_release) struct buf reflected = {0};
    int fd;

    memcpy(name, path, sizeof path);
    fd = mkstemp(name);
    if (fd < 0)
        exit(1);
    (void)close(fd);
    (void)snprintf(url, sizeof url, "sqlite:%s", name);
    db = open_url(url);
    other = open_url(url);
    run(other, "pragma journal_mode = wal; create table t (a)");
    run(db, "begin; select * from t");
    run(other, "create table u (a)");
    reflect(&reflected, db);
    IS_TEXT(buf_data(&reflected), "table t\n  column a: type= guard\n",
            "in the caller's transaction it is as that sees it");
    OK(db_in_transaction(db), "which stays open");
    db_rollback(db);
    reflect(&reflected, db);
    IS_TEXT(buf_data(&reflected),
            "table t\n  column a: type= guard\n"
            "table u\n  column a: type= guard\n",
            "in one of its own it is as of now");
    OK(!db_in_transaction(db), "and that has ended");
    (void)unlink(name);
    (void)snprintf(url, sizeof url, "%s-wal", name);
    (void)unlink(url);
    (void)snprintf(url, sizeof url, "%s-shm", name);
    (void)unlink(url);
}

static void
test_failure(void)
{
    SCOPED(db_close) struct db *db = open_url("sqlite::memory:");
    struct schema schema = {.engine = "as it was"};

    run(db, "create table t (a); pragma writable_schema = on;"
            "update sqlite_schema set sql = 'nonsense';"
            "pragma writable_schema = reset");
    OK(!reflect_sqlite(&schema, db, &err) && err.kind != DUET_ERROR_NONE,
       "a schema that SQLite itself can't read is an error");
    IS_TEXT(schema.engine, "as it was", "that changes nothing");
    OK(!db_in_transaction(db), "and leaves no transaction");
}

/* -------------------------------------------------- from a declaration back */

static void
test_round(void)
{
    static const char text[] =
        "create type mood as enum ('sad', 'it''s ok');"
        "create table p (id serial primary key, m mood not null, "
        "n numeric(10,2), t timestamptz(3), u uuid unique, j jsonb, b bytea, "
        "d date, ok boolean not null default 1, s smallint, c char(3), "
        "v varchar(20) collate \"C\", constraint q unique (n, v), "
        "constraint k check (n > 0));"
        "create table c (id bigserial primary key, p integer references p, "
        "m mood, foreign key (p) references p (id) on delete cascade "
        "deferrable initially deferred);"
        "create index i on p (v desc, lower(v)) where n > 1;"
        "create view w as select id from p; comment on table p is 'a */ b';"
        "comment on column p.id is 'the key'; comment on index i is 'i';"
        "comment on view w is 'w'";
    SCOPED(db_close) struct db *db = open_url("sqlite::memory:");
    SCOPED(schema_clear) struct schema schema = {.engine = "sqlite"};
    SCOPED(buf_release) struct buf declared = {0};
    SCOPED(buf_release) struct buf reflected = {0};
    SCOPED(buf_release) struct buf sql = {0};
    struct object *column;

    err = (struct duet_error){0};
    if (!declaration_add(&schema, "t.sql", text, true, &err) ||
        !write_sql(&sql, &schema, "sqlite", &err))
        tap_diag("%s", err.text);
    run(db, buf_data(&sql));
    reflect(&reflected, db);
    schema_sort(&schema);
    /* What SQLite orders by is what "C" is. */
    column = object_find(schema_find(&schema, OBJECT_TABLE, NULL, "p"),
                         OBJECT_COLUMN, "v");
    column->text[ATTRIBUTE_COLLATION] = NULL;
    show_schema(&declared, &schema);
    IS_TEXT(buf_data(&reflected), buf_data(&declared),
            "what is declared, written and made is read back");
}

int
main(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        test_case(i);
    for (size_t i = 0; i < sizeof traps / sizeof *traps; i++)
        test_trap(i);
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++)
        test_lie(i);
    test_moment();
    test_failure();
    test_round();
    return tap_done();
}
