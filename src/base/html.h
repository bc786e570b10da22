/*
 * Text for a page, whatever stands in it: it is text there, and nothing else.
 */
#ifndef DUET_BASE_HTML_H
#define DUET_BASE_HTML_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * Add TEXT as it stands between tags or in an attribute's double quotes; the
 * result is well-formed in HTML and in XML.  A control character is shown by
 * its picture, and what is no character at all as U+FFFD.
 */
void html_text(struct buf *out, const char *text);

/* A page can have TEXT as it is: who copies it from there gets the same. */
bool html_is_exact(const char *text);

/* The same as html_text() of the first LEN bytes. */
void html_bytes(struct buf *out, const char *text, size_t len);

/* TEXT between two pieces of a page, say "<code>" and "</code>". */
void html_between(struct buf *out, const char *before, const char *text,
                  const char *after);

#endif
