/*
 * Property, in either language: tokens follow one another within the text,
 * none is empty, and between them is nothing but blanks and comments; each
 * reads the same again from where it begins, and what it stands for is no
 * longer than it is.  Nothing is read behind the text's end.  What is certain
 * of a text's beginning is so of all of it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "db/token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(int holds)
{
    if (!holds)
        abort();
}

/* Up to END, or without one if the last comment is OPEN. */
static void
check_blank(const char *at, const char *end, bool open, bool postgres)
{
    int depth = 0;

    for (; at < end; at++) {
        bool comments = at + 1 < end;

        if (comments && at[0] == '/' && at[1] == '*' &&
            (postgres || depth == 0)) {
            depth++;
            at++;
        } else if (comments && depth > 0 && at[0] == '*' && at[1] == '/') {
            depth--;
            at++;
        } else if (depth == 0 && comments && at[0] == '-' && at[1] == '-') {
            while (at < end && *at != '\n' && (*at != '\r' || !postgres))
                at++;
        } else if (depth == 0) {
            must(strchr(postgres ? " \t\n\r\f" : " \t\n\r\f\v\xEF\xBB\xBF",
                        *at) != NULL);
        }
    }
    must(open == (depth > 0));
}

static bool
same(const struct token *one, const struct token *other)
{
    return one->kind == other->kind && one->text == other->text &&
           one->len == other->len && one->closed == other->closed;
}

static void
check_values(const struct token *token)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *string = token_string(&arena, token);

    must(strlen(token_name(&arena, token)) <= token->len);
    must(string == NULL || (token->kind == TOKEN_TEXT && token->closed &&
                            strlen(string) + 2 <= token->len));
}

/* What is not closed is the last thing in the text; but see $a( b. */
static void
check_token(const struct token *token, const char *from, const char *end,
            bool postgres)
{
    struct tokens again = {.at = token->text, .postgres = postgres};
    struct token same_one;

    must(token->text >= from && token->len > 0 &&
         token->len <= (size_t)(end - token->text));
    must(token->closed || token->text + token->len == end ||
         token->kind == TOKEN_PARAMETER);
    check_blank(from, token->text, false, postgres);
    must(token_next(&again, &same_one) && same(token, &same_one));
    must(again.at == token->text + token->len);
    check_values(token);
}

static void
check(const char *sql, size_t len, bool postgres)
{
    struct tokens tokens = {.at = sql, .postgres = postgres};
    struct token token;
    const char *from = sql;

    for (; token_next(&tokens, &token); from = tokens.at)
        check_token(&token, from, sql + len, postgres);
    must(tokens.at == sql + len && token.len == 0);
    must(token.closed ? token.text == sql + len : token.text >= from);
    check_blank(from, sql + len, !token.closed, postgres);
}

/* Read BEGINNING, and from there on SQL, of which it is the beginning. */
static void
check_beginning(const char *beginning, size_t len, const char *sql,
                bool postgres)
{
    const char *end = beginning + len;
    struct tokens cut = {.at = beginning, .postgres = postgres};
    struct tokens whole = {.at = sql, .postgres = postgres};
    struct tokens behind = {.postgres = postgres}; /* the blanks */
    struct token token;
    struct token same_one;

    while (token_next(&cut, &token) && token_is_certain(&cut, &token, end)) {
        must(token_next(&whole, &same_one));
        must(token.kind == same_one.kind && token.len == same_one.len &&
             token.closed == same_one.closed &&
             token.text - beginning == same_one.text - sql);
    }
    cut.at = beginning + (whole.at - sql);
    token_skip_blank(&cut);
    behind.at = sql + (cut.at - beginning);
    must(token_next(&whole, &token) == token_next(&behind, &same_one) &&
         same(&token, &same_one));
}

/* The last byte says where it is cut. */
static void
check_cut(const char *sql, size_t len, bool postgres)
{
    size_t cut = len > 0 ? (unsigned char)sql[len - 1] * len / 256 : 0;
    char *beginning = malloc(cut + 1);

    must(beginning != NULL);
    memcpy(beginning, sql, cut);
    beginning[cut] = '\0';
    check_beginning(beginning, cut, sql, postgres);
    free(beginning);
}

/* A block of its own and no larger, so that reading on is noticed. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    size_t text_len = len > 0 ? strnlen((const char *)data, len) : 0;
    char *sql = malloc(text_len + 1);

    must(sql != NULL);
    if (text_len > 0)
        memcpy(sql, data, text_len);
    sql[text_len] = '\0';
    check(sql, text_len, false);
    check(sql, text_len, true);
    check_cut(sql, text_len, false);
    check_cut(sql, text_len, true);
    free(sql);
    return 0;
}
