/*
 * Which files make a declaration, and that both languages keep the same words
 * for themselves as their engines do.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "db/db.h"
#include "lib/shown.h"
#include "lib/tap.h"
#include "schema/declaration.h"

static struct arena arena;
static char directory[] = "/tmp/duet-declaration-XXXXXX";

static const char *
in_directory(const char *name)
{
    return path_join(&arena, directory, name);
}

static void
make_file(const char *name, const char *text)
{
    FILE *file = fopen(in_directory(name), "w");

    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
        exit(1);
}

static void
remove_file(const char *name)
{
    (void)unlink(in_directory(name));
}

/* What PATH declares for ENGINE, or the error, on one line. */
static const char *
read_path(const char *path, const char *engine)
{
    SCOPED(schema_clear) struct schema schema = {0};
    SCOPED(buf_release) struct buf out = {0};
    struct duet_error err = {0};

    if (!declaration_read(&schema, path, engine, &err))
        return arena_printf(&arena, "%s|%s", err.text, err.hint);
    for (size_t i = 0; i < schema.nobjects; i++)
        buf_printf(&out, "%s%s", i ? " " : "", schema.objects[i]->name);
    return arena_text(&arena, buf_data(&out));
}

static void
test_files(void)
{
    make_file("b.sql", "create table c (a integer references p)");
    make_file("a.sql", "create table p (a integer primary key, b integer "
                       "references d (b))");
    make_file("c.sql", "create table d (b integer); alter table c add unique "
                       "(a); create unique index u on d (b)");
    IS_TEXT(read_path(directory, NULL), "c d p",
            "files are read in the order of their names, and know each other");
    make_file("a.sqlite.sql", "create table s (a references C) strict");
    make_file("z.postgres.sql", "create table q (a inet references c)");
    remove_file("c.sql");
    make_file("a.sql", "create table p (a integer primary key)");
    make_file("seed.sql", "insert into p values (1)");
    make_file("notes.txt", "nothing");
    make_file(".hidden.sql", "nothing");
    IS_TEXT(read_path(directory, NULL), "c p",
            "without an engine, what both have; no seeds, no other files");
    make_file("a.sqlite.sql", "create table s (a integer) strict;");
    make_file("z.postgres.sql", "create table q (a inet)");
    IS_TEXT(read_path(directory, "sqlite"), "c p s", "SQLite's own besides");
    IS_TEXT(read_path(directory, "postgres"), "c p q", "or PostgreSQL's");
    IS_TEXT(read_path(in_directory("a.sql"), "sqlite"), "p s",
            "with a file goes the one beside it");
    IS_TEXT(read_path(in_directory("a.sql"), "postgres"), "p",
            "if there is one");
    IS_TEXT(read_path(in_directory("z.postgres.sql"), "postgres"), "q",
            "a file of an engine's own stands alone");
    IS_TEXT(read_path(in_directory("z.postgres.sql"), "sqlite"),
            arena_printf(&arena,
                         "'%s/z.postgres.sql' is for postgres alone, not for "
                         "sqlite|",
                         directory),
            "but not for another engine");
    IS_TEXT(read_path(directory, "oracle"), "there is no engine 'oracle'|",
            "there are two engines");
    IS_TEXT(read_path(in_directory("none.sql"), NULL),
            arena_printf(&arena, "there is no file '%s/none.sql'|", directory),
            "a file that is not there");
    make_file("b.sql", "create\n  table c (a foo)");
    IS_TEXT(read_path(directory, "sqlite"),
            arena_printf(&arena, "%s/b.sql:2:14: type 'foo' is not declared|",
                         directory),
            "an error names the file");
}

static void
test_empty(void)
{
    static const char *const names[] = {
        "a.sql",    "b.sql",     "a.sqlite.sql", "z.postgres.sql",
        "seed.sql", "notes.txt", ".hidden.sql"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        remove_file(names[i]);
    IS_TEXT(read_path(directory, NULL),
            arena_printf(&arena,
                         "there is no declaration in '%s'|a declaration is in "
                         "files whose names end in .sql",
                         directory),
            "a directory without one");
    (void)rmdir(directory);
}

/* ---------------------------------------------------------- our own schema */

static void
test_profile(const char *engine)
{
    SCOPED(schema_clear) struct schema schema = {0};
    struct duet_error err = {0};
    size_t columns = 0;
    size_t keys = 0;

    OK(declaration_read(&schema, "schema", engine, &err),
       "%s: the profile storage is a declaration", engine);
    if (err.kind != DUET_ERROR_NONE)
        tap_diag("%s", err.text);
    for (size_t i = 0; i < schema.nobjects; i++)
        for (size_t j = 0; j < schema.objects[i]->nchildren; j++) {
            enum object_kind kind = schema.objects[i]->children[j]->kind;

            columns += kind == OBJECT_COLUMN;
            keys += kind == OBJECT_FOREIGN_KEY;
        }
    IS_INT(schema.nobjects, 10, "%s: of ten tables,", engine);
    IS_INT(columns, 68, "%s: their columns", engine);
    IS_INT(keys, 12, "%s: and foreign keys", engine);
}

/* ------------------------------------------------------------------- words */

/* WORD, bare, is the name of a column in ENGINE's language. */
static bool
takes(const char *engine, const char *word)
{
    SCOPED(schema_clear) struct schema schema = {.engine = engine};
    SCOPED(arena_clear) struct arena own = {0};

    return declaration_add(
        &schema, "t.sql",
        arena_printf(&own, "create table t (%s integer)", word), false, NULL);
}

static void
test_sqlite_words(void)
{
    SCOPED(db_close) struct db *db = NULL;
    struct duet_error err = {0};
    bool same = db_open(&db, "sqlite::memory:", NULL, &err);

    for (int i = 0; i < sqlite3_keyword_count(); i++) {
        const char *word;
        int len;
        bool taken;

        sqlite3_keyword_name(i, &word, &len);
        word = arena_copy(&arena, word, (size_t)len);
        taken = db_exec(
            db,
            arena_printf(&arena, "create table t (%s integer); drop table t",
                         word),
            NULL);
        if (takes("sqlite", word) != taken) {
            tap_diag("%s", word);
            same = false;
        }
    }
    OK(same, "SQLite takes the words for names that a declaration takes");
}

static void
test_words_of_server(struct db *db)
{
    SCOPED(rows_clear) struct rows rows = {0};
    struct duet_error err = {0};
    bool same = db_query(db, &rows,
                         "select word, catcode in ('U', 'C') from "
                         "pg_catalog.pg_get_keywords()",
                         NULL, 0, &err);

    while (same && rows_next(&rows))
        if (takes("postgres", row_text(&rows, 0)) != row_boolean(&rows, 1)) {
            tap_diag("%s", row_text(&rows, 0));
            same = false;
        }
    OK(same && rows_ended(&rows), "and so does PostgreSQL");
}

/* Those of its own that a column of a user's table would have. */
static void
test_types_of_server(struct db *db)
{
    SCOPED(rows_clear) struct rows rows = {0};
    struct duet_error err = {0};
    bool same =
        db_query(db, &rows,
                 "select typname from pg_catalog.pg_type "
                 " where typnamespace = 'pg_catalog'::pg_catalog.regnamespace "
                 "   and typtype in ('b', 'r', 'm') and typcategory <> 'A' "
                 "   and typname !~ '^(pg_(brin|dep|mcv|ndis|node)|gts|char$)'",
                 NULL, 0, &err);

    while (same && rows_next(&rows)) {
        SCOPED(schema_clear) struct schema schema = {.engine = "postgres"};
        const char *text =
            arena_printf(&arena, "create table t (a %s)", row_text(&rows, 0));

        if (!declaration_add(&schema, "t.sql", text, false, &err)) {
            tap_diag("%s", err.text);
            same = false;
        }
    }
    OK(same && rows_ended(&rows), "all of PostgreSQL's types are known");
}

static void
test_server(void)
{
    SCOPED(db_close) struct db *db = NULL;
    struct duet_error err = {0};
    const char *url = getenv("TEST_POSTGRES");

    if (url == NULL || *url == '\0') {
        tap_skip(2, "no PostgreSQL server");
        return;
    }
    if (!db_open(&db, url, NULL, &err))
        exit(1);
    test_words_of_server(db);
    test_types_of_server(db);
}

int
main(void)
{
    if (mkdtemp(directory) == NULL)
        return 1;
    test_files();
    test_empty();
    test_profile("sqlite");
    test_profile("postgres");
    test_sqlite_words();
    test_server();
    arena_clear(&arena);
    return tap_done();
}
