/*
 * A database that can't take any more, or may not be written at all: a clear
 * error, and nothing half done.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/buf.h"
#include "db/db.h"
#include "lib/one_migration.h"
#include "lib/subject.h"
#include "lib/tap.h"

enum { NOBODY = 65534 };

static struct duet_error err;
static char dir[512];

static void
must(bool done, const char *what)
{
    if (!done)
        tap_bail_out("%s: %s (%s)", what, err.text, err.hint);
}

static struct db *
open_file(const char *name)
{
    const struct db_options options = {.create = true};
    struct db *db = NULL;
    char url[600];

    (void)snprintf(url, sizeof url, "sqlite:%s/%s", dir, name);
    must(db_open(&db, url, &options, &err), url);
    return db;
}

static void
counts(struct db *db, const char *sql, const char *want, const char *what)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *answer = NULL;

    must(db_ask(db, &arena, sql, NULL, 0, &answer, &err), sql);
    IS_TEXT(answer, want, "%s", what);
}

static const char growing[] =
    "create table more (data blob);"
    "insert into t values (2);"
    "with recursive n (i) as (select 1 union all select i + 1 from n where"
    " i < 200) insert into more select zeroblob(4000) from n;";

/* In the middle of a transaction, where SQLite rolls back by itself. */
static void
test_full(void)
{
    SCOPED(db_close) struct db *db = open_file("full.db");
    SCOPED(buf_release) struct buf notes = {0};

    must(db_exec(db,
                 "create table t (i); insert into t values (1);"
                 "pragma max_page_count = 20",
                 &err),
         "create");
    OK(!one_migration(db, growing, &notes, &err) && err.kind == DUET_ERROR_IO,
       "a migration that a full database has no room for fails");
    OK(strstr(err.text, "the disk or the database is full") != NULL,
       "it says so");
    OK(strstr(err.hint, "max_page_count allows it 20 pages") != NULL,
       "and why");
    OK(!db_in_transaction(db), "no transaction is left open");
    counts(db,
           "select count(*) || ' ' || (select count(*) from sqlite_schema"
           " where name = 'more') from t",
           "1 0", "and nothing of it is left");
    db_close(&db);
    db = open_file("full.db");
    OK(one_migration(db, growing, &notes, &err),
       "with more room the same migration runs");
    counts(db, "select count(*) from more", "200", "as it should");
}

/* The guard's own questions need no room. */
static void
test_full_rebuild(void)
{
    SCOPED(db_close) struct db *db = open_file("rebuild.db");
    SCOPED(buf_release) struct buf notes = {0};

    must(db_exec(db,
                 "create table p (id integer primary key, data blob);"
                 "create table c (p references p on delete cascade);"
                 "with recursive n (i) as (select 1 union all select i + 1"
                 " from n where i < 50) insert into p select i, zeroblob(4000)"
                 " from n; insert into c select id from p;"
                 "pragma max_page_count = 80",
                 &err),
         "create");
    OK(!one_migration(db,
                      "pragma foreign_keys = off; create table n (id integer"
                      " primary key, data blob not null); insert into n select"
                      " * from p; drop table p; alter table n rename to p",
                      &notes, &err) &&
           err.kind == DUET_ERROR_IO && *err.hint != '\0',
       "a rebuild that there is no room for fails");
    counts(db, "select count(*) || ' ' || (select count(*) from p) from c",
           "50 50", "and nothing is lost");
    OK(db_exec(db, "insert into c values (7)", &err), "writing goes on");
}

/* Root may write anything, so be somebody else. */
static void
become(uid_t user)
{
    if (getuid() == 0 && seteuid(user) != 0)
        must(false, "seteuid");
}

static void
refuses_to_write(const char *name, const char *what)
{
    SCOPED(db_close) struct db *db = NULL;
    SCOPED(buf_release) struct buf notes = {0};

    become(NOBODY);
    db = open_file(name);
    OK(!one_migration(db, "insert into t values (2)", &notes, &err) &&
           (err.kind == DUET_ERROR_DENIED || err.kind == DUET_ERROR_CONNECT),
       "%s: a migration fails", what);
    if (!OK(strstr(err.hint, "permissions of the file and of its directory") !=
                NULL,
            "%s: and what to look at is told", what))
        tap_diag("%d: %s (%s)", (int)err.kind, err.text, err.hint);
    OK(!db_in_transaction(db), "%s: no transaction is left open", what);
    counts(db, "select count(*) from t", "1", what);
    db_close(&db);
    become(0);
}

static void
make_file(const char *name, const char *journal, mode_t mode)
{
    SCOPED(db_close) struct db *db = open_file(name);
    SCOPED(arena_clear) struct arena arena = {0};
    const char *path = arena_printf(&arena, "%s/%s", dir, name);

    must(db_exec(db,
                 arena_printf(&arena,
                              "pragma journal_mode = %s;"
                              "create table t (i); insert into t values (1)",
                              journal),
                 &err) &&
             chmod(path, mode) == 0,
         path);
}

static void
test_read_only(void)
{
    make_file("file.db", "delete", 0444);
    must(chmod(dir, 0777) == 0, dir);
    refuses_to_write("file.db", "a file that may only be read");
    make_file("dir.db", "delete", 0666);
    must(chmod(dir, 0555) == 0, dir);
    refuses_to_write("dir.db", "a directory that may only be read");
    must(chmod(dir, 0777) == 0, dir);
}

static void
test_moved(void)
{
    SCOPED(db_close) struct db *db = NULL;
    SCOPED(buf_release) struct buf notes = {0};
    SCOPED(arena_clear) struct arena arena = {0};

    make_file("moved.db", "delete", 0666);
    db = open_file("moved.db");
    counts(db, "select count(*) from t", "1", "a file is opened");
    must(rename(arena_printf(&arena, "%s/moved.db", dir),
                arena_printf(&arena, "%s/away.db", dir)) == 0,
         "rename");
    OK(!one_migration(db, "insert into t values (2)", &notes, &err) &&
           err.kind == DUET_ERROR_IO,
       "a file that was moved away is not written");
    OK(strstr(err.text, "the database's file was moved or deleted") != NULL,
       "it says so");
}

static void
remove_files(void)
{
    static const char *const names[] = {
        "full.db", "rebuild.db",  "file.db",    "dir.db",
        "away.db", "full.db-wal", "full.db-shm"};
    SCOPED(arena_clear) struct arena arena = {0};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)unlink(arena_printf(&arena, "%s/%s", dir, names[i]));
    IS_INT(rmdir(dir), 0, "no other file is left behind");
}

int
main(void)
{
    char *scratch;

    (void)snprintf(dir, sizeof dir, "%s", scratch_make());
    scratch = strdup(dir);
    must(chmod(dir, 0755) == 0, dir);
    (void)snprintf(dir, sizeof dir, "%s/inner", scratch);
    free(scratch);
    must(mkdir(dir, 0777) == 0, dir);
    test_full();
    test_full_rebuild();
    test_read_only();
    test_moved();
    remove_files();
    scratch_remove();
    return tap_done();
}
