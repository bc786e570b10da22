/* For memfd_create(). */
#define _GNU_SOURCE
#include "worker/programs.h"

#include <ctype.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "worker/child.h"

static bool
has_programs(struct arena *arena, const char *dir)
{
    return access(path_join(arena, dir, "postgres"), X_OK) == 0 &&
           access(path_join(arena, dir, "initdb"), X_OK) == 0;
}

/* The first number in a path, as in /usr/lib/postgresql/15/bin. */
static long
version_in(const char *path)
{
    while (*path != '\0' && !isdigit((unsigned char)*path))
        path++;
    return strtol(path, NULL, 10);
}

/* Where Debian and its kin have them, and Red Hat with its. */
static const char *
find_installed(struct arena *arena)
{
    static const char *const patterns[] = {"/usr/lib/postgresql/*/bin",
                                           "/usr/pgsql-*/bin",
                                           "/usr/local/pgsql/bin"};
    const char *newest = NULL;

    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        glob_t found = {0};

        if (glob(patterns[i], 0, NULL, &found) == 0)
            for (size_t n = 0; n < found.gl_pathc; n++)
                if (has_programs(arena, found.gl_pathv[n]) &&
                    (newest == NULL ||
                     version_in(found.gl_pathv[n]) > version_in(newest)))
                    newest = arena_text(arena, found.gl_pathv[n]);
        globfree(&found);
    }
    return newest;
}

static const char *
find_in_path(struct arena *arena)
{
    const char *path = getenv("PATH");

    while (path != NULL && *path != '\0') {
        size_t len = strcspn(path, ":");
        const char *dir = arena_copy(arena, path, len);

        if (*dir == '/' && has_programs(arena, dir))
            return dir;
        path += len + (path[len] == ':');
    }
    return NULL;
}

/* What it says comes by a file in memory. */
static const char *
ask_pg_config(struct arena *arena)
{
    static const char *const words[] = {"/usr/bin/env", "pg_config", "--bindir",
                                        NULL};
    int file = memfd_create("pg_config", MFD_CLOEXEC);
    const char *path = arena_printf(arena, "/proc/self/fd/%d", file);
    const struct child child = {.argv = words, .log = path};
    const char *text = NULL;
    const char *dir = NULL;

    if (file < 0)
        return NULL;
    if (child_run(&child, NULL) && path_read(arena, path, &text, NULL) &&
        text != NULL)
        dir = arena_copy(arena, text, strcspn(text, "\n"));
    (void)close(file);
    return dir != NULL && *dir == '/' && has_programs(arena, dir) ? dir : NULL;
}

static bool
take_given(struct arena *arena, const char *given, const char *what,
           const char **dir, struct duet_error *err)
{
    if (!path_absolute(arena, given, dir, err))
        return false;
    if (has_programs(arena, *dir))
        return true;
    (void)err_set(err, DUET_ERROR_USAGE,
                  "%s '%s' has no programs 'postgres' and 'initdb'", what,
                  given);
    return err_hint(err, "name a directory such as /usr/lib/postgresql/15/bin");
}

bool
programs_find(struct arena *arena, const char *given, const char **dir,
              struct duet_error *err)
{
    static const char *(*const ways[])(struct arena *) = {
        find_installed, find_in_path, ask_pg_config};
    const char *variable = getenv("PG_BIN");

    if (given != NULL)
        return take_given(arena, given, "directory", dir, err);
    if (variable != NULL && *variable != '\0')
        return take_given(arena, variable, "PG_BIN", dir, err);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        const char *found = ways[i](arena);

        if (found != NULL)
            return path_absolute(arena, found, dir, err);
    }
    (void)err_set(err, DUET_ERROR_CONNECT, "no PostgreSQL server is installed");
    return err_hint(err, "install one, such as Debian's package postgresql, or "
                         "set PG_BIN to the directory of its programs");
}
