#include "db/postgres_blocker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "db/postgres_libpq.h"
#include "db/token.h"
#include "sql_text.h"

enum { QUERY_LEN = 120 }; /* of a statement, so much is shown */

/* The columns of postgres_blocker.sql. */
enum {
    COLUMN_PID,
    COLUMN_APPLICATION,
    COLUMN_USER,
    COLUMN_STATE,
    COLUMN_STATE_AGE,
    COLUMN_TRANSACTION_AGE,
    COLUMN_QUERY,
    COLUMN_OTHERS
};

static const char *
value(const PGresult *result, int column)
{
    return libpq.getvalue(result, 0, column);
}

/* "12 s", "3 min", "5 h" */
static void
add_age(struct buf *out, const char *seconds)
{
    long age = strtol(seconds, NULL, 10);

    if (age < 120)
        buf_printf(out, "%ld s", age);
    else if (age < 7200)
        buf_printf(out, "%ld min", age / 60);
    else
        buf_printf(out, "%ld h", age / 3600);
}

/*
 * A statement on one line, without comments and with '...' for each text: a
 * password may stand in either.
 */
static void
add_query(struct buf *out, const char *query)
{
    SCOPED(buf_release) struct buf line = {0};
    struct tokens tokens = {.at = query, .postgres = true};
    struct token token;
    const char *end = query;

    while (line.len <= QUERY_LEN && token_next(&tokens, &token)) {
        if (line.len > 0 && token.text != end)
            buf_char(&line, ' ');
        if (token.kind == TOKEN_TEXT)
            buf_text(&line, "'...'");
        else
            buf_add(&line, token.text, token.len);
        end = token.text + token.len;
    }
    if (line.len > QUERY_LEN)
        buf_printf(out, "%.*s ...", QUERY_LEN, buf_data(&line));
    else
        buf_text(out, buf_data(&line));
}

static void
add_part(struct buf *out, const char *text)
{
    if (*text != '\0')
        buf_printf(out, "%s%s", out->len > 0 ? ", " : "", text);
}

/* "(psql, ada, idle in transaction for 12 s, transaction open for 3 min)" */
static void
add_session(struct buf *out, const PGresult *result)
{
    SCOPED(buf_release) struct buf parts = {0};
    const char *began = value(result, COLUMN_TRANSACTION_AGE);

    add_part(&parts, value(result, COLUMN_APPLICATION));
    add_part(&parts, value(result, COLUMN_USER));
    add_part(&parts, value(result, COLUMN_STATE));
    if (*value(result, COLUMN_STATE_AGE) != '\0') {
        buf_text(&parts, " for ");
        add_age(&parts, value(result, COLUMN_STATE_AGE));
    }
    if (*began != '\0' && strcmp(began, value(result, COLUMN_STATE_AGE)) != 0) {
        add_part(&parts, "transaction open for ");
        add_age(&parts, began);
    }
    if (parts.len > 0)
        buf_printf(out, " (%s)", buf_data(&parts));
}

/* Without a state the server keeps the rest to itself, too. */
static void
add_activity(struct buf *out, const PGresult *result)
{
    const char *state = value(result, COLUMN_STATE);

    if (*value(result, COLUMN_USER) == '\0')
        return;
    if (*state == '\0') {
        buf_text(out, "; what it runs is shown to its own role and to members "
                      "of pg_read_all_stats only");
        return;
    }
    buf_text(out,
             strcmp(state, "active") == 0 ? "; it runs: " : "; it last ran: ");
    add_query(out, value(result, COLUMN_QUERY));
}

static void
describe(struct buf *out, const PGresult *result)
{
    const char *others = value(result, COLUMN_OTHERS);

    if (strcmp(value(result, COLUMN_PID), "0") == 0)
        buf_text(out, "a prepared transaction");
    else
        buf_printf(out, "process %s", value(result, COLUMN_PID));
    add_session(out, result);
    buf_text(out, " holds it");
    if (strcmp(others, "0") != 0)
        buf_printf(out, ", %s more %s before this one", others,
                   strcmp(others, "1") == 0 ? "stands" : "stand");
    if (strcmp(value(result, COLUMN_PID), "0") == 0)
        buf_text(out, "; pg_prepared_xacts lists it");
    else
        add_activity(out, result);
}

static void
connect_witness(struct postgres_witness *witness, const char *url)
{
    const char *const keywords[] = {"dbname", "connect_timeout",
                                    "client_encoding", "application_name",
                                    NULL};
    const char *const values[] = {url, "2", "UTF8", "duet", NULL};

    if (libpq.status(witness->conn) == CONNECTION_OK)
        return;
    libpq.finish(witness->conn);
    witness->conn = libpq.connectdbParams(keywords, values, 1);
}

void
postgres_blocker(struct postgres_witness *witness, const char *url, int backend,
                 char *text, size_t size)
{
    SCOPED(buf_release) struct buf found = {0};
    char number[16];
    const char *const values[] = {number};
    PGresult *result = NULL;

    connect_witness(witness, url);
    (void)snprintf(number, sizeof number, "%d", backend);
    if (libpq.status(witness->conn) == CONNECTION_OK)
        result = libpq.execParams(witness->conn,
                                  sql_text_postgres[SQL_POSTGRES_BLOCKER], 1,
                                  NULL, values, NULL, NULL, 0);
    if (libpq.resultStatus(result) == PGRES_TUPLES_OK &&
        libpq.ntuples(result) > 0) {
        describe(&found, result);
        (void)snprintf(text, size, "%s", buf_data(&found));
    }
    libpq.clear(result);
}

void
postgres_witness_close(struct postgres_witness *witness)
{
    libpq.finish(witness->conn);
    witness->conn = NULL;
}
