/*
 * The constraints of a table as its CREATE TABLE declares them.  SQLite keeps
 * that text and tells the names of constraints nowhere else.
 */
#ifndef DUET_DB_SQLITE_CREATE_H
#define DUET_DB_SQLITE_CREATE_H

#include "base/arena.h"

enum declared_kind {
    DECLARED_PRIMARY_KEY,
    DECLARED_UNIQUE,
    DECLARED_CHECK,
    DECLARED_FOREIGN_KEY
};

struct declared {
    struct declared *next;
    enum declared_kind kind;
    const char *name;  /* or "" */
    const char *table; /* whose constraint it is */
    /*
     * What SQLite's message says of it: for a key "t.a, t.b", for a check its
     * name or its condition; else "".
     */
    const char *message;
};

/*
 * The constraints of TABLE, the last one first, which is the order in which
 * pragma foreign_key_list counts.  SQL may be NULL or anything at all.
 */
struct declared *declared_read(struct arena *arena, const char *table,
                               const char *sql);

#endif
