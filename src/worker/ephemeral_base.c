/*
 * Where the directories are: in memory, where there is ample room, else on a
 * disk.
 */
/* For linux/magic.h and statfs(). */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "worker/ephemeral_part.h"

enum {
    AMPLE = 10, /* times the room that is needed: memory is for others, too */
    OTHERS_MAY_WRITE = S_IWGRP | S_IWOTH
};

static const char memory[] = "/dev/shm";

mode_t
site_mode(void)
{
    return geteuid() == 0 ? 0711 : 0700;
}

static const char *
temporary_directory(struct arena *arena)
{
    const char *given = getenv("TMPDIR");
    const char *path;

    if (given == NULL || *given == '\0' ||
        !path_absolute(arena, given, &path, NULL))
        return "/tmp";
    return path;
}

/* DUET_TMPDIR, or NULL. */
static const char *
given_base(void)
{
    const char *given = getenv("DUET_TMPDIR");

    return given != NULL && *given != '\0' ? given : NULL;
}

const char *
ephemeral_variable(void)
{
    return given_base() != NULL ? "DUET_TMPDIR" : "TMPDIR";
}

const char *const *
ephemeral_bases(struct arena *arena)
{
    const char **bases = arena_array(arena, 4, sizeof *bases);
    const char *given = given_base();
    const char *disk = temporary_directory(arena);
    size_t count = 0;

    if (given != NULL && path_absolute(arena, given, &bases[0], NULL))
        return bases;
    bases[count++] = memory;
    if (strcmp(disk, memory) != 0)
        bases[count++] = disk;
    if (strcmp(disk, "/tmp") != 0)
        bases[count++] = "/tmp";
    return bases;
}

/* Every other user gets through to PATH. */
static bool
is_open_to_all(struct arena *arena, const char *path)
{
    char *part = arena_text(arena, path);
    struct stat info;

    for (char *end = part + strlen(part); end > part; end--) {
        if (*end != '/' && *end != '\0')
            continue;
        *end = '\0';
        if (stat(part, &info) != 0 || (info.st_mode & S_IXOTH) == 0)
            return false;
    }
    return true;
}

static bool
is_usable(struct arena *arena, const char *base)
{
    return path_is_directory(base) &&
           faccessat(AT_FDCWD, base, W_OK | X_OK, AT_EACCESS) == 0 &&
           (geteuid() != 0 || is_open_to_all(arena, base));
}

static bool
has_room(const char *base, uint64_t room, bool *in_memory)
{
    struct statfs info;

    if (statfs(base, &info) != 0)
        return false;
    *in_memory = info.f_type == TMPFS_MAGIC;
    return room == 0 || room / (uint64_t)info.f_bsize < info.f_bavail;
}

/* Where others could put a link, or another directory, nothing is safe. */
static bool
check_own(const char *dir, struct duet_error *err)
{
    struct stat info;

    if (lstat(dir, &info) != 0)
        return err_errno(err, "'%s'", dir);
    if (S_ISDIR(info.st_mode) && info.st_uid == geteuid() &&
        (info.st_mode & OTHERS_MAY_WRITE) == 0)
        return true;
    (void)err_set(err, DUET_ERROR_IO, "'%s' %s", dir,
                  !S_ISDIR(info.st_mode)     ? "is no directory"
                  : info.st_uid != geteuid() ? "belongs to another user"
                                             : "can be written to by others");
    return err_hint(err, "somebody else may have made it: look at it, and "
                         "remove it");
}

static bool
make_own(const char *dir, struct duet_error *err)
{
    if (mkdir(dir, site_mode()) == 0)
        (void)chmod(dir, site_mode()); /* whatever umask says */
    else if (errno != EEXIST)
        return err_errno(err, "'%s'", dir);
    return check_own(dir, err);
}

/* Anybody may make something by our name in what is open to all. */
static bool
is_blocked(struct arena *arena, const char *base)
{
    const char *own = ephemeral_own(arena, base);
    struct stat info;

    return lstat(own, &info) == 0 && !ephemeral_is_own(own);
}

/*
 * The first that has room, else the first that can be used at all; where all
 * of these are blocked it is one of them.
 */
static const char *
choose(struct arena *arena, uint64_t room)
{
    uint64_t ample = room > UINT64_MAX / AMPLE ? UINT64_MAX : room * AMPLE;
    const char *first = NULL;
    const char *blocked = NULL;
    bool in_memory = false;

    for (const char *const *at = ephemeral_bases(arena); *at != NULL; at++) {
        bool is_memory = strcmp(*at, memory) == 0;

        if (!is_usable(arena, *at))
            continue;
        if (is_blocked(arena, *at)) {
            blocked = *at;
            continue;
        }
        if (has_room(*at, is_memory ? ample : room, &in_memory) &&
            (!is_memory || in_memory))
            return *at;
        if (first == NULL && !is_memory)
            first = *at;
    }
    return first != NULL ? first : blocked;
}

bool
ephemeral_base(struct arena *arena, uint64_t room, const char **dir,
               struct duet_error *err)
{
    const char *base = choose(arena, room);
    const char *own;

    if (base == NULL) {
        (void)err_set(err, DUET_ERROR_IO,
                      "there is no directory for temporary files");
        return err_hint(err, "set %s to one that %s", ephemeral_variable(),
                        geteuid() == 0 ? "every user gets through to"
                                       : "can be written to");
    }
    own = ephemeral_own(arena, base);
    if (!make_own(own, err))
        return false;
    *dir = own;
    return true;
}

const char *
ephemeral_own(struct arena *arena, const char *base)
{
    return path_join(arena, base,
                     arena_printf(arena, "duet-%lu", (unsigned long)geteuid()));
}

bool
ephemeral_is_own(const char *dir)
{
    return check_own(dir, NULL);
}
