/*
 * The characters of a text that should be UTF-8, but need not.
 */
#ifndef DUET_BASE_UTF8_H
#define DUET_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* What stands for a byte that is no part of a character. */
#define UTF8_REPLACEMENT "\xEF\xBF\xBD"

/*
 * The length of the character at TEXT, 0 if there is none: too long a form, a
 * surrogate or beyond U+10FFFF is none.  A NUL is one.
 */
size_t utf8_len(const char *text);

/* Its number, for a character of that length. */
uint32_t utf8_code(const char *text, size_t len);

/*
 * How many columns of a terminal TEXT takes: 2 for a wide character, 0 for a
 * mark above or below another.  What is no character takes 1.
 */
size_t utf8_width(const char *text);

#endif
