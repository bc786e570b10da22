/*
 * Who holds the lock on a SQLite file: named by process, read without touching
 * the file.
 */
#include "lib/subject.h"
#include "lib/tap.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static struct duet_error err;
static char path[512];
static char url[600];

static struct db *
open_one(void)
{
    struct db_options options = {.create = true, .lock_timeout = 50};
    struct db *db = NULL;

    if (!db_open(&db, url, &options, &err)) {
        printf("Bail out! %s\n", err.text);
        exit(1);
    }
    return db;
}

/* Another process: runs SQL, says so, and stays until its standard input ends.
 */
struct other {
    pid_t pid;
    int stop;
    bool done; /* the SQL succeeded */
};

static struct other
other_start(const char *sql)
{
    int ready[2], stop[2];
    struct other other = {.done = false};
    char byte = 0;

    if (pipe(ready) != 0 || pipe(stop) != 0)
        exit(1);
    other.pid = fork();
    if (other.pid == 0) {
        sqlite3 *handle;

        close(stop[1]);
        sqlite3_open(path, &handle);
        byte = sqlite3_exec(handle, sql, NULL, NULL, NULL) == SQLITE_OK;
        if (write(ready[1], &byte, 1) == 1)
            while (read(stop[0], &byte, 1) > 0)
                continue;
        _exit(0);
    }
    close(stop[0]);
    other.stop = stop[1];
    other.done = read(ready[0], &byte, 1) == 1 && byte == 1;
    close(ready[0]);
    close(ready[1]);
    return other;
}

static void
other_stop(struct other *other)
{
    close(other->stop);
    waitpid(other->pid, NULL, 0);
}

static void
is_held_by(pid_t pid, const char *why)
{
    FILE *file = fopen("/proc/self/comm", "r");
    char name[32] = "";
    char want[128];

    if (file == NULL || fscanf(file, "%31[^\n]", name) != 1)
        tap_diag("this process has no name");
    if (file != NULL)
        fclose(file);
    snprintf(want, sizeof want, "process %ld (%s) holds it", (long)pid, name);
    IS_INT(err.kind, DUET_ERROR_BUSY, "%s: busy", why);
    IS_TEXT(err.hint, want, "%s: the holder is named", why);
}

static void
test_writer(const char *mode)
{
    SCOPED(db_close) struct db *db = open_one();
    struct other other;
    char sql[64];

    snprintf(sql, sizeof sql, "pragma journal_mode = %s", mode);
    OK(db_exec(db, sql, &err) && db_exec(db,
                                         "create table if not exists t (i); "
                                         "insert into t values (1)",
                                         &err),
       "%s: a database", mode);
    other = other_start("begin immediate");
    OK(!db_begin(db, &err), "%s: one can't begin while another writes", mode);
    is_held_by(other.pid, mode);
    OK(!db_exec(db, "insert into t values (2)", &err), "%s: nor write", mode);
    is_held_by(other.pid, mode);
    other_stop(&other);
    other = other_start("begin exclusive");
    OK(!db_begin(db, &err), "%s: nor while another is alone", mode);
    is_held_by(other.pid, mode);
    other_stop(&other);
    OK(db_begin(db, &err) && db_commit(db, &err), "%s: after that it can",
       mode);
}

static void
test_reader(void)
{
    SCOPED(db_close) struct db *db = open_one();
    struct other other = other_start("begin; select * from t");

    OK(db_begin(db, &err) && db_exec(db, "insert into t values (3)", &err),
       "while another reads one can write");
    OK(!db_commit(db, &err), "but not commit");
    is_held_by(other.pid, "a reader");
    other_stop(&other);
}

/* Reading who holds a lock must not let go of one. */
static void
test_same_process(void)
{
    SCOPED(db_close) struct db *one = open_one();
    SCOPED(db_close) struct db *two = open_one();
    struct other other;

    OK(db_begin(one, &err) && !db_begin(two, &err),
       "two connections of a process exclude each other");
    IS_TEXT(err.hint, "another connection of this process holds it",
            "and that is what is said");
    other = other_start("begin immediate");
    OK(!other.done, "the lock is still there afterwards");
    other_stop(&other);
    OK(db_exec(one, "insert into t values (4)", &err) && db_commit(one, &err),
       "and its holder can go on");
}

int
main(void)
{
    snprintf(path, sizeof path, "%s/lock.db", scratch_make());
    snprintf(url, sizeof url, "sqlite:%s", path);
    test_writer("delete");
    test_reader();
    test_same_process();
    test_writer("wal");
    test_same_process();
    scratch_remove();
    return tap_done();
}
