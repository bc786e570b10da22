#include "rows/chunk.h"

#include <string.h>

#include "base/buf.h"

/*
 * The values come as one list of texts for each column, and each is cast to
 * its column's type: `"duet 1"` is the first of them, `"duet 0"` the position
 * of the row.  In FROM, unnest() would keep all of them in a store first.
 */
static void
write_given(struct buf *sql, const struct duet_getter *getter)
{
    size_t count = getter->nkey + getter->nset;

    buf_text(sql, "(select u.\"duet 0\"");
    for (size_t i = 0; i < count; i++)
        buf_printf(sql, ", u.\"duet %zu\"::%s", i + 1,
                   getter->columns[i]->type);
    buf_text(sql, "\n  from (select pg_catalog.generate_series("
                  "1, pg_catalog.cardinality($1::text[])) as \"duet 0\"");
    for (size_t i = 0; i < count; i++)
        buf_printf(sql,
                   ",\n       pg_catalog.unnest($%zu::text[]) as \"duet %zu\"",
                   i + 1, i + 1);
    buf_text(sql, ") u) given (\"duet 0\"");
    for (size_t i = 0; i < count; i++)
        buf_printf(sql, ", \"duet %zu\"", i + 1);
    buf_char(sql, ')');
}

static void
write_key_match(struct buf *sql, const struct duet_getter *getter,
                const char *table)
{
    for (size_t i = 0; i < getter->nkey; i++)
        buf_printf(sql, "%s%s.%s = given.\"duet %zu\"%s", i ? " and " : "",
                   table, getter->columns[i]->ident, i + 1,
                   getter_collation(getter, getter->columns[i]));
}

/*
 * Position, whether it is as asked for, identity: of the rows that exist.  The
 * limit has each looked up by the index of its key; a planner that knows
 * nothing of the list might rather read the whole table.
 */
static void
write_find(struct buf *sql, const struct duet_getter *getter)
{
    buf_text(sql, "select given.\"duet 0\", true");
    for (size_t i = getter->nkey; i < getter->nkey + getter->nset; i++) {
        SCOPED(buf_release) struct buf value = {0};

        buf_printf(&value, "given.\"duet %zu\"", i + 1);
        buf_text(sql, "\n       and ");
        getter_compare(sql, getter->columns[i], buf_data(&value));
    }
    for (size_t i = 0; i < getter->nidentity; i++)
        buf_printf(sql, ", duet_table.%s", getter->identity[i]->ident);
    buf_text(sql, "\n  from ");
    write_given(sql, getter);
    buf_printf(sql,
               "\n cross join lateral (select *\n  from %s duet_table"
               "\n where ",
               getter->table.target);
    write_key_match(sql, getter, "duet_table");
    buf_text(sql, "\n limit 1) duet_table");
}

static void
write_idents(struct buf *sql, const struct duet_getter *getter, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_printf(sql, "%s%s", i ? ", " : "", getter->columns[i]->ident);
}

static void
write_new_rows(struct buf *sql, const struct duet_getter *getter)
{
    size_t count = getter->nkey + getter->nset;

    buf_printf(sql, "insert into %s (", getter->table.target);
    write_idents(sql, getter, count);
    buf_text(sql, ")\n  select ");
    for (size_t i = 0; i < count; i++)
        buf_printf(sql, "%s\"duet %zu\"", i ? ", " : "", i + 1);
    buf_text(sql, "\n    from first\n  returning ");
    for (size_t i = 0; i < getter->nidentity; i++)
        buf_printf(sql, "%s as \"duet id %zu\", ", getter->identity[i]->ident,
                   i + 1);
    write_idents(sql, getter, getter->nkey);
}

static void
write_key_order(struct buf *sql, const struct duet_getter *getter)
{
    for (size_t i = 0; i < getter->nkey; i++)
        buf_printf(sql, "%s\"duet %zu\"%s", i ? ", " : "", i + 1,
                   getter->columns[i]->sort);
}

/*
 * Position, true, identity: of the rows that were created.  They are created
 * in the order of their keys, the same for all who do so: otherwise two of
 * them could wait for each other.  That order also finds a key that comes
 * twice.  They were just looked for, so that none is there but for a race, and
 * ON CONFLICT would look for each once more and write it in two steps.
 */
static void
write_create(struct buf *sql, const struct duet_getter *getter)
{
    buf_text(sql, "with first as (\n  select distinct on (");
    write_key_order(sql, getter);
    buf_text(sql, ") *\n    from ");
    write_given(sql, getter);
    buf_text(sql, "\n   order by ");
    write_key_order(sql, getter);
    buf_text(sql, ", \"duet 0\"\n), created as (\n  ");
    write_new_rows(sql, getter);
    buf_text(sql, "\n)\nselect given.\"duet 0\", true");
    for (size_t i = 0; i < getter->nidentity; i++)
        buf_printf(sql, ", created.\"duet id %zu\"", i + 1);
    buf_text(sql, "\n  from first given\n  join created on ");
    write_key_match(sql, getter, "created");
}

bool
chunk_plan_open(struct chunk_plan *plan, struct duet_getter *getter,
                struct duet_error *err)
{
    SCOPED(buf_release) struct buf find = {0};

    *plan = (struct chunk_plan){.getter = getter};
    if (!db_dialect(getter->db)->has_arrays || getter_is_partial(getter))
        return true;
    write_find(&find, getter);
    return db_prepare(getter->db, &plan->find, buf_data(&find), err);
}

static bool
prepare_create(struct chunk_plan *plan, struct duet_error *err)
{
    SCOPED(buf_release) struct buf create = {0};

    if (plan->create != NULL)
        return true;
    write_create(&create, plan->getter);
    return db_prepare(plan->getter->db, &plan->create, buf_data(&create), err);
}

void
chunk_plan_close(struct chunk_plan *plan)
{
    statement_free(&plan->find);
    statement_free(&plan->create);
    getter_close(&plan->getter);
}

static bool
has_null_key(const struct chunk *chunk, const struct chunk_row *row)
{
    for (size_t i = 0; i < chunk->plan->getter->nkey; i++)
        if (row->values[i] == NULL)
            return true;
    return false;
}

/* Which rows are not known to be there; a list can't ask for NULL. */
static size_t
find_missing(struct chunk *chunk)
{
    size_t count = 0;

    if (chunk->position == NULL)
        chunk->position =
            arena_array(&chunk->arena, chunk->count, sizeof *chunk->position);
    for (size_t row = 0; row < chunk->count; row++)
        if (!chunk->rows[row].is_there &&
            !has_null_key(chunk, &chunk->rows[row]))
            chunk->position[count++] = row;
    return count;
}

/* ARGS are a list for each column, of the rows whose position is there. */
static void
pack(struct chunk *chunk, struct db_value *args, size_t columns, size_t count)
{
    for (size_t i = 0; i < columns; i++) {
        const char **texts = arena_array(&chunk->arena, count, sizeof *texts);

        for (size_t j = 0; j < count; j++)
            texts[j] = chunk->rows[chunk->position[j]].values[i];
        args[i] = db_list(texts, count);
    }
}

static bool
ask(struct chunk *chunk, struct db_statement *statement, size_t count,
    struct duet_error *err)
{
    const struct duet_getter *getter = chunk->plan->getter;
    size_t columns = getter->nkey + getter->nset;
    struct db_value *args = arena_array(&chunk->arena, columns, sizeof *args);

    pack(chunk, args, columns, count);
    chunk->is_sent = true;
    return statement_query(statement, &chunk->found, args, columns, err);
}

static void
take_row(struct chunk *chunk, bool created)
{
    const struct rows *rows = &chunk->found;
    size_t nidentity = chunk->plan->getter->nidentity;
    size_t at = chunk->position[row_integer(rows, 0) - 1];
    struct chunk_row *row = &chunk->rows[at];

    row->is_there = true;
    row->answered = row_boolean(rows, 1);
    row->created = created;
    row->ids = arena_array(&chunk->arena, nidentity, sizeof(const char *));
    for (size_t i = 0; i < nidentity; i++)
        row->ids[i] = arena_text(&chunk->arena, row_text(rows, i + 2));
}

static bool
take_answer(struct chunk *chunk, bool created)
{
    bool ok = true;

    if (chunk->is_sent) {
        while (rows_next(&chunk->found))
            take_row(chunk, created);
        ok = rows_ended(&chunk->found);
    }
    chunk->is_sent = false;
    rows_clear(&chunk->found);
    return ok;
}

bool
chunk_send(struct chunk *chunk, struct duet_error *err)
{
    size_t count = find_missing(chunk);

    return count == 0 || ask(chunk, chunk->plan->find, count, err);
}

bool
chunk_finish(struct chunk *chunk, struct duet_error *err)
{
    struct chunk_plan *plan = chunk->plan;
    size_t missing;

    if (!take_answer(chunk, false))
        return false;
    missing = find_missing(chunk);
    if (missing == 0)
        return true;
    chunk->has_written = true;
    return prepare_create(plan, err) &&
           ask(chunk, plan->create, missing, err) && take_answer(chunk, true);
}

bool
chunk_is_answered(const struct chunk *chunk)
{
    for (size_t i = 0; i < chunk->count; i++)
        if (!chunk->rows[i].answered)
            return false;
    return true;
}

void
chunk_forget(struct chunk *chunk)
{
    for (size_t i = 0; i < chunk->count; i++)
        chunk->rows[i].is_there = chunk->rows[i].answered = false;
}

void
chunk_reuse(struct chunk *chunk, struct chunk_plan *plan)
{
    struct arena arena = chunk->arena;

    rows_clear(&chunk->found);
    arena_reuse(&arena);
    *chunk = (struct chunk){.plan = plan, .arena = arena};
}

void
chunk_clear(struct chunk *chunk)
{
    rows_clear(&chunk->found);
    arena_clear(&chunk->arena);
    *chunk = (struct chunk){0};
}
