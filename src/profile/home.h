/*
 * Where duet keeps its profiles: $DUET_HOME, else the nearest directory
 * `.duet` upward from the working directory, else $XDG_DATA_HOME/duet, else
 * ~/.local/share/duet.
 */
#ifndef DUET_PROFILE_HOME_H
#define DUET_PROFILE_HOME_H

#include <stdbool.h>

#include "base/arena.h"
#include "duet.h"

/* The directory's absolute path; it need not be there yet. */
bool home_find(struct arena *arena, const char **home, struct duet_error *err);

/*
 * The right to make or delete one profile, which one process has at a time
 * and loses when it ends, whatever way it ends:
 *
 *     SCOPED(home_unlock) struct home_lock lock = {0};
 *
 *     if (!home_lock(&lock, home, "presto", err))
 *         return false;
 */
struct home_lock {
    int fd;
    char *path; /* NULL: not had */
};

bool home_lock(struct home_lock *lock, const char *home, const char *name,
               struct duet_error *err);
void home_unlock(struct home_lock *lock);

#endif
