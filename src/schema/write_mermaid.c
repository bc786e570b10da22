#include "schema/write.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "schema/diagram.h"

/* "direction lr" anywhere in a line turns the whole diagram. */
static bool
is_command(const char *text)
{
    static const char word[] = "direction";

    while (*text != '\0' && strncasecmp(text, word, sizeof word - 1) != 0)
        text++;
    return *text != '\0';
}

/*
 * In quotes nearly everything may stand, but for what ends them, begins a
 * comment or a generic type, or is a command anywhere in a line.  Returns
 * whether it could stay as it was.
 */
static bool
add_label(struct buf *out, const char *text)
{
    bool same = true;
    bool blanks = !is_command(text);

    while (*text != '\0') {
        size_t len = utf8_len(text);

        if (len == 0 || (unsigned char)*text < 0x20 || *text == 0x7F ||
            strchr("\"%\\~", *text) != NULL || (!blanks && *text == ' ')) {
            buf_char(out, '_');
            same = false;
        } else {
            buf_add(out, text, len);
        }
        text += len ? len : 1;
    }
    return same;
}

/* Two that differ only in what can't be written must not become one. */
static void
add_entity(struct buf *out, const struct schema *schema, const char *name)
{
    SCOPED(arena_clear) struct arena arena = {0};
    size_t number = 0;

    buf_char(out, '"');
    if (*name == '\0' || !add_label(out, name)) {
        while (number < schema->nobjects &&
               strcmp(object_name(&arena, schema->objects[number]), name) != 0)
            number++;
        buf_printf(out, "_%zu", number);
    }
    buf_char(out, '"');
}

static bool
is_word_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (c >= '0' && c <= '9');
}

/*
 * As a word: an attribute is two of them.  What a word can't have becomes _,
 * a comma -, as in numeric(10-2).  Returns whether it could stay as it was.
 */
static bool
add_word(struct buf *out, const char *text, const char *also)
{
    static const char *const keys[] = {"pk", "fk", "uk"};
    bool same = *text != '\0' && (*text < '0' || *text > '9');

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        same &= strcasecmp(text, keys[i]) != 0;
    if (!same || strchr(also, *text) != NULL)
        buf_char(out, '_');
    for (; *text != '\0'; text++) {
        bool stays = is_word_character(*text) || strchr(also, *text) != NULL;

        buf_char(out, stays ? *text : *text == ',' && *also ? '-' : '_');
        same &= stays;
    }
    return same;
}

static void
add_column(struct buf *out, const struct object *column)
{
    struct column_marks marks = column_marks(column);
    const char *type = column->text[ATTRIBUTE_TYPE];
    const char *const keys[] = {marks.primary ? "PK" : NULL,
                                marks.foreign ? "FK" : NULL,
                                marks.unique ? "UK" : NULL};
    const char *before = " ";

    buf_text(out, "        ");
    (void)add_word(out, type && *type ? type : "any", "()[]");
    buf_char(out, ' ');
    bool same = add_word(out, column->name, "");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (keys[i] == NULL)
            continue;
        buf_printf(out, "%s%s", before, keys[i]);
        before = ", ";
    }
    if (!same) {
        buf_text(out, " \"");
        (void)add_label(out, column->name);
        buf_char(out, '"');
    }
    buf_char(out, '\n');
}

static void
add_table(struct buf *out, const struct schema *schema,
          const struct object *table)
{
    SCOPED(arena_clear) struct arena arena = {0};

    buf_text(out, "    ");
    add_entity(out, schema, object_name(&arena, table));
    buf_text(out, " {\n");
    for (size_t i = 0; i < table->nchildren; i++)
        if (table->children[i]->kind == OBJECT_COLUMN)
            add_column(out, table->children[i]);
    buf_text(out, "    }\n");
}

static void
add_relation(struct buf *out, const struct schema *schema,
             const struct object *key)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct relation relation = relation_of(schema, key);

    buf_text(out, "    ");
    add_entity(out, schema, key->text[ATTRIBUTE_REFERENCES]);
    buf_printf(out, " %s%s%s ", relation.optional ? "|o" : "||",
               relation.identifying ? "--" : "..",
               relation.single ? "o|" : "o{");
    add_entity(out, schema, object_name(&arena, key));
    buf_text(out, " : \"");
    (void)add_label(out, key_columns(&arena, key));
    buf_text(out, "\"\n");
}

static void
add_relations(struct buf *out, const struct schema *schema,
              const struct object *table)
{
    for (size_t i = 0; i < table->nchildren; i++)
        if (table->children[i]->kind == OBJECT_FOREIGN_KEY)
            add_relation(out, schema, table->children[i]);
}

void
write_mermaid(struct buf *out, const struct schema *schema)
{
    buf_text(out, "erDiagram\n");
    for (size_t i = 0; i < schema->nobjects; i++)
        if (is_drawn(schema->objects[i]))
            add_table(out, schema, schema->objects[i]);
    for (size_t i = 0; i < schema->nobjects; i++)
        if (is_drawn(schema->objects[i]))
            add_relations(out, schema, schema->objects[i]);
}
