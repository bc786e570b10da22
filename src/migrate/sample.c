#include "migrate/sample.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "sql/quote.h"

/* ------------------------------------------------------------------------
 * What there is
 */

/* A part of another table, or none that has rows of its own, is left out. */
static bool
is_sampled(const struct object *object)
{
    return object->kind == OBJECT_TABLE &&
           !object_is(object, ATTRIBUTE_VIRTUAL) &&
           !object_is(object, ATTRIBUTE_PARTITION_OF);
}

static const char *
full_name(struct arena *arena, const char *schema, const char *name)
{
    const char *quoted = sql_ident(arena, name);

    return schema == NULL
               ? quoted
               : arena_printf(arena, "%s.%s", sql_ident(arena, schema), quoted);
}

static void
add_column(struct sample *sample, struct sample_table *table,
           const struct object *object)
{
    if (object->kind != OBJECT_COLUMN ||
        object->text[ATTRIBUTE_GENERATED] != NULL)
        return;
    table->columns[table->ncolumns++] = (struct sample_column){
        .name = arena_text(&sample->arena, object->name),
        .type = arena_text(&sample->arena, object->text[ATTRIBUTE_TYPE]),
    };
}

static void
add_table(struct sample *sample, const struct object *object)
{
    struct arena *arena = &sample->arena;
    struct sample_table *table = &sample->tables[sample->ntables++];

    *table = (struct sample_table){
        .schema = arena_text(arena, object->schema),
        .name = arena_text(arena, object->name),
        .title = arena_text(arena, object_title(arena, object)),
        .columns =
            arena_array(arena, object->nchildren + 1, sizeof *table->columns),
    };
    for (size_t i = 0; i < object->nchildren; i++)
        add_column(sample, table, object->children[i]);
}

static const char *
rows_query(struct arena *arena, const struct sample_table *table)
{
    SCOPED(buf_release) struct buf sql = {0};

    buf_text(&sql, "select ");
    for (size_t i = 0; i < table->ncolumns; i++)
        buf_printf(&sql, "%s%s", i > 0 ? ", " : "",
                   sql_ident(arena, table->columns[i].name));
    if (table->ncolumns == 0)
        buf_text(&sql, "null");
    buf_printf(&sql, " from %s", full_name(arena, table->schema, table->name));
    return arena_text(arena, buf_data(&sql));
}

static void
add_value(struct arena *arena, struct sample_column *column, const char *value)
{
    if (value == NULL)
        return;
    column->count++;
    if (column->least == NULL || strcmp(value, column->least) < 0)
        column->least = arena_text(arena, value);
    if (column->greatest == NULL || strcmp(value, column->greatest) > 0)
        column->greatest = arena_text(arena, value);
}

/* The rows are few: reading them costs less than asking for sums of them. */
static bool
read_table(struct sample *sample, struct sample_table *table, struct db *db,
           struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(rows_clear) struct rows rows = {0};

    if (!db_query(db, &rows, rows_query(&arena, table), NULL, 0, err))
        return false;
    while (rows_next(&rows)) {
        table->count++;
        for (size_t i = 0; i < table->ncolumns; i++)
            add_value(&sample->arena, &table->columns[i], row_text(&rows, i));
    }
    return rows_ended(&rows);
}

bool
sample_take(struct sample *out, struct db *db, const struct schema *schema,
            struct duet_error *err)
{
    sample_clear(out);
    out->tables =
        arena_array(&out->arena, schema->nobjects + 1, sizeof *out->tables);
    for (size_t i = 0; i < schema->nobjects; i++)
        if (is_sampled(schema->objects[i]))
            add_table(out, schema->objects[i]);
    for (size_t i = 0; i < out->ntables; i++)
        if (!read_table(out, &out->tables[i], db, err))
            return false;
    return true;
}

void
sample_clear(struct sample *sample)
{
    arena_clear(&sample->arena);
    *sample = (struct sample){0};
}

/* ------------------------------------------------------------------------
 * What was lost
 */

static bool
is_same(const char *one, const char *other)
{
    return one == NULL || other == NULL ? one == other
                                        : strcmp(one, other) == 0;
}

static const struct sample_table *
find_table(const struct sample *sample, const struct sample_table *like)
{
    for (size_t i = 0; i < sample->ntables; i++)
        if (strcmp(sample->tables[i].name, like->name) == 0 &&
            is_same(sample->tables[i].schema, like->schema))
            return &sample->tables[i];
    return NULL;
}

static const struct sample_column *
find_column(const struct sample_table *table, const char *name)
{
    for (size_t i = 0; i < table->ncolumns; i++)
        if (strcmp(table->columns[i].name, name) == 0)
            return &table->columns[i];
    return NULL;
}

struct comparing {
    struct arena arena;
    const struct sample_table *before;
    const struct sample_table *enough; /* or NULL */
    void (*lost)(void *context, const struct sample_loss *loss);
    void *context;
};

static const char *
number_text(struct arena *arena, int64_t number)
{
    return arena_printf(arena, "%" PRId64, number);
}

static void
tell_count(struct comparing *comparing, const char *title, const char *what,
           int64_t before, int64_t after)
{
    comparing->lost(comparing->context,
                    &(struct sample_loss){
                        .table = comparing->before,
                        .title = title,
                        .what = what,
                        .before = number_text(&comparing->arena, before),
                        .after = number_text(&comparing->arena, after),
                    });
}

static const char *
extremes(struct arena *arena, const struct sample_column *column)
{
    const char *least = column->least ? column->least : "null";
    const char *greatest = column->greatest ? column->greatest : "null";

    return strcmp(least, greatest) == 0
               ? least
               : arena_printf(arena, "%s, %s", least, greatest);
}

/* It is what it was meant to be again. */
static bool
is_enough(const struct comparing *comparing, const struct sample_column *after)
{
    const struct sample_column *enough =
        comparing->enough ? find_column(comparing->enough, after->name) : NULL;

    return enough != NULL && after->count >= enough->count &&
           (after->count > enough->count ||
            (is_same(after->least, enough->least) &&
             is_same(after->greatest, enough->greatest)));
}

static void
compare_column(struct comparing *comparing, const struct sample_column *before,
               const struct sample_column *after)
{
    struct arena *arena = &comparing->arena;
    const char *title = arena_printf(arena, "column '%s' of %s", before->name,
                                     comparing->before->title);

    if (is_enough(comparing, after))
        return;
    if (after->count < before->count)
        tell_count(comparing, title, "values that are not null", before->count,
                   after->count);
    else if (is_same(before->type, after->type) &&
             after->count == before->count &&
             (!is_same(before->least, after->least) ||
              !is_same(before->greatest, after->greatest)))
        comparing->lost(comparing->context,
                        &(struct sample_loss){
                            .table = comparing->before,
                            .title = title,
                            .what = "values",
                            .before = extremes(arena, before),
                            .after = extremes(arena, after),
                            .is_update = true,
                        });
}

static void
compare_table(struct comparing *comparing, const struct sample_table *after)
{
    const struct sample_table *before = comparing->before;

    if (after->count < before->count &&
        (comparing->enough == NULL ||
         after->count < comparing->enough->count)) {
        tell_count(comparing, before->title, "rows", before->count,
                   after->count);
        return;
    }
    for (size_t i = 0; i < before->ncolumns; i++) {
        const struct sample_column *column =
            find_column(after, before->columns[i].name);

        if (column != NULL)
            compare_column(comparing, &before->columns[i], column);
    }
}

void
sample_compare(const struct sample *before, const struct sample *after,
               const struct sample *enough,
               void (*lost)(void *context, const struct sample_loss *loss),
               void *context)
{
    struct comparing comparing = {.lost = lost, .context = context};

    for (size_t i = 0; i < before->ntables; i++) {
        const struct sample_table *same = find_table(after, &before->tables[i]);

        comparing.before = &before->tables[i];
        comparing.enough =
            enough ? find_table(enough, &before->tables[i]) : NULL;
        if (same != NULL)
            compare_table(&comparing, same);
    }
    arena_clear(&comparing.arena);
}
