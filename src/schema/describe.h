/*
 * Objects of a model in a line, for one who reads what two models differ in.
 */
#ifndef DUET_SCHEMA_DESCRIBE_H
#define DUET_SCHEMA_DESCRIBE_H

#include "schema/model.h"

/* The parts of a key or an index: "a, lower(b) desc include c". */
const char *describe_parts(struct arena *arena, const struct object *object);

/*
 * The columns that a foreign key references, the primary key's where it names
 * none; "" if those are not known.
 */
const char *describe_targets(struct arena *arena, const struct schema *schema,
                             const struct object *key);

/*
 * All that an object says but its name, and if that is nothing, its kind:
 *
 *     a column        "varchar(255) not null default ''"
 *     a foreign key   "(a) references t (id) on delete cascade"
 *     a check         "a > 0"
 */
const char *describe_object(struct arena *arena, const struct schema *schema,
                            const struct object *object);

/* The columns of a table in their order: "a, b". */
const char *describe_columns(struct arena *arena, const struct object *table);

#endif
