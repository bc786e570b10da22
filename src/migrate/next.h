/*
 * The next migration of a tree: what its files are called, and what stands in
 * them before anybody has written more.
 */
#ifndef DUET_MIGRATE_NEXT_H
#define DUET_MIGRATE_NEXT_H

#include <stdbool.h>
#include <time.h>

#include "base/arena.h"
#include "duet.h"
#include "migrate/tree.h"

enum { NEXT_FILES = 4 };

struct next {
    const char *version;
    struct next_file {
        const char *path;
        const char *text;
    } files[NEXT_FILES];
    size_t count;
};

/*
 * NAME as it may stand in the name of a file: blanks and dots become `_`.  An
 * error for what is none.
 */
bool next_name(struct arena *arena, const char *name, const char **out,
               struct duet_error *err);

/*
 * What follows in a tree, read for each engine in TREES, at the time NOW: in
 * its style, numbered as its last one is.  BOTH: files for each engine.
 */
bool next_migration(const struct tree *const trees[2], const char *name,
                    bool both, time_t now, struct arena *arena,
                    struct next *out, struct duet_error *err);

#endif
