/*
 * What a cleaner holds: shared by clear.c, which decides what to do, and
 * clear_empty.c, which deletes.
 */
#ifndef DUET_ROWS_CLEANER_H
#define DUET_ROWS_CLEANER_H

#include "db/db.h"
#include "rows/clear_plan.h"
#include "rows/probe.h"

/* Others may write meanwhile, so what was disturbed is begun again. */
enum { CLEANER_TURNS = 4 };

struct duet_cleaner {
    struct db *db;
    struct arena options; /* what keep and only point to */
    const char *const *keep;
    const char *const *only;
    bool restart_sequences;
    int64_t patience; /* with conflicts, in milliseconds */

    bool loaded; /* there is a plan, and what follows fits it */
    struct clear_plan plan;
    struct probe probe;
    char schema[MARK_LEN]; /* the schema mark that the plan was read under */
    char clean[MARK_LEN];  /* the change mark of a state without rows, or "" */
    struct db_statement **counts; /* by table, prepared when first needed */
    struct db_statement **deletes;
    struct db_statement **restarts; /* by sequence */
    bool *dirty;    /* what the probe answered: by table, then by sequence */
    bool was_clean; /* the last run had nothing to do */
    bool was_full;  /* it had rows to delete in most tables */
    unsigned disturbed;    /* so many runs to come won't count on being alone */
    int64_t *deleted;      /* rows, by table */
    struct db_call *calls; /* room for every statement of a run */
    struct duet_cleared *reported; /* by table */

    struct db_statement *begin; /* a transaction */
    struct db_statement *lock;  /* keeps off other cleaners */
    bool locking;               /* in this run others have been in the way */
    bool sowing;                /* in this run the seed has begun */
};

/* Whether SEQUENCE is to be restarted. */
bool cleaner_restarts(const struct duet_cleaner *cleaner, size_t sequence);

/* How many answers of the probe there are in dirty. */
size_t cleaner_questions(const struct duet_cleaner *cleaner);

/* No table is dirty, as far as dirty tells. */
bool cleaner_is_clean(const struct duet_cleaner *cleaner);

/*
 * Delete the rows of the dirty tables in one round trip, if nobody has written
 * since the change mark MARK, under which they were found dirty.  With MARK
 * NULL all tables are taken for dirty, whether they are or not.  Sets *DONE if
 * it came to that; otherwise nothing has changed.
 */
bool cleaner_empty_at_once(struct duet_cleaner *cleaner, const char *mark,
                           bool *done, struct duet_error *err);

/*
 * Look for dirty tables and delete their rows, in a transaction that keeps all
 * others from writing.  Sets *DONE as above.
 */
bool cleaner_empty_locked(struct duet_cleaner *cleaner, bool *done,
                          struct duet_error *err);

/*
 * Delete the rows of the dirty tables and of those that turn out to be,
 * restart the used sequences and run SEED, which may be NULL, in one
 * transaction.
 */
bool cleaner_empty(struct duet_cleaner *cleaner, const char *seed,
                   struct duet_error *err);

/* The database has no rows while its change mark is MARK, or "". */
void cleaner_remember(struct duet_cleaner *cleaner, const char *mark);

#endif
