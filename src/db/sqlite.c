/*
 * The driver for SQLite.
 */
#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/arena.h"
#include "base/err.h"
#include "db/driver.h"
#include "db/sqlite_error.h"

/* pragma table_list; RETURNING came with 3.35 */
enum { OLDEST_VERSION = 3037000 };

/* What begins and ends a transaction, prepared when first needed. */
enum frame { FRAME_WRITE, FRAME_READ, FRAME_COMMIT, FRAMES };

struct sqlite_db {
    struct db base;
    sqlite3 *handle;
    sqlite3_stmt *frames[FRAMES];
    bool attached;         /* the caller closes handle */
    bool guarded;          /* db_guard() was called in this transaction */
    unsigned lock_timeout; /* milliseconds */
    int64_t waiting_since; /* for a lock, in milliseconds */
    int cancels_before;    /* how many there were at that time */
    volatile sig_atomic_t cancels; /* how many there are */
};

struct sqlite_statement {
    struct db_statement base;
    sqlite3_stmt *handle;
    size_t nparameters;
    int parameter[]; /* the number that SQLite gave to $1, $2, ...; or 0 */
};

static const struct dialect dialect = {
    .name = "sqlite",
    .sql = sql_text_sqlite,
    .begin_write = "begin immediate",
    .assert_open = "select json(case when ",
    .assert_close = " then '1' else 'not what was expected' end)",
    .begin_read = "begin",
    .blob_open = "x'",
    .blob_close = "'",
    .read_only = "pragma query_only = on",
    .read_write = "pragma query_only = off",
};

static struct sqlite_db *
sqlite_of(const struct db *db)
{
    return (struct sqlite_db *)(uintptr_t)db;
}

static sqlite3 *
handle_of(const struct db *db)
{
    return sqlite_of(db)->handle;
}

static sqlite3_stmt *
result_of(const struct rows *rows)
{
    return rows->result;
}

/* The file of `sqlite:PATH`; `sqlite:///x` is the absolute path /x. */
static const char *
path_of(const char *url, struct duet_error *err)
{
    const char *path = url + strlen("sqlite:");

    if (strncmp(path, "//", 2) == 0 && path[2] != '/') {
        (void)err_set(err, DUET_ERROR_USAGE, "'%s' names a host", url);
        (void)err_hint(err, "write sqlite:PATH, or sqlite:///ABSOLUTE/PATH");
        return NULL;
    }
    if (*path == '\0') {
        (void)err_set(err, DUET_ERROR_USAGE, "'%s' names no file", url);
        (void)err_hint(err, "write sqlite:PATH or sqlite::memory:");
        return NULL;
    }
    return strncmp(path, "//", 2) == 0 ? path + 2 : path;
}

/*
 * There is no table yet.  A process that was killed while it made the file may
 * have left more than an empty one.
 */
static bool
is_without_tables(sqlite3 *handle)
{
    sqlite3_stmt *statement = NULL;
    bool without = sqlite3_prepare_v2(handle, "select 1 from sqlite_schema", -1,
                                      &statement, NULL) == SQLITE_OK &&
                   sqlite3_step(statement) == SQLITE_DONE;

    (void)sqlite3_finalize(statement);
    return without;
}

static bool
open_failed(const char *path, const struct db_options *options, int code,
            struct duet_error *err)
{
    struct stat info;

    if (stat(path, &info) != 0) {
        bool missing = errno == ENOENT;

        (void)err_errno(err, "database '%s'", path);
        if (err != NULL)
            err->kind = DUET_ERROR_CONNECT;
        if (missing && (options == NULL || !options->create))
            return err_hint(err, "duet presto and duet profile create make "
                                 "one");
        return missing ? err_hint(err, "make its directory first") : false;
    }
    if (S_ISDIR(info.st_mode)) {
        (void)err_set(err, DUET_ERROR_CONNECT, "database '%s': is a directory",
                      path);
        return err_hint(err, "name a file in it");
    }
    return err_set(err, DUET_ERROR_CONNECT, "database '%s': %s", path,
                   sqlite3_errstr(code));
}

static int64_t
milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
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
        db->waiting_since = milliseconds();
        db->cancels_before = db->cancels;
    }
    if (db->cancels != db->cancels_before ||
        milliseconds() - db->waiting_since >= db->lock_timeout)
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
    if (create && is_without_tables(db->handle))
        (void)sqlite3_exec(db->handle, "pragma journal_mode = wal", NULL, NULL,
                           NULL);
    /* The first read tells whether the file is a database at all. */
    return sqlite3_exec(db->handle, "pragma schema_version", NULL, NULL,
                        NULL) == SQLITE_OK ||
           sqlite_error(db->handle, NULL, false, err);
}

/* A library built with SQLITE_USE_URI would read file:x as a URI. */
static const char *
literal_path(struct arena *arena, const char *path)
{
    return strncmp(path, "file:", 5) == 0 ? arena_printf(arena, "./%s", path)
                                          : path;
}

static bool
sqlite_open(struct db **out, const char *url, const struct db_options *options,
            struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    bool create = options != NULL && options->create;
    int flags = SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);
    const char *path = path_of(url, err);
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
    code =
        sqlite3_open_v2(literal_path(&arena, path), &db->handle, flags, NULL);
    if (code != SQLITE_OK) {
        (void)open_failed(path, options, code, err);
    } else if (set_up(db, options, create, err)) {
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
    *out = &db->base;
}

static void
sqlite_close(struct db *base)
{
    struct sqlite_db *db = sqlite_of(base);

    for (size_t i = 0; i < FRAMES; i++)
        (void)sqlite3_finalize(db->frames[i]);
    if (!db->attached)
        (void)sqlite3_close_v2(db->handle);
    free(db);
}

static void
sqlite_cancel(struct db *db)
{
    sqlite_of(db)->cancels++;
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

/* Not sqlite3_exec(), which keeps the statement that failed to itself. */
static bool
sqlite_exec(struct db *db, const char *sql, struct duet_error *err)
{
    bool done = true;

    while (done && *sql != '\0') {
        sqlite3_stmt *statement = NULL;

        if (sqlite3_prepare_v2(handle_of(db), sql, -1, &statement, &sql) !=
            SQLITE_OK)
            return sqlite_error(handle_of(db), NULL, false, err);
        done = statement == NULL || run_to_end(statement, err);
        (void)sqlite3_finalize(statement);
    }
    return done;
}

/* The statement of a frame, or NULL: then the handle has the error. */
static sqlite3_stmt *
frame_statement(struct sqlite_db *db, enum frame frame)
{
    const char *const sql[FRAMES] = {[FRAME_WRITE] = dialect.begin_write,
                                     [FRAME_READ] = dialect.begin_read,
                                     [FRAME_COMMIT] = "commit"};

    if (db->frames[frame] == NULL)
        (void)sqlite3_prepare_v3(db->handle, sql[frame], -1,
                                 SQLITE_PREPARE_PERSISTENT, &db->frames[frame],
                                 NULL);
    return db->frames[frame];
}

static bool
begin(struct db *base, enum frame frame, struct duet_error *err)
{
    struct sqlite_db *db = sqlite_of(base);
    sqlite3_stmt *statement = frame_statement(db, frame);

    return statement == NULL ? sqlite_error(db->handle, NULL, false, err)
                             : run_to_end(statement, err);
}

static bool
sqlite_begin(struct db *db, struct duet_error *err)
{
    return begin(db, FRAME_WRITE, err);
}

static bool
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

static bool
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

static int
bind_one(sqlite3_stmt *statement, int at, const struct db_value *value)
{
    switch (value->type) {
    case DB_INTEGER:
        return sqlite3_bind_int64(statement, at, value->as.integer);
    case DB_FLOAT:
        return sqlite3_bind_double(statement, at, value->as.number);
    case DB_BOOLEAN:
        return sqlite3_bind_int(statement, at, value->as.boolean);
    case DB_TEXT:
        return sqlite3_bind_text64(statement, at, value->as.data, value->len,
                                   SQLITE_STATIC, SQLITE_UTF8);
    case DB_BLOB:
        /* No data would bind NULL, not the empty blob. */
        return sqlite3_bind_blob64(statement, at,
                                   value->len ? value->as.data : "", value->len,
                                   SQLITE_STATIC);
    case DB_NULL:
        break;
    }
    return sqlite3_bind_null(statement, at);
}

/* SQLite numbers $1, $2 by first appearance, so they are bound by name. */
static int
number_of(sqlite3_stmt *statement, size_t parameter)
{
    char name[24];

    (void)snprintf(name, sizeof name, "$%zu", parameter);
    return sqlite3_bind_parameter_index(statement, name);
}

static bool
bind_failed(sqlite3_stmt *statement, struct duet_error *err)
{
    return sqlite_error(sqlite3_db_handle(statement), statement, false, err);
}

/* A parameter left out would keep what was bound the last time. */
static bool
is_bound(size_t bound, size_t nparameters, struct duet_error *err)
{
    return bound == nparameters ||
           err_set(err, DUET_ERROR_SQL,
                   "the statement has %zu parameters, %zu have a value",
                   nparameters, bound);
}

static bool
prepare_one(sqlite3 *handle, sqlite3_stmt **out, const char *sql,
            unsigned flags, struct duet_error *err)
{
    const char *rest = "";
    sqlite3_stmt *second = NULL;

    if (sqlite3_prepare_v3(handle, sql, -1, flags, out, &rest) != SQLITE_OK)
        return sqlite_error(handle, NULL, false, err);
    if (*out == NULL)
        return err_set(err, DUET_ERROR_USAGE, "there is no statement in '%s'",
                       sql);
    if (rest[strspn(rest, " \t\r\n;")] == '\0')
        return true;
    if (sqlite3_prepare_v3(handle, rest, -1, 0, &second, NULL) == SQLITE_OK &&
        second == NULL)
        return true;
    (void)sqlite3_finalize(second);
    (void)sqlite3_finalize(*out);
    *out = NULL;
    return err_set(err, DUET_ERROR_USAGE,
                   "more than one statement where one is expected");
}

static bool
sqlite_query(struct db *db, struct rows *rows, const char *sql,
             const struct db_value *args, size_t nargs, struct duet_error *err)
{
    sqlite3_stmt *statement = NULL;
    size_t bound = 0;

    if (!prepare_one(handle_of(db), &statement, sql, 0, err))
        return false;
    rows->result = statement;
    for (size_t i = 0; i < nargs; i++) {
        int at = number_of(statement, i + 1);

        if (at != 0 && bind_one(statement, at, &args[i]) != SQLITE_OK)
            return bind_failed(statement, err);
        bound += at != 0;
    }
    return is_bound(bound, (size_t)sqlite3_bind_parameter_count(statement),
                    err);
}

static bool
sqlite_prepare(struct db *db, struct db_statement **out, const char *sql,
               struct duet_error *err)
{
    struct sqlite_statement *statement;
    sqlite3_stmt *handle = NULL;
    size_t count;

    if (!prepare_one(handle_of(db), &handle, sql, SQLITE_PREPARE_PERSISTENT,
                     err))
        return false;
    count = (size_t)sqlite3_bind_parameter_count(handle);
    statement =
        must_alloc(sizeof *statement + count * sizeof statement->parameter[0]);
    statement->base.db = db;
    statement->handle = handle;
    statement->nparameters = count;
    for (size_t i = 0; i < count; i++)
        statement->parameter[i] = number_of(handle, i + 1);
    *out = &statement->base;
    return true;
}

static bool
bind_all(const struct sqlite_statement *statement, const struct db_value *args,
         size_t nargs, struct duet_error *err)
{
    size_t bound = 0;

    for (size_t i = 0; i < nargs && i < statement->nparameters; i++) {
        int at = statement->parameter[i];

        if (at != 0 && bind_one(statement->handle, at, &args[i]) != SQLITE_OK)
            return bind_failed(statement->handle, err);
        bound += at != 0;
    }
    return is_bound(bound, statement->nparameters, err);
}

static bool
sqlite_statement_query(struct db_statement *base, struct rows *rows,
                       const struct db_value *args, size_t nargs,
                       struct duet_error *err)
{
    struct sqlite_statement *statement = (struct sqlite_statement *)base;

    rows->statement = base;
    rows->result = statement->handle;
    return bind_all(statement, args, nargs, err);
}

static void
sqlite_statement_free(struct db_statement *base)
{
    struct sqlite_statement *statement = (struct sqlite_statement *)base;

    (void)sqlite3_finalize(statement->handle);
    free(statement);
}

static bool
run_one(struct db_call *call, struct duet_error *err)
{
    struct sqlite_statement *statement =
        (struct sqlite_statement *)call->statement;
    sqlite3 *handle = sqlite3_db_handle(statement->handle);
    int code;

    if (!bind_all(statement, call->args, call->nargs, err))
        return false;
    call->answer[0] = '\0';
    code = sqlite3_step(statement->handle);
    if (code == SQLITE_ROW) {
        const unsigned char *text = sqlite3_column_text(statement->handle, 0);

        (void)snprintf(call->answer, sizeof call->answer, "%s",
                       text ? (const char *)text : "");
        while (code == SQLITE_ROW)
            code = sqlite3_step(statement->handle);
    }
    call->affected = sqlite3_stmt_readonly(statement->handle)
                         ? 0
                         : sqlite3_changes64(handle);
    /* Reset first: an open statement would keep its locks. */
    (void)sqlite3_reset(statement->handle);
    return code == SQLITE_DONE ||
           sqlite_error(handle, statement->handle, false, err);
}

static bool
any_writes(const struct db_call *calls, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct sqlite_statement *statement =
            (const struct sqlite_statement *)calls[i].statement;

        if (!sqlite3_stmt_readonly(statement->handle))
            return true;
    }
    return false;
}

static bool
sqlite_run(struct db *db, struct db_call *calls, size_t count,
           struct duet_error *err)
{
    enum frame frame = any_writes(calls, count) ? FRAME_WRITE : FRAME_READ;
    bool own =
        !sqlite_in_transaction(db) && (frame == FRAME_WRITE || count > 1);

    /* What only reads is of one moment, and takes the locks once. */
    if (own && !begin(db, frame, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!run_one(&calls[i], err)) {
            if (own)
                db_rollback(db);
            return false;
        }
    return !own || sqlite_commit(db, err);
}

static bool
sqlite_next(struct rows *rows)
{
    sqlite3_stmt *statement = result_of(rows);
    sqlite3 *handle;
    int code = sqlite3_step(statement);

    if (code == SQLITE_ROW)
        return true;
    handle = sqlite3_db_handle(statement);
    if (code == SQLITE_DONE && !sqlite3_stmt_readonly(statement))
        rows->affected = sqlite3_changes64(handle);
    /* Now, so that its locks do not outlive the last row. */
    (void)sqlite3_reset(statement);
    if (code != SQLITE_DONE)
        rows->failed = !sqlite_error(handle, statement, false, rows->err);
    return false;
}

static void
sqlite_clear(struct rows *rows)
{
    if (rows->statement != NULL)
        (void)sqlite3_reset(result_of(rows));
    else
        (void)sqlite3_finalize(result_of(rows));
}

static size_t
sqlite_columns(const struct rows *rows)
{
    return (size_t)sqlite3_column_count(result_of(rows));
}

static const char *
sqlite_name(const struct rows *rows, size_t column)
{
    return sqlite3_column_name(result_of(rows), (int)column);
}

static const char *
sqlite_text(const struct rows *rows, size_t column)
{
    return (const char *)sqlite3_column_text(result_of(rows), (int)column);
}

static size_t
sqlite_len(const struct rows *rows, size_t column)
{
    (void)sqlite_text(rows, column);
    return (size_t)sqlite3_column_bytes(result_of(rows), (int)column);
}

static double
sqlite_number(const struct rows *rows, size_t column)
{
    return sqlite3_column_double(result_of(rows), (int)column);
}

static const void *
sqlite_blob(struct rows *rows, size_t column, size_t *len)
{
    const void *data = sqlite3_column_blob(result_of(rows), (int)column);

    *len = (size_t)sqlite3_column_bytes(result_of(rows), (int)column);
    if (data == NULL &&
        sqlite3_column_type(result_of(rows), (int)column) != SQLITE_NULL)
        data = "";
    return data;
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
    .guard = sqlite_guard,
    .exec = sqlite_exec,
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
