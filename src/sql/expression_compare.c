/*
 * Comparisons, and what is false where they are true.
 */
#include <string.h>

#include "sql/expression_build.h"

static enum expression_kind
flipped(enum expression_kind kind)
{
    switch (kind) {
    case EXPRESSION_LESS:
        return EXPRESSION_GREATER;
    case EXPRESSION_LESS_EQUAL:
        return EXPRESSION_GREATER_EQUAL;
    case EXPRESSION_GREATER:
        return EXPRESSION_LESS;
    case EXPRESSION_GREATER_EQUAL:
        return EXPRESSION_LESS_EQUAL;
    default:
        return kind;
    }
}

/* The comparison that is true where KIND is false, or KIND itself. */
static enum expression_kind
opposite(enum expression_kind kind)
{
    switch (kind) {
    case EXPRESSION_EQUAL:
        return EXPRESSION_NOT_EQUAL;
    case EXPRESSION_NOT_EQUAL:
        return EXPRESSION_EQUAL;
    case EXPRESSION_LESS:
        return EXPRESSION_GREATER_EQUAL;
    case EXPRESSION_LESS_EQUAL:
        return EXPRESSION_GREATER;
    case EXPRESSION_GREATER:
        return EXPRESSION_LESS_EQUAL;
    case EXPRESSION_GREATER_EQUAL:
        return EXPRESSION_LESS;
    default:
        return kind;
    }
}

static bool
is_order(enum expression_kind kind)
{
    return kind != EXPRESSION_EQUAL && kind != EXPRESSION_NOT_EQUAL &&
           kind != EXPRESSION_SAME;
}

/* SQLite's words for a JSON value are PostgreSQL's, where they can be. */
static struct expression *
compare_json_type(const struct builder *builder, enum expression_kind kind,
                  struct expression *left, struct expression *right)
{
    struct expression *args[] = {left, right};
    const struct expression_list list = {args, 2, 2};
    struct expression *in = NULL;

    if (kind == EXPRESSION_EQUAL || kind == EXPRESSION_NOT_EQUAL)
        in = build_json_type_in(builder, &list);
    return in != NULL && kind == EXPRESSION_NOT_EQUAL ? build_not(builder, in)
                                                      : in;
}

static struct expression *
build_same(const struct builder *builder, struct expression *left,
           struct expression *right)
{
    if (right->kind == EXPRESSION_NULL)
        return build_is(builder, EXPRESSION_IS_NULL, left);
    if (right->kind == EXPRESSION_BOOLEAN)
        return build_is(builder,
                        strcmp(right->text, "true") == 0 ? EXPRESSION_IS_TRUE
                                                         : EXPRESSION_IS_FALSE,
                        left);
    return build_sound(
        builder,
        expression_binary(builder->arena, EXPRESSION_SAME, left, right));
}

/*
 * On SQLite any number is less than a text.  So while no number is equal to
 * 'Infinity' there, none is greater than '-Infinity', either.
 */
static struct expression *
compared(const struct builder *builder, enum expression_kind kind,
         struct expression *left, struct expression *right)
{
    struct expression *node =
        expression_binary(builder->arena, kind, left, right);

    if (!is_order(kind) || !is_number_in_words(right))
        return node;
    return expression_own(builder->arena, builder_engine(builder), kind,
                          node->text, node->args, node->nargs);
}

struct expression *
build_compare(const struct builder *builder, enum expression_kind kind,
              struct expression *left, struct expression *right)
{
    struct expression *json;
    bool texts;

    if (left == NULL || right == NULL)
        return NULL;
    if (is_literal(left) && !is_literal(right))
        return build_compare(builder, flipped(kind), right, left);
    texts = !is_literal(left);
    left = build_settled(builder, left, texts);
    right = build_settled(builder, right, texts);
    if (left == NULL || right == NULL)
        return NULL;
    if (kind == EXPRESSION_SAME)
        return build_same(builder, left, right);
    json = compare_json_type(builder, kind, left, right);
    return json ? json
                : build_sound(builder, compared(builder, kind, left, right));
}

static bool
has_column(const struct expression *node)
{
    if (node->kind == EXPRESSION_COLUMN)
        return true;
    for (size_t i = 0; i < node->nargs; i++)
        if (has_column(node->args[i]))
            return true;
    return false;
}

/* What LIST begins with, in those of the others that are the same in any row.
 */
static struct expression *
in_constants(const struct builder *builder, const struct expression_list *list)
{
    struct expression_list args = {0};
    bool texts = !is_literal(list->items[0]);

    for (size_t i = 0; i < list->count; i++)
        if (i == 0 || !has_column(list->items[i]))
            expression_add(builder->arena, &args,
                           build_settled(builder, list->items[i], texts));
    if (args.count < 3)
        return NULL;
    return build_sound(builder, expression_node(builder->arena, EXPRESSION_IN,
                                                "", args.items, args.count));
}

static struct expression *
negate_if(const struct builder *builder, struct expression *node, bool negated)
{
    return negated ? build_not(builder, node) : node;
}

/*
 * As PostgreSQL does it: x in (1, 2, y) is x in (1, 2) or x = y.  A single
 * constant is compared by itself.
 */
struct expression *
build_in(const struct builder *builder, const struct expression_list *list,
         bool negated)
{
    struct expression_list terms = {0};
    struct expression *constants;
    struct expression *json;

    for (size_t i = 0; i < list->count; i++)
        if (list->items[i] == NULL)
            return NULL;
    json = build_json_type_in(builder, list);
    if (json != NULL)
        return negate_if(builder, json, negated);
    constants = in_constants(builder, list);
    if (constants != NULL)
        expression_add(builder->arena, &terms,
                       negate_if(builder, constants, negated));
    for (size_t i = 1; i < list->count; i++)
        if (constants == NULL || has_column(list->items[i]))
            expression_add(
                builder->arena, &terms,
                negate_if(builder,
                          build_compare(builder, EXPRESSION_EQUAL,
                                        list->items[0], list->items[i]),
                          negated));
    if (terms.count < 2)
        return terms.count ? terms.items[0] : NULL;
    return build_logic(builder, negated ? EXPRESSION_AND : EXPRESSION_OR,
                       &terms);
}

struct expression *
build_between(const struct builder *builder, struct expression *value,
              struct expression *low, struct expression *high, bool negated)
{
    struct expression *args[] = {
        build_compare(builder,
                      negated ? EXPRESSION_LESS : EXPRESSION_GREATER_EQUAL,
                      value, low),
        build_compare(builder,
                      negated ? EXPRESSION_GREATER : EXPRESSION_LESS_EQUAL,
                      value, high)};
    const struct expression_list list = {args, 2, 2};

    return build_logic(builder, negated ? EXPRESSION_OR : EXPRESSION_AND,
                       &list);
}

struct expression *
build_is(const struct builder *builder, enum expression_kind kind,
         struct expression *arg)
{
    if (arg == NULL)
        return NULL;
    if (kind == EXPRESSION_IS_NULL)
        arg = json_type_of(builder, arg);
    return expression_unary(builder->arena, kind, "", arg);
}

/* Not only false and true: what is NULL stays NULL. */
struct expression *
build_not(const struct builder *builder, struct expression *arg)
{
    if (arg == NULL)
        return NULL;
    if (opposite(arg->kind) != arg->kind)
        return expression_own(builder->arena, arg->only, opposite(arg->kind),
                              arg->text, arg->args, arg->nargs);
    if (arg->kind == EXPRESSION_NOT && expression_is_predicate(arg->args[0]))
        return arg->args[0];
    return expression_unary(builder->arena, EXPRESSION_NOT, "", arg);
}
