/*
 * The ledgers of other tools, and what they say of a tree: which of its
 * migrations were applied to a database before duet came.
 *
 *     struct foreign_ledger *ledgers;
 *     struct foreign_match match;
 *     size_t count;
 *
 *     if (!foreign_ledgers(db, &arena, NULL, &ledgers, &count, err) ||
 *         !foreign_match(&ledgers[0], &tree, NULL, &arena, &match, err))
 *         return false;
 *     for (size_t i = 0; i < tree.count; i++)
 *         if (match.applied[i])
 *             stamp(&tree.list[i]);
 *
 * They are read, never written.
 */
#ifndef DUET_MIGRATE_FOREIGN_H
#define DUET_MIGRATE_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "db/db.h"
#include "migrate/tree.h"

struct foreign_entry {
    const char *version;  /* as the tool writes it */
    const char *checksum; /* likewise; NULL: it keeps none */
    /* All up to it are applied, whether they have an entry or not. */
    bool is_baseline;
};

struct foreign_ledger {
    const char *tool;              /* "golang-migrate" */
    const char *table;             /* "schema_migrations" */
    enum tree_style style;         /* of the trees that it is kept for */
    struct foreign_entry *applied; /* in the order of application, if known */
    size_t count;
    const char *dirty; /* a version that failed halfway, or NULL */
    /*
     * The versions are no migrations' and mean nothing without a map: those
     * of Alembic.
     */
    bool needs_map;
};

/*
 * The ledgers that a database has, told by their columns; TABLE is the name of
 * one that is called otherwise than usual, or NULL.  All is in ARENA.
 */
bool foreign_ledgers(struct db *db, struct arena *arena, const char *table,
                     struct foreign_ledger **list, size_t *count,
                     struct duet_error *err);

/*
 * What a file says in lines `REVISION VERSION`: after that revision the
 * migrations up to VERSION are done.  A `#` starts a comment.
 */
struct foreign_map {
    struct foreign_map_line {
        const char *revision;
        const char *version;
    } * list;
    size_t count;
    size_t size;
};

bool foreign_map_read(struct foreign_map *map, struct arena *arena,
                      const char *path, struct duet_error *err);

struct foreign_match {
    bool *applied; /* as many as the tree has migrations, in its order */
    bool *changed; /* likewise: applied, and another file than it was then */
    size_t napplied;
    size_t nchanged;
    /* Versions of the ledger that the tree has not. */
    const char **unknown;
    size_t nunknown;
};

/* MAP may be NULL.  All is in ARENA. */
bool foreign_match(const struct foreign_ledger *ledger, const struct tree *tree,
                   const struct foreign_map *map, struct arena *arena,
                   struct foreign_match *out, struct duet_error *err);

#endif
