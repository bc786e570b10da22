/*
 * Virtual tables, types and sequences.
 */
#include <string.h>

#include "base/buf.h"
#include "schema/parse_part.h"
#include "sql/quote.h"

/* --------------------------------------------------------- virtual tables */

bool
parse_create_virtual_table(struct parser *parser, const struct lexeme *start)
{
    const struct lexeme *at;
    const struct lexeme *module;
    const char *schema;
    const char *name;
    struct object *table;

    (void)start;
    (void)parse_accept(parser, "if not exists");
    at = parser->at;
    name = parse_qualified(parser, "the name of the table", &schema);
    if (name == NULL ||
        !parse_is_free(parser, NAME_RELATION, NULL, NULL, name, at) ||
        !parse_expect(parser, "using"))
        return false;
    module = parser->at;
    if (parse_name(parser, "a module") == NULL ||
        (parse_is(parser, "(") && parse_parenthesised(parser) == NULL))
        return false;
    table = parse_add(parser, OBJECT_TABLE, NULL, name, at);
    table->text[ATTRIBUTE_VIRTUAL] = parse_slice(parser, module);
    names_add(&parser->names, NAME_RELATION, NULL, NULL, table);
    return true;
}

/* ------------------------------------------------------------------ enums */

static void
remember_label(struct parser *parser, const struct object *type,
               const char *label)
{
    struct object *object = arena_alloc(&parser->names.arena, sizeof *object);

    object->name = arena_text(&parser->names.arena, label);
    names_add(&parser->names, NAME_LABEL, type, NULL, object);
}

static bool
read_label(struct parser *parser, struct object *type, struct buf *out)
{
    const struct lexeme *at = parser->at;
    const char *label = at->token.len > 0 && at->token.kind == TOKEN_TEXT
                            ? token_string(&parser->scratch, &at->token)
                            : NULL;

    if (label == NULL)
        return parse_fail_expected(parser, "a label in single quotes");
    if (strlen(label) > 63)
        return parse_fail(parser, at, "the label is longer than 63 bytes: %s",
                          parse_shown(parser, at));
    if (names_find(&parser->names, NAME_LABEL, type, NULL, label, false))
        return parse_fail(parser, at, "label %s is given twice",
                          parse_shown(parser, at));
    remember_label(parser, type, label);
    buf_printf(out, "%s%s", out->len > 0 ? ", " : "",
               sql_literal(&parser->scratch, label));
    parser->at++;
    return true;
}

static bool
read_labels(struct parser *parser, struct object *type)
{
    SCOPED(buf_release) struct buf buf = {0};

    if (!parse_expect(parser, "("))
        return false;
    if (!parse_is(parser, ")"))
        do {
            if (!read_label(parser, type, &buf))
                return false;
        } while (parse_accept(parser, ","));
    type->text[ATTRIBUTE_LABELS] =
        arena_copy(&parser->schema->arena, buf_data(&buf), buf.len);
    return parse_expect(parser, ")");
}

/* At the name of one that is no enum. */
static const char *
type_kind(struct parser *parser)
{
    const struct lexeme *at = parser->at;
    const char *schema;
    const char *kind = "type";

    (void)parse_qualified(parser, "a type", &schema);
    if (parse_is(parser, "as ("))
        kind = "composite type";
    else if (parse_is(parser, "as range"))
        kind = "range type";
    parser->at = at;
    return kind;
}

bool
parse_create_type(struct parser *parser, const struct lexeme *start)
{
    const struct lexeme *at = parser->at;
    const char *schema;
    const char *name = parse_qualified(parser, "the name of the type", &schema);
    struct object *type;

    if (name == NULL ||
        !parse_is_free(parser, NAME_TYPE, NULL, schema, name, at))
        return false;
    if (!parse_is(parser, "as enum")) {
        parser->at = at;
        return parse_common(parser, start, "types but enums") &&
               parse_other(parser, type_kind(parser), start);
    }
    type = parse_add(parser, OBJECT_ENUM, NULL, name, at);
    type->schema = schema;
    names_add(&parser->names, NAME_TYPE, NULL, schema, type);
    return parse_accept(parser, "as enum") && read_labels(parser, type);
}

/* -------------------------------------------------------------- sequences */

bool
parse_create_sequence(struct parser *parser, const struct lexeme *start)
{
    const struct lexeme *at;
    const char *schema;
    const char *name;
    struct object *sequence;

    (void)parse_accept(parser, "if not exists");
    at = parser->at;
    name = parse_qualified(parser, "the name of the sequence", &schema);
    if (name == NULL || !parse_common(parser, start, "sequences") ||
        !parse_is_free(parser, NAME_RELATION, NULL, schema, name, at))
        return false;
    sequence = parse_add(parser, OBJECT_SEQUENCE, NULL, name, at);
    sequence->schema = schema;
    names_add(&parser->names, NAME_RELATION, NULL, schema, sequence);
    return parse_sequence_options(parser, sequence);
}
