#include "rows/keyed_table.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "sql/predicate.h"

static const char *
kept_text(struct keyed_table *table, const struct rows *rows, size_t column)
{
    return arena_text(&table->arena, row_text(rows, column));
}

static bool
no_such_table(const char *name, struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_USAGE, "there is no table '%s'", name);
    return err_hint(err, "name it as it is written in the catalog, with its "
                         "schema if it is not in the search path: "
                         "schema.table");
}

/* Sets *ID to the catalog's id of the table. */
static bool
read_table(struct keyed_table *table, struct db *db, const char *name,
           const char **id, struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    const struct db_value arg = db_text(name);

    if (!db_query(db, &rows, db_sql(db, SQL_GETTER_TABLE), &arg, 1, err))
        return false;
    *id = NULL;
    while (rows_next(&rows)) {
        *id = kept_text(table, &rows, 0);
        table->name = kept_text(table, &rows, 1);
        table->target = kept_text(table, &rows, 2);
        if (row_text(&rows, 3) == NULL)
            continue;
        return err_set(err, DUET_ERROR_USAGE,
                       "rows of '%s' can't be got or created: %s", table->name,
                       row_text(&rows, 3));
    }
    return rows_ended(&rows) && (*id != NULL || no_such_table(name, err));
}

static bool
read_columns(struct keyed_table *table, struct db *db, const char *id,
             struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    const struct db_value arg = db_text(id);
    size_t size = 0;

    if (!db_query(db, &rows, db_sql(db, SQL_GETTER_COLUMNS), &arg, 1, err))
        return false;
    while (rows_next(&rows)) {
        table->columns =
            arena_grow(&table->arena, table->columns, table->ncolumns, &size,
                       sizeof *table->columns);
        table->columns[table->ncolumns++] = (struct keyed_column){
            .name = kept_text(table, &rows, 0),
            .ident = kept_text(table, &rows, 1),
            .type = kept_text(table, &rows, 2),
            .identity = (size_t)row_integer(&rows, 3),
            .numeric_boolean = row_boolean(&rows, 4),
            .given = kept_text(table, &rows, 5),
            .same = kept_text(table, &rows, 6),
            .sort = kept_text(table, &rows, 7),
        };
    }
    return rows_ended(&rows);
}

static const struct keyed_column *
find_column(const struct keyed_table *table, const char *name)
{
    for (size_t i = 0; name != NULL && i < table->ncolumns; i++)
        if (strcmp(table->columns[i].name, name) == 0)
            return &table->columns[i];
    return NULL;
}

static void
begin_index(struct keyed_table *table, const struct rows *rows,
            struct unique_index *index)
{
    const char *predicate = row_text(rows, 3);
    const char *definition = row_text(rows, 4);

    *index = (struct unique_index){
        .name = kept_text(table, rows, 0),
        .predicate = arena_text(&table->arena, predicate),
        .null_equals_null = row_boolean(rows, 5),
        .check_at_once = kept_text(table, rows, 6),
        .check_late = kept_text(table, rows, 7),
    };
    if (definition != NULL)
        index->predicate = index_predicate(&table->arena, definition);
}

static void
add_index_column(struct keyed_table *table, const struct rows *rows,
                 struct unique_index *index, size_t *size)
{
    struct arena *arena = &table->arena;
    const char *collation = row_text(rows, 2);
    size_t have = *size;

    index->columns = arena_grow(arena, index->columns, index->ncolumns, size,
                                sizeof *index->columns);
    index->collations = arena_grow(arena, index->collations, index->ncolumns,
                                   &have, sizeof *index->collations);
    index->columns[index->ncolumns] = find_column(table, row_text(rows, 1));
    index->collations[index->ncolumns] =
        collation ? arena_printf(arena, " collate %s", collation) : "";
    index->ncolumns++;
}

static bool
read_indexes(struct keyed_table *table, struct db *db, const char *id,
             struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    const struct db_value arg = db_text(id);
    struct unique_index *last = NULL;
    size_t size = 0;
    size_t key_size = 0;

    if (!db_query(db, &rows, db_sql(db, SQL_GETTER_KEYS), &arg, 1, err))
        return false;
    while (rows_next(&rows)) {
        if (last == NULL || strcmp(last->name, row_text(&rows, 0)) != 0) {
            table->indexes =
                arena_grow(&table->arena, table->indexes, table->nindexes,
                           &size, sizeof *table->indexes);
            last = &table->indexes[table->nindexes++];
            begin_index(table, &rows, last);
            key_size = 0;
        }
        add_index_column(table, &rows, last, &key_size);
    }
    return rows_ended(&rows);
}

bool
keyed_table_load(struct keyed_table *table, struct db *db, const char *name,
                 struct duet_error *err)
{
    const char *id = NULL;

    keyed_table_clear(table);
    return read_table(table, db, name, &id, err) &&
           read_columns(table, db, id, err) && read_indexes(table, db, id, err);
}

void
keyed_table_clear(struct keyed_table *table)
{
    arena_clear(&table->arena);
    *table = (struct keyed_table){0};
}

const struct keyed_column *
keyed_table_column(const struct keyed_table *table, const char *name,
                   struct duet_error *err)
{
    const struct keyed_column *column = find_column(table, name);
    SCOPED(buf_release) struct buf names = {0};

    if (column != NULL)
        return column;
    for (size_t i = 0; i < table->ncolumns; i++)
        buf_printf(&names, "%s%s", i ? ", " : "", table->columns[i].name);
    (void)err_set(err, DUET_ERROR_USAGE, "table '%s' has no column '%s'",
                  table->name, name);
    (void)err_hint(err, "its columns are %s", buf_data(&names));
    return NULL;
}

static bool
is_among(const struct keyed_column *column, const char *const *names,
         size_t count)
{
    for (size_t i = 0; column != NULL && i < count; i++)
        if (strcmp(column->name, names[i]) == 0)
            return true;
    return false;
}

static bool
is_covered(const struct unique_index *index, const char *const *names,
           size_t count)
{
    for (size_t i = 0; i < index->ncolumns; i++)
        if (!is_among(index->columns[i], names, count))
            return false;
    return true;
}

static void
describe_index(const struct unique_index *index, struct buf *text)
{
    buf_printf(text, "%s%s (", text->len ? "; " : "", index->name);
    for (size_t i = 0; i < index->ncolumns; i++)
        buf_printf(text, "%s%s", i ? ", " : "",
                   index->columns[i] ? index->columns[i]->name
                                     : "an expression");
    buf_char(text, ')');
    if (index->predicate != NULL)
        buf_printf(text, " where %s", index->predicate);
}

static const struct unique_index *
refuse(const struct keyed_table *table, const char *const *names, size_t count,
       const char *why, struct duet_error *err)
{
    SCOPED(buf_release) struct buf given = {0};
    SCOPED(buf_release) struct buf have = {0};

    for (size_t i = 0; i < count; i++)
        buf_printf(&given, "%s%s", i ? ", " : "", names[i]);
    for (size_t i = 0; i < table->nindexes; i++)
        describe_index(&table->indexes[i], &have);
    (void)err_set(err, DUET_ERROR_USAGE, "%s (%s) of table '%s'", why,
                  buf_data(&given), table->name);
    if (have.len == 0)
        (void)err_hint(err, "it has none at all: only a unique index keeps "
                            "two callers from both creating the row");
    else
        (void)err_hint(err, "it has %s", buf_data(&have));
    return NULL;
}

/* Another index on the same columns, but on other rows of the table. */
static bool
is_rival(const struct unique_index *one, const struct unique_index *other)
{
    return one->predicate != NULL && other->predicate != NULL &&
           strcmp(one->predicate, other->predicate) != 0;
}

const struct unique_index *
keyed_table_index(const struct keyed_table *table, const char *const *names,
                  size_t count, struct duet_error *err)
{
    const struct unique_index *found = NULL;

    for (size_t i = 0; i < table->nindexes; i++) {
        const struct unique_index *index = &table->indexes[i];

        if (index->ncolumns != count || !is_covered(index, names, count))
            continue;
        if (found == NULL)
            found = index;
        else if (is_rival(found, index))
            return refuse(table, names, count,
                          "more than one partial unique index is on just", err);
    }
    if (found == NULL)
        return refuse(table, names, count, "no unique index is on just", err);
    return found;
}

const struct unique_index *
keyed_table_guess(const struct keyed_table *table, const char *const *names,
                  size_t count, struct duet_error *err)
{
    const struct unique_index *found = NULL;

    for (size_t i = 0; i < table->nindexes; i++) {
        if (!is_covered(&table->indexes[i], names, count))
            continue;
        if (found != NULL)
            return refuse(table, names, count,
                          "more than one unique index is on columns among",
                          err);
        found = &table->indexes[i];
    }
    if (found == NULL)
        return refuse(table, names, count,
                      "no unique index is on columns "
                      "among",
                      err);
    return found;
}
