/*
 * A driver that wraps another and does not write: what only reads goes to the
 * inner connection, everything else is collected as a script, for a dry run.
 *
 *     struct db *db = record_open(inner);
 *     ...
 *     fputs(record_text(db), stdout);
 *     db_close(&db);
 *
 * What is not known to read counts as a write, and the inner connection is made
 * read-only, so that nothing passes by mistake.  A statement that is collected
 * has no rows and has written none.  What is rolled back is not in the script.
 * The connection counts as an ordinary one, for so the script will be run.
 */
#ifndef DUET_DB_RECORD_H
#define DUET_DB_RECORD_H

#include "db/db.h"

/*
 * Takes INNER over; closing the result closes it too.  INNER must not be in a
 * transaction: it could not be made read-only then.
 */
struct db *record_open(struct db *inner);

/*
 * What was collected on DB, which record_open() gave, or "": statements that
 * end in ";\n" each, their parameters written into them.  Valid until the next
 * statement.
 */
const char *record_text(const struct db *db);

/* Put a line of remark into the script: TEXT, without a newline. */
void record_remark(struct db *db, const char *text);

#endif
