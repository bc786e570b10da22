/*
 * A text that grows:
 *
 *     SCOPED(buf_release) struct buf buf = {0};
 *     buf_printf(&buf, "select %s", name);
 *     db_exec(db, buf_data(&buf), err);
 *
 * Start it as {0}.  What it holds always ends in a NUL that len does not count.
 */
#ifndef DUET_BASE_BUF_H
#define DUET_BASE_BUF_H

#include <stddef.h>

#include "base/attr.h"

struct buf {
    char *data; /* NULL while nothing was added: use buf_data() */
    size_t len;
    size_t size; /* what data has room for, the NUL included */
};

void buf_add(struct buf *buf, const char *data, size_t len);
void buf_text(struct buf *buf, const char *text);
void buf_char(struct buf *buf, char character);
/* TEXT between two QUOTEs, each QUOTE in it doubled. */
void buf_quoted(struct buf *buf, const char *text, size_t len, char quote);
void buf_printf(struct buf *buf, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* TEXT, with the first MARK in it replaced by WITH. */
void buf_replace(struct buf *buf, const char *text, const char *mark,
                 const char *with);

/* The same, with each MARK replaced. */
void buf_replace_all(struct buf *buf, const char *text, const char *mark,
                     const char *with);

/* The text, never NULL; valid until the next call that adds to it. */
const char *buf_data(const struct buf *buf);

/* Empty it and keep its memory. */
void buf_clear(struct buf *buf);

void buf_release(struct buf *buf);

#endif
