/*
 * The driver for PostgreSQL: waiting for an answer, and what went wrong.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "db/postgres_blocker.h"
#include "db/postgres_error.h"
#include "db/postgres_part.h"

static int
position_of(const PGresult *result)
{
    const char *text =
        libpq.resultErrorField(result, PG_DIAG_STATEMENT_POSITION);

    return text == NULL ? 0 : (int)strtol(text, NULL, 10);
}

bool
postgres_failed(struct postgres_db *db, const PGresult *result,
                struct duet_error *err)
{
    db->position = position_of(result);
    (void)postgres_error(db->conn, result, err);
    if (err == NULL || strcmp(err->code, "55P03") != 0)
        return false;
    /* The server's words are those of its setting. */
    (void)err_set(err, DUET_ERROR_BUSY, "a lock was not had in time");
    memcpy(err->code, "55P03", sizeof "55P03");
    return err_hint(err, "%s", db->blocker);
}

/* The server's process that works for us now; 0 where nobody can tell. */
static int
backend_of(const struct postgres_db *db)
{
    return db->base.pooled ? db->backend : libpq.backendPID(db->conn);
}

/*
 * Wait until an answer can be read.  A wait that gets on for the lock timeout
 * is likely one for a lock, and afterwards nobody can tell any more who held
 * it: so this is when to ask, early enough for a connection.  A statement may
 * have worked before it waits, so it is asked again and again.
 */
static void
wait_for_answer(struct postgres_db *db)
{
    struct pollfd fd = {.fd = libpq.socket(db->conn), .events = POLLIN};
    SCOPED(postgres_witness_close) struct postgres_witness witness = {0};
    int patience = (int)(db->lock_timeout / 3);

    db->blocker[0] = '\0';
    if (db->url == NULL || backend_of(db) == 0)
        patience = 0;
    while (libpq.isBusy(db->conn)) {
        int ready = poll(&fd, 1, patience > 0 ? patience : -1);

        if (ready == 0) {
            postgres_blocker(&witness, db->url, backend_of(db), db->blocker,
                             sizeof db->blocker);
        } else if (ready > 0 && !libpq.consumeInput(db->conn)) {
            return;
        }
    }
}

PGresult *
postgres_next_result(struct postgres_db *db)
{
    if (libpq.isBusy(db->conn))
        wait_for_answer(db);
    return libpq.getResult(db->conn);
}

bool
postgres_is_success(const PGresult *result)
{
    switch (libpq.resultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_SINGLE_TUPLE:
    case PGRES_EMPTY_QUERY:
        return true;
    default:
        return false;
    }
}

bool
postgres_is_copy(const PGresult *result)
{
    ExecStatusType status = libpq.resultStatus(result);

    return status == PGRES_COPY_IN || status == PGRES_COPY_OUT ||
           status == PGRES_COPY_BOTH;
}

bool
postgres_no_copy(struct duet_error *err)
{
    return err_set(err, DUET_ERROR_USAGE,
                   "COPY from or to the client is not supported");
}

void
postgres_drop_copy(struct postgres_db *db, const PGresult *result)
{
    char *data = NULL;

    if (libpq.resultStatus(result) == PGRES_COPY_IN)
        (void)libpq.putCopyEnd(db->conn, "COPY is not supported here");
    while (libpq.resultStatus(result) == PGRES_COPY_OUT &&
           libpq.getCopyData(db->conn, &data, 0) > 0)
        libpq.freemem(data);
}

bool
postgres_finish(struct postgres_db *db, bool ok, struct duet_error *err)
{
    for (PGresult *result; (result = postgres_next_result(db)) != NULL;
         libpq.clear(result)) {
        if (postgres_is_copy(result)) {
            postgres_drop_copy(db, result);
            if (ok)
                (void)postgres_no_copy(err);
            ok = false;
        } else if (!postgres_is_success(result)) {
            if (ok)
                (void)postgres_failed(db, result, err);
            ok = false;
        } else if (strcmp(libpq.cmdStatus(result), "PREPARE") == 0) {
            db->prepared = true;
        }
    }
    return ok;
}

/*
 * The server counts characters, of its own encoding; where it has none, bytes.
 */
size_t
postgres_position(const struct db *base, const char *sql)
{
    const struct postgres_db *db = postgres_of(base);
    const char *encoding = libpq.parameterStatus(db->conn, "server_encoding");
    bool counts_bytes = encoding != NULL && strcmp(encoding, "SQL_ASCII") == 0;
    const char *at = sql;

    if (db->position <= 0)
        return 0;
    for (int left = db->position - 1; left > 0 && *at != '\0'; left--)
        for (at++; !counts_bytes && (*at & 0xC0) == 0x80; at++)
            continue;
    return (size_t)(at - sql) + 1;
}
