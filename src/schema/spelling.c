#include "schema/spelling.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "db/token.h"
#include "sql/expression.h"

/* In quotes they are names, else values: `"null"` is not `null`. */
static bool
is_value(const struct token *token)
{
    static const char *const values[] = {"null",         "true",
                                         "false",        "current_date",
                                         "current_time", "current_timestamp"};

    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (token_is(token, values[i]))
            return true;
    return false;
}

static bool
is_name(const struct token *token)
{
    return token->kind == TOKEN_NAME ||
           (token->kind == TOKEN_WORD && !is_value(token));
}

/* One of them at least is in quotes. */
static bool
is_same_name(const struct token *one, const struct token *other)
{
    SCOPED(arena_clear) struct arena arena = {0};

    return is_name(one) && is_name(other) &&
           strcasecmp(token_name(&arena, one), token_name(&arena, other)) == 0;
}

static bool
is_same_token(enum sql_language language, const struct token *one,
              const struct token *other)
{
    if (language == LANGUAGE_SQLITE &&
        (one->kind == TOKEN_NAME || other->kind == TOKEN_NAME))
        return is_same_name(one, other);
    if (one->kind != other->kind || one->len != other->len)
        return false;
    if (one->kind == TOKEN_WORD)
        return strncasecmp(one->text, other->text, one->len) == 0;
    return strncmp(one->text, other->text, one->len) == 0;
}

bool
spelling_is_same(enum sql_language language, const char *one, const char *other)
{
    bool postgres = language == LANGUAGE_POSTGRES;
    struct tokens left = {.at = one, .postgres = postgres};
    struct tokens right = {.at = other, .postgres = postgres};
    struct token a;
    struct token b;

    if (one == NULL || other == NULL)
        return one == other;
    for (;;) {
        bool more = token_next(&left, &a);

        if (more != token_next(&right, &b))
            return false;
        if (!more)
            return true;
        if (!is_same_token(language, &a, &b))
            return false;
    }
}

/* What may follow the first word of a type's name. */
static bool
goes_on(const struct token *token)
{
    static const char *const more[] = {"varying", "precision", "with",
                                       "without", "time",      "zone",
                                       "(",       "[",         "."};

    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        if (token_is(token, more[i]))
            return true;
    return false;
}

/* The type behind a `::`, in the words of the catalog. */
static const char *
read_type(struct arena *arena, struct tokens *tokens)
{
    struct tokens ahead = *tokens;
    struct token token;
    const char *type = "";
    bool named = false;
    int depth = 0;

    while (token_next(&ahead, &token)) {
        if (named && depth == 0 && !goes_on(&token))
            break;
        if (token_is(&token, "(") || token_is(&token, "["))
            depth++;
        else if (token_is(&token, ")") || token_is(&token, "]"))
            depth--;
        named = depth == 0 && !token_is(&token, ".");
        type = arena_printf(arena, "%s%.*s ", type, (int)token.len, token.text);
        *tokens = ahead;
    }
    return type;
}

static bool
is_text_type(const char *type)
{
    static const char *const types[] = {"text ", "character varying ",
                                        "text [ ] ", "character varying [ ] "};

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(type, types[i]) == 0)
            return true;
    return false;
}

struct casts {
    const char **types;
    size_t count;
    size_t size;
};

static int
order_types(const void *one, const void *other)
{
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

/* Those that may change a value, in order; of LITERALS, too. */
static void
read_casts(struct arena *arena, enum sql_language language, bool literals,
           const char *text, struct casts *out)
{
    struct tokens tokens = {.at = text,
                            .postgres = language == LANGUAGE_POSTGRES};
    enum token_kind before = TOKEN_SYMBOL;
    struct token token;

    for (; token_next(&tokens, &token); before = token.kind) {
        const char *type;

        if (!token_is(&token, "::"))
            continue;
        type = read_type(arena, &tokens);
        if (is_text_type(type) || (!literals && before == TOKEN_TEXT))
            continue;
        out->types = arena_grow(arena, out->types, out->count, &out->size,
                                sizeof *out->types);
        out->types[out->count++] = type;
    }
    if (out->count > 0)
        qsort(out->types, out->count, sizeof *out->types, order_types);
}

static bool
has_same_casts(struct arena *arena, enum sql_language language, bool literals,
               const char *one, const char *other)
{
    struct casts a = {0};
    struct casts b = {0};

    read_casts(arena, language, literals, one, &a);
    read_casts(arena, language, literals, other, &b);
    if (a.count != b.count)
        return false;
    for (size_t i = 0; i < a.count; i++)
        if (strcmp(a.types[i], b.types[i]) != 0)
            return false;
    return true;
}

static bool
has_same_meaning(struct arena *arena, enum sql_language language,
                 const char *one, const char *other)
{
    const struct expression *a = expression_read(arena, language, one);
    const struct expression *b = expression_read(arena, language, other);

    return a != NULL && b != NULL && expression_is_same(a, b);
}

bool
spelling_differs_in_casts(enum sql_language language, const char *one,
                          const char *other)
{
    SCOPED(arena_clear) struct arena arena = {0};

    return one != NULL && other != NULL &&
           has_same_meaning(&arena, language, one, other);
}

bool
spelling_is_equivalent(enum sql_language language, const char *one,
                       const char *other)
{
    SCOPED(arena_clear) struct arena arena = {0};

    return one != NULL && other != NULL &&
           has_same_casts(&arena, language, true, one, other) &&
           has_same_meaning(&arena, language, one, other);
}

bool
spelling_differs_in_literals(enum sql_language language, const char *one,
                             const char *other)
{
    SCOPED(arena_clear) struct arena arena = {0};

    return one != NULL && other != NULL &&
           has_same_casts(&arena, language, false, one, other) &&
           has_same_meaning(&arena, language, one, other);
}
