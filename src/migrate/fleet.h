/*
 * Many databases brought to where their trees say, several at a time:
 *
 *     struct fleet fleet = {.list = list, .count = n, .options = &options};
 *
 *     if (!fleet_run(&fleet, err))
 *         return false;
 *     for (size_t i = 0; i < n; i++)
 *         use(list[i].outcome);
 *
 * Each thread works on one database after the other, on a connection of its
 * own.  The trees are shared: nobody writes to one.  What is done in a database
 * stays done whatever becomes of the others, so that a fleet that was
 * interrupted is simply run again.
 */
#ifndef DUET_MIGRATE_FLEET_H
#define DUET_MIGRATE_FLEET_H

#include <stdatomic.h>

#include "migrate/migrate.h"

enum { FLEET_MOST_JOBS = 64 };

enum fleet_outcome {
    FLEET_NOT_STARTED,
    FLEET_DONE,
    FLEET_NOTHING_TO_DO,
    FLEET_FAILED,
    FLEET_DUPLICATE, /* of another one; the caller says so */
    FLEET_OUTCOMES
};

/* "nothing to do" */
const char *fleet_outcome_name(enum fleet_outcome outcome);

struct fleet_member {
    const char *name;        /* what the report calls it */
    const char *url;         /* with its password: never show it */
    const char *schema;      /* which has to be the current one, or NULL */
    const struct tree *tree; /* of its engine */

    /*
     * What came of it.  One whose outcome is set before is left alone, and
     * counts.
     */
    enum fleet_outcome outcome;
    struct migrate_report report;
    size_t states[HISTORY_STATES]; /* of one that was looked at */
    struct duet_error err;         /* of one that failed */
    struct migrate_event *events;  /* but for how far a migration is */
    size_t nevents;
    size_t events_size;
    struct arena arena; /* of events */
};

void fleet_member_clear(struct fleet_member *member);

struct fleet_counts {
    size_t ended;
    size_t failed; /* of these */
};

struct fleet_options {
    /*
     * What to do, as in migrate_up(), but for the URL and the events; NULL: to
     * look what there is to do, and to change nothing.
     */
    const struct migrate_options *migrate;
    unsigned lock_timeout; /* milliseconds, of each connection; 0: 5000 */
    size_t jobs;           /* as many at a time, up to FLEET_MOST_JOBS; 0: 1 */
    bool fail_fast;        /* after the first failure no other is started */

    /* In any thread: make a database that may be missing; or NULL. */
    bool (*make)(void *context, const struct fleet_member *member,
                 struct duet_error *err);
    /* In any thread: see struct db_trace; or NULL. */
    void (*statement)(void *context, const struct fleet_member *member,
                      const char *sql, int64_t microseconds);
    /* Now and then, in the thread that called fleet_run(); or NULL. */
    void (*progress)(void *context, const struct fleet_counts *counts);
    void *context;
};

struct fleet {
    struct fleet_member *list;
    size_t count;
    const struct fleet_options *options;
    atomic_bool cancelled;
};

/*
 * Returns when all have ended, or those that were started.  False where no
 * thread could be had; what came of each is in its member.
 */
bool fleet_run(struct fleet *fleet, struct duet_error *err);

/*
 * Cancel what is running and start nothing any more; may be called from a
 * signal handler and from any thread.
 */
void fleet_cancel(struct fleet *fleet);

#endif
