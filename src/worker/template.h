/*
 * Directories that are copied, to have what is in them without the work that
 * it was to make it.  They are made when they are first needed, and kept in
 * the user's cache, two weeks after they were last used:
 *
 *     ~/.cache/duet/pg-0c8ae8b0f3a91d5e/COMPLETE
 *                                       data/
 */
#ifndef DUET_WORKER_TEMPLATE_H
#define DUET_WORKER_TEMPLATE_H

#include "base/arena.h"
#include "worker/files.h"
#include "worker/user.h"

struct template
{
    const char *dir;
    const char *version; /* of what made it, "15.18" */
    struct files_size size;
};

/* How one is made; what MAKE needs besides is in a struct around this one. */
struct recipe {
    const char *name; /* in the cache: what it is, '-', a digest */
    /* Make the directory "data" in DIR, and say what VERSION made it. */
    bool (*make)(const struct recipe *recipe, struct arena *arena,
                 const char *dir, const char **version, struct duet_error *err);
};

/* The one that is asked for, made if it is missing. */
bool template_find(struct template *out, struct arena *arena,
                   const struct recipe *recipe, struct duet_error *err);

/*
 * Make the directory TO a copy of it, which belongs to USER, in two steps:
 *
 *     template_copy(&copy, &template, to, user, err);
 *     ...                     a server is started meanwhile
 *     template_copy_rest(&copy, err);
 *
 * Nine files of ten are in the databases, which a server does not look into
 * before somebody comes.
 */
struct template_copy {
    const struct template *template;
    const char *to;
    const struct user *user;
    struct files_size size;
    int held; /* so that nobody takes the template away */
};

bool template_copy(struct template_copy *copy, const struct template *template,
                   const char *to, const struct user *user,
                   struct duet_error *err);
bool template_copy_rest(struct template_copy *copy, struct duet_error *err);

/* Both. */
bool template_copy_all(const struct template *template, const char *to,
                       const struct user *user, struct duet_error *err);

/*
 * After a copy has failed: take the template away if it is not whole, as one
 * is that was written when the machine went down; true if that was so.
 */
bool template_discard(const struct template *template);

#endif
