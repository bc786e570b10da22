/*
 * What a getter holds, and its SQL: shared by get_or_create.c, which handles
 * one row, and batch.c, which handles many.
 */
#ifndef DUET_ROWS_GETTER_H
#define DUET_ROWS_GETTER_H

#include "base/arena.h"
#include "db/db.h"
#include "rows/keyed_table.h"

struct duet_getter {
    struct db *db;
    struct keyed_table table;
    const struct unique_index *index;
    size_t nkey;
    size_t nset;
    const struct keyed_column **columns; /* of the key, then those to set */
    struct db_value *args;               /* in their order */
    struct db_statement *select;         /* these two: once prepared */
    struct db_statement *insert;

    size_t nidentity;
    const struct keyed_column **identity;
    const char **names; /* of the identity columns */
    const char **ids;   /* and their values in the last answer */

    struct arena arena;
    struct arena answer; /* what the last answer points to */
};

struct buf;

/* getter_open() in two steps: the second is a round trip for each statement. */
bool getter_load(struct duet_getter **out, struct db *db, const char *table,
                 const char *const *key, size_t nkey, const char *const *set,
                 size_t nset, struct duet_error *err);
/* Does nothing where it was done already. */
bool getter_prepare(struct duet_getter *getter, struct duet_error *err);

/* What follows a value that is compared with COLUMN as the key's index does. */
const char *getter_collation(const struct duet_getter *getter,
                             const struct keyed_column *column);

/* Write the comparison of COLUMN with VALUE, such as `"label" is $3`. */
void getter_compare(struct buf *sql, const struct keyed_column *column,
                    const char *value);

/* Write the columns of the key as ON CONFLICT takes them. */
void getter_add_target(struct buf *sql, const struct duet_getter *getter);

/*
 * Write the query that tells for each set column whether it is as asked for,
 * and what it holds.
 */
void getter_write_explain(struct buf *sql, const struct duet_getter *getter);

/* A row may have to be undone after it was inserted; see get_or_create.c. */
bool getter_is_partial(const struct duet_getter *getter);

#endif
