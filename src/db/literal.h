/*
 * Statements as they can be shown and run again: with their parameters written
 * into them.
 */
#ifndef DUET_DB_LITERAL_H
#define DUET_DB_LITERAL_H

#include "base/buf.h"
#include "db/db.h"

/* VALUE as a literal that is the same as a parameter. */
void literal_add(struct buf *out, const struct dialect *dialect,
                 const struct db_value *value);

/*
 * SQL with a literal for each $1, $2 outside of quotes and comments; without
 * what follows its last word:
 *
 *     select $1; -- for you   ->   select 'x'
 *
 * Fails where a parameter has no value.
 */
bool literal_fill(struct buf *out, const struct dialect *dialect,
                  const char *sql, const struct db_value *args, size_t nargs,
                  struct duet_error *err);

#endif
