/*
 * The SQL that takes a difference away.
 */
#ifndef DUET_SCHEMA_MEND_H
#define DUET_SCHEMA_MEND_H

#include "base/buf.h"
#include "schema/compare.h"

/*
 * Write the statements that make the left side, a database of ENGINE, what the
 * right one is as far as FINDING goes.  False where there are none: then OUT is
 * as it was.
 */
bool mend_write(struct buf *out, const struct finding *finding,
                const char *engine);

#endif
