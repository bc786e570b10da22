/*
 * Directories of migrations, their checksums, and the ledger that says which
 * are done.
 */
#include "migrate/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "lib/splitting.h"
#include "lib/subject.h"
#include "lib/tap.h"
#include "migrate/ledger.h"
#include "schema/reflect.h"

static struct arena arena;
static const char *directory;

/* ------------------------------------------------------------------------
 * Checksums
 */

static void
test_same_checksums(void)
{
    static const char *const same[] = {
        "create table t (a integer default 'x y');",
        "create  table\tt\n(a integer\n default 'x y')  ;\n",
        "create table t (a integer default 'x y');\r\n",
        "create table t\r\n    (a integer default 'x y');",
        "-- why\ncreate table t (a integer default 'x y'); -- because",
        "create/* */table t (/* a, b */a integer default 'x y');",
        "create table t(a integer default 'x y');",
    };

    for (size_t i = 1; i < sizeof same / sizeof *same; i++) {
        OK(is_same_checksum(LANGUAGE_SQLITE, same[0], same[i]),
           "blanks and comments leave the checksum, %zu", i);
        OK(is_same_checksum(LANGUAGE_POSTGRES, same[0], same[i]),
           "... of PostgreSQL");
    }
}

static void
test_other_checksums(void)
{
    static const char *const texts[] = {
        "create table t (a integer default 'x y');",
        "create table t (a integer default 'x  y');",
        "create table t (a integer default 'x y')",
        "create table t (a integer default 'X y');",
        "create table T (a integer default 'x y');",
        "create table \"t\" (a integer default 'x y');",
        "create table t (ainteger default 'x y');",
        "create table t (a integer default 'x' 'y');",
        "create table t (a integer default '-- x y');",
        "create table t (a integer default 'x\r\ny');",
        "create table t (a integer default 'x\ny');",
        "",
    };
    size_t count = sizeof texts / sizeof *texts;

    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++)
            OK(!is_same_checksum(LANGUAGE_SQLITE, texts[i], texts[j]) &&
                   !is_same_checksum(LANGUAGE_POSTGRES, texts[i], texts[j]),
               "other tokens make another checksum, %zu and %zu", i, j);
}

static bool
checksum_of(const char *text, char out[DIGEST_LEN])
{
    const struct script_source source = {.name = "text", .text = text};

    return script_checksum_all(&source, LANGUAGE_SQLITE, out, NULL);
}

static void
test_languages(void)
{
    /* One comment in PostgreSQL, which nests them; not so in SQLite. */
    static const char nested[] = "/* a /* b */ c */ d";
    char sum[DIGEST_LEN];

    OK(is_same_checksum(LANGUAGE_POSTGRES, nested, "d") &&
           !is_same_checksum(LANGUAGE_SQLITE, nested, "d"),
       "what a comment is, is for the language to say");
    OK(!is_same_checksum(LANGUAGE_POSTGRES, "$$a b$$", "$$a  b$$"),
       "and what a text is");
    /* printf '' | sha256sum; printf 'a\0;\0' | sha256sum */
    OK(checksum_of(" -- nothing", sum), "nothing is read");
    IS_TEXT(sum,
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "the checksum of nothing is that of SHA-256");
    OK(checksum_of("a ;", sum), "tokens are read");
    IS_TEXT(sum,
            "9bc7f7f1909920b7cddb237bdca6b96063ca647f464aa4a057970d0b3a0c4d06",
            "that of tokens is of each with a NUL behind it");
}

/* ------------------------------------------------------------------------
 * Trees
 */

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
    if (unlink(in_directory(name)) != 0)
        exit(1);
}

/* "1_a:a:select 1 ...", or the error and its hint. */
static const char *
tree_of(const char *engine)
{
    SCOPED(tree_clear) struct tree tree = {0};
    SCOPED(buf_release) struct buf out = {0};
    struct duet_error err = {0};

    if (!tree_read(&tree, directory, engine, STYLE_AUTO, &err))
        return arena_printf(&arena, "%s|%s", err.text, err.hint);
    for (size_t i = 0; i < tree.count; i++)
        buf_printf(&out, "%s%s:%s:%s", i ? " " : "", tree.list[i].version,
                   tree.list[i].name, tree.list[i].up.text);
    return arena_text(&arena, buf_data(&out));
}

static void
test_order(void)
{
    IS_TEXT(tree_of("sqlite"), "", "an empty directory has no migrations");
    make_file("10_c.up.sql", "c");
    make_file("9_z.up.sql", "z");
    make_file("0009_b.up.sql", "b");
    make_file("9_a.up.sql", "a");
    make_file("20260101120000.up.sql", "d");
    IS_TEXT(tree_of("sqlite"),
            "0009_b:b:b 9_a:a:a 9_z:z:z 10_c:c:c 20260101120000::d",
            "they are in the order of their numbers, then of their names");
    IS_TEXT(tree_of("postgres"), tree_of("sqlite"), "on both engines");
    remove_file("0009_b.up.sql");
    remove_file("9_z.up.sql");
    remove_file("20260101120000.up.sql");
}

/* Whichever file of a version the directory gives first. */
static void
test_engines(void)
{
    make_file("9_a.sqlite.up.sql", "lite");
    make_file("10_c.postgres.up.sql", "post");
    make_file("11_d.postgres.up.sql", "alone");
    make_file("10_c.down.sql", "back");
    make_file("11_d.postgres.down.sql", "back");
    make_file("README.md", "nothing");
    IS_TEXT(tree_of("sqlite"), "9_a:a:lite 10_c:c:c",
            "an engine's own file wins over the one for both");
    IS_TEXT(tree_of("postgres"), "9_a:a:a 10_c:c:post 11_d:d:alone",
            "and is nothing to the other engine");
    make_file("12_sqlite.up.sql", "named");
    IS_TEXT(tree_of("postgres"),
            "9_a:a:a 10_c:c:post 11_d:d:alone 12_sqlite:sqlite:named",
            "a name may be that of an engine");
    remove_file("12_sqlite.up.sql");
}

/* NAME is refused, with HINT. */
static void
check_refused(const char *name, const char *hint)
{
    make_file(name, "");
    IS_TEXT(tree_of("sqlite"),
            arena_printf(&arena, "'%s/%s' is no migration|%s", directory, name,
                         hint),
            "'%s' is refused, and the hint says what is not", name);
    remove_file(name);
}

static void
test_foreign_files(void)
{
    static const char *const names[] = {
        "schema.sql", "a.up.sql", "_1_a.up.sql", "1_a.up.sqlite.sql",
        "up.sql",     ".sql",     "A.SQL"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        check_refused(names[i], "one is called 0001_name.up.sql, or "
                                "0001_name.sqlite.up.sql for one engine");
    check_refused(
        "1_a.sql",
        arena_printf(&arena,
                     "it is in the style of dbmate, goose or sqlx, and '%s' "
                     "is not: a directory has one style",
                     in_directory("10_c.down.sql")));
}

static void
test_no_directory(void)
{
    SCOPED(tree_clear) struct tree tree = {0};
    struct duet_error err = {0};

    OK(!tree_read(&tree, in_directory("none"), "sqlite", STYLE_AUTO, &err) &&
           strstr(err.text, "none': No such file") != NULL,
       "a directory that is not there is an error");
}

/* ------------------------------------------------------------------------
 * The ledger
 */

static const char *
ask(struct db *db, const char *sql)
{
    SCOPED(rows_clear) struct rows rows = {0};
    SCOPED(buf_release) struct buf out = {0};
    struct duet_error err = {0};

    if (!db_query(db, &rows, sql, NULL, 0, &err))
        return arena_text(&arena, err.text);
    while (rows_next(&rows))
        buf_printf(&out, "%s%s", out.len ? " " : "", row_text(&rows, 0));
    return arena_text(&arena, buf_data(&out));
}

static void
test_stamps(struct db *db, const char *who)
{
    SCOPED(tree_clear) struct tree tree = {0};
    SCOPED(ledger_clear) struct ledger ledger = {0};
    struct duet_error err = {0};

    OK(tree_read(&tree, directory, db_dialect(db)->name, STYLE_AUTO, &err) &&
           ledger_read(&ledger, db, &err) && ledger_ensure(&ledger, db, &err) &&
           ledger_stamp(&ledger, db, &tree, &err),
       "%s: migrations are taken for done", who);
    IS_TEXT(ask(db, "select position || ':' || version || ':' || name || ':'"
                    " || state || ':' || statements from duet_migration"
                    " order by position"),
            tree.count == 3 ? "1:9_a:a:stamped:0 2:10_c:c:stamped:0 "
                              "3:11_d:d:stamped:0"
                            : "1:9_a:a:stamped:0 2:10_c:c:stamped:0",
            "... in their order");
    IS_TEXT(ask(db, "select checksum from duet_migration where position = 1"),
            tree.list[0].checksum, "... with their checksums");
    IS_TEXT(ask(db, "select distinct duet from duet_migration"), DUET_VERSION,
            "... and duet's version");
    OK(!ledger_stamp(&ledger, db, &tree, &err) &&
           strstr(err.text, "ledger") != NULL,
       "%s: but not twice", who);
}

static void
test_ledger(struct subject *subject)
{
    SCOPED(db_close) struct db *db = NULL;
    SCOPED(schema_clear) struct schema schema = {0};
    struct duet_error err = {0};

    subject_wrap(subject, WRAP_NOT);
    db = subject_open(subject, NULL);
    test_stamps(db, subject->who);
    OK(db_exec(db, "create table t (a integer)", &err) &&
           schema_reflect(&schema, db, &err),
       "%s: it is read like any table", subject->who);
    OK(schema_find(&schema, OBJECT_TABLE, NULL, LEDGER_TABLE) != NULL,
       "... and is there");
    ledger_hide(&schema);
    OK(schema_find(&schema, OBJECT_TABLE, NULL, LEDGER_TABLE) == NULL &&
           schema_find(&schema, OBJECT_TABLE, NULL, "t") != NULL,
       "... until it is hidden, alone");
}

int
main(void)
{
    struct subject subject;

    directory = scratch_make();
    test_same_checksums();
    test_other_checksums();
    test_languages();
    test_order();
    test_engines();
    test_foreign_files();
    test_no_directory();
    subject_sqlite(&subject, NULL);
    test_ledger(&subject);
    subject_release(&subject);
    if (subject_postgres(&subject)) {
        test_ledger(&subject);
        subject_release(&subject);
    }
    scratch_remove();
    arena_clear(&arena);
    return tap_done();
}
