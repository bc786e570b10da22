/*
 * A migration runner as most of them are: the whole file in one transaction,
 * with the row of the ledger, and foreign keys on as a pragma would have them.
 * What it makes of a migration is the control of a test.
 */
#ifndef DUET_TESTS_NAIVE_H
#define DUET_TESTS_NAIVE_H

#include <stdbool.h>

struct sqlite3;

/*
 * begin; the file; insert into schema_migrations; commit.  False, rolled back
 * and MESSAGE filled (at most 256 bytes) where the database refuses.
 */
bool naive_migrate(struct sqlite3 *handle, const char *sql, char *message);

#endif
