#include "db/postgres_error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "db/driver.h"
#include "db/postgres_libpq.h"
#include "db/url.h"

/* SQLSTATEs, or their first characters, to kinds; the first that fits. */
static const struct {
    const char *state;
    enum duet_error_kind kind;
    const char *hint; /* NULL: the server's */
} kinds[] = {
    {"40001", DUET_ERROR_RETRY, "roll back and run the transaction again"},
    {"40P01", DUET_ERROR_RETRY, "roll back and run the transaction again"},
    {"40003", DUET_ERROR_UNCERTAIN, NULL},
    {"55P03", DUET_ERROR_BUSY, NULL},
    {"55006", DUET_ERROR_BUSY, NULL},
    {"42501", DUET_ERROR_DENIED, NULL},
    {"57014", DUET_ERROR_CANCELLED, NULL},
    {"57P03", DUET_ERROR_CONNECT, "try again in a moment"},
    {"57P", DUET_ERROR_CONNECT, NULL},
    {"08P01", DUET_ERROR_SQL, NULL}, /* too few parameters, say */
    {"08", DUET_ERROR_CONNECT, NULL},
    {"53300", DUET_ERROR_CONNECT, NULL},
    {"53100", DUET_ERROR_IO, "the server's disk is full"},
    {"58", DUET_ERROR_IO, NULL},
    {"25006", DUET_ERROR_DENIED, NULL},
    {"25P02", DUET_ERROR_SQL,
     "roll back first: an earlier statement of this "
     "transaction has failed"},
};

static const struct {
    const char *state;
    enum constraint_class class;
} constraints[] = {
    {"23505", CONSTRAINT_UNIQUE},      {"23503", CONSTRAINT_FOREIGN_KEY},
    {"23001", CONSTRAINT_FOREIGN_KEY}, {"23514", CONSTRAINT_CHECK},
    {"23502", CONSTRAINT_NOT_NULL},    {"23P01", CONSTRAINT_EXCLUSION},
};

static const char *
field(const PGresult *result, int code)
{
    const char *text = libpq.resultErrorField(result, code);

    return text ? text : "";
}

static void
broken_constraint(const PGresult *result, enum constraint_class class,
                  struct duet_error *err)
{
    const char *column = field(result, PG_DIAG_COLUMN_NAME);
    const char *detail = field(result, PG_DIAG_MESSAGE_DETAIL);
    char object[160];

    (void)snprintf(object, sizeof object, "%s%s%s",
                   field(result, PG_DIAG_TABLE_NAME), *column ? "." : "",
                   column);
    (void)constraint_error(err, class, field(result, PG_DIAG_CONSTRAINT_NAME),
                           object);
    /* A NOT NULL or CHECK detail is the whole row: it may be huge. */
    if (err != NULL && *detail != '\0' && class != CONSTRAINT_NOT_NULL &&
        class != CONSTRAINT_CHECK)
        (void)err_hint(err, "%s", detail);
}

static bool
is_fatal(const PGresult *result)
{
    const char *severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);

    return strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0;
}

static void
other_error(const PGresult *result, const char *state, struct duet_error *err)
{
    const char *hint = field(result, PG_DIAG_MESSAGE_HINT);
    enum duet_error_kind kind = DUET_ERROR_SQL;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strncmp(state, kinds[i].state, strlen(kinds[i].state)) != 0)
            continue;
        kind = kinds[i].kind;
        if (kinds[i].hint != NULL)
            hint = kinds[i].hint;
        break;
    }
    /* It ends the connection, as one that was idle for too long. */
    if (kind == DUET_ERROR_SQL && is_fatal(result))
        kind = DUET_ERROR_CONNECT;
    (void)err_set(err, kind, "%s", field(result, PG_DIAG_MESSAGE_PRIMARY));
    (void)err_hint(err, "%s",
                   *hint ? hint : field(result, PG_DIAG_MESSAGE_DETAIL));
}

bool
postgres_error(PGconn *conn, const PGresult *result, struct duet_error *err)
{
    const char *state = field(result, PG_DIAG_SQLSTATE);

    if (*state == '\0') {
        bool lost = libpq.status(conn) == CONNECTION_BAD;
        const char *said = libpq.errorMessage(conn);

        /* Behind its first line libpq guesses. */
        return err_set(err, lost ? DUET_ERROR_CONNECT : DUET_ERROR_SQL,
                       "%s%.*s", lost ? "the server is gone: " : "",
                       (int)(lost ? strcspn(said, "\n") : strlen(said)), said);
    }
    for (size_t i = 0; i < sizeof constraints / sizeof *constraints; i++)
        if (strcmp(state, constraints[i].state) == 0) {
            broken_constraint(result, constraints[i].class, err);
            goto coded;
        }
    other_error(result, state, err);
coded:
    if (err != NULL)
        (void)snprintf(err->code, sizeof err->code, "%s", state);
    return false;
}

/* What libpq can't read in URL, in MESSAGE; false where it can. */
static bool
is_unreadable(const char *url, char *message, size_t size)
{
    char *said = NULL;
    PQconninfoOption *options = libpq.conninfoParse(url, &said);
    bool unreadable = options == NULL;

    if (unreadable)
        url_redact_message(url, said ? said : "", message, size);
    libpq.conninfoFree(options);
    libpq.freemem(said);
    return unreadable;
}

bool
postgres_connect_error(PGconn *conn, const char *url, struct duet_error *err)
{
    char shown[256];
    char message[768];

    url_redact(url, shown, sizeof shown);
    if (is_unreadable(url, message, sizeof message)) {
        (void)err_set(err, DUET_ERROR_USAGE, "'%s': %s", shown, message);
        return err_hint(err, "write postgres://USER:PASSWORD@HOST/DATABASE; "
                             "in a password write @ as %%40, / as %%2F, "
                             "%% as %%25");
    }
    url_redact_message(url, libpq.errorMessage(conn), message, sizeof message);
    (void)err_set(err, DUET_ERROR_CONNECT, "'%s': %s", shown, message);
    if (libpq.ping(url) == PQPING_REJECT)
        return err_hint(err, "the server is starting up or shutting down: try "
                             "again in a moment");
    return err_hint(err, "look whether the server runs, and whether host, "
                         "port, user and database are right");
}
