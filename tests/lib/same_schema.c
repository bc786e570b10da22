#include "lib/same_schema.h"

#include <string.h>
#include <strings.h>

#include "db/token.h"
#include "lib/shown.h"
#include "sql/expression.h"

struct pair {
    const struct schema *wanted;
    const struct object *want;
    const struct object *got;
    bool stored_anew; /* the engine prints what it has parsed, no text */
    struct buf *why;
};

static bool
differs(const struct pair *pair, const char *what, const char *want,
        const char *got)
{
    SCOPED(arena_clear) struct arena arena = {0};

    buf_printf(pair->why, "%s: %s: wanted %s, got %s\n",
               object_title(&arena, pair->want), what, want ? want : "nothing",
               got ? got : "nothing");
    return false;
}

static bool
is_same(const char *one, const char *other)
{
    if (one == NULL || other == NULL)
        return one == other;
    return strcmp(one, other) == 0;
}

static bool
is_same_tokens(const struct object *want, const char *one,
               const struct object *got, const char *other)
{
    struct tokens a = {.at = one,
                       .postgres = want->language == LANGUAGE_POSTGRES};
    struct tokens b = {.at = other,
                       .postgres = got->language == LANGUAGE_POSTGRES};
    struct token x;
    struct token y;

    for (;;) {
        bool more = token_next(&a, &x);

        if (token_next(&b, &y) != more)
            return false;
        if (!more)
            return true;
        if (x.len != y.len || (x.kind == TOKEN_WORD ? strncasecmp : strncmp)(
                                  x.text, y.text, x.len) != 0)
            return false;
    }
}

static bool
is_same_expression(const struct object *want, const char *one,
                   const struct object *got, const char *other)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const struct expression *a;
    const struct expression *b;

    if (one == NULL || other == NULL)
        return one == other;
    a = expression_read(&arena, want->language, one);
    b = expression_read(&arena, got->language, other);
    if (a != NULL && b != NULL)
        return expression_is_same(a, b) || (want->language != got->language &&
                                            expression_rule(a, b) != NULL);
    return is_same_tokens(want, one, got, other);
}

static bool
is_same_query(const struct pair *pair, const char *one, const char *other)
{
    if (one == NULL || other == NULL || pair->stored_anew)
        return (one == NULL) == (other == NULL);
    return is_same_tokens(pair->want, one, pair->got, other);
}

/* SQLite compares as "C" does unless it is told otherwise. */
static bool
is_same_collation(const struct pair *pair, const char *one, const char *other)
{
    if (one != NULL && strcmp(one, "C") == 0 && !pair->stored_anew)
        one = NULL;
    return is_same(one, other);
}

static bool
same_attribute(const struct pair *pair, enum attribute attribute)
{
    const char *one = pair->want->text[attribute];
    const char *other = pair->got->text[attribute];
    bool same;

    switch (attribute_specs[attribute].form) {
    case FORM_EXPRESSION:
        same = is_same_expression(pair->want, one, pair->got, other);
        break;
    case FORM_QUERY:
        same = is_same_query(pair, one, other);
        break;
    default:
        same = attribute == ATTRIBUTE_COLLATION
                   ? is_same_collation(pair, one, other)
                   : is_same(one, other);
    }
    return same || differs(pair, attribute_specs[attribute].name, one, other);
}

static const struct object *
primary_key_of(const struct schema *schema, const char *name)
{
    const struct object *table = schema_find(schema, OBJECT_TABLE, NULL, name);

    for (size_t i = 0; table != NULL && i < table->nchildren; i++)
        if (table->children[i]->kind == OBJECT_PRIMARY_KEY)
            return table->children[i];
    return NULL;
}

/* A foreign key that names no columns references the primary key. */
static bool
is_same_target(const struct pair *pair, size_t i)
{
    const char *target = pair->want->parts[i].target;
    const struct object *key;

    if (target == NULL && pair->stored_anew &&
        pair->want->kind == OBJECT_FOREIGN_KEY) {
        key = primary_key_of(pair->wanted,
                             pair->want->text[ATTRIBUTE_REFERENCES]);
        if (key != NULL && i < key->nparts)
            target = key->parts[i].column;
    }
    return is_same(target, pair->got->parts[i].target);
}

static bool
same_part(const struct pair *pair, size_t i)
{
    const struct key_part *a = &pair->want->parts[i];
    const struct key_part *b = &pair->got->parts[i];

    if (!is_same(a->column, b->column) ||
        !is_same_expression(pair->want, a->expression, pair->got,
                            b->expression))
        return differs(pair, "part", a->column ? a->column : a->expression,
                       b->column ? b->column : b->expression);
    if (!is_same_target(pair, i))
        return differs(pair, "target", a->target, b->target);
    if (!is_same_collation(pair, a->collation, b->collation))
        return differs(pair, "collation", a->collation, b->collation);
    if (!is_same(a->operator_class, b->operator_class))
        return differs(pair, "class", a->operator_class, b->operator_class);
    if (a->descending != b->descending || a->nulls_first != b->nulls_first ||
        a->included != b->included)
        return differs(pair, "order", a->descending ? "desc" : "asc",
                       b->descending ? "desc" : "asc");
    return true;
}

static bool same_objects(const struct pair *outer, struct object *const *want,
                         size_t nwanted, struct object *const *got,
                         size_t ngot);

static bool
same_object(const struct pair *pair)
{
    const struct object *want = pair->want;
    const struct object *got = pair->got;
    bool unnamed = pair->stored_anew && want->name[0] == '\0';

    if (want->kind != got->kind || !is_same(want->schema, got->schema) ||
        (!unnamed && strcmp(want->name, got->name) != 0))
        return differs(pair, "object", want->name, got->name);
    for (unsigned i = 0; i < ATTRIBUTES; i++)
        if (!same_attribute(pair, i))
            return false;
    if (want->nparts != got->nparts)
        return differs(pair, "parts", "another number", "of them");
    for (size_t i = 0; i < want->nparts; i++)
        if (!same_part(pair, i))
            return false;
    return same_objects(pair, want->children, want->nchildren, got->children,
                        got->nchildren);
}

static bool
same_objects(const struct pair *outer, struct object *const *want,
             size_t nwanted, struct object *const *got, size_t ngot)
{
    for (size_t i = 0; i < nwanted && i < ngot; i++) {
        struct pair pair = *outer;

        pair.want = want[i];
        pair.got = got[i];
        if (!same_object(&pair))
            return false;
    }
    if (nwanted == ngot)
        return true;
    buf_text(outer->why, nwanted > ngot ? "missing: " : "besides: ");
    show_object(outer->why, nwanted > ngot ? want[ngot] : got[nwanted]);
    return false;
}

bool
same_schema(const struct schema *want, const struct schema *got,
            struct buf *why)
{
    struct pair pair = {.wanted = want,
                        .stored_anew = strcmp(got->engine, "postgres") == 0,
                        .why = why};

    return same_objects(&pair, want->objects, want->nobjects, got->objects,
                        got->nobjects);
}

/* --------------------------------------------------------------- spelling */

static void
spell(struct schema *schema, const struct object *object, const char **text)
{
    struct arena *arena = &schema->arena;
    const struct expression *read;
    const char *written = NULL;

    if (*text == NULL)
        return;
    read = expression_read(arena, object->language, *text);
    if (read != NULL)
        written = expression_text(arena, object->language, read);
    if (written != NULL)
        *text = written;
}

static void
spell_object(struct schema *schema, struct object *object)
{
    for (unsigned i = 0; i < ATTRIBUTES; i++)
        if (attribute_specs[i].form == FORM_EXPRESSION)
            spell(schema, object, &object->text[i]);
    for (size_t i = 0; i < object->nparts; i++)
        spell(schema, object, &object->parts[i].expression);
    for (size_t i = 0; i < object->nchildren; i++)
        spell_object(schema, object->children[i]);
}

void
spell_canonically(struct schema *schema)
{
    for (size_t i = 0; i < schema->nobjects; i++)
        spell_object(schema, schema->objects[i]);
}
