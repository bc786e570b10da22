/*
 * The database of a template: what a tree of migrations and a seed make, on
 * either engine.
 */
#ifndef DUET_WORKER_TEMPLATE_TREE_H
#define DUET_WORKER_TEMPLATE_TREE_H

#include "base/digest.h"
#include "migrate/tree.h"

/*
 * Bring the database of URL, which is made where it is a file, up to the head
 * of TREE, then run SEED; either may be NULL.
 */
bool template_fill(const char *url, const struct tree *tree, const char *seed,
                   struct duet_error *err);

/* Add what makes that database another one than others. */
bool template_add_tree(struct digest *digest, const struct tree *tree,
                       const char *seed, struct duet_error *err);

#endif
