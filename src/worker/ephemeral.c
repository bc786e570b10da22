/* For getrandom() and setsid(). */
#define _GNU_SOURCE
#include "worker/ephemeral.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/path.h"
#include "worker/ephemeral_part.h"

enum {
    NAME_LEN = 12,  /* of one that is drawn: 60 bits */
    NAME_MOST = 64, /* of one that is given */
    START_PATIENCE_MS = 300000,
    END_PATIENCE_MS = 30000
};

/* ------------------------------------------------------------------------
 * Names
 */

static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";

static bool
draw_name(struct arena *arena, const char **out, struct duet_error *err)
{
    unsigned char bytes[NAME_LEN];
    char name[NAME_LEN + 1] = "";

    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return err_errno(err, "a random name");
    for (size_t i = 0; i < NAME_LEN; i++)
        name[i] = letters[bytes[i] % (sizeof letters - 1)];
    *out = arena_text(arena, name);
    return true;
}

static bool
check_name(const char *name, struct duet_error *err)
{
    size_t len = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "abcdefghijklmnopqrstuvwxyz0123456789_.-");

    if (len > 0 && len <= NAME_MOST && name[len] == '\0' && name[0] != '.')
        return true;
    (void)err_set(err, DUET_ERROR_USAGE,
                  "'%s' can't be the name of a directory", name);
    return err_hint(err, "use 1 to %d letters, digits, '_', '.' and '-'",
                    NAME_MOST);
}

/* One by that name may have been made where there was room at that time. */
static const char *
find_by_name(struct arena *arena, const char *name)
{
    for (const char *const *base = ephemeral_bases(arena); *base != NULL;
         base++) {
        const char *own = ephemeral_own(arena, *base);
        const char *dir = path_join(arena, own, name);

        if (ephemeral_is_own(own) &&
            access(path_join(arena, dir, SITE_LOCK), F_OK) == 0)
            return dir;
    }
    return NULL;
}

static bool
find_directory(struct arena *arena, const struct ephemeral_request *request,
               const char **dir, struct duet_error *err)
{
    const char *name = request->name;
    const char *base;

    if (name != NULL) {
        if (!check_name(name, err))
            return false;
        *dir = find_by_name(arena, name);
        if (*dir != NULL)
            return true;
    }
    if (!ephemeral_base(arena, request->kind->room, &base, err) ||
        (name == NULL && !draw_name(arena, &name, err)))
        return false;
    *dir = path_join(arena, base, name);
    return true;
}

/* ------------------------------------------------------------------------
 * Opening
 */

/*
 * It is the child of a child, so that nobody has to wait for it, in a session
 * of its own.  Signals are held off until it has taken care of them.
 */
static bool
fork_keeper(const struct ephemeral_request *request, const char *dir,
            int report, struct duet_error *err)
{
    sigset_t all, old;
    pid_t pid;
    int status = 0;

    sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &old);
    pid = fork();
    if (pid == 0) {
        (void)setsid();
        pid = fork();
        if (pid == 0)
            keeper_run(request, dir, report);
        _exit(pid < 0 ? 1 : 0);
    }
    (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (pid < 0)
        return err_errno(err, "the keeper of '%s'", dir);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return true;
}

static bool
read_report(int file, const char *dir, struct keeper_report *report,
            struct duet_error *err)
{
    int64_t deadline = clock_milliseconds() + START_PATIENCE_MS;
    struct pollfd answer = {.fd = file, .events = POLLIN};
    char *data = (char *)report;
    size_t have = 0;

    while (have < sizeof *report) {
        int64_t left = deadline - clock_milliseconds();
        ssize_t len;

        if (left <= 0)
            return err_set(err, DUET_ERROR_BUSY,
                           "the keeper of '%s' does not answer", dir);
        if (poll(&answer, 1, (int)left) <= 0)
            continue;
        len = read(file, data + have, sizeof *report - have);

        if (len < 0 && errno == EINTR)
            continue;
        if (len <= 0)
            break;
        have += (size_t)len;
    }
    if (have < sizeof *report)
        return err_set(err, DUET_ERROR_IO, "the keeper of '%s' has ended", dir);
    if (!report->done && err != NULL)
        *err = report->err;
    return report->done;
}

static bool
start_keeper(const struct ephemeral_request *request, const char *dir,
             struct keeper_report *report, struct duet_error *err)
{
    int ends[2];
    bool done;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_errno(err, "a pipe");
    done = fork_keeper(request, dir, ends[1], err);
    (void)close(ends[1]);
    done = done && read_report(ends[0], dir, report, err);
    (void)close(ends[0]);
    return done;
}

static bool
find_or_start(struct ephemeral *out, struct arena *arena,
              const struct ephemeral_request *request, struct duet_error *err)
{
    struct keeper_report report;
    const char *dir;

    if (!find_directory(arena, request, &dir, err) ||
        !start_keeper(request, dir, &report, err))
        return false;
    *out = (struct ephemeral){.in_use = true, .was_there = report.was_there};
    site_describe(out, arena, dir);
    return true;
}

/* One that was there may have come to its end before it was read. */
bool
ephemeral_open(struct ephemeral *out, struct arena *arena,
               const struct ephemeral_request *request, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena swept = {0};
    int64_t deadline = clock_milliseconds() + START_PATIENCE_MS;

    (void)ephemeral_sweep(&swept, NULL, NULL, NULL);
    while (find_or_start(out, arena, request, err)) {
        if (!out->was_there || *out->about != '\0')
            return true;
        if (clock_milliseconds() > deadline)
            return err_set(err, DUET_ERROR_BUSY,
                           "'%s' is being started and stopped again and again",
                           out->dir);
    }
    return false;
}

/* ------------------------------------------------------------------------
 * Closing
 */

static bool
wait_for_keeper(const struct process *keeper)
{
    const struct timespec pause = {.tv_nsec = 5000000L};
    int64_t deadline = clock_milliseconds() + END_PATIENCE_MS;
    int watch = process_watch(keeper);
    struct pollfd file = {.fd = watch, .events = POLLIN};

    while (process_is_alive(keeper) && clock_milliseconds() < deadline) {
        if (watch >= 0)
            (void)poll(&file, 1, END_PATIENCE_MS);
        else
            (void)nanosleep(&pause, NULL);
    }
    if (watch >= 0)
        (void)close(watch);
    return !process_is_alive(keeper);
}

static bool
is_kept_by_another(const struct ephemeral *ephemeral)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct process keeper = site_keeper(site_about(&arena, ephemeral->dir));

    return process_is_alive(&keeper);
}

/*
 * One that its keeper has left lying.  Where the lock is not free somebody
 * sweeps or lists it at this moment, or it is used anew by its name.
 */
static bool
remove_left(const struct ephemeral *ephemeral, struct duet_error *err)
{
    const struct timespec pause = {.tv_nsec = 1000000L};
    int64_t deadline = clock_milliseconds() + END_PATIENCE_MS;
    enum site_state state;
    int lock = -1;
    bool done;

    while ((state = site_lock(ephemeral->dir, false, &lock)) == SITE_BUSY &&
           !is_kept_by_another(ephemeral) && clock_milliseconds() < deadline)
        (void)nanosleep(&pause, NULL);
    if (state == SITE_FAILED)
        return err_errno(err, "'%s'", ephemeral->dir);
    if (state != SITE_HELD)
        return true;
    done = site_remove(ephemeral->dir, err);
    (void)close(lock);
    return done;
}

bool
ephemeral_close(const struct ephemeral *ephemeral, struct duet_error *err)
{
    process_signal(&ephemeral->keeper, SIGTERM);
    if (!wait_for_keeper(&ephemeral->keeper)) {
        (void)err_set(err, DUET_ERROR_BUSY, "'%s' does not end",
                      ephemeral->dir);
        return err_hint(err, "its keeper is process %ld",
                        (long)ephemeral->keeper.pid);
    }
    if (ephemeral->in_use && site_is_kept(ephemeral->about))
        return true;
    return remove_left(ephemeral, err);
}

bool
ephemeral_is_kept(const struct ephemeral *ephemeral)
{
    return site_is_kept(ephemeral->about);
}
