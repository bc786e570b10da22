/*
 * A declaration by lot: tables with columns of any type, keys, foreign keys in
 * circles, checks, indexes, views, enums and comments, under names of any kind.
 */
#ifndef DUET_TESTS_RANDOM_SCHEMA_H
#define DUET_TESTS_RANDOM_SCHEMA_H

#include <stdint.h>

#include "base/buf.h"

/*
 * Add what both engines have to COMMON, and what ENGINE alone has to OWN, in
 * its language.  The same *LOTS give the same; they are others afterwards.
 */
void random_schema(struct buf *common, struct buf *own, const char *engine,
                   uint64_t *lots);

#endif
