/*
 * Reads the schema of a database into a model.
 */
#ifndef DUET_SCHEMA_REFLECT_H
#define DUET_SCHEMA_REFLECT_H

#include "db/db.h"
#include "schema/model.h"

/*
 * All that a user made in the database, as of one moment: in a transaction of
 * its own unless one is open, and in no more round trips for many tables than
 * for one.  If others go on changing the schema while it is read,
 * DUET_ERROR_BUSY; within a transaction of the caller's that is not looked
 * for.  OUT is sorted, and untouched on failure.
 */
bool schema_reflect(struct schema *out, struct db *db, struct duet_error *err);

/* Of one engine each; call schema_reflect(). */
bool reflect_sqlite(struct schema *out, struct db *db, struct duet_error *err);
bool reflect_postgres(struct schema *out, struct db *db,
                      struct duet_error *err);

#endif
