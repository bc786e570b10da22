#include "sql/predicate.h"

#include "db/token.h"

/* Behind the parenthesis that closes the list of columns. */
static bool
skip_columns(struct tokens *tokens)
{
    struct token token;
    int depth = 0;

    while (token_next(tokens, &token)) {
        depth += token_is(&token, "(");
        if (token_is(&token, ")") && --depth == 0)
            return true;
    }
    return false;
}

const char *
index_predicate(struct arena *arena, const char *definition)
{
    struct tokens tokens = {.at = definition};
    struct token token;
    const char *start;
    const char *end;

    if (!skip_columns(&tokens) || !token_next(&tokens, &token) ||
        !token_is(&token, "where"))
        return NULL;
    start = end = tokens.at;
    while (token_next(&tokens, &token))
        end = token.text + token.len;
    return arena_copy(arena, start, (size_t)(end - start));
}
