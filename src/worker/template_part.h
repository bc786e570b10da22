/*
 * What the files of template share, and nobody else.
 */
#ifndef DUET_WORKER_TEMPLATE_PART_H
#define DUET_WORKER_TEMPLATE_PART_H

#include "worker/server.h"
#include "worker/template.h"

/* What one is made by, and from. */
struct recipe {
    const struct template_request *request;
    const struct template *base; /* NULL: it is made from nothing */
    const char *name;            /* in the cache */
    /* Make the data of SERVER, in the directory of its log. */
    bool (*make)(const struct recipe *recipe, const struct server *server,
                 struct duet_error *err);
};

/* The empty one, and that with a tree on top of BASE; names are in ARENA. */
bool recipe_empty(struct recipe *out, struct arena *arena,
                  const struct template_request *request,
                  struct duet_error *err);
bool recipe_migrated(struct recipe *out, struct arena *arena,
                     const struct template_request *request,
                     const struct template *base, struct duet_error *err);

#endif
