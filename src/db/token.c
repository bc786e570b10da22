#include "db/token.h"

#include <string.h>
#include <strings.h>

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
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

/* AT is at the opening quote; a doubled closing one is part of the text. */
static const char *
skip_quoted(const char *at, char close, bool backslash)
{
    for (at++; *at != '\0'; at++) {
        bool doubled = *at == close && at[1] == close && close != ']';

        if (doubled || (backslash && *at == '\\' && at[1] != '\0'))
            at++;
        else if (*at == close)
            return at + 1;
    }
    return at;
}

/* PostgreSQL's comments nest. */
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
    return at;
}

static const char *
skip_blank(const char *at, bool nests)
{
    for (;;) {
        at += strspn(at, " \t\r\n\f\v");
        if (at[0] == '-' && at[1] == '-')
            at += strcspn(at, "\n");
        else if (at[0] == '/' && at[1] == '*')
            at = skip_comment(at, nests);
        else
            return at;
    }
}

/* $$x$$ or $tag$x$tag$; AT itself where none begins. */
static const char *
skip_dollar_quoted(const char *at)
{
    const char *end = at + 1;
    size_t tag_len;

    if (is_name_start(*end))
        while (is_name_start(*end) || is_digit(*end))
            end++;
    if (*end != '$')
        return at;
    tag_len = (size_t)(end + 1 - at);
    for (end++; *end != '\0'; end++)
        if (strncmp(end, at, tag_len) == 0)
            return end + tag_len;
    return end;
}

static const char *
skip_number(const char *at)
{
    while (is_name_part(*at) || *at == '.')
        at++;
    return at;
}

static enum token_kind
scan_dollar(const char *at, const char **end, bool postgres)
{
    if (is_digit(at[1])) {
        for (*end = at + 1; is_digit(**end);)
            ++*end;
        return TOKEN_PARAMETER;
    }
    if (postgres && (*end = skip_dollar_quoted(at)) != at)
        return TOKEN_TEXT;
    *end = at + 1;
    return TOKEN_SYMBOL;
}

static enum token_kind
scan_word(const char *at, const char **end, bool postgres)
{
    *end = skip_name(at);
    if (!postgres || *end != at + 1 || (*at != 'e' && *at != 'E') ||
        **end != '\'')
        return TOKEN_WORD;
    *end = skip_quoted(*end, '\'', true);
    return TOKEN_TEXT;
}

/*
 * The longest run of operator characters that begins no comment.  One that
 * ends in + or - loses that unless it has a character no other language's
 * operators have: `x=-1` is three tokens.  After PostgreSQL's lexical rules.
 */
static const char *
skip_postgres_operator(const char *at)
{
    size_t len = strspn(at, "+-*/<>=~!@#%^&|`?");

    for (size_t i = 0; i + 1 < len; i++)
        if (i > 0 &&
            (strncmp(at + i, "--", 2) == 0 || strncmp(at + i, "/*", 2) == 0))
            len = i;
    while (len > 1 && strchr("+-", at[len - 1]) != NULL &&
           strcspn(at, "~!@#%^&|`?") >= len)
        len--;
    return at + len;
}

static const char *
skip_symbol(const char *at, bool postgres)
{
    static const char *const longer[] = {"->>", "->", "||", "<=", ">=", "<>",
                                         "!=",  "==", "<<", ">>", NULL};

    if (postgres && strncmp(at, "::", 2) == 0)
        return at + 2;
    if (postgres && strchr("+-*/<>=~!@#%^&|`?", *at) != NULL)
        return skip_postgres_operator(at);
    for (size_t i = 0; !postgres && longer[i] != NULL; i++)
        if (strncmp(at, longer[i], strlen(longer[i])) == 0)
            return at + strlen(longer[i]);
    return at + 1;
}

static enum token_kind
scan(const char *at, const char **end, bool postgres)
{
    if (is_name_start(*at))
        return scan_word(at, end, postgres);
    if (*at == '$')
        return scan_dollar(at, end, postgres);
    if (is_digit(*at)) {
        *end = skip_number(at);
        return TOKEN_NUMBER;
    }
    if (*at == '\'' || *at == '"' || (!postgres && *at == '`')) {
        *end = skip_quoted(at, *at, false);
        return *at == '\'' ? TOKEN_TEXT : TOKEN_NAME;
    }
    if (!postgres && *at == '[') {
        *end = skip_quoted(at, ']', false);
        return TOKEN_NAME;
    }
    *end = skip_symbol(at, postgres);
    return TOKEN_SYMBOL;
}

bool
token_next(struct tokens *tokens, struct token *token)
{
    const char *at = skip_blank(tokens->at, tokens->postgres);
    const char *end = at;

    tokens->at = at;
    if (*at == '\0')
        return false;
    token->kind = scan(at, &end, tokens->postgres);
    token->text = at;
    token->len = (size_t)(end - at);
    tokens->at = end;
    return true;
}

bool
token_is(const struct token *token, const char *word)
{
    return token->len == strlen(word) &&
           (token->kind == TOKEN_WORD || token->kind == TOKEN_SYMBOL) &&
           strncasecmp(token->text, word, token->len) == 0;
}

char *
token_name(struct arena *arena, const struct token *token)
{
    char *name = arena_copy(arena, token->text, token->len);
    char close = *name == '[' ? ']' : *name;
    char *out = name;

    if (*name == '\0' || strchr("\"'`[", *name) == NULL)
        return name;
    for (const char *in = name + 1; *in != '\0'; in++) {
        if (*in == close && (in[1] != close || close == ']'))
            break;
        if (*in == close)
            in++;
        *out++ = *in;
    }
    *out = '\0';
    return name;
}
