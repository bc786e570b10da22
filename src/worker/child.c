/* For setgroups() and pipe2(). */
#define _GNU_SOURCE
#include "worker/child.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "base/err.h"
#include "base/path.h"

enum { INPUT_MAX = 16 * 1024, LAST_SIGNAL = 64 };

/* What is made before the fork, behind which little is safe to do. */
struct start {
    const char *program;
    char *const *argv;
    char *const *environment;
    const struct user *user;
    pid_t parent;
    int input;
    int log;
    int report; /* gets errno where the program can't be begun */
};

/* ------------------------------------------------------------------------
 * In the child
 */

static void
reset_signals(void)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigset_t none;

    for (int number = 1; number < LAST_SIGNAL; number++)
        (void)sigaction(number, &action, NULL);
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The death signal comes last: a change of the user takes it away again. */
static bool
become(const struct start *start)
{
    const struct user *user = start->user;

    if (user != NULL && user->is_other &&
        (setgroups(0, NULL) != 0 || setgid(user->gid) != 0 ||
         setuid(user->uid) != 0))
        return false;
    return prctl(PR_SET_PDEATHSIG, SIGQUIT) == 0 && getppid() == start->parent;
}

static _Noreturn void
begin(const struct start *start)
{
    int number;

    reset_signals();
    (void)umask(077);
    if (dup2(start->input, STDIN_FILENO) >= 0 &&
        dup2(start->log, STDOUT_FILENO) >= 0 &&
        dup2(start->log, STDERR_FILENO) >= 0 && chdir("/") == 0 &&
        become(start))
        (void)execve(start->program, start->argv, start->environment);
    number = errno;
    (void)!write(start->report, &number, sizeof number);
    _exit(127);
}

/* ------------------------------------------------------------------------
 * In the parent
 */

/*
 * NOTIFY_SOCKET is that of a service we may be part of; TZ is what initdb
 * makes the server's time zone.
 */
static char **
make_environment(struct arena *arena)
{
    static const char *const left_out[] = {
        "NOTIFY_SOCKET=", "PG", "LC_", "LANG=", "LANGUAGE=", "TZ="};
    static const char *const added[] = {"LC_ALL=C", "TZ=UTC"};
    size_t count = 0;
    char **list;

    while (environ != NULL && environ[count] != NULL)
        count++;
    list = arena_array(arena, count + 3, sizeof *list);
    count = 0;
    for (char **at = environ; at != NULL && *at != NULL; at++) {
        bool wanted = true;

        for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
            wanted =
                wanted && strncmp(*at, left_out[i], strlen(left_out[i])) != 0;
        if (wanted)
            list[count++] = *at;
    }
    for (size_t i = 0; i < sizeof added / sizeof *added; i++)
        list[count++] = arena_text(arena, added[i]);
    return list;
}

static char **
copy_words(struct arena *arena, const char *const *words)
{
    size_t count = 0;
    char **copies;

    while (words[count] != NULL)
        count++;
    copies = arena_array(arena, count + 1, sizeof *copies);
    for (size_t i = 0; i < count; i++)
        copies[i] = arena_text(arena, words[i]);
    return copies;
}

/* What fits into a pipe need not be written by somebody else. */
static int
open_input(const char *input)
{
    size_t len = input != NULL ? strlen(input) : 0;
    int ends[2];

    if (input == NULL)
        return open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (len > INPUT_MAX || pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    if (write(ends[1], input, len) != (ssize_t)len) {
        (void)close(ends[0]);
        ends[0] = -1;
    }
    (void)close(ends[1]);
    return ends[0];
}

/* With all signals held off, so that no handler of the caller's runs there. */
static pid_t
fork_quietly(const struct start *start)
{
    sigset_t all, old;
    pid_t pid;

    sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &old);
    pid = fork();
    if (pid == 0)
        begin(start);
    (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
    return pid;
}

static bool
read_report(int report, int *number)
{
    ssize_t len;

    do
        len = read(report, number, sizeof *number);
    while (len < 0 && errno == EINTR);
    return len == (ssize_t)sizeof *number;
}

static bool
not_begun(const struct child *child, int number, struct duet_error *err)
{
    const struct user *user = child->user;

    errno = number;
    (void)err_errno(err, "'%s'", child->argv[0]);
    if (number != EACCES || user == NULL || !user->is_other)
        return false;
    return err_hint(err,
                    "user '%s' has to get at it: open its directories, or "
                    "name another user with --run-as",
                    user->name);
}

static bool
fork_and_look(pid_t *out, const struct child *child, struct start *start,
              struct duet_error *err)
{
    SCOPED(descriptor_close) int report = -1;
    int ends[2];
    int number = 0;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_errno(err, "a pipe");
    report = ends[0];
    start->report = ends[1];
    *out = fork_quietly(start);
    (void)close(ends[1]);
    if (*out < 0)
        return err_errno(err, "'%s'", start->program);
    if (!read_report(report, &number))
        return true;
    (void)child_wait(*out);
    return not_begun(child, number, err);
}

bool
child_start(pid_t *out, const struct child *child, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(descriptor_close) int input = open_input(child->input);
    SCOPED(descriptor_close)
    int log = open(child->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    struct start start = {
        .program = child->argv[0],
        .argv = copy_words(&arena, child->argv),
        .environment = make_environment(&arena),
        .user = child->user,
        .parent = getpid(),
        .input = input,
        .log = log,
    };

    if (log < 0)
        return err_errno(err, "'%s'", child->log);
    if (input < 0)
        return err_errno(err, "the input of '%s'", child->argv[0]);
    return fork_and_look(out, child, &start, err);
}

/* Where the caller's process ignores the end of children it has no result. */
static void
have_results(struct sigaction *old)
{
    const struct sigaction usual = {.sa_handler = SIG_DFL};

    if (sigaction(SIGCHLD, NULL, old) == 0 &&
        (old->sa_handler == SIG_IGN || (old->sa_flags & SA_NOCLDWAIT) != 0))
        (void)sigaction(SIGCHLD, &usual, NULL);
}

bool
child_wait(pid_t pid)
{
    int status = 0;
    pid_t got;

    do
        got = waitpid(pid, &status, 0);
    while (got < 0 && errno == EINTR);
    return got == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool
child_has_ended(pid_t pid)
{
    return waitpid(pid, NULL, WNOHANG) != 0;
}

bool
child_run(const struct child *child, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct sigaction old;
    pid_t pid = 0;
    bool started, done;

    have_results(&old);
    started = child_start(&pid, child, err);
    done = started && child_wait(pid);
    (void)sigaction(SIGCHLD, &old, NULL);
    if (!started || done)
        return done;
    return err_set(err, DUET_ERROR_IO, "'%s' failed: %s", child->argv[0],
                   log_tail(&arena, child->log));
}

/* ------------------------------------------------------------------------
 * What it says
 */

/* Of "2026-11-26 05:25:06 UTC [7] FATAL:  why" what stands behind the mark. */
static const char *
find_complaint(const char *line)
{
    static const char *const marks[] = {
        "FATAL:  ", "PANIC:  ", "ERROR:  ", "error: ", "fatal: "};

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        const char *mark = strstr(line, marks[i]);

        if (mark != NULL)
            return mark + strlen(marks[i]);
    }
    return NULL;
}

const char *
log_tail(struct arena *arena, const char *log)
{
    const char *text = NULL;
    const char *last = "";
    const char *complaint = NULL;

    if (!path_read(arena, log, &text, NULL) || text == NULL)
        return "";
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        const char *line = arena_copy(arena, text, len);

        if (len > 0)
            last = line;
        if (find_complaint(line) != NULL)
            complaint = find_complaint(line);
        text += len + (text[len] == '\n');
    }
    return complaint != NULL ? complaint : last;
}
