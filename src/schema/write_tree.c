#include "schema/write.h"

#include <string.h>

#include "base/utf8.h"
#include "schema/diagram.h"

enum { LONGEST = 60 }; /* columns, of what may be pages long */

struct lines {
    const char *child;
    const char *last;
    const char *below_child;
    const char *below_last;
    const char *cut;
};

static const struct lines utf8_lines = {"├── ", "└── ", "│   ", "    ", "…"};
static const struct lines ascii_lines = {"|-- ", "`-- ", "|   ", "    ", "..."};

struct tree {
    struct buf *out;
    const struct lines *lines;
};

/*
 * TEXT on one line, at most MOST columns of it: blanks become one, and what a
 * terminal would obey becomes a mark.
 */
static void
add_text(struct tree *tree, const char *text, size_t most)
{
    size_t width = 0;

    while (*text != '\0') {
        size_t len = utf8_len(text);
        bool control = (unsigned char)*text < 0x20 || *text == 0x7F ||
                       (len == 2 && utf8_code(text, len) < 0xA0);
        size_t blanks = strspn(text, " \t\r\n");
        char character[8] = {0};

        memcpy(character, text, len);
        if (blanks > 0)
            buf_char(tree->out, ' ');
        else if (len == 0 || control)
            buf_text(tree->out, UTF8_REPLACEMENT);
        else
            buf_add(tree->out, text, len);
        width += blanks > 0 ? 1 : utf8_width(character);
        text += blanks > 0 ? blanks : len > 0 ? len : 1;
        if (width >= most && *text != '\0') {
            buf_text(tree->out, tree->lines->cut);
            return;
        }
    }
}

/* As a name is shown, to measure it. */
static size_t
shown_width(struct tree *tree, const char *text)
{
    SCOPED(buf_release) struct buf buf = {0};
    struct tree other = {.out = &buf, .lines = tree->lines};

    add_text(&other, text, SIZE_MAX);
    return utf8_width(buf_data(&buf));
}

static void
add_padded(struct tree *tree, const char *text, size_t width)
{
    size_t have = shown_width(tree, text);

    add_text(tree, text, SIZE_MAX);
    for (; have < width; have++)
        buf_char(tree->out, ' ');
}

static void
add_parts(struct tree *tree, const struct object *object)
{
    bool included = false;

    for (size_t i = 0; i < object->nparts; i++) {
        const struct key_part *part = &object->parts[i];
        bool opens = i == 0 || part->included != included;

        buf_text(tree->out, !opens           ? ", "
                            : part->included ? " include ("
                                             : " (");
        included = part->included;
        add_text(tree, part->column ? part->column : part->expression,
                 SIZE_MAX);
        if (part->collation != NULL)
            buf_printf(tree->out, " collate %s", part->collation);
        if (part->operator_class != NULL)
            buf_printf(tree->out, " %s", part->operator_class);
        buf_text(tree->out, part->descending ? " desc" : "");
        if (part->nulls_first != part->descending)
            buf_text(tree->out,
                     part->nulls_first ? " nulls first" : " nulls last");
        if (i + 1 == object->nparts ||
            object->parts[i + 1].included != included)
            buf_char(tree->out, ')');
    }
}

/* The columns that a foreign key references, where they are named. */
static void
add_targets(struct tree *tree, const struct object *object)
{
    if (object->nparts == 0 || object->parts[0].target == NULL)
        return;
    for (size_t i = 0; i < object->nparts; i++) {
        buf_text(tree->out, i == 0 ? " (" : ", ");
        add_text(tree, object->parts[i].target, SIZE_MAX);
    }
    buf_char(tree->out, ')');
}

/* What goes without saying: it stands elsewhere, or is of no interest here. */
static bool
is_shown(enum attribute attribute)
{
    return attribute != ATTRIBUTE_TYPE && attribute != ATTRIBUTE_GUARD &&
           attribute != ATTRIBUTE_WHAT && attribute != ATTRIBUTE_UNIQUE;
}

/* The word before an attribute's text; "" if that speaks for itself. */
static const char *
attribute_word(enum attribute attribute)
{
    switch (attribute) {
    case ATTRIBUTE_COMMENT:
        return "-- ";
    case ATTRIBUTE_COLLATION:
        return "collate ";
    case ATTRIBUTE_PREDICATE:
        return "where ";
    case ATTRIBUTE_DEFERRABLE:
    case ATTRIBUTE_DEFINITION:
    case ATTRIBUTE_EXPRESSION:
    case ATTRIBUTE_LABELS:
    case ATTRIBUTE_SEQUENCE:
        return "";
    default:
        return NULL;
    }
}

/* "not null", "default 0", "on delete cascade", ... */
static void
add_attribute(struct tree *tree, const struct object *object,
              enum attribute attribute)
{
    const struct attribute_spec *spec = &attribute_specs[attribute];
    const char *word = attribute_word(attribute);
    bool is_long =
        attribute == ATTRIBUTE_DEFINITION || attribute == ATTRIBUTE_COMMENT;

    buf_char(tree->out, ' ');
    if (word != NULL)
        buf_text(tree->out, word);
    else
        for (const char *at = spec->name; *at != '\0'; at++)
            buf_char(tree->out, *at == '_' ? ' ' : *at);
    if (spec->form == FORM_FLAG)
        return;
    if (word == NULL)
        buf_char(tree->out, ' ');
    add_text(tree, object->text[attribute], is_long ? LONGEST : SIZE_MAX);
    if (attribute == ATTRIBUTE_REFERENCES)
        add_targets(tree, object);
}

static void
add_attributes(struct tree *tree, const struct object *object)
{
    const struct kind_spec *spec = &kind_specs[object->kind];

    for (size_t i = 0; i < spec->nattributes; i++)
        if (is_shown(spec->attributes[i]) &&
            object->text[spec->attributes[i]] != NULL)
            add_attribute(tree, object, spec->attributes[i]);
}

/* How wide the names and the types of a table's columns are. */
struct widths {
    size_t name;
    size_t type;
};

static struct widths
column_widths(struct tree *tree, const struct object *table)
{
    struct widths widths = {0};

    for (size_t i = 0; i < table->nchildren; i++) {
        const struct object *column = table->children[i];
        const char *type = column->text[ATTRIBUTE_TYPE];
        size_t width;

        if (column->kind != OBJECT_COLUMN)
            continue;
        width = shown_width(tree, column->name);
        widths.name = width > widths.name ? width : widths.name;
        width = shown_width(tree, type ? type : "");
        widths.type = width > widths.type ? width : widths.type;
    }
    return widths;
}

static void
trim(struct buf *buf)
{
    while (buf->len > 0 && buf->data[buf->len - 1] == ' ')
        buf->data[--buf->len] = '\0';
}

static void
add_column(struct tree *tree, const struct object *column,
           const struct widths *widths)
{
    const char *type = column->text[ATTRIBUTE_TYPE];

    add_padded(tree, column->name, widths->name);
    buf_char(tree->out, ' ');
    add_padded(tree, type ? type : "", widths->type);
    add_attributes(tree, column);
    trim(tree->out);
}

static void
add_object(struct tree *tree, const struct object *object)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *what = object->text[ATTRIBUTE_WHAT];
    const char *name =
        object->owner ? object->name : object_name(&arena, object);

    if (object_is(object, ATTRIBUTE_UNIQUE))
        buf_text(tree->out, "unique ");
    add_text(tree, what ? what : kind_specs[object->kind].name, SIZE_MAX);
    if (*name != '\0')
        buf_char(tree->out, ' ');
    add_text(tree, name, SIZE_MAX);
    add_parts(tree, object);
    add_attributes(tree, object);
}

static void
add_children(struct tree *tree, const struct object *object, const char *before)
{
    const struct widths widths = column_widths(tree, object);

    for (size_t i = 0; i < object->nchildren; i++) {
        const struct object *child = object->children[i];
        bool last = i + 1 == object->nchildren;

        buf_printf(tree->out, "%s%s", before,
                   last ? tree->lines->last : tree->lines->child);
        if (child->kind == OBJECT_COLUMN)
            add_column(tree, child, &widths);
        else
            add_object(tree, child);
        buf_char(tree->out, '\n');
    }
}

void
write_tree(struct buf *out, const struct schema *schema, bool utf8)
{
    struct tree tree = {out, utf8 ? &utf8_lines : &ascii_lines};

    buf_printf(out, "%s\n", schema->engine ? schema->engine : "schema");
    for (size_t i = 0; i < schema->nobjects; i++) {
        bool last = i + 1 == schema->nobjects;

        buf_text(out, last ? tree.lines->last : tree.lines->child);
        add_object(&tree, schema->objects[i]);
        buf_char(out, '\n');
        add_children(&tree, schema->objects[i],
                     last ? tree.lines->below_last : tree.lines->below_child);
    }
}
