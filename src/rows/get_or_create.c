#include "rows/get_or_create.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "rows/getter.h"

enum {
    TURNS = 10,
    PATIENT_TURNS = 3, /* without a pause */
    LONGEST_PAUSE = 50 /* milliseconds */
};

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
bind(struct duet_getter *getter, const char *const *key, const char *const *set,
     struct duet_error *err)
{
    for (size_t i = 0; i < getter->nkey; i++) {
        getter->args[i] = value_of(getter->columns[i], key[i]);
        if (key[i] != NULL || getter->index->null_equals_null)
            continue;
        (void)err_set(err, DUET_ERROR_USAGE, "key column '%s' of '%s' is NULL",
                      getter->columns[i]->name, getter->table.name);
        return err_hint(err,
                        "two rows with NULL do not conflict, so unique "
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

/* Sets *FOUND, and ROW where it is. */
static bool
look(struct duet_getter *getter, struct duet_row *row, bool *found,
     struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};

    *found = false;
    if (!statement_query(getter->select, &rows, getter->args,
                         getter->nkey + getter->nset, err))
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

/* A row that is different, once more: now with what it holds. */
static bool
explain(struct duet_getter *getter, const char *const *set,
        struct duet_row *row, struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    SCOPED(buf_release) struct buf sql = {0};
    struct duet_difference *different =
        arena_array(&getter->answer, getter->nset + 1, sizeof *different);

    getter_write_explain(&sql, getter);
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

static bool
enter(struct db *db, bool own, struct duet_error *err)
{
    return own ? db_begin(db, err) : db_exec(db, "savepoint duet_getter", err);
}

static bool
leave(struct db *db, bool own, struct duet_error *err)
{
    return own ? db_commit(db, err)
               : db_exec(db, "release savepoint duet_getter", err);
}

static void
undo(struct db *db, bool own)
{
    if (own)
        db_rollback(db);
    else
        (void)db_exec(db,
                      "rollback to savepoint duet_getter; "
                      "release savepoint duet_getter",
                      NULL);
}

/* A transaction of the caller goes on as the schema says, ours ends anyway. */
static bool
check_late(const struct duet_getter *getter, bool own, struct duet_error *err)
{
    const char *sql = getter->index->check_late;

    return own || sql == NULL || db_exec(getter->db, sql, err);
}

/* Where a deferrable key says by an error what another says by no row. */
static bool
is_conflict(const struct unique_index *index, const struct duet_error *err)
{
    return index->check_at_once != NULL && err->kind == DUET_ERROR_CONSTRAINT &&
           strcmp(err->constraint, index->name) == 0;
}

/* Who asks for the same key in the same words waits; others may collide. */
static bool
lock_key(struct duet_getter *getter, struct duet_error *err)
{
    SCOPED(buf_release) struct buf name = {0};
    struct db_value arg;

    buf_printf(&name, "%s %s", getter->table.target, getter->index->name);
    for (size_t i = 0; i < getter->nkey; i++)
        if (getter->args[i].type == DB_TEXT)
            buf_quoted(&name, getter->args[i].as.data, getter->args[i].len,
                       '"');
    arg = db_text(buf_data(&name));
    return db_execute(getter->db, db_sql(getter->db, SQL_GETTER_LOCK), &arg, 1,
                      NULL, err);
}

static bool
check_at_once(struct duet_getter *getter, struct duet_error *err)
{
    const char *sql = getter->index->check_at_once;

    return sql == NULL ||
           (lock_key(getter, err) && db_exec(getter->db, sql, err));
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
    struct db *db = getter->db;
    bool own = !db_in_transaction(db);

    *created = false;
    if (!enter(db, own, err))
        return false;
    /* What this refuses the caller did before: it is no conflict of ours. */
    if (!check_at_once(getter, err)) {
        undo(db, own);
        return false;
    }
    if (insert(getter, row, created, err) && check_late(getter, own, err))
        return leave(db, own, err);
    undo(db, own);
    *created = false;
    return is_conflict(getter->index, err);
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

    /* Only a deferrable key says so without an error of its own. */
    if (db_in_transaction(getter->db) && getter->index->check_at_once != NULL) {
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
    return err_hint(err, "a trigger or a type that changes the key, a trigger "
                         "that skips the row, or a row-level security policy "
                         "may be the cause");
}

/* Steps 1 and 2; DONE tells whether either had a row. */
static bool
take_turn(struct duet_getter *getter, const char *const *set,
          struct duet_row *row, bool *done, struct duet_error *err)
{
    if (!look(getter, row, done, err))
        return false;
    if (*done && row->outcome == DUET_DIFFERENT) {
        if (!explain(getter, set, row, err))
            return false;
        *done = row->ndifferent > 0; /* or it was changed or deleted */
    }
    if (*done)
        return true;
    return getter_is_partial(getter) ? try_insert(getter, row, done, err)
                                     : insert(getter, row, done, err);
}

/* What a call has tried so far. */
struct turns {
    int count;
    int fruitless;  /* neither step had a row, and there was no error */
    int64_t failed; /* first, in milliseconds */
};

/*
 * A serialization failure passes sooner or later, and is waited out as a lock
 * is.  Outside a transaction nothing was done yet that could not be done again.
 */
static bool
can_wait(const struct duet_getter *getter, struct turns *turns,
         const struct duet_error *err)
{
    int64_t patience = db_patience(getter->db);
    int64_t now = clock_milliseconds();

    if (turns->failed == 0)
        turns->failed = now;
    return err->kind == DUET_ERROR_RETRY && !db_in_transaction(getter->db) &&
           (turns->count < TURNS || now - turns->failed < patience);
}

/*
 * The transaction was the getter's own, and the caller has none to retry; but
 * on a connection of the caller's a statement that is half read is one.
 */
static bool
give_up(const struct duet_getter *getter, struct duet_error *err)
{
    if (err->kind == DUET_ERROR_RETRY && !db_in_transaction(getter->db) &&
        db_patience(getter->db) > 0) {
        err->kind = DUET_ERROR_BUSY;
        (void)err_hint(err, "other sessions change the same rows without a "
                            "pause: try again later");
    }
    return err_wrap(err, "table '%s'", getter->table.name);
}

static bool
run(struct duet_getter *getter, const char *const *set, struct duet_row *row,
    struct duet_error *err)
{
    struct turns turns = {0};
    bool done = false;

    while (true) {
        bool ok = take_turn(getter, set, row, &done, err);

        if (ok && done)
            return true;
        if (ok && ++turns.fruitless == TURNS)
            return exhausted(getter, err);
        if (!ok && !can_wait(getter, &turns, err))
            return give_up(getter, err);
        if (++turns.count >= PATIENT_TURNS)
            pause_a_little();
    }
}

bool
get_or_create(struct duet_getter *getter, const char *const *key,
              const char *const *set, struct duet_row *row,
              struct duet_error *err)
{
    /* The caller's stay as they are until it is known what to tell. */
    struct duet_error failure = {0};
    struct duet_row answer = {0};

    if (bind(getter, key, set, &failure) && getter_prepare(getter, &failure) &&
        run(getter, set, &answer, &failure)) {
        *row = answer;
        return true;
    }
    if (err != NULL)
        *err = failure;
    return false;
}
