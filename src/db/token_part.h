/*
 * What the files that read tokens share: token.c has what is alike in both
 * languages, token_postgres.c and token_sqlite.c what is not.
 *
 * The scanning functions take the place where something begins and return the
 * one behind it.  TOKEN is a symbol, and closed, unless they find otherwise.
 */
#ifndef DUET_DB_TOKEN_PART_H
#define DUET_DB_TOKEN_PART_H

#include "db/token.h"

/* ------------------------------------ token_postgres.c, token_sqlite.c */

/* A token that is neither a blank nor a comment. */
const char *token_scan_postgres(const char *at, struct token *token);
const char *token_scan_sqlite(const char *at, struct token *token);

const char *token_skip_postgres_blanks(const char *at);
const char *token_skip_sqlite_blanks(const char *at);

/* AT is where a comment begins.  NULL: it has no end. */
const char *token_skip_postgres_comment(const char *at);
const char *token_skip_sqlite_comment(const char *at);

/* What may stand between two parts of a text; *NEWLINE: there is one in it. */
const char *token_skip_between_parts(const char *at, bool *newline);

/* ---------------------------------------------------- in both languages */

static inline bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool
is_hex_digit(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static inline bool
is_letter(char c, char lower_case)
{
    return c == lower_case || c == lower_case - 'a' + 'A';
}

static inline bool
is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static inline bool
is_name_part(char c)
{
    return is_name_start(c) || is_digit(c) || c == '$';
}

static inline const char *
skip_name(const char *at)
{
    while (is_name_part(*at))
        at++;
    return at;
}

static inline bool
begins_comment(const char *at)
{
    return (at[0] == '-' && at[1] == '-') || (at[0] == '/' && at[1] == '*');
}

/* NULL: it has no end.  PostgreSQL's nest. */
static inline const char *
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
static inline const char *
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
static inline const char *
skip_digits(const char *at)
{
    while (is_digit(*at) || (*at == '_' && is_digit(at[1])))
        at++;
    return at;
}

static inline const char *
skip_exponent(const char *at)
{
    const char *digits = at + 1;

    if (!is_letter(*at, 'e'))
        return at;
    if (*digits == '+' || *digits == '-')
        digits++;
    return is_digit(*digits) ? skip_digits(digits) : at;
}

#endif
