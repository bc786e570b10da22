/*
 * Finds what is the same thing in two lists of objects.
 *
 * By kind, schema and name first.  What is left over is matched by what it
 * does within its table, so that a key under another name is one key with two
 * names and not two keys.  A table or a column under another name is never
 * guessed.
 */
#ifndef DUET_SCHEMA_MATCH_H
#define DUET_SCHEMA_MATCH_H

#include "schema/pair.h"

/* NULL on the side that has none. */
struct match {
    const struct object *objects[SIDES];
};

struct matches {
    struct match *items; /* in the order of kinds, then of the left side */
    size_t count;
};

struct object_list {
    struct object *const *objects;
    size_t count;
};

/* What PAIR says of its engines is used; its objects are not. */
void match_objects(struct matches *out, const struct pair *pair,
                   const struct object_list lists[SIDES]);

#endif
