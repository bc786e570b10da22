/*
 * What a token stands for.
 */
#include <stdint.h>
#include <string.h>

#include "db/token.h"

/* The text between AT and END as far as it is read, and its value so far. */
struct reader {
    const char *at;
    const char *end;
    char *out;
};

static bool
is_at(const struct reader *reader, char character)
{
    return reader->at < reader->end && *reader->at == character;
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

/* ------------------------------------------------------ escapes in E'...' */

static int
digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 16;
}

/* Up to MOST digits; how many there are. */
static int
read_digits(struct reader *reader, int base, int most, uint32_t *number)
{
    int count = 0;

    for (*number = 0; count < most && reader->at < reader->end; count++) {
        int digit = digit_value(*reader->at);

        if (digit >= base)
            break;
        *number = *number * (uint32_t)base + (uint32_t)digit;
        reader->at++;
    }
    return count;
}

static char *
write_utf8(char *out, uint32_t point)
{
    int more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    static const unsigned char marks[] = {0, 0xC0, 0xE0, 0xF0};

    *out++ = (char)(marks[more] | point >> 6 * more);
    while (more-- > 0)
        *out++ = (char)(0x80 | (point >> 6 * more & 0x3F));
    return out;
}

/* Behind \u or \U.  One of the former may give half of a surrogate pair. */
static bool
read_unicode(struct reader *reader, int digits)
{
    uint32_t point;
    uint32_t low;

    if (read_digits(reader, 16, digits, &point) != digits)
        return false;
    if (point >= 0xD800 && point < 0xDC00) {
        if (!is_at(reader, '\\'))
            return false;
        reader->at++;
        digits = is_at(reader, 'u') ? 4 : is_at(reader, 'U') ? 8 : 0;
        reader->at += digits > 0;
        if (digits == 0 || read_digits(reader, 16, digits, &low) != digits ||
            low < 0xDC00 || low > 0xDFFF)
            return false;
        point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
    } else if (point == 0 || point > 0x10FFFF ||
               (point >= 0xDC00 && point <= 0xDFFF)) {
        return false;
    }
    reader->out = write_utf8(reader->out, point);
    return true;
}

/* A byte, which must not be a NUL. */
static bool
read_byte(struct reader *reader, int base, int most)
{
    uint32_t byte;

    (void)read_digits(reader, base, most, &byte);
    *reader->out++ = (char)byte;
    return (byte & 0xFF) != 0;
}

/* Behind the backslash. */
static bool
read_escape(struct reader *reader)
{
    static const char letters[] = "bfnrt";
    static const char controls[] = "\b\f\n\r\t";
    char letter = *reader->at;
    const char *found = letter == '\0' ? NULL : strchr(letters, letter);

    if (letter >= '0' && letter <= '7')
        return read_byte(reader, 8, 3);
    reader->at++;
    if (letter == 'x' && reader->at < reader->end &&
        digit_value(*reader->at) < 16)
        return read_byte(reader, 16, 2);
    if (letter == 'u' || letter == 'U')
        return read_unicode(reader, letter == 'u' ? 4 : 8);
    *reader->out++ = found != NULL ? controls[found - letters] : letter;
    return true;
}

/* ------------------------------------------------------------------ texts */

/*
 * At a quote in a text: another one, or the end of one part and, behind blanks
 * and comments, the beginning of the next.
 */
static void
read_quote(struct reader *reader)
{
    if (is_at(reader, '\'')) {
        *reader->out++ = *reader->at++;
        return;
    }
    while (reader->at < reader->end && *reader->at != '\'') {
        if (*reader->at != '-')
            reader->at++;
        else
            while (*reader->at != '\n' && *reader->at != '\r')
                reader->at++;
    }
    reader->at++;
}

/* AT is behind the first quote, END is the last one. */
static bool
read_quoted(struct reader *reader, bool backslash)
{
    while (reader->at < reader->end) {
        char c = *reader->at++;

        if (c == '\'')
            read_quote(reader);
        else if (c != '\\' || !backslash)
            *reader->out++ = c;
        else if (!read_escape(reader))
            return false;
    }
    *reader->out = '\0';
    return true;
}

/* $$x$$ or $tag$x$tag$. */
static char *
dollar_string(struct arena *arena, const struct token *token)
{
    const char *tag_end = memchr(token->text + 1, '$', token->len - 1);
    size_t tag_len = (size_t)(tag_end + 1 - token->text);

    return arena_copy(arena, token->text + tag_len, token->len - 2 * tag_len);
}

/* 'x', or E'x' if BACKSLASH. */
static char *
quoted_string(struct arena *arena, const struct token *token, bool backslash)
{
    char *value = arena_alloc(arena, token->len);
    struct reader reader = {.at = token->text + backslash + 1,
                            .end = token->text + token->len - 1,
                            .out = value};

    return read_quoted(&reader, backslash) ? value : NULL;
}

char *
token_string(struct arena *arena, const struct token *token)
{
    if (token->kind != TOKEN_TEXT || !token->closed)
        return NULL;
    switch (*token->text) {
    case '$':
        return dollar_string(arena, token);
    case '\'':
        return quoted_string(arena, token, false);
    case 'e':
    case 'E':
        return quoted_string(arena, token, true);
    default:
        return NULL;
    }
}
