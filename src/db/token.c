#include "db/token.h"

#include <string.h>
#include <strings.h>

#include "db/token_part.h"

static const char *
skip_blanks(const struct tokens *tokens, const char *at)
{
    return tokens->postgres ? token_skip_postgres_blanks(at)
                            : token_skip_sqlite_blanks(at);
}

static const char *
skip_one_comment(const struct tokens *tokens, const char *at)
{
    return tokens->postgres ? token_skip_postgres_comment(at)
                            : token_skip_sqlite_comment(at);
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
        return end - token_skip_between_parts(tokens->at, &newline) >= 2;
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
    tokens->at = tokens->postgres ? token_scan_postgres(at, token)
                                  : token_scan_sqlite(at, token);
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
