/*
 * Which worker a process is, by its environment and by those it descends from.
 */
#include "lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "worker/identity.h"
#include "worker/runners.h"

static struct arena arena;

/* Nothing is left of the runner that runs this test. */
static void
clear_environment(void)
{
    for (const struct runner *runner = runners; runner->name; runner++) {
        unsetenv(runner->variable);
        if (runner->run != NULL)
            unsetenv(runner->run);
    }
    for (size_t i = 0; shard_variables[i] != NULL; i++)
        unsetenv(shard_variables[i]);
    unsetenv("CTEST_RESOURCE_GROUP_0_DATABASES");
    unsetenv("DUET_WORKER");
    unsetenv("DUET_RUN");
}

/* "NAME=VALUE" */
static void
set(const char *text)
{
    size_t len = strcspn(text, "=");

    setenv(arena_copy(&arena, text, len), text + len + 1, 1);
}

/* ------------------------------------------------------------------------
 * A tree of processes
 *
 * This program runs itself: its arguments are what it does in turn.
 *
 *     mark:NAME       this process is NAME from now on
 *     set:VAR=VALUE   in this process
 *     spawn:VAR=VALUE the rest is done by a child that has it from its start
 *     spawn           the same without one
 *     fork            the rest is done by a child without another program
 *     open, caller    print what identity_open(), identity_open_caller() found
 */

static const char *program;

static const char *
mark_of(const struct process *process)
{
    static const char *const names[] = {"A", "B", "C", "D", NULL};
    const char *pid = arena_printf(&arena, "%ld", (long)process->pid);

    if (process->pid == 0)
        return "-";
    for (size_t i = 0; names[i] != NULL; i++) {
        const char *mark = getenv(arena_printf(&arena, "MARK_%s", names[i]));

        if (mark != NULL && strcmp(mark, pid) == 0)
            return names[i];
    }
    return "?";
}

static int
print_identity(bool is_command)
{
    SCOPED(identity_close) struct identity identity = {0};
    struct duet_error err = {0};
    bool done = is_command ? identity_open_caller(&identity, &arena, NULL, &err)
                           : identity_open(&identity, &arena, NULL, &err);

    if (!done) {
        (void)printf("%s\n", err.text);
        return 1;
    }
    (void)printf("%s %s %s", identity.slot == -1 ? identity.worker : "leased",
                 mark_of(&identity.owner), mark_of(&identity.controller));
    return 0;
}

static int
wait_for(pid_t pid)
{
    int status = 0;

    return waitpid(pid, &status, 0) == pid && WIFEXITED(status)
               ? WEXITSTATUS(status)
               : 1;
}

static int
do_steps(char **steps)
{
    for (; *steps != NULL; steps++) {
        if (strncmp(*steps, "mark:", 5) == 0)
            set(arena_printf(&arena, "MARK_%s=%ld", *steps + 5,
                             (long)getpid()));
        else if (strncmp(*steps, "set:", 4) == 0)
            set(*steps + 4);
        else if (strncmp(*steps, "spawn", 5) == 0 ||
                 strcmp(*steps, "fork") == 0) {
            pid_t pid = fork();

            if (pid != 0)
                return wait_for(pid);
            if (**steps == 'f')
                continue;
            if ((*steps)[5] == ':')
                set(*steps + 6);
            *steps = arena_text(&arena, program);
            (void)execv(program, steps);
            _exit(1);
        } else
            return print_identity(strcmp(*steps, "caller") == 0);
    }
    return 1;
}

static void
run_steps(const char *steps, int out)
{
    enum { STEPS_MAX = 16 };
    char *words[STEPS_MAX + 2] = {arena_text(&arena, program)};
    size_t count = 1;

    for (; *steps != '\0' && count <= STEPS_MAX; steps += *steps == ' ') {
        size_t len = strcspn(steps, " ");

        words[count++] = arena_copy(&arena, steps, len);
        steps += len;
    }
    (void)dup2(out, STDOUT_FILENO);
    (void)execv(program, words);
    _exit(1);
}

/* What the steps, with a blank between, print. */
static const char *
outcome(const char *steps)
{
    SCOPED(buf_release) struct buf text = {0};
    char piece[256];
    ssize_t len;
    int ends[2];
    pid_t pid;

    if (pipe(ends) != 0)
        tap_bail_out("no pipe");
    (void)fflush(stdout);
    pid = fork();
    if (pid == 0) {
        (void)close(ends[0]);
        run_steps(steps, ends[1]);
    }
    (void)close(ends[1]);
    while ((len = read(ends[0], piece, sizeof piece)) > 0)
        buf_add(&text, piece, (size_t)len);
    (void)close(ends[0]);
    (void)wait_for(pid);
    return arena_text(&arena, buf_data(&text));
}

static void
knows_the_tree(void)
{
    static const char *const cases[][3] = {
        {"mark:A open", "master A -", "outside a run: the process itself"},
        {"mark:A spawn caller", "master A -",
         "for a command it is the program that called"},
        {"mark:A fork spawn caller", "master A -",
         "and not a copy of it, such as a subshell"},
        {"mark:A spawn:TEST_TOKEN=3 mark:B open", "3 B A",
         "a worker has its variable from the start"},
        {"mark:A spawn:TEST_TOKEN=3 mark:B spawn mark:C spawn caller", "3 B A",
         "what it starts is of it"},
        {"mark:A spawn:TEST_TOKEN=3 mark:B fork mark:C open", "3 B A",
         "what it forks, too"},
        {"mark:A spawn mark:B set:PYTEST_XDIST_WORKER=gw1 open", "gw1 B A",
         "pytest-xdist sets it in the worker"},
        {"mark:A spawn mark:B set:PYTEST_XDIST_WORKER=gw1 spawn mark:C caller",
         "gw1 B A", "whose child is none"},
        {"mark:A spawn mark:B set:PYTEST_XDIST_WORKER=gw1 spawn mark:C spawn "
         "mark:D caller",
         "gw1 B A", "nor is a child of that"},
        {"mark:A spawn mark:B set:PYTEST_XDIST_WORKER=gw1 fork mark:C open",
         "gw1 B A", "nor is one that was forked"},
        {"mark:A spawn:PARALLEL_JOBSLOT=2 mark:B spawn mark:C "
         "set:PYTEST_XDIST_WORKER=gw0 open",
         "2-gw0 C B", "pytest-xdist in GNU parallel"},
        {"mark:A spawn mark:B set:PYTEST_XDIST_WORKER=gw0 "
         "spawn:PARALLEL_JOBSLOT=2 mark:C open",
         "gw0-2 C B", "GNU parallel in pytest-xdist"},
        {"spawn:PARALLEL_JOBSLOT=2 mark:A spawn:PARALLEL_JOBSLOT=1 mark:B open",
         "2-1 B A", "GNU parallel in GNU parallel"},
        {"set:PARALLEL_PID=7 spawn:PARALLEL_JOBSLOT=1 mark:A "
         "set:PARALLEL_PID=8 spawn:PARALLEL_JOBSLOT=1 mark:B open",
         "1-1 B A", "also where both say 1"},
        {"spawn:JEST_WORKER_ID=2 spawn:TEST_TOKEN=3 mark:A "
         "spawn:JEST_WORKER_ID=1 mark:B open",
         "2-3-1 B A", "three of them"},
        {"mark:A spawn:DUET_WORKER=7 mark:B open", "7 B A",
         "DUET_WORKER, as xargs sets it"},
        {"spawn:DUET_WORKER=7 mark:A spawn mark:B "
         "set:PYTEST_XDIST_WORKER=gw0 open",
         "7-gw0 B A", "workers within DUET_WORKER get theirs behind it"},
        {"mark:A spawn:TEST_TOKEN=3 spawn:DUET_WORKER=7 mark:B open", "7 B ?",
         "those without it are replaced"},
        {"mark:A set:DUET_WORKER=7 spawn caller", "7 A -",
         "for a command alone it is the caller that has it"},
        {"mark:A spawn:HARNESS_ACTIVE=1 mark:B open", "leased B A",
         "prove: a slot"},
        {"mark:A spawn:HARNESS_ACTIVE=1 mark:B fork spawn caller", "leased B A",
         "also for a command"},
        {"mark:A spawn mark:B set:PYTEST_XDIST_WORKER=gw0 "
         "spawn:HARNESS_ACTIVE=1 mark:C open",
         "leased C B", "prove in pytest-xdist: a slot, too"},
        {"spawn:HARNESS_ACTIVE=1 mark:A spawn mark:B "
         "set:PYTEST_XDIST_WORKER=gw0 open",
         "gw0 B A", "pytest-xdist in prove: what that says"},
        {"mark:A spawn:TEST_TOKEN=a/b spawn:DUET_WORKER=7 mark:B open", "7 B ?",
         "a strange value that is replaced does not matter"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        IS_TEXT(outcome(cases[i][0]), cases[i][1], "%s", cases[i][2]);
}

/* ------------------------------------------------------------------------
 * The table
 */

static bool
find(struct identity *identity, const char *worker, struct duet_error *err)
{
    return identity_open(identity, &arena, worker, err);
}

static void
knows_the_runners(void)
{
    static const char *const cases[][4] = {
        {"PYTEST_XDIST_WORKER=gw3", NULL, "gw3", "pytest-xdist"},
        {"JEST_WORKER_ID=2", NULL, "2", "Jest"},
        {"VITEST_POOL_ID=2", "VITEST_WORKER_ID=9", "2", "Vitest"},
        {"NODE_TEST_WORKER_ID=4", "NODE_TEST_CONTEXT=child-v8", "4",
         "node --test"},
        {"RSTEST_WORKER_ID=1", NULL, "1", "Rstest"},
        {"MOCHA_WORKER_ID=0", NULL, "0", "Mocha"},
        {"TEST_PARALLEL_INDEX=1", "TEST_WORKER_INDEX=8", "1", "Playwright"},
        {"TAP_JOB_ID=3", "TAP_CHILD_ID=12", "3", "node-tap"},
        {"TEST_ENV_NUMBER=2", NULL, "2", "parallel_tests"},
        {"TEST_ENV_NUMBER=", NULL, "1", "parallel_tests"},
        {"TEST_TOKEN=5", "UNIQUE_TEST_TOKEN=5_abc", "5", "ParaTest"},
        {"MIX_TEST_PARTITION=2", NULL, "2", "Elixir"},
        {"NEXTEST_TEST_GLOBAL_SLOT=6", "NEXTEST=1", "6", "cargo-nextest"},
        {"TEST_SHARD_INDEX=3", "GTEST_SHARD_INDEX=3", "3", "Bazel"},
        {"GTEST_SHARD_INDEX=2", NULL, "2", "GoogleTest"},
        {"PARALLEL_JOBSLOT=4", "PARALLEL_SEQ=40", "4", "GNU parallel"},
        {"CTEST_RESOURCE_GROUP_0=databases,gpus",
         "CTEST_RESOURCE_GROUP_0_DATABASES=id:db7,slots:1;id:db8,slots:1",
         "db7", "CTest"},
        {"PABOTEXECUTIONPOOLID=2", NULL, "2", "pabot"},
        {"SLURM_LOCALID=3", "SLURM_PROCID=35", "3", "Slurm"},
        {"OMPI_COMM_WORLD_LOCAL_RANK=1", "PMI_RANK=17", "1", "Open MPI"},
        {"JEST_WORKER_ID=", NULL, "master", "none"},
        {"CI_NODE_INDEX=3", NULL, "master", "none"},
        {"DUET_WORKER=mine", "JEST_WORKER_ID=2", "mine", "none"},
        {"DUET_WORKER=", "JEST_WORKER_ID=2", "2", "Jest"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        SCOPED(identity_close) struct identity identity = {0};
        struct duet_error err = {0};

        clear_environment();
        set(cases[i][0]);
        if (cases[i][1] != NULL)
            set(cases[i][1]);
        OK(find(&identity, NULL, &err), "%s says something%s", cases[i][0],
           err.text);
        IS_TEXT(identity.worker, cases[i][2], "... the worker");
        IS_TEXT(identity.runner, cases[i][3], "... and the runner");
        OK(identity.is_parallel == (strcmp(identity.worker, "master") != 0),
           "... and whether there are others");
    }
    clear_environment();
}

static void
leases_for_the_others(void)
{
    static const char *const cases[][2] = {
        {"HARNESS_ACTIVE=1", "prove"},
        {"MESON_TEST_ITERATION=1", "Meson"},
        {"NEXTEST=1", "cargo-nextest"},
        {"NODE_TEST_CONTEXT=child-v8", "node --test"},
        {"CTEST_INTERACTIVE_DEBUG_MODE=0", "CTest"},
        {"BATS_SEMAPHORE_NUMBER_OF_SLOTS=2", "Bats"},
        {"DUET_WORKER=auto", "none"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        SCOPED(identity_close) struct identity one = {0};
        SCOPED(identity_close) struct identity other = {0};
        struct duet_error err = {0};

        clear_environment();
        set(cases[i][0]);
        OK(find(&one, NULL, &err) && find(&other, NULL, &err) &&
               one.slot != -1 && other.slot != -1 && one.is_parallel,
           "%s gets a slot", cases[i][0]);
        OK(one.worker && other.worker && strcmp(one.worker, other.worker) != 0,
           "... another each time");
        IS_TEXT(one.runner, cases[i][1], "... and the runner is known");
    }
    clear_environment();
}

static void
refuses(void)
{
    static const char *const values[] = {
        "a b",  "a/b",   "caf\xC3\xA9",
        "a\nb", "$(id)", "123456789012345678901234567890123"};
    struct duet_error err;
    SCOPED(identity_close) struct identity identity = {0};

    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        err = (struct duet_error){0};
        set(arena_printf(&arena, "JEST_WORKER_ID=%s", values[i]));
        OK(!find(&identity, NULL, &err) && err.kind == DUET_ERROR_USAGE &&
               strstr(err.text, "JEST_WORKER_ID") != NULL &&
               strstr(err.hint, "--worker") != NULL,
           "a strange value is refused, and by its variable's name");
        OK(find(&identity, "fine", &err) &&
               strcmp(identity.worker, "fine") == 0 &&
               strcmp(identity.variable, "--worker") == 0,
           "... --worker goes before it");
        err = (struct duet_error){0};
        OK(!find(&identity, values[i], &err) && err.kind == DUET_ERROR_USAGE,
           "... and is refused if it is strange");
    }
    clear_environment();
    OK(!find(&identity, "", &err), "an empty --worker is none");
    setenv("DUET_RUN", "a b", 1);
    OK(!find(&identity, NULL, &err) && strstr(err.text, "DUET_RUN") != NULL,
       "nor is every run one");
    clear_environment();
    OK(identity_check("12345678901234567890123456789012", &err) &&
           identity_check("a_B.c-9", &err) && !identity_check("", &err),
       "an id has 1 to 32 characters");
}

static void
joins_long_ids(void)
{
#define LONG_IDS                                   \
    "spawn:PARALLEL_JOBSLOT=a2345678901234567890 " \
    "spawn:TEST_TOKEN=b2345678901234567890"
    const char *one = outcome(LONG_IDS "1 mark:A open");
    const char *other = outcome(LONG_IDS "2 mark:A open");

    IS_INT(strcspn(one, " "), 32, "ids that are too long together are cut");
    OK(strncmp(one, "a2345678901234567890-b", 22) == 0 &&
           strncmp(one, other, 22) == 0 && strncmp(one, other, 32) != 0,
       "and stay different");
}

/* ------------------------------------------------------------------------
 * Runs and shards
 */

static const char *
run_of(const char *one, const char *other)
{
    struct identity identity = {0};
    struct duet_error err = {0};
    const char *run;

    clear_environment();
    set(one);
    if (other != NULL)
        set(other);
    run = find(&identity, NULL, &err) ? identity.run : NULL;
    identity_close(&identity);
    clear_environment();
    return run;
}

static void
knows_the_run(void)
{
    const char *run = run_of("PARALLEL_JOBSLOT=1", "BATS_RUN_TMPDIR=/tmp/b");
    struct process self = process_self();
    struct process parent = {0};
    const char *own = arena_printf(&arena, "%ld-%lld", (long)self.pid,
                                   (long long)self.started);

    IS_TEXT(run_of("PYTEST_XDIST_WORKER=gw0", "PYTEST_XDIST_TESTRUNUID=abc"),
            "abc", "pytest-xdist says which run it is");
    IS_TEXT(run_of("NEXTEST_TEST_GLOBAL_SLOT=0", "NEXTEST_RUN_ID=a-b-c"),
            "a-b-c", "so does cargo-nextest");
    OK(run != NULL && strlen(run) == 32, "a directory becomes its digest");
    IS_TEXT(run_of("JEST_WORKER_ID=1", "DUET_RUN=r1"), "r1",
            "else DUET_RUN does");
    IS_TEXT(run_of("DUET_WORKER=1", "DUET_RUN=r1"), "r1",
            "also for DUET_WORKER");
    setenv("PYTEST_XDIST_WORKER", "gw0", 1);
    setenv("PYTEST_XDIST_TESTRUNUID", "abc", 1);
    setenv("DUET_WORKER", "1", 1);
    {
        SCOPED(identity_close) struct identity identity = {0};
        struct duet_error err = {0};

        OK(find(&identity, NULL, &err) && strcmp(identity.run, "abc") == 0,
           "a worker that is renamed is in the same run");
    }
    run = run_of("DUET_WORKER=1", NULL);
    OK(run != NULL && strcmp(run, own) != 0 && process_find(getppid(), &parent),
       "a worker without one is in that of its controller");
    IS_TEXT(run,
            arena_printf(&arena, "%ld-%lld", (long)parent.pid,
                         (long long)parent.started),
            "which is a process with its start");
    IS_TEXT(run_of("DUET_WORKER=", NULL), own, "master is a run of its own");
}

static void
knows_the_shard(void)
{
    struct duet_error err = {0};
    struct identity one = {0};
    struct identity other = {0};
    const char *text;

    setenv("DUET_RUN", "r", 1);
    setenv("JEST_WORKER_ID", "1", 1);
    OK(find(&one, NULL, &err) && strcmp(one.shard, "") == 0, "no shard");
    setenv("BUILDKITE_PARALLEL_JOB", "2", 1);
    OK(find(&other, NULL, &err) && strcmp(other.shard, "2") == 0 &&
           strcmp(other.worker, "1") == 0,
       "a shard is not the worker");
    text = identity_text(&one, &arena);
    OK(strncmp(text, "1-", 2) == 0 && strlen(text) == 14,
       "the text begins with the worker");
    OK(strcmp(text, identity_text(&other, &arena)) != 0,
       "and differs by the shard");
    identity_close(&other);
    setenv("DUET_RUN", "s", 1);
    unsetenv("BUILDKITE_PARALLEL_JOB");
    OK(find(&other, NULL, &err) &&
           strcmp(text, identity_text(&other, &arena)) != 0,
       "and by the run");
    identity_close(&one);
    identity_close(&other);
    clear_environment();
}

int
main(int argc, char **argv)
{
    int status;

    program = argv[0];
    if (argc > 1) {
        status = do_steps(argv + 1);
        arena_clear(&arena);
        return status;
    }
    clear_environment();
    knows_the_tree();
    knows_the_runners();
    leases_for_the_others();
    refuses();
    joins_long_ids();
    knows_the_run();
    knows_the_shard();
    arena_clear(&arena);
    return tap_done();
}
