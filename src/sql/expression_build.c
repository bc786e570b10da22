#include "sql/expression_build.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "sql/expression_pattern.h"

enum expression_engine
builder_engine(const struct builder *builder)
{
    return builder->language == LANGUAGE_POSTGRES ? ENGINE_POSTGRES
                                                  : ENGINE_SQLITE;
}

/* ---------------------------------------------------------------- settling */

static bool
is_arithmetic(const struct expression *node)
{
    return node->kind == EXPRESSION_ADD || node->kind == EXPRESSION_SUBTRACT ||
           node->kind == EXPRESSION_MULTIPLY ||
           node->kind == EXPRESSION_NEGATIVE;
}

/* The value of ARG, or what is made of it, is that of NODE. */
static bool
passes_on(const struct expression *node, size_t arg)
{
    switch (node->kind) {
    case EXPRESSION_CALL:
        return strcmp(node->text, "coalesce") == 0 ||
               (arg == 0 && (strcmp(node->text, "nullif") == 0 ||
                             strcmp(node->text, "abs") == 0 ||
                             strcmp(node->text, "round") == 0));
    case EXPRESSION_CASE:
        return arg % 2 == 1 || arg == node->nargs - 1;
    case EXPRESSION_CASE_OF:
        return arg > 0 && (arg % 2 == 0 || arg == node->nargs - 1);
    default:
        return is_arithmetic(node);
    }
}

static struct expression *
settle_leaf(const struct builder *builder, struct expression *node, bool texts)
{
    size_t len;

    if (is_typed_text(node))
        return texts ? node->args[0] : node;
    if (node->kind != EXPRESSION_NUMBER)
        return node;
    len = strlen(node->text);
    if (len < 3 || strcmp(node->text + len - 2, ".0") != 0)
        return node;
    return expression_leaf(builder->arena, EXPRESSION_NUMBER,
                           arena_copy(builder->arena, node->text, len - 2));
}

struct expression *
build_settled(const struct builder *builder, struct expression *node,
              bool texts)
{
    struct expression **args;
    bool changed = false;

    if (node == NULL)
        return NULL;
    if (node->nargs == 0 || is_typed_text(node))
        return settle_leaf(builder, node, texts);
    args = arena_array(builder->arena, node->nargs, sizeof *args);
    for (size_t i = 0; i < node->nargs; i++) {
        args[i] = passes_on(node, i)
                      ? build_settled(builder, node->args[i],
                                      texts && !is_arithmetic(node))
                      : node->args[i];
        changed |= args[i] != node->args[i];
    }
    return changed ? expression_with(builder->arena, node, args) : node;
}

struct expression *
build_root(const struct builder *builder, struct expression *arg)
{
    return build_settled(builder, arg, true);
}

/* ------------------------------------------------------------------- logic */

/* Operands that are of the same kind give theirs: (a and b) and c. */
static void
flatten(const struct builder *builder, enum expression_kind kind,
        const struct expression_list *list, struct expression_list *out)
{
    for (size_t i = 0; i < list->count; i++) {
        struct expression *item = list->items[i];

        if (item == NULL || item->kind != kind) {
            expression_add(builder->arena, out, item);
            continue;
        }
        for (size_t j = 0; j < item->nargs; j++)
            expression_add(builder->arena, out, item->args[j]);
    }
}

struct expression *
build_logic(const struct builder *builder, enum expression_kind kind,
            const struct expression_list *list)
{
    struct expression_list flat = {0};

    flatten(builder, kind, list, &flat);
    if (kind == EXPRESSION_AND && builder->language == LANGUAGE_SQLITE)
        json_cast_numbers(builder, &flat);
    return expression_node(builder->arena, kind, "", flat.items, flat.count);
}

struct expression *
build_case(const struct builder *builder, struct expression *operand,
           const struct expression_list *list)
{
    struct expression_list args = {0};
    size_t count = list->count;

    if (operand != NULL)
        expression_add(builder->arena, &args, operand);
    /* ELSE NULL is what there is without an ELSE. */
    if (count % 2 == 1 && list->items[count - 1] != NULL &&
        list->items[count - 1]->kind == EXPRESSION_NULL)
        count--;
    for (size_t i = 0; i < count; i++)
        expression_add(builder->arena, &args, list->items[i]);
    return expression_node(builder->arena,
                           operand ? EXPRESSION_CASE_OF : EXPRESSION_CASE, "",
                           args.items, args.count);
}

/* -------------------------------------------------------------- operations */

/* Literals that stand side by side are one. */
static void
join_texts(const struct builder *builder, struct expression_list *list)
{
    SCOPED(buf_release) struct buf buf = {0};
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++) {
        struct expression *item = list->items[i];
        struct expression *last = kept > 0 ? list->items[kept - 1] : NULL;

        if (item == NULL || last == NULL || item->kind != EXPRESSION_TEXT ||
            last->kind != EXPRESSION_TEXT) {
            list->items[kept++] = item;
            continue;
        }
        buf_clear(&buf);
        buf_text(&buf, last->text);
        buf_text(&buf, item->text);
        list->items[kept - 1] =
            expression_leaf(builder->arena, EXPRESSION_TEXT,
                            arena_text(builder->arena, buf_data(&buf)));
    }
    list->count = kept;
}

struct expression *
build_concat(const struct builder *builder, const struct expression_list *list)
{
    struct expression_list flat = {0};

    flatten(builder, EXPRESSION_CONCAT, list, &flat);
    join_texts(builder, &flat);
    if (flat.count == 1)
        return flat.items[0];
    return clock_of_concat(builder,
                           expression_node(builder->arena, EXPRESSION_CONCAT,
                                           "", flat.items, flat.count));
}

struct expression *
build_negative(const struct builder *builder, struct expression *arg)
{
    if (arg == NULL || arg->kind == EXPRESSION_BOOLEAN)
        return NULL;
    if (arg->kind != EXPRESSION_NUMBER)
        return expression_unary(builder->arena, EXPRESSION_NEGATIVE, "", arg);
    return build_number(builder,
                        *arg->text == '-'
                            ? arg->text + 1
                            : arena_printf(builder->arena, "-%s", arg->text));
}

struct expression *
build_operator(const struct builder *builder, const char *operation,
               struct expression *left, struct expression *right)
{
    struct expression **args = arena_array(builder->arena, 2, sizeof *args);

    if (left == NULL || right == NULL)
        return NULL;
    /* m @> '{}': what there is besides texts and numbers has one type only. */
    if (is_typed_text(right) && !is_literal(left) &&
        strpbrk(operation, "+-*/^~") == NULL &&
        !isalpha((unsigned char)*operation))
        right = right->args[0];
    args[0] = left;
    args[1] = right;
    return expression_own(builder->arena, builder_engine(builder),
                          EXPRESSION_OPERATOR, operation, args, 2);
}

struct expression *
build_prefix(const struct builder *builder, const char *operation,
             struct expression *arg)
{
    struct expression **args = arena_array(builder->arena, 1, sizeof *args);

    args[0] = arg;
    return expression_own(builder->arena, builder_engine(builder),
                          EXPRESSION_PREFIX, operation, args, 1);
}

/* The database's own order is what PostgreSQL has without the clause. */
struct expression *
build_collate(const struct builder *builder, struct expression *arg,
              const char *name)
{
    bool postgres = builder->language == LANGUAGE_POSTGRES;
    struct expression **args;

    if (postgres && strcmp(name, "default") == 0)
        return arg;
    if (strcmp(name, postgres ? "C" : "binary") == 0)
        return expression_unary(builder->arena, EXPRESSION_COLLATE, "binary",
                                arg);
    args = arena_array(builder->arena, 1, sizeof *args);
    args[0] = arg;
    return expression_own(builder->arena, builder_engine(builder),
                          EXPRESSION_COLLATE, name, args, 1);
}

/* ---------------------------------------------------------------- patterns */

static struct expression *
make_match(const struct builder *builder, enum expression_kind kind,
           struct expression *value, const char *pattern)
{
    return expression_unary(builder->arena, kind, pattern, value);
}

/* One of ASCII's letters is folded by both, others by PostgreSQL alone. */
static struct expression *
make_caseless(const struct builder *builder, struct expression *value,
              const char *pattern)
{
    char *lower;

    if (pattern_has_no_case(pattern))
        return make_match(builder, EXPRESSION_MATCH, value, pattern);
    if (!pattern_is_ascii(pattern))
        return NULL;
    lower = arena_text(builder->arena, pattern);
    for (char *at = lower; *at != '\0'; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    return make_match(builder, EXPRESSION_MATCH_CASELESS, value, lower);
}

static bool
is_call(const struct expression *node, const char *name, size_t nargs)
{
    return node->kind == EXPRESSION_CALL && node->nargs == nargs &&
           strcmp(node->text, name) == 0;
}

/* The character that ESCAPE names; false if that is not one byte. */
static bool
read_escape(const struct builder *builder, const struct expression *escape,
            char *out)
{
    *out = builder->language == LANGUAGE_POSTGRES ? '\\' : '\0';
    if (escape == NULL)
        return true;
    if (escape->kind != EXPRESSION_TEXT || strlen(escape->text) > 1 ||
        (unsigned char)*escape->text >= 0x80)
        return false;
    *out = *escape->text;
    return *out != '\0' || builder->language == LANGUAGE_POSTGRES;
}

/* The node, or NULL where the pattern can't be said exactly. */
static struct expression *
exact_match(const struct builder *builder, const char *operation,
            struct expression *value, const char *text, char escape)
{
    struct arena *arena = builder->arena;
    bool caseless = strcmp(operation, "ilike") == 0 ||
                    (strcmp(operation, "like") == 0 &&
                     builder->language == LANGUAGE_SQLITE);
    const char *pattern;

    if (strcmp(operation, "glob") == 0)
        pattern = pattern_from_glob(arena, text);
    else if (strcmp(operation, "~") == 0)
        pattern = pattern_from_regex(arena, text);
    else if (strcmp(operation, "~*") == 0)
        pattern = NULL;
    else
        pattern = pattern_from_like(arena, text, escape);
    if (pattern == NULL)
        return NULL;
    return caseless ? make_caseless(builder, value, pattern)
                    : make_match(builder, EXPRESSION_MATCH, value, pattern);
}

struct expression *
build_match(const struct builder *builder, const char *operation,
            struct expression *value, struct expression *pattern,
            struct expression *escape)
{
    struct expression *match = NULL;
    char character;

    if (value == NULL || pattern == NULL)
        return NULL;
    /* So PostgreSQL's catalog prints ESCAPE. */
    if (escape == NULL && is_call(pattern, "like_escape", 2)) {
        escape = pattern->args[1];
        pattern = pattern->args[0];
    }
    if (!read_escape(builder, escape, &character))
        return NULL;
    if (pattern->kind == EXPRESSION_TEXT)
        match =
            exact_match(builder, operation, value, pattern->text, character);
    if (match != NULL || escape != NULL)
        return match;
    return build_operator(builder, operation, value, pattern);
}
