/*
 * One migration of an SQLite database, run as `duet up` runs it: by
 * migrate_up(), on a tree of one file.
 */
#ifndef DUET_TESTS_ONE_MIGRATION_H
#define DUET_TESTS_ONE_MIGRATION_H

#include "base/buf.h"
#include "db/db.h"

/* Rolled back where it fails.  What the guard remarks goes to NOTES, a line
 * each. */
bool one_migration(struct db *db, const char *sql, struct buf *notes,
                   struct duet_error *err);

#endif
