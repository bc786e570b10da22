/*
 * The table of types, for the files of type.h alone.  A type has a row for
 * each shape of its arguments that is guarded in a way of its own.
 */
#ifndef DUET_SQL_TYPE_TABLE_H
#define DUET_SQL_TYPE_TABLE_H

#include <stddef.h>

#include "sql/type.h"

enum type_shape {
    SHAPE_PLAIN,    /* text */
    SHAPE_LENGTH,   /* varchar(255) */
    SHAPE_FRACTION, /* timestamptz(3): digits of a second, up to 6 */
    SHAPE_EXACT,    /* numeric(10,2): up to 15 digits, which a double keeps */
    SHAPE_WIDE      /* numeric(38,2) */
};

/* What is written between the parentheses. */
struct type_arguments {
    unsigned count;
    int value[2];
};

/*
 * The guards' texts have these marks:
 *
 *     {c}   the column's name
 *     {n}   the first argument: a length, a number of digits
 *     {s}   the second: how many of them are behind the point
 *     {i}   how many are before it
 *     {f}   a GLOB pattern for the six digits of a fraction of {n}
 *     {l}   the labels of an enum
 */
struct type_row {
    const char *name; /* canonical, without arguments */
    enum type_shape shape;
    const char *postgres; /* further spellings there: "int|int4" */
    const char *sqlite;   /* how a column is declared on SQLite */
    /* Further spellings there, of the same affinity and the same values. */
    const char *sqlite_also;
    struct type_guard on_sqlite[TYPE_GUARDS];
    struct type_guard on_postgres[TYPE_GUARDS];
};

extern const struct type_row type_rows[];
extern const size_t type_row_count;

/* Not a row of the table: an enum, which has a name of its own. */
extern const struct type_guard type_enum_guards[TYPE_GUARDS];

/*
 * What TEXT in LANGUAGE says: the words of a name in lower case, with one
 * blank between them, and arguments, wherever they stand:
 *
 *     TIMESTAMP(3) with time zone   ->   timestamp with time zone, 3
 */
struct type_spelling {
    const char *words;
    struct type_arguments arguments;
    unsigned dimensions; /* of an array */
    bool odd;            /* it has something else, too */
};

struct type_spelling type_spell(struct arena *arena, enum sql_language language,
                                const char *text);

/* The row of a canonical type, or NULL; ARGUMENTS are set if there is one. */
const struct type_row *type_find(struct arena *arena, const char *canonical,
                                 struct type_arguments *arguments);

/* One of the words between the bars of LIST is WORD. */
bool type_is_among(const char *list, const char *word);

#endif
