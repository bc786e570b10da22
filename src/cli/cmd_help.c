/*
 * duet help: the help of a command by another way, and the tables.
 */
#include "cli/command.h"
#include "cli/help.h"
#include "cli/options.h"

struct help_args {
    bool all;
};

static const struct option_spec options[] = {
    {"all", 'a', OPTION_FLAG, offsetof(struct help_args, all), NULL,
     "every command, option and example as lines of fields, for programs"},
    {0},
};

static bool
run(struct invocation *invocation, struct duet_error *err)
{
    const struct help_args *args = invocation->args;
    const struct command *command;
    const char *path = "";
    size_t used;

    if (args->all) {
        help_tables();
        return true;
    }
    if (invocation->noperands == 0) {
        help_program();
        return true;
    }
    command = command_find(commands, invocation->operands,
                           invocation->noperands, &used, err);
    if (command == NULL)
        return false;
    path = words_join(invocation->arena, invocation->operands, used);
    help_command(command, path);
    return true;
}

const struct command command_help = {
    .name = "help",
    .summary = "show the help of a command",
    .operands = "[COMMAND]...",
    .description =
        "Shows what 'duet COMMAND --help' shows; without a command it lists\n"
        "the commands.\n",
    .example = "duet help profile create\n",
    .args_size = sizeof(struct help_args),
    .options = options,
    .run = run,
};
