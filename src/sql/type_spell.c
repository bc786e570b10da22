/*
 * The words, arguments and dimensions that a type is written with.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "db/token.h"
#include "sql/type_table.h"

static void
add_lower(struct buf *buf, const struct token *token)
{
    if (buf->len > 0)
        buf_char(buf, ' ');
    for (size_t i = 0; i < token->len; i++)
        buf_char(buf, (char)tolower((unsigned char)token->text[i]));
}

/* "-2" in numeric(10,-2) is two tokens; more digits than 8 are not meant. */
static bool
read_number(struct tokens *tokens, struct token *token, int *out)
{
    bool negative = token_is(token, "-");

    if (negative && !token_next(tokens, token))
        return false;
    if (token->kind != TOKEN_NUMBER || token->len > 8 ||
        strspn(token->text, "0123456789") < token->len)
        return false;
    *out = (int)strtol(token->text, NULL, 10);
    if (negative)
        *out = -*out;
    return true;
}

/* Behind the opening parenthesis, up to the closing one. */
static bool
read_arguments(struct tokens *tokens, struct type_arguments *out)
{
    struct token token;

    if (out->count > 0)
        return false;
    while (out->count < 2 && token_next(tokens, &token)) {
        if (!read_number(tokens, &token, &out->value[out->count++]) ||
            !token_next(tokens, &token))
            return false;
        if (token_is(&token, ")"))
            return true;
        if (!token_is(&token, ","))
            return false;
    }
    return false;
}

/* Behind the opening bracket: PostgreSQL takes a size and forgets it. */
static bool
read_dimension(struct tokens *tokens)
{
    struct token token;

    return token_next(tokens, &token) &&
           (token.kind != TOKEN_NUMBER || token_next(tokens, &token)) &&
           token_is(&token, "]");
}

static bool
read_part(struct tokens *tokens, const struct token *token, struct buf *words,
          struct type_spelling *out)
{
    if (token_is(token, "("))
        return words->len > 0 && read_arguments(tokens, &out->arguments);
    if (tokens->postgres && token_is(token, "[")) {
        out->dimensions++;
        return words->len > 0 && read_dimension(tokens);
    }
    if (token->kind != TOKEN_WORD || out->dimensions > 0)
        return false;
    if (tokens->postgres && token_is(token, "array"))
        out->dimensions++;
    else
        add_lower(words, token);
    return true;
}

struct type_spelling
type_spell(struct arena *arena, enum sql_language language, const char *text)
{
    SCOPED(buf_release) struct buf words = {0};
    struct type_spelling out = {0};
    struct tokens tokens = {.at = text,
                            .postgres = language == LANGUAGE_POSTGRES};
    struct token token;

    while (!out.odd && token_next(&tokens, &token)) {
        if (token_is(&token, ".") &&
            strcmp(buf_data(&words), "pg_catalog") == 0)
            buf_clear(&words);
        else
            out.odd = !read_part(&tokens, &token, &words, &out);
    }
    out.words = arena_text(arena, buf_data(&words));
    return out;
}

bool
type_is_among(const char *list, const char *word)
{
    size_t len = strlen(word);

    for (const char *at = list; *at != '\0'; at += *at == '|') {
        size_t part = strcspn(at, "|");

        if (part == len && strncmp(at, word, len) == 0)
            return true;
        at += part;
    }
    return false;
}
