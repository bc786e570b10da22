/*
 * Writes what looks into JSON: with a path on SQLite, with arrows on
 * PostgreSQL.
 */
#include <string.h>

#include "sql/expression_build.h"
#include "sql/expression_writer.h"

void
expression_write_path_call(struct expression_writer *writer, const char *name,
                           const struct expression *node)
{
    const char *path = json_path(&writer->arena, node);

    if (path == NULL) {
        writer->failed = true;
        return;
    }
    buf_printf(&writer->buf, "%s(", name);
    expression_write_node(writer, node->args[0], ANYTHING);
    if (node->nargs > 1) {
        expression_write(writer, ", ");
        expression_write_text(writer, path, ANYTHING);
    }
    buf_char(&writer->buf, ')');
}

/* m -> 'a' ->> 0 */
static void
write_arrows(struct expression_writer *writer, const struct expression *node,
             const char *last)
{
    expression_write_node(writer, node->args[0], OPERAND);
    for (size_t i = 1; i < node->nargs; i++) {
        expression_write(writer, i + 1 < node->nargs ? " -> " : last);
        expression_write_node(writer, node->args[i], SIGN);
    }
}

static void
write_json_typeof(struct expression_writer *writer,
                  const struct expression *node)
{
    buf_printf(&writer->buf, "%s_typeof(", node->text);
    write_arrows(writer, node, " -> ");
    buf_char(&writer->buf, ')');
}

/* SQLite's words for what jsonb_typeof() may be; false if it never is. */
static bool
add_type_words(struct expression_writer *writer, struct expression_list *list,
               const struct expression *word)
{
    const char *words =
        word->kind == EXPRESSION_TEXT ? json_words(word->text) : NULL;

    if (words == NULL)
        return false;
    while (*words != '\0') {
        size_t len = strcspn(words, "|");

        expression_add(&writer->arena, list,
                       expression_leaf(&writer->arena, EXPRESSION_TEXT,
                                       arena_copy(&writer->arena, words, len)));
        words += len + (words[len] == '|');
    }
    return true;
}

void
expression_write_json_type_in(struct expression_writer *writer,
                              const struct expression *node, bool negated)
{
    struct expression_list list = {0};

    for (size_t i = 1; i < node->nargs; i++)
        if (!add_type_words(writer, &list, node->args[i]))
            writer->failed = true;
    if (writer->failed)
        return;
    expression_write_path_call(writer, "json_type", node->args[0]);
    if (list.count == 1) {
        expression_write(writer, negated ? " <> " : " = ");
        expression_write_node(writer, list.items[0], OPERAND);
        return;
    }
    expression_write(writer, negated ? " not in (" : " in (");
    for (size_t i = 0; i < list.count; i++) {
        if (i > 0)
            expression_write(writer, ", ");
        expression_write_node(writer, list.items[i], ANYTHING);
    }
    buf_char(&writer->buf, ')');
}

void
expression_write_json(struct expression_writer *writer,
                      const struct expression *node)
{
    if (!writes_sqlite(writer)) {
        if (node->kind == EXPRESSION_JSON_TYPE)
            write_json_typeof(writer, node);
        else
            write_arrows(writer, node,
                         node->kind == EXPRESSION_JSON_TEXT ? " ->> " : " -> ");
        return;
    }
    /* A part of a document, or what it is, has another text there. */
    if (node->kind != EXPRESSION_JSON_TEXT)
        writer->failed = true;
    expression_write_path_call(writer, "json_extract", node);
}
