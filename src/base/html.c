#include "base/html.h"

#include <string.h>

#include "base/utf8.h"

/* U+2400 and on: the picture of a NUL, of U+0001, ... */
static void
add_picture(struct buf *out, unsigned char control)
{
    unsigned number = control == 0x7F ? 0x21 : control;

    buf_text(out, "\xE2\x90");
    buf_char(out, (char)(0x80 + number));
}

/* XML has no such characters, and HTML's readers complain. */
static bool
is_none(const char *text, size_t len)
{
    uint32_t code = len > 0 ? utf8_code(text, len) : 0;

    return len == 0 || (code >= 0x80 && code < 0xA0) ||
           (code & 0xFFFE) == 0xFFFE || (code >= 0xFDD0 && code <= 0xFDEF);
}

static bool
is_control(char c)
{
    return ((unsigned char)c < 0x20 && c != '\t' && c != '\n') || c == 0x7F;
}

static void
add_character(struct buf *out, const char *text, size_t len)
{
    switch (*text) {
    case '&':
        buf_text(out, "&amp;");
        break;
    case '<':
        buf_text(out, "&lt;");
        break;
    case '>':
        buf_text(out, "&gt;");
        break;
    case '"':
        buf_text(out, "&quot;");
        break;
    default:
        if (is_control(*text))
            add_picture(out, (unsigned char)*text);
        else
            buf_add(out, text, len);
    }
}

void
html_bytes(struct buf *out, const char *text, size_t len)
{
    for (const char *end = text + len; text < end;) {
        size_t size = utf8_len(text);

        if (size > (size_t)(end - text))
            size = 0;
        if (is_none(text, size))
            buf_text(out, UTF8_REPLACEMENT);
        else
            add_character(out, text, size);
        text += size ? size : 1;
    }
}

bool
html_is_exact(const char *text)
{
    while (*text != '\0') {
        size_t len = utf8_len(text);

        if (is_none(text, len) || is_control(*text))
            return false;
        text += len;
    }
    return true;
}

void
html_text(struct buf *out, const char *text)
{
    html_bytes(out, text, strlen(text));
}

void
html_between(struct buf *out, const char *before, const char *text,
             const char *after)
{
    buf_text(out, before);
    html_text(out, text);
    buf_text(out, after);
}
