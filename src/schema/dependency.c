#include "schema/dependency.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "db/token.h"

/* --------------------------------------------------------------- mentions */

static bool
is_what(const struct object *object, const char *what)
{
    return object->text[ATTRIBUTE_WHAT] != NULL &&
           strcmp(object->text[ATTRIBUTE_WHAT], what) == 0;
}

/* What others can need, by its name. */
static const char *const needed[] = {
    "access method",
    "aggregate",
    "collation",
    "composite type",
    "domain",
    "foreign data wrapper",
    "foreign server",
    "foreign table",
    "function",
    "language",
    "operator class",
    "operator family",
    "procedure",
    "range type",
    "server",
    "text search configuration",
    "text search dictionary",
    "text search parser",
    "text search template",
    "type",
    NULL,
};

/* And without. */
static const char *const implied[] = {"cast", "conversion", "operator",
                                      "transform", NULL};

static const char *const remarks[] = {"comment", "grant", "privileges",
                                      "security label", NULL};

static bool
is_any(const struct object *object, const char *const *whats)
{
    for (; *whats != NULL; whats++)
        if (is_what(object, *whats))
            return true;
    return false;
}

/* "s.f(integer)" is called f. */
static const char *
called(struct arena *arena, const struct object *object)
{
    const char *name = object->name;
    size_t len = strcspn(name, "( ");

    if (object->kind != OBJECT_OTHER)
        return name;
    if (!is_any(object, needed))
        return "";
    for (size_t i = 0; i < len; i++)
        if (name[i] == '.') {
            name += i + 1;
            len -= i + 1;
            i = 0;
        }
    return arena_copy(arena, name, len);
}

/* qsort() has no room for the nodes: what is sorted has the name with it. */
struct named {
    const char *name;
    size_t node;
};

static int
compare_named(const void *a, const void *b)
{
    const struct named *one = a;
    const struct named *other = b;
    int order = strcasecmp(one->name, other->name);

    if (order != 0)
        return order;
    return (one->node > other->node) - (one->node < other->node);
}

static void
sort_names(struct dependencies *all)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct named *named = arena_array(&arena, all->count + 1, sizeof *named);

    all->by_name =
        arena_array(&all->arena, all->count + 1, sizeof *all->by_name);
    for (size_t i = 0; i < all->count; i++)
        named[i] = (struct named){all->nodes[i].name, i};
    qsort(named, all->count, sizeof *named, compare_named);
    for (size_t i = 0; i < all->count; i++)
        all->by_name[i] = named[i].node;
}

/* The first node whose name is NAME, as a place in by_name. */
static size_t
find_name(const struct dependencies *all, const char *name)
{
    size_t low = 0;
    size_t high = all->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct node *node = &all->nodes[all->by_name[middle]];

        if (strcasecmp(node->name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void
add_mention(struct dependencies *all, struct node *node, size_t mentioned,
            bool strong)
{
    for (size_t i = 0; i < node->nmentions; i++)
        if (node->mentions[i].node == mentioned) {
            node->mentions[i].strong |= strong;
            return;
        }
    node->mentions = arena_grow(&all->arena, node->mentions, node->nmentions,
                                &node->mentions_size, sizeof *node->mentions);
    node->mentions[node->nmentions++] = (struct mention){mentioned, strong};
}

static void
add_mentions(struct dependencies *all, struct node *node, const char *name,
             bool strong)
{
    for (size_t i = find_name(all, name); i < all->count; i++) {
        const struct node *found = &all->nodes[all->by_name[i]];

        if (strcasecmp(found->name, name) != 0)
            return;
        if (found != node)
            add_mention(all, node, all->by_name[i], strong);
    }
}

/* What a text in quotes says is not looked into: a function's body. */
static void
read_mentions(struct dependencies *all, struct node *node,
              const struct object *object, const char *text)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct tokens tokens = {.at = text,
                            .postgres = object->language == LANGUAGE_POSTGRES};
    struct token token;
    bool strong = false;
    bool before = false; /* STRONG before the last name */

    while (text != NULL && token_next(&tokens, &token)) {
        if (token_is(&token, "from") || token_is(&token, "join")) {
            strong = true;
        } else if (token.kind == TOKEN_WORD || token.kind == TOKEN_NAME) {
            add_mentions(all, node, token_name(&arena, &token), strong);
            before = strong;
            strong = false;
        } else if (token_is(&token, ".")) {
            strong = before;
        } else if (!token_is(&token, "(")) {
            strong = false;
        }
    }
}

static bool
is_sql(enum attribute attribute)
{
    switch (attribute) {
    case ATTRIBUTE_COMMENT:
    case ATTRIBUTE_LABELS:
    case ATTRIBUTE_REFERENCES:
    case ATTRIBUTE_WHAT:
        return false;
    default:
        return attribute_specs[attribute].form != FORM_FLAG;
    }
}

static void
read_object(struct dependencies *all, struct node *node,
            const struct object *object)
{
    if (object->kind == OBJECT_TRIGGER)
        return; /* they come last */
    for (unsigned i = 0; i < ATTRIBUTES; i++)
        if (is_sql(i))
            read_mentions(all, node, object, object->text[i]);
    for (size_t i = 0; i < object->nparts; i++) {
        read_mentions(all, node, object, object->parts[i].expression);
        read_mentions(all, node, object, object->parts[i].operator_class);
        read_mentions(all, node, object, object->parts[i].collation);
    }
    for (size_t i = 0; i < object->nchildren; i++)
        read_object(all, node, object->children[i]);
}

static const struct mention *
find_mention(const struct node *node, size_t other)
{
    for (size_t i = 0; i < node->nmentions; i++)
        if (node->mentions[i].node == other)
            return &node->mentions[i];
    return NULL;
}

static bool
is_relation(const struct node *node)
{
    return node->object->kind == OBJECT_TABLE ||
           node->object->kind == OBJECT_VIEW;
}

/* ----------------------------------------------------------------- phases */

static enum phase
phase_of(const struct dependencies *all, const struct node *node)
{
    switch (node->object->kind) {
    case OBJECT_ENUM:
        return PHASE_ENUMS;
    case OBJECT_SEQUENCE:
        return PHASE_SEQUENCES;
    case OBJECT_TABLE:
        return PHASE_TABLES;
    case OBJECT_VIEW:
        return PHASE_VIEWS;
    default:
        break;
    }
    if (is_what(node->object, "schema"))
        return PHASE_SCHEMAS;
    if (is_what(node->object, "extension"))
        return PHASE_EXTENSIONS;
    if (is_any(node->object, remarks))
        return PHASE_REMARKS;
    if (!is_any(node->object, needed) && !is_any(node->object, implied))
        return PHASE_ABOUT;
    for (size_t i = 0; i < node->nmentions; i++)
        if (is_relation(&all->nodes[node->mentions[i].node]))
            return PHASE_DEPENDENT;
    return PHASE_OTHERS;
}

void
dependencies_read(struct dependencies *all, const struct schema *schema)
{
    all->count = schema->nobjects;
    all->nodes = arena_array(&all->arena, all->count + 1, sizeof *all->nodes);
    for (size_t i = 0; i < all->count; i++) {
        all->nodes[i].object = schema->objects[i];
        all->nodes[i].name = called(&all->arena, schema->objects[i]);
    }
    sort_names(all);
    for (size_t i = 0; i < all->count; i++)
        read_object(all, &all->nodes[i], all->nodes[i].object);
    for (size_t i = 0; i < all->count; i++)
        all->nodes[i].phase = phase_of(all, &all->nodes[i]);
}

/*
 * A table needs no view and, but for its parents, no other table by mere
 * mention: it is a column that is called so.  Of two that mention each other
 * one has a column that is called as the other is; a type, though, needs its
 * functions, for which an empty shell of it is enough.
 */
bool
dependency_holds(const struct dependencies *all, const struct node *node,
                 const struct mention *mention)
{
    const struct node *other = &all->nodes[mention->node];
    const struct mention *back =
        find_mention(other, (size_t)(node - all->nodes));
    const struct object *object = node->object;

    if (object->kind == OBJECT_TABLE && other->object->kind == OBJECT_TABLE)
        return object->text[ATTRIBUTE_PARTITION_OF] != NULL ||
               object->text[ATTRIBUTE_INHERITS] != NULL;
    if (object->kind == OBJECT_TABLE && other->object->kind == OBJECT_VIEW)
        return false;
    return back == NULL || is_what(object, "type") ||
           (mention->strong && !back->strong &&
            !is_what(other->object, "type"));
}
