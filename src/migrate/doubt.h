/*
 * Statements that can't run in a transaction, and so may have been done by a
 * run that ended before it could say so.
 */
#ifndef DUET_MIGRATE_DOUBT_H
#define DUET_MIGRATE_DOUBT_H

#include "db/db.h"
#include "sql/script.h"

/*
 * Whether STATEMENT, which was begun, is done: the catalog is asked.  False
 * with an error of kind UNCERTAIN where it can't be told.
 */
bool doubt_settle(struct db *db, const struct statement *statement, bool *done,
                  struct duet_error *err);

/*
 * Before CREATE INDEX CONCURRENTLY: drop an invalid index of that name, which
 * a failed one has left behind; IF NOT EXISTS would be content with it.
 * Likewise before REINDEX CONCURRENTLY, which leaves `NAME_ccnew`.
 */
bool doubt_clean(struct db *db, const struct statement *statement,
                 struct duet_error *err);

/* After it: the index is there and valid. */
bool doubt_check(struct db *db, const struct statement *statement,
                 struct duet_error *err);

#endif
