/*
 * Guards: the checks that a column is written with so that both engines take
 * the same values (type_guards()).  In the model they are a flag of the column,
 * in a database they are checks of the table by a name of their own.
 */
#ifndef DUET_SCHEMA_GUARD_H
#define DUET_SCHEMA_GUARD_H

#include "schema/model.h"
#include "sql/type.h"

/*
 * The name of COLUMN's guard of that kind: ck_TABLE_COLUMN_KIND.  One that is
 * longer than PostgreSQL's 63 bytes is cut and ends in a number that is made
 * of all of it.
 */
const char *guard_name(struct arena *arena, const struct object *column,
                       const char *kind);

/*
 * The enum that is the type of COLUMN, or NULL.  SCHEMA may be NULL, which
 * knows none.
 */
const struct object *guard_enum(const struct schema *schema,
                                const struct object *column);

/* The guards of COLUMN in LANGUAGE; how many. */
unsigned guard_list(struct arena *arena, const struct schema *schema,
                    const struct object *column, enum sql_language language,
                    struct type_guard out[TYPE_GUARDS]);

/*
 * For readers: flag each column of TABLE whose guards in LANGUAGE are all
 * there, or that needs none, and take those checks out of the model.  A key
 * that is SQLite's own next number gets the type that its guard tells:
 * "bigint".  Enums must be in SCHEMA already.  Returns whether all columns are
 * guarded now.
 */
bool guard_absorb(struct schema *schema, struct object *table,
                  enum sql_language language);

#endif
