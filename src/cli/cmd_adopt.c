/*
 * duet adopt: take over a database that another tool has migrated.
 */
#include "base/err.h"
#include "cli/migrating.h"
#include "migrate/adopt.h"

struct adopt_args {
    struct migrating_args migrating;
    const char *from;
    const char *table;
    const char *map;
    bool accept_drift;
    bool dry_run;
};

static const struct option_spec options[] = {
    {"from", 0, OPTION_TEXT, offsetof(struct adopt_args, from), "TOOL",
     "which tool's ledger to read, where there are several"},
    {"table", 0, OPTION_TEXT, offsetof(struct adopt_args, table), "NAME",
     "the table of its ledger, if it is not called as usual"},
    {"map", 0, OPTION_TEXT, offsetof(struct adopt_args, map), "FILE",
     "which version each revision of Alembic stands for, in lines REVISION "
     "VERSION"},
    {"accept-drift", 0, OPTION_FLAG, offsetof(struct adopt_args, accept_drift),
     NULL, "take it over although it is not what the migrations make"},
    {"dry-run", 'n', OPTION_FLAG, offsetof(struct adopt_args, dry_run), NULL,
     "say what would be done, and change nothing"},
    MIGRATING_OPTIONS,
    {0},
};

static void
on_scratch(void *context, struct scratch *scratch)
{
    (void)context;
    interrupt_scratch(scratch);
}

/* ------------------------------------------------------------------------
 * What differs
 */

static const char *
word_of(const struct finding *finding)
{
    return finding->verdict == VERDICT_DIFFERENT
               ? severity_names[finding->severity]
               : verdict_names[finding->verdict];
}

static void
print_difference(struct arena *arena, const struct finding *finding)
{
    const char *const fields[] = {
        word_of(finding),   finding_title(arena, finding), finding->attribute,
        finding->left_text, finding->right_text,           finding->note};

    render_line(fields, sizeof fields / sizeof *fields);
}

static void
print_lines(struct arena *arena, const struct tree *tree,
            const struct adoption *adoption)
{
    const struct comparison *comparison = &adoption->comparison;

    for (size_t i = 0; i < tree->count; i++)
        if (adoption->match.changed[i])
            render_line((const char *const[]){"changed", tree->list[i].version},
                        2);
    for (size_t i = 0; i < comparison->nfindings; i++)
        if (finding_counts(&comparison->findings[i]))
            print_difference(arena, &comparison->findings[i]);
}

static void
add_differences(struct json *json, struct arena *arena,
                const struct comparison *comparison)
{
    json_open(json, "differences", '[');
    for (size_t i = 0; i < comparison->nfindings; i++) {
        const struct finding *finding = &comparison->findings[i];

        if (!finding_counts(finding))
            continue;
        json_open(json, NULL, '{');
        json_text(json, "severity", word_of(finding));
        json_text(json, "title", finding_title(arena, finding));
        json_text(json, "attribute", finding->attribute);
        json_text(json, "migrations", finding->left_text);
        json_text(json, "database", finding->right_text);
        json_text(json, "note", finding->note);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void
print_document(const struct migrating *migrating,
               const struct adoption *adoption, bool adopted)
{
    SCOPED(json_release) struct json json = {0};
    const struct tree *tree = &migrating->tree;

    json_open(&json, NULL, '{');
    json_text(&json, "database", migrating->shown);
    json_text(&json, "tool", adoption->ledger->tool);
    json_text(&json, "table", adoption->ledger->table);
    json_boolean(&json, "adopted", adopted);
    json_integer(&json, "applied", (int64_t)adoption->match.napplied);
    json_integer(&json, "pending", (int64_t)adoption->pending);
    json_text(&json, "version", adoption->newest);
    json_open(&json, "changed", '[');
    for (size_t i = 0; i < tree->count; i++)
        if (adoption->match.changed[i])
            json_text(&json, NULL, tree->list[i].version);
    json_close(&json, ']');
    add_differences(&json, migrating->invocation->arena, &adoption->comparison);
    json_close(&json, '}');
    json_print(&json, stdout);
}

/* ------------------------------------------------------------------------
 * Taking it over
 */

static bool
refuse(const struct migrating *migrating, const struct adoption *adoption,
       struct duet_error *err)
{
    struct arena *arena = migrating->invocation->arena;

    if (adoption->ndifferences > 0)
        (void)err_set(
            err, DUET_ERROR_DRIFT,
            "'%s' is not what the migrations up to '%s' make: %s",
            migrating->shown, adoption->newest ? adoption->newest : "0",
            counted(arena, (int64_t)adoption->ndifferences, "difference"));
    else
        (void)err_set(
            err, DUET_ERROR_DRIFT, "%s changed since it was applied to '%s'",
            counted(arena, (int64_t)adoption->match.nchanged, "migration"),
            migrating->shown);
    return err_hint(err, "mend it, or take it as it is with --accept-drift");
}

static void
summarize(const struct migrating *migrating, const struct adoption *adoption,
          bool dry_run)
{
    struct invocation *invocation = migrating->invocation;
    struct arena *arena = invocation->arena;

    talk(invocation,
         "%s '%s' from %s: %s taken for done, %zu pending; the table '%s' "
         "stays as it is",
         dry_run ? "would have adopted" : "adopted", migrating->shown,
         adoption->ledger->tool,
         counted(arena, (int64_t)adoption->match.napplied, "migration"),
         adoption->pending, adoption->ledger->table);
}

static bool
take_over(struct migrating *migrating, const struct adoption *adoption,
          const struct adopt_args *args, struct duet_error *err)
{
    struct migrate_report report;
    bool is_good = args->accept_drift ||
                   adoption->ndifferences + adoption->match.nchanged == 0;
    bool adopted =
        is_good && !args->dry_run &&
        migrate_stamp(migrating->db, &migrating->tree, adoption->match.applied,
                      &migrating->options, &report, err);

    if (is_good && !args->dry_run && !adopted)
        return false;
    if (migrating->invocation->global->json)
        print_document(migrating, adoption, adopted);
    else
        print_lines(migrating->invocation->arena, &migrating->tree, adoption);
    if (!is_good)
        return refuse(migrating, adoption, err);
    summarize(migrating, adoption, args->dry_run);
    return true;
}

static bool
run(struct invocation *invocation, struct duet_error *err)
{
    SCOPED(migrating_close) struct migrating migrating;
    SCOPED(adoption_clear) struct adoption adoption = {0};
    const struct adopt_args *args = invocation->args;
    struct adopt_options wanted = {.from = args->from,
                                   .table = args->table,
                                   .map = args->map,
                                   .replay = {.scratch = on_scratch}};

    if (!migrating_open(&migrating, invocation, IF_MISSING_FAIL, err))
        return false;
    wanted.replay.server = migrating.url;
    return adopt_examine(&adoption, migrating.db, &migrating.tree, &wanted,
                         err) &&
           take_over(&migrating, &adoption, args, err);
}

const struct command command_adopt = {
    .name = "adopt",
    .summary = "take over a database that another tool has migrated",
    .operands = "",
    .description =
        "Reads the ledger that another tool keeps in the database, looks "
        "which\n"
        "migrations of the directory it means, and compares the schema with\n"
        "what these make on a scratch database.  If that is the same, they\n"
        "count as done from now on, in a ledger of duet's.  The other ledger\n"
        "is left as it is.\n"
        "\n"
        "Each difference is a line: how grave it is, the object, the\n"
        "attribute, what the migrations make, and what the database has.\n"
        "With any the database is not taken over, and the exit status is 3.\n",
    .example =
        "mkdir migrations\n"
        "echo 'create table t (a int);' >migrations/1_t.up.sql\n"
        "sqlite3 app.db 'create table t (a int)'\n"
        "sqlite3 app.db 'create table schema_migrations (version uint64,\n"
        "    dirty bool); insert into schema_migrations values (1, false)'\n"
        "duet adopt --url sqlite:app.db\n",
    .args_size = sizeof(struct adopt_args),
    .options = options,
    .run = run,
};
