/*
 * A model as JSON: a list for each kind of object, and in it the objects with
 * the attributes that they have, by the names in model.c.
 *
 *     {"format":1,"engine":"sqlite","enums":[],...,"tables":[
 *       {"name":"t","comment":"for trying","columns":[
 *          {"name":"a","type":"varchar(3)","guard":true,"not_null":true}],
 *        "primary_keys":[{"name":"t_pkey","parts":[{"column":"a"}]}],...}],...}
 *
 * What an object does not have is left out: a flag is true or absent.  A table
 * has a list for each kind, empty or not; so has the document.  "language"
 * tells in whose words an object's expressions are, "place" where it was
 * declared.
 */
#include "schema/write.h"

#include "base/json.h"
#include "db/token.h"

enum { FORMAT = 1 }; /* raised when a reader of the former would go wrong */

/* 'a', 'b' is a list of texts. */
static void
add_labels(struct json *json, const char *key, const char *labels)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct tokens tokens = {.at = labels};
    struct token token;

    json_open(json, key, '[');
    while (token_next(&tokens, &token))
        if (token.kind == TOKEN_TEXT)
            json_text(json, NULL, token_name(&arena, &token));
    json_close(json, ']');
}

static void
add_attribute(struct json *json, const struct object *object,
              enum attribute attribute)
{
    const struct attribute_spec *spec = &attribute_specs[attribute];
    const char *text = object->text[attribute];

    if (text == NULL)
        return;
    if (spec->form == FORM_FLAG)
        json_boolean(json, spec->name, true);
    else if (attribute == ATTRIBUTE_LABELS)
        add_labels(json, spec->name, text);
    else
        json_text(json, spec->name, text);
}

static void
add_text(struct json *json, const char *key, const char *text)
{
    if (text != NULL)
        json_text(json, key, text);
}

static void
add_flag(struct json *json, const char *key, bool flag)
{
    if (flag)
        json_boolean(json, key, flag);
}

static void
add_parts(struct json *json, const struct object *object)
{
    if (object->nparts == 0)
        return;
    json_open(json, "parts", '[');
    for (size_t i = 0; i < object->nparts; i++) {
        const struct key_part *part = &object->parts[i];

        json_open(json, NULL, '{');
        add_text(json, "column", part->column);
        add_text(json, "expression", part->expression);
        add_text(json, "target", part->target);
        add_text(json, "collation", part->collation);
        add_text(json, "operator_class", part->operator_class);
        add_flag(json, "descending", part->descending);
        add_flag(json, "nulls_first", part->nulls_first);
        add_flag(json, "included", part->included);
        json_close(json, '}');
    }
    json_close(json, ']');
}

/* Whether it has SQL in it, whose language is of interest. */
static bool
has_language(const struct object *object)
{
    for (unsigned i = 0; i < ATTRIBUTES; i++)
        if (object->text[i] != NULL &&
            (attribute_specs[i].form == FORM_EXPRESSION ||
             attribute_specs[i].form == FORM_QUERY))
            return true;
    for (size_t i = 0; i < object->nparts; i++)
        if (object->parts[i].expression != NULL)
            return true;
    return false;
}

static void
add_language(struct json *json, const struct object *object)
{
    static const char *const names[] = {
        [LANGUAGE_POSTGRES] = "postgres",
        [LANGUAGE_SQLITE] = "sqlite",
    };

    if (has_language(object))
        json_text(json, "language", names[object->language]);
}

static void
add_place(struct json *json, const struct origin *place)
{
    if (place->line == 0)
        return;
    json_open(json, "place", '{');
    json_text(json, "file", place->file);
    json_integer(json, "line", place->line);
    json_integer(json, "column", place->column);
    json_close(json, '}');
}

static void add_kinds(struct json *json, const struct object *owner,
                      struct object *const *objects, size_t count);

static void
add_object(struct json *json, const struct object *object)
{
    const struct kind_spec *spec = &kind_specs[object->kind];

    json_open(json, NULL, '{');
    json_text(json, "name", object->name);
    add_text(json, "schema", object->owner ? NULL : object->schema);
    for (size_t i = 0; i < spec->nattributes; i++)
        add_attribute(json, object, spec->attributes[i]);
    add_parts(json, object);
    add_language(json, object);
    add_place(json, &object->place);
    if (object->kind == OBJECT_TABLE || object->nchildren > 0)
        add_kinds(json, object, object->children, object->nchildren);
    json_close(json, '}');
}

/* A list for each kind that can be there, empty or not. */
static void
add_kinds(struct json *json, const struct object *owner,
          struct object *const *objects, size_t count)
{
    for (unsigned kind = 0; kind < OBJECT_KINDS; kind++) {
        if (kind_specs[kind].owned != (owner != NULL))
            continue;
        json_open(json, kind_specs[kind].plural, '[');
        for (size_t i = 0; i < count; i++)
            if (objects[i]->kind == kind)
                add_object(json, objects[i]);
        json_close(json, ']');
    }
}

void
write_json(struct buf *out, const struct schema *schema)
{
    SCOPED(json_release) struct json json = {0};

    json_open(&json, NULL, '{');
    json_integer(&json, "format", FORMAT);
    json_text(&json, "engine", schema->engine);
    add_kinds(&json, NULL, schema->objects, schema->nobjects);
    json_close(&json, '}');
    buf_add(out, json.buf.data, json.buf.len);
    buf_char(out, '\n');
}
