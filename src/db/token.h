/*
 * The tokens of an SQL text, as far as a driver has to look into one:
 *
 *     struct tokens tokens = {.at = sql};
 *     struct token token;
 *
 *     while (token_next(&tokens, &token))
 *         if (token_is(&token, "constraint"))
 *             ...
 *
 * Blanks and comments lie between tokens.  Any text can be read: what is not
 * closed ends where the text does.
 */
#ifndef DUET_DB_TOKEN_H
#define DUET_DB_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum token_kind {
    TOKEN_WORD,      /* a keyword or a bare name */
    TOKEN_NAME,      /* "x", and for SQLite [x] and `x` */
    TOKEN_TEXT,      /* 'x', and for PostgreSQL E'x' and $$x$$ */
    TOKEN_PARAMETER, /* $1 */
    TOKEN_NUMBER,
    TOKEN_SYMBOL /* an operator, such as <= or ::, or any other character */
};

struct token {
    enum token_kind kind;
    const char *text; /* as it is written, with its quotes */
    size_t len;
};

struct tokens {
    const char *at;
    bool postgres; /* PostgreSQL's quotes and comments, else SQLite's */
};

/* False at the end. */
bool token_next(struct tokens *tokens, struct token *token);

/* TOKEN is WORD, which is lower case, and not in quotes. */
bool token_is(const struct token *token, const char *word);

/* The name that TOKEN writes, without its quotes. */
char *token_name(struct arena *arena, const struct token *token);

#endif
