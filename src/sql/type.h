/*
 * The types of columns: one table that says what each is called on either
 * engine, how SQLite stores it, and what has to be checked there so that both
 * engines take the same values.
 *
 *     character varying(255)   PostgreSQL's catalog
 *     varchar(255)             a declaration, and the canonical name
 *     VARCHAR(255)             SQLite, which takes any text for a type
 */
#ifndef DUET_SQL_TYPE_H
#define DUET_SQL_TYPE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "sql/language.h"

/*
 * The canonical name of the type that TEXT is in LANGUAGE: lower case,
 * PostgreSQL's short names, "varchar(255)", "numeric(10,2)", "text[]".  A type
 * that the table does not have is given back as it stands, with blanks made
 * one.  Never NULL.
 */
const char *type_canonical(struct arena *arena, enum sql_language language,
                           const char *text);

/* The table has it; an enum and an extension's type it has not. */
bool type_is_known(const char *canonical);

/*
 * The name by which a column of a canonical type is declared in LANGUAGE, such
 * as "uuid_text" on SQLite.  LABELS are those of an enum, else NULL.
 */
const char *type_declared(struct arena *arena, enum sql_language language,
                          const char *canonical, const char *labels);

/*
 * What has to be checked of a column of that type in LANGUAGE so that both
 * engines take the same values.  COLUMN is its name; LABELS as above.  The
 * checks are written in LANGUAGE, in the order in which they must stand.
 */
struct type_guard {
    const char *kind; /* "length": the check is ck_TABLE_COLUMN_KIND */
    const char *expression;
};

enum { TYPE_GUARDS = 4 }; /* at most */

unsigned type_guards(struct arena *arena, enum sql_language language,
                     const char *canonical, const char *column,
                     const char *labels, struct type_guard out[TYPE_GUARDS]);

/*
 * Whether a column of type ONE on SQLite and of type OTHER on PostgreSQL hold
 * the same values, both canonical.
 */
enum type_relation {
    TYPE_SAME,       /* the same canonical type */
    TYPE_EQUIVALENT, /* by the rule that is named */
    TYPE_DIFFERENT,
    TYPE_UNKNOWN /* one of them is not understood */
};

enum type_relation type_compare(const char *sqlite, const char *postgres,
                                const char **rule);

#endif
