/*
 * What the files of template_server share, and nobody else.
 */
#ifndef DUET_WORKER_TEMPLATE_PART_H
#define DUET_WORKER_TEMPLATE_PART_H

#include "worker/server.h"
#include "worker/template_server.h"

/* What the template of a server is made by, and from. */
struct server_recipe {
    struct recipe recipe; /* first */
    const struct server_template *wanted;
    const struct template *base; /* NULL: it is made from nothing */
    /* Make the data of SERVER, in the directory of its log. */
    bool (*fill)(const struct server_recipe *recipe,
                 const struct server *server, struct duet_error *err);
};

/* The recipe called NAME, in ARENA; what is in it lives as long as WANTED. */
struct server_recipe server_recipe(const char *name,
                                   const struct server_template *wanted);

/* The empty one, and that with a tree on top of BASE; names are in ARENA. */
bool recipe_empty(struct server_recipe *out, struct arena *arena,
                  const struct server_template *wanted, struct duet_error *err);
bool recipe_migrated(struct server_recipe *out, struct arena *arena,
                     const struct server_template *wanted,
                     const struct template *base, struct duet_error *err);

#endif
