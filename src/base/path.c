/* For realpath(). */
#define _XOPEN_SOURCE 700

#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"

char *
path_join(struct arena *arena, const char *dir, const char *name)
{
    size_t len = strlen(dir);
    size_t name_size = strlen(name) + 1;
    char *path = arena_alloc(arena, len + 1 + name_size);

    memcpy(path, dir, len + 1);
    if (len == 0 || dir[len - 1] != '/')
        path[len++] = '/';
    memcpy(path + len, name, name_size);
    return path;
}

bool
path_is_directory(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static bool
working_directory(struct arena *arena, const char **out, struct duet_error *err)
{
    char path[PATH_MAX];

    if (getcwd(path, sizeof path) == NULL)
        return err_errno(err, "the working directory");
    *out = arena_text(arena, path);
    return true;
}

/* The directory of PATH, with a slash at the end, or "./". */
static char *
directory_of(struct arena *arena, const char *path, const char *slash)
{
    if (slash == NULL)
        return arena_text(arena, "./");
    return arena_copy(arena, path, (size_t)(slash - path) + 1);
}

bool
path_absolute(struct arena *arena, const char *path, const char **out,
              struct duet_error *err)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    const char *dir = "";
    char real[PATH_MAX];

    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        name = "";
    if (realpath(*name == '\0' ? path : directory_of(arena, path, slash),
                 real) != NULL) {
        *out = *name == '\0' ? arena_text(arena, real)
                             : path_join(arena, real, name);
        return true;
    }
    if (*path != '/' && !working_directory(arena, &dir, err))
        return false;
    *out = *path == '/' ? arena_text(arena, path) : path_join(arena, dir, path);
    return true;
}

bool
path_make_directory(const char *path, mode_t mode, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    char *part = arena_text(&arena, path);

    if (path_is_directory(path))
        return true;
    for (char *at = part + strspn(part, "/"); *at != '\0'; at++) {
        at += strcspn(at, "/");
        if (*at == '\0')
            break;
        *at = '\0';
        (void)mkdir(part, mode);
        *at = '/';
    }
    /* Somebody else may have made it just now. */
    if (mkdir(path, mode) == 0 || path_is_directory(path))
        return true;
    return err_errno(err, "directory '%s'", path);
}

bool
path_make_file(const char *path, mode_t mode, bool *made,
               struct duet_error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

    if (fd < 0 && errno != EEXIST)
        return err_errno(err, "'%s'", path);
    *made = fd >= 0;
    if (fd >= 0)
        (void)close(fd);
    return true;
}

static void
close_file(FILE **file)
{
    if (*file != NULL)
        (void)fclose(*file);
}

bool
path_read(struct arena *arena, const char *path, const char **text,
          struct duet_error *err)
{
    SCOPED(buf_release) struct buf buf = {0};
    SCOPED(close_file) FILE *file = NULL;
    char part[4096];
    size_t len;

    *text = NULL;
    if (path_is_directory(path))
        return true;
    file = fopen(path, "re");
    if (file == NULL)
        return errno == ENOENT || errno == ENOTDIR ||
               err_errno(err, "'%s'", path);
    while ((len = fread(part, 1, sizeof part, file)) > 0)
        buf_add(&buf, part, len);
    if (ferror(file))
        return err_errno(err, "'%s'", path);
    *text = arena_text(arena, buf_data(&buf));
    return true;
}
