/*
 * The driver for PostgreSQL: connections and transactions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "db/driver.h"
#include "db/postgres_error.h"
#include "db/postgres_part.h"

static const struct dialect dialect = {
    .name = "postgres",
    .sql = sql_text_postgres,
    /* Whatever the role's default is: a new statement sees what is new. */
    .begin_write = "begin isolation level read committed",
    .begin_read = "begin isolation level repeatable read, read only",
    .has_arrays = true,
    .has_round_trips = true,
    .lock_table = "lock table %s in share row exclusive mode",
    /* The server's log shows the text. */
    .assert_open = "cast(case when ",
    .assert_close = " then '1' else 'duet: not what was expected' end "
                    "as integer)",
    .has_dollar_quotes = true,
    .untyped_literals = true,
    .blob_open = "'\\x",
    .blob_close = "'::bytea",
    .read_only = "set default_transaction_read_only = on",
    .read_write = "reset default_transaction_read_only",
};

static void
ignore_notice(void *context, const PGresult *result)
{
    (void)context;
    (void)result;
}

static bool
settle(struct postgres_db *db, const char *sql, struct duet_error *err)
{
    return libpq.sendQuery(db->conn, sql) ? postgres_finish(db, true, err)
                                          : postgres_failed(db, NULL, err);
}

/*
 * The first statement on a connection.  A pooler makes up the number of the
 * process that it tells libpq; what is set there must not outlive the
 * statement, for others have that session next.
 */
static bool
set_up_session(struct postgres_db *db, struct duet_error *err)
{
    char sql[512];
    PGresult *result;
    bool done;

    (void)snprintf(sql, sizeof sql,
                   "select pg_catalog.pg_backend_pid() <> %d, "
                   "pg_catalog.set_config('standard_conforming_strings', 'on', "
                   "false), "
                   "pg_catalog.set_config('lock_timeout', '%u', "
                   "pg_catalog.pg_backend_pid() <> %d)",
                   libpq.backendPID(db->conn), db->own_lock_timeout,
                   libpq.backendPID(db->conn));
    result = libpq.exec(db->conn, sql);
    done = libpq.resultStatus(result) == PGRES_TUPLES_OK;
    if (done) {
        db->base.pooled = *libpq.getvalue(result, 0, 0) == 't';
        db->lock_timeout = db->own_lock_timeout;
    } else {
        (void)postgres_failed(db, result, err);
    }
    libpq.clear(result);
    return done;
}

/* Foreign keys and triggers don't act. */
#define UNGUARDED "set session_replication_role = replica"

/*
 * Rows that a policy hides would stay without a word, and only a look at what
 * others have committed meanwhile tells that no row dangles.
 */
#define FOR_CLEARING                                         \
    "set row_security = off; "                               \
    "set default_transaction_isolation = 'read committed'; " \
    "set plan_cache_mode = force_generic_plan"

/*
 * A role without the privilege keeps an ordinary connection, and so does who
 * shares a session with others.
 */
static bool
set_up_clearing(struct postgres_db *db, struct duet_error *err)
{
    if (!db->for_clearing || db->base.pooled)
        return true;
    db->base.unguarded = settle(db, UNGUARDED, NULL);
    return settle(db, FOR_CLEARING, err);
}

static bool
postgres_open(struct db **out, const char *url,
              const struct db_options *options, struct duet_error *err)
{
    const char *const keywords[] = {"dbname", "client_encoding",
                                    "fallback_application_name", NULL};
    const char *const values[] = {url, "UTF8", "duet", NULL};
    struct postgres_db *db;

    if (!libpq_load(err))
        return false;
    db = must_alloc(sizeof *db);
    db->base.driver = &db_postgres;
    db->base.dialect = &dialect;
    db->url = must_text(url);
    db->own_lock_timeout = lock_timeout(options);
    db->for_clearing = options != NULL && options->unguarded;
    db->conn = libpq.connectdbParams(keywords, values, 1);
    (void)libpq.setNoticeReceiver(db->conn, ignore_notice, NULL);
    if (libpq.status(db->conn) != CONNECTION_OK)
        (void)postgres_connect_error(db->conn, url, err);
    else if (set_up_session(db, err) && set_up_clearing(db, err)) {
        db->cancel = libpq.getCancel(db->conn);
        *out = &db->base;
        return true;
    }
    libpq.finish(db->conn);
    free(db->url);
    free(db);
    return false;
}

bool
db_attach_postgres(struct db **out, struct pg_conn *handle,
                   struct duet_error *err)
{
    struct postgres_db *db;
    struct timespec now;

    if (!libpq_load(err))
        return false;
    db = must_alloc(sizeof *db);
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    db->base.driver = &db_postgres;
    db->base.dialect = &dialect;
    db->conn = handle;
    db->cancel = libpq.getCancel(handle);
    db->opened = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
    *out = &db->base;
    return true;
}

static void
postgres_close(struct db *base)
{
    struct postgres_db *db = postgres_of(base);

    libpq.freeCancel(db->cancel);
    for (size_t i = 0; i < db->nformer; i++)
        libpq.freeCancel(db->former[i]);
    free(db->former);
    postgres_forget(db);
    if (db->url != NULL)
        libpq.finish(db->conn);
    free(db->url);
    free(db);
}

void
postgres_cancel(struct db *db)
{
    PGcancel *cancel = postgres_of(db)->cancel;
    char message[256];

    if (cancel != NULL)
        (void)libpq.cancel(cancel, message, sizeof message);
}

static bool
postgres_exec(struct db *db, const char *sql, struct duet_error *err)
{
    return settle(postgres_of(db), sql, err);
}

/* What `prepare` in a script has left; ours are not made in SQL. */
static bool
deallocate(struct postgres_db *db, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *sql = NULL;

    return db_ask(&db->base, &arena, sql_text_postgres[SQL_POSTGRES_PREPARED],
                  NULL, 0, &sql, err) &&
           (sql == NULL || settle(db, sql, err));
}

static void
write_reset(const struct postgres_db *db, struct buf *out)
{
    buf_printf(out,
               "reset session authorization; reset role; reset all; "
               "set lock_timeout = %u; set standard_conforming_strings = on",
               db->own_lock_timeout);
}

static const char discard[] =
    "; discard temp; discard sequences; unlisten *; close all";

void
postgres_write_renewal(const struct postgres_db *db, struct buf *out)
{
    write_reset(db, out);
    buf_text(out, discard);
}

/* The session's settings as they were after opening, and what ALSO does. */
static bool
reset(struct postgres_db *db, const char *also, struct duet_error *err)
{
    SCOPED(buf_release) struct buf sql = {0};

    write_reset(db, &sql);
    buf_text(&sql, also);
    if (db->base.unguarded) /* in one message, as the role may */
        buf_text(&sql, "; " UNGUARDED "; " FOR_CLEARING);
    if (!settle(db, buf_data(&sql), err))
        return false;
    db->lock_timeout = db->own_lock_timeout;
    return db->base.unguarded || set_up_clearing(db, err);
}

/*
 * What a script sets behind a pooler is set in a session that is hardly ever
 * ours again.  Each transaction there begins with what it needs.
 */
static bool
postgres_renew(struct db *base, struct duet_error *err)
{
    struct postgres_db *db = postgres_of(base);

    if (db->url == NULL || base->pooled)
        return true;
    if (db->prepared && !deallocate(db, err))
        return false;
    db->prepared = false;
    return reset(db, discard, err);
}

/* Another thread may be cancelling: what it uses is freed at the end. */
static void
renew_cancel(struct postgres_db *db)
{
    db->former =
        must_realloc(db->former, (db->nformer + 1) * sizeof *db->former);
    db->former[db->nformer++] = db->cancel;
    db->cancel = libpq.getCancel(db->conn);
}

static bool
postgres_reopen(struct db *base, struct duet_error *err)
{
    struct postgres_db *db = postgres_of(base);

    if (db->url == NULL)
        return err_set(err, DUET_ERROR_CONNECT,
                       "the connection was lost, and it is the caller's");
    libpq.reset(db->conn);
    if (libpq.status(db->conn) != CONNECTION_OK)
        return postgres_connect_error(db->conn, db->url, err);
    renew_cancel(db);
    db->prepared = false;
    postgres_forget(db);
    return set_up_session(db, err) &&
           (!db->for_clearing || set_up_clearing(db, err));
}

static bool
postgres_others_wrote(struct db *db)
{
    (void)db;
    return true;
}

static bool
postgres_lock_timeout(struct db *base, unsigned milliseconds,
                      struct duet_error *err)
{
    struct postgres_db *db = postgres_of(base);
    char sql[64];

    if (db->url == NULL || milliseconds == db->lock_timeout)
        return true;
    (void)snprintf(sql, sizeof sql, "set lock_timeout = %u", milliseconds);
    if (!base->pooled && !settle(db, sql, err))
        return false;
    db->lock_timeout = milliseconds;
    return true;
}

/* Here rows are deleted by those alone who say so. */
static void
postgres_watch(struct db *db, const struct db_watch *watch)
{
    (void)db;
    (void)watch;
}

/*
 * What others have left in the session that a pooler gives us does not count in
 * this transaction, and stays.
 */
static bool
begin_pooled(struct postgres_db *db, struct duet_error *err)
{
    char sql[512];
    PGresult *result;
    bool done;

    (void)snprintf(sql, sizeof sql,
                   "%s; set local session authorization default; "
                   "set local role none; set local search_path = default; "
                   "set local lock_timeout = %u; %s"
                   "select pg_catalog.pg_backend_pid()",
                   dialect.begin_write, db->lock_timeout,
                   db->for_clearing ? "set local row_security = off; " : "");
    result = libpq.exec(db->conn, sql);
    done = libpq.resultStatus(result) == PGRES_TUPLES_OK;
    if (done)
        db->backend = (int)strtol(libpq.getvalue(result, 0, 0), NULL, 10);
    else
        (void)postgres_failed(db, result, err);
    libpq.clear(result);
    return done;
}

static bool
postgres_begin(struct db *base, struct duet_error *err)
{
    struct postgres_db *db = postgres_of(base);

    return base->pooled ? begin_pooled(db, err)
                        : settle(db, dialect.begin_write, err);
}

static bool
postgres_in_transaction(const struct db *db)
{
    PGTransactionStatusType status =
        libpq.transactionStatus(postgres_of(db)->conn);

    return status != PQTRANS_IDLE && status != PQTRANS_UNKNOWN;
}

/* After a transaction: what a script has set in it is as it was. */
static void
transaction_end(struct postgres_db *db)
{
    db->backend = 0;
    if (db->guarded)
        db->guarded = !reset(db, "", NULL);
}

static void
postgres_rollback(struct db *db)
{
    (void)postgres_exec(db, "rollback", NULL);
    transaction_end(postgres_of(db));
}

static bool
postgres_commit(struct db *base, struct duet_error *err)
{
    struct postgres_db *db = postgres_of(base);
    bool aborted = libpq.transactionStatus(db->conn) == PQTRANS_INERROR;
    bool lost_before = libpq.status(db->conn) == CONNECTION_BAD;

    if (!postgres_exec(base, "commit", err)) {
        transaction_end(db);
        return !lost_before && libpq.status(db->conn) == CONNECTION_BAD
                   ? db_uncertain(err)
                   : false;
    }
    transaction_end(db);
    if (!aborted)
        return true;
    /* COMMIT of an aborted transaction succeeds, and rolls back. */
    (void)err_set(err, DUET_ERROR_SQL,
                  "an earlier statement of the transaction has failed");
    return err_hint(err, "it was rolled back");
}

static bool
postgres_guard(struct db *base, struct duet_error *err)
{
    struct postgres_db *db = postgres_of(base);

    db->guarded = db->url != NULL && !base->pooled;
    return !base->unguarded ||
           postgres_exec(base, "set local session_replication_role = origin",
                         err);
}

static bool
postgres_query(struct db *base, struct rows *rows, const char *sql,
               const struct db_value *args, size_t nargs,
               struct duet_error *err)
{
    SCOPED(postgres_parameters_clear) struct postgres_parameters to;
    struct postgres_db *db = postgres_of(base);

    (void)rows; /* postgres_next() fetches its result */
    postgres_parameters_init(&to, args, nargs);
    if (!postgres_texts_are_whole(args, nargs, err))
        return false;
    if (!libpq.sendQueryParams(db->conn, sql, (int)nargs, to.types, to.values,
                               to.lengths, to.formats, 0))
        return postgres_failed(db, NULL, err);
    (void)libpq.setSingleRowMode(db->conn);
    return true;
}

const struct db_driver db_postgres = {
    .schemes = (const char *const[]){"postgres://", "postgresql://", NULL},
    .open = postgres_open,
    .close = postgres_close,
    .cancel = postgres_cancel,
    .begin = postgres_begin,
    .commit = postgres_commit,
    .rollback = postgres_rollback,
    .in_transaction = postgres_in_transaction,
    .transact = postgres_transact,
    .guard = postgres_guard,
    .lock_timeout = postgres_lock_timeout,
    .position = postgres_position,
    .exec = postgres_exec,
    .renew = postgres_renew,
    .reopen = postgres_reopen,
    .others_wrote = postgres_others_wrote,
    .copy = postgres_copy,
    .watch = postgres_watch,
    .query = postgres_query,
    .prepare = postgres_prepare,
    .statement_query = postgres_statement_query,
    .statement_free = postgres_statement_free,
    .run = postgres_run,
    .next = postgres_next,
    .clear = postgres_clear,
    .columns = postgres_columns,
    .name = postgres_name,
    .text = postgres_text,
    .len = postgres_len,
    .number = postgres_number,
    .blob = postgres_blob,
};
