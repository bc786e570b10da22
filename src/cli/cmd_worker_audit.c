/*
 * duet worker audit: where two workers would meet.
 */
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "cli/render.h"
#include "cli/worker.h"
#include "profile/home.h"
#include "worker/audit.h"
#include "worker/literals.h"

struct audit_args {
    const char *worker;
    const char *const *tables;
    const char *const *allowed;
    const char *const *sources;
    const char *const *reserved;
};

static const struct option_spec options[] = {
    WORKER_OPTION(audit_args),
    {"table", 't', OPTION_LIST, offsetof(struct audit_args, tables),
     "TABLE.COLUMN", "look at the labels there; db_dbcomputer.label if none"},
    {"allow", 'a', OPTION_TEXTS, offsetof(struct audit_args, allowed), "LABEL",
     "have nothing against LABEL; may be given more than once"},
    {"source", 's', OPTION_TEXTS, offsetof(struct audit_args, sources), "PATH",
     "look at the program texts in PATH, not at a database"},
    {"reserved", 'r', OPTION_TEXTS, offsetof(struct audit_args, reserved),
     "LABEL", "with --source, a label to look for; localhost if none"},
    {0},
};

/* ------------------------------------------------------------------------
 * Rows
 */

static const char *
column_name(struct arena *arena, const struct labelled *labelled)
{
    return arena_printf(arena, "%s.%s", labelled->table, labelled->column);
}

static void
print_rows_json(struct arena *arena, const struct audit *audit)
{
    SCOPED(json_release) struct json json = {0};

    json_open(&json, NULL, '[');
    for (size_t i = 0; i < audit->count; i++) {
        const struct audit_row *row = &audit->rows[i];

        json_open(&json, NULL, '{');
        json_text(&json, "column", column_name(arena, row->labelled));
        json_text(&json, "label", row->label);
        json_text(&json, "row", row->key);
        json_text(&json, "test", row->test);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_print(&json, stdout);
}

static void
print_rows(struct arena *arena, const struct audit *audit)
{
    static const char *const headings[] = {"COLUMN", "LABEL", "ROW", "TEST"};
    const char **cells = arena_array(arena, audit->count * 4, sizeof *cells);

    for (size_t i = 0; i < audit->count; i++) {
        const struct audit_row *row = &audit->rows[i];

        cells[i * 4] = column_name(arena, row->labelled);
        cells[i * 4 + 1] = row->label;
        cells[i * 4 + 2] = row->key;
        cells[i * 4 + 3] = row->test;
    }
    render_table(headings, 4, cells, audit->count);
}

static bool
find_columns(struct invocation *invocation, struct labelled **out,
             size_t *count, struct duet_error *err)
{
    static const char *const usual[] = {"db_dbcomputer.label", NULL};
    const struct audit_args *args = invocation->args;
    const char *const *tables = args->tables ? args->tables : usual;

    for (*count = 0; tables[*count] != NULL; (*count)++)
        continue;
    *out = arena_array(invocation->arena, *count, sizeof **out);
    for (size_t i = 0; i < *count; i++)
        if (!labelled_parse(invocation->arena, tables[i], &(*out)[i], err))
            return false;
    return true;
}

static bool
find_rows(struct invocation *invocation, const struct identity *identity,
          struct audit *audit, struct duet_error *err)
{
    const struct audit_args *args = invocation->args;
    SCOPED(database_close) struct db *db = NULL;
    struct labelled *labelled;
    size_t count;
    const char *home;

    if (!find_columns(invocation, &labelled, &count, err) ||
        !invocation_open(invocation, NULL, &db, err))
        return false;
    if (!audit_rows(db, invocation->arena, labelled, count, identity->worker,
                    args->allowed, audit, err)) {
        if (args->tables == NULL && err->kind == DUET_ERROR_USAGE)
            (void)err_hint(err, "name a column with labels: "
                                "--table TABLE.COLUMN");
        return false;
    }
    return home_find(invocation->arena, &home, err) &&
           audit_tests(audit, invocation->arena,
                       audit_path(invocation->arena, home), err);
}

static bool
run_rows(struct invocation *invocation, struct duet_error *err)
{
    const struct audit_args *args = invocation->args;
    SCOPED(identity_close) struct identity identity = {0};
    struct audit audit;

    if (args->reserved != NULL) {
        (void)err_set(err, DUET_ERROR_USAGE,
                      "option '--reserved' needs '--source'");
        return err_hint(err, "with a database every label counts that is not "
                             "the worker's");
    }
    if (!worker_find(invocation, args->worker, &identity, err) ||
        !find_rows(invocation, &identity, &audit, err))
        return false;
    if (invocation->global->json)
        print_rows_json(invocation->arena, &audit);
    else
        print_rows(invocation->arena, &audit);
    if (audit.count == 0)
        return true;
    (void)err_set(err, DUET_ERROR_DRIFT, "%s without the suffix of worker '%s'",
                  counted(invocation->arena, (int64_t)audit.count, "label"),
                  identity.worker);
    return err_hint(err, "take labels from duet worker label, or accept one "
                         "with --allow LABEL");
}

/* ------------------------------------------------------------------------
 * Program texts
 */

static void
print_literals_json(const struct literals *literals)
{
    SCOPED(json_release) struct json json = {0};

    json_open(&json, NULL, '[');
    for (size_t i = 0; i < literals->count; i++) {
        const struct literal *literal = &literals->found[i];

        json_open(&json, NULL, '{');
        json_text(&json, "path", literal->path);
        json_integer(&json, "line", (int64_t)literal->line);
        json_integer(&json, "column", (int64_t)literal->column);
        json_text(&json, "label", literal->label);
        json_text(&json, "text", literal->text);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_print(&json, stdout);
}

/* As compilers do, for the editors that read that. */
static void
print_literals(struct arena *arena, const struct literals *literals)
{
    for (size_t i = 0; i < literals->count; i++) {
        const struct literal *literal = &literals->found[i];
        const char *line =
            arena_printf(arena, "%s:%zu:%zu: %s", literal->path, literal->line,
                         literal->column, literal->text);

        render_line(&line, 1);
    }
}

static bool
run_sources(struct invocation *invocation, struct duet_error *err)
{
    static const char *const usual[] = {"localhost", NULL};
    const struct audit_args *args = invocation->args;
    struct literals literals = {0};

    if (args->tables != NULL || args->allowed != NULL || args->worker != NULL)
        return err_set(err, DUET_ERROR_USAGE,
                       "option '--%s' can't be used with '--source'",
                       args->tables    ? "table"
                       : args->allowed ? "allow"
                                       : "worker");
    for (size_t i = 0; args->sources[i] != NULL; i++)
        if (!literals_find(&literals, invocation->arena, args->sources[i],
                           args->reserved ? args->reserved : usual, err))
            return false;
    if (invocation->global->json)
        print_literals_json(&literals);
    else
        print_literals(invocation->arena, &literals);
    talk(invocation, "read %s",
         counted(invocation->arena, (int64_t)literals.files, "file"));
    if (literals.count == 0)
        return true;
    (void)err_set(
        err, DUET_ERROR_DRIFT, "%s of a reserved label",
        counted(invocation->arena, (int64_t)literals.count, "literal"));
    return err_hint(err, "take labels from the fixtures, or from duet worker "
                         "label");
}

static bool
run(struct invocation *invocation, struct duet_error *err)
{
    const struct audit_args *args = invocation->args;

    return args->sources != NULL ? run_sources(invocation, err)
                                 : run_rows(invocation, err);
}

const struct command command_worker_audit = {
    .name = "audit",
    .summary = "find labels that two workers would share",
    .operands = "",
    .description =
        "Prints the rows of the database whose label is not the worker's own:\n"
        "does not end in its id, as those of duet worker label do.  The\n"
        "computer that presto makes is the profile's and does not count.  A\n"
        "row is a line: table and column, a tab, the label, a tab, the "
        "primary\n"
        "key, a tab and, where the fixtures have told, the test that made it.\n"
        "\n"
        "With --source it reads program texts instead, files or all those of "
        "a\n"
        "directory, and prints where a literal is just such a label, as\n"
        "file:line:column: and the line's text.  Comments don't count.\n"
        "\n"
        "The exit status is 3 if there is any.\n",
    .example = "duet presto\n"
               "duet worker audit\n"
               "echo \"label = 'test-computer'\" >test_computer.py\n"
               "duet worker audit --source test_computer.py --source .\n",
    .args_size = sizeof(struct audit_args),
    .options = options,
    .run = run,
};
