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
    bool has_arrays;          /* a parameter can be a list of values */
    bool has_round_trips;     /* each statement is an exchange of messages */
    bool has_dollar_quotes;   /* $$x$$; else [x] and `x` are names */
    bool untyped_literals;    /* '7' has the type of its place */
    const char *assert_open;  /* a statement that fails unless a condition, */
    const char *assert_close; /* which goes between, holds */
    const char *blob_open;    /* before a blob's hexadecimal digits */
    const char *blob_close;   /* and behind them */
    const char *read_only;    /* from here on writing is refused */
    const char *read_write;   /* and allowed again */
};

/*
 * A parameter.  An engine gives it the type of the place where it stands:
 * text fits every column.
 */
enum db_type { DB_NULL, DB_INTEGER, DB_FLOAT, DB_BOOLEAN, DB_TEXT, DB_BLOB };

struct db_value {
    enum db_type type;
    union {
        int64_t integer;
        double number;
        bool boolean;
        const char *data; /* text or blob: the caller's, not copied */
    } as;
    size_t len; /* of data, in bytes */
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

struct db_options {
    /* Make the database's file where it is missing (SQLite). */
    bool create;
    /*
     * Foreign keys, triggers and rules should not act on this connection.
     * A role that may not have it so gets an ordinary one: db_unguarded()
     * tells.
     */
    bool unguarded;
    unsigned lock_timeout; /* milliseconds; 0 means 5000 */
    struct db_trace trace; /* all zeros: none */
};

/*
 * Open the database that URL names: `sqlite:PATH`, `sqlite::memory:`,
 * `postgres://...` or `postgresql://...`.  An error never shows a password.
 */
bool db_open(struct db **out, const char *url, const struct db_options *options,
             struct duet_error *err);

/* Use a connection that the caller opened and goes on owning. */
struct sqlite3;
struct pg_conn;
void db_attach_sqlite(struct db **out, struct sqlite3 *handle);
void db_attach_postgres(struct db **out, struct pg_conn *handle);

/* Accepts NULL and an empty pointer; leaves it empty. */
void db_close(struct db **db);

const struct dialect *db_dialect(const struct db *db);
const char *db_sql(const struct db *db, enum sql_id id);

/* Foreign keys, triggers and rules do not act here. */
bool db_unguarded(const struct db *db);

/* Stop the running statement; may be called from a signal handler. */
void db_cancel(struct db *db);

/*
 * Transactions.  db_begin() takes the write lock where the engine has but
 * one.  A commit that fails has rolled back, unless the error says
 * DUET_ERROR_UNCERTAIN.  db_rollback() does nothing outside a transaction.
 */
bool db_begin(struct db *db, struct duet_error *err);
bool db_commit(struct db *db, struct duet_error *err);
void db_rollback(struct db *db);
bool db_in_transaction(const struct db *db);

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

bool db_run(struct db *db, struct db_call *calls, size_t count,
            struct duet_error *err);

/* One statement with parameters; AFFECTED may be NULL. */
bool db_execute(struct db *db, const char *sql, const struct db_value *args,
                size_t nargs, int64_t *affected, struct duet_error *err);

/* The first column of the last row, in ARENA; NULL where there is no row. */
bool db_ask(struct db *db, struct arena *arena, const char *sql,
            const struct db_value *args, size_t nargs, const char **out,
            struct duet_error *err);

#endif
