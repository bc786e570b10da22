/*
 * duet compare: whether two databases are the same.
 */
#include "cli/comparing.h"

static const struct option_spec options[] = {
    {"schema", 0, OPTION_FLAG, offsetof(struct compare_args, schema), NULL,
     "compare the schemas; that is what is compared if not given"},
    COMPARE_OPTIONS,
    {0},
};

static bool
run(struct invocation *invocation, struct duet_error *err)
{
    return comparing_run(invocation, invocation->args, err);
}

const struct command command_compare = {
    .name = "compare",
    .summary = "say whether two databases have the same schema",
    .operands = "A B",
    .description =
        "Compares the schemas of A and B, of one engine or of two.  Each is\n"
        "the URL of a database, profile:NAME, schema:PATH, a declaration, or\n"
        "migrations:DIR, what they make.\n"
        "\n"
        "Each difference is a line: how grave it is (structure: rows or\n"
        "answers could differ; strictness: one side enforces less; or names),\n"
        "the object, the attribute, what A and B have, why, and the SQL that\n"
        "makes A what B is.  What is not understood is 'unknown', and counts\n"
        "as a difference; what the other engine can't have, such as an\n"
        "extension, is 'not-compared'.\n"
        "\n"
        "Differences that are accepted stand in a file beside the\n"
        "declaration, a rule a line; one that covers nothing is reported.\n"
        "\n"
        "The exit status is 3 if there is a difference.\n",
    .example = "duet presto\n"
               "duet compare profile:presto profile:presto --schema\n",
    .args_size = sizeof(struct compare_args),
    .options = options,
    .run = run,
};
