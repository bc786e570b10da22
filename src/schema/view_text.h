/*
 * The query of a view in a form that does not tell which engine wrote it.
 */
#ifndef DUET_SCHEMA_VIEW_TEXT_H
#define DUET_SCHEMA_VIEW_TEXT_H

#include "base/arena.h"
#include "sql/language.h"

/*
 * What is only spelling is taken out: PostgreSQL's casts, the qualifiers of
 * the only table, parentheses that change nothing, the word AS.
 *
 *     SELECT t.a, (t.b)::text AS c FROM t WHERE (t.a > 1)
 *     select a, b as c from t where a > 1
 *
 * are the same then.  Two queries of the same text mean the same; of two that
 * are not, nothing is known.
 */
const char *view_text(struct arena *arena, enum sql_language language,
                      const char *query);

#endif
