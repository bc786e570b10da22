/*
 * What a database has to clear: its tables, which of them are kept, who
 * references whom, their sequences, and what would act on a DELETE.
 */
#ifndef DUET_ROWS_CLEAR_PLAN_H
#define DUET_ROWS_CLEAR_PLAN_H

#include "base/arena.h"
#include "db/db.h"

struct clear_table {
    const char *id; /* the catalog's */
    const char *schema;
    const char *plain;   /* the name without the schema */
    const char *name;    /* as shown: with the schema where it is needed */
    const char *probe;   /* what may stand behind "select from" */
    const char *delete;  /* the statement that empties it */
    const char *counted; /* what has its rows, if not PROBE; or NULL */
    const char *why_not; /* why it can't be cleared, or NULL */
    bool may_be_read_only;
    bool is_foreign; /* an extension's: never cleared */
    bool cleared;
};

struct clear_sequence {
    const char *is_used; /* a boolean expression */
    const char *restart; /* a statement */
};

struct clear_obstacle {
    size_t table;
    const char *name; /* "trigger 'x' of 't'" */
    const char *disable;
    const char *enable;
    bool is_off; /* in this transaction */
};

struct clear_plan {
    size_t ntables; /* only those to clear, in the order to do it */
    struct clear_table *tables;
    size_t nsequences;
    struct clear_sequence *sequences;
    size_t nobstacles;
    struct clear_obstacle *obstacles;
    const char *mark_query;  /* of the schema mark */
    const char *mark;        /* its answer that the plan fits */
    const char *proof_query; /* of the proof, then of the mark; or NULL */
    const char *proof;       /* what changes with the schema only */
    struct arena arena;
};

/*
 * Read it from DB's catalog, in a transaction of the caller that sees all of
 * it as of one moment.  KEEP and ONLY are patterns with NULL at the end,
 * or NULL; sequences are read if SEQUENCES.  Errors of kind USAGE: a pattern
 * without a table, a table that can't be cleared, a kept table that references
 * one that would be cleared.
 */
bool clear_plan_load(struct clear_plan *plan, struct db *db,
                     const char *const *keep, const char *const *only,
                     bool sequences, struct duet_error *err);

/*
 * The mark has changed: find out whether the schema has, or only a transaction
 * has ended that might have changed it.  Sets *FITS, and then the new mark.
 */
bool clear_plan_confirm(struct clear_plan *plan, struct db *db, bool *fits,
                        struct duet_error *err);

void clear_plan_clear(struct clear_plan *plan);

#endif
