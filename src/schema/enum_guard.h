/*
 * Enums on SQLite, which has none: the labels are in a check that guards each
 * column (guard.h), and the name is in the column's declared type.
 */
#ifndef DUET_SCHEMA_ENUM_GUARD_H
#define DUET_SCHEMA_ENUM_GUARD_H

#include "schema/model.h"

/*
 * Add the enums that columns of TABLE are guarded by to SCHEMA, as far as they
 * are not there yet.  To be called before guard_absorb().
 */
void enum_guards_read(struct schema *schema, const struct object *table);

#endif
