#include "profile/storage.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "migrate/migrate.h"
#include "schema/declaration.h"
#include "schema/write.h"
#include "sql/quote.h"

/* A column of a relation that is there; of one without columns it is "". */
struct column {
    const char *relation;
    const char *name;
    bool is_table;
};

/* In the order of relations and columns. */
struct columns {
    struct column *list;
    size_t count;
    size_t size;
};

static void
columns_add(struct columns *columns, struct arena *arena, struct column column)
{
    columns->list = arena_grow(arena, columns->list, columns->count,
                               &columns->size, sizeof *columns->list);
    columns->list[columns->count++] = column;
}

static bool
read_columns(struct db *db, struct arena *arena, struct columns *out,
             struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};

    if (!db_query(db, &rows, db_sql(db, SQL_STORAGE_COLUMNS), NULL, 0, err))
        return false;
    while (rows_next(&rows))
        columns_add(out, arena,
                    (struct column){
                        .relation = arena_text(arena, row_text(&rows, 0)),
                        .is_table = row_boolean(&rows, 1),
                        .name = arena_text(arena, row_text(&rows, 2)),
                    });
    return rows_ended(&rows);
}

static int
compare(const struct column *one, const struct column *other)
{
    int order = strcmp(one->relation, other->relation);

    return order != 0 ? order : strcmp(one->name, other->name);
}

static int
compare_columns(const void *one, const void *other)
{
    return compare(one, other);
}

static bool
read_declared(struct arena *arena, struct columns *out, struct duet_error *err)
{
    SCOPED(schema_clear) struct schema schema = {0};

    if (!declaration_embedded(&schema, NULL, err))
        return false;
    for (size_t i = 0; i < schema.nobjects; i++) {
        const struct object *table = schema.objects[i];

        for (size_t j = 0; j < table->nchildren; j++)
            if (table->children[j]->kind == OBJECT_COLUMN)
                columns_add(
                    out, arena,
                    (struct column){
                        .relation = arena_text(arena, table->name),
                        .is_table = true,
                        .name = arena_text(arena, table->children[j]->name),
                    });
    }
    if (out->count > 0)
        qsort(out->list, out->count, sizeof *out->list, compare_columns);
    return true;
}

static bool
has_relation(const struct columns *columns, const char *name)
{
    for (size_t i = 0; i < columns->count; i++)
        if (strcmp(columns->list[i].relation, name) == 0)
            return true;
    return false;
}

/*
 * Move the relations that DECLARED has not out of ACTUAL, and count them.  A
 * ledger is not one: it comes with what it tells of.
 */
static size_t
drop_strangers(struct columns *actual, const struct columns *declared)
{
    size_t kept = 0;
    size_t strangers = 0;
    const char *last = "";

    for (size_t i = 0; i < actual->count; i++) {
        struct column column = actual->list[i];

        if (has_relation(declared, column.relation))
            actual->list[kept++] = column;
        else if (strcmp(last, column.relation) != 0 &&
                 strcmp(column.relation, LEDGER_TABLE) != 0)
            strangers++;
        last = column.relation;
    }
    actual->count = kept;
    return strangers;
}

static const char *
lacks(struct arena *arena, const struct columns *actual,
      const struct column *column)
{
    if (!has_relation(actual, column->relation))
        return arena_printf(arena, "some of its tables are there, '%s' is not",
                            column->relation);
    return arena_printf(arena, "its table '%s' has no column '%s'",
                        column->relation, column->name);
}

/* What is wrong, or NULL; both lists are in the same order. */
static const char *
first_difference(struct arena *arena, const struct columns *actual,
                 const struct columns *declared)
{
    size_t a = 0;
    size_t d = 0;

    while (a < actual->count || d < declared->count) {
        const struct column *have = &actual->list[a];
        const struct column *want = &declared->list[d];
        int order = a == actual->count     ? 1
                    : d == declared->count ? -1
                                           : compare(have, want);

        if (order <= 0 && !have->is_table)
            return arena_printf(arena, "'%s' is no table", have->relation);
        if (order > 0)
            return lacks(arena, actual, want);
        if (order < 0)
            return arena_printf(arena, "its table '%s' has a column '%s'",
                                have->relation, have->name);
        a++;
        d++;
    }
    return NULL;
}

bool
storage_lock(struct db *db, struct duet_error *err)
{
    return db_exec(db, db_sql(db, SQL_STORAGE_LOCK), err);
}

bool
storage_inspect(struct db *db, struct arena *arena, struct storage *out,
                struct duet_error *err)
{
    struct columns declared = {0};
    struct columns actual = {0};

    if (!read_declared(arena, &declared, err) ||
        !read_columns(db, arena, &actual, err))
        return false;
    *out = (struct storage){0};
    out->strangers = drop_strangers(&actual, &declared);
    if (actual.count == 0)
        return true;
    out->obstacle = first_difference(arena, &actual, &declared);
    out->state = out->obstacle == NULL ? STORAGE_WHOLE : STORAGE_OTHER;
    return true;
}

bool
storage_sql(struct buf *out, const char *engine, struct duet_error *err)
{
    SCOPED(schema_clear) struct schema schema = {0};

    return declaration_embedded(&schema, engine, err) &&
           write_sql(out, &schema, engine, err);
}

static bool
make_as_declared(struct db *db, struct duet_error *err)
{
    SCOPED(buf_release) struct buf sql = {0};

    return storage_sql(&sql, db_dialect(db)->name, err) &&
           db_exec(db, buf_data(&sql), err);
}

/*
 * By its migrations, which the ledger tells.  One that tells of something else
 * stays as it is: its tree knows nothing of these tables.
 */
static bool
make_tables(struct db *db, struct duet_error *err)
{
    SCOPED(tree_clear) struct tree tree = {0};
    SCOPED(ledger_clear) struct ledger ledger = {0};

    if (!ledger_read(&ledger, db, err))
        return false;
    if (ledger.count > 0)
        return make_as_declared(db, err);
    return tree_embedded(&tree, db_dialect(db)->name, err) &&
           migrate_within(db, &tree, err);
}

bool
storage_make(struct db *db, struct duet_error *err)
{
    return (make_tables(db, err) && db_exec(db, db_sql(db, SQL_SEED), err)) ||
           err_wrap(err, "the storage of a profile");
}

/* The last that was declared comes first. */
static int
compare_places(const void *one, const void *other)
{
    const struct object *a = *(struct object *const *)one;
    const struct object *b = *(struct object *const *)other;

    int order = strcmp(b->place.file, a->place.file);

    if (order != 0)
        return order;
    return (a->place.line < b->place.line) - (a->place.line > b->place.line);
}

/* A table may be referenced by those that were declared after it. */
static bool
drop_tables(struct db *db, struct duet_error *err)
{
    SCOPED(schema_clear) struct schema schema = {0};
    SCOPED(buf_release) struct buf sql = {0};

    if (!declaration_embedded(&schema, NULL, err))
        return false;
    qsort(schema.objects, schema.nobjects, sizeof *schema.objects,
          compare_places);
    for (size_t i = 0; i < schema.nobjects; i++)
        if (schema.objects[i]->kind == OBJECT_TABLE)
            buf_printf(&sql, "drop table if exists %s;\n",
                       sql_name(&schema.arena, schema.objects[i]->name));
    return db_exec(db, buf_data(&sql), err);
}

/* One that tells of something else, too, is somebody else's. */
static bool
drop_ledger(struct db *db, struct duet_error *err)
{
    SCOPED(tree_clear) struct tree tree = {0};
    SCOPED(ledger_clear) struct ledger ledger = {0};

    if (!tree_embedded(&tree, db_dialect(db)->name, err) ||
        !ledger_read(&ledger, db, err))
        return false;
    for (size_t i = 0; i < ledger.count; i++)
        if (tree_find(&tree, ledger.list[i].version) == NULL)
            return true;
    return ledger.count == 0 || ledger_drop(&ledger, db, err);
}

bool
storage_drop(struct db *db, struct duet_error *err)
{
    return drop_tables(db, err) && drop_ledger(db, err);
}

static bool
find_user(struct db *db, struct arena *arena, const char **id,
          struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};

    *id = NULL;
    if (!db_query(db, &rows, db_sql(db, SQL_STORAGE_USER), NULL, 0, err))
        return false;
    while (rows_next(&rows))
        *id = arena_text(arena, row_text(&rows, 0));
    return rows_ended(&rows);
}

/* The seed is not run over a user who is there: that would burn an id. */
bool
storage_user(struct db *db, struct arena *arena, const char **id,
             struct duet_error *err)
{
    if (!find_user(db, arena, id, err))
        return false;
    if (*id != NULL)
        return true;
    if (!db_exec(db, db_sql(db, SQL_SEED), err) ||
        !find_user(db, arena, id, err))
        return false;
    return *id != NULL ||
           err_set(err, DUET_ERROR_SQL, "the seed makes no default user");
}
