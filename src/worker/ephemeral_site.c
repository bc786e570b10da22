/*
 * One of the directories: its lock, what it says, and how it goes.
 */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "worker/ephemeral_part.h"
#include "worker/files.h"
#include "worker/postmaster.h"

/* ------------------------------------------------------------------------
 * The lock
 */

/* The file that is locked still is the one of that name. */
static bool
is_current(int file, const char *path)
{
    struct stat held;
    struct stat named;

    return fstat(file, &held) == 0 && lstat(path, &named) == 0 &&
           held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

enum site_state
site_lock(const char *dir, bool make, int *file)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *path = path_join(&arena, dir, SITE_LOCK);
    enum site_state state = SITE_FAILED;
    int opened = open(
        path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | (make ? O_CREAT : 0), 0600);
    int number;

    if (opened < 0)
        return errno == ENOENT || errno == ENOTDIR ? SITE_GONE : SITE_FAILED;
    if (flock(opened, LOCK_EX | LOCK_NB) == 0)
        state = is_current(opened, path) ? SITE_HELD : SITE_GONE;
    else if (errno == EWOULDBLOCK || errno == EINTR)
        state = SITE_BUSY;
    if (state == SITE_HELD) {
        *file = opened;
        return state;
    }
    number = errno;
    (void)close(opened);
    errno = number;
    return state;
}

/* ------------------------------------------------------------------------
 * What it says
 */

void
about_put(struct buf *about, const char *word, const char *text)
{
    buf_printf(about, "%s\t", word);
    for (; *text != '\0'; text++)
        buf_char(about, *text == '\n' ? ' ' : *text);
    buf_char(about, '\n');
}

const char *
about_get(struct arena *arena, const char *about, const char *word)
{
    size_t len = strlen(word);

    while (*about != '\0') {
        size_t line = strcspn(about, "\n");

        if (line > len && about[len] == '\t' && memcmp(about, word, len) == 0)
            return arena_copy(arena, about + len + 1, line - len - 1);
        about += line + (about[line] == '\n');
    }
    return NULL;
}

const char *
site_about(struct arena *arena, const char *dir)
{
    const char *text = NULL;

    if (!path_read(arena, path_join(arena, dir, SITE_ABOUT), &text, NULL) ||
        text == NULL)
        return "";
    return text;
}

struct process
site_keeper(const char *about)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *text = about_get(&arena, about, "keeper");
    struct process keeper = {0};
    char *end = NULL;

    if (text == NULL)
        return keeper;
    keeper.pid = (pid_t)strtol(text, &end, 10);
    keeper.started = strtoll(end, NULL, 10);
    return keeper;
}

bool
site_is_kept(const char *about)
{
    SCOPED(arena_clear) struct arena arena = {0};

    return about_get(&arena, about, "kept") != NULL;
}

void
site_describe(struct ephemeral *out, struct arena *arena, const char *dir)
{
    const char *kind;

    out->dir = arena_text(arena, dir);
    out->name = strrchr(out->dir, '/') + 1;
    out->about = site_about(arena, dir);
    kind = about_get(arena, out->about, "kind");
    out->kind = kind != NULL ? kind : "";
    out->keeper = site_keeper(out->about);
}

/* ------------------------------------------------------------------------
 * How it goes
 */

static bool
remove_beside(struct arena *arena, const char *dir, struct duet_error *err)
{
    char target[PATH_MAX];
    ssize_t len =
        readlink(path_join(arena, dir, SITE_BESIDE), target, sizeof target - 1);

    if (len <= 0)
        return true;
    target[len] = '\0';
    return files_remove(target, err);
}

bool
site_end_server(const char *dir, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};

    return postmaster_end(&arena, path_join(&arena, dir, "data"), err);
}

/* What it says goes first: from then on nobody takes it for one in use. */
bool
site_wipe(const char *dir, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};

    (void)unlink(path_join(&arena, dir, SITE_ABOUT));
    return site_end_server(dir, err) && remove_beside(&arena, dir, err) &&
           files_empty(dir, SITE_LOCK, err);
}

/* Somebody may have made another lock meanwhile, and uses the directory. */
bool
site_remove(const char *dir, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};

    if (!site_wipe(dir, err))
        return false;
    (void)unlink(path_join(&arena, dir, SITE_LOCK));
    if (rmdir(dir) == 0 || errno == ENOENT || errno == ENOTEMPTY ||
        errno == EEXIST)
        return true;
    return err_errno(err, "'%s'", dir);
}
