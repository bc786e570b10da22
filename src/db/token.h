/*
 * The tokens of an SQL text, of which this is the only reader:
 *
 *     struct tokens tokens = {.at = sql};
 *     struct token token;
 *
 *     while (token_next(&tokens, &token))
 *         if (token_is(&token, "constraint"))
 *             ...
 *
 * They are those that the engines see: PostgreSQL 15 with its
 * standard_conforming_strings on, SQLite 3.40.  Blanks and comments lie
 * between tokens.  Any text can be read: what is not closed ends where the
 * text does, and what an engine refuses to take for a token (`1abc`, `^` in
 * SQLite) is one nevertheless.
 */
#ifndef DUET_DB_TOKEN_H
#define DUET_DB_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum token_kind {
    TOKEN_WORD, /* a keyword or a bare name */
    TOKEN_NAME, /* "x"; for SQLite [x] and `x`, for PostgreSQL U&"x" */
    /*
     * 'x' and x'41'; for PostgreSQL E'x', U&'x', b'1' and $$x$$, too, and all
     * of 'x' 'y' where a newline stands between.  N'x' is a word and a text.
     */
    TOKEN_TEXT,
    TOKEN_PARAMETER, /* $1; for SQLite ?, ?1, :x, @x, #x and $x, too */
    TOKEN_NUMBER,
    TOKEN_SYMBOL /* an operator, such as <= or ::, or any other character */
};

struct token {
    enum token_kind kind;
    const char *text; /* as it is written, with its quotes */
    size_t len;
    bool closed;        /* its last quote is there */
    const char *opened; /* if it is not: where the part that lacks it begins */
};

struct tokens {
    const char *at;
    bool postgres; /* PostgreSQL's language, else SQLite's */
};

/*
 * False at the end.  TOKEN is empty then: it stands at the text's end, or is
 * not closed and stands where a comment begins that has no end.
 */
bool token_next(struct tokens *tokens, struct token *token);

/*
 * For a text of which only the beginning is there, up to the NUL at END:
 * TOKEN, which token_next() gave last, is the same whatever comes behind.
 */
bool token_is_certain(const struct tokens *tokens, const struct token *token,
                      const char *end);

/*
 * Go on to where the same tokens follow whatever comes behind the text: over
 * blanks and comments, but not over a comment that may not have ended.
 */
void token_skip_blank(struct tokens *tokens);

/* TOKEN is WORD, which is lower case, and not in quotes. */
bool token_is(const struct token *token, const char *word);

/*
 * The name that TOKEN writes, without its quotes.  U&"x" stays as it is: what
 * it means depends on the UESCAPE that may follow.
 */
char *token_name(struct arena *arena, const struct token *token);

/*
 * The value of a TOKEN_TEXT: it's for 'it''s' and for E'it\x27s'.  NULL for
 * what is no text (x'41', b'1', what is not closed), for U&'x', and for
 * escapes that PostgreSQL refuses.
 */
char *token_string(struct arena *arena, const struct token *token);

#endif
