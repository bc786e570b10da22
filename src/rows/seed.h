/*
 * A look at a seed before it is run.
 */
#ifndef DUET_ROWS_SEED_H
#define DUET_ROWS_SEED_H

#include <stdbool.h>

#include "db/db.h"

/*
 * A seed is run within the transaction that clears.  One that would end it
 * (begin, commit, rollback and their kin) is an error of kind USAGE.
 */
bool seed_check(const struct dialect *dialect, const char *seed,
                struct duet_error *err);

#endif
