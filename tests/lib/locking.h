/*
 * The ways in which a run of migrations can be locked, to be tried one after
 * the other on a database of its own:
 *
 *     locking_main(argc, argv, helpers);
 *     ...
 *     for (enum way way = 0; locking_begin(&ground, way); way++)
 *         test_something(&ground, way);
 */
#ifndef DUET_TESTS_LOCKING_H
#define DUET_TESTS_LOCKING_H

#include "lib/ground.h"
#include "migrate/lock.h"

enum way {
    WAY_SESSION, /* an advisory lock */
    WAY_LEASE,   /* a lease without a pooler */
    WAY_POOLER,  /* a lease, as there is a pooler */
    WAYS
};

/* What another process does, by its name. */
struct locking_helper {
    const char *name;
    int (*run)(const char *url);
};

/*
 * Where the arguments say so, be a helper and end.  Otherwise see to it that
 * there is a pooler, for which the program is started anew.
 */
void locking_main(int argc, char **argv, const struct locking_helper *helpers);

/* Helpers and locking_session() go that way now; false where there is none. */
bool locking_begin(struct ground *ground, enum way way);

/* The name of a helper for a way: "count" is "count by lease". */
const char *locking_name(const char *what, enum way way);

/* From here on with another setting, `user=ada`. */
void locking_connect_with(struct ground *ground, const char *fmt, ...)
    TAP_PRINTF(2, 3);

struct db *locking_session(const struct ground *ground);

/* Take the lock, waiting up to WAIT milliseconds; NULL and ERR where not. */
struct migrate_lock *locking_take(struct db *db, const struct ground *ground,
                                  enum way way, unsigned wait, unsigned expiry,
                                  struct duet_error *err);

/* How many threads this process has. */
int locking_threads(void);

#endif
