/*
 * What PostgreSQL's answers mean: SQLSTATE to kind, and messages to one
 * sentence with a hint.
 */
#ifndef DUET_DB_POSTGRES_ERROR_H
#define DUET_DB_POSTGRES_ERROR_H

#include <libpq-fe.h>

#include "duet.h"

/* Fill ERR from RESULT, which may be NULL, or from CONN; returns false. */
bool postgres_error(PGconn *conn, const PGresult *result,
                    struct duet_error *err);

/* Whether a connection attempt failed as the database does not exist. */
bool postgres_connect_error(PGconn *conn, const char *url,
                            struct duet_error *err);

/*
 * Who holds the lock that BACKEND waits for, as one sentence in TEXT ("process
 * 4711 (psql, ada, idle in transaction for 180 s) holds it"); asked on a
 * connection of its own with OPTIONS' keywords and values.  Leaves TEXT alone
 * where nobody is found.
 */
void postgres_blocker(const char *url, int backend, char *text, size_t size);

#endif
