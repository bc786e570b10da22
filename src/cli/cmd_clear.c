/*
 * duet clear: delete every row.
 */
#include "cli/clearing.h"

static const struct option_spec options[] = {
    CLEAR_OPTIONS,
    {0},
};

static bool
run(struct invocation *invocation, struct duet_error *err)
{
    return clearing_run(invocation, invocation->args, NULL, NULL, err);
}

const struct command command_clear = {
    .name = "clear",
    .summary = "delete every row and keep the schema",
    .operands = "",
    .description =
        "Deletes the rows of all tables, or of those that --keep and --only\n"
        "leave, in one transaction: all of them or none.  The ledgers of\n"
        "migration tools are kept.  A table that is kept and references one\n"
        "that would be cleared is an error, which names the foreign keys.\n"
        "\n"
        "Each table that had rows is a line: its name, a tab, how many.\n",
    .example = "duet presto\n"
               "duet clear --dry-run\n"
               "duet clear --keep db_dbuser --sequences restart\n",
    .args_size = sizeof(struct clear_args),
    .options = options,
    .run = run,
};
