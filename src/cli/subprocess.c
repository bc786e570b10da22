/* For pipe2(). */
#define _GNU_SOURCE
#include "cli/subprocess.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"

enum { NOT_FOUND = 127, NOT_RUN = 126, BY_SIGNAL = 128 };

/* Held off while the command runs, and looked at one by one. */
static void
fill_set(sigset_t *set)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD};

    sigemptyset(set);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sigaddset(set, numbers[i]);
}

static _Noreturn void
begin(const char *const *argv, pid_t parent, const sigset_t *mask, int report)
{
    char **words;
    int number;

    memcpy(&words, &argv, sizeof words);
    (void)sigprocmask(SIG_SETMASK, mask, NULL);
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == parent)
        (void)execvp(words[0], words);
    number = errno;
    (void)!write(report, &number, sizeof number);
    _exit(NOT_RUN);
}

/* The terminal sends its own to the command as well. */
static void
wait_for_end(pid_t pid, const sigset_t *set, int *status)
{
    siginfo_t info;

    while (waitpid(pid, status, WNOHANG) == 0)
        if (sigwaitinfo(set, &info) > 0 && info.si_signo != SIGCHLD &&
            info.si_code != SI_KERNEL)
            (void)kill(pid, info.si_signo);
}

static bool
not_begun(const char *name, int number, int *status, struct duet_error *err)
{
    errno = number;
    *status = number == ENOENT ? NOT_FOUND : NOT_RUN;
    return err_errno(err, "command '%s'", name);
}

bool
subprocess_run(const char *const *argv, int *status, struct duet_error *err)
{
    pid_t self = getpid();
    sigset_t set, old;
    int ends[2];
    int number = 0;
    int ended = 0;
    bool has_failed;
    pid_t pid;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_errno(err, "a pipe");
    fill_set(&set);
    (void)sigprocmask(SIG_BLOCK, &set, &old);
    pid = fork();
    if (pid == 0)
        begin(argv, self, &old, ends[1]);
    (void)close(ends[1]);
    has_failed =
        pid < 0 || read(ends[0], &number, sizeof number) == sizeof number;
    (void)close(ends[0]);
    if (pid > 0)
        wait_for_end(pid, &set, &ended);
    (void)sigprocmask(SIG_SETMASK, &old, NULL);
    if (has_failed)
        return not_begun(argv[0], pid < 0 ? errno : number, status, err);
    *status =
        WIFSIGNALED(ended) ? BY_SIGNAL + WTERMSIG(ended) : WEXITSTATUS(ended);
    return true;
}
