/*
 * Clearing, as far as the engines are alike.
 */
#include <stdio.h>
#include <string.h>

#include "lib/ground.h"
#include "lib/tap.h"

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

/* The foreign keys of NAME in shapes that make deleting hard. */
static const struct {
    const char *name;
    const char *sql;
} shapes[] = {
    {"an empty database", "select 1"},
    {"tables without rows", "create table a (i integer); "
                            "create table b (i integer)"},
    {"one table of several", "create table a (i integer);"
                             "create table b (i integer);"
                             "insert into b values (1), (2)"},
    {"a chain of foreign keys",
     "create table a (id integer primary key);"
     "create table b (id integer primary key references a);"
     "create table c (id integer primary key references b);"
     "insert into a values (1), (2); insert into b values (1);"
     "insert into c values (1)"},
    {"a child before its parent by name",
     "create table z (id integer primary key);"
     "create table a (id integer primary key references z);"
     "insert into z values (1); insert into a values (1)"},
    {"a self reference",
     "create table a (id integer primary key, up integer references a);"
     "insert into a values (1, null), (2, 1), (3, 2), (4, 4)"},
    {"self references that restrict",
     "create table a (id integer primary key,"
     " up integer references a on delete restrict);"
     "insert into a values (1, 1); insert into a values (2, 1), (3, 2);"
     "update a set up = 3 where id = 1"},
    {"RESTRICT", "create table a (id integer primary key);"
                 "create table b (i integer not null references a"
                 " on update restrict on delete restrict);"
                 "insert into a values (1); insert into b values (1), (1)"},
    {"NO ACTION, deferrable or not",
     "create table a (id integer primary key);"
     "create table b (i integer references a on delete no action,"
     " j integer references a deferrable initially deferred,"
     " k integer references a deferrable initially immediate);"
     "insert into a values (1), (2); insert into b values (1, 2, 1)"},
    {"CASCADE, SET NULL and SET DEFAULT",
     "create table a (id integer primary key);"
     "create table b (i integer references a on delete cascade,"
     " j integer references a on delete set null,"
     " k integer default 1 references a on delete set default);"
     "insert into a values (1), (2); insert into b values (1, 2, 2)"},
    {"a foreign key of two columns",
     "create table a (x integer, y integer, primary key (x, y));"
     "create table b (x integer, y integer,"
     " foreign key (x, y) references a);"
     "insert into a values (1, 2); insert into b values (1, 2)"},
    {"views and generated columns",
     "create table a (i integer,"
     " j integer generated always as (i * 2) stored);"
     "create view v as select * from a;"
     "insert into a (i) values (1), (2), (3)"},
};

static void
try_shapes(struct ground *ground)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        ground_renew(ground);
        ground_run(ground, "%s", shapes[i].sql);
        ground_clears(ground, NULL, "", "%s", shapes[i].name);
    }
}

/* What refers to each other can be made in one statement on no engine. */
static void
try_cycles(struct ground *ground)
{
    static const char *const actions[] = {"no action", "restrict", "cascade",
                                          "set null"};

    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        ground_renew(ground);
        ground_run(ground,
                   "create table a (id integer primary key, b integer);"
                   "create table b (id integer primary key,"
                   " c integer references %s);"
                   "create table c (id integer primary key,"
                   " a integer references a on delete %s);",
                   ground->is_server ? "a" : "c", actions[i]);
        if (ground->is_server)
            ground_run(ground,
                       "alter table a add foreign key (b) references b"
                       " on delete %s; alter table b drop constraint"
                       " b_c_fkey, add foreign key (c) references c"
                       " on delete %s",
                       actions[i], actions[i]);
        else
            ground_run(ground,
                       "drop table a; create table a (id integer primary key,"
                       " b integer references b on delete %s)",
                       actions[i]);
        ground_run(ground, "insert into a values (1, null), (2, null);"
                           "insert into c values (1, 1), (2, 2);"
                           "insert into b values (1, 2), (2, 1);"
                           "update a set b = 3 - id");
        ground_clears(ground, NULL, "", "a cycle of three tables, %s",
                      actions[i]);
    }
}

static const char *const hostile[] = {
    "we\"ird",    "it's",         "Gr\xC3\xB6\xC3\x9F\x65",
    "with space", "Upper",        "a.b",
    "a,b",        "semi;colon",   "order",
    "TARGET",     "$1",           "back\\slash",
    "percent%s",  "com--ment",    "new\nline",
    "[x]",        "\xE8\xA1\xA8", "tab\ttab",
    "st*r",       "q?",
};

/* One row each; each references the one before, where that is asked for. */
static void
make_hostile(struct ground *ground, bool references)
{
    SCOPED(buf_release) struct buf sql = {0};
    const char *before = hostile[0];

    ground_renew(ground);
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        buf_text(&sql, "create table ");
        buf_quoted(&sql, hostile[i], strlen(hostile[i]), '"');
        buf_text(&sql, " (id integer primary key, \"c\"\"d\" integer");
        if (references) {
            buf_text(&sql, " references ");
            buf_quoted(&sql, before, strlen(before), '"');
        }
        buf_text(&sql, "); insert into ");
        buf_quoted(&sql, hostile[i], strlen(hostile[i]), '"');
        buf_text(&sql, " values (1, 1); ");
        before = hostile[i];
    }
    ground_run(ground, "%s", buf_data(&sql));
}

static void
try_names(struct ground *ground)
{
    SCOPED(buf_release) struct buf now = {0};
    size_t cleared = 0;

    make_hostile(ground, true);
    ground_clears(ground,
                  &(struct duet_clear_options){.restart_sequences = true}, "",
                  "names with quotes, blanks and anything else");
    make_hostile(ground, false);
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        const struct duet_clear_options options = {.only = LIST(hostile[i])};
        SCOPED(duet_cleaner_close)
        struct duet_cleaner *cleaner = ground_cleaner(ground, &options);
        struct duet_clear_report report;

        cleared += duet_clear(cleaner, &report, NULL) && report.rows == 1 &&
                   strcmp(report.tables[0].table, hostile[i]) == 0;
    }
    IS_INT(cleared, sizeof hostile / sizeof *hostile,
           "%s: each of them can be named alone", ground->who);
    ground_rows(ground, &now);
    IS_TEXT(buf_data(&now), "", "%s: and all are cleared then", ground->who);
}

/* ------------------------------------------------------------ what to keep */

static void
make_family(struct ground *ground)
{
    ground_renew(ground);
    ground_run(ground,
               "create table city (id integer primary key);"
               "create table person (id integer primary key,"
               " city integer references city);"
               "create table pet (id integer primary key,"
               " person integer references person);"
               "create table toy (id integer primary key,"
               " pet integer references pet);"
               "create table weather (id integer primary key);"
               "insert into city values (1); insert into person values (1, 1);"
               "insert into pet values (1, 1); insert into toy values (1, 1);"
               "insert into weather values (1), (2)");
}

static void
try_keeping(struct ground *ground)
{
    make_family(ground);
    ground_clears(ground, &(struct duet_clear_options){.keep = LIST("weather")},
                  "weather 2", "a kept table stays");
    make_family(ground);
    ground_clears(ground,
                  &(struct duet_clear_options){.keep = LIST("city", "p*n")},
                  "city 1, person 1", "patterns, and parents with children");
    make_family(ground);
    ground_clears(ground, &(struct duet_clear_options){.only = LIST("toy")},
                  "city 1, person 1, pet 1, weather 2", "one table alone");
    ground_clears(ground,
                  &(struct duet_clear_options){.only = LIST("p*", "toy"),
                                               .keep = LIST("person")},
                  "city 1, person 1, weather 2", "only, and of these not all");
    ground_clears(
        ground,
        &(struct duet_clear_options){.keep = (const char *const[]){NULL},
                                     .only = (const char *const[]){NULL}},
        "", "empty lists");
}

static void
try_ledgers(struct ground *ground)
{
    static const char *const ledgers[] = {
        "alembic_version",       "django_migrations",
        "schema_migrations",     "ar_internal_metadata",
        "_prisma_migrations",    "goose_db_version",
        "flyway_schema_history", "_sqlx_migrations",
        "duet_migration",        "__diesel_schema_migrations",
        "__EFMigrationsHistory", "duet_lease"};
    SCOPED(buf_release) struct buf left = {0};

    make_family(ground);
    for (size_t i = 0; i < sizeof ledgers / sizeof *ledgers; i++)
        ground_run(ground,
                   "create table \"%s\" (v text);"
                   "insert into \"%s\" values ('1')",
                   ledgers[i], ledgers[i]);
    ground_run(ground, "delete from toy; delete from pet; delete from person;"
                       "delete from city; delete from weather");
    ground_rows(ground, &left);
    ground_run(ground, "insert into weather values (7)");
    ground_clears(ground, NULL, buf_data(&left),
                  "the ledgers of migration tools stay");
}

static void
try_refusals(struct ground *ground)
{
    make_family(ground);
    ground_refuses(ground, &(struct duet_clear_options){.keep = LIST("pet")},
                   DUET_ERROR_USAGE, "pet(person) -> person",
                   "a kept table that references a cleared one is refused");
    ground_refuses(ground, &(struct duet_clear_options){.keep = LIST("pet")},
                   DUET_ERROR_USAGE, "person(city) -> city",
                   "with the rest of the path");
    ground_refuses(ground, &(struct duet_clear_options){.keep = LIST("pet")},
                   DUET_ERROR_USAGE, "--keep person,city",
                   "and with what else would have to be kept");
    ground_refuses(ground, &(struct duet_clear_options){.only = LIST("city")},
                   DUET_ERROR_USAGE, "person(city) -> city",
                   "the same for what is not among the only ones");
    ground_refuses(
        ground, &(struct duet_clear_options){.keep = LIST("weather", "nope")},
        DUET_ERROR_USAGE, "no table matches 'nope'",
        "a pattern without a table is refused");
    ground_refuses(ground, &(struct duet_clear_options){.only = LIST("x*")},
                   DUET_ERROR_USAGE, "no table matches 'x*'",
                   "also among the only ones");
    ground_refuses(ground, &(struct duet_clear_options){.only = LIST("")},
                   DUET_ERROR_USAGE, "no table matches ''",
                   "also the empty one");
}

static void
try_cyclic_refusal(struct ground *ground)
{
    ground_renew(ground);
    ground_run(ground, "create table k (id integer primary key)");
    ground_run(ground, "create table a (id integer primary key, x integer);"
                       "create table b (id integer primary key,"
                       " x integer references a)");
    if (ground->is_server)
        ground_run(ground, "alter table a add foreign key (x) references b;"
                           "alter table k add x integer references a");
    else
        ground_run(ground, "drop table a; drop table k;"
                           "create table a (id integer primary key,"
                           " x integer references b);"
                           "create table k (id integer primary key,"
                           " x integer references a)");
    ground_refuses(ground, &(struct duet_clear_options){.keep = LIST("k")},
                   DUET_ERROR_USAGE, "b(x) -> a",
                   "the path of foreign keys ends where it comes round");
    ground_refuses(ground, &(struct duet_clear_options){.keep = LIST("k")},
                   DUET_ERROR_USAGE, "--keep a,b;",
                   "and each table is named once");
}

/* ---------------------------------------------------------------- sequences */

static void
try_sequences(struct ground *ground)
{
    const char *key = ground->is_server
                          ? "bigint generated always as identity primary key"
                          : "integer primary key autoincrement";
    const struct duet_clear_options restart = {.restart_sequences = true};
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    struct duet_clear_report report;

    ground_renew(ground);
    ground_run(ground,
               "create table a (id %s, x integer);"
               "create table b (id %s, x integer);"
               "insert into a (x) values (1), (2), (3);"
               "insert into b (x) values (1)",
               key, key);
    ground_clears(ground, NULL, "", "tables that number their rows");
    ground_run(ground, "insert into a (x) values (1)");
    IS_INT(ground_number(ground, "select id from a"), 4,
           "%s: the numbers go on", ground->who);
    cleaner = ground_cleaner(ground, &restart);
    OK(duet_clear_preview(cleaner, &report, NULL) && report.sequences == 2 &&
           report.rows == 1,
       "%s: the preview counts the sequences that would be restarted",
       ground->who);
    OK(duet_clear(cleaner, &report, NULL) && report.sequences == 2,
       "%s: they are restarted where that is asked for", ground->who);
    ground_run(ground, "insert into a (x) values (1);"
                       "insert into b (x) values (1)");
    IS_INT(ground_number(ground, "select (select id from a) * 10 + id from b"),
           11, "%s: the numbers begin again", ground->who);
    ground_run(ground, "delete from a");
    OK(duet_clear(cleaner, &report, NULL) && report.sequences == 2 &&
           report.rows == 1,
       "%s: also that of a table whose rows are gone already", ground->who);
    OK(duet_clear(cleaner, &report, NULL) && report.sequences == 0,
       "%s: and there is nothing to do the next time", ground->who);
    duet_cleaner_close(&cleaner);

    ground_run(ground, "insert into a (x) values (1);"
                       "insert into b (x) values (1)");
    ground_clears(ground,
                  &(struct duet_clear_options){.restart_sequences = true,
                                               .keep = LIST("b")},
                  "b 1", "sequences with a kept table");
    ground_run(ground, "insert into a (x) values (1);"
                       "insert into b (x) values (1)");
    IS_INT(ground_number(ground, "select (select id from a) * 10 + max(id)"
                                 " from b"),
           12, "%s: that of a kept table goes on", ground->who);
}

int
main(void)
{
    static const char *const engines[] = {"sqlite", "postgres",
                                          "postgres as an owner"};
    struct ground ground;

    for (size_t i = 0; i < 3; i++) {
        if (!ground_open(&ground, engines[i])) {
            tap_skip(1, "no PostgreSQL server");
            continue;
        }
        try_shapes(&ground);
        try_cycles(&ground);
        try_names(&ground);
        try_keeping(&ground);
        try_ledgers(&ground);
        try_refusals(&ground);
        try_cyclic_refusal(&ground);
        try_sequences(&ground);
        ground_close(&ground);
    }
    return tap_done();
}
