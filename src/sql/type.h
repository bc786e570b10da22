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
 * PostgreSQL's short names, "varchar(255)", "numeric(10,2)", "text[]".
 *
 * A type that the table does not have is given back as it stands, with blanks
 * made one, on PostgreSQL in lower case where it is not in quotes.  Of SQLite's
 * the table has those only whose affinity keeps the values: DATETIME, JSON and
 * UUID would make a number of a text that looks like one, INT is no key that
 * counts by itself.  They are given back in capitals, so that none of them can
 * be taken for a type of the table.  "mood_enum_text" is the enum mood.  Never
 * NULL.
 */
const char *type_canonical(struct arena *arena, enum sql_language language,
                           const char *text);

/*
 * The same for a type that an expression casts to.  SQLite casts to one that is
 * named for an enum as to any text, so that is given back as it stands.
 */
const char *type_cast_to(struct arena *arena, enum sql_language language,
                         const char *text);

/*
 * The table has it.  It has not: an enum, an array, an extension's type, and
 * what SQLite has no sound form for, such as interval.
 */
bool type_is_known(const char *canonical);

/*
 * SQLite makes a number of a text that looks like one in a column of that
 * type, which is canonical and none of an enum: '1.0' in a JSON, '1e3' in a
 * STRING.
 */
bool type_makes_numbers(const char *canonical);

/*
 * The name by which a column of a canonical type is declared in LANGUAGE, as
 * SQL writes it, such as "uuid_text" on SQLite.  LABELS are those of an enum,
 * else NULL.  What the table does not have is given back as it stands.
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
 * Whether a column of type SQLITE there and one of type POSTGRES there hold
 * the same values, both canonical.  The names of the rules are in
 * type_compare.c.  One that ends in "-check" tells what the column is likely to
 * be, and that it is so only if a CHECK on SQLite sees to it; "integer-width"
 * and "length-unchecked" say that SQLite takes more unless one does.
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
