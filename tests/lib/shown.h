/*
 * A schema's model as text, a line for each object, those of a table indented
 * beneath it:
 *
 *     table t: comment=for trying
 *       column a: type=integer not_null
 *       index i (a desc, <lower(b)>): unique
 */
#ifndef DUET_TESTS_SHOWN_H
#define DUET_TESTS_SHOWN_H

#include "base/buf.h"
#include "schema/model.h"

void show_schema(struct buf *out, const struct schema *schema);

/* One object and what it has. */
void show_object(struct buf *out, const struct object *object);

#endif
