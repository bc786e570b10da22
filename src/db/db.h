/*
 * A connection to a database of either engine.
 *
 *     SCOPED(db_close) struct db *db = NULL;
 *     SCOPED(rows_clear) struct rows rows = {0};
 *
 *     if (!db_open(&db, url, NULL, err) ||
 *         !db_query(db, &rows, "select label from t where id = $1",
 *                   (struct db_value[]){db_integer(7)}, 1, err))
 *         return false;
 *     while (rows_next(&rows))
 *         puts(row_text(&rows, 0));
 *     return rows_ended(&rows);
 *
 * Parameters are written $1, $2 on every engine.  Above this folder nobody
 * asks which engine it is: what is done differently is a function of the
 * driver, what is only written differently is text of the dialect, and what
 * one lacks is a flag of it.
 */
#ifndef DUET_DB_DB_H
#define DUET_DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/attr.h"
#include "duet.h"
#include "sql_text.h"

struct db;
struct db_driver;
struct db_statement;

/* An engine's text and flags. */
struct dialect {
    const char *name;        /* "sqlite", "postgres" */
    const char *const *sql;  /* by enum sql_id */
    const char *begin_write; /* a transaction that will write */
    /* A format: others may not write table %s; NULL: none may anyway. */
    const char *lock_table;
    const char *begin_read;   /* one that reads as of one moment */
    bool one_writer;          /* begin_write keeps off all who would write */
    bool has_arrays;          /* a parameter can be a list of values */
    bool has_round_trips;     /* each statement is an exchange of messages */
    bool has_dollar_quotes;   /* $$x$$; else [x] and `x` are names */
    bool untyped_literals;    /* '7' has the type of its place */
    const char *assert_open;  /* an expression that fails unless a condition, */
    const char *assert_close; /* which goes between, holds */
    const char *blob_open;    /* before a blob's hexadecimal digits */
    const char *blob_close;   /* and behind them */
    bool deletes_by_itself;   /* a DROP reaches the rows of other tables */
    const char *read_only;    /* from here on writing is refused */
    const char *read_write;   /* and allowed again */
};

/*
 * A parameter.  An engine gives it the type of the place where it stands:
 * text fits every column.
 */
enum db_type {
    DB_NULL,
    DB_INTEGER,
    DB_FLOAT,
    DB_BOOLEAN,
    DB_TEXT,
    DB_BLOB,
    DB_LIST /* of texts; where the dialect has_arrays */
};

struct db_value {
    enum db_type type;
    union {
        int64_t integer;
        double number;
        bool boolean;
        const char *data;         /* text or blob: the caller's, not copied */
        const char *const *texts; /* of a list; likewise */
    } as;
    size_t len; /* of data, in bytes; of a list, its texts */
};

static inline struct db_value
db_null(void)
{
    return (struct db_value){.type = DB_NULL};
}

static inline struct db_value
db_integer(int64_t integer)
{
    return (struct db_value){.type = DB_INTEGER, .as.integer = integer};
}

static inline struct db_value
db_float(double number)
{
    return (struct db_value){.type = DB_FLOAT, .as.number = number};
}

static inline struct db_value
db_boolean(bool boolean)
{
    return (struct db_value){.type = DB_BOOLEAN, .as.boolean = boolean};
}

static inline struct db_value
db_blob(const void *data, size_t len)
{
    return (struct db_value){.type = DB_BLOB, .as.data = data, .len = len};
}

/* COUNT texts, of which any may be NULL: what `$1::text[]` takes. */
static inline struct db_value
db_list(const char *const *texts, size_t count)
{
    return (struct db_value){.type = DB_LIST, .as.texts = texts, .len = count};
}

/* TEXT may be NULL, which is SQL's NULL. */
static inline struct db_value
db_text(const char *text)
{
    if (text == NULL)
        return db_null();
    return (struct db_value){
        .type = DB_TEXT, .as.data = text, .len = strlen(text)};
}

/* What a connection tells of each statement it ran, for `-v`. */
struct db_trace {
    void (*statement)(void *context, const char *sql, int64_t microseconds);
    void *context;
};

enum { DEFAULT_LOCK_TIMEOUT = 5000 }; /* milliseconds */

struct db_options {
    /* Make the database's file where it is missing (SQLite). */
    bool create;
    /*
     * Foreign keys, triggers and rules should not act on this connection.
     * A role that may not have it so gets an ordinary one: db_unguarded()
     * tells.
     */
    bool unguarded;
    unsigned lock_timeout; /* milliseconds; 0: DEFAULT_LOCK_TIMEOUT */
    struct db_trace trace; /* all zeros: none */
};

/*
 * Open the database that URL names: `sqlite:PATH`, `sqlite::memory:`,
 * `postgres://...` or `postgresql://...`.  An error never shows a password.
 */
bool db_open(struct db **out, const char *url, const struct db_options *options,
             struct duet_error *err);

/* Several threads may have a connection each, as the libraries were built. */
bool db_has_threads(void);

/*
 * Use a connection that the caller opened and goes on owning.  libpq has to be
 * the shared library, which others may fail to load.
 */
struct sqlite3;
struct pg_conn;
void db_attach_sqlite(struct db **out, struct sqlite3 *handle);
bool db_attach_postgres(struct db **out, struct pg_conn *handle,
                        struct duet_error *err);

/* Accepts NULL and an empty pointer; leaves it empty. */
void db_close(struct db **db);

const struct dialect *db_dialect(const struct db *db);
const char *db_sql(const struct db *db, enum sql_id id);

/* Foreign keys, triggers and rules do not act here. */
bool db_unguarded(const struct db *db);

/*
 * A pooler stands between, as its process numbers show: from one transaction
 * to the next the session may be another, and what is set for it is set for
 * others, too.
 */
bool db_pooled(const struct db *db);

/*
 * Stop the running statement or db_pause(); may be called from a signal handler
 * and from another thread.
 */
void db_cancel(struct db *db);

/* Wait; false where it was cancelled, DUET_ERROR_CANCELLED. */
bool db_pause(struct db *db, unsigned milliseconds, struct duet_error *err);

/*
 * Transactions.  db_begin() takes the write lock where the engine has but
 * one.  A commit that fails has rolled back, unless the error says
 * DUET_ERROR_UNCERTAIN.  db_rollback() does nothing outside a transaction.
 */
bool db_begin(struct db *db, struct duet_error *err);
bool db_commit(struct db *db, struct duet_error *err);
void db_rollback(struct db *db);

/*
 * The same with statements behind BEGIN, or before it in a transaction of their
 * own, and before COMMIT, in one round trip where the engine has such a thing;
 * their rows are dropped.  SQL may be NULL.
 */
bool db_begin_with(struct db *db, const char *sql, struct duet_error *err);
bool db_begin_after(struct db *db, const char *sql, struct duet_error *err);
bool db_commit_with(struct db *db, const char *sql, struct duet_error *err);
bool db_in_transaction(const struct db *db);

/*
 * A transaction of which all is known before it begins: db_renew(), BEFORE,
 * which is a transaction of its own, BEGIN, STATEMENTS, LAST and COMMIT.  Each
 * is one statement, of which the last alone has parameters; of the user's none
 * is a COPY, begins or ends a transaction, or says how what follows is to be
 * read.
 */
struct db_transaction {
    const char *before; /* or NULL */
    const char *const *statements;
    size_t count;
    const char *last; /* or NULL */
    const struct db_value *args;
    size_t nargs;
    char answer[32]; /* out: the first column of LAST's row, cut; or "" */
    /* Out, where it fails: the number of a statement, from 0; or COUNT. */
    size_t failed;
    size_t position; /* within that: see db_error_position() */
};

/*
 * One or several of LIST, one after the other, in one round trip where the
 * engine has such a thing; one at least, and DONE says how many.  Nothing
 * behind what fails is run: it is that of LIST with the number DONE; call
 * db_rollback() then.  The error says DUET_ERROR_UNCERTAIN where that and those
 * behind it may have been committed.
 */
bool db_transact(struct db *db, struct db_transaction *list, size_t count,
                 size_t *done, struct duet_error *err);

/*
 * Before a script of the user's, within a transaction: from here to its end
 * foreign keys and triggers act again on an unguarded connection too; what
 * they refuse fails here or at the commit.  What the script sets for its
 * session (PostgreSQL) ends with the transaction.
 */
bool db_guard(struct db *db, struct duet_error *err);

/* One statement or several, without parameters; their rows are dropped. */
bool db_exec(struct db *db, const char *sql, struct duet_error *err);

/*
 * Put a session back to what it was on connecting, outside a transaction:
 * settings, role and search path, pragmas, attached databases; and drop what it
 * holds: temporary tables, cursors, what a script has prepared or listens to.
 * What db_prepare() has made stays.  SQLite has no other way to know than to
 * have looked: it means what was found by the first call.
 */
bool db_renew(struct db *db, struct duet_error *err);

/* Connect anew, where the connection was lost; a session's state is gone. */
bool db_reopen(struct db *db, struct duet_error *err);

/*
 * Outside a transaction: from here on wait so long for a lock; 0 means for
 * ever.  It is the session's, and db_renew() puts it back; behind a pooler it
 * is each transaction's, and a statement outside one has the server's.
 */
bool db_lock_timeout(struct db *db, unsigned milliseconds,
                     struct duet_error *err);

/*
 * How long it waits for a lock, in milliseconds; 0 where that is for ever, or
 * the caller's affair.
 */
unsigned db_patience(const struct db *db);

/*
 * Where in SQL, which failed last, the engine has found the error: the number
 * of a byte, from 1; 0 where it does not say.
 */
size_t db_error_position(const struct db *db, const char *sql);

/*
 * Since the last call others have committed something, as far as is known:
 * where an engine does not tell it is true.
 */
bool db_others_wrote(struct db *db);

/* Data that comes in pieces; READ is false at its end and on a failure. */
struct db_source {
    bool (*read)(void *context, const char **data, size_t *len);
    bool (*failed)(void *context);
    void *context;
};

/*
 * `copy ... from stdin`, with the data of SOURCE; an engine that has no such
 * statement refuses it.  Where SOURCE fails nothing is copied, and ERR is what
 * SOURCE made of it.
 */
bool db_copy(struct db *db, const char *sql, const struct db_source *source,
             struct duet_error *err);

/* What a statement is about to do to a table. */
enum db_touch_kind {
    TOUCH_DELETE, /* rows are deleted, by the statement itself or by an action
                   */
    TOUCH_UPDATE, /* rows are updated, likewise */
    TOUCH_DROP,   /* the table is dropped */
    TOUCH_ALTER,  /* it is altered or renamed */
    /* Rows are inserted; only told of beside another touch. */
    TOUCH_INSERT
};

struct db_touch {
    enum db_touch_kind kind;
    const char *table;   /* or, dropped or with triggers, a view */
    const char *trigger; /* which does it, or NULL */
};

/*
 * BEFORE is called for each statement of db_exec() that touches tables, before
 * it has done anything; false, with the error filled in, prevents it.  It may
 * query the connection.  What the statement itself says comes first, what that
 * entails follows.
 */
struct db_watch {
    bool (*before)(void *context, const struct db_touch *touches, size_t count,
                   struct duet_error *err);
    void *context;
};

/*
 * From now on, until it is called with NULL.  WATCH must live that long.  On an
 * engine that deletes no rows of other tables by itself nothing is called.
 */
void db_watch(struct db *db, const struct db_watch *watch);

/*
 * The rows of a query:
 *
 *     while (rows_next(&rows))
 *         use(row_text(&rows, 0));
 *     return rows_ended(&rows);
 *
 * An error on the way ends the loop and is kept in the struct duet_error that
 * db_query() was given.  Start it as {0}; rows_clear() may be called at any
 * time, also on an empty or a failed one.  Another statement may be run on the
 * connection only after that.
 */
struct rows {
    struct db *db; /* whose driver reads them */
    struct duet_error *err;
    void *result;                   /* the driver's */
    struct db_statement *statement; /* NULL: a query of its own */
    size_t row;
    void *blob; /* what row_blob() decoded last */
    int64_t affected;
    bool failed;
    bool ended;
};

/*
 * Rows come one by one, in constant memory.  ROWS is cleared first; what ARGS
 * point to must live until it is cleared again.
 */
bool db_query(struct db *db, struct rows *rows, const char *sql,
              const struct db_value *args, size_t nargs,
              struct duet_error *err);

bool rows_next(struct rows *rows);
bool rows_ended(const struct rows *rows);
void rows_clear(struct rows *rows);
size_t rows_columns(const struct rows *rows);
const char *rows_name(const struct rows *rows, size_t column);

/* How many rows the statement inserted, updated or deleted, once ended. */
int64_t rows_affected(const struct rows *rows);

/* The value as text, valid until the next row; NULL for SQL's NULL. */
const char *row_text(const struct rows *rows, size_t column);
/* The length of row_text() in bytes. */
size_t row_len(const struct rows *rows, size_t column);
int64_t row_integer(const struct rows *rows, size_t column);
double row_float(const struct rows *rows, size_t column);
bool row_boolean(const struct rows *rows, size_t column);
/* The bytes of a blob and their number, valid until the next row_blob(). */
const void *row_blob(struct rows *rows, size_t column, size_t *len);

/*
 * A prepared statement, to be freed before its connection is closed.  Its
 * rows are held in memory.
 */
bool db_prepare(struct db *db, struct db_statement **out, const char *sql,
                struct duet_error *err);
bool statement_query(struct db_statement *statement, struct rows *rows,
                     const struct db_value *args, size_t nargs,
                     struct duet_error *err);
void statement_free(struct db_statement **statement);

/*
 * Prepared statements run one after the other, in one round trip where the
 * engine has such a thing, and in one transaction if they write: that of the
 * caller, or one of their own.  The first that fails ends it.
 */
enum { DB_ANSWER = 512 };

struct db_call {
    struct db_statement *statement;
    const struct db_value *args;
    size_t nargs;
    int64_t affected;       /* out: rows written */
    char answer[DB_ANSWER]; /* out: first column of the first row, cut */
};

/* All that goes in; the room for what comes out is left alone: it is large. */
static inline void
db_call_set(struct db_call *call, struct db_statement *statement,
            const struct db_value *args, size_t nargs)
{
    call->statement = statement;
    call->args = args;
    call->nargs = nargs;
}

bool db_run(struct db *db, struct db_call *calls, size_t count,
            struct duet_error *err);

/* For drivers: what a call was answered; NULL is "". */
void db_call_answer(struct db_call *call, const char *text);

/* One statement with parameters; AFFECTED may be NULL. */
bool db_execute(struct db *db, const char *sql, const struct db_value *args,
                size_t nargs, int64_t *affected, struct duet_error *err);

/* The first column of the last row, in ARENA; NULL where there is no row. */
bool db_ask(struct db *db, struct arena *arena, const char *sql,
            const struct db_value *args, size_t nargs, const char **out,
            struct duet_error *err);

#endif
