/*
 * duet worker env: the variables that lead to this worker's own profile.
 */
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "cli/worker.h"
#include "cli/working.h"

struct env_args {
    struct working_args working; /* first, as WORKING_OPTIONS has it */
    const char *engine;
    const char *worker;
    const char *owner;
    unsigned time_to_live;
};

static const struct option_spec options[] = {
    WORKING_OPTIONS,
    {"engine", 'e', OPTION_TEXT, offsetof(struct env_args, engine),
     "sqlite|postgres", "the engine; if not given DUET_ENGINE, else sqlite"},
    WORKER_OPTION(env_args),
    {"owner-pid", 0, OPTION_TEXT, offsetof(struct env_args, owner), "PID",
     "the profile goes when that process ends; if not given the one that "
     "runs this command"},
    {"ttl", 0, OPTION_DURATION, offsetof(struct env_args, time_to_live), "TIME",
     "it goes after that time at the latest"},
    {0},
};

/* As a shell reads it: 'it'\''s'. */
static void
print_quoted(const char *text)
{
    (void)putchar('\'');
    for (; *text != '\0'; text++)
        if (*text == '\'')
            (void)fputs("'\\''", stdout);
        else
            (void)putchar(*text);
    (void)putchar('\'');
}

static void
print_export(const char *variable)
{
    const char *value = strchr(variable, '=') + 1;

    (void)printf("export %.*s", (int)(value - variable), variable);
    print_quoted(value);
    (void)putchar('\n');
}

static void
print_json(struct arena *arena, const char *const *variables)
{
    SCOPED(json_release) struct json json = {0};

    json_open(&json, NULL, '{');
    for (; *variables != NULL; variables++) {
        char *name = arena_text(arena, *variables);
        char *value = strchr(name, '=');

        *value = '\0';
        json_text(&json, name, value + 1);
    }
    json_close(&json, '}');
    json_print(&json, stdout);
}

static bool
run(struct invocation *invocation, struct duet_error *err)
{
    SCOPED(identity_close) struct identity identity = {0};
    const struct env_args *args = invocation->args;
    struct own_profile_options own;
    struct own_profile profile;

    if (!worker_find(invocation, args->worker, &identity, err) ||
        !working_options(invocation, &args->working, args->engine, &own, err) ||
        (args->owner != NULL &&
         !process_parse(args->owner, &identity.owner, err)))
        return false;
    own.owners[0] = identity.owner;
    own.owners[1] = identity.controller;
    own.time_to_live = args->time_to_live;
    own.shared = true;
    if (!working_open(invocation, &profile, &identity, &own, err))
        return false;
    if (invocation->global->json)
        print_json(invocation->arena, profile.environment);
    else
        for (const char *const *at = profile.environment; *at != NULL; at++)
            print_export(*at);
    return true;
}

const struct command command_worker_env = {
    .name = "env",
    .summary = "print the variables of this worker's own profile",
    .operands = "",
    .description =
        "Makes a profile that this test worker alone has, migrated and "
        "seeded,\n"
        "and prints what a shell has to evaluate to lead programs there:\n"
        "DATABASE_URL, DUET_PROFILE and DUET_HOME, DUET_WORKER, DUET_RUN and\n"
        "DUET_ENGINE, and for PostgreSQL PGHOST, PGPORT, PGUSER and\n"
        "PGDATABASE.  Asked again, the\n"
        "same worker gets the same profile.  It is gone when the process that\n"
        "asked ends, in whatever way.\n",
    .example = "eval \"$(duet worker env)\"\n"
               "duet get-or-create db_dbcomputer label=\"$(duet worker label "
               "localhost)\" --set hostname=localhost\n",
    .args_size = sizeof(struct env_args),
    .options = options,
    .run = run,
};
