/*
 * What the model keeps as text, and comments.
 */
#include <string.h>

#include "base/buf.h"
#include "schema/parse_part.h"

/* ----------------------------------------------------------------- others */

/* How the user would call one. */
enum naming {
    NAMED,     /* by its name */
    SIGNED,    /* and the types of its arguments: f(integer) */
    ON_TABLE,  /* and the table that it is for: "p on t" */
    DESCRIBED, /* by all that stands before the next clause */
};

static const struct {
    const char *what;
    enum naming naming;
} others[] = {
    {"extension", NAMED},
    {"function", SIGNED},
    {"procedure", SIGNED},
    {"aggregate", SIGNED},
    {"policy", ON_TABLE},
    {"rule", ON_TABLE},
    {"domain", NAMED},
    {"schema", NAMED},
    {"collation", NAMED},
    {"conversion", NAMED},
    {"statistics", NAMED},
    {"publication", NAMED},
    {"subscription", NAMED},
    {"server", NAMED},
    {"event trigger", NAMED},
    {"access method", NAMED},
    {"language", NAMED},
    {"foreign data wrapper", NAMED},
    {"foreign table", NAMED},
    {"text search configuration", NAMED},
    {"text search dictionary", NAMED},
    {"text search parser", NAMED},
    {"text search template", NAMED},
    {"operator class", NAMED},
    {"operator family", NAMED},
    {"operator", DESCRIBED},
    {"cast", DESCRIBED},
    {"transform", DESCRIBED},
    {"user mapping", DESCRIBED},
};

/* begin atomic select 1; select 2; end */
static void
skip_other(struct parser *parser)
{
    size_t blocks = 0;

    for (size_t depth = 0; !parse_at_end(parser); parser->at++) {
        if (parse_is(parser, ";") && depth == 0 && blocks == 0)
            return;
        if (parse_is(parser, "begin atomic") ||
            (blocks > 0 && parse_is(parser, "case")))
            blocks++;
        else if (blocks > 0 && parse_is(parser, "end"))
            blocks--;
        depth += parse_is(parser, "(");
        depth -= depth > 0 && parse_is(parser, ")");
    }
}

/* What stands up to a word that begins a clause, with single blanks. */
static const char *
read_description(struct parser *parser)
{
    static const char *const clauses[] = {"as", "with", "without", "from", "("};
    SCOPED(buf_release) struct buf buf = {0};
    size_t depth = 0;

    for (; !parse_at_end(parser) && !parse_is(parser, ";"); parser->at++) {
        for (size_t i = 0; depth == 0 && i < 5; i++)
            if (buf.len > 0 && parse_is(parser, clauses[i]))
                return arena_copy(&parser->scratch, buf.data, buf.len);
        depth += parse_is(parser, "(");
        depth -= depth > 0 && parse_is(parser, ")");
        buf_printf(&buf, "%s%.*s", buf.len > 0 ? " " : "",
                   (int)parser->at->token.len, parser->at->token.text);
    }
    return arena_copy(&parser->scratch, buf_data(&buf), buf.len);
}

/* The table is what stands behind ON or, for a rule, behind TO. */
static const char *
read_on_table(struct parser *parser, const char *name)
{
    const char *schema;
    const char *table;

    while (!parse_at_end(parser) && !parse_is(parser, ";") &&
           !parse_is(parser, "on") && !parse_is(parser, "to"))
        parser->at++;
    if (parse_is(parser, "on select to") || parse_is(parser, "on insert to") ||
        parse_is(parser, "on update to") || parse_is(parser, "on delete to"))
        parser->at += 2;
    if (!parse_accept(parser, "on") && !parse_expect(parser, "to"))
        return NULL;
    table = parse_qualified(parser, "a table", &schema);
    if (table == NULL)
        return NULL;
    return arena_printf(&parser->scratch, "%s on %s", name,
                        parse_joined(parser, schema, table));
}

static const char *
read_other_name(struct parser *parser, enum naming naming, const char **schema)
{
    const struct lexeme *at;
    const char *name;

    *schema = NULL;
    if (naming == DESCRIBED)
        return read_description(parser);
    name = parse_qualified(parser, "a name", schema);
    if (name == NULL || naming == NAMED)
        return name;
    if (naming == ON_TABLE)
        return read_on_table(parser, name);
    at = parser->at;
    if (parse_parenthesised(parser) == NULL)
        return NULL;
    return arena_printf(&parser->scratch, "%s%s", name,
                        parse_slice(parser, at));
}

static bool
add_other(struct parser *parser, const char *what, enum naming naming,
          const struct lexeme *start)
{
    const struct lexeme *at;
    const char *schema;
    const char *name;
    struct object *other;

    (void)parse_accept(parser, "if not exists");
    at = parser->at;
    name = read_other_name(parser, naming, &schema);
    if (name == NULL)
        return false;
    other = parse_add(parser, OBJECT_OTHER, NULL, name, at);
    other->schema = schema;
    other->text[ATTRIBUTE_WHAT] = what;
    if (!parse_is_other_free(parser, other, at))
        return false;
    skip_other(parser);
    other->text[ATTRIBUTE_DEFINITION] = parse_slice(parser, start);
    return true;
}

bool
parse_other(struct parser *parser, const char *what, const struct lexeme *start)
{
    return add_other(parser, what, NAMED, start);
}

/* Behind "create"; false: it is none of them. */
bool
parse_create_other(struct parser *parser, const struct lexeme *start,
                   bool *failed)
{
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const char *what = others[i].what;

        if (!parse_accept(parser, what))
            continue;
        *failed = !parse_common(
                      parser, start,
                      arena_printf(&parser->scratch, "'create %s'", what)) ||
                  !add_other(parser, what, others[i].naming, start);
        return true;
    }
    return false;
}

/* grant select on t to r: there may be many that differ in a word. */
bool
parse_grant(struct parser *parser, const struct lexeme *start)
{
    struct object *other;

    if (!parse_common(parser, start, "grants"))
        return false;
    parse_skip_statement(parser);
    other = parse_add(parser, OBJECT_OTHER, NULL,
                      parse_between(parser, start + 1, parser->at), start);
    other->text[ATTRIBUTE_WHAT] = "grant";
    other->text[ATTRIBUTE_DEFINITION] = parse_slice(parser, start);
    return parse_is_other_free(parser, other, start);
}

/* --------------------------------------------------------------- comments */

static const struct {
    const char *words;
    enum name_space space;
    bool anywhere; /* SQLite has a place for it, too */
} commented[] = {
    {"table", NAME_RELATION, true},
    {"view", NAME_RELATION, true},
    {"index", NAME_RELATION, true},
    {"column", NAME_COLUMN, true},
    {"materialized view", NAME_RELATION, false},
    {"type", NAME_TYPE, false},
    {"sequence", NAME_RELATION, false},
    {"constraint", NAME_CONSTRAINT, false},
    {"trigger", NAME_TRIGGER, false},
};

/* t.c or s.t.c */
static struct object *
find_commented_column(struct parser *parser)
{
    const struct lexeme *at = parser->at;
    const char *names[3];
    size_t count = 0;
    const struct object *table;
    struct object *column;

    do {
        names[count] = parse_name(parser, "a column");
        if (names[count++] == NULL)
            return NULL;
    } while (count < 3 && parse_accept(parser, "."));
    if (count < 2) {
        (void)parse_fail_expected(parser, "'.' and a column");
        return NULL;
    }
    table =
        parse_table(parser, count == 3 ? names[0] : NULL, names[count - 2], at);
    column = table == NULL ? NULL
                           : parse_find(parser, NAME_COLUMN, table, NULL,
                                        names[count - 1]);
    if (table != NULL && column == NULL)
        (void)parse_fail(parser, parser->at - 1,
                         "table '%s' has no column '%s'", table->name,
                         names[count - 1]);
    return column;
}

/* n on t */
static struct object *
find_commented_part(struct parser *parser, enum name_space space)
{
    const struct lexeme *at = parser->at;
    const char *name = parse_name(parser, "a name");
    const struct lexeme *table_at = at + 2;
    const char *schema;
    const char *table_name;
    const struct object *table;
    struct object *object;

    if (name == NULL || !parse_expect(parser, "on"))
        return NULL;
    table_name = parse_qualified(parser, "a table", &schema);
    table = table_name == NULL
                ? NULL
                : parse_table(parser, schema, table_name, table_at);
    if (table == NULL)
        return NULL;
    object = parse_find(parser, space, table, NULL, name);
    if (object == NULL)
        (void)parse_fail(parser, at, "table '%s' has no %s '%s'", table->name,
                         space == NAME_TRIGGER ? "trigger" : "constraint",
                         name);
    return object;
}

static struct object *
find_commented(struct parser *parser, enum name_space space)
{
    const struct lexeme *at = parser->at;
    const char *schema;
    const char *name;
    struct object *object;

    if (space == NAME_COLUMN)
        return find_commented_column(parser);
    if (space == NAME_CONSTRAINT || space == NAME_TRIGGER)
        return find_commented_part(parser, space);
    name = parse_qualified(parser, "a name", &schema);
    if (name == NULL)
        return NULL;
    object = parse_find(parser, space, NULL, schema, name);
    if (object == NULL)
        (void)parse_fail(parser, at, "%s is not declared before this",
                         parse_shown(parser, at));
    return object;
}

static bool
read_comment_text(struct parser *parser, struct object *object)
{
    const struct lexeme *at;
    const char *text;

    if (!parse_expect(parser, "is"))
        return false;
    at = parser->at;
    if (parse_accept(parser, "null"))
        return true;
    text = at->token.len > 0 && at->token.kind == TOKEN_TEXT
               ? token_string(&parser->schema->arena, &at->token)
               : NULL;
    if (text == NULL)
        return parse_fail_expected(parser, "a text in single quotes");
    parser->at++;
    object->text[ATTRIBUTE_COMMENT] = *text != '\0' ? text : NULL;
    return true;
}

/* A comment on what the model keeps as it is. */
static bool
keep_comment(struct parser *parser, const struct lexeme *start)
{
    const struct lexeme *first = parser->at;
    struct object *other;

    while (!parse_at_end(parser) && !parse_is(parser, ";") &&
           !parse_is(parser, "is"))
        parser->at++;
    other = parse_add(parser, OBJECT_OTHER, NULL, parse_slice(parser, first),
                      start);
    if (!parse_common(parser, start,
                      "comments but on tables, columns, indexes and views") ||
        !parse_expect(parser, "is"))
        return false;
    parse_skip_statement(parser);
    other->text[ATTRIBUTE_WHAT] = "comment";
    other->text[ATTRIBUTE_DEFINITION] = parse_slice(parser, start);
    return parse_is_other_free(parser, other, start);
}

bool
parse_comment_on(struct parser *parser, const struct lexeme *start)
{
    for (size_t i = 0; i < sizeof commented / sizeof *commented; i++) {
        struct object *object;

        if (!parse_accept(parser, commented[i].words))
            continue;
        if (!commented[i].anywhere &&
            !parse_common(parser, start,
                          "comments but on tables, columns, indexes and views"))
            return false;
        object = find_commented(parser, commented[i].space);
        return object != NULL && read_comment_text(parser, object);
    }
    return keep_comment(parser, start);
}
