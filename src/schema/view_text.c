#include "schema/view_text.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "db/token.h"
#include "sql/expression.h"
#include "sql/quote.h"

struct words {
    struct token *items;
    size_t count;
    size_t size;
};

struct query {
    struct arena *arena;
    enum sql_language language;
    struct words words;
    struct buf *out;
};

/* The words between FROM and TO, of which TO is none. */
struct span {
    size_t from;
    size_t to;
};

static const struct token *
word_at(const struct query *query, size_t at)
{
    static const struct token none = {.kind = TOKEN_SYMBOL, .text = ""};

    return at < query->words.count ? &query->words.items[at] : &none;
}

static bool
is_any(const struct token *token, const char *const *words)
{
    for (; *words != NULL; words++)
        if (token_is(token, *words))
            return true;
    return false;
}

static int
depth_change(const struct token *token)
{
    static const char *const opening[] = {"(", "[", "case", NULL};
    static const char *const closing[] = {")", "]", "end", NULL};

    return is_any(token, opening) - is_any(token, closing);
}

/* Where one expression ends and something else begins. */
static bool
is_clause(const struct token *token)
{
    static const char *const clauses[] = {
        "select", "distinct", "from",   "where",  "group",     "having",
        "order",  "by",       "limit",  "offset", "join",      "left",
        "right",  "full",     "inner",  "outer",  "cross",     "natural",
        "on",     "using",    "union",  "except", "intersect", "all",
        "with",   "values",   "window", ",",      NULL};

    return is_any(token, clauses);
}

static bool
is_left_out(const struct token *token)
{
    static const char *const words[] = {"inner", "outer", NULL};

    return is_any(token, words);
}

static void
read_words(struct query *query, const char *text)
{
    struct tokens tokens = {.at = text,
                            .postgres = query->language == LANGUAGE_POSTGRES};
    struct words *words = &query->words;
    struct token token;

    while (token_next(&tokens, &token)) {
        words->items = arena_grow(query->arena, words->items, words->count,
                                  &words->size, sizeof *words->items);
        words->items[words->count++] = token;
    }
    while (words->count > 0 && token_is(&words->items[words->count - 1], ";"))
        words->count--;
}

/* One FROM, one table in it, and no other query. */
static bool
has_one_table(const struct query *query)
{
    static const char *const others[] = {"join",      "union", "except",
                                         "intersect", "with",  NULL};
    size_t selects = 0;
    size_t from = 0;

    for (size_t i = 0; i < query->words.count; i++) {
        if (is_any(word_at(query, i), others))
            return false;
        selects += token_is(word_at(query, i), "select");
        if (token_is(word_at(query, i), "from"))
            from = i;
    }
    if (selects != 1 || from == 0)
        return false;
    for (size_t i = from + 1; !is_clause(word_at(query, i)); i++)
        if (i >= query->words.count)
            return true;
    for (size_t i = from + 1; i < query->words.count; i++) {
        if (token_is(word_at(query, i), ","))
            return false;
        if (is_clause(word_at(query, i)))
            return true;
    }
    return true;
}

static bool
is_name(const struct token *token)
{
    return token->kind == TOKEN_WORD || token->kind == TOKEN_NAME;
}

static bool
is_qualifier(const struct query *query, size_t at)
{
    return is_name(word_at(query, at)) &&
           token_is(word_at(query, at + 1), ".") &&
           is_name(word_at(query, at + 2));
}

/* `t . a` in one word, which is read as the name of a column. */
static struct token
joined_name(const struct query *query, const struct token *qualifier,
            const struct token *name)
{
    struct arena *arena = query->arena;
    const char *text = sql_ident(
        arena, arena_printf(arena, "%s.%s", token_name(arena, qualifier),
                            token_name(arena, name)));

    return (struct token){
        .kind = TOKEN_NAME, .text = text, .len = strlen(text)};
}

/*
 * Take `t .` out of `t . a` where there is but one table; else it is part of
 * the name.
 */
static void
settle_qualifiers(struct query *query)
{
    struct words *words = &query->words;
    bool one_table = has_one_table(query);
    size_t kept = 0;

    for (size_t i = 0; i < words->count; i++) {
        struct token word = words->items[i];

        for (; is_qualifier(query, i); i += 2)
            word = one_table ? words->items[i + 2]
                             : joined_name(query, &word, &words->items[i + 2]);
        words->items[kept++] = word;
    }
    words->count = kept;
}

static const char *
text_of(const struct query *query, struct span span)
{
    SCOPED(buf_release) struct buf text = {0};

    for (size_t i = span.from; i < span.to; i++) {
        const struct token *word = word_at(query, i);

        if (i > span.from)
            buf_char(&text, ' ');
        buf_add(&text, word->text, word->len);
    }
    return arena_copy(query->arena, buf_data(&text), text.len);
}

/* A bare word in lower case, a name without quotes that it does not need. */
static const char *
word_text(const struct query *query, const struct token *token)
{
    char *text = token->kind == TOKEN_NAME
                     ? token_name(query->arena, token)
                     : arena_copy(query->arena, token->text, token->len);

    if (token->kind == TOKEN_TEXT || token->kind == TOKEN_SYMBOL)
        return text;
    for (char *at = text; *at != '\0'; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    return text;
}

static void
add_text(struct query *query, const char *text)
{
    if (query->out->len > 0)
        buf_char(query->out, ' ');
    buf_text(query->out, text);
}

static void
add_words(struct query *query, struct span span)
{
    for (size_t i = span.from; i < span.to; i++)
        if (!token_is(word_at(query, i), "as"))
            add_text(query, word_text(query, word_at(query, i)));
}

/* As it is if it is not understood. */
static void
add_expression(struct query *query, struct span span)
{
    const struct expression *tree;
    const char *text = NULL;

    if (span.from >= span.to)
        return;
    tree = expression_read(query->arena, query->language, text_of(query, span));
    if (tree != NULL)
        text = expression_text(query->arena, LANGUAGE_POSTGRES, tree);
    if (text != NULL)
        add_text(query, text);
    else
        add_words(query, span);
}

/* Behind an operand another name can only be its alias. */
static bool
ends_operand(const struct token *token)
{
    static const char *const closing[] = {")", "]", "end", "*", NULL};
    static const char *const operators[] = {"and", "or",   "not",     "is",
                                            "in",  "like", "between", NULL};

    if (is_any(token, operators))
        return false;
    return token->kind != TOKEN_SYMBOL || is_any(token, closing);
}

static bool
is_direction(const struct token *token)
{
    static const char *const words[] = {"asc",  "desc",  "nulls",
                                        "last", "first", NULL};

    return is_any(token, words);
}

/* `a as b`, `a b`, `a desc`, `a asc`: the expression and what follows it. */
static void
add_item(struct query *query, struct span span)
{
    struct span rest = {span.to, span.to};

    while (rest.from > span.from + 1 &&
           is_direction(word_at(query, rest.from - 1)))
        rest.from--;
    if (rest.from == span.to && span.to > span.from + 1 &&
        is_name(word_at(query, span.to - 1)) &&
        !token_is(word_at(query, span.to - 1), "end") &&
        (token_is(word_at(query, span.to - 2), "as") ||
         ends_operand(word_at(query, span.to - 2))))
        rest.from--;
    span.to = rest.from;
    if (span.to > span.from + 1 && token_is(word_at(query, span.to - 1), "as"))
        span.to--;
    add_expression(query, span);
    for (size_t i = rest.from; i < rest.to; i++)
        if (!token_is(word_at(query, i), "asc"))
            add_text(query, word_text(query, word_at(query, i)));
}

/* The words up to the next clause or comma of the same depth. */
static struct span
next_span(const struct query *query, size_t from)
{
    struct span span = {from, from};
    int depth = 0;

    while (span.to < query->words.count &&
           (depth > 0 || !is_clause(word_at(query, span.to)))) {
        depth += depth_change(word_at(query, span.to));
        span.to++;
    }
    return span;
}

const char *
view_text(struct arena *arena, enum sql_language language, const char *query)
{
    SCOPED(buf_release) struct buf out = {0};
    struct query state = {.arena = arena, .language = language, .out = &out};

    read_words(&state, query);
    settle_qualifiers(&state);
    for (size_t at = 0; at < state.words.count;) {
        struct span span = next_span(&state, at);

        add_item(&state, span);
        at = span.to;
        if (at < state.words.count && !is_left_out(word_at(&state, at)))
            add_text(&state, word_text(&state, word_at(&state, at)));
        at++;
    }
    return arena_copy(arena, buf_data(&out), out.len);
}
