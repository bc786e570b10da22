/*
 * The driver for PostgreSQL: prepared statements, and many in one round trip.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "db/postgres_part.h"
#include "db/reads.h"
#include "db/token.h"

enum {
    /*
     * Answers are read after so many calls of a pipeline, before both sides
     * have filled each other's socket.
     */
    CALLS_IN_FLIGHT = 200
};

struct postgres_statement {
    struct db_statement base;
    bool only_reads;
    char name[48];
    /* Behind a pooler others would find it under its name: it has none. */
    char *sql;
};

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
prepare(struct postgres_db *db, const struct postgres_statement *statement,
        const char *sql, struct duet_error *err)
{
    return libpq.sendPrepare(db->conn, statement->name, sql, 0, NULL)
               ? postgres_finish(db, true, err)
               : postgres_failed(db, NULL, err);
}

bool
postgres_prepare(struct db *base, struct db_statement **out, const char *sql,
                 struct duet_error *err)
{
    struct postgres_db *db = postgres_of(base);
    struct postgres_statement *statement;

    if (copies_to_client(sql))
        return postgres_no_copy(err);
    statement = must_alloc(sizeof *statement);
    statement->base.db = base;
    statement->only_reads = sql_only_reads(base->dialect, sql);
    if (base->pooled)
        statement->sql = must_text(sql);
    (void)snprintf(statement->name, sizeof statement->name,
                   "duet_%" PRIx64 "_%u", db->opened, ++db->statements);
    if (statement->sql != NULL || prepare(db, statement, sql, err)) {
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
    SCOPED(postgres_parameters_clear) struct postgres_parameters to;
    const struct postgres_statement *statement =
        (const struct postgres_statement *)base;

    postgres_parameters_init(&to, args, nargs);
    if (!postgres_texts_are_whole(args, nargs, err))
        return false;
    return (statement->sql != NULL
                ? libpq.sendQueryParams(db->conn, statement->sql, (int)nargs,
                                        NULL, to.values, to.lengths, to.formats,
                                        0)
                : libpq.sendQueryPrepared(db->conn, statement->name, (int)nargs,
                                          to.values, to.lengths, to.formats,
                                          0)) ||
           postgres_failed(db, NULL, err);
}

bool
postgres_statement_query(struct db_statement *statement, struct rows *rows,
                         const struct db_value *args, size_t nargs,
                         struct duet_error *err)
{
    rows->statement = statement;
    return send_prepared(postgres_of(statement->db), statement, args, nargs,
                         err);
}

void
postgres_statement_free(struct db_statement *base)
{
    struct postgres_statement *statement = (struct postgres_statement *)base;
    struct postgres_db *db = postgres_of(base->db);
    char sql[80];

    (void)snprintf(sql, sizeof sql, "deallocate %s", statement->name);
    if (statement->sql == NULL && libpq.status(db->conn) == CONNECTION_OK &&
        libpq.transactionStatus(db->conn) != PQTRANS_INERROR)
        libpq.clear(libpq.exec(db->conn, sql));
    free(statement->sql);
    free(statement);
}

static bool
call_answer(struct postgres_db *db, struct db_call *call, bool ok,
            struct duet_error *err)
{
    for (PGresult *result; (result = postgres_next_result(db)) != NULL;
         libpq.clear(result)) {
        if (libpq.resultStatus(result) == PGRES_PIPELINE_ABORTED)
            continue;
        if (!postgres_is_success(result)) {
            if (ok)
                (void)postgres_failed(db, result, err);
            ok = false;
            continue;
        }
        call->affected = postgres_affected(result);
        db_call_answer(call, libpq.ntuples(result) > 0
                                 ? libpq.getvalue(result, 0, 0)
                                 : NULL);
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
        (void)(libpq.sendFlushRequest(db->conn) && libpq.flush(db->conn));
    else
        (void)libpq.pipelineSync(db->conn);
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
            synced = libpq.pipelineSync(db->conn) || true;
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
    bool refused = !ok && libpq.status(db->conn) == CONNECTION_OK;
    bool synced = false;

    while (!synced && libpq.status(db->conn) == CONNECTION_OK) {
        PGresult *result = postgres_next_result(db);

        synced = libpq.resultStatus(result) == PGRES_PIPELINE_SYNC;
        if (result != NULL && !synced && !postgres_is_success(result) && ok)
            ok = postgres_failed(db, result, err);
        libpq.clear(result);
    }
    if (synced || refused)
        return synced && ok;
    if (commits)
        return db_uncertain(err);
    return ok ? postgres_failed(db, NULL, err) : false;
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

bool
postgres_run(struct db *base, struct db_call *calls, size_t count,
             struct duet_error *err)
{
    struct postgres_db *db = postgres_of(base);
    bool commits = !db_in_transaction(base) && any_writes(calls, count);
    bool ok;

    for (size_t i = 0; i < count; i++)
        if (!postgres_texts_are_whole(calls[i].args, calls[i].nargs, err))
            return false;
    if (count == 0)
        return true;
    /* What was never sent can't be uncertain. */
    if (libpq.status(db->conn) != CONNECTION_OK ||
        !libpq.enterPipelineMode(db->conn))
        return postgres_failed(db, NULL, err);
    ok = pipeline(db, calls, count, err);
    ok = read_sync(db, ok, commits, err);
    (void)libpq.exitPipelineMode(db->conn);
    return ok;
}
