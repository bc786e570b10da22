/*
 * duet new: the files of the next migration.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "base/err.h"
#include "base/path.h"
#include "cli/migrating.h"
#include "migrate/next.h"

struct new_args {
    struct migrating_args migrating;
    bool both;
};

static const struct option_spec options[] = {
    {"both", 'b', OPTION_FLAG, offsetof(struct new_args, both), NULL,
     "write files for each engine, not one for both"},
    TREE_OPTIONS,
    {0},
};

/*
 * Two that ask at once must not get the same number.  Where a directory can't
 * be locked nothing is overwritten either: see write_file().
 */
static bool
lock_directory(const char *dir, int *fd, struct duet_error *err)
{
    if (!path_make_directory(dir, 0777, err))
        return false;
    *fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*fd < 0)
        return err_errno(err, "migrations in '%s'", dir);
    while (flock(*fd, LOCK_EX) != 0 && errno == EINTR)
        continue;
    return true;
}

static bool
write_text(int fd, const struct next_file *file, struct duet_error *err)
{
    const char *text = file->text;
    size_t len = strlen(text);

    while (len > 0) {
        ssize_t written = write(fd, text, len);

        if (written < 0 && errno != EINTR) {
            (void)err_errno(err, "'%s'", file->path);
            (void)unlink(file->path);
            return false;
        }
        if (written > 0) {
            text += written;
            len -= (size_t)written;
        }
    }
    return true;
}

static bool
write_file(struct arena *arena, const struct next_file *file,
           struct duet_error *err)
{
    SCOPED(descriptor_close) int fd = -1;
    char *dir = arena_text(arena, file->path);

    *strrchr(dir, '/') = '\0';
    if (!path_make_directory(dir, 0777, err))
        return false;
    fd = open(file->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0 && errno == EEXIST) {
        (void)err_set(err, DUET_ERROR_USAGE, "'%s' is there already",
                      file->path);
        return err_hint(err, "take another name");
    }
    return (fd >= 0 || err_errno(err, "'%s'", file->path)) &&
           write_text(fd, file, err);
}

/* All of them or none. */
static bool
write_files(struct arena *arena, const struct next *next,
            struct duet_error *err)
{
    for (size_t i = 0; i < next->count; i++)
        if (!write_file(arena, &next->files[i], err)) {
            while (i-- > 0)
                (void)unlink(next->files[i].path);
            return false;
        }
    return true;
}

static bool
make_files(struct arena *arena, const char *dir, const struct new_args *args,
           const char *name, struct next *next, struct duet_error *err)
{
    SCOPED(tree_clear) struct tree sqlite = {0};
    SCOPED(tree_clear) struct tree postgres = {0};
    enum tree_style style;

    if (!tree_style_find(args->migrating.style, &style, err) ||
        !tree_read(&sqlite, dir, "sqlite", style, err) ||
        !tree_read(&postgres, dir, "postgres", style, err))
        return false;
    return next_migration((const struct tree *const[]){&sqlite, &postgres},
                          name, args->both, time(NULL), arena, next, err) &&
           write_files(arena, next, err);
}

static void
print(struct invocation *invocation, const struct next *next)
{
    SCOPED(json_release) struct json json = {0};

    if (!invocation->global->json) {
        for (size_t i = 0; i < next->count; i++)
            render_line(&next->files[i].path, 1);
        return;
    }
    json_open(&json, NULL, '{');
    json_text(&json, "version", next->version);
    json_open(&json, "files", '[');
    for (size_t i = 0; i < next->count; i++)
        json_text(&json, NULL, next->files[i].path);
    json_close(&json, ']');
    json_close(&json, '}');
    json_print(&json, stdout);
}

static bool
run(struct invocation *invocation, struct duet_error *err)
{
    SCOPED(descriptor_close) int lock = -1;
    const struct new_args *args = invocation->args;
    struct arena *arena = invocation->arena;
    const char *name;
    const char *dir;
    struct next next;

    if (!next_name(arena, invocation->operands[0], &name, err) ||
        !migrating_directory(invocation, &dir, err))
        return false;
    if (dir == NULL)
        dir = "migrations";
    if (!lock_directory(dir, &lock, err) ||
        !make_files(arena, dir, args, name, &next, err))
        return false;
    print(invocation, &next);
    return true;
}

const struct command command_new = {
    .name = "new",
    .summary = "write the files of the next migration",
    .operands = "NAME",
    .description =
        "Writes the files of the next migration, in the style of those that\n"
        "are there: the number goes on from the last one, or is the time if\n"
        "that was one.  Where there are none they are duet's own, such as\n"
        "migrations/0001_add_users.up.sql.  It prints their paths.\n",
    .example = "duet new add_users\n"
               "duet new 'add labels' --both\n",
    .args_size = sizeof(struct new_args),
    .options = options,
    .run = run,
};
