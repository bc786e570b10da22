/*
 * The predicate of a partial index, from the definition that SQLite keeps.
 */
#ifndef DUET_SQL_PREDICATE_H
#define DUET_SQL_PREDICATE_H

#include <stdbool.h>

#include "base/arena.h"

/*
 * What follows WHERE in a CREATE INDEX statement; NULL if it has none.
 *
 *     create index i on t (lower(a)) where b > '(where)'   ->   b > '(where)'
 */
const char *index_predicate(struct arena *arena, const char *definition);

#endif
