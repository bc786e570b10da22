/*
 * duet down and redo: undo what was applied last.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/err.h"
#include "cli/migrating.h"

struct down_args {
    struct migrating_args migrating;
    const char *to;
};

static const struct option_spec down_options[] = {
    {"to", 't', OPTION_TEXT, offsetof(struct down_args, to), "VERSION",
     "undo all that were applied after VERSION; 0 for all there are"},
    MIGRATING_OPTIONS,
    {0},
};

static bool
read_steps(const struct invocation *invocation, size_t *steps,
           struct duet_error *err)
{
    const struct down_args *args = invocation->args;
    const char *text = invocation->noperands ? invocation->operands[0] : "1";
    char *end;

    if (invocation->noperands > 0 && args->to != NULL) {
        (void)err_set(err, DUET_ERROR_USAGE,
                      "both a number and a version are given");
        return err_hint(err, "give either N or --to VERSION");
    }
    errno = 0;
    *steps = strtoul(text, &end, 10);
    if (errno == 0 && *end == '\0' && *text >= '0' && *text <= '9' &&
        *steps > 0)
        return true;
    (void)err_set(err, DUET_ERROR_USAGE, "'%s' is no number of migrations",
                  text);
    return err_hint(err, "give a number from 1 up, or --to VERSION");
}

static void
summarize(struct migrating *migrating, const struct migrate_report *report)
{
    struct invocation *invocation = migrating->invocation;

    if (report->done == 0)
        talk(invocation, "nothing to undo in '%s'", migrating->shown);
    else
        talk(invocation, "undid %s: '%s' is %s%s",
             counted(invocation->arena, (int64_t)report->done, "migration"),
             migrating->shown, report->version[0] ? "at " : "before the first",
             report->version);
}

static bool
run_down(struct invocation *invocation, struct duet_error *err)
{
    SCOPED(migrating_close) struct migrating migrating = {0};
    const struct down_args *args = invocation->args;
    struct migrate_report report;
    size_t steps = 1;
    bool done;

    if (!read_steps(invocation, &steps, err) ||
        !migrating_open(&migrating, invocation, IF_MISSING_FAIL, err))
        return false;
    migrating.options.to = args->to;
    migrating.options.steps = steps;
    done = migrate_down(migrating.db, &migrating.tree, &migrating.options,
                        &report, err);
    migrating_print(&migrating, &report);
    if (done)
        summarize(&migrating, &report);
    return done;
}

const struct command command_down = {
    .name = "down",
    .summary = "undo the last migrations",
    .operands = "[N]",
    .description =
        "Undoes the migration that was applied last, or the last N, in the\n"
        "reverse order of their application.  Each is committed together with\n"
        "the ledger.  One without a script to undo it is an error.\n",
    .example = "mkdir migrations\n"
               "echo 'create table t (a int);' >migrations/0001_t.up.sql\n"
               "echo 'drop table t;' >migrations/0001_t.down.sql\n"
               "duet up --url sqlite:app.db\n"
               "duet down --url sqlite:app.db\n",
    .args_size = sizeof(struct down_args),
    .options = down_options,
    .run = run_down,
};

static const struct option_spec redo_options[] = {
    MIGRATING_OPTIONS,
    {0},
};

static bool
run_redo(struct invocation *invocation, struct duet_error *err)
{
    SCOPED(migrating_close) struct migrating migrating;
    struct migrate_report report;
    bool done;

    if (!migrating_open(&migrating, invocation, IF_MISSING_FAIL, err))
        return false;
    done = migrate_redo(migrating.db, &migrating.tree, &migrating.options,
                        &report, err);
    migrating_print(&migrating, &report);
    return done;
}

const struct command command_redo = {
    .name = "redo",
    .summary = "undo the last migration and apply it again",
    .operands = "",
    .description =
        "Undoes the migration that was applied last and applies it again as\n"
        "its files are now: for one that is still being written.\n",
    .example = "mkdir migrations\n"
               "echo 'create table t (a int);' >migrations/0001_t.up.sql\n"
               "echo 'drop table t;' >migrations/0001_t.down.sql\n"
               "duet up --url sqlite:app.db\n"
               "duet redo --url sqlite:app.db\n",
    .args_size = sizeof(struct migrating_args),
    .options = redo_options,
    .run = run_redo,
};
