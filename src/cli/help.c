#include "cli/help.h"

#include <string.h>

#include "base/buf.h"
#include "cli/render.h"

enum {
    WIDTH = 78,
    OPTION_COLUMN = 30, /* where the help of an option starts */
    NAME_COLUMN = 18    /* where the summary of a command starts */
};

/* TEXT, broken between words; the cursor is at COLUMN already. */
static void
print_wrapped(const char *text, size_t column)
{
    const size_t start = column;

    while (*text != '\0') {
        size_t len = strcspn(text, " ");

        if (column > start && column + len + 1 > WIDTH) {
            (void)printf("\n%*s", (int)start, "");
            column = start;
        } else if (column > start) {
            (void)putchar(' ');
            column++;
        }
        (void)printf("%.*s", (int)len, text);
        column += len;
        text += len + (text[len] == ' ');
    }
    (void)putchar('\n');
}

/* LABEL and behind it TEXT, which begins at COLUMN or on the next line. */
static void
print_entry(const char *label, const char *text, size_t column)
{
    size_t len = strlen(label);

    if (len + 2 > column)
        (void)printf("%s\n%*s", label, (int)column, "");
    else
        (void)printf("%-*s", (int)column, label);
    print_wrapped(text, column);
}

static void
print_options(const struct option_spec *spec)
{
    SCOPED(buf_release) struct buf label = {0};

    for (; spec->name != NULL; spec++) {
        buf_clear(&label);
        if (spec->letter != 0)
            buf_printf(&label, "  -%c, --%s", spec->letter, spec->name);
        else
            buf_printf(&label, "      --%s", spec->name);
        if (spec->argument != NULL)
            buf_printf(&label, " %s", spec->argument);
        print_entry(buf_data(&label), spec->help, OPTION_COLUMN);
    }
}

static void
print_commands(const struct command *const *command)
{
    SCOPED(buf_release) struct buf label = {0};

    for (; *command != NULL; command++) {
        buf_clear(&label);
        buf_printf(&label, "  %s", (*command)->name);
        print_entry(buf_data(&label), (*command)->summary, NAME_COLUMN);
    }
}

static void
print_example(const char *example)
{
    (void)printf("\nExample:\n");
    while (*example != '\0') {
        size_t len = strcspn(example, "\n");

        (void)printf("  %.*s\n", (int)len, example);
        example += len + (example[len] == '\n');
    }
}

void
help_usage(FILE *file)
{
    (void)fputs("Usage: duet COMMAND [OPTION]... [OPERAND]...\n"
                "Try 'duet --help'.\n",
                file);
}

void
help_program(void)
{
    (void)printf("duet - one schema on SQLite and PostgreSQL\n\n"
                 "Usage: duet COMMAND [OPTION]... [OPERAND]...\n\n"
                 "Commands:\n");
    print_commands(commands);
    (void)printf("\nOptions of every command, before or behind its name:\n");
    print_options(global_options);
    (void)printf(
        "\nThe database is that of --url, else of --profile, else of "
        "$DUET_PROFILE,\nelse of $DATABASE_URL (or .env), else of the default "
        "profile.\n");
    print_example("duet presto\n"
                  "duet get-or-create db_dbcomputer label=laptop "
                  "--set hostname=localhost\n"
                  "duet clear --keep db_dbuser\n");
    (void)printf("\n'duet COMMAND --help' tells about a command, "
                 "'man duet' about all of it.\n");
}

static void
print_usage(const struct command *command, const char *path)
{
    if (command->subcommands != NULL)
        (void)printf("Usage: duet %s COMMAND [OPTION]...\n", path);
    else
        (void)printf("Usage: duet %s [OPTION]...%s%s\n", path,
                     *command->operands ? " " : "", command->operands);
}

void
help_command(const struct command *command, const char *path)
{
    (void)printf("duet %s - %s\n\n", path, command->summary);
    print_usage(command, path);
    if (command->description != NULL)
        (void)printf("\n%s", command->description);
    if (command->subcommands != NULL) {
        (void)printf("\nCommands:\n");
        print_commands(command->subcommands);
    }
    if (command->options != NULL) {
        (void)printf("\nOptions:\n");
        print_options(command->options);
    }
    (void)printf("\nOptions of every command:\n");
    print_options(global_options);
    if (command->example != NULL)
        print_example(command->example);
}

/* ------------------------------------------------------------------------
 * Tables
 */

static void
dump_options(const char *path, const struct option_spec *spec)
{
    for (; spec != NULL && spec->name != NULL; spec++) {
        const char letter[] = {spec->letter, '\0'};

        render_line((const char *const[]){"option", path, spec->name, letter,
                                          spec->argument, spec->help},
                    6);
    }
}

static void
dump_example(struct arena *arena, const char *path, const char *example)
{
    while (example != NULL && *example != '\0') {
        size_t len = strcspn(example, "\n");

        render_line((const char *const[]){"example", path,
                                          arena_copy(arena, example, len)},
                    3);
        example += len + (example[len] == '\n');
    }
}

static void
dump_commands(struct arena *arena, const char *above,
              const struct command *const *all)
{
    for (; all != NULL && *all != NULL; all++) {
        const struct command *command = *all;
        const char *path = arena_printf(arena, "%s%s%s", above,
                                        *above ? " " : "", command->name);

        render_line((const char *const[]){"command", path, command->operands,
                                          command->summary},
                    4);
        dump_options(path, command->options);
        dump_example(arena, path, command->example);
        dump_commands(arena, path, command->subcommands);
    }
}

void
help_tables(void)
{
    SCOPED(arena_clear) struct arena arena = {0};

    dump_options("", global_options);
    dump_commands(&arena, "", commands);
}
