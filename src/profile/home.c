#include "profile/home.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"

enum {
    LOCK_PATIENCE = 30000, /* milliseconds: a server may copy a template */
    LOCK_PAUSE = 10
};

/* A variable that is set to nothing counts as not set. */
static const char *
variable(const char *name)
{
    const char *value = getenv(name);

    return value != NULL && *value != '\0' ? value : NULL;
}

/* The nearest `.duet` at or above the working directory, or NULL. */
static bool
nearest(struct arena *arena, const char **home, struct duet_error *err)
{
    const char *start;
    char *dir;

    *home = NULL;
    if (!path_absolute(arena, ".", &start, err))
        return false;
    dir = arena_text(arena, start);
    for (;;) {
        const char *found = path_join(arena, *dir ? dir : "/", ".duet");
        char *slash = strrchr(dir, '/');

        if (path_is_directory(found)) {
            *home = found;
            return true;
        }
        if (slash == NULL)
            return true;
        *slash = '\0';
    }
}

bool
home_find(struct arena *arena, const char **home, struct duet_error *err)
{
    const char *given = variable("DUET_HOME");
    const char *data = variable("XDG_DATA_HOME");
    const char *user = variable("HOME");
    const char *near;

    if (given != NULL)
        return path_absolute(arena, given, home, err);
    if (!nearest(arena, &near, err))
        return false;
    if (near != NULL)
        *home = near;
    else if (data != NULL && *data == '/') /* a relative one doesn't count */
        *home = path_join(arena, data, "duet");
    else if (user != NULL)
        *home = path_join(arena, user, ".local/share/duet");
    else {
        (void)err_set(err, DUET_ERROR_USAGE,
                      "there is no place to keep profiles in");
        return err_hint(err, "set DUET_HOME to a directory");
    }
    return true;
}

/* The file that is locked still is the one of that name. */
static bool
is_current(const struct home_lock *lock)
{
    struct stat held;
    struct stat named;

    return fstat(lock->fd, &held) == 0 && stat(lock->path, &named) == 0 &&
           held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

static void
drop(struct home_lock *lock)
{
    if (lock->fd >= 0)
        (void)close(lock->fd);
    free(lock->path);
    *lock = (struct home_lock){.fd = -1};
}

static bool
try_lock(struct home_lock *lock, bool *had, struct duet_error *err)
{
    *had = false;
    lock->fd = open(lock->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock->fd < 0)
        return err_errno(err, "'%s'", lock->path);
    if (flock(lock->fd, LOCK_EX | LOCK_NB) == 0)
        *had = is_current(lock);
    else if (errno != EWOULDBLOCK && errno != EINTR)
        return err_errno(err, "'%s'", lock->path);
    if (!*had)
        (void)close(lock->fd);
    return true;
}

bool
home_lock(struct home_lock *lock, const char *home, const char *name,
          struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const struct timespec pause = {.tv_nsec = LOCK_PAUSE * 1000000L};
    bool had = false;

    *lock = (struct home_lock){.fd = -1};
    lock->path = must_text(
        path_join(&arena, home, arena_printf(&arena, ".%s.lock", name)));
    for (int waited = 0; waited <= LOCK_PATIENCE; waited += LOCK_PAUSE) {
        if (!try_lock(lock, &had, err)) {
            drop(lock);
            return false;
        }
        if (had)
            return true;
        (void)nanosleep(&pause, NULL);
    }
    free(lock->path);
    *lock = (struct home_lock){.fd = -1};
    (void)err_set(err, DUET_ERROR_BUSY,
                  "another duet is at work on profile '%s'", name);
    return err_hint(err, "wait for it to end, then run this again");
}

/* The file goes first, so that nobody locks one that is about to go. */
void
home_unlock(struct home_lock *lock)
{
    if (lock->path == NULL)
        return;
    (void)unlink(lock->path);
    drop(lock);
}
