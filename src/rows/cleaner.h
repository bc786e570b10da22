/*
 * What a cleaner holds, for the files that make it up: clear.c decides what to
 * do, and does it again where others were in the way; cleaner.c keeps the plan;
 * clear_quick.c and clear_empty.c delete.
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
    char clean[MARK_LEN]; /* the change mark of a state without rows, or "" */
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
    bool outdated;              /* the schema mark has changed in this run */
    bool sowing;                /* in this run the seed has begun */
};

/* ---------------------------------------------------------- cleaner.c */

/*
 * Read the plan and its schema mark, as of one moment.  The mark stays where it
 * does not come to more: it tells that the schema has changed again.
 */
bool cleaner_read_plan(struct duet_cleaner *cleaner, struct duet_error *err);

/* The schema mark has changed: the plan stays if the schema has not. */
bool cleaner_confirm_plan(struct duet_cleaner *cleaner, struct duet_error *err);

/* Whatever is believed of the schema goes. */
void cleaner_forget_plan(struct duet_cleaner *cleaner);

/* How many answers of the probe there are in dirty. */
size_t cleaner_questions(const struct duet_cleaner *cleaner);

/* No table is dirty, as far as dirty tells. */
bool cleaner_is_clean(const struct duet_cleaner *cleaner);

/* Whether SEQUENCE is to be restarted, and whether any is. */
bool cleaner_restarts(const struct duet_cleaner *cleaner, size_t sequence);
bool cleaner_has_used_sequences(const struct duet_cleaner *cleaner);

/* The database has no rows while its change mark is MARK, or "". */
void cleaner_remember(struct duet_cleaner *cleaner, const char *mark);

/* What the run has deleted, sorted by name; REPORT may be NULL. */
void cleaner_report(struct duet_cleaner *cleaner,
                    struct duet_clear_report *report);

/* ----------------------------------------------------- clear_delete.c */

/* Unless it is prepared already. */
bool cleaner_prepare(struct duet_cleaner *cleaner,
                     struct db_statement **statement, const char *sql,
                     struct duet_error *err);

/* What keeps other cleaners off. */
bool cleaner_prepare_lock(struct duet_cleaner *cleaner, struct duet_error *err);

/* At the end of the COUNT calls that there are. */
void cleaner_add_call(struct duet_cleaner *cleaner,
                      struct db_statement *statement, size_t *count);
bool cleaner_add_deletes(struct duet_cleaner *cleaner, size_t *count,
                         struct duet_error *err);

/* CALLS begin with those that cleaner_add_deletes() has made, and are run. */
void cleaner_count_deleted(struct duet_cleaner *cleaner,
                           const struct db_call *calls);

/* ------------------------------------------------------ clear_quick.c */

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

/* ------------------------------------------------------ clear_empty.c */

/*
 * Delete the rows of the dirty tables and of those that turn out to be,
 * restart the used sequences and run SEED, which may be NULL, in one
 * transaction.
 */
bool cleaner_empty(struct duet_cleaner *cleaner, const char *seed,
                   struct duet_error *err);

#endif
