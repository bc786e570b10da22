/*
 * A tree beside a ledger: what became of each migration, in the order of the
 * tree.
 */
#ifndef DUET_MIGRATE_HISTORY_H
#define DUET_MIGRATE_HISTORY_H

#include "migrate/ledger.h"
#include "migrate/tree.h"

enum history_state {
    HISTORY_APPLIED,      /* or stamped */
    HISTORY_PENDING,      /* to be applied */
    HISTORY_RUNNING,      /* applied in part: to be resumed */
    HISTORY_REVERTING,    /* undone in part: to be resumed */
    HISTORY_CHANGED,      /* applied, and its script is another one now */
    HISTORY_MISSING,      /* applied, and it is not in the tree */
    HISTORY_OUT_OF_ORDER, /* pending, below one that is applied */
    HISTORY_SUPERSEDED,   /* by a baseline: not to be applied */
    HISTORY_STATES
};

/* "out of order" */
const char *history_state_name(enum history_state state);

struct history_item {
    const struct migration *migration; /* NULL: missing */
    const struct ledger_entry *entry;  /* NULL: not applied */
    enum history_state state;
};

/* Lives as long as the tree and the ledger that it is of. */
struct history {
    struct arena arena;
    struct history_item *list;
    size_t count;
    size_t states[HISTORY_STATES]; /* how many there are in each */
};

/*
 * OUT_OF_ORDER are versions that may be applied below others, NULL at the end
 * or for none; a tree may say so of its own files, too.
 */
void history_make(struct history *history, const struct tree *tree,
                  const struct ledger *ledger, const char *const *out_of_order);
void history_clear(struct history *history);

/*
 * Nothing is changed, missing, out of order or half undone, else an error of
 * kind DRIFT about the first that is.  DB is asked for the script that was run.
 */
bool history_check(const struct history *history, const struct tree *tree,
                   const struct ledger *ledger, struct db *db,
                   struct duet_error *err);

#endif
