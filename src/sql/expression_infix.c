/*
 * What may come behind an operand.
 */
#include <string.h>

#include "sql/expression_reader.h"

/* ------------------------------------------------------- what comes behind */

static struct expression *
read_binary(struct reader *reader, struct expression *left,
            const struct infix *infix)
{
    struct expression *right;

    reader_advance(reader);
    right = read_expression(reader, infix->power + 1U);
    return expression_binary(reader->builder.arena, infix->kind, left, right);
}

static struct expression *
read_own(struct reader *reader, struct expression *left,
         const struct infix *infix)
{
    const char *text = infix->text;

    if (text == NULL)
        text = arena_copy(reader->builder.arena, reader->token.text,
                          reader->token.len);
    reader_advance(reader);
    return build_operator(&reader->builder, text, left,
                          read_expression(reader, infix->power + 1U));
}

/* and, or and || take all operands at once: there may be thousands. */
static void
read_chain(struct reader *reader, struct expression *left,
           const struct infix *infix, struct expression_list *list)
{
    expression_add(reader->builder.arena, list, left);
    while (reader_accept(reader, infix->spelling))
        expression_add(reader->builder.arena, list,
                       read_expression(reader, infix->power + 1U));
}

static struct expression *
read_logic(struct reader *reader, struct expression *left,
           const struct infix *infix)
{
    struct expression_list list = {0};

    read_chain(reader, left, infix, &list);
    return build_logic(&reader->builder, infix->kind, &list);
}

static struct expression *
read_concat(struct reader *reader, struct expression *left,
            const struct infix *infix)
{
    struct expression_list list = {0};

    read_chain(reader, left, infix, &list);
    return build_concat(&reader->builder, &list);
}

/* = any (array[...]) is IN, <> all (array[...]) its opposite. */
static struct expression *
read_any(struct reader *reader, struct expression *left,
         const struct infix *infix)
{
    struct arena *arena = reader->builder.arena;
    bool all = reader_is(reader, "all");
    struct expression_list list = {0};
    struct expression *array;

    reader_advance(reader);
    array = read_expression(reader, POSTGRES_SIGN);
    if (array == NULL || array->kind != EXPRESSION_ARRAY ||
        infix->kind != (all ? EXPRESSION_NOT_EQUAL : EXPRESSION_EQUAL))
        return NULL;
    expression_add(arena, &list, left);
    for (size_t i = 0; i < array->nargs; i++)
        expression_add(arena, &list, array->args[i]);
    return build_in(&reader->builder, &list, all);
}

static struct expression *
read_comparison(struct reader *reader, struct expression *left,
                const struct infix *infix)
{
    reader_advance(reader);
    if (reader_is_postgres(reader) &&
        (reader_is(reader, "any") || reader_is(reader, "some") ||
         reader_is(reader, "all")))
        return read_any(reader, left, infix);
    return build_compare(&reader->builder, infix->kind, left,
                         read_expression(reader, infix->power + 1U));
}

static struct expression *
read_in(struct reader *reader, struct expression *left,
        const struct infix *infix)
{
    struct expression_list list = {0};

    reader_advance(reader);
    expression_add(reader->builder.arena, &list, left);
    if (!reader_accept(reader, "(") || !read_list(reader, &list, ")"))
        return NULL;
    return build_in(&reader->builder, &list, infix->negated);
}

static struct expression *
read_between(struct reader *reader, struct expression *left,
             const struct infix *infix)
{
    struct expression *low;
    struct expression *high;

    reader_advance(reader);
    low = read_expression(reader, infix->power + 1U);
    if (!reader_accept(reader, "and"))
        return NULL;
    high = read_expression(reader, infix->power + 1U);
    return build_between(&reader->builder, left, low, high, infix->negated);
}

static struct expression *
read_match(struct reader *reader, struct expression *left,
           const struct infix *infix)
{
    struct expression *pattern;
    struct expression *escape = NULL;
    struct expression *match;

    reader_advance(reader);
    pattern = read_expression(reader, infix->power + 1U);
    if (reader_accept(reader, "escape")) {
        escape = read_expression(reader, infix->power + 1U);
        if (escape == NULL)
            return NULL;
    }
    match = build_match(&reader->builder, infix->text, left, pattern, escape);
    return infix->negated ? build_not(&reader->builder, match) : match;
}

static struct expression *
read_null_test(struct reader *reader, struct expression *left,
               const struct infix *infix)
{
    struct expression *test;

    reader_advance(reader);
    test = build_is(&reader->builder, EXPRESSION_IS_NULL, left);
    return infix->negated ? build_not(&reader->builder, test) : test;
}

/* is [not] distinct from x; on SQLite also: is [not] x */
static struct expression *
read_is_same(struct reader *reader, struct expression *left,
             const struct infix *infix, bool negated)
{
    struct expression *same;

    if (reader_accept(reader, "distinct")) {
        negated = !negated;
        if (!reader_accept(reader, "from"))
            return NULL;
    } else if (reader_is_postgres(reader)) {
        return NULL;
    }
    same = build_compare(&reader->builder, EXPRESSION_SAME, left,
                         read_bare(reader, infix->power + 1U));
    return negated ? build_not(&reader->builder, same) : same;
}

static struct expression *
read_is(struct reader *reader, struct expression *left,
        const struct infix *infix)
{
    static const struct {
        const char *word;
        enum expression_kind kind;
    } tests[] = {{"null", EXPRESSION_IS_NULL},
                 {"unknown", EXPRESSION_IS_NULL},
                 {"true", EXPRESSION_IS_TRUE},
                 {"false", EXPRESSION_IS_FALSE}};
    bool negated;

    reader_advance(reader);
    negated = reader_accept(reader, "not");
    for (size_t i = 0; reader_is_postgres(reader) && i < 4; i++) {
        struct expression *test;

        if (!reader_accept(reader, tests[i].word))
            continue;
        test = build_is(&reader->builder, tests[i].kind, left);
        return negated ? build_not(&reader->builder, test) : test;
    }
    return read_is_same(reader, left, infix, negated);
}

static struct expression *
read_collate(struct reader *reader, struct expression *left,
             const struct infix *infix)
{
    const char *name;

    (void)infix;
    reader_advance(reader);
    name = reader_name(reader);
    if (name != NULL && reader_accept(reader, "."))
        name = reader_name(reader);
    if (name == NULL)
        return NULL;
    if (!reader_is_postgres(reader)) {
        struct token token = {.text = name, .len = strlen(name)};

        name = reader_lower(reader, &token);
    }
    return build_collate(&reader->builder, left, name);
}

static struct expression *
read_cast(struct reader *reader, struct expression *left,
          const struct infix *infix)
{
    const char *type;

    (void)infix;
    reader_advance(reader);
    type = read_type(reader);
    return type ? build_cast(&reader->builder, left, type) : NULL;
}

/* at time zone x */
static struct expression *
read_at(struct reader *reader, struct expression *left,
        const struct infix *infix)
{
    struct expression_list list = {0};

    reader_advance(reader);
    if (!reader_accept(reader, "time") || !reader_accept(reader, "zone"))
        return NULL;
    expression_add(reader->builder.arena, &list,
                   read_expression(reader, infix->power + 1U));
    expression_add(reader->builder.arena, &list, left);
    return build_call(&reader->builder, "timezone", &list);
}

static struct expression *
read_json(struct reader *reader, struct expression *left,
          const struct infix *infix)
{
    reader_advance(reader);
    return build_json(&reader->builder, infix->kind, left,
                      read_expression(reader, infix->power + 1U));
}

static struct expression *read_not_behind(struct reader *reader,
                                          struct expression *left,
                                          const struct infix *infix);

/* ------------------------------------------------------------------ tables */

#define COMPARISONS(equal, less)                                           \
    {"=", equal, false, EXPRESSION_EQUAL, NULL, read_comparison},          \
        {"<>", equal, false, EXPRESSION_NOT_EQUAL, NULL, read_comparison}, \
        {"!=", equal, false, EXPRESSION_NOT_EQUAL, NULL, read_comparison}, \
        {"<", less, false, EXPRESSION_LESS, NULL, read_comparison},        \
        {"<=", less, false, EXPRESSION_LESS_EQUAL, NULL, read_comparison}, \
        {">", less, false, EXPRESSION_GREATER, NULL, read_comparison},     \
    {                                                                      \
        ">=", less, false, EXPRESSION_GREATER_EQUAL, NULL, read_comparison \
    }

#define ARITHMETIC(sum, product)                                       \
    {"+", sum, false, EXPRESSION_ADD, NULL, read_binary},              \
        {"-", sum, false, EXPRESSION_SUBTRACT, NULL, read_binary},     \
        {"*", product, false, EXPRESSION_MULTIPLY, NULL, read_binary}, \
        {"/", product, false, EXPRESSION_DIVIDE, NULL, read_binary},   \
    {                                                                  \
        "%", product, false, EXPRESSION_REMAINDER, NULL, read_binary   \
    }

static const struct infix on_postgres[] = {
    {"or", 1, false, EXPRESSION_OR, NULL, read_logic},
    {"and", 2, false, EXPRESSION_AND, NULL, read_logic},
    {"is", 4, false, EXPRESSION_SAME, NULL, read_is},
    {"isnull", 4, false, EXPRESSION_IS_NULL, NULL, read_null_test},
    {"notnull", 4, true, EXPRESSION_IS_NULL, NULL, read_null_test},
    COMPARISONS(5, 5),
    {"between", 6, false, EXPRESSION_AND, NULL, read_between},
    {"in", 6, false, EXPRESSION_IN, NULL, read_in},
    {"like", 6, false, EXPRESSION_MATCH, "like", read_match},
    {"ilike", 6, false, EXPRESSION_MATCH, "ilike", read_match},
    {"not", 6, false, EXPRESSION_NOT, NULL, read_not_behind},
    {"~~", 7, false, EXPRESSION_MATCH, "like", read_match},
    {"!~~", 7, true, EXPRESSION_MATCH, "like", read_match},
    {"~~*", 7, false, EXPRESSION_MATCH, "ilike", read_match},
    {"!~~*", 7, true, EXPRESSION_MATCH, "ilike", read_match},
    {"~", 7, false, EXPRESSION_MATCH, "~", read_match},
    {"!~", 7, true, EXPRESSION_MATCH, "~", read_match},
    {"~*", 7, false, EXPRESSION_MATCH, "~*", read_match},
    {"!~*", 7, true, EXPRESSION_MATCH, "~*", read_match},
    {"||", 7, false, EXPRESSION_CONCAT, NULL, read_concat},
    {"->", 7, false, EXPRESSION_JSON_GET, NULL, read_json},
    {"->>", 7, false, EXPRESSION_JSON_TEXT, NULL, read_json},
    {"&", 7, false, EXPRESSION_BIT_AND, NULL, read_binary},
    {"|", 7, false, EXPRESSION_BIT_OR, NULL, read_binary},
    ARITHMETIC(8, 9),
    {"^", 10, false, EXPRESSION_OPERATOR, "^", read_own},
    {"at", 11, false, EXPRESSION_CALL, NULL, read_at},
    {"collate", 12, false, EXPRESSION_COLLATE, NULL, read_collate},
    {"::", 15, false, EXPRESSION_CAST, NULL, read_cast},
};

static const struct infix any_on_postgres = {
    NULL, POSTGRES_ANY, false, EXPRESSION_OPERATOR, NULL, read_own};

static const struct infix on_sqlite[] = {
    {"or", 1, false, EXPRESSION_OR, NULL, read_logic},
    {"and", 2, false, EXPRESSION_AND, NULL, read_logic},
    {"is", 4, false, EXPRESSION_SAME, NULL, read_is},
    {"isnull", 4, false, EXPRESSION_IS_NULL, NULL, read_null_test},
    {"notnull", 4, true, EXPRESSION_IS_NULL, NULL, read_null_test},
    COMPARISONS(4, 5),
    {"==", 4, false, EXPRESSION_EQUAL, NULL, read_comparison},
    {"between", 4, false, EXPRESSION_AND, NULL, read_between},
    {"in", 4, false, EXPRESSION_IN, NULL, read_in},
    {"like", 4, false, EXPRESSION_MATCH, "like", read_match},
    {"glob", 4, false, EXPRESSION_MATCH, "glob", read_match},
    {"regexp", 4, false, EXPRESSION_OPERATOR, "regexp", read_own},
    {"match", 4, false, EXPRESSION_OPERATOR, "match", read_own},
    {"not", 4, false, EXPRESSION_NOT, NULL, read_not_behind},
    {"&", 7, false, EXPRESSION_BIT_AND, NULL, read_binary},
    {"|", 7, false, EXPRESSION_BIT_OR, NULL, read_binary},
    {"<<", 7, false, EXPRESSION_OPERATOR, "<<", read_own},
    {">>", 7, false, EXPRESSION_OPERATOR, ">>", read_own},
    ARITHMETIC(8, 9),
    {"||", 10, false, EXPRESSION_CONCAT, NULL, read_concat},
    {"->", 10, false, EXPRESSION_JSON_GET, NULL, read_json},
    {"->>", 10, false, EXPRESSION_JSON_TEXT, NULL, read_json},
    {"collate", 11, false, EXPRESSION_COLLATE, NULL, read_collate},
};

const struct infix *
find_infix(const struct reader *reader)
{
    const struct infix *table =
        reader_is_postgres(reader) ? on_postgres : on_sqlite;
    size_t count = reader_is_postgres(reader)
                       ? sizeof on_postgres / sizeof *on_postgres
                       : sizeof on_sqlite / sizeof *on_sqlite;

    for (size_t i = 0; i < count; i++)
        if (reader_is(reader, table[i].spelling))
            return &table[i];
    return reader_is_postgres(reader) && reader_is_operator(reader)
               ? &any_on_postgres
               : NULL;
}

/* x not in (...), x not like y, x not between y and z; on SQLite: x not null */
static struct expression *
read_not_behind(struct reader *reader, struct expression *left,
                const struct infix *infix)
{
    const struct infix *positive;
    struct infix *negative;

    reader_advance(reader);
    if (!reader_is_postgres(reader) && reader_is(reader, "null"))
        return build_not(&reader->builder, read_null_test(reader, left, infix));
    positive = find_infix(reader);
    if (positive == NULL || reader->token.kind != TOKEN_WORD ||
        positive->power != infix->power)
        return NULL;
    if (positive->read == read_own)
        return build_not(&reader->builder, read_own(reader, left, positive));
    if (positive->read != read_in && positive->read != read_between &&
        positive->read != read_match)
        return NULL;
    negative = arena_alloc(reader->builder.arena, sizeof *negative);
    *negative = *positive;
    negative->negated = true;
    return positive->read(reader, left, negative);
}
