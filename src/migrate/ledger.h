/*
 * The ledger of a database, its table duet_migration: which migrations were
 * applied to it.
 */
#ifndef DUET_MIGRATE_LEDGER_H
#define DUET_MIGRATE_LEDGER_H

#include "db/db.h"
#include "migrate/tree.h"
#include "schema/model.h"

#define LEDGER_TABLE "duet_migration"

/* In a transaction of the caller's: make an empty one. */
bool ledger_create(struct db *db, struct duet_error *err);

/* Record every migration of TREE as one that need not be run any more. */
bool ledger_stamp(struct db *db, const struct tree *tree,
                  struct duet_error *err);

/* Take the ledger out of a schema: it is duet's, not the user's. */
void ledger_hide(struct schema *schema);

#endif
