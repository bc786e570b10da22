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

#endif
