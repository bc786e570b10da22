/*
 * Other processes: which they are, and when they end.
 */
#include "lib/tap.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/program.h"
#include "worker/process.h"

/* A copy of this process, or another program. */
static pid_t
start_waiting(bool program)
{
    static char name[] = "sleep";
    static char seconds[] = "60";
    static char who[] = "WHO=me";
    static char empty[] = "EMPTY=";
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    if (!program)
        for (;;)
            (void)pause();
    (void)execve("/bin/sleep", (char *[]){name, seconds, NULL},
                 (char *[]){who, empty, NULL});
    _exit(1);
}

static void
end(pid_t pid)
{
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
}

static void
knows_itself(void)
{
    struct process self = process_self();
    struct process parent;

    OK(self.pid == getpid() && self.started > 0, "it knows itself");
    OK(process_is_alive(&self), "which is alive");
    OK(process_parent(&self, &parent) && parent.pid == getppid(),
       "and its parent");
    self.started++;
    OK(!process_is_alive(&self), "another time of starting is another process");
    OK(process_watch(&self) == -1, "which can't be watched");
}

static void
sees_the_end(void)
{
    pid_t pid = start_waiting(false);
    struct process child = {0};
    struct pollfd watched = {.events = POLLIN};

    OK(process_find(pid, &child) && process_is_alive(&child),
       "a child is alive");
    watched.fd = process_watch(&child);
    OK(watched.fd != -1 && poll(&watched, 1, 0) == 0, "and is watched");
    (void)kill(pid, SIGKILL);
    OK(poll(&watched, 1, 10000) == 1, "its end is seen");
    OK(!process_is_alive(&child), "one that was not waited for has ended");
    (void)waitpid(pid, NULL, 0);
    OK(!process_is_alive(&child) && !process_find(pid, &child),
       "and then there is none");
    (void)close(watched.fd);
}

static void
tells_forks(void)
{
    SCOPED(arena_clear) struct arena arena = {0};
    pid_t copy = start_waiting(false);
    pid_t program = start_waiting(true);
    struct process process;

    OK(process_find(copy, &process) && process_is_fork(&process),
       "a fork is one");
    OK(program_begins(program, "60") && process_find(program, &process) &&
           !process_is_fork(&process),
       "a program that has begun is none");
    IS_TEXT(process_environment(&process, &arena, "WHO"), "me",
            "its environment can be read");
    IS_TEXT(process_environment(&process, &arena, "EMPTY"), "",
            "an empty one, too");
    OK(process_environment(&process, &arena, "W") == NULL,
       "what is not there is NULL");
    end(copy);
    end(program);
}

int
main(void)
{
    const char *wrap = getenv("WRAP");

    if (wrap != NULL && *wrap != '\0')
        tap_skip_all("valgrind makes up what is asked of the kernel here");
    knows_itself();
    sees_the_end();
    tells_forks();
    return tap_done();
}
