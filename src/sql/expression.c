#include "sql/expression.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sql/expression_node.h"

/* ------------------------------------------------------------------ nodes */

/*
 * From which operand on their order does not matter; 0 as well where it does.
 * A JSON_TYPE's text says only which function PostgreSQL's author called.
 */
struct kind_trait {
    bool predicate;
    bool unordered;
    unsigned char first; /* of those without order */
};

static const struct kind_trait traits[EXPRESSION_KINDS] = {
    [EXPRESSION_BOOLEAN] = {.predicate = true},
    [EXPRESSION_AND] = {true, true, 0},
    [EXPRESSION_OR] = {true, true, 0},
    [EXPRESSION_NOT] = {.predicate = true},
    [EXPRESSION_EQUAL] = {true, true, 0},
    [EXPRESSION_NOT_EQUAL] = {true, true, 0},
    [EXPRESSION_LESS] = {.predicate = true},
    [EXPRESSION_LESS_EQUAL] = {.predicate = true},
    [EXPRESSION_GREATER] = {.predicate = true},
    [EXPRESSION_GREATER_EQUAL] = {.predicate = true},
    [EXPRESSION_SAME] = {true, true, 0},
    [EXPRESSION_IS_NULL] = {.predicate = true},
    [EXPRESSION_IS_TRUE] = {.predicate = true},
    [EXPRESSION_IS_FALSE] = {.predicate = true},
    [EXPRESSION_IN] = {true, true, 1},
    [EXPRESSION_MATCH] = {.predicate = true},
    [EXPRESSION_MATCH_CASELESS] = {.predicate = true},
};

bool
expression_is_predicate(const struct expression *node)
{
    return traits[node->kind].predicate;
}

static uint64_t
mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * 0x9E3779B97F4A7C15U;
    return hash ^ hash >> 29;
}

static uint64_t
hash_text(uint64_t hash, const char *text)
{
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001B3U;
    return hash;
}

static const char *
compared_text(const struct expression *node)
{
    return node->kind == EXPRESSION_JSON_TYPE ? "" : node->text;
}

static int
by_hash(const void *one, const void *other)
{
    const struct expression *a = *(struct expression *const *)one;
    const struct expression *b = *(struct expression *const *)other;

    return (a->hash > b->hash) - (a->hash < b->hash);
}

static void
sort_args(struct arena *arena, struct expression *node)
{
    const struct kind_trait *trait = &traits[node->kind];

    node->sorted = node->args;
    if (!trait->unordered)
        return;
    node->sorted = arena_array(arena, node->nargs, sizeof(struct expression *));
    memcpy(node->sorted, node->args, node->nargs * sizeof(struct expression *));
    qsort(node->sorted + trait->first, node->nargs - trait->first,
          sizeof(struct expression *), by_hash);
}

static bool
measure(struct expression *node)
{
    node->depth = 1;
    node->size = 1;
    for (size_t i = 0; i < node->nargs; i++) {
        if (node->args[i] == NULL)
            return false;
        if (node->args[i]->depth >= node->depth)
            node->depth = node->args[i]->depth + 1;
        node->size += node->args[i]->size;
    }
    return node->depth <= EXPRESSION_DEPTH && node->size <= EXPRESSION_SIZE;
}

struct expression *
expression_own(struct arena *arena, enum expression_engine only,
               enum expression_kind kind, const char *text,
               struct expression **args, size_t nargs)
{
    struct expression *node = arena_alloc(arena, sizeof *node);

    node->kind = kind;
    node->only = only;
    node->text = text;
    node->args = args;
    node->nargs = nargs;
    if (!measure(node))
        return NULL;
    sort_args(arena, node);
    node->hash = mix(hash_text(0xCBF29CE484222325U, compared_text(node)),
                     (uint64_t)kind * 4 + only);
    for (size_t i = 0; i < nargs; i++)
        node->hash = mix(node->hash, node->sorted[i]->hash);
    return node;
}

struct expression *
expression_node(struct arena *arena, enum expression_kind kind,
                const char *text, struct expression **args, size_t nargs)
{
    return expression_own(arena, ENGINE_BOTH, kind, text, args, nargs);
}

struct expression *
expression_leaf(struct arena *arena, enum expression_kind kind,
                const char *text)
{
    return expression_node(arena, kind, text, NULL, 0);
}

struct expression *
expression_unary(struct arena *arena, enum expression_kind kind,
                 const char *text, struct expression *arg)
{
    struct expression **args = arena_array(arena, 1, sizeof *args);

    args[0] = arg;
    return expression_node(arena, kind, text, args, 1);
}

struct expression *
expression_binary(struct arena *arena, enum expression_kind kind,
                  struct expression *left, struct expression *right)
{
    struct expression **args = arena_array(arena, 2, sizeof *args);

    args[0] = left;
    args[1] = right;
    return expression_node(arena, kind, "", args, 2);
}

struct expression *
expression_with(struct arena *arena, const struct expression *node,
                struct expression **args)
{
    return expression_own(arena, node->only, node->kind, node->text, args,
                          node->nargs);
}

void
expression_add(struct arena *arena, struct expression_list *list,
               struct expression *item)
{
    list->items = arena_grow(arena, list->items, list->count, &list->size,
                             sizeof *list->items);
    list->items[list->count++] = item;
}

/* --------------------------------------------------------------- the same */

bool
expression_is_same(const struct expression *one, const struct expression *other)
{
    if (one == other)
        return true;
    if (one->hash != other->hash || one->kind != other->kind ||
        one->only != other->only || one->nargs != other->nargs ||
        strcmp(compared_text(one), compared_text(other)) != 0)
        return false;
    for (size_t i = 0; i < one->nargs; i++)
        if (!expression_is_same(one->sorted[i], other->sorted[i]))
            return false;
    return true;
}
