/*
 * Slots: no two at once have one, and who is killed has none.
 */
#include "lib/tap.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/program.h"
#include "worker/slot.h"

enum { WORKERS = 8, ROUNDS = 40, CONTROL_ROUNDS = 10, COLLIDED = 3 };

static struct arena arena;
static char top[] = "/tmp/duet.XXXXXX";

static const char *
fresh_directory(void)
{
    static int number;
    const char *dir = arena_printf(&arena, "%s/%d", top, number++);

    if (mkdir(dir, 0700) != 0)
        tap_bail_out("no directory");
    return dir;
}

/* The number, or -1. */
static int
lease(const char *dir, const struct process *owner, int *file)
{
    struct slot slot;
    struct duet_error err = {0};

    if (!slot_lease(&slot, &arena, dir, owner, &err)) {
        tap_diag("%s", err.text);
        return -1;
    }
    if (file != NULL)
        *file = slot.file;
    else
        slot_release(slot.file);
    return slot.number;
}

static int
lease_own(const char *dir, int *file)
{
    struct process self = process_self();

    return lease(dir, &self, file);
}

/* ------------------------------------------------------------------------
 * Many at once
 */

/* For a moment nobody else may be where this process is. */
static bool
stay(const char *dir, int number)
{
    const char *path = arena_printf(&arena, "%s/here-%d", dir, number);
    int file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);

    if (file == -1)
        return false;
    (void)close(file);
    (void)poll(NULL, 0, 1);
    return unlink(path) == 0;
}

static int
lease_again(const char *dir, int rounds)
{
    for (int i = 0; i < rounds; i++) {
        int file = -1;
        int number = lease_own(dir, &file);

        if (number < 0 || number >= WORKERS)
            return 1;
        if (!stay(dir, number))
            return COLLIDED;
        slot_release(file);
        arena_reuse(&arena);
    }
    return 0;
}

/* What one would do first: look which number nobody has, then take it. */
static int
lease_naively(const char *dir, int rounds)
{
    for (int i = 0; i < rounds; i++) {
        int number = 0;
        bool stayed;
        const char *path;

        while (access(arena_printf(&arena, "%s/taken-%d", dir, number), F_OK) ==
               0)
            number++;
        (void)poll(NULL, 0, 1);
        path = arena_printf(&arena, "%s/taken-%d", dir, number);
        (void)close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
        stayed = stay(dir, number);
        (void)unlink(path);
        if (!stayed)
            return COLLIDED;
    }
    return 0;
}

/* How many of the workers ended with each status. */
static void
run_workers(int (*work)(const char *dir, int rounds), int rounds,
            int statuses[COLLIDED + 1])
{
    const char *dir = fresh_directory();
    int start[2];
    char byte;

    if (pipe(start) != 0)
        tap_bail_out("no pipe");
    (void)fflush(stdout);
    for (int i = 0; i < WORKERS; i++) {
        if (fork() != 0)
            continue;
        (void)close(start[1]);
        (void)read(start[0], &byte, 1);
        _exit(work(dir, rounds));
    }
    (void)close(start[0]);
    (void)close(start[1]);
    for (int i = 0; i < WORKERS; i++) {
        int status = 0;

        (void)wait(&status);
        status = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
        statuses[status > COLLIDED ? 1 : status]++;
    }
}

static void
many_at_once(void)
{
    int statuses[COLLIDED + 1] = {0};
    int naive[COLLIDED + 1] = {0};

    run_workers(lease_again, ROUNDS, statuses);
    IS_INT(statuses[0], WORKERS,
           "of %d at once each has a slot of its own, and none beyond %d",
           WORKERS, WORKERS);
    run_workers(lease_naively, CONTROL_ROUNDS, naive);
    OK(naive[COLLIDED] > 0, "without a lock some have the same");
}

/* ------------------------------------------------------------------------
 * Who ends
 */

/* A child that has a slot until it is killed; with another program in it. */
static pid_t
start_holder(const char *dir, pid_t *program)
{
    int ready[2];
    pid_t pid;

    *program = 0;
    if (pipe(ready) != 0)
        tap_bail_out("no pipe");
    (void)fflush(stdout);
    pid = fork();
    if (pid == 0) {
        int file = -1;
        int number = lease_own(dir, &file);

        *program = fork();
        if (*program == 0) {
            static char name[] = "sleep";
            static char seconds[] = "60";

            (void)close(ready[1]);
            (void)execv("/bin/sleep", (char *[]){name, seconds, NULL});
            _exit(1);
        }
        if (number != 0)
            *program = -1;
        /* The copy has the slot until it is another program. */
        else if (!program_begins(*program, "60"))
            *program = 0;
        (void)write(ready[1], program, sizeof *program);
        while (true)
            (void)pause();
    }
    (void)close(ready[1]);
    if (read(ready[0], program, sizeof *program) != sizeof *program)
        tap_bail_out("no child");
    (void)close(ready[0]);
    return pid;
}

static void
the_killed_have_none(void)
{
    const char *dir = fresh_directory();
    pid_t program;
    pid_t pid = start_holder(dir, &program);

    OK(program > 0, "a process has slot 0, and starts a program");
    IS_INT(lease_own(dir, NULL), 1, "then another gets slot 1");
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
    IS_INT(lease_own(dir, NULL), 0,
           "once it is killed slot 0 is free, though the program runs");
    (void)kill(program, SIGKILL);
    OK(access(arena_printf(&arena, "%s/.slots/0.lock", dir), F_OK) == 0,
       "the file stays");
}

static pid_t
start_owner(struct process *owner)
{
    pid_t pid = fork();

    if (pid == 0)
        while (true)
            (void)pause();
    (void)process_find(pid, owner);
    return pid;
}

static void
commands_share_their_callers(void)
{
    const char *dir = fresh_directory();
    struct process one;
    struct process other;
    pid_t pid = start_owner(&one);
    pid_t other_pid = start_owner(&other);
    int file = -1;

    IS_INT(lease(dir, &one, NULL), 0, "a command leases for its caller");
    IS_INT(lease(dir, &other, NULL), 1,
           "whose slot it stays when the command has ended");
    IS_INT(lease(dir, &one, &file), 0, "the next command has the same");
    IS_INT(lease(dir, &one, NULL), 0, "also while the other runs");
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
    IS_INT(lease_own(dir, NULL), 2, "what still holds it has it");
    slot_release(file);
    IS_INT(lease(dir, &other, NULL), 1, "a free one before it changes nothing");
    IS_INT(lease_own(dir, NULL), 0, "else it is free when the caller ends");
    (void)kill(other_pid, SIGKILL);
    (void)waitpid(other_pid, NULL, 0);
}

static void
one_process_may_have_two(void)
{
    const char *dir = fresh_directory();
    int one = -1;
    int other = -1;

    OK(lease_own(dir, &one) == 0 && lease_own(dir, &other) == 1,
       "a process that leases two has two");
    OK((fcntl(one, F_GETFD) & FD_CLOEXEC) != 0, "programs do not inherit them");
    slot_release(one);
    IS_INT(lease_own(dir, NULL), 0, "what it gives back is free");
    slot_release(other);
    slot_release(-1);
}

/* ------------------------------------------------------------------------
 * What is in the way
 */

static void
write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
        tap_bail_out("no file");
}

static void
survives_rubbish(void)
{
    static const char *const texts[] = {
        "",
        "\n",
        "1",
        "x y\n",
        "-5 7\n",
        "99999999999999999999 1\n",
        "no newline and more than there is room for in a record of this kind"};
    const char *dir = fresh_directory();
    struct slot slot;
    struct process self = process_self();
    struct duet_error err = {0};

    IS_INT(lease_own(dir, NULL), 0, "the files are made");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        write_file(arena_printf(&arena, "%s/.slots/0.lock", dir), texts[i]);
        IS_INT(lease_own(dir, NULL), 0, "a file with rubbish is free");
    }
    if (unlink(arena_printf(&arena, "%s/.slots/0.lock", dir)) != 0 ||
        symlink("/nowhere", arena_printf(&arena, "%s/.slots/0.lock", dir)) != 0)
        tap_bail_out("no link");
    OK(!slot_lease(&slot, &arena, dir, &self, &err) &&
           err.kind == DUET_ERROR_IO &&
           strstr(err.text, ".slots/0.lock") != NULL && slot.file == -1,
       "a link is refused");
    OK(!slot_lease(&slot, &arena, "/proc/nowhere", &self, &err) &&
           err.kind == DUET_ERROR_IO,
       "and a directory that can't be made");
}

static void
remove_top(void)
{
    pid_t pid = fork();

    if (pid == 0) {
        (void)execlp("rm", "rm", "-rf", top, (char *)NULL);
        _exit(1);
    }
    (void)waitpid(pid, NULL, 0);
}

int
main(void)
{
    if (mkdtemp(top) == NULL)
        tap_bail_out("no directory");
    many_at_once();
    the_killed_have_none();
    commands_share_their_callers();
    one_process_may_have_two();
    survives_rubbish();
    remove_top();
    arena_clear(&arena);
    return tap_done();
}
