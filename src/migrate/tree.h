/*
 * A directory of migrations:
 *
 *     0001_users.up.sql            for both engines
 *     0002_labels.sqlite.up.sql    for SQLite, and wins over one for both
 *     0002_labels.postgres.up.sql
 *     0002_labels.down.sql
 *
 * The version is what stands before the engine, `0002_labels`.
 */
#ifndef DUET_MIGRATE_TREE_H
#define DUET_MIGRATE_TREE_H

#include "base/arena.h"
#include "base/digest.h"
#include "duet.h"

struct migration {
    const char *version; /* "0002_labels" */
    const char *name;    /* "labels" */
    uint64_t number;     /* 2 */
    const char *path;
    const char *up;            /* its SQL */
    char checksum[DIGEST_LEN]; /* of that SQL's tokens */
};

struct tree {
    struct arena arena;
    struct migration *list; /* by number, then by version */
    size_t count;
    size_t size;
};

/*
 * Read the migrations of DIR that go up on ENGINE.  A file *.sql that is none
 * of them is an error that names it.
 */
bool tree_read(struct tree *tree, const char *dir, const char *engine,
               struct duet_error *err);

void tree_clear(struct tree *tree);

#endif
