/*
 * Where the migrations of a database are.
 */
#ifndef DUET_PROFILE_MIGRATIONS_H
#define DUET_PROFILE_MIGRATIONS_H

#include "migrate/tree.h"

/*
 * The directory: OPTION, else DUET_MIGRATIONS, else PROFILE's own, else
 * ./migrations, else ./db/migrations; both may be NULL.  NULL: they are those
 * of a profile's storage, which are part of the program.
 */
const char *migrations_find(const char *option, const char *profile);

/* Read the tree in that DIRECTORY. */
bool migrations_read(struct tree *tree, const char *directory,
                     const char *engine, enum tree_style style,
                     struct duet_error *err);

#endif
