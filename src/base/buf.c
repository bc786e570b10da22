#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

enum { FIRST_SIZE = 64 };

static void
reserve(struct buf *buf, size_t more)
{
    size_t size = buf->size ? buf->size : FIRST_SIZE;

    while (size - buf->len <= more)
        size *= 2;
    if (size == buf->size)
        return;
    buf->data = must_realloc(buf->data, size);
    buf->size = size;
}

void
buf_add(struct buf *buf, const char *data, size_t len)
{
    reserve(buf, len);
    if (len != 0)
        memcpy(buf->data + buf->len, data, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void
buf_text(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

void
buf_char(struct buf *buf, char character)
{
    buf_add(buf, &character, 1);
}

void
buf_quoted(struct buf *buf, const char *text, size_t len, char quote)
{
    buf_char(buf, quote);
    while (len > 0) {
        const char *found = memchr(text, quote, len);
        size_t part = found == NULL ? len : (size_t)(found - text) + 1;

        buf_add(buf, text, part);
        if (found != NULL)
            buf_char(buf, quote);
        text += part;
        len -= part;
    }
    buf_char(buf, quote);
}

void
buf_printf(struct buf *buf, const char *fmt, ...)
{
    va_list args;
    int len;

    va_start(args, fmt);
    len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    reserve(buf, (size_t)len);
    va_start(args, fmt);
    (void)vsnprintf(buf->data + buf->len, (size_t)len + 1, fmt, args);
    va_end(args);
    buf->len += (size_t)len;
}

void
buf_replace(struct buf *buf, const char *text, const char *mark,
            const char *with)
{
    const char *at = strstr(text, mark);

    if (at == NULL) {
        buf_text(buf, text);
        return;
    }
    buf_add(buf, text, (size_t)(at - text));
    buf_text(buf, with);
    buf_text(buf, at + strlen(mark));
}

void
buf_replace_all(struct buf *buf, const char *text, const char *mark,
                const char *with)
{
    const char *at;

    while ((at = strstr(text, mark)) != NULL) {
        buf_add(buf, text, (size_t)(at - text));
        buf_text(buf, with);
        text = at + strlen(mark);
    }
    buf_text(buf, text);
}

const char *
buf_data(const struct buf *buf)
{
    return buf->data ? buf->data : "";
}

void
buf_clear(struct buf *buf)
{
    buf->len = 0;
    if (buf->data != NULL)
        buf->data[0] = '\0';
}

void
buf_release(struct buf *buf)
{
    free(buf->data);
    *buf = (struct buf){0};
}
