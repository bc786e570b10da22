/*
 * The lexer sees in SQLite's language what SQLite sees.  SQLite shows no
 * tokens, but says which one it cannot have; where it can have none but a
 * semicolon, behind `begin transaction [t]`, that is the next one of any text.
 * SEED=N draws again what N drew.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "db/token.h"
#include "lib/scraps.h"
#include "lib/soak.h"
#include "lib/tap.h"

struct oracle {
    sqlite3 *handle;
    struct arena arena; /* for one text */
};

static void
close_oracle(struct oracle *oracle)
{
    (void)sqlite3_close(oracle->handle);
    arena_clear(&oracle->arena);
}

static void
say_text(const char *what, const char *text, const struct token *token)
{
    tap_diag("%s in: %s", what, text);
    tap_diag("ours: kind %d, from %td to %td%s", (int)token->kind,
             token->text - text, token->text - text + (ptrdiff_t)token->len,
             token->closed ? "" : ", not closed");
}

/* ------------------------------------------------------------------------
 * Where tokens begin and end
 */

static const char before[] = "begin transaction [t]";

struct answer {
    size_t start; /* of the token that is refused, if one is */
    size_t len;
    const char *message; /* NULL: none is */
    const char *rest;    /* behind the semicolon, or at the end */
};

/* MESSAGE is `near "X": syntax error` or `unrecognized token: "X"`. */
static size_t
quoted_len(const char *message)
{
    const char *first = strchr(message, '"');
    const char *last = strrchr(message, '"');

    return first < last ? (size_t)(last - first - 1) : 0;
}

/* What SQLite says of LEN bytes of TEXT with TAIL behind them. */
static struct answer
ask(struct oracle *oracle, const char *text, size_t len, const char *tail)
{
    const char *sql =
        arena_printf(&oracle->arena, "%s%.*s%s", before, (int)len, text, tail);
    struct answer answer = {0};
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(oracle->handle, sql, -1, &statement, &answer.rest) !=
        SQLITE_OK) {
        answer.message =
            arena_text(&oracle->arena, sqlite3_errmsg(oracle->handle));
        answer.start =
            (size_t)sqlite3_error_offset(oracle->handle) - strlen(before);
        answer.len = quoted_len(answer.message);
    }
    (void)sqlite3_finalize(statement);
    return answer;
}

/* From FROM on there are only blanks and comments. */
static bool
is_end(struct oracle *oracle, const char *from, const struct token *token)
{
    size_t len = strlen(from);
    struct answer answer;

    if (!token->closed)
        return ask(oracle, from, len, "").message == NULL &&
               strncmp(token->text, "/*", 2) == 0;
    answer = ask(oracle, from, len, "\nx");
    return answer.message != NULL && answer.start == len + 1;
}

static bool
is_semicolon(struct oracle *oracle, const char *from, const struct token *token)
{
    struct answer answer =
        ask(oracle, from, (size_t)(token->text + 1 - from), "x");

    return answer.message == NULL && strcmp(answer.rest, "x") == 0;
}

/* SQLite takes 1_000.5 for a number since 3.46; the lexer does already. */
static bool
is_number_of_later(const struct answer *answer, const struct token *token)
{
    return token->kind == TOKEN_NUMBER && answer->len < token->len &&
           memchr(token->text, '_', answer->len) != NULL;
}

/* What SQLite does not take for a token. */
static bool
may_be_illegal(const struct token *token)
{
    return token->kind == TOKEN_SYMBOL || token->kind == TOKEN_NUMBER ||
           token->kind == TOKEN_TEXT || !token->closed;
}

static bool
is_next(struct oracle *oracle, const char *from, const struct token *token,
        bool *illegal)
{
    struct answer answer = ask(oracle, from, strlen(from), "");

    *illegal = answer.message == NULL ||
               strncmp(answer.message, "unrecognized", 12) == 0;
    return answer.message != NULL &&
           answer.start == (size_t)(token->text - from) &&
           (answer.len == token->len || is_number_of_later(&answer, token)) &&
           (*illegal ? may_be_illegal(token) : token->closed);
}

/* ------------------------------------------------------------------------
 * What they are
 */

/* The statement, or NULL where it is refused. */
static sqlite3_stmt *
prepare_with(struct oracle *oracle, const char *head, const struct token *token,
             const char *tail)
{
    const char *sql = arena_printf(&oracle->arena, "%s%.*s%s", head,
                                   (int)token->len, token->text, tail);
    sqlite3_stmt *statement = NULL;

    (void)sqlite3_prepare_v2(oracle->handle, sql, -1, &statement, NULL);
    return statement;
}

static bool
is_value(struct oracle *oracle, const struct token *token,
         sqlite3_stmt *statement)
{
    const char *ours = token_string(&oracle->arena, token);
    int type;

    if (statement == NULL || sqlite3_step(statement) != SQLITE_ROW)
        return false;
    type = sqlite3_column_type(statement, 0);
    if (token->kind == TOKEN_NUMBER)
        return type == SQLITE_INTEGER || type == SQLITE_FLOAT;
    if (ours == NULL)
        return type == SQLITE_BLOB;
    return type == SQLITE_TEXT &&
           strcmp((const char *)sqlite3_column_text(statement, 0), ours) == 0;
}

static bool
is_name(struct oracle *oracle, const struct token *token,
        sqlite3_stmt *statement)
{
    return statement != NULL && strcmp(sqlite3_column_name(statement, 0),
                                       token_name(&oracle->arena, token)) == 0;
}

/* `#1` has a meaning within SQLite only, `?0` is out of range. */
static bool
is_parameter(struct oracle *oracle, const struct token *token,
             sqlite3_stmt *statement)
{
    if (statement != NULL)
        return sqlite3_bind_parameter_count(statement) > 0;
    return (token->text[0] == '#' && token->text[1] <= '9') ||
           strncmp(sqlite3_errmsg(oracle->handle), "variable number", 15) == 0;
}

static bool
is_kind(struct oracle *oracle, const struct token *token)
{
    bool names = token->kind == TOKEN_NAME || token->kind == TOKEN_WORD;
    sqlite3_stmt *statement =
        names ? prepare_with(oracle, "select 1 as ", token, "")
              : prepare_with(oracle, "select ", token, "");
    bool holds = false;

    switch (token->kind) {
    case TOKEN_NUMBER:
    case TOKEN_TEXT:
        holds = is_value(oracle, token, statement);
        break;
    case TOKEN_NAME:
        holds = is_name(oracle, token, statement);
        break;
    case TOKEN_WORD: /* which may be a keyword */
        holds = statement == NULL || is_name(oracle, token, statement);
        break;
    case TOKEN_PARAMETER:
        holds = is_parameter(oracle, token, statement);
        break;
    case TOKEN_SYMBOL:
        holds = statement == NULL;
        break;
    }
    (void)sqlite3_finalize(statement);
    return holds;
}

/* ------------------------------------------------------------------------
 * All of a text
 */

static bool
same_token(struct oracle *oracle, const char *from, const struct token *token)
{
    bool illegal = false;

    if (token_is(token, ";"))
        return is_semicolon(oracle, from, token);
    return is_next(oracle, from, token, &illegal) &&
           (illegal || is_kind(oracle, token));
}

/*
 * sqlite3_complete() knows tokens by halves: not Tcl's variables, nor that a
 * byte order mark and some vertical tabs are blanks.
 */
static bool
can_complete(const char *text)
{
    return strpbrk(text, "\v$@#:") == NULL &&
           strstr(text, "\xEF\xBB\xBF") == NULL;
}

/* A text whose last token is a semicolon is complete; triggers have several. */
static bool
completes_as_told(const char *text)
{
    struct tokens tokens = {.at = text};
    struct token token;
    bool complete = false;

    while (token_next(&tokens, &token)) {
        complete = token_is(&token, ";");
        if (token_is(&token, "trigger"))
            return true;
    }
    return !can_complete(text) ||
           sqlite3_complete(text) == (complete && token.closed);
}

static bool
same_tokens(struct oracle *oracle, const char *text)
{
    struct tokens tokens = {.at = text};
    struct token token;
    const char *from = text;
    bool same = true;

    arena_reuse(&oracle->arena);
    for (; same && token_next(&tokens, &token); from = tokens.at)
        same = same_token(oracle, from, &token);
    same = same && is_end(oracle, from, &token);
    if (!same)
        say_text("a token", text, &token);
    else if (!(same = completes_as_told(text)))
        say_text("the end", text, &token);
    return same;
}

int
main(void)
{
    SCOPED(scraps_clear) struct scraps scraps = {.lots = lot_seed()};
    SCOPED(close_oracle) struct oracle oracle = {0};
    int count = soak_count(10000);
    int wrong = 0;

    tap_diag("SEED=%llu", (unsigned long long)scraps.lots);
    if (sqlite3_open(":memory:", &oracle.handle) != SQLITE_OK)
        tap_skip_all("SQLite has no memory");
    scraps_load(&scraps);
    for (size_t i = 0; nasty_sql[i] != NULL; i++)
        OK(same_tokens(&oracle, nasty_sql[i]), "the tokens of %s",
           nasty_sql[i]);
    for (size_t i = 0; i < scraps.nfiles; i++)
        OK(same_tokens(&oracle, scraps.files[i]), "the tokens of %s",
           scraps.paths[i]);
    for (int i = 0; i < count && wrong < 5; i++)
        wrong += !same_tokens(&oracle, scraps_draw(&scraps));
    OK(wrong == 0, "the tokens of %d texts drawn by lot", count);
    return tap_done();
}
