/*
 * duet schema: what a database consists of.
 */
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "cli/comparing.h"
#include "cli/migrating.h"
#include "cli/render.h"
#include "migrate/ledger.h"
#include "profile/place.h"
#include "schema/reflect.h"
#include "schema/write.h"

/* ------------------------------------------------------------------------
 * create
 */

struct create_args {
    struct migrating_args migrating;
    const char *schema;
};

static const struct option_spec create_options[] = {
    {"schema", 's', OPTION_TEXT, offsetof(struct create_args, schema), "PATH",
     "the declaration; if not given DUET_SCHEMA, ./schema or, without "
     "these, the storage of a profile"},
    TREE_OPTIONS,
    {0},
};

static size_t
count_tables(const struct schema *schema)
{
    size_t count = 0;

    for (size_t i = 0; i < schema->nobjects; i++)
        count += schema->objects[i]->kind == OBJECT_TABLE;
    return count;
}

static bool
is_empty(struct db *db, const char *shown, struct duet_error *err)
{
    SCOPED(schema_clear) struct schema schema = {0};
    SCOPED(arena_clear) struct arena arena = {0};

    if (!schema_reflect(&schema, db, err))
        return false;
    for (size_t i = 0; i < schema.nobjects; i++) {
        if (schema.objects[i]->kind == OBJECT_OTHER)
            continue;
        (void)err_set(err, DUET_ERROR_USAGE, "database '%s' has %s already",
                      shown, object_title(&arena, schema.objects[i]));
        return err_hint(err, "duet schema diff shows what it lacks");
    }
    return true;
}

/* In one transaction: all of it or nothing. */
static bool
create(struct invocation *invocation, struct db *db, const char *shown,
       const struct schema *schema, const struct tree *tree,
       struct duet_error *err)
{
    SCOPED(buf_release) struct buf sql = {0};
    SCOPED(ledger_clear) struct ledger ledger = {0};

    if (write_sql(&sql, schema, db_dialect(db)->name, err) &&
        db_begin(db, err) && is_empty(db, shown, err) &&
        db_exec(db, buf_data(&sql), err) && ledger_read(&ledger, db, err) &&
        ledger_ensure(&ledger, db, err) &&
        ledger_stamp(&ledger, db, tree, err) && db_commit(db, err)) {
        talk(invocation, "created %s in '%s', %s taken for done",
             counted(invocation->arena, (int64_t)count_tables(schema), "table"),
             shown,
             counted(invocation->arena, (int64_t)tree->count, "migration"));
        return true;
    }
    db_rollback(db);
    return false;
}

static bool
make_and_create(struct invocation *invocation, const char *url,
                const struct operand *declared, const struct tree *tree,
                struct duet_error *err)
{
    SCOPED(database_close) struct db *db = NULL;
    struct place place;
    bool exists = false;
    bool made = false;

    if (!place_init(&place, invocation->arena, url, &invocation->trace, err) ||
        !place.kind->exists(&place, &exists, err) ||
        (!exists && !place.kind->create(&place, &made, err)))
        return false;
    if (invocation_open_url(invocation, place.url, NULL, &db, err) &&
        create(invocation, db, place.shown, &declared->schema, tree, err))
        return true;
    database_close(&db);
    if (made)
        (void)place.kind->remove(&place, &exists, NULL);
    return false;
}

static bool
run_create(struct invocation *invocation, struct duet_error *err)
{
    SCOPED(operand_clear) struct operand declared = {0};
    SCOPED(tree_clear) struct tree tree = {0};
    const struct create_args *args = invocation->args;
    enum tree_style style;
    const char *path = args->schema ? args->schema : "";
    const char *engine;
    const char *url;
    const char *dir;

    if (!invocation_url(invocation, &url, err) ||
        !migrating_directory(invocation, &dir, err) ||
        !tree_style_find(args->migrating.style, &style, err) ||
        !operand_parse(invocation,
                       arena_printf(invocation->arena, "schema:%s", path),
                       &declared, err))
        return false;
    engine = place_engine(url);
    return operand_load(invocation, &declared, engine, NULL, err) &&
           (dir == NULL || tree_read(&tree, dir, engine, style, err)) &&
           make_and_create(invocation, url, &declared, &tree, err);
}

static const struct command command_create = {
    .name = "create",
    .summary = "make a database from a declaration",
    .operands = "",
    .description =
        "Makes what a declaration says, in a database that is made where it\n"
        "is missing and must be empty: all of it or nothing.  The migrations\n"
        "that there are count as done, in its ledger.\n",
    .example = "mkdir schema\n"
               "echo 'create table t (id serial primary key);' >schema/t.sql\n"
               "duet schema create --url sqlite:app.db\n",
    .args_size = sizeof(struct create_args),
    .options = create_options,
    .run = run_create,
};

/* ------------------------------------------------------------------------
 * show
 */

enum format {
    FORMAT_SQL,
    FORMAT_JSON,
    FORMAT_DOT,
    FORMAT_MERMAID,
    FORMAT_TREE
};

struct show_args {
    unsigned format; /* enum format */
    unsigned engine; /* 0: its own, else one more than in comparing_engines[] */
};

static const struct option_spec show_options[] = {
    {"format", 'f', OPTION_CHOICE, offsetof(struct show_args, format),
     "sql|json|dot|mermaid|tree", "how to write it; sql if not given"},
    {"for", 0, OPTION_CHOICE, offsetof(struct show_args, engine),
     "itself|sqlite|postgres",
     "write the SQL of that engine; of the database's own if not given"},
    {0},
};

/*
 * Of the user's locale, which the process itself is not in: there strcasecmp()
 * would take I and i for two letters in Turkish.
 */
static bool
is_utf8(void)
{
    locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    bool is = locale != (locale_t)0 &&
              strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;

    if (locale != (locale_t)0)
        freelocale(locale);
    return is;
}

static bool
write_schema(struct invocation *invocation, const struct operand *operand,
             struct buf *out, struct duet_error *err)
{
    const struct show_args *args = invocation->args;
    enum format format = invocation->global->json ? FORMAT_JSON : args->format;

    switch (format) {
    case FORMAT_JSON:
        write_json(out, &operand->schema);
        return true;
    case FORMAT_DOT:
        write_dot(out, &operand->schema);
        return true;
    case FORMAT_MERMAID:
        write_mermaid(out, &operand->schema);
        return true;
    case FORMAT_TREE:
        write_tree(out, &operand->schema, is_utf8());
        return true;
    case FORMAT_SQL:
        break;
    }
    return write_sql(out, &operand->schema,
                     args->engine ? comparing_engines[args->engine - 1]
                                  : operand->engine,
                     err);
}

/* The operand, else the database that the options and the environment name. */
static bool
parse_shown(struct invocation *invocation, struct operand *operand,
            struct duet_error *err)
{
    const char *text = invocation->operands[0];

    return (invocation->noperands > 0 ||
            invocation_url(invocation, &text, err)) &&
           operand_parse(invocation, text, operand, err);
}

static bool
run_show(struct invocation *invocation, struct duet_error *err)
{
    SCOPED(operand_clear) struct operand operand = {0};
    SCOPED(buf_release) struct buf out = {0};
    const struct show_args *args = invocation->args;
    const char *engine = comparing_engines[args->engine ? args->engine - 1 : 0];

    if (!parse_shown(invocation, &operand, err) ||
        !operand_load(invocation, &operand, engine, NULL, err) ||
        !write_schema(invocation, &operand, &out, err))
        return false;
    (void)fputs(buf_data(&out), stdout);
    return true;
}

static const struct command command_show = {
    .name = "show",
    .summary = "write the schema of a database",
    .operands = "[DATABASE]",
    .description =
        "Writes the schema of DATABASE, its URL, profile:NAME, schema:PATH, a\n"
        "declaration, or migrations:DIR@VERSION, what they make up to there:\n"
        "as SQL that makes it, on either engine, as JSON, as an entity\n"
        "diagram for Graphviz or Mermaid, or as a tree to read.  Without\n"
        "DATABASE it is the one that is meant elsewhere.\n",
    .example = "duet presto\n"
               "duet schema show --format tree\n"
               "duet schema show profile:presto --for postgres\n",
    .args_size = sizeof(struct show_args),
    .options = show_options,
    .run = run_show,
};

/* ------------------------------------------------------------------------
 * diff
 */

static const struct option_spec diff_options[] = {
    COMPARE_OPTIONS,
    {0},
};

static bool
run_diff(struct invocation *invocation, struct duet_error *err)
{
    return comparing_run(invocation, invocation->args, err);
}

static const struct command command_diff = {
    .name = "diff",
    .summary = "show what two schemas differ in",
    .operands = "A B",
    .description =
        "Does what 'duet compare --schema' does: A and B are each the URL of\n"
        "a database, profile:NAME, schema:PATH or migrations:DIR.  With --sql\n"
        "it prints the statements that make A what B is.\n",
    .example = "duet presto\n"
               "duet schema diff profile:presto profile:presto\n",
    .args_size = sizeof(struct compare_args),
    .options = diff_options,
    .run = run_diff,
};

static const struct command *const subcommands[] = {
    &command_create,
    &command_show,
    &command_diff,
    NULL,
};

const struct command command_schema = {
    .name = "schema",
    .summary = "create, show and compare schemas",
    .operands = "",
    .description = "A schema is what a database consists of: its tables,\n"
                   "constraints, indexes, views and the rest.\n",
    .example = "duet presto\n"
               "duet schema show --format tree\n",
    .subcommands = subcommands,
};
