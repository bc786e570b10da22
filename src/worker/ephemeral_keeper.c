/*
 * The keeper: the process that holds the lock of a directory, and takes it
 * away in the end.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/path.h"
#include "worker/ephemeral_part.h"

enum {
    LOOK_MS = 200,            /* at owners that can't be watched */
    LOCK_PATIENCE_MS = 60000, /* for another keeper that starts or ends */
    LOCK_PAUSE_MS = 2,
    LAST_SIGNAL = 64,
    FEW_FILES = 65536 /* are closed one by one on an old kernel */
};

struct keeper {
    const struct ephemeral_request *request;
    const char *dir;
    int lock;
    int signals; /* a descriptor that they come by */
    int owners[OWNERS_MAX];
    pid_t server;     /* 0: there is none, or it has ended */
    int64_t deadline; /* 0: none */
};

/* ------------------------------------------------------------------------
 * A process of its own
 */

static void
close_files(unsigned first, unsigned last)
{
#ifdef SYS_close_range
    if (first > last || syscall(SYS_close_range, first, last, 0) == 0)
        return;
#endif
    for (unsigned file = first; file <= last && file < FEW_FILES; file++)
        (void)close((int)file);
}

/* Nothing of the caller's is held open: not its terminal, and no pipe of it. */
static void
leave_caller(int report)
{
    static const int by_descriptor[] = {SIGTERM, SIGINT, SIGQUIT, SIGCHLD};
    struct sigaction action = {.sa_handler = SIG_DFL};
    int null = open("/dev/null", O_RDWR);
    sigset_t set;

    for (int file = STDIN_FILENO; file <= STDERR_FILENO; file++)
        if (null >= 0 && file != report)
            (void)dup2(null, file);
    if (report > STDERR_FILENO)
        close_files(STDERR_FILENO + 1, (unsigned)report - 1);
    close_files(
        report > STDERR_FILENO ? (unsigned)report + 1 : STDERR_FILENO + 1, ~0U);
    for (int number = 1; number < LAST_SIGNAL; number++)
        (void)sigaction(number, &action, NULL);
    (void)signal(SIGHUP, SIG_IGN);
    (void)signal(SIGPIPE, SIG_IGN);
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof by_descriptor / sizeof *by_descriptor; i++)
        sigaddset(&set, by_descriptor[i]);
    (void)sigprocmask(SIG_SETMASK, &set, NULL);
    (void)umask(077);
    (void)!chdir("/");
}

/* That field of /proc/self/stat, behind the name in parentheses. */
static unsigned long
stat_number(const char *stat, int field)
{
    enum { FIRST = 3 };
    const char *at = strrchr(stat, ')');

    for (int number = FIRST; at != NULL && number <= field; number++)
        at = strchr(at + 1, ' ');
    return at != NULL ? strtoul(at, NULL, 10) : 0;
}

/*
 * The words of the command line are still those of the process it was forked
 * from, in ps and for pkill -f.  What the caller gave may point to them, and
 * has been used by now.
 */
static void
show_what_it_is(const char *dir)
{
    enum { FIELD_START = 48, FIELD_END = 49 };
    SCOPED(arena_clear) struct arena arena = {0};
    const char *title = arena_printf(&arena, "duet-keeper %s", dir);
    const char *stat = NULL;
    unsigned long start, end;

    (void)prctl(PR_SET_NAME, "duet-keeper");
    if (!path_read(&arena, "/proc/self/stat", &stat, NULL) || stat == NULL)
        return;
    start = stat_number(stat, FIELD_START);
    end = stat_number(stat, FIELD_END);
    if (start == 0 || end <= start)
        return;
    memset((char *)start, '\0', end - start); /* NOLINT: it is an address */
    (void)snprintf((char *)start, end - start, "%s", title); /* NOLINT */
}

static void
watch_signals(struct keeper *keeper)
{
    sigset_t set;

    (void)sigprocmask(SIG_SETMASK, NULL, &set);
    keeper->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* ------------------------------------------------------------------------
 * Its directory
 */

enum taken { TAKEN, WAS_THERE, NOT_TAKEN };

static enum taken
refuse_kept(const struct keeper *keeper, struct duet_error *err)
{
    const char *name = strrchr(keeper->dir, '/') + 1;

    (void)err_set(err, DUET_ERROR_USAGE, "'%s' was kept by an earlier run",
                  keeper->dir);
    (void)err_hint(err, "'duet cluster stop %s' removes it", name);
    return NOT_TAKEN;
}

/* What lies there is of one that nobody keeps any more. */
static enum taken
take_over(const struct keeper *keeper, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};

    if (site_is_kept(site_about(&arena, keeper->dir)))
        return refuse_kept(keeper, err);
    if (!site_wipe(keeper->dir, err))
        return NOT_TAKEN;
    (void)chmod(keeper->dir, site_mode());
    return TAKEN;
}

static bool
is_in_use(const char *dir)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct process other = site_keeper(site_about(&arena, dir));

    return process_is_alive(&other);
}

static enum taken
take_directory(struct keeper *keeper, struct duet_error *err)
{
    const struct timespec pause = {.tv_nsec = LOCK_PAUSE_MS * 1000000L};
    int64_t deadline = clock_milliseconds() + LOCK_PATIENCE_MS;

    while (clock_milliseconds() < deadline) {
        enum site_state state = SITE_FAILED;

        if (mkdir(keeper->dir, site_mode()) == 0 || errno == EEXIST)
            state = site_lock(keeper->dir, true, &keeper->lock);
        if (state == SITE_HELD)
            return take_over(keeper, err);
        if (state == SITE_BUSY && is_in_use(keeper->dir))
            return WAS_THERE;
        if (state == SITE_FAILED) {
            (void)err_errno(err, "'%s'", keeper->dir);
            return NOT_TAKEN;
        }
        (void)nanosleep(&pause, NULL);
    }
    (void)err_set(err, DUET_ERROR_BUSY, "'%s' is being started or stopped",
                  keeper->dir);
    (void)err_hint(err, "run this again once it is");
    return NOT_TAKEN;
}

/* As a whole: whoever reads it meanwhile finds none. */
static bool
write_about(const struct keeper *keeper, const struct buf *about,
            struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *path = path_join(&arena, keeper->dir, SITE_ABOUT);
    const char *draft = arena_printf(&arena, "%s.new", path);
    int file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool done = file >= 0 &&
                write(file, buf_data(about), about->len) == (ssize_t)about->len;

    if (file >= 0 && close(file) != 0)
        done = false;
    return (done && rename(draft, path) == 0) || err_errno(err, "'%s'", path);
}

static void
begin_about(struct buf *about, const struct ephemeral_request *request)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct process self = process_self();

    about_put(about, "kind", request->kind->name);
    about_put(
        about, "keeper",
        arena_printf(&arena, "%ld %" PRId64, (long)self.pid, self.started));
    if (request->keep)
        about_put(about, "kept", "yes");
}

static bool
fill_directory(struct keeper *keeper, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(buf_release) struct buf about = {0};
    const struct ephemeral_request *request = keeper->request;
    bool done;

    begin_about(&about, request);
    done = request->kind->start(request->context, &arena, keeper->dir, &about,
                                &keeper->server, err);
    if (done)
        return write_about(keeper, &about, err);
    if (!request->keep)
        return false;
    /* What is kept of a failure has to be found, too. */
    (void)write_about(keeper, &about, NULL);
    return err_wrap(err, "'%s' is kept", keeper->dir);
}

/* ------------------------------------------------------------------------
 * Waiting
 */

static void
watch_owners(struct keeper *keeper)
{
    for (size_t i = 0; i < OWNERS_MAX; i++) {
        const struct process *owner = &keeper->request->owners[i];

        keeper->owners[i] = owner->pid != 0 ? process_watch(owner) : -1;
    }
}

static bool
has_lost_owner(const struct keeper *keeper)
{
    for (size_t i = 0; i < OWNERS_MAX; i++)
        if (keeper->request->owners[i].pid != 0 &&
            !process_is_alive(&keeper->request->owners[i]))
            return true;
    return false;
}

/* How long it may wait before it looks again: for ever is -1. */
static int
next_look(const struct keeper *keeper)
{
    int64_t left = -1;

    if (keeper->deadline != 0) {
        left = keeper->deadline - clock_milliseconds();
        if (left < 0)
            left = 0;
    }
    for (size_t i = 0; i < OWNERS_MAX; i++)
        if (keeper->request->owners[i].pid != 0 && keeper->owners[i] == -1 &&
            (left < 0 || left > LOOK_MS))
            left = LOOK_MS;
    return (int)left;
}

/* A stop was asked for, or the server has ended. */
static bool
has_signal(struct keeper *keeper)
{
    struct signalfd_siginfo info;
    bool ends = false;

    while (read(keeper->signals, &info, sizeof info) == (ssize_t)sizeof info)
        ends = ends || info.ssi_signo != SIGCHLD;
    if (keeper->server != 0 && waitpid(keeper->server, NULL, WNOHANG) != 0) {
        keeper->server = 0;
        ends = true;
    }
    return ends;
}

static void
wait_for_end(struct keeper *keeper)
{
    struct pollfd files[OWNERS_MAX + 1];

    for (size_t i = 0; i < OWNERS_MAX; i++)
        files[i] = (struct pollfd){.fd = keeper->owners[i], .events = POLLIN};
    files[OWNERS_MAX] =
        (struct pollfd){.fd = keeper->signals, .events = POLLIN};
    while (!has_signal(keeper) && !has_lost_owner(keeper) &&
           (keeper->deadline == 0 || clock_milliseconds() < keeper->deadline))
        (void)poll(files, OWNERS_MAX + 1, next_look(keeper));
}

/* ------------------------------------------------------------------------
 * All of it
 */

/* False where nobody waits for it any more. */
static bool
send_report(int file, const struct keeper_report *report)
{
    bool sent = write(file, report, sizeof *report) == sizeof *report;

    (void)close(file);
    return sent;
}

/*
 * The lock goes with the process, after all that it is for.  What the
 * directory says goes first: from then on nobody takes it for one in use.
 */
static void
end_directory(struct keeper *keeper)
{
    SCOPED(arena_clear) struct arena arena = {0};

    if (!keeper->request->keep)
        (void)unlink(path_join(&arena, keeper->dir, SITE_ABOUT));
    if (keeper->server != 0 && keeper->request->kind->stop != NULL)
        keeper->request->kind->stop(keeper->server);
    if (keeper->request->keep)
        (void)site_end_server(keeper->dir, NULL);
    else
        (void)site_remove(keeper->dir, NULL);
}

static void
let_go(struct keeper *keeper)
{
    if (keeper->lock >= 0)
        (void)close(keeper->lock);
    keeper->lock = -1;
}

static bool
start_keeping(struct keeper *keeper, struct keeper_report *report)
{
    enum taken taken = take_directory(keeper, &report->err);

    report->was_there = taken == WAS_THERE;
    report->done = taken == WAS_THERE;
    if (taken != TAKEN)
        return false;
    report->done = fill_directory(keeper, &report->err);
    return true;
}

void
keeper_run(const struct ephemeral_request *request, const char *dir, int report)
{
    struct keeper keeper = {
        .request = request,
        .dir = dir,
        .lock = -1,
    };
    struct keeper_report result = {0};
    bool is_mine;
    bool is_known;

    leave_caller(report);
    watch_signals(&keeper);
    watch_owners(&keeper);
    if (request->time_to_live != 0)
        keeper.deadline = clock_milliseconds() + request->time_to_live;
    is_mine = start_keeping(&keeper, &result);
    if (is_mine && !result.done)
        end_directory(&keeper);
    if (!result.done)
        let_go(&keeper); /* before it is known that this one failed */
    if (is_mine)
        show_what_it_is(dir);
    is_known = send_report(report, &result);
    if (is_mine && result.done) {
        if (is_known)
            wait_for_end(&keeper);
        end_directory(&keeper);
    }
    _exit(0);
}
