/*
 * Whether an SQL text only reads, by its words.
 */
#ifndef DUET_DB_READS_H
#define DUET_DB_READS_H

#include <stdbool.h>

#include "db/db.h"

/*
 * SQL holds only statements that are known to read: select, values, with,
 * table, show, explain and the asking pragmas, without a part that writes.  A
 * function of the user's may still write; the engine can tell, this can't.
 */
bool sql_only_reads(const struct dialect *dialect, const char *sql);

#endif
