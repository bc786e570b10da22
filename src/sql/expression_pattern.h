/*
 * Patterns, for the files of expression.h alone.  LIKE, GLOB and regular
 * expressions meet in the form that SQLite's GLOB has: * stands for any text,
 * ? for one character, [a-z] and [^a-z] for one of some.
 *
 *     like 'a\_%'     ->   a_*
 *     ~ '^a.*[0-9]'   ->   a*[0-9]*
 *
 * The same pattern is always spelt the same: neighbours are joined, what a
 * bracket lists is sorted, a bracket around one character is left out.  What
 * can't be said exactly is NULL.
 */
#ifndef DUET_SQL_EXPRESSION_PATTERN_H
#define DUET_SQL_EXPRESSION_PATTERN_H

#include <stdbool.h>

#include "base/arena.h"

/* ESCAPE is a character, or '\0' for none. */
const char *pattern_from_like(struct arena *arena, const char *like,
                              char escape);
const char *pattern_from_glob(struct arena *arena, const char *glob);
const char *pattern_from_regex(struct arena *arena, const char *regex);

/* With the escape character \; NULL for a pattern that has brackets. */
const char *pattern_to_like(struct arena *arena, const char *pattern);
const char *pattern_to_regex(struct arena *arena, const char *pattern);

/* It has none of ASCII's letters, and nothing beyond ASCII. */
bool pattern_has_no_case(const char *pattern);
bool pattern_is_ascii(const char *pattern);

#endif
