/*
 * Clearing what only SQLite has: virtual tables, kinds of files.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/ground.h"
#include "lib/tap.h"

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

static const struct {
    const char *name;
    const char *sql;
    const char *left;
} cases[] = {
    {"WITHOUT ROWID, STRICT and AUTOINCREMENT",
     "create table a (x text primary key, y text) without rowid;"
     "create table b (x integer primary key, y any) strict;"
     "create table c (x integer primary key autoincrement);"
     "create table d (x int, y int, primary key (x, y)) without rowid, strict;"
     "insert into a values ('x', 'y'), ('z', 'y'); insert into b values (1, 2);"
     "insert into c values (1), (2), (9); insert into d values (1, 2)",
     ""},
    {"generated columns, partial and expression indexes, collations",
     "create table a (x text collate nocase, y as (x || 'y') virtual,"
     " z as (y || 'z') stored); create unique index i on a (lower(x))"
     " where x is not null; create index j on a (z collate rtrim desc);"
     "insert into a values ('a'), ('b'), (null), (null)",
     ""},
    {"triggers that raise, and such that write elsewhere",
     "create table a (x); create table b (x); insert into a values (1), (2);"
     "create trigger stop before delete on a begin"
     " select raise(abort, 'no'); end;"
     "create trigger skip before delete on a begin"
     " select raise(ignore); end;"
     "create trigger note after delete on a begin"
     " insert into b values (old.x); end",
     ""},
    {"a view with a trigger instead of DELETE",
     "create table a (x); insert into a values (1); create view v as"
     " select * from a; create trigger t instead of delete on v begin"
     " select raise(abort, 'no'); end",
     ""},
    {"a foreign key to a table that is not there, and rows that dangle",
     "pragma foreign_keys = off; create table a (x references nowhere);"
     "create table b (x references c); create table c (x primary key);"
     "insert into a values (1); insert into b values (7)",
     ""},
    {"a foreign key that spells its table in another case",
     "create table Parent (x integer primary key);"
     "create table child (x references PARENT);"
     "insert into parent values (1); insert into child values (1)",
     ""},
    {"FTS5 with its own rows",
     "create virtual table f using fts5(a, b, prefix='2');"
     "insert into f values ('one two', 'x'), ('three', 'y')",
     ""},
    {"FTS4 and FTS3 with their own rows",
     "create virtual table f using fts4(a, tokenize=porter);"
     "create virtual table g using fts3(a);"
     "create virtual table h using fts4(a, matchinfo=fts3);"
     "insert into f values ('one two'), ('x'); insert into g values ('y');"
     "insert into h values ('z')",
     ""},
    {"rtree with more columns",
     "create virtual table r using rtree(id, a, b, +note);"
     "create virtual table i using rtree_i32(id, a, b);"
     "insert into r values (1, 0, 1, 'n'), (2, 0, 1, 'm');"
     "insert into i values (1, 0, 1)",
     ""},
    {"names that look like those of other things",
     "create table sqlitex (x); create table t_content (x);"
     "create table \"using fts5\" (x); create table f_data (x);"
     "insert into sqlitex values (1); insert into t_content values (1);"
     "insert into \"using fts5\" values (1); insert into f_data values (1)",
     ""},
    {"statistics of the planner stay",
     "create table a (x); create index i on a (x);"
     "insert into a values (1), (2); analyze",
     ""},
};

static void
try_cases(struct ground *ground)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ground_renew(ground);
        ground_run(ground, "%s", cases[i].sql);
        ground_clears(ground, NULL, cases[i].left, "%s", cases[i].name);
    }
    OK(ground_number(ground, "select count(*) from sqlite_stat1") > 0,
       "sqlite: they do");
    ground_renew(ground);
    ground_run(ground, "create table Parent (x integer primary key);"
                       "create table child (x references PARENT);");
    ground_refuses(ground, &(struct duet_clear_options){.keep = LIST("child")},
                   DUET_ERROR_USAGE, "child(x) -> Parent",
                   "a foreign key binds whatever the case of its table");
}

/* ----------------------------------------------------------- full text */

/* A full-text index NAME of docs, and what keeps it up to date. */
static void
make_index(struct ground *ground, const char *declaration)
{
    ground_renew(ground);
    ground_run(ground,
               "create table docs (id integer primary key, a text);"
               "create virtual table a_idx using %s;"
               "create virtual table z_idx using %s;"
               "insert into docs values (1, 'one two'), (2, 'two'), (3, 'x');"
               "insert into a_idx (rowid, a) select id, a from docs;"
               "insert into z_idx (rowid, a) select id, a from docs",
               declaration, declaration);
}

static void
is_report(struct ground *ground, struct duet_cleaner *cleaner, const char *want,
          const char *name)
{
    SCOPED(buf_release) struct buf text = {0};
    struct duet_clear_report report = {0};
    struct duet_error err = {0};

    if (duet_clear_preview(cleaner, &report, &err))
        report_text(&report, &text);
    IS_TEXT(buf_data(&text), want, "%s: %s, in the preview", ground->who, name);
    buf_clear(&text);
    if (duet_clear(cleaner, &report, &err))
        report_text(&report, &text);
    IS_TEXT(buf_data(&text), want, "%s: %s", ground->who, name);
    if (err.kind != DUET_ERROR_NONE)
        tap_diag("%s (%s)", err.text, err.hint);
}

static void
try_index(struct ground *ground, const char *declaration, const char *report)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;

    make_index(ground, declaration);
    cleaner = ground_cleaner(ground, NULL);
    is_report(ground, cleaner, report, declaration);
    IS_INT(ground_number(ground, "select count(*) from a_idx"
                                 " where a_idx match 'two'") +
               ground_number(ground, "select count(*) from z_idx"
                                     " where z_idx match 'two'"),
           0, "sqlite: %s finds nothing any more", declaration);
    is_report(ground, cleaner, "", "there is nothing to do then");
    ground_run(ground, "insert into docs values (4, 'two');"
                       "insert into a_idx (rowid, a) values (4, 'two');"
                       "insert into z_idx (rowid, a) values (4, 'two')");
    IS_INT(ground_number(ground, "select count(*) from a_idx"
                                 " where a_idx match 'two'"),
           1, "sqlite: it can be written again");
}

static void
try_full_text(struct ground *ground)
{
    try_index(ground, "fts5(a, content='docs', content_rowid='id')",
              "a_idx 3, docs 3, z_idx 3");
    try_index(ground, "fts5(a, content='')", "a_idx 3, docs 3, z_idx 3");
    try_index(ground, "fts5(a, content='', columnsize=0)",
              "a_idx 1, docs 3, z_idx 1");
    try_index(ground, "fts4(content=\"docs\", a)", "a_idx 3, docs 3, z_idx 3");

    ground_renew(ground);
    ground_run(ground, "create table t (x); insert into t values (1);"
                       "create virtual table f using fts4(content=\"\", a);"
                       "insert into f (docid, a) values (1, 'one')");
    {
        SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
        struct duet_error err = {0};

        OK(!duet_cleaner_open(&cleaner, ground->url, NULL, &err) &&
               err.kind == DUET_ERROR_USAGE &&
               strstr(err.text, "'f' can't be cleared") != NULL &&
               strstr(err.hint, "--keep f") != NULL,
           "sqlite: an FTS4 index without content is refused");
        OK(duet_cleaner_open(&cleaner, ground->url,
                             &(struct duet_clear_options){.keep = LIST("f")},
                             &err),
           "sqlite: unless it is kept");
        is_report(ground, cleaner, "t 1", "the rest is cleared then");
    }
}

/* The usual way to keep an index of a table: by triggers. */
static void
try_index_with_triggers(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;

    ground_renew(ground);
    ground_run(ground,
               "create table docs (id integer primary key, a text);"
               "create virtual table idx using fts5(a, content='docs',"
               " content_rowid='id');"
               "create trigger i after insert on docs begin"
               " insert into idx (rowid, a) values (new.id, new.a); end;"
               "create trigger d after delete on docs begin"
               " insert into idx (idx, rowid, a)"
               " values ('delete', old.id, old.a); end;"
               "insert into docs (a) values ('one'), ('two'), ('one two')");
    cleaner = ground_cleaner(ground, NULL);
    is_report(ground, cleaner, "docs 3, idx 3", "a table and its index");
    ground_run(ground, "insert into docs (a) values ('three');"
                       "delete from docs");
    is_report(ground, cleaner, "", "an index without rows is not reported");
    ground_run(ground, "insert into docs (a) values ('four');"
                       "insert into idx (idx) values ('integrity-check')");
    IS_INT(ground_number(ground, "select count(*) from idx"
                                 " where idx match 'one OR three OR four'"),
           1, "sqlite: and holds only what was written since");
}

static void
try_other_virtual_tables(struct ground *ground)
{
    ground_renew(ground);
    ground_run(ground, "create virtual table f using fts5(a);"
                       "insert into f values ('one two');"
                       "create virtual table v using fts5vocab(f, 'row');"
                       "create virtual table g using fts4(a);"
                       "create virtual table w using fts4aux(g);"
                       "insert into g values ('one two')");
    {
        SCOPED(duet_cleaner_close)
        struct duet_cleaner *cleaner = ground_cleaner(ground, NULL);

        is_report(ground, cleaner, "f 1, g 1",
                  "what only shows another table has no rows");
    }
    IS_INT(ground_number(ground, "select count(*) from v") +
               ground_number(ground, "select count(*) from w"),
           0, "sqlite: and then none to show");

    ground_renew(ground);
    ground_run(ground,
               "create table t (x); insert into t values (1);"
               "pragma writable_schema = on;"
               "insert into sqlite_schema values ('table', 'gone', 'gone', 0,"
               " 'create virtual table gone using nosuchmodule(x)');"
               "pragma writable_schema = reset");
    {
        SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
        struct duet_error err = {0};

        OK(!duet_cleaner_open(&cleaner, ground->url, NULL, &err) &&
               strstr(err.text, "'gone' can't be read") != NULL &&
               strstr(err.text, "nosuchmodule") != NULL &&
               strstr(err.hint, "--keep gone") != NULL,
           "sqlite: a module that is missing is an error that names it");
        if (!OK(duet_cleaner_open(
                    &cleaner, ground->url,
                    &(struct duet_clear_options){.keep = LIST("gone")}, &err),
                "sqlite: unless its table is kept"))
            tap_diag("%s", err.text);
        if (cleaner != NULL)
            is_report(ground, cleaner, "t 1", "the rest is cleared then");
    }
}

/* ------------------------------------------------------------------- files */

static void
try_journals(struct ground *ground)
{
    static const char *const modes[] = {"delete", "truncate", "persist", "wal"};

    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        ground_renew(ground);
        ground_run(ground,
                   "pragma journal_mode = %s;"
                   "create table a (x integer primary key);"
                   "create table b (x references a);"
                   "insert into a values (1); insert into b values (1)",
                   modes[i]);
        if (strcmp(modes[i], "truncate") == 0 ||
            strcmp(modes[i], "persist") == 0)
            ground_run(ground,
                       "pragma journal_mode = delete;"
                       "pragma journal_mode = %s",
                       modes[i]);
        ground_clears(ground, NULL, "", "a file with journal_mode = %s",
                      modes[i]);
    }
}

static void
try_read_only(struct ground *ground)
{
    bool is_root = geteuid() == 0;
    char dir[sizeof ground->path];

    ground_renew(ground);
    ground_run(ground, "pragma journal_mode = delete;"
                       "create table t (x); insert into t values (1)");
    snprintf(dir, sizeof dir, "%s", ground->path);
    *strrchr(dir, '/') = '\0';
    chmod(ground->path, 0444);
    chmod(dir, 0555);
    /* Root may write whatever its mode says. */
    if (is_root && seteuid(65534) != 0)
        abort();
    ground_refuses(ground, NULL, DUET_ERROR_DENIED, "read-only",
                   "a file that can't be written is an error");
    if (is_root && seteuid(0) != 0)
        abort();
    chmod(dir, 0700);
}

static void
try_strange_files(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    struct duet_clear_report report = {.rows = 9};
    struct duet_error err = {0};
    FILE *file;

    OK(duet_cleaner_open(&cleaner, "sqlite::memory:", NULL, &err) &&
           duet_clear(cleaner, &report, &err) && report.rows == 0,
       "sqlite: a database in memory is empty");
    OK(duet_reset(cleaner, "create table t (x); insert into t values (1), (2)",
                  &report, &err) &&
           report.rows == 0 && duet_clear(cleaner, &report, &err) &&
           report.rows == 2,
       "sqlite: a seed may make tables, which the next clear empties");
    duet_cleaner_close(&cleaner);
    OK(!duet_cleaner_open(&cleaner, "sqlite:/nonexistent/x.db", NULL, &err) &&
           err.kind == DUET_ERROR_CONNECT && cleaner == NULL,
       "sqlite: no file, no handle");
    ground_renew(ground);
    db_close(&ground->db);
    file = fopen(ground->path, "w");
    if (file != NULL) {
        for (int i = 0; i < 4096; i++)
            fputc('x', file);
        fclose(file);
    }
    OK(!duet_cleaner_open(&cleaner, ground->url, NULL, &err) &&
           err.kind == DUET_ERROR_CONNECT,
       "sqlite: a file that is no database is an error");
    unlink(ground->path);
    ground->db = NULL;
    duet_cleaner_close(&cleaner);
    duet_cleaner_close(NULL);
}

static void
try_many_tables(struct ground *ground)
{
    enum { TABLES = 1500 };
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    struct duet_clear_report report = {0};

    ground_renew(ground);
    ground_run(ground, "pragma foreign_keys = off; begin");
    for (int i = 0; i < TABLES; i++)
        ground_run(ground,
                   "create table t%d (x integer primary key,"
                   " y references t%d); insert into t%d values (1, 1)",
                   i, (i + 1) % TABLES, i);
    ground_run(ground, "commit");
    cleaner = ground_cleaner(ground, NULL);
    OK(duet_clear(cleaner, &report, NULL) && report.ntables == TABLES &&
           report.rows == TABLES,
       "sqlite: 1500 tables in a ring");
    ground_run(ground, "insert into t1499 values (1, null), (2, null)");
    OK(duet_clear(cleaner, &report, NULL) && report.ntables == 1 &&
           report.rows == 2,
       "sqlite: one of 1500");
}

/* Triggers and foreign keys are off for clearing and must be on in a seed. */
static void
try_checks_in_seeds(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    struct duet_error err = {0};

    ground_renew(ground);
    ground_run(ground, "create table a (x integer primary key);"
                       "create table b (x references a);"
                       "create table n (x);"
                       "create trigger t after insert on a begin"
                       " insert into n values (new.x); end;"
                       "create trigger no before insert on b"
                       " when new.x = 13 begin select raise(abort, 'no'); end");
    cleaner = ground_cleaner(ground, NULL);
    for (int i = 0; i < 3; i++)
        OK(duet_reset(cleaner, "insert into a values (1)", NULL, &err) &&
               ground_number(ground, "select count(*) from n") == 1,
           "sqlite: a trigger acts in a seed, turn %d", i + 1);
    OK(!duet_reset(cleaner,
                   "insert into a values (13);"
                   " insert into b values (13)",
                   NULL, &err) &&
           strstr(err.text, "no") != NULL,
       "sqlite: and may refuse it");
    ground_run(ground, "create trigger d before delete on a begin"
                       " select raise(abort, 'no'); end");
    OK(duet_clear(cleaner, NULL, &err),
       "sqlite: yet not the clearing that follows");
    OK(duet_reset(cleaner,
                  "create trigger u after update on a begin"
                  " insert into n values ('begin'); update n set x = 'end';"
                  " end; insert into a values (1)",
                  NULL, &err),
       "sqlite: a seed may make a trigger");
}

int
main(void)
{
    struct ground ground;

    ground_open(&ground, "sqlite");
    try_cases(&ground);
    try_full_text(&ground);
    try_index_with_triggers(&ground);
    try_other_virtual_tables(&ground);
    try_journals(&ground);
    try_read_only(&ground);
    try_many_tables(&ground);
    try_checks_in_seeds(&ground);
    try_strange_files(&ground);
    ground_close(&ground);
    return tap_done();
}
