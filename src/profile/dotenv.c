#include "profile/dotenv.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"

static const char blanks[] = " \t\r\f\v";

static const char *
skip_line(const char *at)
{
    at += strcspn(at, "\n");
    return *at == '\n' ? at + 1 : at;
}

static size_t
name_len(const char *at)
{
    size_t len = 0;

    while (isalnum((unsigned char)at[len]) || at[len] == '_' ||
           at[len] == '.' || at[len] == '-')
        len++;
    return len;
}

/* Behind "export", if that is a word of its own. */
static const char *
skip_export(const char *at)
{
    size_t len = strlen("export");

    if (strncmp(at, "export", len) != 0 || strspn(at + len, blanks) == 0)
        return at;
    at += len;
    return at + strspn(at, blanks);
}

static char
escaped(char character)
{
    switch (character) {
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return character;
    }
}

/* The text up to the closing quote; what follows on that line is dropped. */
static const char *
read_quoted(const char *at, struct buf *value)
{
    char quote = *at++;

    for (; *at != '\0' && *at != quote; at++) {
        if (quote == '"' && *at == '\\' && at[1] != '\0')
            buf_char(value, escaped(*++at));
        else
            buf_char(value, *at);
    }
    return skip_line(at);
}

/* The text up to the end of the line or to a '#' with a blank before it. */
static const char *
read_plain(const char *at, struct buf *value)
{
    const char *start = at;
    const char *end;

    while (*at != '\0' && *at != '\n' &&
           !(*at == '#' && (at == start || strchr(blanks, at[-1]) != NULL)))
        at++;
    end = at;
    while (end > start && strchr(blanks, end[-1]) != NULL)
        end--;
    buf_add(value, start, (size_t)(end - start));
    return skip_line(at);
}

/*
 * Read a line, and more where a quoted value goes on; FOUND tells whether it
 * sets NAME, and VALUE gets what it sets.
 */
static const char *
read_setting(const char *at, const char *name, bool *found, struct buf *value)
{
    const char *word;
    size_t len;

    *found = false;
    at = skip_export(at + strspn(at, blanks));
    word = at;
    len = name_len(word);
    at += len + strspn(at + len, blanks);
    if (len == 0 || *at != '=')
        return skip_line(at);
    at += 1 + strspn(at + 1, blanks);
    *found = strlen(name) == len && strncmp(word, name, len) == 0;
    buf_clear(value);
    return *at == '"' || *at == '\'' ? read_quoted(at, value)
                                     : read_plain(at, value);
}

const char *
dotenv_find(struct arena *arena, const char *text, const char *name)
{
    SCOPED(buf_release) struct buf value = {0};
    static const char byte_order_mark[] = "\xEF\xBB\xBF";
    const char *last = NULL;
    bool found;

    if (strncmp(text, byte_order_mark, strlen(byte_order_mark)) == 0)
        text += strlen(byte_order_mark);
    while (*text != '\0') {
        text = read_setting(text, name, &found, &value);
        if (found)
            last = arena_text(arena, buf_data(&value));
    }
    return last;
}
