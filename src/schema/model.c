#include "schema/model.h"

#include <stdlib.h>
#include <string.h>

const struct attribute_spec attribute_specs[ATTRIBUTES] = {
    [ATTRIBUTE_TYPE] = {"type", FORM_TYPE},
    [ATTRIBUTE_GUARD] = {"guard", FORM_FLAG},
    [ATTRIBUTE_COLLATION] = {"collation", FORM_TEXT},
    [ATTRIBUTE_NOT_NULL] = {"not_null", FORM_FLAG},
    [ATTRIBUTE_DEFAULT] = {"default", FORM_EXPRESSION},
    [ATTRIBUTE_GENERATED] = {"generated", FORM_EXPRESSION},
    [ATTRIBUTE_STORED] = {"stored", FORM_FLAG},
    [ATTRIBUTE_IDENTITY] = {"identity", FORM_TEXT},
    [ATTRIBUTE_LABELS] = {"labels", FORM_TEXT},
    [ATTRIBUTE_SEQUENCE] = {"sequence", FORM_TEXT},
    [ATTRIBUTE_STRICT] = {"strict", FORM_FLAG},
    [ATTRIBUTE_WITHOUT_ROWID] = {"without_rowid", FORM_FLAG},
    [ATTRIBUTE_VIRTUAL] = {"virtual", FORM_TEXT},
    [ATTRIBUTE_UNLOGGED] = {"unlogged", FORM_FLAG},
    [ATTRIBUTE_PARTITION_BY] = {"partition_by", FORM_TEXT},
    [ATTRIBUTE_PARTITION_OF] = {"partition_of", FORM_TEXT},
    [ATTRIBUTE_INHERITS] = {"inherits", FORM_TEXT},
    [ATTRIBUTE_OPTIONS] = {"options", FORM_TEXT},
    [ATTRIBUTE_DEFERRABLE] = {"deferrable", FORM_TEXT},
    [ATTRIBUTE_NULLS_NOT_DISTINCT] = {"nulls_not_distinct", FORM_FLAG},
    [ATTRIBUTE_ON_CONFLICT] = {"on_conflict", FORM_TEXT},
    [ATTRIBUTE_REFERENCES] = {"references", FORM_TEXT},
    [ATTRIBUTE_ON_DELETE] = {"on_delete", FORM_TEXT},
    [ATTRIBUTE_ON_UPDATE] = {"on_update", FORM_TEXT},
    [ATTRIBUTE_MATCH] = {"match", FORM_TEXT},
    [ATTRIBUTE_NOT_VALID] = {"not_valid", FORM_FLAG},
    [ATTRIBUTE_EXPRESSION] = {"expression", FORM_EXPRESSION},
    [ATTRIBUTE_NO_INHERIT] = {"no_inherit", FORM_FLAG},
    [ATTRIBUTE_UNIQUE] = {"unique", FORM_FLAG},
    [ATTRIBUTE_METHOD] = {"method", FORM_TEXT},
    [ATTRIBUTE_PREDICATE] = {"predicate", FORM_EXPRESSION},
    [ATTRIBUTE_INVALID] = {"invalid", FORM_FLAG},
    [ATTRIBUTE_DEFINITION] = {"definition", FORM_QUERY},
    [ATTRIBUTE_MATERIALIZED] = {"materialized", FORM_FLAG},
    [ATTRIBUTE_TIMING] = {"timing", FORM_TEXT},
    [ATTRIBUTE_EVENTS] = {"events", FORM_TEXT},
    [ATTRIBUTE_WHAT] = {"what", FORM_TEXT},
    [ATTRIBUTE_COMMENT] = {"comment", FORM_TEXT},
};

static const enum attribute of_enum[] = {ATTRIBUTE_LABELS, ATTRIBUTE_COMMENT};
static const enum attribute of_sequence[] = {ATTRIBUTE_TYPE, ATTRIBUTE_SEQUENCE,
                                             ATTRIBUTE_COMMENT};
static const enum attribute of_table[] = {
    ATTRIBUTE_STRICT,   ATTRIBUTE_WITHOUT_ROWID, ATTRIBUTE_VIRTUAL,
    ATTRIBUTE_UNLOGGED, ATTRIBUTE_PARTITION_BY,  ATTRIBUTE_PARTITION_OF,
    ATTRIBUTE_INHERITS, ATTRIBUTE_OPTIONS,       ATTRIBUTE_COMMENT};
static const enum attribute of_column[] = {
    ATTRIBUTE_TYPE,        ATTRIBUTE_GUARD,    ATTRIBUTE_COLLATION,
    ATTRIBUTE_NOT_NULL,    ATTRIBUTE_DEFAULT,  ATTRIBUTE_GENERATED,
    ATTRIBUTE_STORED,      ATTRIBUTE_IDENTITY, ATTRIBUTE_SEQUENCE,
    ATTRIBUTE_ON_CONFLICT, ATTRIBUTE_COMMENT};
static const enum attribute of_key[] = {
    ATTRIBUTE_DEFERRABLE, ATTRIBUTE_NULLS_NOT_DISTINCT, ATTRIBUTE_ON_CONFLICT,
    ATTRIBUTE_COMMENT};
static const enum attribute of_foreign_key[] = {
    ATTRIBUTE_REFERENCES, ATTRIBUTE_ON_DELETE,  ATTRIBUTE_ON_UPDATE,
    ATTRIBUTE_MATCH,      ATTRIBUTE_DEFERRABLE, ATTRIBUTE_NOT_VALID,
    ATTRIBUTE_COMMENT};
static const enum attribute of_check[] = {
    ATTRIBUTE_EXPRESSION, ATTRIBUTE_NO_INHERIT, ATTRIBUTE_NOT_VALID,
    ATTRIBUTE_ON_CONFLICT, ATTRIBUTE_COMMENT};
static const enum attribute of_index[] = {
    ATTRIBUTE_UNIQUE,    ATTRIBUTE_METHOD,  ATTRIBUTE_NULLS_NOT_DISTINCT,
    ATTRIBUTE_PREDICATE, ATTRIBUTE_OPTIONS, ATTRIBUTE_INVALID,
    ATTRIBUTE_COMMENT};
static const enum attribute of_view[] = {ATTRIBUTE_DEFINITION,
                                         ATTRIBUTE_MATERIALIZED,
                                         ATTRIBUTE_OPTIONS, ATTRIBUTE_COMMENT};
static const enum attribute of_trigger[] = {ATTRIBUTE_TIMING, ATTRIBUTE_EVENTS,
                                            ATTRIBUTE_DEFINITION,
                                            ATTRIBUTE_COMMENT};
static const enum attribute of_other[] = {ATTRIBUTE_WHAT, ATTRIBUTE_DEFINITION};

#define HAS(list) list, sizeof(list) / sizeof *(list)

const struct kind_spec kind_specs[OBJECT_KINDS] = {
    [OBJECT_ENUM] = {"enum", "enums", false, HAS(of_enum)},
    [OBJECT_SEQUENCE] = {"sequence", "sequences", false, HAS(of_sequence)},
    [OBJECT_TABLE] = {"table", "tables", false, HAS(of_table)},
    [OBJECT_COLUMN] = {"column", "columns", true, HAS(of_column)},
    [OBJECT_PRIMARY_KEY] = {"primary key", "primary_keys", true, HAS(of_key)},
    [OBJECT_UNIQUE] = {"unique constraint", "uniques", true, HAS(of_key)},
    [OBJECT_FOREIGN_KEY] = {"foreign key", "foreign_keys", true,
                            HAS(of_foreign_key)},
    [OBJECT_CHECK] = {"check", "checks", true, HAS(of_check)},
    [OBJECT_INDEX] = {"index", "indexes", true, HAS(of_index)},
    [OBJECT_VIEW] = {"view", "views", false, HAS(of_view)},
    [OBJECT_TRIGGER] = {"trigger", "triggers", true, HAS(of_trigger)},
    [OBJECT_OTHER] = {"other", "others", false, HAS(of_other)},
};

void
schema_clear(struct schema *schema)
{
    arena_clear(&schema->arena);
    *schema = (struct schema){0};
}

struct object *
schema_add(struct schema *schema, enum object_kind kind, struct object *owner,
           const char *name)
{
    struct arena *arena = &schema->arena;
    struct object *object = arena_alloc(arena, sizeof *object);
    struct object ***list = owner ? &owner->children : &schema->objects;
    size_t *count = owner ? &owner->nchildren : &schema->nobjects;
    size_t *size = owner ? &owner->children_size : &schema->objects_size;

    object->kind = kind;
    object->owner = owner;
    object->name = arena_text(arena, name);
    if (owner != NULL) {
        object->schema = owner->schema;
        object->language = owner->language;
    }
    *list = arena_grow(arena, *list, *count, size, sizeof **list);
    (*list)[(*count)++] = object;
    return object;
}

/* There is room for the next power of two. */
struct key_part *
schema_add_part(struct schema *schema, struct object *object)
{
    size_t count = object->nparts;
    struct key_part *parts = object->parts;

    if ((count & (count - 1)) == 0) {
        parts = arena_array(&schema->arena, count > 0 ? 2 * count : 1,
                            sizeof *parts);
        if (count > 0)
            memcpy(parts, object->parts, count * sizeof *parts);
        object->parts = parts;
    }
    return &parts[object->nparts++];
}

void
schema_remove(struct schema *schema, struct object *object)
{
    struct object *owner = object->owner;
    struct object **list = owner ? owner->children : schema->objects;
    size_t *count = owner ? &owner->nchildren : &schema->nobjects;
    size_t kept = 0;

    for (size_t i = 0; i < *count; i++)
        if (list[i] != object)
            list[kept++] = list[i];
    *count = kept;
}

/* NULL is the same as NULL only. */
static bool
is_same(const char *one, const char *other)
{
    if (one == NULL || other == NULL)
        return one == other;
    return strcmp(one, other) == 0;
}

struct object *
schema_find(const struct schema *schema, enum object_kind kind,
            const char *namespace, const char *name)
{
    for (size_t i = 0; i < schema->nobjects; i++) {
        struct object *object = schema->objects[i];

        if (object->kind == kind && strcmp(object->name, name) == 0 &&
            is_same(object->schema, namespace))
            return object;
    }
    return NULL;
}

struct object *
object_find(const struct object *owner, enum object_kind kind, const char *name)
{
    for (size_t i = 0; i < owner->nchildren; i++) {
        struct object *object = owner->children[i];

        if (object->kind == kind && strcmp(object->name, name) == 0)
            return object;
    }
    return NULL;
}

struct object *
object_primary_key(const struct object *table)
{
    for (size_t i = 0; i < table->nchildren; i++)
        if (table->children[i]->kind == OBJECT_PRIMARY_KEY)
            return table->children[i];
    return NULL;
}

static int
order_text(const char *one, const char *other)
{
    return strcmp(one ? one : "", other ? other : "");
}

static int
order_parts(const struct object *one, const struct object *other)
{
    for (size_t i = 0; i < one->nparts && i < other->nparts; i++) {
        const struct key_part *a = &one->parts[i];
        const struct key_part *b = &other->parts[i];
        int order = order_text(a->column, b->column);

        if (order == 0)
            order = order_text(a->expression, b->expression);
        if (order != 0)
            return order;
    }
    return (one->nparts > other->nparts) - (one->nparts < other->nparts);
}

/* The columns of a table keep their order: qsort() need not be stable. */
struct ranked {
    struct object *object;
    size_t position;
};

static int
order_objects(const void *a, const void *b)
{
    const struct ranked *one = a;
    const struct ranked *other = b;
    const struct object *x = one->object;
    const struct object *y = other->object;
    int order = 0;

    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->kind != OBJECT_COLUMN) {
        order = order_text(x->schema, y->schema);
        if (order == 0)
            order = strcmp(x->name, y->name);
        if (order == 0)
            order = order_parts(x, y);
        if (order == 0)
            order = order_text(x->text[ATTRIBUTE_EXPRESSION],
                               y->text[ATTRIBUTE_EXPRESSION]);
    }
    if (order == 0)
        order = one->position < other->position ? -1 : 1;
    return order;
}

static void
sort_objects(struct object **objects, size_t count)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct ranked *ranked = arena_array(&arena, count + 1, sizeof *ranked);

    for (size_t i = 0; i < count; i++)
        ranked[i] = (struct ranked){objects[i], i};
    qsort(ranked, count, sizeof *ranked, order_objects);
    for (size_t i = 0; i < count; i++)
        objects[i] = ranked[i].object;
}

void
schema_sort(struct schema *schema)
{
    sort_objects(schema->objects, schema->nobjects);
    for (size_t i = 0; i < schema->nobjects; i++)
        sort_objects(schema->objects[i]->children,
                     schema->objects[i]->nchildren);
}

const char *
object_name(struct arena *arena, const struct object *object)
{
    if (object->owner != NULL)
        return object_name(arena, object->owner);
    if (object->schema == NULL)
        return object->name;
    return arena_printf(arena, "%s.%s", object->schema, object->name);
}

const char *
object_title(struct arena *arena, const struct object *object)
{
    const char *kind = object->text[ATTRIBUTE_WHAT];

    if (kind == NULL)
        kind = kind_specs[object->kind].name;
    if (object->owner == NULL)
        return arena_printf(arena, "%s '%s'", kind, object_name(arena, object));
    if (object->name[0] == '\0')
        return arena_printf(arena, "%s of table '%s'", kind,
                            object_name(arena, object));
    return arena_printf(arena, "%s '%s' of table '%s'", kind, object->name,
                        object_name(arena, object));
}
