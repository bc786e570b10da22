#include "db/token.h"

#include <string.h>
#include <strings.h>

/*
 * The scanning functions take the place where something begins and return the
 * one behind it.  TOKEN is a symbol, and closed, unless they find otherwise.
 */

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool
is_hex_digit(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool
is_letter(char c, char lower_case)
{
    return c == lower_case || c == lower_case - 'a' + 'A';
}

static bool
is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static bool
is_name_part(char c)
{
    return is_name_start(c) || is_digit(c) || c == '$';
}

static const char *
skip_name(const char *at)
{
    while (is_name_part(*at))
        at++;
    return at;
}

static bool
begins_comment(const char *at)
{
    return (at[0] == '-' && at[1] == '-') || (at[0] == '/' && at[1] == '*');
}

/* NULL: it has no end.  PostgreSQL's nest. */
static const char *
skip_comment(const char *at, bool nests)
{
    int depth = 1;

    for (at += 2; *at != '\0' && depth > 0; at++) {
        if (at[0] == '*' && at[1] == '/') {
            depth--;
            at++;
        } else if (nests && at[0] == '/' && at[1] == '*') {
            depth++;
            at++;
        }
    }
    return depth > 0 ? NULL : at;
}

/* AT is behind the opening quote. */
static const char *
skip_quoted(const char *at, char close, bool doubled, bool backslash,
            struct token *token)
{
    for (; *at != '\0'; at++) {
        if ((backslash && *at == '\\' && at[1] != '\0') ||
            (doubled && *at == close && at[1] == close))
            at++;
        else if (*at == close)
            return at + 1;
    }
    token->closed = false;
    return at;
}

/* PostgreSQL 16 and SQLite 3.46 take 1_000; to those before it's junk. */
static const char *
skip_digits(const char *at)
{
    while (is_digit(*at) || (*at == '_' && is_digit(at[1])))
        at++;
    return at;
}

static const char *
skip_exponent(const char *at)
{
    const char *digits = at + 1;

    if (!is_letter(*at, 'e'))
        return at;
    if (*digits == '+' || *digits == '-')
        digits++;
    return is_digit(*digits) ? skip_digits(digits) : at;
}

/* ------------------------------------------------------------ PostgreSQL */

/* Before version 16, a vertical tab is no blank. */
static bool
is_postgres_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static const char *
skip_postgres_blanks(const char *at)
{
    while (is_postgres_blank(*at))
        at++;
    return at;
}

/* AT is where a comment begins.  NULL: it has no end. */
static const char *
skip_postgres_comment(const char *at)
{
    return *at == '-' ? at + strcspn(at, "\r\n") : skip_comment(at, true);
}

/* What may stand between two parts of a text; *NEWLINE: there is one in it. */
static const char *
skip_between_parts(const char *at, bool *newline)
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

    at = skip_between_parts(at, &newline);
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

static const char *
scan_postgres(const char *at, struct token *token)
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

/* ---------------------------------------------------------------- SQLite */

/* A run of blanks may hold vertical tabs, but not begin with one. */
static size_t
sqlite_blank_len(const char *at)
{
    if ((*at > ' ' && (unsigned char)*at < 0x80) || *at == '\v')
        return 0;
    if (strncmp(at, "\xEF\xBB\xBF", 3) == 0)
        return 3;
    return strspn(at, " \t\n\v\f\r");
}

static const char *
skip_sqlite_blanks(const char *at)
{
    for (size_t len; (len = sqlite_blank_len(at)) > 0;)
        at += len;
    return at;
}

/* AT is where a comment begins.  NULL: it has no end. */
static const char *
skip_sqlite_comment(const char *at)
{
    return *at == '-' ? at + strcspn(at, "\n") : skip_comment(at, false);
}

static const char *
scan_sqlite_quoted(const char *at, struct token *token)
{
    char close = *at == '[' ? ']' : *at;

    token->kind = *at == '\'' ? TOKEN_TEXT : TOKEN_NAME;
    return skip_quoted(at + 1, close, close != ']', false, token);
}

static const char *
scan_sqlite_word(const char *at, struct token *token)
{
    if (at[1] == '\'' && is_letter(*at, 'x')) {
        token->kind = TOKEN_TEXT;
        return skip_quoted(at + 2, '\'', false, false, token);
    }
    token->kind = TOKEN_WORD;
    return skip_name(at);
}

static const char *
scan_sqlite_number(const char *at, struct token *token)
{
    token->kind = TOKEN_NUMBER;
    if (*at == '0' && is_letter(at[1], 'x') && is_hex_digit(at[2])) {
        at += 2;
        while (is_hex_digit(*at))
            at++;
        return at;
    }
    at = skip_digits(at);
    if (*at == '.')
        at = skip_digits(at + 1);
    return skip_name(skip_exponent(at));
}

/* Behind the name may stand what Tcl has: $x::y(z). */
static const char *
scan_sqlite_variable(const char *at, struct token *token)
{
    for (at++; is_name_part(*at) || (at[0] == ':' && at[1] == ':'); at++) {
        if (*at == ':')
            at++;
        else
            token->kind = TOKEN_PARAMETER;
    }
    if (*at != '(' || token->kind != TOKEN_PARAMETER)
        return at;
    at += 1 + strcspn(at + 1, ") \t\n\v\f\r");
    token->closed = *at == ')';
    return token->closed ? at + 1 : at;
}

static const char *
scan_sqlite_place(const char *at, struct token *token)
{
    token->kind = TOKEN_PARAMETER;
    while (is_digit(*++at))
        continue;
    return at;
}

static const char *
skip_sqlite_symbol(const char *at)
{
    static const char pairs[][3] = {
        "||", "<=", ">=", "<>", "!=", "==", "<<", ">>", "->"};

    if (strncmp(at, "->>", 3) == 0)
        return at + 3;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (at[0] == pairs[i][0] && at[1] == pairs[i][1])
            return at + 2;
    return at + 1;
}

static const char *
scan_sqlite(const char *at, struct token *token)
{
    if (is_name_start(*at))
        return scan_sqlite_word(at, token);
    if (is_digit(*at) || (*at == '.' && is_digit(at[1])))
        return scan_sqlite_number(at, token);
    switch (*at) {
    case '\'':
    case '"':
    case '`':
    case '[':
        return scan_sqlite_quoted(at, token);
    case '$':
    case '@':
    case '#':
    case ':':
        return scan_sqlite_variable(at, token);
    case '?':
        return scan_sqlite_place(at, token);
    default:
        return skip_sqlite_symbol(at);
    }
}

/* ------------------------------------------------------------------ both */

static const char *
skip_blanks(const struct tokens *tokens, const char *at)
{
    return tokens->postgres ? skip_postgres_blanks(at) : skip_sqlite_blanks(at);
}

static const char *
skip_one_comment(const struct tokens *tokens, const char *at)
{
    return tokens->postgres ? skip_postgres_comment(at)
                            : skip_sqlite_comment(at);
}

/* To the next token, or to a comment that has no end. */
static const char *
skip_to_token(const struct tokens *tokens)
{
    const char *at = tokens->at;
    const char *end;

    while (begins_comment(at = skip_blanks(tokens, at))) {
        end = skip_one_comment(tokens, at);
        if (end == NULL)
            break;
        at = end;
    }
    return at;
}

/*
 * SQLite's runs of blanks can't begin with a vertical tab: one is cut where
 * another blank stands, or not at all.
 */
static const char *
cut_blanks(const char *from, const char *end)
{
    while (end > from && strchr(" \t\n\f\r", end[-1]) == NULL)
        end--;
    return end > from ? end - 1 : from;
}

void
token_skip_blank(struct tokens *tokens)
{
    for (const char *at, *end;; tokens->at = end) {
        at = skip_blanks(tokens, tokens->at);
        if (*at == '\0') {
            tokens->at = cut_blanks(tokens->at, at);
            return;
        }
        tokens->at = at;
        end = begins_comment(at) ? skip_one_comment(tokens, at) : NULL;
        if (end == NULL || *end == '\0')
            return;
    }
}

/* No operator is longer; nothing else is decided by as many characters. */
enum { LOOK_AHEAD = 66 };

static bool
is_postgres_certain(const struct tokens *tokens, const struct token *token,
                    const char *end)
{
    bool newline;

    if (token->kind == TOKEN_TEXT) /* which may go on */
        return end - skip_between_parts(tokens->at, &newline) >= 2;
    /* Before $tag of which the other $ is missing. */
    return !token_is(token, "$") || *skip_name(tokens->at) != '\0';
}

bool
token_is_certain(const struct tokens *tokens, const struct token *token,
                 const char *end)
{
    return end - tokens->at >= LOOK_AHEAD &&
           (!tokens->postgres || is_postgres_certain(tokens, token, end));
}

bool
token_next(struct tokens *tokens, struct token *token)
{
    const char *at = skip_to_token(tokens);

    *token = (struct token){
        .kind = TOKEN_SYMBOL, .text = at, .closed = true, .opened = at};
    /* For SQLite the last two characters begin none. */
    if (begins_comment(at) && (tokens->postgres || at[2] != '\0')) {
        token->closed = false;
        at += strlen(at);
    }
    tokens->at = at;
    if (*at == '\0')
        return false;
    tokens->at =
        tokens->postgres ? scan_postgres(at, token) : scan_sqlite(at, token);
    token->len = (size_t)(tokens->at - at);
    return true;
}

bool
token_is(const struct token *token, const char *word)
{
    /* Most are another word, as their first letter shows. */
    return token->len > 0 && (*token->text | 0x20) == (*word | 0x20) &&
           token->len == strlen(word) &&
           (token->kind == TOKEN_WORD || token->kind == TOKEN_SYMBOL) &&
           strncasecmp(token->text, word, token->len) == 0;
}
