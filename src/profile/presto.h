/*
 * The rows of a profile that is ready for work: the default user, the computer
 * `localhost` and how that user gets there.
 */
#ifndef DUET_PROFILE_PRESTO_H
#define DUET_PROFILE_PRESTO_H

#include "db/db.h"

/* That computer, and how it is told from one that somebody else has made. */
#define PRESTO_COMPUTER    "localhost"
#define PRESTO_DESCRIPTION "Localhost automatically created by duet presto"

/*
 * Within a transaction: get these rows or create them, and the computer's id
 * in COMPUTER.  Rows that are there stay as they are.  WORKDIR is an absolute
 * path, where the computer is to work.
 */
bool presto_rows(struct db *db, const char *workdir, int64_t *computer,
                 struct duet_error *err);

#endif
