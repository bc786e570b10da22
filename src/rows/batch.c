#include "rows/batch.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "rows/chunk.h"
#include "rows/row_reader.h"

/* A chunk is full with so many rows, or so many bytes of values. */
enum { CHUNK_ROWS = 1000, CHUNK_BYTES = 1 << 20 };

struct batch {
    struct db *db;
    const char *table;
    const char *name; /* of the file */
    const struct batch_options *options;
    struct row_reader *reader;
    struct batch_event event;

    bool is_open; /* what follows is set */
    struct chunk_plan plan;
    size_t columns;
    const char **names;  /* the columns of the rows, as they were given */
    size_t *order;       /* where the getter's columns stand among them */
    struct arena layout; /* of the above */

    /* One is being filled from the file while the database has the other. */
    struct chunk chunks[2];
    struct chunk *filling;
    struct chunk *asked; /* or NULL */
    bool is_saved; /* the savepoint stands, and nothing was written since */
};

static bool
at_line(const struct batch *batch, uint64_t line, struct duet_error *err)
{
    return err_wrap(err, "%s:%llu", batch->name, (unsigned long long)line);
}

static void
layout_close(struct batch *batch)
{
    chunk_clear(&batch->chunks[0]);
    chunk_clear(&batch->chunks[1]);
    chunk_plan_close(&batch->plan);
    arena_clear(&batch->layout);
    batch->is_open = false;
}

static bool
has_layout(const struct batch *batch, const struct text_row *row)
{
    if (!batch->is_open || batch->columns != row->count)
        return false;
    for (size_t i = 0; i < row->count; i++)
        if (strcmp(batch->names[i], row->names[i]) != 0)
            return false;
    return true;
}

static bool
is_key(const char *const *key, size_t nkey, const char *name)
{
    for (size_t i = 0; i < nkey; i++)
        if (strcmp(key[i], name) == 0)
            return true;
    return false;
}

/* The key columns: those asked for, or those of the only index that fits. */
static bool
choose_key(struct batch *batch, const struct text_row *row,
           const char *const **key, size_t *nkey, struct duet_error *err)
{
    SCOPED(keyed_table_clear) struct keyed_table table = {0};
    const struct unique_index *index;
    const char **names;

    *key = batch->options->key;
    *nkey = batch->options->nkey;
    if (*nkey != 0)
        return true;
    if (!keyed_table_load(&table, batch->db, batch->table, err))
        return false;
    index = keyed_table_guess(&table, row->names, row->count, err);
    if (index == NULL)
        return false;
    names = arena_array(&batch->layout, index->ncolumns, sizeof *names);
    for (size_t i = 0; i < index->ncolumns; i++)
        names[i] = arena_text(&batch->layout, index->columns[i]->name);
    *key = names;
    *nkey = index->ncolumns;
    return true;
}

static size_t
position_of(const struct text_row *row, const char *name)
{
    size_t i = 0;

    while (i < row->count && strcmp(row->names[i], name) != 0)
        i++;
    return i;
}

/* The getter's columns are the key, then what else a row has. */
static bool
order_columns(struct batch *batch, const struct text_row *row,
              const char *const *key, size_t nkey, const char **set,
              struct duet_error *err)
{
    size_t count = nkey;

    batch->columns = row->count;
    batch->names =
        arena_array(&batch->layout, row->count, sizeof *batch->names);
    batch->order =
        arena_array(&batch->layout, row->count + nkey, sizeof *batch->order);
    for (size_t i = 0; i < nkey; i++) {
        batch->order[i] = position_of(row, key[i]);
        if (batch->order[i] == row->count)
            return err_set(err, DUET_ERROR_USAGE,
                           "the row has no key column '%s'", key[i]);
    }
    for (size_t i = 0; i < row->count; i++) {
        batch->names[i] = arena_text(&batch->layout, row->names[i]);
        if (is_key(key, nkey, row->names[i]) &&
            position_of(row, row->names[i]) == i)
            continue;
        set[count - nkey] = batch->names[i];
        batch->order[count++] = i;
    }
    return true;
}

static bool
layout_open(struct batch *batch, const struct text_row *row,
            struct duet_error *err)
{
    struct duet_getter *getter = NULL;
    const char *const *key;
    const char **set = arena_array(&batch->layout, row->count + 1, sizeof *set);
    size_t nkey;

    if (!choose_key(batch, row, &key, &nkey, err) ||
        !order_columns(batch, row, key, nkey, set, err) ||
        !getter_load(&getter, batch->db, batch->table, key, nkey, set,
                     row->count - nkey, err))
        return false;
    batch->is_open = true;
    batch->filling = &batch->chunks[0];
    chunk_reuse(batch->filling, &batch->plan);
    return chunk_plan_open(&batch->plan, getter, err);
}

static void
add_row(struct batch *batch, const struct text_row *row)
{
    struct chunk *chunk = batch->filling;
    const char **values =
        arena_array(&chunk->arena, row->count, sizeof *values);

    for (size_t i = 0; i < row->count; i++) {
        const char *value = row->values[batch->order[i]];

        values[i] = arena_text(&chunk->arena, value);
        chunk->bytes += value ? strlen(value) : 0;
    }
    chunk->rows = arena_grow(&chunk->arena, chunk->rows, chunk->count,
                             &chunk->size, sizeof *chunk->rows);
    chunk->rows[chunk->count++] =
        (struct chunk_row){.line = row->line, .values = values};
}

static bool
is_different(const struct batch *batch, const struct duet_row *row,
             struct duet_error *err)
{
    const struct duet_difference *first = row->different;

    (void)err_set(err, DUET_ERROR_DRIFT,
                  "row of '%s' is different: %s is %s%s%s, not %s%s%s",
                  batch->table, first->column, first->stored ? "'" : "",
                  first->stored ? first->stored : "NULL",
                  first->stored ? "'" : "", first->given ? "'" : "",
                  first->given ? first->given : "NULL",
                  first->given ? "'" : "");
    return err_hint(err, "nothing was changed; --on-difference ignore takes "
                         "such rows as they are");
}

static bool
tell(struct batch *batch, const struct chunk_row *from,
     const struct duet_row *row, struct duet_error *err)
{
    struct batch_event *event = &batch->event;

    event->line = from->line;
    event->row = row;
    event->created += row->outcome == DUET_CREATED;
    event->found += row->outcome == DUET_FOUND;
    event->different += row->outcome == DUET_DIFFERENT;
    event->bytes = row_reader_bytes(batch->reader);
    if (row->outcome == DUET_DIFFERENT && !batch->options->ignore_differences)
        return is_different(batch, row, err);
    if (batch->options->event != NULL)
        batch->options->event(batch->options->context, event);
    return true;
}

/* Tell what became of a row; ask for it singly where that is open yet. */
static bool
finish_row(struct batch *batch, const struct chunk_row *from,
           struct duet_error *err)
{
    struct duet_getter *getter = batch->plan.getter;
    struct duet_row row = {
        .outcome = from->created ? DUET_CREATED : DUET_FOUND,
        .nidentity = getter->nidentity,
        .identity = getter->names,
        .id = from->ids,
    };

    if (!from->answered &&
        !get_or_create(getter, from->values, from->values + getter->nkey, &row,
                       err))
        return false;
    return tell(batch, from, &row, err);
}

static bool
finish_rows(struct batch *batch, const struct chunk *chunk,
            struct duet_error *err)
{
    for (size_t i = 0; i < chunk->count; i++)
        if (!finish_row(batch, &chunk->rows[i], err))
            return at_line(batch, chunk->rows[i].line, err);
    return true;
}

static bool
save(struct batch *batch, struct duet_error *err)
{
    if (!batch->is_saved)
        batch->is_saved = db_exec(batch->db, "savepoint duet_chunk", err);
    return batch->is_saved;
}

/* What CHUNK has written stays, or is undone. */
static bool
keep(struct batch *batch, struct duet_error *err)
{
    batch->is_saved = false;
    return db_exec(batch->db, "release savepoint duet_chunk", err);
}

static bool
undo(struct batch *batch, struct chunk *chunk, struct duet_error *err)
{
    chunk_forget(chunk);
    batch->is_saved = false;
    return db_exec(batch->db,
                   "rollback to savepoint duet_chunk; "
                   "release savepoint duet_chunk",
                   err);
}

/* Somebody has created a row after it was looked for. */
static bool
is_race(const struct batch *batch, const struct duet_error *err)
{
    return err->kind == DUET_ERROR_CONSTRAINT &&
           strcmp(err->constraint, batch->plan.getter->index->name) == 0;
}

/* A row that was created meanwhile is there for the next look. */
static bool
finish_chunk(struct batch *batch, struct chunk *chunk, struct duet_error *err)
{
    struct duet_error first = {0};

    if (chunk_finish(chunk, &first))
        return true;
    if (is_race(batch, &first))
        return undo(batch, chunk, err) && save(batch, err) &&
               chunk_send(chunk, err) && chunk_finish(chunk, err);
    *err = first;
    return false;
}

/*
 * A statement for many rows does not tell which of them it failed for: undo it
 * and ask for them one by one, to fail at the right one.
 */
static bool
finish_singly(struct batch *batch, struct chunk *chunk, struct duet_error *err)
{
    if (err->kind != DUET_ERROR_SQL && err->kind != DUET_ERROR_CONSTRAINT)
        return at_line(batch, chunk->rows[0].line, err);
    return undo(batch, chunk, err) && finish_rows(batch, chunk, err);
}

/*
 * The chunk that the database has.  Where all its rows have their answers,
 * *ANSWERED is set to it, and they are still to be told: the database can have
 * the next one meanwhile.
 */
static bool
finish_asked(struct batch *batch, struct chunk **answered,
             struct duet_error *err)
{
    struct chunk *chunk = batch->asked;

    batch->asked = NULL;
    *answered = NULL;
    if (chunk == NULL)
        return true;
    if (!finish_chunk(batch, chunk, err))
        return finish_singly(batch, chunk, err);
    if (chunk_is_answered(chunk)) {
        *answered = chunk;
        return !chunk->has_written || keep(batch, err);
    }
    return keep(batch, err) && finish_rows(batch, chunk, err);
}

/* Have CHUNK handled; where that is not done in lists, it is done. */
static bool
ask(struct batch *batch, struct chunk *chunk, struct duet_error *err)
{
    if (batch->plan.find == NULL) {
        batch->is_saved = false;
        return finish_rows(batch, chunk, err);
    }
    if (chunk->count == 0)
        return true;
    if (!save(batch, err) || !chunk_send(chunk, err))
        return at_line(batch, chunk->rows[0].line, err);
    batch->asked = chunk;
    batch->filling = &batch->chunks[chunk == &batch->chunks[0]];
    return true;
}

/* Have the filled chunk handled, and an empty one to fill. */
static bool
turn_over(struct batch *batch, struct duet_error *err)
{
    struct chunk *answered;

    if (!finish_asked(batch, &answered, err) ||
        !ask(batch, batch->filling, err) ||
        (answered != NULL && !finish_rows(batch, answered, err)))
        return false;
    chunk_reuse(batch->filling, &batch->plan);
    return true;
}

static bool
finish_all(struct batch *batch, struct duet_error *err)
{
    /* What is filled becomes what is asked, and then that is finished. */
    for (int turn = 0; batch->is_open && turn < 2; turn++)
        if (!turn_over(batch, err))
            return false;
    return true;
}

/* A row with other columns than those before begins anew. */
static bool
take_row(struct batch *batch, const struct text_row *row,
         struct duet_error *err)
{
    if (!has_layout(batch, row)) {
        if (!finish_all(batch, err))
            return false;
        layout_close(batch);
        if (!layout_open(batch, row, err))
            return at_line(batch, row->line, err);
    }
    add_row(batch, row);
    return (batch->filling->count < CHUNK_ROWS &&
            batch->filling->bytes < CHUNK_BYTES) ||
           turn_over(batch, err);
}

static bool
run_rows(struct batch *batch, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct text_row row;

    while (row_reader_next(batch->reader, &arena, &row, err)) {
        if (row.count == 0)
            return finish_all(batch, err);
        if (!take_row(batch, &row, err))
            return false;
        arena_reuse(&arena);
    }
    return false;
}

static bool
lock_table(struct batch *batch, struct duet_error *err)
{
    const struct db_value arg = db_text(batch->table);

    return db_execute(batch->db, db_sql(batch->db, SQL_BATCH_LOCK), &arg, 1,
                      NULL, err);
}

bool
batch_run(struct db *db, const char *table, FILE *file, const char *name,
          const struct batch_options *options, struct batch_event *total,
          struct duet_error *err)
{
    static const struct batch_options defaults = {0};
    struct duet_error own_err = {0};
    struct batch batch = {
        .db = db,
        .table = table,
        .name = name,
        .options = options ? options : &defaults,
    };
    bool done;

    if (err == NULL)
        err = &own_err;
    done = row_reader_open(&batch.reader, file, name, batch.options->format,
                           err) &&
           db_begin(db, err) && lock_table(&batch, err) &&
           run_rows(&batch, err) && db_commit(db, err);
    layout_close(&batch);
    row_reader_close(&batch.reader);
    if (!done)
        db_rollback(db);
    else if (total != NULL)
        *total = batch.event;
    return done;
}
