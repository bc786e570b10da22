#include "db/record.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "db/driver.h"
#include "db/literal.h"
#include "db/reads.h"

struct record_db {
    struct db base;
    struct db *inner;
    struct buf script;
    bool read_only; /* inner is, by us */
    bool in_transaction;
    size_t before; /* the length of script where the transaction began */
    size_t begun;  /* and behind its `begin` */
};

struct record_statement {
    struct db_statement base;
    struct db_statement *inner; /* NULL: it would write */
    char *sql;
};

static const struct db_driver driver;

static struct record_db *
record_of(const struct db *db)
{
    return (struct record_db *)(uintptr_t)db;
}

static struct record_statement *
statement_of(struct db_statement *statement)
{
    return (struct record_statement *)statement;
}

struct db *
record_open(struct db *inner)
{
    struct record_db *db = must_alloc(sizeof *db);

    db->base.driver = &driver;
    db->base.dialect = inner->dialect;
    db->inner = inner;
    return &db->base;
}

const char *
record_text(const struct db *db)
{
    return buf_data(&record_of(db)->script);
}

void
record_remark(struct db *db, const char *text)
{
    buf_printf(&record_of(db)->script, "-- %s\n", text);
}

/* The inner connection for reading; NULL where it can't be made safe. */
static struct db *
reader(struct db *base, struct duet_error *err)
{
    struct record_db *db = record_of(base);

    if (!db->read_only)
        db->read_only = db_exec(db->inner, base->dialect->read_only, err);
    return db->read_only ? db->inner : NULL;
}

/* A script that could not be completed is as it was before. */
static bool
collect(struct db *base, const char *sql, const struct db_value *args,
        size_t nargs, struct duet_error *err)
{
    SCOPED(buf_release) struct buf filled = {0};
    struct buf *script = &record_of(base)->script;

    if (!literal_fill(&filled, base->dialect, sql, args, nargs, err))
        return false;
    if (filled.len > 0) {
        buf_add(script, buf_data(&filled), filled.len);
        buf_text(script, ";\n");
    }
    return true;
}

static void
cut(struct buf *script, size_t len)
{
    script->len = len;
    if (script->data != NULL)
        script->data[len] = '\0';
}

static bool
record_open_url(struct db **out, const char *url,
                const struct db_options *options, struct duet_error *err)
{
    if (!db_open(out, url, options, err))
        return false;
    *out = record_open(*out);
    return true;
}

static void
record_close(struct db *base)
{
    struct record_db *db = record_of(base);

    if (db->read_only)
        (void)db_exec(db->inner, base->dialect->read_write, NULL);
    db_close(&db->inner);
    buf_release(&db->script);
    free(db);
}

static void
record_cancel(struct db *db)
{
    db_cancel(record_of(db)->inner);
}

static bool
record_begin(struct db *base, struct duet_error *err)
{
    struct record_db *db = record_of(base);

    if (db->in_transaction)
        return err_set(err, DUET_ERROR_SQL, "there is a transaction already");
    db->before = db->script.len;
    (void)collect(base, base->dialect->begin_write, NULL, 0, err);
    db->begun = db->script.len;
    db->in_transaction = true;
    return true;
}

static void
record_rollback(struct db *base)
{
    struct record_db *db = record_of(base);

    cut(&db->script, db->before);
    db->in_transaction = false;
}

/* An empty transaction is none. */
static bool
record_commit(struct db *base, struct duet_error *err)
{
    struct record_db *db = record_of(base);

    if (!db->in_transaction)
        return err_set(err, DUET_ERROR_SQL, "there is no transaction");
    if (db->script.len == db->begun)
        record_rollback(base);
    else
        (void)collect(base, "commit", NULL, 0, err);
    db->in_transaction = false;
    return true;
}

static bool
record_in_transaction(const struct db *db)
{
    return record_of(db)->in_transaction;
}

static bool
record_guard(struct db *db, struct duet_error *err)
{
    (void)db;
    (void)err;
    return true;
}

/* What is collected waits for nothing. */
static bool
record_lock_timeout(struct db *db, unsigned milliseconds,
                    struct duet_error *err)
{
    (void)db;
    (void)milliseconds;
    (void)err;
    return true;
}

static size_t
record_position(const struct db *db, const char *sql)
{
    return db_error_position(record_of(db)->inner, sql);
}

static bool
record_renew(struct db *db, struct duet_error *err)
{
    (void)db;
    (void)err;
    return true;
}

/* The data is not collected: a script that has it ends in the line `\\.`. */
static bool
record_reopen(struct db *db, struct duet_error *err)
{
    (void)db;
    (void)err;
    return true;
}

static bool
record_others_wrote(struct db *db)
{
    return db_others_wrote(record_of(db)->inner);
}

/* The data stands behind the statement, as psql reads it. */
static bool
record_copy(struct db *db, const char *sql, const struct db_source *source,
            struct duet_error *err)
{
    struct buf *script = &record_of(db)->script;
    const char *data;
    size_t len;

    if (!collect(db, sql, NULL, 0, err))
        return false;
    while (source->read(source->context, &data, &len))
        buf_add(script, data, len);
    if (script->len > 0 && script->data[script->len - 1] != '\n')
        buf_char(script, '\n');
    buf_text(script, "\\.\n");
    return !source->failed(source->context);
}

static void
record_watch(struct db *db, const struct db_watch *watch)
{
    (void)db;
    (void)watch;
}

static bool
record_exec(struct db *base, const char *sql, struct duet_error *err)
{
    struct db *inner;

    if (!sql_only_reads(base->dialect, sql))
        return collect(base, sql, NULL, 0, err);
    inner = reader(base, err);
    return inner != NULL && db_exec(inner, sql, err);
}

static bool
record_query(struct db *base, struct rows *rows, const char *sql,
             const struct db_value *args, size_t nargs, struct duet_error *err)
{
    struct db *inner;

    if (!sql_only_reads(base->dialect, sql))
        return collect(base, sql, args, nargs, err);
    inner = reader(base, err);
    if (inner == NULL)
        return false;
    rows->db = inner;
    return inner->driver->query(inner, rows, sql, args, nargs, err);
}

static bool
record_prepare(struct db *base, struct db_statement **out, const char *sql,
               struct duet_error *err)
{
    struct db_statement *inner = NULL;
    struct record_statement *statement;

    if (sql_only_reads(base->dialect, sql)) {
        struct db *db = reader(base, err);

        if (db == NULL || !db_prepare(db, &inner, sql, err))
            return false;
    }
    statement = must_alloc(sizeof *statement);
    statement->base.db = base;
    statement->inner = inner;
    statement->sql = must_text(sql);
    *out = &statement->base;
    return true;
}

static bool
record_statement_query(struct db_statement *base, struct rows *rows,
                       const struct db_value *args, size_t nargs,
                       struct duet_error *err)
{
    const struct record_statement *statement = statement_of(base);
    struct db_statement *inner = statement->inner;

    if (inner == NULL)
        return collect(base->db, statement->sql, args, nargs, err);
    rows->db = inner->db;
    return inner->db->driver->statement_query(inner, rows, args, nargs, err);
}

static void
record_statement_free(struct db_statement *base)
{
    struct record_statement *statement = statement_of(base);

    statement_free(&statement->inner);
    free(statement->sql);
    free(statement);
}

static bool
run_one(struct db_call *call, struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};

    call->affected = 0;
    if (!statement_query(call->statement, &rows, call->args, call->nargs, err))
        return false;
    db_call_answer(call, rows_next(&rows) ? row_text(&rows, 0) : NULL);
    while (rows_next(&rows))
        continue;
    return rows_ended(&rows);
}

static bool
record_run(struct db *db, struct db_call *calls, size_t count,
           struct duet_error *err)
{
    bool own = !record_in_transaction(db);

    if (own && !record_begin(db, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!run_one(&calls[i], err)) {
            if (own)
                record_rollback(db);
            return false;
        }
    return !own || record_commit(db, err);
}

/* From here on: the rows of a statement that was collected.  It has none. */

static bool
record_next(struct rows *rows)
{
    (void)rows;
    return false;
}

static void
record_clear(struct rows *rows)
{
    (void)rows;
}

static size_t
record_columns(const struct rows *rows)
{
    (void)rows;
    return 0;
}

static const char *
record_value(const struct rows *rows, size_t column)
{
    (void)rows;
    (void)column;
    return NULL;
}

static size_t
record_len(const struct rows *rows, size_t column)
{
    (void)rows;
    (void)column;
    return 0;
}

static double
record_number(const struct rows *rows, size_t column)
{
    (void)rows;
    (void)column;
    return 0;
}

static const void *
record_blob(struct rows *rows, size_t column, size_t *len)
{
    *len = 0;
    return record_value(rows, column);
}

static const struct db_driver driver = {
    .schemes = (const char *const[]){NULL},
    .open = record_open_url,
    .close = record_close,
    .cancel = record_cancel,
    .begin = record_begin,
    .commit = record_commit,
    .rollback = record_rollback,
    .in_transaction = record_in_transaction,
    .transact = transact_by_steps,
    .guard = record_guard,
    .lock_timeout = record_lock_timeout,
    .position = record_position,
    .exec = record_exec,
    .renew = record_renew,
    .reopen = record_reopen,
    .others_wrote = record_others_wrote,
    .copy = record_copy,
    .watch = record_watch,
    .query = record_query,
    .prepare = record_prepare,
    .statement_query = record_statement_query,
    .statement_free = record_statement_free,
    .run = record_run,
    .next = record_next,
    .clear = record_clear,
    .columns = record_columns,
    .name = record_value,
    .text = record_value,
    .len = record_len,
    .number = record_number,
    .blob = record_blob,
};
