/*
 * A lock that is a row of the table duet_lease with an owner and an expiry, by
 * the server's clock.  It needs no session, and who is killed loses it after a
 * while.  A thread with a connection of its own renews it; the table is made
 * where it is missing.
 */
#ifndef DUET_MIGRATE_LEASE_H
#define DUET_MIGRATE_LEASE_H

#include <stdbool.h>

#include "base/arena.h"
#include "db/db.h"
#include "duet.h"

#define LEASE_TABLE "duet_lease"

struct lease;

struct lease_options {
    const char *url;    /* for the connection that renews it */
    const char *schema; /* where the table is */
    const char *ticket; /* makes the owner a name of its own */
    unsigned expiry;    /* milliseconds */
    bool has_table;     /* it need not be made */
};

/* A lease that is not taken yet; what OPTIONS point to is copied. */
bool lease_open(struct lease **out, struct db *db,
                const struct lease_options *options, struct duet_error *err);

/* One try, which waits for nobody. */
bool lease_take(struct lease *lease, bool *had, struct duet_error *err);

/*
 * From here on it is renewed.  If it gets lost, because nobody could renew it
 * in time, what runs on DB is cancelled.
 */
bool lease_keep(struct lease *lease, struct duet_error *err);

/*
 * An SQL condition for DB: it is held, and nobody takes it over before the
 * transaction ends.
 */
const char *lease_condition(const struct lease *lease);

/* It could not be renewed in time, or another has it. */
bool lease_lost(struct lease *lease);

/* Who has a lease in SCHEMA, in words in ARENA; NULL where nobody has. */
const char *lease_holder(struct db *db, const char *schema,
                         struct arena *arena);

/* Somebody has a lease in SCHEMA; one that has expired is removed. */
bool lease_look(struct db *db, const char *schema, bool *held,
                struct duet_error *err);

/* Give it back, if it is ours; it can be taken again. */
void lease_give(struct lease *lease);

/* Give it back and end the thread; accepts NULL. */
void lease_close(struct lease *lease);

#endif
