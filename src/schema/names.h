/*
 * The names that a schema has given, found in the time of one look.
 *
 *     SCOPED(names_clear) struct names names = {0};
 *
 *     names_add(&names, NAME_COLUMN, table, NULL, column);
 *     names_find(&names, NAME_COLUMN, table, NULL, "label", false)
 */
#ifndef DUET_SCHEMA_NAMES_H
#define DUET_SCHEMA_NAMES_H

#include <stdbool.h>

#include "schema/model.h"

/* Within one of them, and one owner, a name is given once. */
enum name_space {
    NAME_RELATION, /* tables, views, indexes, sequences */
    NAME_TYPE,
    NAME_COLUMN,
    NAME_INTEGER, /* columns declared just so (SQLite) */
    NAME_LABEL,   /* of an enum */
    NAME_CONSTRAINT,
    NAME_TRIGGER,
    NAME_OTHER
};

struct name_entry;

struct names {
    struct arena arena;
    struct name_entry **buckets;
    size_t nbuckets;
    size_t count;
};

/* OBJECT by its name.  OWNER and SCHEMA may be NULL; SCHEMA must live on. */
void names_add(struct names *names, enum name_space space,
               const struct object *owner, const char *schema,
               struct object *object);

/* CASELESS: but for the case of ASCII's letters, the same case first. */
struct object *names_find(const struct names *names, enum name_space space,
                          const struct object *owner, const char *schema,
                          const char *name, bool caseless);

void names_clear(struct names *names);

#endif
