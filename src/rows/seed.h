/*
 * A seed: the script that fills in the first rows, within the transaction
 * that clears.
 */
#ifndef DUET_ROWS_SEED_H
#define DUET_ROWS_SEED_H

#include <stdbool.h>

#include "db/db.h"

/*
 * Look at a seed before it is run.  One that would end the transaction (begin,
 * commit, rollback and their kin), or that can't be read to its end, is an
 * error of kind USAGE, "seed:LINE:COLUMN: ...".
 */
bool seed_check(const struct dialect *dialect, const char *seed,
                struct duet_error *err);

/* Run it.  An error in it says where it stands in the same way. */
bool seed_run(struct db *db, const char *seed, struct duet_error *err);

#endif
