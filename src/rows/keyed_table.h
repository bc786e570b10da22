/*
 * A table whose rows are known by a key: its columns, and the unique indexes
 * that a key can be one of.
 */
#ifndef DUET_ROWS_KEYED_TABLE_H
#define DUET_ROWS_KEYED_TABLE_H

#include "base/arena.h"
#include "db/db.h"

struct keyed_column {
    const char *name;
    const char *ident;    /* quoted */
    const char *type;     /* as a cast takes it */
    const char *given;    /* the value `$?` as the column takes it */
    const char *same;     /* compares it with the value `$?` */
    const char *sort;     /* what follows it in ORDER BY */
    size_t identity;      /* position in the primary key from 1, or 0 */
    bool numeric_boolean; /* true and false are kept as 1 and 0 */
};

struct unique_index {
    const char *name;
    size_t ncolumns;
    const struct keyed_column **columns; /* one that is NULL: an expression */
    const char **collations;             /* ` collate "C"`, or "" */
    const char *predicate;               /* of a partial index, or NULL */
    const char *check_at_once; /* statement, if it may be deferred; or NULL */
    const char *check_late;    /* statement, if that is its default; or NULL */
    bool null_equals_null;
};

struct keyed_table {
    const char *name;   /* as shown */
    const char *target; /* quoted */
    size_t ncolumns;
    struct keyed_column *columns;
    size_t nindexes;
    struct unique_index *indexes; /* what serves best comes first */
    struct arena arena;
};

/*
 * Read NAME (`table` or `schema.table`) from DB's catalog.  Kind USAGE: there
 * is no such table, or rows can't be got or created in it.
 */
bool keyed_table_load(struct keyed_table *table, struct db *db,
                      const char *name, struct duet_error *err);

void keyed_table_clear(struct keyed_table *table);

/* The column, or NULL with an error of kind USAGE. */
const struct keyed_column *keyed_table_column(const struct keyed_table *table,
                                              const char *name,
                                              struct duet_error *err);

/*
 * The unique index over just the COUNT columns NAMES, in any order, or NULL
 * with an error that tells which there are.  Which of several partial ones is
 * meant nobody can tell.
 */
const struct unique_index *keyed_table_index(const struct keyed_table *table,
                                             const char *const *names,
                                             size_t count,
                                             struct duet_error *err);

/*
 * The only unique index all of whose columns are among NAMES, or NULL with an
 * error that tells why there is no such one.
 */
const struct unique_index *keyed_table_guess(const struct keyed_table *table,
                                             const char *const *names,
                                             size_t count,
                                             struct duet_error *err);

#endif
