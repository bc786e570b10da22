/*
 * The lock that keeps two runs off one database.  On SQLite every migration
 * begins by taking the write lock and reads the ledger under it, so there is
 * nothing to do here.  On PostgreSQL it is an advisory lock of the session that
 * migrates, which is polled and never waited for, because a session that waits
 * stalls CREATE INDEX CONCURRENTLY.  Behind a pooler a session is nobody's
 * own: there it is a row with an owner and an expiry, a lease, that is renewed
 * while the run goes on.  A run with the one sees a run with the other.
 *
 * It is the lock of the schema that is current when it is taken: tenants that
 * each have a schema of one database do not wait for each other.
 *
 * After the connection was lost the lock is, too: release it, close the
 * connection, open another and take it anew.
 */
#ifndef DUET_MIGRATE_LOCK_H
#define DUET_MIGRATE_LOCK_H

#include <stdbool.h>

#include "db/db.h"
#include "duet.h"

struct migrate_lock;

enum { DEFAULT_WAIT = 5 * 60 * 1000 }; /* milliseconds */

struct migrate_lock_options {
    unsigned wait; /* milliseconds to wait for it; 0: DEFAULT_WAIT */
    /* Called once when it has to be waited for, HOLDER in words; or NULL. */
    void (*waiting)(void *context, const char *holder);
    void *context;
    bool lease;      /* one is wanted without a pooler, too */
    unsigned expiry; /* milliseconds that one lasts; 0 means 30 s */
};

/*
 * Take the lock of the database that DB is connected to, outside a
 * transaction; URL is how to connect to it again.  DUET_ERROR_BUSY: it was not
 * had in time, and the hint names who holds it.
 */
bool migrate_lock_take(struct migrate_lock **out, struct db *db,
                       const char *url,
                       const struct migrate_lock_options *options,
                       struct duet_error *err);

/*
 * Within the transaction of a migration, and between the statements of one
 * that has none: it is still held by this run, or an error.  LOCK may be NULL:
 * where none was needed there is none to lose.
 */
bool migrate_lock_check(struct migrate_lock *lock, struct db *db,
                        struct duet_error *err);

/*
 * The same as an SQL condition, for the select list of a query that gives one
 * row exactly: it spares a round trip.  Where it is false, migrate_lock_lost()
 * fills in the error.  Valid until the next call on LOCK.
 */
const char *migrate_lock_condition(struct migrate_lock *lock);
bool migrate_lock_lost(struct migrate_lock *lock, struct duet_error *err);

/*
 * It is the session's: nobody can take it between a look at it and the
 * transaction that follows.  A lease has to be looked at within that.
 */
bool migrate_lock_is_session(const struct migrate_lock *lock);

/*
 * Give it back, outside a transaction and before the connection is closed;
 * accepts an empty pointer, leaves it empty.
 */
void migrate_lock_release(struct migrate_lock **lock);

#endif
