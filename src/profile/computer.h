/*
 * Computers in a profile's storage, and the default user's access to them.
 *
 *     SCOPED(computers_close) struct computers *computers = NULL;
 *
 *     if (!computers_open(&computers, db, err) ||
 *         !computers_get(computers, &computer, &row, err))
 *         return false;
 */
#ifndef DUET_PROFILE_COMPUTER_H
#define DUET_PROFILE_COMPUTER_H

#include "db/db.h"

struct computer {
    const char *label;
    const char *hostname;
    const char *description;
    const char *scheduler; /* "core.direct" */
    const char *transport; /* "core.local" */
    const char *workdir;   /* an absolute path */
};

struct computers;

/* The tables of a storage must be there. */
bool computers_open(struct computers **out, struct db *db,
                    struct duet_error *err);

/*
 * Get the computer of that label or create it; one that is there stays as it
 * is.  The default user gets access to it, and is made where missing.  ROW is
 * valid until the next call.
 */
bool computers_get(struct computers *computers, const struct computer *computer,
                   struct duet_row *row, struct duet_error *err);

/* Accepts an empty pointer; leaves it empty. */
void computers_close(struct computers **computers);

#endif
