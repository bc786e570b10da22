/*
 * Writes an expression in either language.
 */
#include <string.h>

#include "sql/expression_build.h"
#include "sql/expression_writer.h"
#include "sql/quote.h"

static void
writer_release(struct expression_writer *writer)
{
    buf_release(&writer->buf);
    arena_clear(&writer->arena);
}

void
expression_write(struct expression_writer *writer, const char *text)
{
    buf_text(&writer->buf, text);
}

/* ------------------------------------------------------------------- lists */

void
expression_write_list(struct expression_writer *writer,
                      const struct expression *node, size_t first,
                      const char *separator, enum strength least)
{
    for (size_t i = first; i < node->nargs; i++) {
        if (i > first)
            expression_write(writer, separator);
        expression_write_node(writer, node->args[i], least);
    }
}

static void
write_call(struct expression_writer *writer, const char *name,
           const struct expression *node)
{
    expression_write(writer, name);
    buf_char(&writer->buf, '(');
    expression_write_list(writer, node, 0, ", ", ANYTHING);
    buf_char(&writer->buf, ')');
}

/* The first of the names between the bars. */
static const char *
first_name(struct expression_writer *writer, const char *names)
{
    return arena_copy(&writer->arena, names, strcspn(names, "|"));
}

static void
write_function(struct expression_writer *writer, const struct expression *node)
{
    const struct function_row *row = find_function(node->text);

    if (node->only != ENGINE_BOTH) {
        write_call(writer, node->text, node);
    } else if (writes_sqlite(writer) &&
               strcmp(row->name, "octet_length") == 0) {
        expression_write(writer, "length(cast(");
        expression_write_node(writer, node->args[0], ANYTHING);
        expression_write(writer, " as blob))");
    } else {
        write_call(writer,
                   first_name(writer, writes_sqlite(writer) ? row->sqlite
                                                            : row->postgres),
                   node);
    }
}

static void
write_case(struct expression_writer *writer, const struct expression *node)
{
    size_t at = node->kind == EXPRESSION_CASE_OF;

    expression_write(writer, "case");
    if (at > 0) {
        buf_char(&writer->buf, ' ');
        expression_write_node(writer, node->args[0], ANYTHING);
    }
    for (; at + 1 < node->nargs; at += 2) {
        expression_write(writer, " when ");
        expression_write_node(writer, node->args[at], ANYTHING);
        expression_write(writer, " then ");
        expression_write_node(writer, node->args[at + 1], ANYTHING);
    }
    if (at < node->nargs) {
        expression_write(writer, " else ");
        expression_write_node(writer, node->args[at], ANYTHING);
    }
    expression_write(writer, " end");
}

/* A real has 64 bits on SQLite, and a bytea is a blob. */
static void
write_cast(struct expression_writer *writer, const struct expression *node)
{
    const char *type = node->text;

    if (writes_sqlite(writer) && strcmp(type, "double precision") == 0)
        type = "real";
    if (writes_sqlite(writer) && strcmp(type, "bytea") == 0)
        type = "blob";
    expression_write(writer, "cast(");
    expression_write_node(writer, node->args[0], ANYTHING);
    buf_printf(&writer->buf, " as %s)", type);
}

static void
write_collate(struct expression_writer *writer, const struct expression *node)
{
    const char *name = node->text;

    if (node->only == ENGINE_BOTH)
        name = writes_sqlite(writer) ? "binary" : "C";
    expression_write_node(writer, node->args[0], OPERAND);
    buf_printf(&writer->buf, " collate %s",
               node->only == ENGINE_BOTH && writes_sqlite(writer)
                   ? name
                   : sql_name(&writer->arena, name));
}

/* ------------------------------------------------------------------- nodes */

static const char *const operations[EXPRESSION_KINDS] = {
    [EXPRESSION_ADD] = " + ",       [EXPRESSION_SUBTRACT] = " - ",
    [EXPRESSION_MULTIPLY] = " * ",  [EXPRESSION_DIVIDE] = " / ",
    [EXPRESSION_REMAINDER] = " % ", [EXPRESSION_BIT_AND] = " & ",
    [EXPRESSION_BIT_OR] = " | ",
};

static bool
is_word(const char *operation)
{
    return *operation >= 'a' && *operation <= 'z';
}

static enum strength
leaf_strength(const struct expression *node)
{
    if (node->kind == EXPRESSION_NUMBER && *node->text == '-')
        return SIGN;
    if (node->kind == EXPRESSION_BOOLEAN || !expression_is_predicate(node))
        return OPERAND;
    return PREDICATE;
}

/* How strongly what is written for NODE binds. */
static enum strength
strength_of(const struct expression_writer *writer,
            const struct expression *node)
{
    switch (node->kind) {
    case EXPRESSION_OR:
        return DISJUNCTION;
    case EXPRESSION_AND:
        return CONJUNCTION;
    case EXPRESSION_NOT:
        return expression_is_negatable(node->args[0]) ? PREDICATE : NEGATION;
    case EXPRESSION_OPERATOR:
        return is_word(node->text) ? PREDICATE : OPERATION;
    case EXPRESSION_JSON_TEXT:
        return writes_sqlite(writer) ? OPERAND : OPERATION;
    case EXPRESSION_BIT_AND:
    case EXPRESSION_BIT_OR:
    case EXPRESSION_CONCAT:
    case EXPRESSION_PREFIX:
    case EXPRESSION_JSON_GET:
    case EXPRESSION_COLLATE:
        return OPERATION;
    case EXPRESSION_ADD:
    case EXPRESSION_SUBTRACT:
        return SUM;
    case EXPRESSION_MULTIPLY:
    case EXPRESSION_DIVIDE:
    case EXPRESSION_REMAINDER:
        return PRODUCT;
    case EXPRESSION_NEGATIVE:
        return SIGN;
    default:
        return leaf_strength(node);
    }
}

/* Operands that are as strong as the whole stand on its left only. */
static void
write_binary(struct expression_writer *writer, const struct expression *node,
             const char *operation)
{
    enum strength own = strength_of(writer, node);
    bool mixed = own == OPERATION || own == PREDICATE;

    expression_write_node(writer, node->args[0], mixed ? OPERAND : own);
    expression_write(writer, operation);
    expression_write_node(writer, node->args[1], mixed ? OPERAND : own + 1);
}

static void
write_own_operator(struct expression_writer *writer,
                   const struct expression *node)
{
    write_binary(writer, node,
                 arena_printf(&writer->arena, " %s ", node->text));
}

static void
write_compound(struct expression_writer *writer, const struct expression *node)
{
    switch (node->kind) {
    case EXPRESSION_AND:
        expression_write_list(writer, node, 0, " and ", NEGATION);
        break;
    case EXPRESSION_OR:
        expression_write_list(writer, node, 0, " or ", CONJUNCTION);
        break;
    case EXPRESSION_NOT:
        expression_write_not(writer, node);
        break;
    case EXPRESSION_CONCAT:
        expression_write_list(writer, node, 0, " || ", OPERAND);
        break;
    case EXPRESSION_NEGATIVE:
        buf_char(&writer->buf, '-');
        expression_write_node(writer, node->args[0], OPERAND);
        break;
    case EXPRESSION_COLLATE:
        write_collate(writer, node);
        break;
    case EXPRESSION_CAST:
        write_cast(writer, node);
        break;
    case EXPRESSION_CASE:
    case EXPRESSION_CASE_OF:
        write_case(writer, node);
        break;
    case EXPRESSION_CALL:
        write_function(writer, node);
        break;
    case EXPRESSION_ARRAY:
        expression_write(writer, "array[");
        expression_write_list(writer, node, 0, ", ", ANYTHING);
        buf_char(&writer->buf, ']');
        break;
    case EXPRESSION_OPERATOR:
        write_own_operator(writer, node);
        break;
    case EXPRESSION_PREFIX:
        expression_write(writer, node->text);
        expression_write_node(writer, node->args[0], OPERAND);
        break;
    case EXPRESSION_JSON_GET:
    case EXPRESSION_JSON_TEXT:
    case EXPRESSION_JSON_TYPE:
        expression_write_json(writer, node);
        break;
    default:
        expression_write_predicate(writer, node, false);
        break;
    }
}

static void
write_bare(struct expression_writer *writer, const struct expression *node,
           enum strength least)
{
    if (node->nargs == 0 && node->kind != EXPRESSION_CALL)
        expression_write_leaf(writer, node, least);
    else if (node->kind >= EXPRESSION_EQUAL &&
             node->kind <= EXPRESSION_GREATER_EQUAL)
        expression_write_comparison(writer, node);
    else if (operations[node->kind] != NULL)
        write_binary(writer, node, operations[node->kind]);
    else
        write_compound(writer, node);
}

void
expression_write_node(struct expression_writer *writer,
                      const struct expression *node, enum strength least)
{
    bool parentheses = strength_of(writer, node) < least;
    enum expression_engine engine =
        writes_sqlite(writer) ? ENGINE_SQLITE : ENGINE_POSTGRES;

    if (node->only != ENGINE_BOTH && node->only != engine)
        writer->failed = true;
    if (writer->failed)
        return;
    if (parentheses)
        buf_char(&writer->buf, '(');
    write_bare(writer, node, parentheses ? ANYTHING : least);
    if (parentheses)
        buf_char(&writer->buf, ')');
}

const char *
expression_text(struct arena *arena, enum sql_language language,
                const struct expression *expression)
{
    SCOPED(writer_release)
    struct expression_writer writer = {.language = language};

    expression_write_node(&writer, expression, ANYTHING);
    return writer.failed ? NULL : arena_text(arena, buf_data(&writer.buf));
}
