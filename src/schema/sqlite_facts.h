/*
 * What SQLite's PRAGMAs tell of a schema, as a model: columns, keys, foreign
 * keys and indexes, without what only the stored text has.  An expression that
 * is there, but that no PRAGMA tells, is "?".
 */
#ifndef DUET_SCHEMA_SQLITE_FACTS_H
#define DUET_SCHEMA_SQLITE_FACTS_H

#include "db/db.h"
#include "schema/model.h"

/* An object as SQLite has it. */
struct sqlite_fact {
    const char *kind; /* "table", "virtual", "view", "index", "trigger" */
    const char *name;
    const char *table; /* of an index or a trigger */
    const char *sql;
    struct object *told; /* a table: what the PRAGMAs tell of it */
    bool understood;     /* the text: for who parses it */
};

/* All objects: tables, views, indexes, triggers. */
struct sqlite_facts {
    struct schema told; /* the tables' */
    struct sqlite_fact *list;
    size_t count;
    size_t size;
};

bool sqlite_facts_read(struct sqlite_facts *out, struct db *db,
                       struct duet_error *err);
void sqlite_facts_clear(struct sqlite_facts *facts);

/*
 * TABLE, read from the stored text, is what the PRAGMAs tell.  The same for an
 * index; TOLD may be NULL, which it is not.
 */
bool sqlite_agree(const struct object *table, const struct object *told);
bool sqlite_indexes_agree(const struct object *index,
                          const struct object *told);

#endif
