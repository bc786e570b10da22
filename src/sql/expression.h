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
 * often as that can be known.  What is not understood has none: then nothing
 * is claimed.
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
 * In LANGUAGE, in canonical form: lower-case keywords, only the parentheses
 * that are needed, always the same text for the same tree.  NULL: LANGUAGE
 * has no way to say it.
 */
const char *expression_text(struct arena *arena, enum sql_language language,
                            const struct expression *expression);

/* The same tree. */
bool expression_is_same(const struct expression *one,
                        const struct expression *other);

/*
 * The named rule by which two expressions, not the same, mean the same up to
 * what the rule says (a clock's precision: "clock-precision"), or NULL.
 */
const char *expression_rule(const struct expression *one,
                            const struct expression *other);

#endif
