/*
 * duet baseline and repair: what the ledger says is put right by hand.
 */
#include "cli/migrating.h"

struct repair_args {
    struct migrating_args migrating;
    unsigned statement; /* enum migrate_doubt */
};

static const struct option_spec baseline_options[] = {
    MIGRATING_OPTIONS,
    {0},
};

static const struct option_spec repair_options[] = {
    {"statement", 0, OPTION_CHOICE, offsetof(struct repair_args, statement),
     "unknown|done|again",
     "what became of the statement that a run was ended in"},
    MIGRATING_OPTIONS,
    {0},
};

static bool
run_baseline(struct invocation *invocation, struct duet_error *err)
{
    SCOPED(migrating_close) struct migrating migrating = {0};
    struct migrate_report report;

    if (!migrating_open(&migrating, invocation, IF_MISSING_FAIL, err) ||
        !migrate_baseline(migrating.db, &migrating.tree,
                          invocation->operands[0], &migrating.options, &report,
                          err))
        return false;
    migrating_print(&migrating, &report);
    talk(invocation, "%s taken for done: '%s' is at %s",
         counted(invocation->arena, (int64_t)report.done, "migration"),
         migrating.shown, report.version);
    return true;
}

const struct command command_baseline = {
    .name = "baseline",
    .summary = "take migrations for done in a database that has no ledger",
    .operands = "VERSION",
    .description =
        "Writes a ledger in which all migrations up to VERSION count as\n"
        "applied, without running them: for a database that is there already\n"
        "and is what they would make.  'duet adopt' does so by the ledger of\n"
        "another tool, and looks whether it is true.\n",
    .example = "mkdir migrations\n"
               "echo 'create table t (a int);' >migrations/0001_t.up.sql\n"
               "sqlite3 app.db 'create table t (a int)'\n"
               "duet baseline 0001 --url sqlite:app.db\n",
    .args_size = sizeof(struct migrating_args),
    .options = baseline_options,
    .run = run_baseline,
};

static bool
run_repair(struct invocation *invocation, struct duet_error *err)
{
    SCOPED(migrating_close) struct migrating migrating = {0};
    const struct repair_args *args = invocation->args;
    const char *done;

    if (!migrating_open(&migrating, invocation, IF_MISSING_FAIL, err))
        return false;
    migrating.options.doubt = (enum migrate_doubt)args->statement;
    if (!migrate_repair(migrating.db, &migrating.tree, invocation->operands[0],
                        &migrating.options, invocation->arena, &done, err))
        return false;
    talk(invocation, "%s", done);
    return true;
}

const struct command command_repair = {
    .name = "repair",
    .summary = "accept a migration that was changed or is missing",
    .operands = "VERSION",
    .description =
        "A migration whose file was changed after it was applied counts as it\n"
        "is now; one whose file is gone is forgotten by the ledger.  Nothing\n"
        "is run: the database stays as it is.\n"
        "\n"
        "Where a run was ended in a statement that can't be rolled back, and\n"
        "the database does not show whether it is done, --statement says so.\n",
    .example = "mkdir migrations\n"
               "echo 'create table t (a int);' >migrations/0001_t.up.sql\n"
               "duet up --url sqlite:app.db\n"
               "echo 'create table t (a text);' >migrations/0001_t.up.sql\n"
               "duet repair 0001_t --url sqlite:app.db\n",
    .args_size = sizeof(struct repair_args),
    .options = repair_options,
    .run = run_repair,
};
