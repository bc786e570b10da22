/*
 * The driver for SQLite.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "db/sqlite_error.h"
#include "db/sqlite_file.h"
#include "db/sqlite_part.h"

/* pragma table_list; RETURNING came with 3.35 */
enum { OLDEST_VERSION = 3037000 };

static const struct dialect dialect = {
    .name = "sqlite",
    .sql = sql_text_sqlite,
    .begin_write = "begin immediate",
    .deletes_by_itself = true,
    .assert_open = "json(case when ",
    .assert_close = " then '1' else 'not what was expected' end)",
    .begin_read = "begin",
    .one_writer = true,
    .blob_open = "x'",
    .blob_close = "'",
    .read_only = "pragma query_only = on",
    .read_write = "pragma query_only = off",
};

struct sqlite_db *
sqlite_of(const struct db *db)
{
    return (struct sqlite_db *)(uintptr_t)db;
}

static sqlite3 *
handle_of(const struct db *db)
{
    return sqlite_of(db)->handle;
}

/* SQLite's own waiting can't be cancelled: sqlite3_interrupt() is not seen. */
static int
wait_for_lock(void *context, int attempts)
{
    static const long pauses[] = {1, 2, 5, 10, 15, 20, 25};
    enum { LAST = sizeof pauses / sizeof *pauses - 1 };
    struct sqlite_db *db = context;
    struct timespec pause = {
        .tv_nsec = pauses[attempts < LAST ? attempts : LAST] * 1000000};

    if (attempts == 0) {
        db->waiting_since = clock_milliseconds();
        db->cancels_before = db->base.cancels;
    }
    if (db->base.cancels != db->cancels_before ||
        (db->lock_timeout != 0 &&
         clock_milliseconds() - db->waiting_since >= db->lock_timeout))
        return 0;
    (void)nanosleep(&pause, NULL);
    return 1;
}

static bool
set_up(struct sqlite_db *db, const struct db_options *options, bool create,
       struct duet_error *err)
{
    db->base.unguarded = options != NULL && options->unguarded;
    (void)sqlite3_extended_result_codes(db->handle, 1);
    db->lock_timeout = lock_timeout(options);
    (void)sqlite3_busy_handler(db->handle, wait_for_lock, db);
    (void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER,
                            db->base.unguarded ? 0 : 1, NULL);
    (void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_FKEY,
                            db->base.unguarded ? 0 : 1, NULL);
    /* Another process that makes the same file may be switching it now. */
    if (create && sqlite_file_is_new(db->handle))
        (void)sqlite3_exec(db->handle, "pragma journal_mode = wal", NULL, NULL,
                           NULL);
    /* The first read tells whether the file is a database at all. */
    return sqlite3_exec(db->handle, "pragma schema_version", NULL, NULL,
                        NULL) == SQLITE_OK ||
           sqlite_error(db->handle, NULL, false, err);
}

static bool
sqlite_open(struct db **out, const char *url, const struct db_options *options,
            struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    bool create = options != NULL && options->create;
    int flags = SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);
    const char *path = sqlite_file_path(url, err);
    struct sqlite_db *db;
    int code;

    if (path == NULL)
        return false;
    if (sqlite3_libversion_number() < OLDEST_VERSION)
        return err_set(err, DUET_ERROR_CONNECT,
                       "SQLite %s is too old: 3.37 or newer is needed",
                       sqlite3_libversion());
    db = must_alloc(sizeof *db);
    db->base.driver = &db_sqlite;
    db->base.dialect = &dialect;
    code = sqlite3_open_v2(sqlite_file_name(&arena, path), &db->handle, flags,
                           NULL);
    if (code != SQLITE_OK) {
        (void)sqlite_file_failed(path, options, code, err);
    } else if (set_up(db, options, create, err)) {
        db->session.handle = db->handle;
        *out = &db->base;
        return true;
    } else {
        (void)err_wrap(err, "database '%s'", path);
    }
    (void)sqlite3_close_v2(db->handle);
    free(db);
    return false;
}

void
db_attach_sqlite(struct db **out, struct sqlite3 *handle)
{
    struct sqlite_db *db = must_alloc(sizeof *db);

    db->base.driver = &db_sqlite;
    db->base.dialect = &dialect;
    db->handle = handle;
    db->attached = true;
    db->session = (struct sqlite_session){.handle = handle, .attached = true};
    *out = &db->base;
}

bool
sqlite_has_threads(void)
{
    return sqlite3_threadsafe() != 0;
}

static void
sqlite_close(struct db *base)
{
    struct sqlite_db *db = sqlite_of(base);

    for (size_t i = 0; i < FRAMES; i++)
        (void)sqlite3_finalize(db->frames[i]);
    sqlite_session_release(&db->session);
    if (!db->attached)
        (void)sqlite3_close_v2(db->handle);
    free(db);
}

static void
sqlite_cancel(struct db *db)
{
    sqlite3_interrupt(handle_of(db));
}

static bool
run_to_end(sqlite3_stmt *statement, struct duet_error *err)
{
    int code = SQLITE_ROW;

    while (code == SQLITE_ROW)
        code = sqlite3_step(statement);
    /* Reset first: an open statement would keep its locks. */
    (void)sqlite3_reset(statement);
    return code == SQLITE_DONE ||
           sqlite_error(sqlite3_db_handle(statement), statement, false, err);
}

void
sqlite_keep_position(struct sqlite_db *db, const char *text, const char *at)
{
    int offset = -1;

#if SQLITE_VERSION_NUMBER >= 3038000
    offset = sqlite3_error_offset(db->handle);
#endif
    db->position = offset < 0 ? 0 : (size_t)(at - text) + (size_t)offset + 1;
}

static size_t
sqlite_position(const struct db *db, const char *sql)
{
    (void)sql;
    return sqlite_of(db)->position;
}

/* The first statement from *AT on, which is moved on to the next. */
static bool
exec_one(struct sqlite_db *db, const char *sql, const char **at,
         struct duet_error *err)
{
    sqlite3_stmt *statement = NULL;
    const char *rest = *at;
    bool done;

    if (sqlite_session_prepare(&db->session, *at, &statement, &rest) !=
        SQLITE_OK) {
        sqlite_keep_position(db, sql, *at);
        return sqlite_error(db->handle, NULL, false, err);
    }
    *at = rest;
    done = statement == NULL || (sqlite_session_before(&db->session, err) &&
                                 run_to_end(statement, err));
    (void)sqlite3_finalize(statement);
    return done;
}

/* Not sqlite3_exec(), which keeps the statement that failed to itself. */
static bool
sqlite_exec(struct db *db, const char *sql, struct duet_error *err)
{
    const char *at = sql;

    sqlite_of(db)->position = 0;
    while (*at != '\0')
        if (!exec_one(sqlite_of(db), sql, &at, err))
            return false;
    return true;
}

/* `pragma busy_timeout` puts SQLite's own way to wait in place of ours. */
static bool
sqlite_lock_timeout(struct db *db, unsigned time, struct duet_error *err)
{
    (void)err;
    sqlite_of(db)->lock_timeout = time;
    return true;
}

static bool
sqlite_renew(struct db *base, struct duet_error *err)
{
    struct sqlite_db *db = sqlite_of(base);

    if (!db->attached && db->session.changed)
        (void)sqlite3_busy_handler(db->handle, wait_for_lock, db);
    return sqlite_session_renew(&db->session, err);
}

/* A file is not lost. */
static bool
sqlite_reopen(struct db *db, struct duet_error *err)
{
    return sqlite_renew(db, err);
}

static bool
sqlite_copy(struct db *db, const char *sql, const struct db_source *source,
            struct duet_error *err)
{
    (void)db;
    (void)sql;
    (void)source;
    return err_set(err, DUET_ERROR_USAGE, "SQLite has no COPY");
}

static void
sqlite_watch(struct db *db, const struct db_watch *watch)
{
    sqlite_session_watch(&sqlite_of(db)->session, watch);
}

/* The statement of a frame, or NULL: then the handle has the error. */
static sqlite3_stmt *
frame_statement(struct sqlite_db *db, enum frame frame)
{
    const char *const sql[FRAMES] = {[FRAME_WRITE] = dialect.begin_write,
                                     [FRAME_READ] = dialect.begin_read,
                                     [FRAME_COMMIT] = "commit",
                                     [FRAME_VERSION] = "pragma data_version"};

    if (db->frames[frame] == NULL)
        (void)sqlite3_prepare_v3(db->handle, sql[frame], -1,
                                 SQLITE_PREPARE_PERSISTENT, &db->frames[frame],
                                 NULL);
    return db->frames[frame];
}

/* The number changes with what others commit, and not with our commits. */
static bool
sqlite_others_wrote(struct db *base)
{
    struct sqlite_db *db = sqlite_of(base);
    sqlite3_stmt *statement = frame_statement(db, FRAME_VERSION);
    int version = 0;
    bool is_new;

    if (statement != NULL && sqlite3_step(statement) == SQLITE_ROW)
        version = sqlite3_column_int(statement, 0);
    if (statement != NULL)
        (void)sqlite3_reset(statement);
    is_new = version == 0 || version != db->data_version;
    db->data_version = version;
    return is_new;
}

bool
sqlite_begin_frame(struct db *base, enum frame frame, struct duet_error *err)
{
    struct sqlite_db *db = sqlite_of(base);
    sqlite3_stmt *statement = frame_statement(db, frame);

    return statement == NULL ? sqlite_error(db->handle, NULL, false, err)
                             : run_to_end(statement, err);
}

static bool
sqlite_begin(struct db *db, struct duet_error *err)
{
    return sqlite_begin_frame(db, FRAME_WRITE, err);
}

bool
sqlite_in_transaction(const struct db *db)
{
    return sqlite3_get_autocommit(handle_of(db)) == 0;
}

/* After a transaction: what sqlite_guard() switched on is off again. */
static void
guard_end(struct sqlite_db *db)
{
    if (!db->guarded)
        return;
    db->guarded = false;
    (void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0,
                            NULL);
}

static void
sqlite_rollback(struct db *db)
{
    (void)sqlite3_exec(handle_of(db), "rollback", NULL, NULL, NULL);
    guard_end(sqlite_of(db));
}

/*
 * Foreign keys can't be switched on within a transaction, so sqlite_commit()
 * checks them all.
 */
static bool
sqlite_guard(struct db *db, struct duet_error *err)
{
    (void)err;
    if (!db->unguarded)
        return true;
    sqlite_of(db)->guarded = true;
    (void)sqlite3_db_config(handle_of(db), SQLITE_DBCONFIG_ENABLE_TRIGGER, 1,
                            NULL);
    return true;
}

static bool
commit_frame(struct sqlite_db *db, struct duet_error *err)
{
    sqlite3_stmt *statement = frame_statement(db, FRAME_COMMIT);

    if (statement != NULL) {
        (void)sqlite3_step(statement);
        if (sqlite3_reset(statement) == SQLITE_OK)
            return true;
    }
    return sqlite_error(db->handle, NULL, true, err);
}

bool
sqlite_commit(struct db *base, struct duet_error *err)
{
    struct sqlite_db *db = sqlite_of(base);

    if ((!db->guarded || sqlite_check_references(db->handle, err)) &&
        commit_frame(db, err)) {
        guard_end(db);
        return true;
    }
    sqlite_rollback(base);
    return false;
}

const struct db_driver db_sqlite = {
    .schemes = (const char *const[]){"sqlite:", NULL},
    .open = sqlite_open,
    .close = sqlite_close,
    .cancel = sqlite_cancel,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .in_transaction = sqlite_in_transaction,
    .transact = transact_by_steps,
    .guard = sqlite_guard,
    .lock_timeout = sqlite_lock_timeout,
    .position = sqlite_position,
    .exec = sqlite_exec,
    .renew = sqlite_renew,
    .reopen = sqlite_reopen,
    .others_wrote = sqlite_others_wrote,
    .copy = sqlite_copy,
    .watch = sqlite_watch,
    .query = sqlite_query,
    .prepare = sqlite_prepare,
    .statement_query = sqlite_statement_query,
    .statement_free = sqlite_statement_free,
    .run = sqlite_run,
    .next = sqlite_next,
    .clear = sqlite_clear,
    .columns = sqlite_columns,
    .name = sqlite_name,
    .text = sqlite_text,
    .len = sqlite_len,
    .number = sqlite_number,
    .blob = sqlite_blob,
};
