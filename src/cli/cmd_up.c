/*
 * duet up: apply what is pending.
 */
#include "cli/fleet.h"
#include "db/record.h"

struct up_args {
    struct migrating_args migrating;
    struct fleet_args fleet;
    const char *to;
    const char *const *out_of_order;
    bool single_transaction;
    bool dry_run;
    const char *seed;
};

static const struct option_spec options[] = {
    {"to", 't', OPTION_TEXT, offsetof(struct up_args, to), "VERSION",
     "apply those up to VERSION only"},
    {"dry-run", 'n', OPTION_FLAG, offsetof(struct up_args, dry_run), NULL,
     "print the SQL that would be run, and change nothing"},
    {"single-transaction", '1', OPTION_FLAG,
     offsetof(struct up_args, single_transaction), NULL,
     "all of them in one transaction: all or none"},
    {"out-of-order", 0, OPTION_LIST, offsetof(struct up_args, out_of_order),
     "VERSION", "apply VERSION although later ones are applied"},
    {"seed", 'f', OPTION_TEXT, offsetof(struct up_args, seed), "FILE",
     "run the SQL statements in FILE afterwards; seed.sql is the one beside "
     "the migrations if there is one"},
    MIGRATING_OPTIONS,
    FLEET_OPTIONS(struct up_args),
    {0},
};

static void
summarize(struct migrating *migrating, const struct migrate_report *report)
{
    struct invocation *invocation = migrating->invocation;
    const char *count =
        counted(invocation->arena, (int64_t)report->done, "migration");

    if (report->done > 0 && migrating->options.dry_run)
        talk(invocation, "would have applied %s to '%s'", count,
             migrating->shown);
    else if (report->done > 0)
        talk(invocation, "applied %s: '%s' is at %s", count, migrating->shown,
             report->version);
    else if (report->version[0] != '\0')
        talk(invocation, "nothing to do: '%s' is at %s", migrating->shown,
             report->version);
    else
        talk(invocation, "nothing to do: there is no migration");
}

static bool
run_up(struct migrating *migrating, const struct up_args *args,
       struct duet_error *err)
{
    struct migrate_report report;
    bool done;

    if (args->dry_run) {
        migrating->options.event = NULL;
        migrating->db = record_open(migrating->db);
    }
    done = migrate_up(migrating->db, &migrating->tree, &migrating->options,
                      &report, err);
    progress_end(&migrating->progress);
    if (args->dry_run && !migrating->invocation->global->json)
        (void)fputs(record_text(migrating->db), stdout);
    migrating_print(migrating, &report);
    if (done)
        summarize(migrating, &report);
    return done;
}

static void
take_options(struct migrate_options *to, const struct up_args *args)
{
    to->to = args->to;
    to->out_of_order = args->out_of_order;
    to->single_transaction = args->single_transaction;
    to->dry_run = args->dry_run;
    to->seed = args->seed;
}

static bool
run_fleet(struct invocation *invocation, const struct up_args *args,
          struct duet_error *err)
{
    struct migrate_options each = {.lock_timeout = args->migrating.lock_timeout,
                                   .wait = args->migrating.wait};

    take_options(&each, args);
    return fleet_up(invocation, &args->fleet, &each, err);
}

static bool
run(struct invocation *invocation, struct duet_error *err)
{
    SCOPED(migrating_close) struct migrating migrating = {0};
    const struct up_args *args = invocation->args;

    if (fleet_is_meant(&args->fleet))
        return run_fleet(invocation, args, err);
    if (!fleet_args_check(&args->fleet, err) ||
        !migrating_open(&migrating, invocation,
                        args->dry_run ? IF_MISSING_PRETEND : IF_MISSING_MAKE,
                        err))
        return false;
    take_options(&migrating.options, args);
    return run_up(&migrating, args, err);
}

const struct command command_up = {
    .name = "up",
    .summary = "apply the pending migrations",
    .operands = "",
    .description =
        "Applies the migrations that the database has not seen, in their\n"
        "order.  Each is committed together with its row in the ledger, so\n"
        "when one fails the database is where the last one left it.  One that\n"
        "can't run in a transaction runs statement by statement, and the next\n"
        "'duet up' goes on at the one that failed.  A database that is not\n"
        "there is made.\n"
        "\n"
        "Each migration that was applied is a line: the word, a tab, the\n"
        "version, a tab, how long it took.\n",
    .example = "mkdir migrations\n"
               "echo 'create table t (a int);' >migrations/0001_t.up.sql\n"
               "duet up --url sqlite:app.db\n",
    .args_size = sizeof(struct up_args),
    .options = options,
    .run = run,
};
