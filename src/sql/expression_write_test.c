/*
 * Writes comparisons and tests.
 */
#include <string.h>

#include "sql/expression_build.h"
#include "sql/expression_pattern.h"
#include "sql/expression_writer.h"

static const char *const comparisons[EXPRESSION_KINDS] = {
    [EXPRESSION_EQUAL] = " = ",   [EXPRESSION_NOT_EQUAL] = " <> ",
    [EXPRESSION_LESS] = " < ",    [EXPRESSION_LESS_EQUAL] = " <= ",
    [EXPRESSION_GREATER] = " > ", [EXPRESSION_GREATER_EQUAL] = " >= ",
};

static bool
is_json_type_test(const struct expression *node)
{
    return (node->kind == EXPRESSION_EQUAL ||
            node->kind == EXPRESSION_NOT_EQUAL ||
            node->kind == EXPRESSION_IN) &&
           node->args[0]->kind == EXPRESSION_JSON_TYPE;
}

void
expression_write_comparison(struct expression_writer *writer,
                            const struct expression *node)
{
    if (writes_sqlite(writer) && !is_sound_on_sqlite(node))
        writer->failed = true;
    if (writes_sqlite(writer) && is_json_type_test(node)) {
        expression_write_json_type_in(writer, node,
                                      node->kind == EXPRESSION_NOT_EQUAL);
        return;
    }
    expression_write_node(writer, node->args[0], OPERATION);
    expression_write(writer, comparisons[node->kind]);
    expression_write_node(writer, node->args[1], OPERATION);
}

static void
write_same(struct expression_writer *writer, const struct expression *node,
           bool negated)
{
    if (writes_sqlite(writer) && !is_sound_on_sqlite(node))
        writer->failed = true;
    expression_write_node(writer, node->args[0], OPERATION);
    if (writes_sqlite(writer))
        expression_write(writer, negated ? " is not " : " is ");
    else
        expression_write(writer, negated ? " is distinct from "
                                         : " is not distinct from ");
    expression_write_node(writer, node->args[1], OPERATION);
}

static void
write_test(struct expression_writer *writer, const struct expression *node,
           bool negated)
{
    const struct expression *arg = node->args[0];

    if (writes_sqlite(writer) && arg->kind == EXPRESSION_JSON_TYPE)
        expression_write_path_call(writer, "json_type", arg);
    else
        expression_write_node(writer, arg, OPERATION);
    expression_write(writer, negated ? " is not " : " is ");
    if (node->kind == EXPRESSION_IS_NULL)
        expression_write(writer, "null");
    else
        expression_write(writer,
                         node->kind == EXPRESSION_IS_TRUE ? "true" : "false");
}

static void
write_in(struct expression_writer *writer, const struct expression *node,
         bool negated)
{
    if (writes_sqlite(writer) && !is_sound_on_sqlite(node))
        writer->failed = true;
    if (writes_sqlite(writer) && is_json_type_test(node)) {
        expression_write_json_type_in(writer, node, negated);
        return;
    }
    expression_write_node(writer, node->args[0], OPERATION);
    expression_write(writer, negated ? " not in (" : " in (");
    expression_write_list(writer, node, 1, ", ", ANYTHING);
    buf_char(&writer->buf, ')');
}

/* On PostgreSQL LIKE, which people read, or else a regular expression. */
static void
write_postgres_match(struct expression_writer *writer,
                     const struct expression *node, bool negated)
{
    const char *like = pattern_to_like(&writer->arena, node->text);
    bool caseless = node->kind == EXPRESSION_MATCH_CASELESS;

    if (like == NULL) {
        expression_write(writer, negated ? " !~ " : " ~ ");
        expression_write_text(
            writer, pattern_to_regex(&writer->arena, node->text), OPERAND);
        return;
    }
    expression_write(writer, negated ? " not " : " ");
    expression_write(writer, caseless ? "ilike " : "like ");
    expression_write_text(writer, like, OPERAND);
}

static void
write_match(struct expression_writer *writer, const struct expression *node,
            bool negated)
{
    const char *like;

    expression_write_node(writer, node->args[0], OPERATION);
    if (!writes_sqlite(writer)) {
        write_postgres_match(writer, node, negated);
        return;
    }
    expression_write(writer, negated ? " not " : " ");
    if (node->kind == EXPRESSION_MATCH) {
        expression_write(writer, "glob ");
        expression_write_text(writer, node->text, OPERAND);
        return;
    }
    like = pattern_to_like(&writer->arena, node->text);
    expression_write(writer, "like ");
    expression_write_text(writer, like, OPERAND);
    if (strchr(like, '\\') != NULL)
        expression_write(writer, " escape '\\'");
}

void
expression_write_predicate(struct expression_writer *writer,
                           const struct expression *node, bool negated)
{
    switch (node->kind) {
    case EXPRESSION_SAME:
        write_same(writer, node, negated);
        break;
    case EXPRESSION_IN:
        write_in(writer, node, negated);
        break;
    case EXPRESSION_MATCH:
    case EXPRESSION_MATCH_CASELESS:
        write_match(writer, node, negated);
        break;
    default:
        write_test(writer, node, negated);
        break;
    }
}

bool
expression_is_negatable(const struct expression *node)
{
    return node->kind == EXPRESSION_SAME || node->kind == EXPRESSION_IN ||
           node->kind == EXPRESSION_MATCH ||
           node->kind == EXPRESSION_MATCH_CASELESS ||
           (node->kind >= EXPRESSION_IS_NULL &&
            node->kind <= EXPRESSION_IS_FALSE);
}

void
expression_write_not(struct expression_writer *writer,
                     const struct expression *node)
{
    if (expression_is_negatable(node->args[0])) {
        expression_write_predicate(writer, node->args[0], true);
        return;
    }
    expression_write(writer, "not ");
    expression_write_node(writer, node->args[0], PREDICATE);
}
