/*
 * Columns of a table.
 */
#include <string.h>

#include "schema/parse_part.h"
#include "sql/quote.h"

const char *
parse_collation_of(struct parser *parser, const struct lexeme *at)
{
    char *name = token_name(&parser->schema->arena, &at->token);

    for (char *c = name; *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return name;
}

static bool
read_postgres_collation(struct parser *parser, const char **out)
{
    const struct lexeme *at = parser->at;
    const char *schema;
    const char *name = parse_name(parser, "a collation");

    if (name == NULL)
        return false;
    if (parse_accept(parser, ".")) {
        schema = name;
        name = parse_name(parser, "a collation");
        if (name == NULL)
            return false;
        if (strcmp(schema, "pg_catalog") != 0)
            name = parse_joined(parser, schema, name);
    }
    *out = name;
    if (!parser->source.common || strcmp(name, "C") == 0)
        return true;
    (void)parse_fail(parser, at,
                     "collation '%s' is one engine's alone: both have \"C\"",
                     name);
    return parse_hint_own(parser);
}

bool
parse_collation(struct parser *parser, const char **out)
{
    if (!parse_accept(parser, "collate"))
        return true;
    if (parse_is_postgres(parser))
        return read_postgres_collation(parser, out);
    if (!parse_at_name(parser))
        return parse_fail_expected(parser, "a collation");
    *out = parse_collation_of(parser, parser->at++);
    return true;
}

static bool
read_column_collation(struct parser *parser, struct object *column)
{
    const char *usual = parse_is_postgres(parser) ? "default" : "binary";
    const char *name = usual;

    if (!parse_collation(parser, &name))
        return false;
    column->text[ATTRIBUTE_COLLATION] = strcmp(name, usual) != 0 ? name : NULL;
    return true;
}

/* Behind it a default is not over: an operator, or a word that goes on. */
static bool
goes_on(const struct parser *parser, const struct lexeme *first)
{
    static const char *const words[] = {"is", "not", "distinct", "from", "of"};
    const struct lexeme *last = parser->at - 1;

    if (parser->at == first)
        return true;
    if (last->token.kind == TOKEN_SYMBOL)
        return strchr(")]", *last->token.text) == NULL;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (token_is(&last->token, words[i]))
            return true;
    return false;
}

static bool
at_column_clause(const struct parser *parser)
{
    static const char *const words[] = {
        "constraint", "not",   "null",       "default", "generated", "primary",
        "unique",     "check", "references", "collate", "deferrable"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (parse_is(parser, words[i]))
            return true;
    return parse_is(parser, "initially deferred") ||
           parse_is(parser, "initially immediate");
}

/* Go behind an expression that is not in parentheses. */
static void
skip_postgres_default(struct parser *parser)
{
    const struct lexeme *first = parser->at;
    size_t depth = 0; /* of parentheses and of CASE */

    for (; !parse_at_end(parser); parser->at++) {
        if (depth == 0 &&
            (parse_at_delimiter(parser) ||
             (at_column_clause(parser) && !goes_on(parser, first))))
            return;
        depth += parse_is(parser, "(") || parse_is(parser, "[") ||
                 parse_is(parser, "case");
        depth -= depth > 0 && (parse_is(parser, ")") || parse_is(parser, "]") ||
                               parse_is(parser, "end"));
    }
}

const char *
parse_sqlite_default(struct arena *arena, const char *text)
{
    static const char *const meant[] = {"null",         "true",
                                        "false",        "current_date",
                                        "current_time", "current_timestamp"};
    struct tokens tokens = {.at = text};
    struct token token;
    struct token more;

    if (text == NULL || !token_next(&tokens, &token) ||
        token_next(&tokens, &more) ||
        (token.kind != TOKEN_WORD && token.kind != TOKEN_NAME))
        return text;
    for (size_t i = 0; i < sizeof meant / sizeof *meant; i++)
        if (token_is(&token, meant[i]))
            return text;
    return sql_literal(arena, token_name(arena, &token));
}

/* A literal, with a sign or not, or a word. */
static bool
skip_sqlite_default(struct parser *parser)
{
    if (!parse_accept(parser, "-"))
        (void)parse_accept(parser, "+");
    if (parser->at->token.kind == TOKEN_SYMBOL ||
        parser->at->token.kind == TOKEN_PARAMETER)
        return parse_fail_expected(parser,
                                   "a literal or an expression in parentheses");
    parser->at++;
    return true;
}

/* (expression) as a whole, without the parentheses; else NULL. */
static const char *
read_in_parentheses(struct parser *parser)
{
    const struct lexeme *first = parser->at;
    const char *text;

    if (!parse_is(parser, "("))
        return NULL;
    text = parse_condition(parser);
    if (text != NULL && parse_is_postgres(parser) &&
        !parse_at_delimiter(parser) && !at_column_clause(parser)) {
        parser->at = first; /* (a) || b */
        return NULL;
    }
    return text;
}

static bool
read_default(struct parser *parser, struct object *column)
{
    const struct lexeme *first = parser->at;
    const char *text = read_in_parentheses(parser);

    if (object_is(column, ATTRIBUTE_IDENTITY) ||
        (parse_is_postgres(parser) && object_is(column, ATTRIBUTE_DEFAULT)))
        return parse_fail(parser, first - 1,
                          "column '%s' has a default already", column->name);
    if (text == NULL) {
        if (parser->at != first)
            return false;
        if (parse_is_postgres(parser))
            skip_postgres_default(parser);
        else if (!skip_sqlite_default(parser))
            return false;
        if (parser->at == first)
            return parse_fail_expected(parser, "an expression");
        text = parse_slice(parser, first);
        if (!parse_is_postgres(parser))
            text = parse_sqlite_default(&parser->schema->arena, text);
    }
    column->text[ATTRIBUTE_DEFAULT] = text;
    return true;
}

/* generated always as (expression) stored */
static bool
read_generated(struct parser *parser, struct object *column)
{
    column->text[ATTRIBUTE_GENERATED] = parse_condition(parser);
    if (column->text[ATTRIBUTE_GENERATED] == NULL)
        return false;
    if (parse_accept(parser, "stored")) {
        column->text[ATTRIBUTE_STORED] = "yes";
        return true;
    }
    if (parse_is_postgres(parser))
        return parse_fail_expected(parser, "'stored'");
    (void)parse_accept(parser, "virtual");
    return true;
}

/* generated by default as identity (start 10) */
static bool
read_identity(struct parser *parser, struct object *column, const char *when,
              const struct lexeme *at)
{
    if (parse_is_postgres(parser) && parser->source.common) {
        (void)parse_common(parser, at, "identity columns");
        return parse_hint(parser, "both engines have serial and bigserial");
    }
    if (object_is(column, ATTRIBUTE_IDENTITY))
        return parse_fail(parser, at, "column '%s' is an identity already",
                          column->name);
    column->text[ATTRIBUTE_IDENTITY] = when;
    column->text[ATTRIBUTE_NOT_NULL] = "yes";
    return !parse_accept(parser, "(") ||
           (parse_sequence_options(parser, column) &&
            parse_expect(parser, ")"));
}

static bool
read_generated_clause(struct parser *parser, struct object *column)
{
    const struct lexeme *at = parser->at;

    if (parse_is_postgres(parser)) {
        if (parse_accept(parser, "generated always as identity"))
            return read_identity(parser, column, "always", at);
        if (parse_accept(parser, "generated by default as identity"))
            return read_identity(parser, column, "by default", at);
    }
    if (parse_accept(parser, "generated always as"))
        return read_generated(parser, column);
    parser->at++;
    return parse_fail_expected(parser, "'always as' or 'by default as'");
}

/*
 * SQLite: it belongs to the last foreign key of the table.  Where there is
 * none yet, the engine lets it stand for nothing.
 */
static bool
read_stray_deferrable(struct parser *parser, const struct object *table)
{
    struct object none = {.kind = OBJECT_FOREIGN_KEY};

    for (size_t i = table->nchildren; i-- > 0;)
        if (table->children[i]->kind == OBJECT_FOREIGN_KEY)
            return parse_constraint_attributes(parser, table->children[i]);
    if (parser->source.file == NULL)
        return parse_constraint_attributes(parser, &none);
    return parse_fail(parser, parser->at,
                      "there is no foreign key that could be deferrable");
}

/* What is no constraint of its own; false: it is none of that. */
static bool
read_attribute(struct parser *parser, struct object *table,
               struct object *column, bool *failed)
{
    bool postgres = parse_is_postgres(parser);

    *failed = false;
    if (parse_accept(parser, "not null")) {
        column->text[ATTRIBUTE_NOT_NULL] = "yes";
        *failed = !parse_on_conflict(parser, column);
    } else if (parse_accept(parser, "null")) {
        struct object ignored = {.kind = OBJECT_COLUMN};

        *failed = !parse_on_conflict(parser, &ignored);
    } else if (parse_accept(parser, "default")) {
        *failed = !read_default(parser, column);
    } else if (parse_is(parser, "collate")) {
        *failed = !read_column_collation(parser, column);
    } else if (parse_is(parser, "generated")) {
        *failed = !read_generated_clause(parser, column);
    } else if (!postgres && parse_accept(parser, "as")) {
        *failed = !read_generated(parser, column);
    } else if (!postgres && (parse_is(parser, "deferrable") ||
                             parse_is(parser, "not deferrable"))) {
        *failed = !read_stray_deferrable(parser, table);
    } else {
        return false;
    }
    return true;
}

/* "constraint a", more than once in SQLite: the last one counts. */
bool
parse_constraint_name(struct parser *parser, const char **name,
                      const struct lexeme **at)
{
    *name = "";
    *at = parser->at;
    while (parse_accept(parser, "constraint")) {
        *at = parser->at;
        *name = parse_name(parser, "the name of the constraint");
        if (*name == NULL)
            return false;
        if (parse_is_postgres(parser))
            break;
    }
    return true;
}

static bool
read_column_clauses(struct parser *parser, struct object *table,
                    struct object *column)
{
    while (!parse_at_delimiter(parser)) {
        const struct lexeme *at;
        const char *name;
        bool failed;

        if (!parse_constraint_name(parser, &name, &at))
            return false;
        if (!parse_is_postgres(parser) && parse_at_delimiter(parser))
            return true; /* the name of nothing */
        if (read_attribute(parser, table, column, &failed)) {
            if (failed)
                return false;
        } else if (!parse_constraint(parser, table, column, name, at)) {
            return false;
        }
    }
    return true;
}

bool
parse_column(struct parser *parser, struct object *table, const char *comment)
{
    const struct lexeme *at = parser->at;
    const char *name = parse_name(parser, "a column or a constraint");
    struct object *column;

    if (name == NULL ||
        !parse_is_free(parser, NAME_COLUMN, table, NULL, name, at))
        return false;
    column = parse_add(parser, OBJECT_COLUMN, table, name, at);
    column->text[ATTRIBUTE_COMMENT] = comment;
    column->text[ATTRIBUTE_GUARD] = parser->source.common ? "yes" : NULL;
    names_add(&parser->names, NAME_COLUMN, table, NULL, column);
    return parse_type(parser, column) &&
           read_column_clauses(parser, table, column);
}
