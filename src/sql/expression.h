/*
 * Expressions of a schema: checks, defaults, predicates, generated columns.
 * They are read from either engine's language into one tree that does not tell
 * any more which it was, and written in either:
 *
 *     SCOPED(arena_clear) struct arena arena = {0};
 *     struct expression *e =
 *         expression_read(&arena, LANGUAGE_POSTGRES,
 *                         "(a)::text = ANY (ARRAY['x'::text, 'y'::text])");
 *
 *     expression_text(&arena, LANGUAGE_SQLITE, e)   gives   a in ('x', 'y')
 *
 * Two expressions that mean the same to both engines have the same tree as
 * often as that can be known: (a)::text ~~ 'x%' and a glob 'x*', a between 1
 * and 2 and 2 >= a and 1 <= a.  What is not understood has none, nor has what
 * is deeper than 150 or larger than 50000 nodes: then nothing is claimed.
 *
 * Nothing is known of the columns' types.  So a column that PostgreSQL casts to
 * text is taken for a varchar, as the catalog writes it; numbers have the
 * precision of doubles on SQLite; of a moment in a text, such as '2024-01-01
 * 00:00:00+00', nothing is claimed, but a day, '2024-01-01', is compared as a
 * text there, which is right for a date and up to midnight for a timestamp.
 */
#ifndef DUET_SQL_EXPRESSION_H
#define DUET_SQL_EXPRESSION_H

#include <stdbool.h>

#include "base/arena.h"
#include "sql/language.h"

struct expression;

/* NULL: it is not understood.  The tree lives in ARENA. */
struct expression *expression_read(struct arena *arena,
                                   enum sql_language language,
                                   const char *text);

/*
 * In LANGUAGE, in canonical form: lower-case keywords, few parentheses, always
 * the same text for the same tree, but for the order of what has none.  NULL:
 * LANGUAGE has no way to say it, or none that is sure to be the same.
 */
const char *expression_text(struct arena *arena, enum sql_language language,
                            const struct expression *expression);

/* The same tree. */
bool expression_is_same(const struct expression *one,
                        const struct expression *other);

/*
 * The named rule by which two expressions, not the same, mean the same up to
 * what the rule says, or NULL.  Where more than one is needed it is the first.
 *
 *     bool-int          true is 1; a flag a is a = 1
 *     clock-precision   now() and clock_timestamp(), datetime('now')
 *     like-case         LIKE folds the case of ASCII's letters on SQLite
 *     name-case         columns "A" and a
 *     number-cast       (a)::numeric and a, bigint and double precision, too
 *     collate-binary    collate "C" is what SQLite does without COLLATE
 *     json-blanks       '{"a": 1}' and '{"a":1}'
 *     moment-text       '2024-01-01 00:00:00', a text on SQLite
 */
const char *expression_rule(const struct expression *one,
                            const struct expression *other);

#endif
