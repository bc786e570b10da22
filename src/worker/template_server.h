/*
 * The templates of servers: an empty one for each PostgreSQL and locale, and
 * one for each tree of migrations on top of it.
 */
#ifndef DUET_WORKER_TEMPLATE_SERVER_H
#define DUET_WORKER_TEMPLATE_SERVER_H

#include "migrate/tree.h"
#include "worker/template.h"

struct server_template {
    const char *bin;
    const struct user *user; /* who makes it */
    const char *locale;
    const char *const *settings; /* the server's, while it is migrated */
    const struct tree *tree;     /* or NULL */
    const char *seed;            /* or NULL */
};

/* The one that is asked for, made if it is missing. */
bool template_find_server(struct template *out, struct arena *arena,
                          const struct server_template *wanted,
                          struct duet_error *err);

#endif
