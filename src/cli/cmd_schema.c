/*
 * duet schema: what a database consists of.
 */
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "cli/comparing.h"
#include "cli/render.h"
#include "migrate/ledger.h"
#include "profile/place.h"
#include "schema/reflect.h"
#include "schema/write.h"

/* ------------------------------------------------------------------------
 * create
 */

struct create_args {
    const char *schema;
    const char *migrations;
};

static const struct option_spec create_options[] = {
    {"schema", 's', OPTION_TEXT, offsetof(struct create_args, schema), "PATH",
     "the declaration; if not given DUET_SCHEMA, ./schema or, without "
     "these, the storage of a profile"},
    {"migrations", 'm', OPTION_TEXT, offsetof(struct create_args, migrations),
     "DIR",
     "take the migrations in DIR for done; DUET_MIGRATIONS, "
     "./migrations or ./db/migrations if not given"},
    {0},
};

static const char *
migrations_path(const char *option)
{
    static const char *const usual[] = {"migrations", "db/migrations"};
    const char *variable = getenv("DUET_MIGRATIONS");

    if (option != NULL)
        return option;
    if (variable != NULL && *variable != '\0')
        return variable;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (path_is_directory(usual[i]))
            return usual[i];
    return NULL;
}

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

    if (write_sql(&sql, schema, db_dialect(db)->name, err) &&
        db_begin(db, err) && is_empty(db, shown, err) &&
        db_exec(db, buf_data(&sql), err) && ledger_create(db, err) &&
        ledger_stamp(db, tree, err) && db_commit(db, err)) {
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
    const char *dir = migrations_path(args->migrations);
    const char *path = args->schema ? args->schema : "";
    const char *url;
    const char *engine;

    if (!invocation_url(invocation, &url, err) ||
        !operand_parse(invocation,
                       arena_printf(invocation->arena, "schema:%s", path),
                       &declared, err))
        return false;
    engine = place_engine(url);
    return operand_load(invocation, &declared, engine, err) &&
           (dir == NULL || tree_read(&tree, dir, engine, err)) &&
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
        !operand_load(invocation, &operand, engine, err) ||
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
        "Writes the schema of DATABASE, its URL, profile:NAME, or\n"
        "schema:PATH, a declaration: as SQL that makes it, on either engine,\n"
        "as JSON, as an entity diagram for Graphviz or Mermaid, or as a tree\n"
        "to read.  Without DATABASE it is the one that is meant elsewhere.\n",
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
        "a database, profile:NAME, or schema:PATH.  With --sql it prints the\n"
        "statements that make A what B is.\n",
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
