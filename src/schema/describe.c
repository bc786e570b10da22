#include "schema/describe.h"

#include <string.h>

/*
 * What stands before an attribute's text.  Those that are not here speak for
 * themselves, flags by their name.
 */
static const char *const words[ATTRIBUTES] = {
    [ATTRIBUTE_COLLATION] = "collate ",
    [ATTRIBUTE_DEFAULT] = "default ",
    [ATTRIBUTE_GENERATED] = "generated as ",
    [ATTRIBUTE_IDENTITY] = "identity ",
    [ATTRIBUTE_VIRTUAL] = "using ",
    [ATTRIBUTE_PARTITION_BY] = "partition by ",
    [ATTRIBUTE_PARTITION_OF] = "partition of ",
    [ATTRIBUTE_INHERITS] = "inherits ",
    [ATTRIBUTE_OPTIONS] = "with ",
    [ATTRIBUTE_ON_CONFLICT] = "on conflict ",
    [ATTRIBUTE_REFERENCES] = "references ",
    [ATTRIBUTE_ON_DELETE] = "on delete ",
    [ATTRIBUTE_ON_UPDATE] = "on update ",
    [ATTRIBUTE_MATCH] = "match ",
    [ATTRIBUTE_METHOD] = "using ",
    [ATTRIBUTE_PREDICATE] = "where ",
};

static const char *
joined(struct arena *arena, const char *one, const char *between,
       const char *other)
{
    return arena_printf(arena, "%s%s%s", one, *one ? between : "", other);
}

static const char *
describe_part(struct arena *arena, const struct key_part *part)
{
    const char *text = part->column;

    if (text == NULL)
        text = arena_printf(arena, "(%s)", part->expression);
    if (part->collation != NULL)
        text = arena_printf(arena, "%s collate %s", text, part->collation);
    if (part->operator_class != NULL)
        text = joined(arena, text, " ", part->operator_class);
    if (part->descending)
        text = joined(arena, text, " ", "desc");
    if (part->nulls_first != part->descending)
        text = arena_printf(arena, "%s nulls %s", text,
                            part->nulls_first ? "first" : "last");
    return text;
}

const char *
describe_parts(struct arena *arena, const struct object *object)
{
    const char *text = "";
    bool included = false;

    for (size_t i = 0; i < object->nparts; i++) {
        const struct key_part *part = &object->parts[i];

        text = joined(arena, text,
                      part->included && !included ? " include " : ", ",
                      describe_part(arena, part));
        included = part->included;
    }
    return text;
}

/* A table that SQL writes as "other.t" or "t". */
static const struct object *
find_table(struct arena *arena, const struct schema *schema, const char *name)
{
    for (size_t i = 0; name != NULL && i < schema->nobjects; i++) {
        const struct object *object = schema->objects[i];

        if (object->kind == OBJECT_TABLE &&
            strcmp(object_name(arena, object), name) == 0)
            return object;
    }
    return NULL;
}

static const char *
primary_key_columns(struct arena *arena, const struct object *table)
{
    const struct object *key = table != NULL ? object_primary_key(table) : NULL;

    return key != NULL ? describe_parts(arena, key) : "";
}

const char *
describe_targets(struct arena *arena, const struct schema *schema,
                 const struct object *key)
{
    const char *text = "";

    if (key->nparts > 0 && key->parts[0].target == NULL)
        return primary_key_columns(
            arena, find_table(arena, schema, key->text[ATTRIBUTE_REFERENCES]));
    for (size_t i = 0; i < key->nparts; i++)
        text = joined(arena, text, ", ",
                      key->parts[i].target ? key->parts[i].target : "");
    return text;
}

static const char *
describe_attribute(struct arena *arena, const struct schema *schema,
                   const struct object *object, enum attribute attribute)
{
    const char *text = object->text[attribute];
    const char *words_before = words[attribute] ? words[attribute] : "";
    const char *targets;

    if (attribute_specs[attribute].form == FORM_FLAG) {
        char *flag = arena_text(arena, attribute_specs[attribute].name);

        for (char *at = flag; (at = strchr(at, '_')) != NULL;)
            *at = ' ';
        return flag;
    }
    text = arena_printf(arena, "%s%s", words_before, text);
    if (attribute != ATTRIBUTE_REFERENCES)
        return text;
    targets = describe_targets(arena, schema, object);
    return *targets ? arena_printf(arena, "%s (%s)", text, targets) : text;
}

const char *
describe_columns(struct arena *arena, const struct object *table)
{
    const char *text = "";

    for (size_t i = 0; i < table->nchildren; i++)
        if (table->children[i]->kind == OBJECT_COLUMN)
            text = joined(arena, text, ", ", table->children[i]->name);
    return text;
}

/* A name for it stands in the title, a guard is seen with the type. */
static bool
is_said_elsewhere(enum attribute attribute)
{
    return attribute == ATTRIBUTE_WHAT || attribute == ATTRIBUTE_GUARD ||
           attribute == ATTRIBUTE_COMMENT;
}

const char *
describe_object(struct arena *arena, const struct schema *schema,
                const struct object *object)
{
    const struct kind_spec *kind = &kind_specs[object->kind];
    const char *text = "";

    if (object->kind == OBJECT_TABLE)
        text = describe_columns(arena, object);
    else if (object->nparts > 0)
        text = describe_parts(arena, object);
    if (*text != '\0')
        text = arena_printf(arena, "(%s)", text);
    for (size_t i = 0; i < kind->nattributes; i++)
        if (object->text[kind->attributes[i]] != NULL &&
            !is_said_elsewhere(kind->attributes[i]))
            text = joined(
                arena, text, " ",
                describe_attribute(arena, schema, object, kind->attributes[i]));
    return text;
}
