#include "sql/predicate.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Behind the quoted text, identifier or comment that begins at TEXT. */
static const char *
skip_quoted(const char *text)
{
    const char *end;
    char quote = *text == '[' ? ']' : *text;

    if (strncmp(text, "--", 2) == 0) {
        end = strchr(text, '\n');
        return end ? end : text + strlen(text);
    }
    if (strncmp(text, "/*", 2) == 0) {
        end = strstr(text + 2, "*/");
        return end ? end + 2 : text + strlen(text);
    }
    if (strchr("'\"`[", *text) == NULL || *text == '\0')
        return text;
    /* A doubled quote ends one text and begins the next: the same here. */
    end = strchr(text + 1, quote);
    return end ? end + 1 : text + strlen(text);
}

static bool
is_word(char character)
{
    return isalnum((unsigned char)character) || character == '_' ||
           (unsigned char)character >= 0x80;
}

/* TEXT up to the comments and blanks at its end. */
static const char *
without_end(struct arena *arena, const char *text)
{
    const char *end = text;

    for (const char *at = text; *at != '\0';) {
        const char *rest = skip_quoted(at);
        bool comment = rest != at && (*at == '-' || *at == '/');
        bool blank = isspace((unsigned char)*at);

        at = rest != at ? rest : at + 1;
        if (!comment && !blank)
            end = at;
    }
    return arena_copy(arena, text, (size_t)(end - text));
}

const char *
index_predicate(struct arena *arena, const char *definition)
{
    bool columns_ended = false;
    int depth = 0;

    for (const char *at = definition; *at != '\0';) {
        const char *rest = skip_quoted(at);

        if (rest != at) {
            at = rest;
            continue;
        }
        if (*at == '(')
            depth++;
        else if (*at == ')')
            columns_ended = --depth == 0;
        if (columns_ended && is_word(*at)) {
            if (strncasecmp(at, "where", 5) != 0 || is_word(at[5]))
                return NULL;
            return without_end(arena, at + 5);
        }
        at++;
    }
    return NULL;
}
