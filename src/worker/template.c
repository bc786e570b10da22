/* For flock(). */
#define _DEFAULT_SOURCE
#include "worker/template.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/err.h"
#include "base/path.h"
#include "worker/ephemeral.h"

#define COMPLETE "COMPLETE"

enum {
    BUILD_ROOM = 64 * 1024 * 1024,
    BUILD_PATIENCE_MS = 300000, /* migrations take their time */
    BUILD_PAUSE_MS = 10,
    KEEP_DAYS = 14 /* after it was last used */
};

/* ------------------------------------------------------------------------
 * The cache
 */

/* Behind sudo it may be that of the user who called. */
static bool
is_own_home(const char *home)
{
    struct stat info;

    return home != NULL && *home == '/' && stat(home, &info) == 0 &&
           info.st_uid == geteuid();
}

static const char *
usual_cache(struct arena *arena)
{
    const char *cache = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");

    if (cache != NULL && *cache == '/')
        return path_join(arena, cache, "duet");
    if (is_own_home(home))
        return path_join(arena, home, ".cache/duet");
    return NULL;
}

/* Whoever could write there could have a server run what they like. */
static bool
is_own(const char *dir)
{
    struct stat info;

    return lstat(dir, &info) == 0 && S_ISDIR(info.st_mode) &&
           info.st_uid == geteuid() &&
           (info.st_mode & (S_IWGRP | S_IWOTH)) == 0 &&
           faccessat(AT_FDCWD, dir, W_OK | X_OK, AT_EACCESS) == 0;
}

static bool
find_cache(struct arena *arena, const char **out, struct duet_error *err)
{
    const char *dir = usual_cache(arena);

    if (dir != NULL && path_make_directory(dir, 0700, NULL) && is_own(dir)) {
        *out = dir;
        return true;
    }
    if (!ephemeral_base(arena, BUILD_ROOM, &dir, err))
        return false;
    *out = path_join(arena, dir, "cache");
    return path_make_directory(*out, 0700, err);
}

/* One process at a time makes templates; it is never unlinked. */
static bool
lock_cache(struct arena *arena, const char *cache, int *file,
           struct duet_error *err)
{
    const struct timespec pause = {.tv_nsec = BUILD_PAUSE_MS * 1000000L};
    int64_t deadline = clock_milliseconds() + BUILD_PATIENCE_MS;
    const char *path = path_join(arena, cache, "build.lock");

    *file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (*file < 0)
        return err_errno(err, "'%s'", path);
    while (flock(*file, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return err_errno(err, "'%s'", path);
        if (clock_milliseconds() > deadline)
            return err_set(err, DUET_ERROR_BUSY,
                           "another process has been making a template in '%s' "
                           "for %d s",
                           cache, BUILD_PATIENCE_MS / 1000);
        (void)nanosleep(&pause, NULL);
    }
    return true;
}

/* ------------------------------------------------------------------------
 * One that is there
 */

static uint64_t
read_number(struct arena *arena, const char *about, const char *word)
{
    const char *text = about_get(arena, about, word);

    return text != NULL ? strtoull(text, NULL, 10) : 0;
}

static bool
read_template(struct template *out, struct arena *arena, const char *dir)
{
    const char *about = NULL;

    if (!path_read(arena, path_join(arena, dir, COMPLETE), &about, NULL) ||
        about == NULL)
        return false;
    *out = (struct template){
        .dir = arena_text(arena, dir),
        .version = about_get(arena, about, "version"),
        .size = {.files = read_number(arena, about, "files"),
                 .bytes = read_number(arena, about, "bytes")},
    };
    return out->version != NULL;
}

static bool
write_complete(struct arena *arena, const char *dir, const char *version,
               const struct files_size *size, struct duet_error *err)
{
    SCOPED(buf_release) struct buf about = {0};
    const char *path = path_join(arena, dir, COMPLETE);
    SCOPED(descriptor_close)
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    about_put(&about, "version", version);
    about_put(&about, "files", arena_printf(arena, "%" PRIu64, size->files));
    about_put(&about, "bytes", arena_printf(arena, "%" PRIu64, size->bytes));
    return (file >= 0 &&
            write(file, buf_data(&about), about.len) == (ssize_t)about.len) ||
           err_errno(err, "'%s'", path);
}

/* While it is locked so nobody takes the template away. */
static int
hold(struct arena *arena, const struct template *template)
{
    int file =
        open(path_join(arena, template->dir, COMPLETE), O_RDONLY | O_CLOEXEC);
    struct stat info;

    if (file >= 0 && (flock(file, LOCK_SH) != 0 || fstat(file, &info) != 0 ||
                      info.st_nlink == 0)) {
        (void)close(file);
        return -1;
    }
    return file;
}

static bool
is_size(const struct files_size *one, const struct files_size *other)
{
    return one->files == other->files && one->bytes == other->bytes;
}

/*
 * Its files were not synced when they were written.  Those that a crash of the
 * machine has cut short show in the size.
 */
static bool
check_size(const struct template *template, const struct files_size *size,
           struct duet_error *err)
{
    return is_size(size, &template->size) ||
           err_set(err, DUET_ERROR_IO, "the template '%s' is not whole",
                   template->dir);
}

bool
template_copy(struct template_copy *copy, const struct template *template,
              const char *to, const struct user *user, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};

    *copy =
        (struct template_copy){.template = template, .to = to, .user = user};
    copy->held = hold(&arena, template);
    if (copy->held < 0)
        return err_errno(err, "the template '%s'", template->dir);
    (void)futimens(copy->held, NULL);
    return files_copy(path_join(&arena, template->dir, "data"), to, "base",
                      user, &copy->size, err);
}

bool
template_copy_rest(struct template_copy *copy, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const struct template *template = copy->template;
    bool done = files_copy_into(path_join(&arena, template->dir, "data/base"),
                                path_join(&arena, copy->to, "base"), copy->user,
                                &copy->size, err);

    descriptor_close(&copy->held);
    copy->held = -1;
    if (!done)
        return false;
    return check_size(template, &copy->size, err);
}

bool
template_copy_all(const struct template *template, const char *to,
                  const struct user *user, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(descriptor_close) int held = hold(&arena, template);
    struct files_size size = {0};

    if (held < 0)
        return err_errno(err, "the template '%s'", template->dir);
    (void)futimens(held, NULL);
    return files_copy(path_join(&arena, template->dir, "data"), to, NULL, user,
                      &size, err) &&
           check_size(template, &size, err);
}

/* As it is now: another process may have made it anew. */
static bool
is_whole(const char *dir)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct template found = {.dir = dir};
    SCOPED(descriptor_close) int held = hold(&arena, &found);
    struct files_size size = {0};

    return held >= 0 && read_template(&found, &arena, dir) &&
           files_measure(path_join(&arena, dir, "data"), &size) &&
           is_size(&size, &found.size);
}

bool
template_discard(const struct template *template)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(descriptor_close) int lock = -1;
    const char *dir = template->dir;
    const char *cache =
        arena_copy(&arena, dir, (size_t)(strrchr(dir, '/') - dir));

    if (is_whole(dir) || !lock_cache(&arena, cache, &lock, NULL))
        return false;
    if (!is_whole(dir))
        (void)files_remove(dir, NULL);
    return true;
}

/* ------------------------------------------------------------------------
 * Making one
 */

static bool
is_old(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 &&
           time(NULL) - info.st_mtim.tv_sec > KEEP_DAYS * 24L * 60 * 60;
}

/* With the lock of the cache held: a "tmp." is one that nobody finished. */
static void
tidy(struct arena *arena, const char *cache)
{
    DIR *entries = opendir(cache);
    const struct dirent *entry;

    while (entries != NULL && (entry = readdir(entries)) != NULL) {
        const char *dir = path_join(arena, cache, entry->d_name);
        const char *complete = path_join(arena, dir, COMPLETE);
        SCOPED(descriptor_close) int file = -1;

        if (strncmp(entry->d_name, "tmp.", 4) == 0) {
            (void)files_remove(dir, NULL);
            continue;
        }
        if (!is_old(complete))
            continue;
        file = open(complete, O_RDONLY | O_CLOEXEC);
        if (file >= 0 && flock(file, LOCK_EX | LOCK_NB) == 0 &&
            unlink(complete) == 0)
            (void)files_remove(dir, NULL);
    }
    if (entries != NULL)
        (void)closedir(entries);
}

/* Under another name first, so that there is never half a template. */
static bool
keep(struct arena *arena, const char *from, const char *cache, const char *name,
     const char *version, struct duet_error *err)
{
    const char *draft =
        arena_printf(arena, "%s/tmp.%ld", cache, (long)getpid());
    const char *dir = path_join(arena, cache, name);
    struct files_size size = {0};

    if (mkdir(draft, 0700) != 0)
        return err_errno(err, "'%s'", draft);
    if (!files_copy(from, path_join(arena, draft, "data"), NULL, NULL, &size,
                    err) ||
        !write_complete(arena, draft, version, &size, err) ||
        !files_remove(dir, err)) {
        (void)files_remove(draft, NULL);
        return false;
    }
    return rename(draft, dir) == 0 || err_errno(err, "'%s'", dir);
}

/* A directory that is gone with this process, in whatever way it ends. */
static bool
nothing_to_start(void *context, struct arena *arena, const char *dir,
                 struct buf *about, pid_t *server, struct duet_error *err)
{
    (void)context;
    (void)arena;
    (void)dir;
    (void)about;
    (void)server;
    (void)err;
    return true;
}

static const struct ephemeral_kind workshop = {
    .name = "template",
    .room = BUILD_ROOM,
    .start = nothing_to_start,
};

static bool
make_in(const struct recipe *recipe, struct arena *arena, const char *dir,
        const char *cache, struct duet_error *err)
{
    const char *version = NULL;

    return recipe->make(recipe, arena, dir, &version, err) &&
           keep(arena, path_join(arena, dir, "data"), cache, recipe->name,
                version, err);
}

static bool
make(const struct recipe *recipe, struct arena *arena, const char *cache,
     struct duet_error *err)
{
    const struct ephemeral_request request = {
        .kind = &workshop,
        .owners = {process_self()},
    };
    struct ephemeral place;
    bool done;

    if (!ephemeral_open(&place, arena, &request, err))
        return false;
    tidy(arena, cache);
    done = make_in(recipe, arena, place.dir, cache, err);
    return ephemeral_close(&place, done ? err : NULL) && done;
}

bool
template_find(struct template *out, struct arena *arena,
              const struct recipe *recipe, struct duet_error *err)
{
    SCOPED(descriptor_close) int lock = -1;
    const char *cache;
    const char *dir;

    if (!find_cache(arena, &cache, err))
        return false;
    dir = path_join(arena, cache, recipe->name);
    if (read_template(out, arena, dir))
        return true;
    if (!lock_cache(arena, cache, &lock, err))
        return false;
    if (read_template(out, arena, dir))
        return true; /* by another one, meanwhile */
    if (!make(recipe, arena, cache, err))
        return false;
    return read_template(out, arena, dir) ||
           err_set(err, DUET_ERROR_IO, "the template '%s' is gone", dir);
}
