/*
 * duet worker: parallel test processes, and what each has for itself.
 */
#include "base/json.h"
#include "cli/render.h"
#include "cli/worker.h"
#include "worker/label.h"

bool
worker_find(struct invocation *invocation, const char *worker,
            struct identity *identity, struct duet_error *err)
{
    return identity_open_caller(identity, invocation->arena, worker, err);
}

/* ------------------------------------------------------------------------
 * id
 */

struct id_args {
    const char *worker;
};

static const struct option_spec id_options[] = {
    WORKER_OPTION(id_args),
    {0},
};

/* No process is null. */
static void
print_process(struct json *json, const char *key, const struct process *process)
{
    if (process->pid == 0)
        json_text(json, key, NULL);
    else
        json_integer(json, key, process->pid);
}

static void
print_identity(struct invocation *invocation, const struct identity *identity)
{
    SCOPED(json_release) struct json json = {0};

    json_open(&json, NULL, '{');
    json_text(&json, "worker", identity->worker);
    json_boolean(&json, "parallel", identity->is_parallel);
    json_text(&json, "run", identity->run);
    json_text(&json, "shard",
              *identity->shard == '\0' ? NULL : identity->shard);
    json_text(&json, "runner", identity->runner);
    json_text(&json, "variable", identity->variable);
    json_text(&json, "name", identity_text(identity, invocation->arena));
    print_process(&json, "owner", &identity->owner);
    print_process(&json, "controller", &identity->controller);
    json_close(&json, '}');
    json_print(&json, stdout);
}

static bool
run_id(struct invocation *invocation, struct duet_error *err)
{
    const struct id_args *args = invocation->args;
    SCOPED(identity_close) struct identity identity = {0};

    if (!worker_find(invocation, args->worker, &identity, err))
        return false;
    if (invocation->global->json)
        print_identity(invocation, &identity);
    else
        render_line(&identity.worker, 1);
    return true;
}

const struct command command_worker_id = {
    .name = "id",
    .summary = "tell which worker of a test run this is",
    .operands = "",
    .description =
        "Prints the id of the worker that calls it, such as gw0 or 3, and\n"
        "master outside a parallel run: what --worker says, else "
        "$DUET_WORKER,\n"
        "else what the test runner says.  Of runners within runners it is the\n"
        "ids of all, the outer one's first, such as 2-gw0.  A runner that "
        "does\n"
        "not number its workers gets a number that is free on this machine\n"
        "until the test has ended.\n"
        "\n"
        "With --json it prints the run, too, and by what it was told.\n",
    .example = "duet worker id\n"
               "PYTEST_XDIST_WORKER=gw1 duet worker id\n"
               "seq 4 | xargs -I N -P 2 --process-slot-var=DUET_WORKER "
               "duet worker id --json\n",
    .args_size = sizeof(struct id_args),
    .options = id_options,
    .run = run_id,
};

/* ------------------------------------------------------------------------
 * label
 */

struct label_args {
    const char *worker;
    const char *policy;
};

static const struct option_spec label_options[] = {
    WORKER_OPTION(label_args),
    {"policy", 0, OPTION_TEXT, offsetof(struct label_args, policy),
     "always|auto|never",
     "when there is a suffix; $DUET_LABELS if not given, else always"},
    {0},
};

static void
print_labels(const struct invocation *invocation,
             const struct identity *identity, enum duet_label_policy policy)
{
    SCOPED(json_release) struct json json = {0};

    json_open(&json, NULL, '[');
    for (size_t i = 0; i < invocation->noperands; i++) {
        const char *label =
            label_make(invocation->arena, invocation->operands[i],
                       identity->worker, identity->is_parallel, policy);

        if (invocation->global->json)
            json_text(&json, NULL, label);
        else
            render_line(&label, 1);
    }
    json_close(&json, ']');
    if (invocation->global->json)
        json_print(&json, stdout);
}

static bool
run_label(struct invocation *invocation, struct duet_error *err)
{
    const struct label_args *args = invocation->args;
    SCOPED(identity_close) struct identity identity = {0};
    enum duet_label_policy policy;

    if (!label_policy_find(args->policy, &policy, err) ||
        !worker_find(invocation, args->worker, &identity, err))
        return false;
    print_labels(invocation, &identity, policy);
    return true;
}

const struct command command_worker_label = {
    .name = "label",
    .summary = "print labels that no two workers share",
    .operands = "STEM...",
    .description =
        "Prints each STEM with the worker's id behind it: localhost-gw0, and\n"
        "localhost-master outside a parallel run.  One that has it already\n"
        "stays as it is.\n"
        "\n"
        "The policy auto leaves the suffix out outside a parallel run, and\n"
        "never at all times, for tests that have the bare label in them.\n",
    .example = "duet worker label localhost\n"
               "duet worker label localhost laptop --policy auto\n",
    .args_size = sizeof(struct label_args),
    .options = label_options,
    .run = run_label,
};

/* ------------------------------------------------------------------------
 * worker
 */

static const struct command *const subcommands[] = {
    &command_worker_id,        &command_worker_label,
    &command_worker_normalize, &command_worker_audit,
    &command_worker_env,       &command_worker_run,
    &command_worker_isolation, NULL,
};

const struct command command_worker = {
    .name = "worker",
    .summary = "parallel test workers, and what each has for itself",
    .operands = "",
    .description =
        "A worker is one of several processes that run a test suite at the\n"
        "same time.  Its id is known from the test runner; with it two tests\n"
        "never meet in one row, and what one of them leaves behind has a name\n"
        "that tells whose it is.\n",
    .example = "duet worker id\n"
               "duet worker label localhost\n",
    .subcommands = subcommands,
};
