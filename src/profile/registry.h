/*
 * The file that profiles are kept in: $DUET_HOME/profiles.db, an SQLite
 * database with mode 0600, because URLs may hold passwords.
 *
 *     SCOPED(registry_close) struct registry registry = {0};
 *
 *     if (!registry_open(&registry, arena, home, REGISTRY_READ, err))
 *         return false;
 *
 * Any number of processes may use it at once.
 */
#ifndef DUET_PROFILE_REGISTRY_H
#define DUET_PROFILE_REGISTRY_H

#include "db/db.h"
#include "profile/profile.h"

enum registry_mode {
    REGISTRY_READ, /* one that is not there has no profiles */
    REGISTRY_WRITE /* make it where it is missing, and its directory */
};

struct registry {
    struct db *db; /* NULL: there is none */
    const char *path;
};

bool registry_open(struct registry *registry, struct arena *arena,
                   const char *home, enum registry_mode mode,
                   struct duet_error *err);
void registry_close(struct registry *registry);

/* The registry's own file. */
const char *registry_path(struct arena *arena, const char *home);

/* The profile NAME, or the default one for NULL; ready or not. */
bool registry_get(struct registry *registry, struct arena *arena,
                  const char *name, struct profile *out, bool *found,
                  struct duet_error *err);

/* Those that are ready, in name order. */
bool registry_list(struct registry *registry, struct arena *arena,
                   struct profile **out, size_t *count, struct duet_error *err);

/* Write it, new or not, but for made and is_default; nothing if it is so. */
bool registry_put(struct registry *registry, const struct profile *profile,
                  struct duet_error *err);

/*
 * The same for one that is ready now; it becomes the default if there is
 * none, which IS_DEFAULT tells.
 */
bool registry_put_ready(struct registry *registry,
                        const struct profile *profile, bool *is_default,
                        struct duet_error *err);

/* FOUND is false where no profile of that name is ready. */
bool registry_set_default(struct registry *registry, const char *name,
                          bool *found, struct duet_error *err);

bool registry_remove(struct registry *registry, const char *name,
                     struct duet_error *err);

#endif
