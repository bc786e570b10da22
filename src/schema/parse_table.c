/*
 * Tables.
 */
#include <string.h>

#include "schema/parse_part.h"

/* ------------------------------------------------------- parts of a table */

static bool
read_table_constraint(struct parser *parser, struct object *table)
{
    const struct lexeme *at;
    const char *name;

    if (!parse_constraint_name(parser, &name, &at))
        return false;
    if (!parse_is_postgres(parser) && parse_at_delimiter(parser))
        return true;
    return parse_constraint(parser, table, NULL, name, at);
}

static bool
read_item(struct parser *parser, struct object *table, const char *comment)
{
    if (parse_is_postgres(parser) && parse_is(parser, "like"))
        return parse_fail(parser, parser->at,
                          "write the columns out: 'like' is not supported");
    if (!parse_at_constraint(parser))
        return parse_column(parser, table, comment);
    if (!parse_is_postgres(parser) && table->nchildren == 0)
        return parse_fail_expected(parser, "a column");
    do {
        if (!read_table_constraint(parser, table))
            return false;
        /* SQLite wants no commas between them. */
    } while (!parse_is_postgres(parser) && parse_at_constraint(parser));
    return true;
}

static bool
read_items(struct parser *parser, struct object *table)
{
    const char *comment;

    if (!parse_expect(parser, "("))
        return false;
    table->text[ATTRIBUTE_COMMENT] = parse_table_comment(parser, &comment);
    if (parse_is(parser, ")") && parse_is_postgres(parser))
        return parse_common(parser, parser->at, "tables without columns") &&
               parse_accept(parser, ")");
    for (;;) {
        if (!read_item(parser, table, comment))
            return false;
        if (!parse_accept(parser, ","))
            break;
        comment = parse_comment(parser);
    }
    return parse_accept(parser, ")") ||
           parse_fail_expected(parser, "',' or ')'");
}

/* ------------------------------------------------------- the table's end */

/*
 * SQLite: a key of one column declared exactly INTEGER is the rowid by another
 * name.  In an ordinary table no other key keeps NULL out.
 */
static void
finish_primary_key(struct parser *parser, struct object *table,
                   struct object *key)
{
    bool without_rowid = object_is(table, ATTRIBUTE_WITHOUT_ROWID);
    struct object *rowid = NULL;

    if (key->nparts == 1 && key->parts[0].column != NULL && !without_rowid &&
        !parser->is_no_rowid)
        rowid =
            parse_find(parser, NAME_INTEGER, table, NULL, key->parts[0].column);
    if (rowid != NULL) {
        rowid->text[ATTRIBUTE_IDENTITY] =
            parser->is_autoincrement ? "autoincrement" : "auto";
        key->parts[0].descending = key->parts[0].nulls_first = false;
    }
    for (size_t i = 0; i < key->nparts; i++) {
        struct object *column = key->parts[i].column == NULL
                                    ? NULL
                                    : parse_find(parser, NAME_COLUMN, table,
                                                 NULL, key->parts[i].column);

        if (column != NULL && (column == rowid || without_rowid ||
                               object_is(table, ATTRIBUTE_STRICT)))
            column->text[ATTRIBUTE_NOT_NULL] = "yes";
    }
}

static bool
read_sqlite_end(struct parser *parser, struct object *table)
{
    while (!parse_is(parser, ";") && !parse_at_end(parser)) {
        if (parse_accept(parser, "without rowid"))
            table->text[ATTRIBUTE_WITHOUT_ROWID] = "yes";
        else if (parse_accept(parser, "strict"))
            table->text[ATTRIBUTE_STRICT] = "yes";
        else
            return parse_fail_expected(parser, "'without rowid', 'strict' or "
                                               "the end of the statement");
        if (!parse_accept(parser, ","))
            break;
    }
    for (size_t i = 0; i < table->nchildren; i++)
        if (table->children[i]->kind == OBJECT_PRIMARY_KEY)
            finish_primary_key(parser, table, table->children[i]);
    return true;
}

/* inherits (a, s.b) */
static bool
read_parents(struct parser *parser, struct object *table)
{
    const char *parents = NULL;

    if (!parse_common(parser, parser->at - 1, "tables that inherit") ||
        !parse_expect(parser, "("))
        return false;
    do {
        const struct lexeme *at = parser->at;
        const char *schema;
        const char *name = parse_qualified(parser, "a table", &schema);
        const char *joined;

        if (name == NULL)
            return false;
        (void)parse_mention(parser, MENTION_PARENT, table, schema, name, at);
        joined = parse_written(parser, schema, name);
        parents = parents == NULL ? joined
                                  : arena_printf(&parser->schema->arena,
                                                 "%s, %s", parents, joined);
    } while (parse_accept(parser, ","));
    table->text[ATTRIBUTE_INHERITS] = parents;
    return parse_expect(parser, ")");
}

/* range (time) */
static bool
read_partition_by(struct parser *parser, struct object *table)
{
    const struct lexeme *first = parser->at;

    if (!parse_common(parser, first - 2, "partitions"))
        return false;
    if (parse_name(parser, "'range', 'list' or 'hash'") == NULL ||
        parse_condition(parser) == NULL)
        return false;
    table->text[ATTRIBUTE_PARTITION_BY] = parse_lower(parser, first);
    return true;
}

static bool
read_postgres_end(struct parser *parser, struct object *table)
{
    if (parse_accept(parser, "inherits") && !read_parents(parser, table))
        return false;
    if (parse_accept(parser, "partition by") &&
        !read_partition_by(parser, table))
        return false;
    if (parse_is(parser, "with (")) {
        if (!parse_common(parser, parser->at, "options of a table"))
            return false;
        parser->at++;
        if (!parse_options(parser, &table->text[ATTRIBUTE_OPTIONS]))
            return false;
    }
    if (parse_is(parser, "tablespace") || parse_is(parser, "using"))
        return parse_fail(parser, parser->at,
                          "where and how rows are stored is no part of a "
                          "declaration");
    return true;
}

/* t for values in ('a') */
static bool
read_partition(struct parser *parser, struct object *table)
{
    const struct lexeme *at = parser->at;
    const char *schema;
    const char *parent = parse_qualified(parser, "a table", &schema);
    const struct lexeme *bound;

    if (parent == NULL || !parse_common(parser, at - 2, "partitions"))
        return false;
    (void)parse_mention(parser, MENTION_PARENT, table, schema, parent, at);
    if (parse_is(parser, "("))
        return parse_fail(parser, parser->at,
                          "columns of a partition that are other than the "
                          "table's are not supported");
    bound = parser->at;
    if (!parse_is(parser, "for values") && !parse_is(parser, "default"))
        return parse_fail_expected(parser, "'for values' or 'default'");
    while (!parse_at_end(parser) && !parse_is(parser, ";") &&
           !parse_is(parser, "partition by") && !parse_is(parser, "tablespace"))
        parser->at++;
    table->text[ATTRIBUTE_PARTITION_OF] = arena_printf(
        &parser->schema->arena, "%s %s", parse_written(parser, schema, parent),
        parse_lower(parser, bound));
    return true;
}

bool
parse_create_table(struct parser *parser, bool unlogged)
{
    const struct lexeme *at;
    const char *schema;
    const char *name;
    struct object *table;

    (void)parse_accept(parser, "if not exists");
    at = parser->at;
    name = parse_qualified(parser, "the name of the table", &schema);
    if (name == NULL ||
        !parse_is_free(parser, NAME_RELATION, NULL, schema, name, at))
        return false;
    table = parse_add(parser, OBJECT_TABLE, NULL, name, at);
    table->schema = schema;
    table->text[ATTRIBUTE_UNLOGGED] = unlogged ? "yes" : NULL;
    parser->is_autoincrement = parser->is_no_rowid = false;
    if (parse_is(parser, "as"))
        return parse_fail(parser, parser->at,
                          "write the columns out: a table made by a query is "
                          "no declaration");
    if (parse_is_postgres(parser) && parse_accept(parser, "partition of")) {
        if (!read_partition(parser, table))
            return false;
    } else if (!read_items(parser, table)) {
        return false;
    }
    if (parse_is_postgres(parser) ? !read_postgres_end(parser, table)
                                  : !read_sqlite_end(parser, table))
        return false;
    names_add(&parser->names, NAME_RELATION, NULL, schema, table);
    return true;
}

/* ------------------------------------------------------------ alter table */

static bool
read_addition(struct parser *parser, struct object *table)
{
    if (!parse_expect(parser, "add"))
        return false;
    if (!parse_is_postgres(parser) && parse_is(parser, "primary key"))
        return parse_fail(parser, parser->at,
                          "write the primary key into the table's definition");
    if (parse_at_constraint(parser))
        return read_table_constraint(parser, table);
    (void)parse_accept(parser, "column");
    (void)parse_accept(parser, "if not exists");
    return parse_column(parser, table, parse_comment(parser));
}

/* What a table has besides what the model holds; false: it is none of that. */
static bool
read_setting(struct parser *parser, const struct object *table,
             const struct lexeme *start, bool *failed)
{
    static const char *const settings[][2] = {
        {"enable row level security", "row security"},
        {"force row level security", "forced row security"},
        {"replica identity", "replica identity"}};

    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        struct object *other;

        if (!parse_is_postgres(parser) || !parse_accept(parser, settings[i][0]))
            continue;
        *failed = !parse_common(parser, start, settings[i][1]);
        other = parse_add(parser, OBJECT_OTHER, NULL, table->name, start);
        other->schema = table->schema;
        other->text[ATTRIBUTE_WHAT] = settings[i][1];
        parse_skip_statement(parser);
        other->text[ATTRIBUTE_DEFINITION] = parse_slice(parser, start);
        return true;
    }
    return false;
}

bool
parse_alter_table(struct parser *parser, const struct lexeme *start)
{
    const struct lexeme *at;
    const char *schema;
    const char *name;
    struct object *table;
    bool failed;

    (void)parse_accept(parser, "if exists");
    if (parse_is_postgres(parser))
        (void)parse_accept(parser, "only");
    at = parser->at;
    name = parse_qualified(parser, "the name of a table", &schema);
    table = name != NULL ? parse_table(parser, schema, name, at) : NULL;
    if (table == NULL)
        return false;
    if (read_setting(parser, table, start, &failed))
        return !failed;
    if (!parse_is(parser, "add")) {
        (void)parse_fail_expected(parser, "'add'");
        return parse_hint(parser, "a declaration can add a column or a "
                                  "constraint; write the rest where the table "
                                  "is declared");
    }
    do {
        if (!read_addition(parser, table))
            return false;
    } while (parse_accept(parser, ","));
    return true;
}
