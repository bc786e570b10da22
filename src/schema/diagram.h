/*
 * What an entity diagram shows of a model, whoever draws it.
 */
#ifndef DUET_SCHEMA_DIAGRAM_H
#define DUET_SCHEMA_DIAGRAM_H

#include "schema/model.h"

/* A foreign key as a line between two tables. */
struct relation {
    const struct object *key;
    const struct object *parent; /* NULL: there is no such table */
    bool optional;               /* a row may have none: NULL */
    bool single;                 /* a row of the parent has one at most */
    bool identifying;            /* it is part of the row's primary key */
};

struct relation relation_of(const struct schema *schema,
                            const struct object *foreign_key);

/* A table that is drawn: a partition is part of another one. */
bool is_drawn(const struct object *object);

/* COLUMN is in the primary key, in a foreign key, unique by itself. */
struct column_marks {
    bool primary;
    bool foreign;
    bool unique;
};

struct column_marks column_marks(const struct object *column);

/* The columns of a key, "a, b". */
const char *key_columns(struct arena *arena, const struct object *key);

/*
 * The table that FOREIGN_KEY references: ATTRIBUTE_REFERENCES is its name, with
 * its schema if that is another.  NULL if there is none.
 */
const struct object *referenced_table(const struct schema *schema,
                                      const struct object *foreign_key);

#endif
