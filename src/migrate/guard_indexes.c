/*
 * The indexes that go with a table, and whether the one that takes its place
 * has as good ones.
 */
#include <string.h>

#include "base/err.h"
#include "migrate/guard_part.h"

struct index_column {
    struct index_column *next;
    const char *name; /* NULL: an expression */
};

struct guard_index {
    struct guard_index *next;
    const char *name;
    struct index_column *columns;
    bool is_unique;
    bool is_partial;
    bool is_created; /* by CREATE INDEX, not by a constraint */
};

static bool
read_columns(struct guard *guard, struct guard_index *index,
             struct duet_error *err)
{
    enum { NAME = 2 };
    SCOPED(rows_clear) struct rows rows = {0};
    struct index_column **end = &index->columns;

    if (!guard_pragma(guard, &rows, "index_info", index->name, err))
        return false;
    while (rows_next(&rows)) {
        *end = arena_alloc(&guard->arena, sizeof **end);
        (*end)->name = arena_text(&guard->arena, row_text(&rows, NAME));
        end = &(*end)->next;
    }
    return rows_ended(&rows);
}

bool
guard_read_indexes(struct guard *guard, const char *table,
                   struct guard_index **out, struct duet_error *err)
{
    enum { NAME = 1, UNIQUE, ORIGIN, PARTIAL };
    SCOPED(rows_clear) struct rows rows = {0};
    struct guard_index *index;

    if (!guard_pragma(guard, &rows, "index_list", table, err))
        return false;
    while (rows_next(&rows)) {
        index = arena_alloc(&guard->arena, sizeof *index);
        index->name = arena_text(&guard->arena, row_text(&rows, NAME));
        index->is_unique = row_boolean(&rows, UNIQUE);
        index->is_partial = row_boolean(&rows, PARTIAL);
        index->is_created = strcmp(row_text(&rows, ORIGIN), "c") == 0;
        index->next = *out;
        *out = index;
    }
    if (!rows_ended(&rows))
        return false;
    for (index = *out; index != NULL; index = index->next)
        if (!read_columns(guard, index, err))
            return false;
    return true;
}

static bool
has_column(const struct index_column *columns, const char *name)
{
    while (columns != NULL &&
           (columns->name == NULL || !guard_same(columns->name, name)))
        columns = columns->next;
    return columns != NULL;
}

/* Two expressions may be the same, and may not. */
static bool
are_same(const struct index_column *one, const struct index_column *other)
{
    while (one != NULL && other != NULL && one->name != NULL &&
           other->name != NULL && guard_same(one->name, other->name)) {
        one = one->next;
        other = other->next;
    }
    return one == NULL && other == NULL;
}

/* Another index or a constraint may do what this one did. */
static bool
does_as_well(const struct guard_index *index, const struct guard_index *indexes)
{
    for (; indexes != NULL; indexes = indexes->next)
        if (guard_same(indexes->name, index->name) ||
            (indexes->is_unique >= index->is_unique &&
             indexes->is_partial <= index->is_partial &&
             are_same(indexes->columns, index->columns)))
            return true;
    return false;
}

static bool
read_names(struct guard *guard, const char *table, struct index_column **out,
           struct duet_error *err)
{
    enum { NAME = 1 };
    SCOPED(rows_clear) struct rows rows = {0};

    if (!guard_pragma(guard, &rows, "table_xinfo", table, err))
        return false;
    while (rows_next(&rows)) {
        struct index_column *column =
            arena_alloc(&guard->arena, sizeof *column);

        column->name = arena_text(&guard->arena, row_text(&rows, NAME));
        column->next = *out;
        *out = column;
    }
    return rows_ended(&rows);
}

/* One on a column that is gone can't be had again. */
static bool
is_possible(const struct guard_index *index, const struct index_column *columns)
{
    for (const struct index_column *at = index->columns; at != NULL;
         at = at->next)
        if (at->name != NULL && !has_column(columns, at->name))
            return false;
    return true;
}

/* Without a unique one double rows come in; a plain one is only missed. */
static bool
index_lost(struct guard *guard, const struct guard_index *index,
           const char *table, struct duet_error *err)
{
    if (!index->is_unique) {
        guard_remark(guard, "index '%s' is gone with the old table '%s'",
                     index->name, table);
        return true;
    }
    (void)err_set(err, DUET_ERROR_CONSTRAINT,
                  "unique index '%s' of table '%s' would be lost: it went with "
                  "the table that was dropped",
                  index->name, table);
    return err_hint(err, "create it again at the end of the file, or write "
                         "\"drop index\" before the table is dropped");
}

bool
guard_check_indexes(struct guard *guard, const struct guard_index *dropped,
                    const char *table, struct duet_error *err)
{
    struct index_column *columns = NULL;
    struct guard_index *now = NULL;

    if (dropped == NULL)
        return true;
    if (!guard_read_indexes(guard, table, &now, err) ||
        !read_names(guard, table, &columns, err))
        return false;
    for (const struct guard_index *at = dropped; at != NULL; at = at->next)
        if (at->is_created && !guard_names(guard, at->name) &&
            !does_as_well(at, now) && is_possible(at, columns) &&
            !index_lost(guard, at, table, err))
            return false;
    return true;
}
