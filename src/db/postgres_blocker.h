/*
 * Who is in the way of a statement that waits for a lock.
 */
#ifndef DUET_DB_POSTGRES_BLOCKER_H
#define DUET_DB_POSTGRES_BLOCKER_H

#include <libpq-fe.h>
#include <stddef.h>

/* A connection that looks on; start it as {0}. */
struct postgres_witness {
    PGconn *conn;
};

/*
 * Who holds the lock that the server's process BACKEND waits for, as one
 * sentence in TEXT:
 *
 *     process 4711 (psql, ada, idle in transaction for 12 s, transaction open
 *     for 3 min) holds it, 2 more stand before this one; it last ran: update t
 *     set a = '...'
 *
 * No value of a statement is shown: it might be a password.  TEXT stays as it
 * is where nobody is found or URL can't be connected to: the wait may have
 * ended just before the look, and who was found by an earlier one held it then.
 */
void postgres_blocker(struct postgres_witness *witness, const char *url,
                      int backend, char *text, size_t size);

void postgres_witness_close(struct postgres_witness *witness);

#endif
