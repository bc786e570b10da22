/*
 * A worker's profile while it is made, and what the engines do differently.
 */
#ifndef DUET_WORKER_OWN_PROFILE_PART_H
#define DUET_WORKER_OWN_PROFILE_PART_H

#include "migrate/tree.h"
#include "worker/own_profile.h"

struct opening {
    struct arena *arena;
    const struct own_profile_options *options;
    struct tree tree;
    char key[DIGEST_LEN];   /* of what the database begins with; or "" */
    const char *migrations; /* their directory; NULL: a profile's storage */
    const char *directory;  /* the name of the ephemeral one; or NULL */
    struct buf variables;   /* what leads there, "NAME=value" and a NUL each */
    struct own_profile *out;
};

/* Fill in its key, once. */
bool opening_find_key(struct opening *opening, struct duet_error *err);

void opening_export(struct opening *opening, const char *name,
                    const char *value);

struct own_profile_engine {
    const char *name;
    /* Fill in OUT's place and url, and export what its tools look for. */
    bool (*open)(struct opening *opening, struct duet_error *err);
};

extern const struct own_profile_engine own_profile_file;
extern const struct own_profile_engine own_profile_cluster;

#endif
