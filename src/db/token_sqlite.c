/*
 * The tokens of SQLite.
 */
#include <string.h>

#include "db/token_part.h"

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

const char *
token_skip_sqlite_blanks(const char *at)
{
    for (size_t len; (len = sqlite_blank_len(at)) > 0;)
        at += len;
    return at;
}

const char *
token_skip_sqlite_comment(const char *at)
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

const char *
token_scan_sqlite(const char *at, struct token *token)
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
