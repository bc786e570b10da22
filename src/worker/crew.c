/* For closefrom(). */
#define _DEFAULT_SOURCE

#include "worker/crew.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"

enum {
    MOST = 1024,   /* programs */
    PATIENCE = 500 /* milliseconds to end in order */
};

struct crew {
    pid_t groups[MOST]; /* those that run; their leaders have that number */
    volatile sig_atomic_t count;
    volatile sig_atomic_t interrupted;
    pid_t guard;
    int orders; /* a pipe to the guard: -group forgets it */
};

/* ------------------------------------------------------------------------
 * The guard: ends what is left when the pipe closes
 */

static void
follow(struct crew *crew, pid_t order)
{
    if (order > 0 && crew->count < MOST)
        crew->groups[crew->count++] = order;
    for (int i = 0; i < crew->count; i++)
        if (crew->groups[i] == -order)
            crew->groups[i--] = crew->groups[--crew->count];
}

static void
signal_groups(const struct crew *crew, int number)
{
    for (int i = 0; i < crew->count; i++)
        (void)kill(-crew->groups[i], number);
}

static bool
any_group(const struct crew *crew)
{
    for (int i = 0; i < crew->count; i++)
        if (kill(-crew->groups[i], 0) == 0 || errno != ESRCH)
            return true;
    return false;
}

static void
end_groups(const struct crew *crew)
{
    enum { PAUSE = 10 };

    signal_groups(crew, SIGTERM);
    signal_groups(crew, SIGCONT);
    for (int waited = 0; waited < PATIENCE && any_group(crew); waited += PAUSE)
        (void)poll(NULL, 0, PAUSE);
    signal_groups(crew, SIGKILL);
}

static _Noreturn void
guard(int orders)
{
    struct crew crew = {.count = 0};
    pid_t order;
    ssize_t len;

    (void)setsid();
    (void)signal(SIGHUP, SIG_IGN);
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGTERM, SIG_IGN);
    do {
        len = read(orders, &order, sizeof order);
        if (len == sizeof order)
            follow(&crew, order);
    } while (len > 0 || (len == -1 && errno == EINTR));
    end_groups(&crew);
    _exit(0);
}

/* A pipe keeps what is that short whole. */
static void
tell_guard(const struct crew *crew, pid_t order)
{
    ssize_t len;

    do
        len = write(crew->orders, &order, sizeof order);
    while (len == -1 && errno == EINTR);
}

/* It must hold no file of ours: a pipe that the caller reads would not end. */
static void
leave_files(int orders)
{
    int null = open("/dev/null", O_RDWR);

    (void)dup2(orders, STDIN_FILENO);
    (void)dup2(null, STDOUT_FILENO);
    (void)dup2(null, STDERR_FILENO);
    closefrom(STDERR_FILENO + 1);
}

bool
crew_open(struct crew **out, struct duet_error *err)
{
    SCOPED(crew_close) struct crew *crew = must_alloc(sizeof *crew);
    int ends[2];

    *crew = (struct crew){.orders = -1};
    if (pipe(ends) == -1)
        return err_errno(err, "pipe");
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    crew->guard = fork();
    if (crew->guard == 0) {
        leave_files(ends[0]);
        guard(STDIN_FILENO);
    }
    (void)close(ends[0]);
    crew->orders = ends[1];
    if (crew->guard == -1)
        return err_errno(err, "fork");
    *out = crew;
    crew = NULL;
    return true;
}

/* ------------------------------------------------------------------------
 * The programs
 */

static void
add_variables(const char *const *variables)
{
    for (; *variables != NULL; variables++) {
        char *name = must_text(*variables);
        char *value = strchr(name, '=');

        *value = '\0';
        (void)setenv(name, value + 1, 1);
        free(name);
    }
}

/* The end of FAILED tells that it has begun; else it gets the error. */
static _Noreturn void
become(const char *const *argv, const char *const *variables, int failed)
{
    int null = open("/dev/null", O_RDONLY);
    sigset_t none;

    (void)dup2(null, STDIN_FILENO);
    (void)signal(SIGINT, SIG_DFL);
    (void)signal(SIGTERM, SIG_DFL);
    (void)signal(SIGPIPE, SIG_DFL);
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    add_variables(variables);
    (void)execvp(argv[0], (char *const *)(uintptr_t)argv);
    (void)!write(failed, &errno, sizeof errno);
    _exit(127);
}

static bool
has_begun(int failed, const char *program, struct duet_error *err)
{
    int number = 0;
    ssize_t len;

    do
        len = read(failed, &number, sizeof number);
    while (len == -1 && errno == EINTR);
    if (len != sizeof number)
        return true;
    errno = number;
    (void)err_errno(err, "'%s'", program);
    if (err != NULL && number == ENOENT)
        (void)err_hint(err, "no program of that name is in PATH");
    return false;
}

static void
forget(struct crew *crew, pid_t pid)
{
    /* What a program has left running is ended with the crew. */
    if (kill(-pid, 0) == -1 && errno == ESRCH)
        tell_guard(crew, -pid);
    for (int i = 0; i < crew->count; i++)
        if (crew->groups[i] == pid) {
            crew->groups[i] = crew->groups[crew->count - 1];
            crew->count--;
            return;
        }
}

static bool
start(struct crew *crew, const char *const *argv, const char *const *variables,
      const int *ends, pid_t *pid, struct duet_error *err)
{
    bool begun;

    *pid = fork();
    if (*pid == 0) {
        /* By itself: whoever started it may be killed at any moment. */
        (void)setpgid(0, 0);
        tell_guard(crew, getpid());
        become(argv, variables, ends[1]);
    }
    (void)close(ends[1]);
    if (*pid == -1)
        return err_errno(err, "fork");
    (void)setpgid(*pid, *pid);
    crew->groups[crew->count] = *pid;
    crew->count++;
    begun = has_begun(ends[0], argv[0], err);
    if (crew->interrupted) /* before this one was there */
        (void)kill(-*pid, SIGINT);
    if (!begun) {
        (void)waitpid(*pid, NULL, 0);
        forget(crew, *pid);
    }
    return begun;
}

bool
crew_start(struct crew *crew, const char *const *argv,
           const char *const *variables, pid_t *pid, struct duet_error *err)
{
    int ends[2];
    bool started;

    if (crew->count == MOST)
        return err_set(err, DUET_ERROR_USAGE, "more than %d programs", MOST);
    if (pipe(ends) == -1)
        return err_errno(err, "pipe");
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    started = start(crew, argv, variables, ends, pid, err);
    (void)close(ends[0]);
    return started;
}

static bool
is_of(const struct crew *crew, pid_t pid)
{
    for (int i = 0; i < crew->count; i++)
        if (crew->groups[i] == pid)
            return true;
    return false;
}

bool
crew_wait(struct crew *crew, pid_t *pid, int *status)
{
    int raw;

    while (crew->count > 0) {
        pid_t ended = waitpid(-1, &raw, 0);

        if (ended == -1 && errno != EINTR)
            return false;
        if (ended <= 0 || !is_of(crew, ended))
            continue;
        forget(crew, ended);
        *pid = ended;
        *status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
        return true;
    }
    return false;
}

void
crew_interrupt(struct crew *crew)
{
    if (crew->interrupted)
        return;
    crew->interrupted = 1;
    signal_groups(crew, SIGINT);
}

void
crew_close(struct crew **crew)
{
    if (*crew == NULL)
        return;
    if ((*crew)->orders != -1)
        (void)close((*crew)->orders);
    if ((*crew)->guard > 0)
        (void)waitpid((*crew)->guard, NULL, 0);
    free(*crew);
    *crew = NULL;
}
