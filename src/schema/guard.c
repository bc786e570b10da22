#include "schema/guard.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "db/token.h"
#include "sql/expression.h"
#include "sql/quote.h"

enum { NAME_LEN = 63, MARK_LEN = 9 }; /* PostgreSQL's; "_" and 8 digits */

/* FNV-1a: all of a name in 32 bits. */
static uint32_t
digest(const char *text)
{
    uint32_t hash = 2166136261U;

    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619U;
    return hash;
}

const char *
guard_name(struct arena *arena, const struct object *column, const char *kind)
{
    char *name = arena_printf(arena, "ck_%s_%s_%s", column->owner->name,
                              column->name, kind);
    size_t len = NAME_LEN - MARK_LEN;

    if (strlen(name) <= NAME_LEN)
        return name;
    while (((unsigned char)name[len] & 0xC0) == 0x80)
        len--;
    return arena_printf(arena, "%.*s_%08x", (int)len, name,
                        (unsigned)digest(name));
}

/* By the name as the model has it, or as SQL writes it. */
static bool
is_called(const struct object *object, const char *type)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *plain = object->name;
    const char *written = sql_type_name(&arena, plain);

    if (object->schema != NULL) {
        plain = arena_printf(&arena, "%s.%s", object->schema, plain);
        written = arena_printf(&arena, "%s.%s",
                               sql_name(&arena, object->schema), written);
    }
    return strcmp(type, plain) == 0 || strcmp(type, written) == 0;
}

const struct object *
guard_enum(const struct schema *schema, const struct object *column)
{
    const char *type = column->text[ATTRIBUTE_TYPE];

    if (schema == NULL || type == NULL || type_is_known(type))
        return NULL;
    for (size_t i = 0; i < schema->nobjects; i++)
        if (schema->objects[i]->kind == OBJECT_ENUM &&
            is_called(schema->objects[i], type))
            return schema->objects[i];
    return NULL;
}

unsigned
guard_list(struct arena *arena, const struct schema *schema,
           const struct object *column, enum sql_language language,
           struct type_guard out[TYPE_GUARDS])
{
    const struct object *labelled = guard_enum(schema, column);

    if (column->text[ATTRIBUTE_TYPE] == NULL)
        return 0;
    return type_guards(arena, language, column->text[ATTRIBUTE_TYPE],
                       column->name,
                       labelled ? labelled->text[ATTRIBUTE_LABELS] : NULL, out);
}

/* Word for word; the case of letters counts within quotes. */
static bool
is_same_text(const char *one, const char *other, enum sql_language language)
{
    struct tokens a = {.at = one, .postgres = language == LANGUAGE_POSTGRES};
    struct tokens b = {.at = other, .postgres = a.postgres};
    struct token x;
    struct token y;
    bool more = token_next(&a, &x);

    while (token_next(&b, &y)) {
        if (!more || x.kind != y.kind || x.len != y.len ||
            (x.kind == TOKEN_WORD ? strncasecmp(x.text, y.text, x.len) != 0
                                  : strncmp(x.text, y.text, x.len) != 0))
            return false;
        more = token_next(&a, &x);
    }
    return !more;
}

static bool
is_same_expression(const char *one, const char *other,
                   enum sql_language language)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const struct expression *a;
    const struct expression *b;

    if (is_same_text(one, other, language))
        return true;
    a = expression_read(&arena, language, one);
    b = expression_read(&arena, language, other);
    return a != NULL && b != NULL && expression_is_same(a, b);
}

/* It checks what the guard does, for all rows, and says nothing else. */
static bool
is_guard(const struct object *check, const char *expression,
         enum sql_language language)
{
    for (unsigned i = 0; i < ATTRIBUTES; i++)
        if (i != ATTRIBUTE_EXPRESSION && check->text[i] != NULL)
            return false;
    return check->text[ATTRIBUTE_EXPRESSION] != NULL &&
           is_same_expression(check->text[ATTRIBUTE_EXPRESSION], expression,
                              language);
}

/*
 * Find the checks that guard COLUMN.  Returns how many it needs, or -1 if they
 * aren't all there.
 */
static int
find_guards(const struct schema *schema, const struct object *column,
            enum sql_language language, struct object *found[TYPE_GUARDS])
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct type_guard guards[TYPE_GUARDS];
    unsigned count = guard_list(&arena, schema, column, language, guards);

    for (unsigned i = 0; i < count; i++) {
        const char *name = guard_name(&arena, column, guards[i].kind);

        found[i] = object_find(column->owner, OBJECT_CHECK, name);
        if (found[i] == NULL ||
            !is_guard(found[i], guards[i].expression, language))
            return -1;
    }
    return (int)count;
}

static bool
absorb(struct schema *schema, struct object *column, enum sql_language language)
{
    struct object *found[TYPE_GUARDS];
    int count = find_guards(schema, column, language, found);

    for (int i = 0; i < count; i++)
        schema_remove(schema, found[i]);
    if (count >= 0)
        column->text[ATTRIBUTE_GUARD] = "yes";
    return count >= 0;
}

/*
 * SQLite has no other word than INTEGER for its own next number, so its guard
 * alone tells how many bits were declared.
 */
static void
find_width(const struct schema *schema, struct object *column,
           enum sql_language language)
{
    static const char *const widths[] = {"bigint", "smallint"};
    const char *type = column->text[ATTRIBUTE_TYPE];
    struct object *found[TYPE_GUARDS];

    if (language != LANGUAGE_SQLITE || !object_is(column, ATTRIBUTE_IDENTITY) ||
        find_guards(schema, column, language, found) >= 0)
        return;
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        column->text[ATTRIBUTE_TYPE] = widths[i];
        if (find_guards(schema, column, language, found) > 0)
            return;
    }
    column->text[ATTRIBUTE_TYPE] = type;
}

bool
guard_absorb(struct schema *schema, struct object *table,
             enum sql_language language)
{
    SCOPED(arena_clear) struct arena arena = {0};
    size_t count = table->nchildren;
    struct object **children = arena_array(&arena, count + 1, sizeof *children);
    bool all = true;

    /* The list itself gets shorter on the way. */
    for (size_t i = 0; i < count; i++)
        children[i] = table->children[i];
    for (size_t i = 0; i < count; i++) {
        if (children[i]->kind != OBJECT_COLUMN)
            continue;
        find_width(schema, children[i], language);
        all &= absorb(schema, children[i], language);
    }
    return all;
}
