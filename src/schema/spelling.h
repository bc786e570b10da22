/*
 * Whether two texts of one language are but two spellings of the same.
 */
#ifndef DUET_SCHEMA_SPELLING_H
#define DUET_SCHEMA_SPELLING_H

#include <stdbool.h>

#include "sql/language.h"

/*
 * Word for word the same: blanks, comments, the case of bare words and, on
 * SQLite, the quotes around a name make no difference.  NULL is the same as
 * NULL only.
 */
bool spelling_is_same(enum sql_language language, const char *one,
                      const char *other);

/*
 * Two expressions with the same meaning, though in other words: `now()` and
 * `CURRENT_TIMESTAMP`.  Casts must be to the same types, but for those between
 * kinds of text, which change no value.
 */
bool spelling_is_equivalent(enum sql_language language, const char *one,
                            const char *other);

/*
 * The same, but that one casts literals which the other leaves as they are: so
 * PostgreSQL prints what it has been told.
 */
bool spelling_differs_in_literals(enum sql_language language, const char *one,
                                  const char *other);

/* The same, whatever either casts to. */
bool spelling_differs_in_casts(enum sql_language language, const char *one,
                               const char *other);

#endif
