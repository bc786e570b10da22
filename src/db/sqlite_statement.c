/*
 * Statements with parameters.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "db/sqlite_error.h"
#include "db/sqlite_part.h"

struct sqlite_statement {
    struct db_statement base;
    sqlite3_stmt *handle;
    size_t nparameters;
    int parameter[]; /* the number that SQLite gave to $1, $2, ...; or 0 */
};

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
    case DB_LIST:
        return SQLITE_MISMATCH;
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
bind_failed(sqlite3_stmt *statement, const struct db_value *value,
            struct duet_error *err)
{
    if (value->type == DB_LIST)
        return err_set(err, DUET_ERROR_SQL,
                       "SQLite takes no list of values as a parameter");
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
prepare_one(struct db *db, sqlite3_stmt **out, const char *sql, unsigned flags,
            struct duet_error *err)
{
    sqlite3 *handle = sqlite_of(db)->handle;
    const char *rest = "";
    sqlite3_stmt *second = NULL;

    sqlite_of(db)->position = 0;
    if (sqlite3_prepare_v3(handle, sql, -1, flags, out, &rest) != SQLITE_OK) {
        sqlite_keep_position(sqlite_of(db), sql, sql);
        return sqlite_error(handle, NULL, false, err);
    }
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

bool
sqlite_query(struct db *db, struct rows *rows, const char *sql,
             const struct db_value *args, size_t nargs, struct duet_error *err)
{
    sqlite3_stmt *statement = NULL;
    size_t bound = 0;

    if (!prepare_one(db, &statement, sql, 0, err))
        return false;
    rows->result = statement;
    for (size_t i = 0; i < nargs; i++) {
        int at = number_of(statement, i + 1);

        if (at != 0 && bind_one(statement, at, &args[i]) != SQLITE_OK)
            return bind_failed(statement, &args[i], err);
        bound += at != 0;
    }
    return is_bound(bound, (size_t)sqlite3_bind_parameter_count(statement),
                    err);
}

bool
sqlite_prepare(struct db *db, struct db_statement **out, const char *sql,
               struct duet_error *err)
{
    struct sqlite_statement *statement;
    sqlite3_stmt *handle = NULL;
    size_t count;

    if (!prepare_one(db, &handle, sql, SQLITE_PREPARE_PERSISTENT, err))
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
            return bind_failed(statement->handle, &args[i], err);
        bound += at != 0;
    }
    return is_bound(bound, statement->nparameters, err);
}

bool
sqlite_statement_query(struct db_statement *base, struct rows *rows,
                       const struct db_value *args, size_t nargs,
                       struct duet_error *err)
{
    struct sqlite_statement *statement = (struct sqlite_statement *)base;

    rows->statement = base;
    rows->result = statement->handle;
    return bind_all(statement, args, nargs, err);
}

void
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
    code = sqlite3_step(statement->handle);
    db_call_answer(call, code == SQLITE_ROW ? (const char *)sqlite3_column_text(
                                                  statement->handle, 0)
                                            : NULL);
    while (code == SQLITE_ROW)
        code = sqlite3_step(statement->handle);
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

bool
sqlite_run(struct db *db, struct db_call *calls, size_t count,
           struct duet_error *err)
{
    enum frame frame = any_writes(calls, count) ? FRAME_WRITE : FRAME_READ;
    bool own =
        !sqlite_in_transaction(db) && (frame == FRAME_WRITE || count > 1);

    /* What only reads is of one moment, and takes the locks once. */
    if (own && !sqlite_begin_frame(db, frame, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!run_one(&calls[i], err)) {
            if (own)
                db_rollback(db);
            return false;
        }
    return !own || sqlite_commit(db, err);
}
