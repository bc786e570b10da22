/*
 * The SQL that makes the tables of a profile's storage.
 */
#ifndef DUET_TESTS_STORAGE_SQL_H
#define DUET_TESTS_STORAGE_SQL_H

#include "base/arena.h"
#include "db/db.h"

/* On ENGINE; ends the program if there is none. */
const char *storage_text(struct arena *arena, const char *engine);

/* Make them, or end the program. */
void storage_run(struct db *db);

#endif
