/*
 * duet reset: delete every row, then run the seed.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "cli/clearing.h"

struct reset_args {
    struct clear_args clear; /* first, as CLEAR_OPTIONS has it */
    const char *seed;
};

static const struct option_spec options[] = {
    CLEAR_OPTIONS,
    {"seed", 'f', OPTION_TEXT, offsetof(struct reset_args, seed), "FILE",
     "run the SQL statements in FILE (standard input if -)"},
    {0},
};

static void
close_file(FILE **file)
{
    if (*file != NULL && *file != stdin)
        (void)fclose(*file);
}

static bool
read_all(FILE *file, struct buf *buf)
{
    char piece[16384];
    size_t len;

    while ((len = fread(piece, 1, sizeof piece, file)) > 0)
        buf_add(buf, piece, len);
    return ferror(file) == 0;
}

static bool
read_seed(struct arena *arena, const char *path, const char **seed,
          struct duet_error *err)
{
    SCOPED(close_file)
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    SCOPED(buf_release) struct buf buf = {0};

    if (file == NULL || !read_all(file, &buf))
        return err_errno(err, "seed '%s'", path);
    if (strlen(buf_data(&buf)) != buf.len)
        return err_set(err, DUET_ERROR_IO, "seed '%s' has a NUL byte at %zu",
                       path, strlen(buf_data(&buf)) + 1);
    *seed = arena_text(arena, buf_data(&buf));
    return true;
}

static bool
run_built_in(struct invocation *invocation, const struct clear_args *args,
             struct duet_error *err)
{
    bool done = clearing_run(invocation, args, sql_text_sqlite[SQL_SEED],
                             "the built-in seed", err);

    if (!done && err->kind == DUET_ERROR_SQL && err->hint[0] == '\0')
        (void)err_hint(err, "it is for the tables that 'duet presto' makes; "
                            "give your own with --seed FILE");
    return done;
}

static bool
run(struct invocation *invocation, struct duet_error *err)
{
    const struct reset_args *args = invocation->args;
    struct arena *arena = invocation->arena;
    const char *seed = NULL;

    if (args->seed == NULL)
        return run_built_in(invocation, &args->clear, err);
    return read_seed(arena, args->seed, &seed, err) &&
           clearing_run(invocation, &args->clear, seed,
                        arena_printf(arena, "seed '%s'", args->seed), err);
}

const struct command command_reset = {
    .name = "reset",
    .summary = "delete every row, then run the seed",
    .operands = "",
    .description =
        "Does what 'duet clear' does and then runs the seed, SQL statements\n"
        "that fill in the first rows, in the same transaction: if one of them\n"
        "fails, the database is what it was.  The built-in seed makes the\n"
        "default user of a profile.\n"
        "\n"
        "Each table that had rows is a line: its name, a tab, how many.\n",
    .example =
        "duet presto\n"
        "echo \"insert into db_dbuser (email) values ('ada@localhost');\" "
        ">seed.sql\n"
        "duet reset --seed seed.sql\n",
    .args_size = sizeof(struct reset_args),
    .options = options,
    .run = run,
};
