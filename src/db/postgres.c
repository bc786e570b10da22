/*
 * The driver for PostgreSQL.
 */
#include <errno.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/err.h"
#include "db/driver.h"
#include "db/postgres_error.h"
#include "db/reads.h"
#include "db/token.h"

enum {
    BYTEA_OID = 17,
    STACK_PARAMETERS = 16,
    NUMBER_LEN = 32,
    /*
     * Answers are read after so many calls of a pipeline, before both sides
     * have filled each other's socket.
     */
    CALLS_IN_FLIGHT = 200
};

struct postgres_db {
    struct db base;
    PGconn *conn;
    PGcancel *cancel;
    char *url; /* NULL: attached, the caller closes conn */
    unsigned lock_timeout;
    bool for_clearing;   /* opened with the option unguarded */
    bool guarded;        /* settings are to be put back after the transaction */
    unsigned statements; /* prepared so far */
    uint64_t opened;     /* makes their names unique */
    char blocker[256];   /* who held the lock waited for, or "" */
};

struct postgres_statement {
    struct db_statement base;
    bool only_reads;
    char name[48];
};

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
    .assert_open = "select cast(case when ",
    .assert_close = " then '1' else 'duet: not what was expected' end "
                    "as integer)",
    .has_dollar_quotes = true,
    .untyped_literals = true,
    .blob_open = "'\\x",
    .blob_close = "'::bytea",
    .read_only = "set default_transaction_read_only = on",
    .read_write = "reset default_transaction_read_only",
};

static struct postgres_db *
postgres_of(const struct db *db)
{
    return (struct postgres_db *)(uintptr_t)db;
}

static PGresult *
result_of(const struct rows *rows)
{
    return rows->result;
}

static void
ignore_notice(void *context, const PGresult *result)
{
    (void)context;
    (void)result;
}

static bool
settle(struct postgres_db *db, const char *sql, struct duet_error *err)
{
    PGresult *result = PQexec(db->conn, sql);
    bool done = PQresultStatus(result) == PGRES_COMMAND_OK;

    if (!done)
        (void)postgres_error(db->conn, result, err);
    PQclear(result);
    return done;
}

/* A role without the privilege keeps an ordinary connection. */
static bool
set_up(struct postgres_db *db, struct duet_error *err)
{
    char sql[160];

    (void)PQsetNoticeReceiver(db->conn, ignore_notice, NULL);
    (void)snprintf(sql, sizeof sql,
                   "set lock_timeout = %u; "
                   "set standard_conforming_strings = on",
                   db->lock_timeout);
    if (!settle(db, sql, err))
        return false;
    if (!db->for_clearing)
        return true;
    db->base.unguarded =
        settle(db, "set session_replication_role = replica", NULL);
    /*
     * Rows that a policy hides would stay without a word, and only a look at
     * what others have committed meanwhile tells that no row dangles.
     */
    return settle(db,
                  "set row_security = off; "
                  "set default_transaction_isolation = 'read committed'; "
                  "set plan_cache_mode = force_generic_plan",
                  err);
}

static bool
postgres_open(struct db **out, const char *url,
              const struct db_options *options, struct duet_error *err)
{
    const char *const keywords[] = {"dbname", "client_encoding",
                                    "fallback_application_name", NULL};
    const char *const values[] = {url, "UTF8", "duet", NULL};
    struct postgres_db *db = must_alloc(sizeof *db);

    db->base.driver = &db_postgres;
    db->base.dialect = &dialect;
    db->url = must_text(url);
    db->lock_timeout = lock_timeout(options);
    db->for_clearing = options != NULL && options->unguarded;
    db->conn = PQconnectdbParams(keywords, values, 1);
    if (PQstatus(db->conn) != CONNECTION_OK)
        (void)postgres_connect_error(db->conn, url, err);
    else if (set_up(db, err)) {
        db->cancel = PQgetCancel(db->conn);
        *out = &db->base;
        return true;
    }
    PQfinish(db->conn);
    free(db->url);
    free(db);
    return false;
}

void
db_attach_postgres(struct db **out, struct pg_conn *handle)
{
    struct postgres_db *db = must_alloc(sizeof *db);
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    db->base.driver = &db_postgres;
    db->base.dialect = &dialect;
    db->conn = handle;
    db->cancel = PQgetCancel(handle);
    db->opened = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
    *out = &db->base;
}

static void
postgres_close(struct db *base)
{
    struct postgres_db *db = postgres_of(base);

    PQfreeCancel(db->cancel);
    if (db->url != NULL)
        PQfinish(db->conn);
    free(db->url);
    free(db);
}

static void
postgres_cancel(struct db *db)
{
    char message[256];

    if (postgres_of(db)->cancel != NULL)
        (void)PQcancel(postgres_of(db)->cancel, message, sizeof message);
}

static bool
failed(struct postgres_db *db, const PGresult *result, struct duet_error *err)
{
    (void)postgres_error(db->conn, result, err);
    if (err == NULL || strcmp(err->code, "55P03") != 0)
        return false;
    /* The server's words are those of its setting. */
    (void)err_set(err, DUET_ERROR_BUSY, "a lock was not had in time");
    memcpy(err->code, "55P03", sizeof "55P03");
    return err_hint(err, "%s", db->blocker);
}

/*
 * Wait until an answer can be read.  A wait that nears the lock timeout is
 * likely one for a lock, and afterwards nobody can tell any more who held it:
 * so this is when to ask.
 */
static void
wait_for_answer(struct postgres_db *db)
{
    struct pollfd fd = {.fd = PQsocket(db->conn), .events = POLLIN};
    int patience = (int)(db->lock_timeout / 4 * 3);

    db->blocker[0] = '\0';
    while (PQisBusy(db->conn)) {
        int ready = poll(&fd, 1, patience > 0 ? patience : -1);

        if (ready == 0) {
            patience = 0;
            if (db->url != NULL)
                postgres_blocker(db->url, PQbackendPID(db->conn), db->blocker,
                                 sizeof db->blocker);
        } else if (ready > 0 && !PQconsumeInput(db->conn)) {
            return;
        }
    }
}

static PGresult *
next_result(struct postgres_db *db)
{
    if (PQisBusy(db->conn))
        wait_for_answer(db);
    return PQgetResult(db->conn);
}

static bool
is_success(const PGresult *result)
{
    switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_SINGLE_TUPLE:
    case PGRES_EMPTY_QUERY:
        return true;
    default:
        return false;
    }
}

/* A COPY asked for would wait for ever: nobody here would answer it. */
static bool
is_copy(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);

    return status == PGRES_COPY_IN || status == PGRES_COPY_OUT ||
           status == PGRES_COPY_BOTH;
}

static bool
no_copy(struct duet_error *err)
{
    return err_set(err, DUET_ERROR_USAGE,
                   "COPY from or to the client is not supported");
}

static void
drop_copy(struct postgres_db *db, const PGresult *result)
{
    char *data = NULL;

    if (PQresultStatus(result) == PGRES_COPY_IN)
        (void)PQputCopyEnd(db->conn, "COPY is not supported here");
    while (PQresultStatus(result) == PGRES_COPY_OUT &&
           PQgetCopyData(db->conn, &data, 0) > 0)
        PQfreemem(data);
}

/* Read what is left of a statement; keep the first error. */
static bool
finish(struct postgres_db *db, bool ok, struct duet_error *err)
{
    for (PGresult *result; (result = next_result(db)) != NULL;
         PQclear(result)) {
        if (is_copy(result)) {
            drop_copy(db, result);
            if (ok)
                (void)no_copy(err);
            ok = false;
        } else if (!is_success(result)) {
            if (ok)
                (void)failed(db, result, err);
            ok = false;
        }
    }
    return ok;
}

static bool
postgres_exec(struct db *base, const char *sql, struct duet_error *err)
{
    struct postgres_db *db = postgres_of(base);

    return PQsendQuery(db->conn, sql) ? finish(db, true, err)
                                      : failed(db, NULL, err);
}

static bool
postgres_begin(struct db *db, struct duet_error *err)
{
    return postgres_exec(db, dialect.begin_write, err);
}

static bool
postgres_in_transaction(const struct db *db)
{
    PGTransactionStatusType status = PQtransactionStatus(postgres_of(db)->conn);

    return status != PQTRANS_IDLE && status != PQTRANS_UNKNOWN;
}

/* After a transaction: what a script has set in it is as it was. */
static void
guard_end(struct postgres_db *db)
{
    if (db->guarded)
        db->guarded =
            !settle(db, "reset session authorization; reset role; reset all",
                    NULL) ||
            !set_up(db, NULL);
}

static void
postgres_rollback(struct db *db)
{
    (void)postgres_exec(db, "rollback", NULL);
    guard_end(postgres_of(db));
}

static bool
uncertain(struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_UNCERTAIN,
                  "the server was lost during COMMIT");
    return err_hint(err, "look whether the change is there before you run "
                         "it again");
}

static bool
postgres_commit(struct db *base, struct duet_error *err)
{
    struct postgres_db *db = postgres_of(base);
    bool aborted = PQtransactionStatus(db->conn) == PQTRANS_INERROR;
    bool lost_before = PQstatus(db->conn) == CONNECTION_BAD;

    if (!postgres_exec(base, "commit", err)) {
        guard_end(db);
        return !lost_before && PQstatus(db->conn) == CONNECTION_BAD
                   ? uncertain(err)
                   : false;
    }
    guard_end(db);
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

    db->guarded = db->url != NULL;
    return !base->unguarded ||
           postgres_exec(base, "set local session_replication_role = origin",
                         err);
}

/* Parameters in the form that libpq takes. */
struct parameters {
    struct arena arena; /* for more than the stack holds */
    size_t count;
    Oid *types;
    const char **values;
    int *lengths;
    int *formats;
    char (*numbers)[NUMBER_LEN];
    Oid stack_types[STACK_PARAMETERS];
    const char *stack_values[STACK_PARAMETERS];
    int stack_lengths[STACK_PARAMETERS];
    int stack_formats[STACK_PARAMETERS];
    char stack_numbers[STACK_PARAMETERS][NUMBER_LEN];
};

static void
parameters_clear(struct parameters *to)
{
    arena_clear(&to->arena);
}

static void
parameter_set(struct parameters *to, size_t i, const struct db_value *value)
{
    char *number = to->numbers[i];

    to->types[i] = 0;
    to->formats[i] = 0;
    to->lengths[i] = 0;
    to->values[i] = number;
    switch (value->type) {
    case DB_NULL:
        to->values[i] = NULL;
        break;
    case DB_INTEGER:
        (void)snprintf(number, NUMBER_LEN, "%" PRId64, value->as.integer);
        break;
    case DB_FLOAT:
        (void)snprintf(number, NUMBER_LEN, "%.17g", value->as.number);
        break;
    case DB_BOOLEAN:
        (void)snprintf(number, NUMBER_LEN, "%s",
                       value->as.boolean ? "true" : "false");
        break;
    case DB_TEXT:
        to->values[i] = value->as.data;
        break;
    case DB_BLOB:
        to->types[i] = BYTEA_OID;
        to->formats[i] = 1;
        to->lengths[i] = (int)value->len;
        to->values[i] = value->len ? value->as.data : "";
        break;
    }
}

static void
parameters_init(struct parameters *to, const struct db_value *args,
                size_t count)
{
    struct arena *arena = &to->arena;

    *arena = (struct arena){0};
    to->count = count;
    to->types = to->stack_types;
    to->values = to->stack_values;
    to->lengths = to->stack_lengths;
    to->formats = to->stack_formats;
    to->numbers = to->stack_numbers;
    if (count > STACK_PARAMETERS) {
        to->types = arena_array(arena, count, sizeof *to->types);
        to->values = arena_array(arena, count, sizeof *to->values);
        to->lengths = arena_array(arena, count, sizeof *to->lengths);
        to->formats = arena_array(arena, count, sizeof *to->formats);
        to->numbers = arena_array(arena, count, sizeof *to->numbers);
    }
    for (size_t i = 0; i < count; i++)
        parameter_set(to, i, &args[i]);
}

/* PostgreSQL's text can't hold NUL; libpq would cut it there. */
static bool
texts_are_whole(const struct db_value *args, size_t count,
                struct duet_error *err)
{
    for (size_t i = 0; i < count; i++)
        if (args[i].type == DB_TEXT &&
            memchr(args[i].as.data, '\0', args[i].len) != NULL) {
            (void)err_set(err, DUET_ERROR_SQL, "a text holds a NUL character");
            return err_hint(err, "PostgreSQL takes it in bytea only");
        }
    return true;
}

static bool
postgres_query(struct db *base, struct rows *rows, const char *sql,
               const struct db_value *args, size_t nargs,
               struct duet_error *err)
{
    SCOPED(parameters_clear) struct parameters to;
    struct postgres_db *db = postgres_of(base);

    (void)rows; /* postgres_next() fetches its result */
    parameters_init(&to, args, nargs);
    if (!texts_are_whole(args, nargs, err))
        return false;
    if (!PQsendQueryParams(db->conn, sql, (int)nargs, to.types, to.values,
                           to.lengths, to.formats, 0))
        return failed(db, NULL, err);
    (void)PQsetSingleRowMode(db->conn);
    return true;
}

/*
 * A pipeline can't be told that its COPY has failed, so that one would wait for
 * rows until the end of days.
 */
static bool
copies_to_client(const char *sql)
{
    struct tokens tokens = {.at = sql, .postgres = true};
    struct token token;

    if (!token_next(&tokens, &token) || !token_is(&token, "copy"))
        return false;
    while (token_next(&tokens, &token))
        if (token_is(&token, "stdin") || token_is(&token, "stdout"))
            return true;
    return false;
}

static bool
postgres_prepare(struct db *base, struct db_statement **out, const char *sql,
                 struct duet_error *err)
{
    struct postgres_db *db = postgres_of(base);
    struct postgres_statement *statement;

    if (copies_to_client(sql))
        return no_copy(err);
    statement = must_alloc(sizeof *statement);
    statement->base.db = base;
    statement->only_reads = sql_only_reads(&dialect, sql);
    (void)snprintf(statement->name, sizeof statement->name,
                   "duet_%" PRIx64 "_%u", db->opened, ++db->statements);
    if (PQsendPrepare(db->conn, statement->name, sql, 0, NULL)
            ? finish(db, true, err)
            : failed(db, NULL, err)) {
        *out = &statement->base;
        return true;
    }
    free(statement);
    return false;
}

static bool
send_prepared(struct postgres_db *db, const struct db_statement *base,
              const struct db_value *args, size_t nargs, struct duet_error *err)
{
    SCOPED(parameters_clear) struct parameters to;
    const struct postgres_statement *statement =
        (const struct postgres_statement *)base;

    parameters_init(&to, args, nargs);
    return texts_are_whole(args, nargs, err) &&
           (PQsendQueryPrepared(db->conn, statement->name, (int)nargs,
                                to.values, to.lengths, to.formats, 0) ||
            failed(db, NULL, err));
}

static bool
postgres_statement_query(struct db_statement *statement, struct rows *rows,
                         const struct db_value *args, size_t nargs,
                         struct duet_error *err)
{
    rows->statement = statement;
    return send_prepared(postgres_of(statement->db), statement, args, nargs,
                         err);
}

static void
postgres_statement_free(struct db_statement *base)
{
    struct postgres_statement *statement = (struct postgres_statement *)base;
    struct postgres_db *db = postgres_of(base->db);
    char sql[80];

    (void)snprintf(sql, sizeof sql, "deallocate %s", statement->name);
    if (PQstatus(db->conn) == CONNECTION_OK &&
        PQtransactionStatus(db->conn) != PQTRANS_INERROR)
        (void)settle(db, sql, NULL);
    free(statement);
}

static int64_t
affected_by(const PGresult *result)
{
    /* PQcmdTuples() takes no const, yet only reads. */
    return strtoll(PQcmdTuples((PGresult *)(uintptr_t)result), NULL, 10);
}

static bool
call_answer(struct postgres_db *db, struct db_call *call, bool ok,
            struct duet_error *err)
{
    for (PGresult *result; (result = next_result(db)) != NULL;
         PQclear(result)) {
        if (PQresultStatus(result) == PGRES_PIPELINE_ABORTED)
            continue;
        if (!is_success(result)) {
            if (ok)
                (void)failed(db, result, err);
            ok = false;
            continue;
        }
        call->affected = affected_by(result);
        call->answer[0] = '\0';
        if (PQntuples(result) > 0)
            (void)snprintf(call->answer, sizeof call->answer, "%s",
                           PQgetvalue(result, 0, 0));
    }
    return ok;
}

/* Send what may be in flight; the last of CALLS is followed by a Sync. */
static size_t
send_some(struct postgres_db *db, const struct db_call *calls, size_t count,
          size_t answered, size_t sent, bool *ok, struct duet_error *err)
{
    while (*ok && sent < count && sent - answered < CALLS_IN_FLIGHT) {
        *ok = send_prepared(db, calls[sent].statement, calls[sent].args,
                            calls[sent].nargs, err);
        sent += *ok;
    }
    /* The request alone stays in libpq's buffer. */
    if (*ok && sent < count)
        (void)(PQsendFlushRequest(db->conn) && PQflush(db->conn));
    else
        (void)PQpipelineSync(db->conn);
    return sent;
}

static bool
pipeline(struct postgres_db *db, struct db_call *calls, size_t count,
         struct duet_error *err)
{
    size_t sent = 0;
    size_t answered = 0;
    bool ok = true;
    bool synced = false;

    while (!synced) {
        sent = send_some(db, calls, count, answered, sent, &ok, err);
        synced = sent == count || !ok;
        while (answered < sent)
            ok = call_answer(db, &calls[answered++], ok, err);
        if (!ok && !synced)
            synced = PQpipelineSync(db->conn) || true;
    }
    return ok;
}

/*
 * What is deferred fails at the Sync, which commits.  Where the server was lost
 * before it answered that, only a call that it has refused rules a commit out.
 */
static bool
read_sync(struct postgres_db *db, bool ok, bool commits, struct duet_error *err)
{
    bool refused = !ok && PQstatus(db->conn) == CONNECTION_OK;
    bool synced = false;

    while (!synced && PQstatus(db->conn) == CONNECTION_OK) {
        PGresult *result = next_result(db);

        synced = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
        if (result != NULL && !synced && !is_success(result) && ok)
            ok = failed(db, result, err);
        PQclear(result);
    }
    if (synced || refused)
        return synced && ok;
    if (commits)
        return uncertain(err);
    return ok ? failed(db, NULL, err) : false;
}

static bool
any_writes(const struct db_call *calls, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!((const struct postgres_statement *)calls[i].statement)
                 ->only_reads)
            return true;
    return false;
}

static bool
postgres_run(struct db *base, struct db_call *calls, size_t count,
             struct duet_error *err)
{
    struct postgres_db *db = postgres_of(base);
    bool commits = !postgres_in_transaction(base) && any_writes(calls, count);
    bool ok;

    for (size_t i = 0; i < count; i++)
        if (!texts_are_whole(calls[i].args, calls[i].nargs, err))
            return false;
    if (count == 0)
        return true;
    /* What was never sent can't be uncertain. */
    if (PQstatus(db->conn) != CONNECTION_OK || !PQenterPipelineMode(db->conn))
        return failed(db, NULL, err);
    ok = pipeline(db, calls, count, err);
    ok = read_sync(db, ok, commits, err);
    (void)PQexitPipelineMode(db->conn);
    return ok;
}

static bool
postgres_next(struct rows *rows)
{
    struct postgres_db *db = postgres_of(rows->db);
    PGresult *result = result_of(rows);

    if (result != NULL && ++rows->row < (size_t)PQntuples(result))
        return true;
    PQclear(result);
    rows->row = 0;
    rows->result = result = next_result(db);
    if (result == NULL)
        return false;
    if (is_copy(result) || !is_success(result)) {
        if (is_copy(result)) {
            drop_copy(db, result);
            (void)no_copy(rows->err);
        } else {
            (void)failed(db, result, rows->err);
        }
        rows->failed = true;
        (void)finish(db, false, NULL);
        return false;
    }
    if (PQresultStatus(result) != PGRES_SINGLE_TUPLE)
        rows->affected = affected_by(result);
    if (PQntuples(result) > 0)
        return true;
    /* It stays: it has the names of the columns. */
    rows->failed = !finish(db, true, rows->err);
    return false;
}

static void
postgres_clear(struct rows *rows)
{
    struct postgres_db *db = postgres_of(rows->db);

    PQclear(result_of(rows));
    if (rows->ended || rows->failed)
        return;
    /* Rows that come one by one may be many yet. */
    if (rows->statement == NULL && PQisBusy(db->conn))
        postgres_cancel(&db->base);
    (void)finish(db, false, NULL);
}

static size_t
postgres_columns(const struct rows *rows)
{
    return (size_t)PQnfields(result_of(rows));
}

static const char *
postgres_name(const struct rows *rows, size_t column)
{
    return PQfname(result_of(rows), (int)column);
}

static const char *
postgres_text(const struct rows *rows, size_t column)
{
    const PGresult *result = result_of(rows);

    return PQgetisnull(result, (int)rows->row, (int)column)
               ? NULL
               : PQgetvalue(result, (int)rows->row, (int)column);
}

static size_t
postgres_len(const struct rows *rows, size_t column)
{
    return (size_t)PQgetlength(result_of(rows), (int)rows->row, (int)column);
}

static double
postgres_number(const struct rows *rows, size_t column)
{
    const char *text = postgres_text(rows, column);

    return text == NULL ? 0 : strtod(text, NULL);
}

static const void *
postgres_blob(struct rows *rows, size_t column, size_t *len)
{
    const char *text = postgres_text(rows, column);

    *len = 0;
    if (text == NULL)
        return NULL;
    if (PQftype(result_of(rows), (int)column) != BYTEA_OID) {
        *len = postgres_len(rows, column);
        return text;
    }
    free(rows->blob);
    rows->blob = PQunescapeBytea((const unsigned char *)text, len);
    return rows->blob;
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
    .guard = postgres_guard,
    .exec = postgres_exec,
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
