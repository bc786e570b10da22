/*
 * A script that is run statement by statement: what its parts share.
 */
#ifndef DUET_MIGRATE_STEPS_PART_H
#define DUET_MIGRATE_STEPS_PART_H

#include "migrate/kept.h"
#include "migrate/run.h"

struct stepping {
    struct run *run;
    const struct task *task;
    struct guard *guard;
    struct script *script;
    struct ledger_standing standing;
    bool sets_session; /* the script may make it somebody else's */
    const char *user;  /* whose it is on connecting */
    const char *role;
    size_t begun_before; /* a statement that a run has begun before, or 0 */
    bool in_transaction; /* of the script's own */
    bool is_over;        /* another run has done all of it */
    int64_t started;
    struct kept kept;
    struct arena arena;
};

/* --------------------------------- steps_ledger.c: how far it is */

/* The session is as it was opened: it may read and write the ledger. */
bool stepping_learn_home(struct stepping *stepping, struct duet_error *err);

/* To the end of the transaction, whoever the script has made it since. */
bool stepping_go_home(struct stepping *stepping, struct duet_error *err);

bool stepping_look(struct stepping *stepping, struct ledger_standing *now,
                   struct duet_error *err);

/* Under the lock: what is done by now, which may be more than was known. */
bool stepping_check(struct stepping *stepping, struct duet_error *err);

/* So many are DONE, and so many have BEGUN. */
bool stepping_mark(struct stepping *stepping, size_t done, size_t begun,
                   struct duet_error *err);

/* The same in a transaction of its own. */
bool stepping_mark_alone(struct stepping *stepping, size_t done, size_t begun,
                         struct duet_error *err);

/* --------------------------------- steps_one.c: one of them */

/* Do STATEMENT, and mark it as done. */
bool stepping_do(struct stepping *stepping, const struct statement *statement,
                 struct duet_error *err);

#endif
