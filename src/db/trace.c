#include "db/trace.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "db/driver.h"

struct trace_db {
    struct db base;
    struct db *inner;
    struct db_trace trace;
    struct buf pending; /* the query whose first row was not asked for yet */
    int64_t spent;      /* on it so far, in microseconds */
};

struct trace_statement {
    struct db_statement base;
    struct db_statement *inner;
    char *sql;
};

static const struct db_driver driver;

static struct trace_db *
trace_of(const struct db *db)
{
    return (struct trace_db *)(uintptr_t)db;
}

static struct db *
inner_of(const struct db *db)
{
    return trace_of(db)->inner;
}

static struct trace_statement *
statement_of(struct db_statement *statement)
{
    return (struct trace_statement *)statement;
}

static void
report(struct trace_db *db, const char *sql, int64_t start)
{
    db->trace.statement(db->trace.context, sql, clock_microseconds() - start);
}

struct db *
trace_open(struct db *inner, const struct db_trace *trace)
{
    struct trace_db *db = must_alloc(sizeof *db);

    db->base = *inner;
    db->base.driver = &driver;
    db->inner = inner;
    db->trace = *trace;
    return &db->base;
}

/* Connections are wrapped once they are open. */
static bool
trace_open_url(struct db **out, const char *url,
               const struct db_options *options, struct duet_error *err)
{
    return db_open(out, url, options, err);
}

static void
pending_end(struct trace_db *db)
{
    if (db->pending.len == 0)
        return;
    db->trace.statement(db->trace.context, buf_data(&db->pending), db->spent);
    buf_clear(&db->pending);
}

static void
trace_close(struct db *base)
{
    struct trace_db *db = trace_of(base);

    pending_end(db);
    buf_release(&db->pending);
    db_close(&db->inner);
    free(db);
}

static void
trace_cancel(struct db *db)
{
    db_cancel(inner_of(db));
}

static bool
trace_begin(struct db *db, struct duet_error *err)
{
    int64_t start = clock_microseconds();
    bool ok = db_begin(inner_of(db), err);

    report(trace_of(db), db->dialect->begin_write, start);
    return ok;
}

static bool
trace_commit(struct db *db, struct duet_error *err)
{
    int64_t start = clock_microseconds();
    bool ok = db_commit(inner_of(db), err);

    report(trace_of(db), "commit", start);
    return ok;
}

static void
trace_rollback(struct db *db)
{
    int64_t start = clock_microseconds();

    db_rollback(inner_of(db));
    report(trace_of(db), "rollback", start);
}

static bool
trace_in_transaction(const struct db *db)
{
    return db_in_transaction(inner_of(db));
}

static bool
trace_guard(struct db *db, struct duet_error *err)
{
    return db_guard(inner_of(db), err);
}

static bool
trace_lock_timeout(struct db *db, unsigned milliseconds, struct duet_error *err)
{
    return db_lock_timeout(inner_of(db), milliseconds, err);
}

static size_t
trace_position(const struct db *db, const char *sql)
{
    return db_error_position(inner_of(db), sql);
}

static bool
trace_renew(struct db *db, struct duet_error *err)
{
    return db_renew(inner_of(db), err);
}

static bool
trace_reopen(struct db *db, struct duet_error *err)
{
    return db_reopen(inner_of(db), err);
}

static bool
trace_others_wrote(struct db *db)
{
    return db_others_wrote(inner_of(db));
}

static bool
trace_copy(struct db *db, const char *sql, const struct db_source *source,
           struct duet_error *err)
{
    int64_t start = clock_microseconds();
    bool ok = db_copy(inner_of(db), sql, source, err);

    report(trace_of(db), sql, start);
    return ok;
}

static void
trace_watch(struct db *db, const struct db_watch *watch)
{
    db_watch(inner_of(db), watch);
}

static bool
trace_exec(struct db *db, const char *sql, struct duet_error *err)
{
    int64_t start = clock_microseconds();
    bool ok = db_exec(inner_of(db), sql, err);

    report(trace_of(db), sql, start);
    return ok;
}

/* ROWS comes back to trace_next() or trace_clear() once. */
static bool
began(struct trace_db *db, struct rows *rows, bool ok, const char *sql,
      int64_t start)
{
    pending_end(db);
    buf_text(&db->pending, sql);
    db->spent = clock_microseconds() - start;
    if (ok)
        rows->db = &db->base;
    else
        pending_end(db);
    return ok;
}

static bool
trace_query(struct db *db, struct rows *rows, const char *sql,
            const struct db_value *args, size_t nargs, struct duet_error *err)
{
    struct db *inner = inner_of(db);
    int64_t start = clock_microseconds();

    rows->db = inner;
    return began(trace_of(db), rows,
                 inner->driver->query(inner, rows, sql, args, nargs, err), sql,
                 start);
}

static bool
trace_prepare(struct db *db, struct db_statement **out, const char *sql,
              struct duet_error *err)
{
    struct db_statement *inner = NULL;
    struct trace_statement *statement;

    if (!db_prepare(inner_of(db), &inner, sql, err))
        return false;
    statement = must_alloc(sizeof *statement);
    statement->base.db = db;
    statement->inner = inner;
    statement->sql = must_text(sql);
    *out = &statement->base;
    return true;
}

static bool
trace_statement_query(struct db_statement *base, struct rows *rows,
                      const struct db_value *args, size_t nargs,
                      struct duet_error *err)
{
    struct trace_statement *statement = statement_of(base);
    struct db_statement *inner = statement->inner;
    int64_t start = clock_microseconds();

    rows->db = inner->db;
    return began(
        trace_of(base->db), rows,
        inner->db->driver->statement_query(inner, rows, args, nargs, err),
        statement->sql, start);
}

static void
trace_statement_free(struct db_statement *base)
{
    struct trace_statement *statement = statement_of(base);

    statement_free(&statement->inner);
    free(statement->sql);
    free(statement);
}

/* Calls share a round trip, so that they have one time: their last one's. */
static bool
trace_run(struct db *db, struct db_call *calls, size_t count,
          struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct db_call *inner = arena_array(&arena, count, sizeof *inner);
    int64_t start = clock_microseconds();
    bool ok;

    for (size_t i = 0; i < count; i++) {
        inner[i] = calls[i];
        inner[i].statement = statement_of(calls[i].statement)->inner;
    }
    ok = db_run(inner_of(db), inner, count, err);
    for (size_t i = 0; i < count; i++) {
        struct db_statement *own = calls[i].statement;

        report(trace_of(db), statement_of(own)->sql,
               i + 1 < count ? clock_microseconds() : start);
        calls[i] = inner[i];
        calls[i].statement = own;
    }
    return ok;
}

static bool
trace_next(struct rows *rows)
{
    struct trace_db *db = trace_of(rows->db);
    int64_t start = clock_microseconds();
    bool more;

    rows->db = db->inner;
    more = rows->db->driver->next(rows);
    db->spent += clock_microseconds() - start;
    pending_end(db);
    return more;
}

static void
trace_clear(struct rows *rows)
{
    struct trace_db *db = trace_of(rows->db);

    pending_end(db);
    rows->db = db->inner;
    rows->db->driver->clear(rows);
}

/* Before the first row; afterwards nothing of ROWS comes here any more. */
static struct rows
inner_rows(const struct rows *rows)
{
    struct rows inner = *rows;

    inner.db = inner_of(rows->db);
    return inner;
}

static size_t
trace_columns(const struct rows *rows)
{
    struct rows inner = inner_rows(rows);

    return rows_columns(&inner);
}

static const char *
trace_name(const struct rows *rows, size_t column)
{
    struct rows inner = inner_rows(rows);

    return rows_name(&inner, column);
}

static const char *
trace_text(const struct rows *rows, size_t column)
{
    struct rows inner = inner_rows(rows);

    return row_text(&inner, column);
}

static size_t
trace_len(const struct rows *rows, size_t column)
{
    struct rows inner = inner_rows(rows);

    return row_len(&inner, column);
}

static double
trace_number(const struct rows *rows, size_t column)
{
    struct rows inner = inner_rows(rows);

    return row_float(&inner, column);
}

static const void *
trace_blob(struct rows *rows, size_t column, size_t *len)
{
    rows->db = inner_of(rows->db);
    return row_blob(rows, column, len);
}

static const struct db_driver driver = {
    .schemes = (const char *const[]){NULL},
    .open = trace_open_url,
    .close = trace_close,
    .cancel = trace_cancel,
    .begin = trace_begin,
    .commit = trace_commit,
    .rollback = trace_rollback,
    .in_transaction = trace_in_transaction,
    .transact = transact_by_steps,
    .guard = trace_guard,
    .lock_timeout = trace_lock_timeout,
    .position = trace_position,
    .exec = trace_exec,
    .renew = trace_renew,
    .reopen = trace_reopen,
    .others_wrote = trace_others_wrote,
    .copy = trace_copy,
    .watch = trace_watch,
    .query = trace_query,
    .prepare = trace_prepare,
    .statement_query = trace_statement_query,
    .statement_free = trace_statement_free,
    .run = trace_run,
    .next = trace_next,
    .clear = trace_clear,
    .columns = trace_columns,
    .name = trace_name,
    .text = trace_text,
    .len = trace_len,
    .number = trace_number,
    .blob = trace_blob,
};
