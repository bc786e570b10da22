#include "rows/get_or_create.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "rows/getter.h"

enum {
    TURNS = 10,
    PATIENT_TURNS = 3, /* without a pause */
    LONGEST_PAUSE = 50 /* milliseconds */
};

/* The clause of ON CONFLICT or the predicate of a lookup for a partial index. */
static void
add_predicate(struct buf *sql, const char *word,
              const struct unique_index *index)
{
    if (index->predicate != NULL)
        buf_printf(sql, " %s (%s)", word, index->predicate);
}

const char *
getter_collation(const struct duet_getter *getter,
                 const struct keyed_column *column)
{
    const struct unique_index *index = getter->index;

    for (size_t i = 0; i < index->ncolumns; i++)
        if (index->columns[i] == column)
            return index->collations[i];
    return "";
}

/* NULLS tells for each key column whether it is NULL; NULL: none is. */
static void
add_key_condition(struct buf *sql, const struct duet_getter *getter,
                  const bool *nulls)
{
    buf_printf(sql, "\n  from %s\n where ", getter->table.target);
    for (size_t i = 0; i < getter->nkey; i++) {
        buf_printf(sql, "%s%s", i ? " and " : "", getter->columns[i]->ident);
        if (nulls != NULL && nulls[i])
            buf_text(sql, " is null");
        else
            buf_printf(sql, " = $%zu%s", i + 1,
                       getter_collation(getter, getter->columns[i]));
    }
    add_predicate(sql, "and", getter->index);
}

static void
add_identity(struct buf *sql, const struct duet_getter *getter)
{
    for (size_t i = 0; i < getter->nidentity; i++)
        buf_printf(sql, "%s%s", i ? ", " : "", getter->identity[i]->ident);
}

void
getter_compare(struct buf *sql, const struct keyed_column *column,
               const char *value)
{
    for (const char *at = column->same; *at != '\0'; at++) {
        if (strncmp(at, "$?", 2) == 0) {
            buf_text(sql, value);
            at++;
        } else {
            buf_char(sql, *at);
        }
    }
}

/* The comparison with a parameter, such as `label is $3`. */
static void
add_comparison(struct buf *sql, const struct keyed_column *column,
               size_t parameter)
{
    char value[24];

    (void)snprintf(value, sizeof value, "$%zu", parameter);
    getter_compare(sql, column, value);
}

bool
getter_is_partial(const struct duet_getter *getter)
{
    return getter->index->predicate != NULL ||
           getter->index->check_at_once != NULL;
}

/* Identity, then for each set column whether it is as asked for. */
static void
write_select(struct buf *sql, const struct duet_getter *getter,
             const bool *nulls)
{
    buf_text(sql, "select ");
    add_identity(sql, getter);
    for (size_t i = getter->nkey; i < getter->nkey + getter->nset; i++) {
        buf_text(sql, ",\n       ");
        add_comparison(sql, getter->columns[i], i + 1);
    }
    add_key_condition(sql, getter, nulls);
}

static void
write_insert(struct buf *sql, const struct duet_getter *getter)
{
    const struct unique_index *index = getter->index;
    size_t count = getter->nkey + getter->nset;

    buf_printf(sql, "insert into %s (", getter->table.target);
    for (size_t i = 0; i < count; i++)
        buf_printf(sql, "%s%s", i ? ", " : "", getter->columns[i]->ident);
    buf_text(sql, ")\nvalues (");
    for (size_t i = 0; i < count; i++)
        buf_printf(sql, "%s$%zu", i ? ", " : "", i + 1);
    buf_char(sql, ')');
    if (index->check_at_once == NULL) {
        buf_text(sql, "\non conflict (");
        for (size_t i = 0; i < getter->nkey; i++)
            buf_printf(sql, "%s%s", i ? ", " : "", getter->columns[i]->ident);
        buf_char(sql, ')');
        add_predicate(sql, "where", index);
        buf_text(sql, " do nothing");
    }
    buf_text(sql, "\nreturning ");
    add_identity(sql, getter);
    if (index->predicate != NULL)
        buf_printf(sql, ", (%s)", index->predicate);
}

static bool
is_named_twice(const struct duet_getter *getter, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (getter->columns[i] == getter->columns[count])
            return true;
    return false;
}

static bool
take_columns(struct duet_getter *getter, const char *const *key,
             const char *const *set, struct duet_error *err)
{
    size_t count = getter->nkey + getter->nset;

    getter->columns =
        arena_array(&getter->arena, count + 1,
                    sizeof(const struct keyed_column *));
    getter->args =
        arena_array(&getter->arena, count + 1, sizeof *getter->args);
    for (size_t i = 0; i < count; i++) {
        const char *name = i < getter->nkey ? key[i] : set[i - getter->nkey];

        getter->columns[i] = keyed_table_column(&getter->table, name, err);
        if (getter->columns[i] == NULL)
            return false;
        if (is_named_twice(getter, i))
            return err_set(err, DUET_ERROR_USAGE,
                           "column '%s' is given twice", name);
    }
    return true;
}

/* The primary key, or the columns of the key where there is none. */
static void
take_identity(struct duet_getter *getter)
{
    const struct keyed_table *table = &getter->table;

    getter->identity = arena_array(&getter->arena, table->ncolumns + 1,
                                   sizeof(const struct keyed_column *));
    getter->names = arena_array(&getter->arena, table->ncolumns + 1,
                                sizeof(const char *));
    getter->ids = arena_array(&getter->arena, table->ncolumns + 1,
                              sizeof(const char *));
    for (size_t i = 0; i < table->ncolumns; i++) {
        size_t position = table->columns[i].identity;

        if (position == 0)
            continue;
        getter->identity[position - 1] = &table->columns[i];
        getter->nidentity++;
    }
    if (getter->nidentity == 0) {
        getter->nidentity = getter->nkey;
        for (size_t i = 0; i < getter->nkey; i++)
            getter->identity[i] = getter->columns[i];
    }
    for (size_t i = 0; i < getter->nidentity; i++)
        getter->names[i] = getter->identity[i]->name;
}

static bool
prepare(struct duet_getter *getter, struct duet_error *err)
{
    SCOPED(buf_release) struct buf select = {0};
    SCOPED(buf_release) struct buf insert = {0};

    write_select(&select, getter, NULL);
    write_insert(&insert, getter);
    return db_prepare(getter->db, &getter->select, buf_data(&select), err) &&
           db_prepare(getter->db, &getter->insert, buf_data(&insert), err);
}

bool
getter_open(struct duet_getter **out, struct db *db, const char *table,
            const char *const *key, size_t nkey, const char *const *set,
            size_t nset, struct duet_error *err)
{
    struct duet_getter *getter = must_alloc(sizeof *getter);

    getter->db = db;
    getter->nkey = nkey;
    getter->nset = nset;
    if (keyed_table_load(&getter->table, db, table, err) &&
        take_columns(getter, key, set, err) &&
        (getter->index =
             keyed_table_index(&getter->table, key, nkey, err)) != NULL) {
        take_identity(getter);
        if (prepare(getter, err)) {
            *out = getter;
            return true;
        }
        (void)err_wrap(err, "table '%s'", getter->table.name);
    }
    getter_close(&getter);
    return false;
}

void
getter_close(struct duet_getter **getter)
{
    struct duet_getter *closed = getter ? *getter : NULL;

    if (closed == NULL)
        return;
    statement_free(&closed->select);
    statement_free(&closed->insert);
    keyed_table_clear(&closed->table);
    arena_clear(&closed->answer);
    arena_clear(&closed->arena);
    free(closed);
    *getter = NULL;
}

/* What both engines take for a boolean, as the number that one keeps. */
static struct db_value
numeric_boolean(const char *text)
{
    static const char *const names[][6] = {
        {"false", "f", "no", "n", "off", "0"},
        {"true", "t", "yes", "y", "on", "1"},
    };

    for (int value = 0; value < 2; value++)
        for (size_t i = 0; i < 6; i++)
            if (strcasecmp(text, names[value][i]) == 0)
                return db_integer(value);
    return db_text(text);
}

static struct db_value
value_of(const struct keyed_column *column, const char *text)
{
    return text != NULL && column->numeric_boolean ? numeric_boolean(text)
                                                   : db_text(text);
}

static bool
is_null_key(const struct duet_getter *getter)
{
    for (size_t i = 0; i < getter->nkey; i++)
        if (getter->args[i].type == DB_NULL)
            return true;
    return false;
}

static bool
bind(struct duet_getter *getter, const char *const *key,
     const char *const *set, struct duet_error *err)
{
    for (size_t i = 0; i < getter->nkey; i++) {
        getter->args[i] = value_of(getter->columns[i], key[i]);
        if (key[i] != NULL || getter->index->null_equals_null)
            continue;
        (void)err_set(err, DUET_ERROR_USAGE, "key column '%s' of '%s' is NULL",
                      getter->columns[i]->name, getter->table.name);
        return err_hint(err, "two rows with NULL do not conflict, so unique "
                             "index %s would take both",
                        getter->index->name);
    }
    for (size_t i = 0; i < getter->nset; i++)
        getter->args[getter->nkey + i] =
            value_of(getter->columns[getter->nkey + i], set[i]);
    return true;
}

static void
take_ids(struct duet_getter *getter, const struct rows *rows,
         enum duet_outcome outcome, struct duet_row *row)
{
    arena_reuse(&getter->answer);
    for (size_t i = 0; i < getter->nidentity; i++)
        getter->ids[i] = arena_text(&getter->answer, row_text(rows, i));
    *row = (struct duet_row){
        .outcome = outcome,
        .nidentity = getter->nidentity,
        .identity = getter->names,
        .id = getter->ids,
    };
}

static bool
query_row(struct duet_getter *getter, struct rows *rows,
          struct duet_error *err)
{
    SCOPED(buf_release) struct buf sql = {0};
    bool *nulls;

    if (!is_null_key(getter))
        return statement_query(getter->select, rows, getter->args,
                               getter->nkey + getter->nset, err);
    nulls = arena_array(&getter->answer, getter->nkey, sizeof *nulls);
    for (size_t i = 0; i < getter->nkey; i++)
        nulls[i] = getter->args[i].type == DB_NULL;
    write_select(&sql, getter, nulls);
    return db_query(getter->db, rows, buf_data(&sql), getter->args,
                    getter->nkey + getter->nset, err);
}

/* Sets *FOUND, and ROW where it is. */
static bool
look(struct duet_getter *getter, struct duet_row *row, bool *found,
     struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};

    *found = false;
    if (!query_row(getter, &rows, err))
        return false;
    while (rows_next(&rows)) {
        *found = true;
        take_ids(getter, &rows, DUET_FOUND, row);
        for (size_t i = 0; i < getter->nset; i++)
            if (!row_boolean(&rows, getter->nidentity + i))
                row->outcome = DUET_DIFFERENT;
    }
    return rows_ended(&rows);
}

static void
write_stored(struct buf *sql, const struct duet_getter *getter)
{
    bool *nulls = NULL;
    size_t nkey = getter->nkey;

    buf_text(sql, "select ");
    for (size_t i = 0; i < getter->nset; i++) {
        buf_printf(sql, "%s", i ? ",\n       " : "");
        add_comparison(sql, getter->columns[nkey + i], nkey + i + 1);
        buf_printf(sql, ", cast(%s as text)", getter->columns[nkey + i]->ident);
    }
    if (is_null_key(getter)) {
        nulls = must_alloc(nkey * sizeof *nulls);
        for (size_t i = 0; i < nkey; i++)
            nulls[i] = getter->args[i].type == DB_NULL;
    }
    add_key_condition(sql, getter, nulls);
    free(nulls);
}

/* A row that is different, once more: now with what it holds. */
static bool
explain(struct duet_getter *getter, const char *const *set,
        struct duet_row *row, struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    SCOPED(buf_release) struct buf sql = {0};
    struct duet_difference *different = arena_array(
        &getter->answer, getter->nset + 1, sizeof *different);

    write_stored(&sql, getter);
    if (!db_query(getter->db, &rows, buf_data(&sql), getter->args,
                  getter->nkey + getter->nset, err))
        return false;
    while (rows_next(&rows))
        for (size_t i = 0; i < getter->nset; i++) {
            if (row_boolean(&rows, 2 * i))
                continue;
            different[row->ndifferent++] = (struct duet_difference){
                .column = getter->columns[getter->nkey + i]->name,
                .stored =
                    arena_text(&getter->answer, row_text(&rows, 2 * i + 1)),
                .given = arena_text(&getter->answer, set[i]),
            };
        }
    row->different = different;
    return rows_ended(&rows);
}

/* Sets *CREATED, and ROW where it is. */
static bool
insert(struct duet_getter *getter, struct duet_row *row, bool *created,
       struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    bool covered = true;

    *created = false;
    if (!statement_query(getter->insert, &rows, getter->args,
                         getter->nkey + getter->nset, err))
        return false;
    while (rows_next(&rows)) {
        *created = true;
        take_ids(getter, &rows, DUET_CREATED, row);
        if (getter->index->predicate != NULL)
            covered = row_boolean(&rows, getter->nidentity);
    }
    if (!rows_ended(&rows) || covered)
        return rows_ended(&rows);
    *created = false;
    (void)err_set(err, DUET_ERROR_USAGE,
                  "partial unique index %s of '%s' would not cover the row",
                  getter->index->name, getter->table.name);
    return err_hint(err, "give it values by which this holds: %s",
                    getter->index->predicate);
}

/*
 * An insertion that may have to be undone: a deferrable constraint can't be
 * the target of ON CONFLICT, and whether a partial index covers a row is known
 * only when its defaults are.
 */
static bool
try_insert(struct duet_getter *getter, struct duet_row *row, bool *created,
           struct duet_error *err)
{
    const struct unique_index *index = getter->index;
    struct db *db = getter->db;
    bool own = !db_in_transaction(db);

    if (!(own ? db_begin(db, err) : db_exec(db, "savepoint duet_getter", err)))
        return false;
    if ((index->check_at_once == NULL ||
         db_exec(db, index->check_at_once, err)) &&
        insert(getter, row, created, err))
        return own ? db_commit(db, err)
                   : db_exec(db, "release savepoint duet_getter", err);
    if (own)
        db_rollback(db);
    else
        (void)db_exec(db,
                      "rollback to savepoint duet_getter; "
                      "release savepoint duet_getter",
                      NULL);
    /* Somebody was quicker. */
    *created = false;
    return index->check_at_once != NULL && err != NULL &&
           err->kind == DUET_ERROR_CONSTRAINT &&
           strcmp(err->constraint, index->name) == 0;
}

/* A pause of 1 to 50 ms, of another length in each of the competitors. */
static void
pause_a_little(void)
{
    struct timespec time;
    uint64_t mix;

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    mix = (uint64_t)time.tv_nsec * 0x9E3779B97F4A7C15u;
    time.tv_sec = 0;
    time.tv_nsec = (long)(1 + (mix >> 32) % LONGEST_PAUSE) * 1000000;
    (void)nanosleep(&time, NULL);
}

static bool
exhausted(const struct duet_getter *getter, struct duet_error *err)
{
    const char *index = getter->index->name;
    const char *table = getter->table.name;

    if (db_in_transaction(getter->db)) {
        (void)err_set(err, DUET_ERROR_RETRY,
                      "unique index %s of '%s' conflicts with a row that this "
                      "transaction can't see",
                      index, table);
        return err_hint(err, "roll back and run the transaction again");
    }
    (void)err_set(err, DUET_ERROR_BUSY,
                  "unique index %s of '%s' conflicts with a row that can't be "
                  "found, %d times",
                  index, table, TURNS);
    return err_hint(err, "a trigger that changes the key or skips the row, or "
                         "a row-level security policy, may be the cause");
}

bool
get_or_create(struct duet_getter *getter, const char *const *key,
              const char *const *set, struct duet_row *row,
              struct duet_error *err)
{
    bool partial = getter_is_partial(getter);
    struct duet_error own_err = {0};
    bool done = false;

    if (err == NULL)
        err = &own_err;
    if (!bind(getter, key, set, err))
        return false;
    for (int turn = 0; turn < TURNS; turn++) {
        bool ok;

        if (turn >= PATIENT_TURNS)
            pause_a_little();
        ok = look(getter, row, &done, err);
        if (ok && done && row->outcome == DUET_DIFFERENT) {
            ok = explain(getter, set, row, err);
            done = row->ndifferent > 0; /* or it was changed or deleted */
        }
        if (ok && done)
            return true;
        if (ok)
            ok = partial ? try_insert(getter, row, &done, err)
                         : insert(getter, row, &done, err);
        if (ok && done)
            return true;
        /* Outside a transaction there is nothing that could not be rerun. */
        if (!ok && (err->kind != DUET_ERROR_RETRY ||
                    db_in_transaction(getter->db)))
            return err_wrap(err, "table '%s'", getter->table.name);
    }
    return exhausted(getter, err);
}
