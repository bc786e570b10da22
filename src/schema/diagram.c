#include "schema/diagram.h"

#include <string.h>

#include "base/buf.h"

const struct object *
referenced_table(const struct schema *schema, const struct object *foreign_key)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *name = foreign_key->text[ATTRIBUTE_REFERENCES];

    if (schema == NULL || name == NULL)
        return NULL;
    for (size_t i = 0; i < schema->nobjects; i++) {
        const struct object *object = schema->objects[i];

        if (object->kind == OBJECT_TABLE &&
            strcmp(object_name(&arena, object), name) == 0)
            return object;
    }
    return NULL;
}

static bool
has_column(const struct object *key, const char *column)
{
    for (size_t i = 0; i < key->nparts; i++)
        if (!key->parts[i].included && key->parts[i].column != NULL &&
            strcmp(key->parts[i].column, column) == 0)
            return true;
    return false;
}

/* No two rows are the same in the columns of KEY. */
static bool
is_unique(const struct object *key)
{
    return key->kind == OBJECT_PRIMARY_KEY || key->kind == OBJECT_UNIQUE ||
           (key->kind == OBJECT_INDEX && object_is(key, ATTRIBUTE_UNIQUE) &&
            key->text[ATTRIBUTE_PREDICATE] == NULL);
}

/* Each column of the key ONE is in the key OTHER. */
static bool
is_within(const struct object *one, const struct object *other)
{
    for (size_t i = 0; i < one->nparts; i++) {
        if (one->parts[i].included)
            continue;
        if (one->parts[i].column == NULL ||
            !has_column(other, one->parts[i].column))
            return false;
    }
    return true;
}

static bool
is_nullable(const struct object *table, const char *name)
{
    const struct object *column = object_find(table, OBJECT_COLUMN, name);

    return column != NULL && !object_is(column, ATTRIBUTE_NOT_NULL);
}

struct relation
relation_of(const struct schema *schema, const struct object *foreign_key)
{
    const struct object *table = foreign_key->owner;
    struct relation relation = {
        .key = foreign_key,
        .parent = referenced_table(schema, foreign_key),
    };

    for (size_t i = 0; i < foreign_key->nparts; i++)
        relation.optional |= is_nullable(table, foreign_key->parts[i].column);
    for (size_t i = 0; i < table->nchildren; i++) {
        const struct object *key = table->children[i];

        if (is_unique(key) && is_within(key, foreign_key))
            relation.single = true;
        if (key->kind == OBJECT_PRIMARY_KEY && is_within(foreign_key, key))
            relation.identifying = true;
    }
    return relation;
}

bool
is_drawn(const struct object *object)
{
    return object->kind == OBJECT_TABLE &&
           object->text[ATTRIBUTE_PARTITION_OF] == NULL;
}

struct column_marks
column_marks(const struct object *column)
{
    const struct object *table = column->owner;
    struct column_marks marks = {0};

    for (size_t i = 0; i < table->nchildren; i++) {
        const struct object *key = table->children[i];

        if (!has_column(key, column->name))
            continue;
        if (key->kind == OBJECT_PRIMARY_KEY)
            marks.primary = true;
        else if (key->kind == OBJECT_FOREIGN_KEY)
            marks.foreign = true;
        else if (is_unique(key) && (key->nparts == 1 || key->parts[1].included))
            marks.unique = true;
    }
    return marks;
}

const char *
key_columns(struct arena *arena, const struct object *key)
{
    SCOPED(buf_release) struct buf buf = {0};

    for (size_t i = 0; i < key->nparts; i++) {
        const struct key_part *part = &key->parts[i];

        buf_printf(&buf, "%s%s", i > 0 ? ", " : "",
                   part->column ? part->column : part->expression);
    }
    return arena_text(arena, buf_data(&buf));
}
