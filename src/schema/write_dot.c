#include "schema/write.h"

#include <string.h>

#include "base/utf8.h"
#include "schema/diagram.h"

/*
 * TEXT as Graphviz takes it: UTF-8 without control characters, each of the
 * characters in ESCAPED written as ESCAPES says, pair by pair.
 */
static void
add_escaped(struct buf *out, const char *text, const char *escaped,
            const char *const *escapes)
{
    while (*text != '\0') {
        size_t len = utf8_len(text);
        const char *found = strchr(escaped, *text);

        if (len == 0 || (unsigned char)*text < 0x20 || *text == 0x7F)
            buf_text(out, UTF8_REPLACEMENT);
        else if (found != NULL)
            buf_text(out, escapes[found - escaped]);
        else
            buf_add(out, text, len);
        text += len ? len : 1;
    }
}

/* In a label of HTML's kind. */
static void
add_html(struct buf *out, const char *text)
{
    add_escaped(out, text, "&<>",
                (const char *const[]){"&amp;", "&lt;", "&gt;"});
}

static void
add_name(struct buf *out, const char *name)
{
    buf_char(out, '"');
    add_escaped(out, name, "\"\\", (const char *const[]){"\\\"", "\\\\"});
    buf_char(out, '"');
}

static const char *
marks_text(struct arena *arena, const struct object *column)
{
    struct column_marks marks = column_marks(column);
    const char *text =
        arena_printf(arena, "%s%s%s", marks.primary ? " PK" : "",
                     marks.foreign ? " FK" : "", marks.unique ? " UK" : "");

    return *text == ' ' ? text + 1 : text;
}

/* Lines come to the first cell of a row and go from the last. */
static void
add_cell(struct buf *out, const char *port, const char *text)
{
    buf_printf(out, "<td align=\"left\"%s>", port);
    add_html(out, text);
    buf_text(out, "</td>");
}

static void
add_column(struct buf *out, const struct object *column, size_t number)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *type = column->text[ATTRIBUTE_TYPE];
    const char *first = arena_printf(&arena, " port=\"w%zu\"", number);
    const char *last = arena_printf(&arena, " port=\"e%zu\"", number);

    buf_text(out, "        <tr>");
    add_cell(out, first, column->name);
    add_cell(out, "", type ? type : "");
    add_cell(out, last, marks_text(&arena, column));
    buf_text(out, "</tr>\n");
}

static void
add_table(struct buf *out, const struct object *table)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *name = object_name(&arena, table);
    size_t number = 0;

    buf_text(out, "    ");
    add_name(out, name);
    buf_text(out, " [label=<<table border=\"0\" cellborder=\"1\" "
                  "cellspacing=\"0\" cellpadding=\"4\">\n"
                  "        <tr><td colspan=\"3\" bgcolor=\"#e6e6e6\"><b>");
    add_html(out, *name ? name : " "); /* an empty <b> is an error */
    buf_text(out, "</b></td></tr>\n");
    for (size_t i = 0; i < table->nchildren; i++)
        if (table->children[i]->kind == OBJECT_COLUMN)
            add_column(out, table->children[i], number++);
    buf_text(out, "    </table>>];\n");
}

/* The row of the table at which a line ends, on its eastern or western side. */
static void
add_port(struct buf *out, const struct object *table, const char *column,
         char side)
{
    size_t number = 0;

    if (table == NULL || column == NULL)
        return;
    for (size_t i = 0; i < table->nchildren; i++) {
        const struct object *child = table->children[i];

        if (child->kind == OBJECT_COLUMN && strcmp(child->name, column) == 0)
            buf_printf(out, ":%c%zu:%c", side, number, side);
        number += child->kind == OBJECT_COLUMN;
    }
}

static void
add_relation(struct buf *out, const struct schema *schema,
             const struct object *key)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct relation relation = relation_of(schema, key);

    buf_text(out, "    ");
    add_name(out, object_name(&arena, key));
    add_port(out, key->owner, key->parts[0].column, 'e');
    buf_text(out, " -> ");
    add_name(out, key->text[ATTRIBUTE_REFERENCES]);
    add_port(out, relation.parent, key->parts[0].target, 'w');
    buf_printf(out, " [arrowtail=%s, arrowhead=%s",
               relation.single ? "teeodot" : "crowodot",
               relation.optional ? "teeodot" : "teetee");
    if (!relation.identifying)
        buf_text(out, ", style=dashed");
    buf_text(out, ", tooltip=");
    add_name(out, key_columns(&arena, key));
    buf_text(out, "];\n");
}

static void
add_relations(struct buf *out, const struct schema *schema,
              const struct object *table)
{
    for (size_t i = 0; i < table->nchildren; i++)
        if (table->children[i]->kind == OBJECT_FOREIGN_KEY &&
            table->children[i]->nparts > 0)
            add_relation(out, schema, table->children[i]);
}

void
write_dot(struct buf *out, const struct schema *schema)
{
    buf_text(out, "digraph schema {\n"
                  "    charset=\"UTF-8\";\n"
                  "    rankdir=LR;\n"
                  "    node [shape=plain, fontname=\"sans-serif\"];\n"
                  "    edge [dir=both];\n");
    for (size_t i = 0; i < schema->nobjects; i++)
        if (is_drawn(schema->objects[i]))
            add_table(out, schema->objects[i]);
    for (size_t i = 0; i < schema->nobjects; i++)
        if (is_drawn(schema->objects[i]))
            add_relations(out, schema, schema->objects[i]);
    buf_text(out, "}\n");
}
