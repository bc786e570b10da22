/*
 * The tokens of PostgreSQL.
 */
#include <string.h>

#include "db/token_part.h"

/* Before version 16, a vertical tab is no blank. */
static bool
is_postgres_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

const char *
token_skip_postgres_blanks(const char *at)
{
    while (is_postgres_blank(*at))
        at++;
    return at;
}

const char *
token_skip_postgres_comment(const char *at)
{
    return *at == '-' ? at + strcspn(at, "\r\n") : skip_comment(at, true);
}

const char *
token_skip_between_parts(const char *at, bool *newline)
{
    for (*newline = false;
         is_postgres_blank(*at) || (at[0] == '-' && at[1] == '-'); at++) {
        if (*at == '-')
            at += strcspn(at, "\r\n");
        *newline = *newline || *at == '\n' || *at == '\r';
        if (*at == '\0')
            break;
    }
    return at;
}

/* The quote where a text goes on that was closed before AT, or NULL. */
static const char *
find_continuation(const char *at)
{
    bool newline;

    at = token_skip_between_parts(at, &newline);
    return newline && *at == '\'' ? at : NULL;
}

/* AT is the opening quote. */
static const char *
scan_postgres_text(const char *at, bool doubled, bool backslash,
                   struct token *token)
{
    const char *end;

    token->kind = TOKEN_TEXT;
    for (;; token->opened = at) {
        end = skip_quoted(at + 1, '\'', doubled, backslash, token);
        at = find_continuation(end);
        if (at == NULL)
            return end;
    }
}

static const char *
scan_postgres_name(const char *at, struct token *token)
{
    token->kind = TOKEN_NAME;
    return skip_quoted(at + 1, '"', true, false, token);
}

static const char *
scan_postgres_word(const char *at, struct token *token)
{
    if (at[1] == '\'' && is_letter(*at, 'e'))
        return scan_postgres_text(at + 1, true, true, token);
    if (at[1] == '\'' && (is_letter(*at, 'b') || is_letter(*at, 'x')))
        return scan_postgres_text(at + 1, false, false, token);
    if (is_letter(*at, 'u') && at[1] == '&' && at[2] == '\'')
        return scan_postgres_text(at + 2, true, false, token);
    if (is_letter(*at, 'u') && at[1] == '&' && at[2] == '"')
        return scan_postgres_name(at + 2, token);
    token->kind = TOKEN_WORD;
    return skip_name(at);
}

/* The length of $$ or $tag$, or 0. */
static size_t
dollar_quote_len(const char *at)
{
    const char *end = at + 1;

    if (is_name_start(*end))
        while (is_name_start(*end) || is_digit(*end))
            end++;
    return *end == '$' ? (size_t)(end + 1 - at) : 0;
}

static const char *
skip_dollar_quoted(const char *at, size_t quote_len, struct token *token)
{
    const char *end = at + quote_len;

    while ((end = strchr(end, '$')) != NULL) {
        if (strncmp(end, at, quote_len) == 0)
            return end + quote_len;
        end++;
    }
    token->closed = false;
    return at + strlen(at);
}

static const char *
scan_dollar(const char *at, struct token *token)
{
    size_t quote_len = dollar_quote_len(at);

    if (quote_len > 0) {
        token->kind = TOKEN_TEXT;
        return skip_dollar_quoted(at, quote_len, token);
    }
    if (!is_digit(at[1]))
        return at + 1;
    token->kind = TOKEN_PARAMETER;
    while (is_digit(*++at))
        continue;
    return at;
}

/* In `1..9` the first number ends before the dots. */
static const char *
scan_postgres_number(const char *at, struct token *token)
{
    token->kind = TOKEN_NUMBER;
    at = skip_digits(at);
    if (at[0] == '.' && at[1] != '.')
        at = skip_digits(at + 1);
    at = skip_exponent(at);
    return is_name_start(*at) ? skip_name(at) : at;
}

/*
 * The longest run of operator characters that begins no comment.  One that
 * ends in + or - loses that unless it has a character no other language's
 * operators have: `x=-1` is three tokens.  PostgreSQL refuses operators of
 * more than 63 bytes, so that looking no farther changes nothing.
 */
static const char *
skip_postgres_operator(const char *at)
{
    enum { MAX_LEN = 64 };
    bool special = false;
    size_t len = 0;

    for (; len < MAX_LEN && at[len] != '\0'; len++) {
        if (strchr("~!@#%^&|`?", at[len]) != NULL)
            special = true;
        else if (strchr("+-*/<>=", at[len]) == NULL || begins_comment(at + len))
            break;
    }
    while (!special && len > 1 && strchr("+-", at[len - 1]) != NULL)
        len--;
    return at + (len > 0 ? len : 1);
}

static const char *
skip_postgres_symbol(const char *at)
{
    if ((at[0] == ':' && (at[1] == ':' || at[1] == '=')) ||
        (at[0] == '.' && at[1] == '.'))
        return at + 2;
    return skip_postgres_operator(at);
}

const char *
token_scan_postgres(const char *at, struct token *token)
{
    if (is_name_start(*at))
        return scan_postgres_word(at, token);
    if (is_digit(*at) || (*at == '.' && is_digit(at[1])))
        return scan_postgres_number(at, token);
    if (*at == '\'')
        return scan_postgres_text(at, true, false, token);
    if (*at == '"')
        return scan_postgres_name(at, token);
    if (*at == '$')
        return scan_dollar(at, token);
    return skip_postgres_symbol(at);
}
