/*
 * How the script of a migration differs from what was run.
 */
#ifndef DUET_MIGRATE_DIFFERENCE_H
#define DUET_MIGRATE_DIFFERENCE_H

#include "migrate/ledger.h"

/*
 * Always false: ERR tells that MIGRATION has changed since it was applied, and
 * the first statement that is another one, as far as the ledger knows.
 */
bool difference_error(const struct migration *migration,
                      enum sql_language language, const struct ledger *ledger,
                      struct db *db, struct duet_error *err);

#endif
