/*
 * All directories of this user: listing them, and taking away what is in use
 * no more.
 */
#define _DEFAULT_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "worker/ephemeral_part.h"

struct listing {
    struct arena *arena;
    struct ephemeral *list;
    size_t count;
    size_t have;
};

static void
add(struct listing *listing, const char *dir, bool in_use)
{
    struct ephemeral *one;

    listing->list = arena_grow(listing->arena, listing->list, listing->count,
                               &listing->have, sizeof *listing->list);
    one = &listing->list[listing->count++];
    *one = (struct ephemeral){.in_use = in_use};
    site_describe(one, listing->arena, dir);
}

/* ------------------------------------------------------------------------
 * Each of them
 */

/* WORK is called for each directory that has a lock. */
static void
each_in(const char *own, void (*work)(struct listing *, const char *dir),
        struct listing *listing)
{
    DIR *entries = ephemeral_is_own(own) ? opendir(own) : NULL;
    const struct dirent *entry;

    if (entries == NULL)
        return;
    while ((entry = readdir(entries)) != NULL) {
        const char *dir;

        if (entry->d_name[0] == '.')
            continue;
        dir = path_join(listing->arena, own, entry->d_name);
        if (access(path_join(listing->arena, dir, SITE_LOCK), F_OK) == 0)
            work(listing, dir);
    }
    (void)closedir(entries);
}

static int
by_name(const void *one, const void *other)
{
    const struct ephemeral *a = one;
    const struct ephemeral *b = other;

    return strcmp(a->name, b->name);
}

static void
each(void (*work)(struct listing *, const char *dir), struct listing *listing)
{
    struct arena *arena = listing->arena;

    for (const char *const *base = ephemeral_bases(arena); *base != NULL;
         base++)
        each_in(ephemeral_own(arena, *base), work, listing);
    if (listing->count > 0)
        qsort(listing->list, listing->count, sizeof *listing->list, by_name);
}

/* ------------------------------------------------------------------------
 * What is done with them
 */

/* One that is being made or removed, and says nothing, is not there. */
static void
list_one(struct listing *listing, const char *dir)
{
    int lock = -1;
    enum site_state state = site_lock(dir, false, &lock);

    if (state == SITE_HELD)
        (void)close(lock);
    if (state == SITE_HELD ||
        (state == SITE_BUSY && *site_about(listing->arena, dir) != '\0'))
        add(listing, dir, state == SITE_BUSY);
}

/* It says what it was only until it is gone. */
static void
sweep_one(struct listing *listing, const char *dir)
{
    int lock = -1;

    if (site_lock(dir, false, &lock) != SITE_HELD)
        return;
    if (!site_is_kept(site_about(listing->arena, dir))) {
        add(listing, dir, false);
        if (!site_remove(dir, NULL))
            listing->count--;
    }
    (void)close(lock);
}

bool
ephemeral_list(struct arena *arena, struct ephemeral **out, size_t *count,
               struct duet_error *err)
{
    struct listing listing = {.arena = arena};

    (void)err;
    each(list_one, &listing);
    *out = listing.list;
    *count = listing.count;
    return true;
}

bool
ephemeral_sweep(struct arena *arena, struct ephemeral **swept, size_t *count,
                struct duet_error *err)
{
    struct listing listing = {.arena = arena};

    (void)err;
    each(sweep_one, &listing);
    if (swept != NULL)
        *swept = listing.list;
    if (count != NULL)
        *count = listing.count;
    return true;
}
