/*
 * What SQLite leaves out of its messages: the name of the constraint that a
 * row broke, and the process that holds a lock.
 */
#ifndef DUET_DB_SQLITE_ERROR_H
#define DUET_DB_SQLITE_ERROR_H

#include <sqlite3.h>

#include "duet.h"

/*
 * Fill ERR with the error that HANDLE's last call ended with, and return
 * false.  STATEMENT is what failed, already reset, or NULL; AT_COMMIT tells
 * that it was a COMMIT.
 */
bool sqlite_error(sqlite3 *handle, sqlite3_stmt *statement, bool at_commit,
                  struct duet_error *err);

/*
 * Fill ERR for a row that broke a constraint.  MESSAGE is SQLite's.  It names
 * the columns of a UNIQUE constraint and nothing of a foreign key, so the name
 * is looked up in the stored CREATE text, and STATEMENT is run once more in a
 * savepoint that is rolled back to see which foreign key it breaks.
 */
bool sqlite_constraint_error(sqlite3 *handle, sqlite3_stmt *statement, int code,
                             const char *message, struct duet_error *err);

/*
 * The first row of HANDLE's database that references one that does not exist:
 * fills ERR and returns false; true when there is none.
 */
bool sqlite_check_references(sqlite3 *handle, struct duet_error *err);

/*
 * Name in ERR's hint the process that holds the lock on HANDLE's database,
 * where the system tells.
 */
void sqlite_lock_hint(sqlite3 *handle, struct duet_error *err);

#endif
