/*
 * Clearing while others hold locks: it gives up in time and says who holds
 * them, it never deadlocks, and a connection that is lost is an error.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/ground.h"
#include "lib/tap.h"
#include "rows/cleaner.h"

enum { TIMEOUT = 1000 }; /* milliseconds */

static const char *program;
static const struct duet_clear_options hasty = {.lock_timeout = TIMEOUT};

static void
make(struct ground *ground)
{
    ground_renew(ground);
    ground_run(ground, "create table a (id integer primary key, x integer);"
                       "create table b (id integer primary key,"
                       " a integer references a);"
                       "create index b_a on b (a);"
                       "create table c (id integer primary key);"
                       "insert into a values (1, 1), (2, 2);"
                       "insert into b values (1, 1); insert into c values (1)");
}

static void
is_left(struct ground *ground, const char *want, const char *name)
{
    SCOPED(buf_release) struct buf rows = {0};

    ground_rows(ground, &rows);
    IS_TEXT(buf_data(&rows), want, "%s: %s", ground->who, name);
}

/* One point: it is busy after about the timeout, and the hint SAYS by whom. */
static void
is_busy(struct ground *ground, struct duet_cleaner *cleaner, const char *says,
        const char *name)
{
    struct duet_error err = {0};
    int64_t begun = milliseconds();
    bool done = duet_clear(cleaner, NULL, &err);
    int64_t took = milliseconds() - begun;

    if (!OK(!done && err.kind == DUET_ERROR_BUSY && took >= TIMEOUT - 20 &&
                took < TIMEOUT + 2000 && strstr(err.hint, says) != NULL,
            "%s: %s", ground->who, name))
        tap_diag("%s after %d ms: %s (%s), not '%s'", duet_error_name(err.kind),
                 (int)took, err.text, err.hint, says);
}

/* --------------------------------------------------------------- PostgreSQL */

static void
try_locks(struct ground *ground)
{
    static const struct {
        const char *name;
        const char *sql;
    } locks[] = {
        {"a row that is being updated", "update a set x = 7 where id = 2"},
        {"a row that is being deleted", "delete from b"},
        {"a row that is locked", "select * from c for share"},
        {"a row that an open transaction references",
         "insert into b values (2, 2)"},
        {"a table that is locked", "lock table b in share mode"},
        {"a table that nobody may read", "lock table c"},
    };
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    SCOPED(db_close) struct db *other = NULL;
    char says[64];

    make(ground);
    cleaner = ground_cleaner(ground, &hasty);
    other = ground_session(ground);
    snprintf(says, sizeof says, "process %d (duet",
             (int)session_number(other, "select pg_backend_pid()"));
    for (size_t i = 0; i < sizeof locks / sizeof *locks; i++) {
        session_run(other, "begin; %s", locks[i].sql);
        is_busy(ground, cleaner, says, locks[i].name);
        session_run(other, "rollback");
    }
    session_run(other, "begin; %s", sql_text_postgres[SQL_POSTGRES_CLEAR_LOCK]);
    is_busy(ground, cleaner, says, "another cleaner");
    session_run(other, "rollback");
    is_left(ground, "a 2, b 1, c 1", "nothing was deleted");
    OK(duet_clear(cleaner, NULL, NULL), "%s: until the locks are gone",
       ground->who);
    is_left(ground, "", "then all is");
}

static void
try_sequence_lock(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    SCOPED(db_close) struct db *other = NULL;

    ground_renew(ground);
    ground_run(ground, "create table s (id serial);"
                       "insert into s default values");
    cleaner = ground_cleaner(
        ground, &(struct duet_clear_options){.restart_sequences = true,
                                             .lock_timeout = TIMEOUT});
    other = ground_session(ground);
    session_run(other, "begin; select nextval('s_id_seq')");
    is_busy(ground, cleaner, "process ", "a sequence that is in use");
    is_left(ground, "s 1", "its table is not cleared either");
    session_run(other, "rollback");
    OK(duet_clear(cleaner, NULL, NULL), "%s: and then it is", ground->who);
}

/* Holds a row of c for TIME milliseconds, and then runs SQL. */
static int
hold(const char *url, int64_t time, const char *sql)
{
    struct db *db = session_open(url, false);

    session_run(db, "begin; select * from c for update");
    helper_tell();
    sleep_milliseconds(time);
    session_run(db, "%s; commit", sql);
    db_close(&db);
    return 0;
}

/* Wants a row of a in the end, which the cleaner has by then. */
static int
be_cross(const char *url)
{
    return hold(url, 200, "update a set x = 9");
}

static void
try_deadlock(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    struct duet_error err = {0};
    struct helper helper;

    make(ground);
    cleaner = ground_cleaner(ground, NULL);
    /* Who is told of it is who looks for it first. */
    ground_run(ground,
               "reset role; alter database %s set deadlock_timeout"
               " = '20s'",
               ground->name);
    helper = helper_start(program, "cross", ground);
    helper_wait(&helper);
    if (!OK(duet_clear(cleaner, NULL, &err) && err.kind == DUET_ERROR_NONE,
            "%s: after a deadlock it tries again", ground->who))
        tap_diag("%s (%s)", err.text, err.hint);
    IS_INT(helper_end(&helper), 0, "%s: and the other has done its work",
           ground->who);
    is_left(ground, "", "which is cleared, too");
    ground_run(ground, "alter database %s reset deadlock_timeout",
               ground->name);
}

static int
be_passing(const char *url)
{
    return hold(url, 300, "select 1");
}

/*
 * Any transaction that was open when the schema was read might have made
 * something, so the schema is read again after its end.  That is no reason to
 * lock tables out, and so to wait for whoever has written.
 */
static void
try_ended_elsewhere(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    SCOPED(db_close) struct db *other = NULL;
    struct duet_error err = {0};
    struct helper helper;

    make(ground);
    other = ground_session(ground);
    session_run(other, "begin; insert into a values (3, 3)");
    helper = helper_start(program, "passing", ground);
    helper_wait(&helper);
    cleaner = ground_cleaner(ground, &hasty);
    cleaner->disturbed = 2; /* as if others had just been in the way */
    if (!OK(duet_clear(cleaner, NULL, &err),
            "%s: a transaction that ends meanwhile locks nobody out",
            ground->who))
        tap_diag("%s (%s)", err.text, err.hint);
    (void)helper_end(&helper);
    session_run(other, "commit");
    is_left(ground, "a 1", "all is cleared but for what was not committed");
}

/* Ends the session of every cleaner as soon as it waits for a lock. */
static int
be_killer(const char *url)
{
    struct db *db = session_open(url, false);
    int64_t end = milliseconds() + 5000;

    helper_tell();
    while (milliseconds() < end &&
           session_number(db, "select count(pg_terminate_backend(pid))"
                              "  from pg_stat_activity"
                              " where wait_event_type = 'Lock'"
                              "   and datname = current_database()") == 0)
        sleep_milliseconds(20);
    db_close(&db);
    return 0;
}

static void
try_lost_connection(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    SCOPED(db_close) struct db *other = NULL;
    struct duet_error err = {0};
    struct helper helper;
    bool done;

    make(ground);
    cleaner = ground_cleaner(ground, NULL);
    other = ground_session(ground);
    session_run(other, "begin; select * from c for update");
    helper = helper_start(program, "killer", ground);
    helper_wait(&helper);
    done = duet_clear(cleaner, NULL, &err);
    OK(!done &&
           (err.kind == DUET_ERROR_CONNECT || err.kind == DUET_ERROR_UNCERTAIN),
       "%s: a connection lost while it clears is an error", ground->who);
    tap_diag("%s: %s (%s)", duet_error_name(err.kind), err.text, err.hint);
    (void)helper_end(&helper);
    session_run(other, "rollback");
    is_left(ground, "a 2, b 1, c 1", "that leaves all as it was");
    err = (struct duet_error){0};
    OK(!duet_clear(cleaner, NULL, &err) && err.kind == DUET_ERROR_CONNECT &&
           !duet_clear_preview(cleaner, NULL, NULL) &&
           !duet_reset(cleaner, "select 1", NULL, &err) &&
           err.kind == DUET_ERROR_CONNECT,
       "%s: the handle says so whatever it is asked", ground->who);
    duet_cleaner_close(&cleaner);
    cleaner = ground_cleaner(ground, NULL);
    OK(duet_clear(cleaner, NULL, NULL), "%s: a new one works", ground->who);
    session_run(other, "select pg_terminate_backend(%d)",
                (int)session_number(cleaner->db, "select pg_backend_pid()"));
    OK(!duet_clear(cleaner, NULL, &err) && err.kind == DUET_ERROR_CONNECT,
       "%s: one lost while idle is an error, too", ground->who);
}

static void *
cancel_soon(void *cleaner)
{
    for (int i = 0; i < 10; i++) {
        sleep_milliseconds(50);
        duet_cleaner_cancel(cleaner);
    }
    return NULL;
}

static void
try_cancel(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    SCOPED(db_close) struct db *other = NULL;
    struct duet_error err = {0};
    pthread_t thread;
    bool done;

    make(ground);
    cleaner = ground_cleaner(ground, NULL);
    other = ground_session(ground);
    session_run(other, "begin; select * from c for update");
    pthread_create(&thread, NULL, cancel_soon, cleaner);
    done = duet_clear(cleaner, NULL, &err);
    pthread_join(thread, NULL);
    OK(!done && err.kind == DUET_ERROR_CANCELLED,
       "%s: waiting for a lock can be cancelled", ground->who);
    session_run(other, "rollback");
    is_left(ground, "a 2, b 1, c 1", "nothing was deleted by then");
    OK(duet_clear(cleaner, NULL, NULL), "%s: the handle goes on", ground->who);
}

/* ------------------------------------------------------------------- SQLite */

static int
be_holder(const char *sql, const char *url)
{
    struct db *db = session_open(url, false);

    session_run(db, "%s", sql);
    helper_tell();
    sleep_milliseconds(60000);
    db_close(&db);
    return 0;
}

static void
try_file_locks(struct ground *ground, const char *mode)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    SCOPED(arena_clear) struct arena arena = {0};
    struct helper helper;
    bool is_wal = strcmp(mode, "wal") == 0;

    make(ground);
    ground_run(ground, "pragma journal_mode = %s", mode);
    cleaner = ground_cleaner(ground, &hasty);
    ground_run(ground, "begin immediate; insert into c values (2)");
    is_busy(ground, cleaner, "another connection of this process",
            arena_printf(&arena, "a transaction that writes, %s", mode));
    ground_run(ground, "rollback");
    helper = helper_start(program,
                          "begin immediate;"
                          "insert into c values (3)",
                          ground);
    helper_wait(&helper);
    is_busy(ground, cleaner,
            arena_printf(&arena, "process %d", (int)helper.process),
            "the same in another process");
    kill(helper.process, SIGKILL);
    (void)helper_end(&helper);
    ground_run(ground, "begin");
    (void)ground_number(ground, "select count(*) from a");
    if (!is_wal)
        is_busy(ground, cleaner, "another connection of this process",
                "a transaction that has read");
    else
        OK(duet_clear(cleaner, NULL, NULL),
           "sqlite: a transaction that has read is no matter in wal");
    ground_run(ground, "rollback");
    is_left(ground, is_wal ? "" : "a 2, b 1, c 1",
            "all is as it should be, and");
    OK(duet_clear(cleaner, NULL, NULL), "sqlite: without it it is cleared");
    is_left(ground, "", "to the last row");
}

/* -------------------------------------------------------------------- both */

static int
be_cleaner(const char *url)
{
    struct duet_cleaner *cleaner = NULL;
    struct duet_error err = {0};
    struct db *db = session_open(url, false);
    int failed = 0;

    if (!duet_cleaner_open(&cleaner, url, NULL, &err))
        return 3;
    for (int i = 0; i < 60 && failed == 0; i++) {
        (void)db_exec(db,
                      "begin; insert into a (x) values (1);"
                      " insert into b (a) select max(id) from a; commit",
                      NULL);
        (void)db_exec(db, "rollback", NULL);
        failed =
            !duet_clear(cleaner, NULL, &err) && err.kind != DUET_ERROR_BUSY;
    }
    if (failed)
        fprintf(stderr, "# cleaner: %s: %s\n", duet_error_name(err.kind),
                err.text);
    duet_cleaner_close(&cleaner);
    db_close(&db);
    return failed ? 4 : 0;
}

static void
try_cleaners(struct ground *ground)
{
    enum { COUNT = 3 };
    struct helper helpers[COUNT];
    int ended = 0;

    ground_renew(ground);
    ground_run(ground,
               "create table a (id %s, x integer);"
               "create table b (id %s, a integer references a);"
               "create table z (id integer primary key references b)",
               ground->is_server ? "serial primary key"
                                 : "integer primary key autoincrement",
               ground->is_server ? "serial primary key"
                                 : "integer primary key autoincrement");
    for (int i = 0; i < COUNT; i++)
        helpers[i] = helper_start(program, "cleaner", ground);
    for (int i = 0; i < COUNT; i++)
        ended += helper_end(&helpers[i]) == 0;
    IS_INT(ended, COUNT, "%s: several cleaners at once get by", ground->who);
}

/* The process is killed anywhere in the middle: all rows or none. */
static int
be_victim(const char *url)
{
    struct duet_cleaner *cleaner = NULL;

    if (!duet_cleaner_open(&cleaner, url, NULL, NULL))
        return 3;
    helper_tell();
    (void)duet_clear(cleaner, NULL, NULL);
    duet_cleaner_close(&cleaner);
    return 0;
}

static void
try_kill(struct ground *ground, const char *mode)
{
    enum { ROWS = 4000 };
    bool all_or_none = true;
    int none = 0;

    make(ground);
    if (mode != NULL)
        ground_run(ground, "pragma journal_mode = %s", mode);
    for (int i = 0; i < 10; i++) {
        struct helper helper;
        int64_t rows;

        ground_run(ground,
                   "%s;"
                   "insert into a with recursive n (i) as (select 1 union all"
                   " select i + 1 from n where i < %d) select i, i from n;"
                   "insert into b select id, id from a",
                   ground->is_server ? "truncate a, b"
                                     : "delete from b; delete from a",
                   ROWS);
        helper = helper_start(program, "victim", ground);
        helper_wait(&helper);
        sleep_milliseconds(i);
        kill(helper.process, SIGKILL);
        (void)helper_end(&helper);
        if (ground->is_server)
            ground_run(ground, "begin; lock table a, b in exclusive mode;"
                               "commit");
        rows = ground_number(ground, "select (select count(*) from a)"
                                     " + (select count(*) from b)");
        all_or_none = all_or_none && (rows == 0 || rows == ROWS + ROWS);
        none += rows == 0;
    }
    OK(all_or_none, "%s: kill -9 in the middle leaves all rows or none%s%s",
       ground->who, mode ? ", " : "", mode ? mode : "");
    tap_diag("%d of 10 times none", none);
}

static int
be_helper(const char *what, const char *url)
{
    static const struct {
        const char *name;
        int (*run)(const char *url);
    } helpers[] = {{"cross", be_cross},
                   {"passing", be_passing},
                   {"killer", be_killer},
                   {"cleaner", be_cleaner},
                   {"victim", be_victim}};

    for (size_t i = 0; i < sizeof helpers / sizeof *helpers; i++)
        if (strcmp(what, helpers[i].name) == 0)
            return helpers[i].run(url);
    return be_holder(what, url);
}

int
main(int argc, char **argv)
{
    static const char *const engines[] = {"postgres", "postgres as an owner"};
    struct ground ground;

    program = argv[0];
    if (argc == 3)
        return be_helper(argv[1], argv[2]);
    ground_open(&ground, "sqlite");
    try_file_locks(&ground, "delete");
    try_file_locks(&ground, "wal");
    try_cleaners(&ground);
    try_kill(&ground, "delete");
    try_kill(&ground, "wal");
    ground_close(&ground);
    for (size_t i = 0; i < 2; i++) {
        if (!ground_open(&ground, engines[i])) {
            tap_skip(1, "no PostgreSQL server");
            continue;
        }
        try_locks(&ground);
        try_sequence_lock(&ground);
        try_deadlock(&ground);
        try_ended_elsewhere(&ground);
        try_lost_connection(&ground);
        try_cancel(&ground);
        try_cleaners(&ground);
        try_kill(&ground, NULL);
        ground_close(&ground);
    }
    return tap_done();
}
