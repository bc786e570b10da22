/*
 * duet worker run: a command in several workers, each with its own profile.
 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "cli/interrupt.h"
#include "cli/render.h"
#include "cli/working.h"
#include "worker/crew.h"

enum { ENGINE_SQLITE, ENGINE_POSTGRES, ENGINE_BOTH };

struct run_args {
    struct working_args working; /* first, as WORKING_OPTIONS has it */
    const char *count;
    unsigned engine;
};

static const struct option_spec options[] = {
    WORKING_OPTIONS,
    {"number", 'n', OPTION_TEXT, offsetof(struct run_args, count), "N",
     "how many workers; 1 if not given"},
    {"engine", 'e', OPTION_CHOICE, offsetof(struct run_args, engine),
     "sqlite|postgres|both",
     "the engine; both: first on SQLite, then again "
     "on PostgreSQL"},
    {0},
};

struct member {
    struct own_profile profile;
    const char *worker;
    pid_t pid;
    int status; /* -1: it runs */
};

/* The workers on one engine. */
struct team {
    struct invocation *invocation;
    const char *engine;
    struct member *members;
    size_t count;
    struct crew *crew;
};

static void
interrupt_crew(void *target)
{
    crew_interrupt(target);
}

static void
team_close(struct team *team)
{
    interrupt_set(NULL, NULL);
    crew_close(&team->crew);
    for (size_t i = 0; i < team->count; i++)
        if (team->members[i].profile.place.dir != NULL)
            (void)own_profile_close(&team->members[i].profile, NULL);
}

static bool
open_profiles(struct team *team, struct duet_error *err)
{
    struct arena *arena = team->invocation->arena;
    const struct run_args *args = team->invocation->args;
    struct own_profile_options own;

    if (!working_options(team->invocation, &args->working, team->engine, &own,
                         err))
        return false;
    own.owners[0] = process_self();
    for (size_t i = 0; i < team->count; i++) {
        struct identity identity = working_identity(arena, i);

        team->members[i].worker = identity.worker;
        if (!working_open(team->invocation, &team->members[i].profile,
                          &identity, &own, err))
            return false;
    }
    return true;
}

static bool
start_all(struct team *team, struct duet_error *err)
{
    if (!crew_open(&team->crew, err))
        return false;
    interrupt_set(interrupt_crew, team->crew);
    for (size_t i = 0; i < team->count && !interrupted(); i++) {
        struct member *member = &team->members[i];

        member->status = -1;
        if (!crew_start(team->crew, team->invocation->operands,
                        member->profile.environment, &member->pid, err))
            return false;
    }
    return true;
}

static void
note(struct team *team, pid_t pid, int status)
{
    for (size_t i = 0; i < team->count; i++) {
        struct member *member = &team->members[i];

        if (member->pid != pid || member->status != -1)
            continue;
        member->status = status;
        if (status != 0)
            talk(team->invocation, "worker '%s' on %s: exit status %d",
                 member->worker, team->engine, status);
    }
}

/* The status of the first one that failed is that of all. */
static void
wait_for_all(struct team *team)
{
    pid_t pid;
    int status;

    while (crew_wait(team->crew, &pid, &status))
        note(team, pid, status);
    for (size_t i = 0; i < team->count; i++)
        if (team->invocation->status == 0)
            team->invocation->status = team->members[i].status;
}

static bool
run_team(struct invocation *invocation, const char *engine, size_t count,
         struct duet_error *err)
{
    SCOPED(team_close)
    struct team team = {
        .invocation = invocation,
        .engine = engine,
        .members = arena_array(invocation->arena, count, sizeof *team.members),
        .count = count};

    if (!open_profiles(&team, err) || !start_all(&team, err))
        return false;
    wait_for_all(&team);
    return true;
}

static bool
run(struct invocation *invocation, struct duet_error *err)
{
    const struct run_args *args = invocation->args;
    size_t count;

    if (!working_count(args->count, &count, err))
        return false;
    for (unsigned i = 0; own_profile_engines[i] != NULL; i++)
        if ((args->engine == i || args->engine == ENGINE_BOTH) &&
            !interrupted() &&
            !run_team(invocation, own_profile_engines[i], count, err))
            return false;
    return true;
}

const struct command command_worker_run = {
    .name = "run",
    .summary = "run a command in several workers at once",
    .operands = "COMMAND [ARGUMENT]...",
    .description =
        "Starts COMMAND N times at once.  Each is a worker, gw0, gw1 and so\n"
        "on, and finds a profile of its own in its environment; see 'duet\n"
        "worker env'.  Its standard input is empty.  What it leaves running\n"
        "is ended with it, and its profile is taken away, also when this\n"
        "command is killed.  The exit status is that of the first worker that\n"
        "failed.\n"
        "\n"
        "Write '--' before COMMAND, so that its options are its own.\n",
    .example = "duet worker run -n 2 -- duet clear\n",
    .args_size = sizeof(struct run_args),
    .options = options,
    .run = run,
};
