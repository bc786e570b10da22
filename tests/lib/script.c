#include "lib/script.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "db/driver.h"
#include "db/literal.h"

enum { SHOWN_LEN = 200 }; /* longer parameters stand as their hash */

struct cell {
    const char *text; /* NULL: SQL's NULL */
    size_t len;
    const void *blob;
    size_t blob_len;
    double number;
};

struct row {
    struct row *next;
    struct cell cells[];
};

/* A statement and what it was answered. */
struct step {
    struct step *next;
    const char *sql;
    bool ok;
    struct duet_error err; /* where not ok, or where the rows failed */
    size_t position;       /* and db_error_position() then */
    struct row *rows;
    struct row **last_row;
    size_t columns;
    const char **names;
    bool named;
    bool failed; /* the rows ended in err */
    int64_t affected;
    bool in_transaction; /* when it was done */
    int64_t *run_affected;
    char (*run_answers)[DB_ANSWER];
};

/* All steps of one connection. */
struct reel {
    struct reel *next;
    struct db base; /* the flags of the connection */
    struct arena arena;
    struct step *steps;
    struct step **end;
    struct step *last; /* the newest one, or NULL */
};

struct tape {
    struct reel *reels;
    struct reel **end;
    struct reel *replayed; /* the next one of script_replay() */
    bool replays;
};

/* Both wrappers are one struct: inner is NULL in a script. */
struct script_db {
    struct db base;
    struct reel *reel;
    struct db *inner;
    struct step *at;   /* expected next */
    struct step *done; /* the one before */
    bool in_transaction;
    bool owns_reel;
};

struct script_statement {
    struct db_statement base;
    struct db_statement *inner;
    char *sql;
};

static const struct db_driver tape_driver;
static const struct db_driver script_driver;

static struct script_db *
script_of(const struct db *db)
{
    return (struct script_db *)(uintptr_t)db;
}

static struct script_statement *
statement_of(struct db_statement *statement)
{
    return (struct script_statement *)statement;
}

/* ------------------------------------------------------------- the steps */

static struct reel *
reel_new(void)
{
    struct reel *reel = must_alloc(sizeof *reel);

    reel->end = &reel->steps;
    return reel;
}

static void
reel_free(struct reel *reel)
{
    arena_clear(&reel->arena);
    free(reel);
}

static struct step *
step_add(struct reel *reel, const char *sql)
{
    struct step *step = arena_alloc(&reel->arena, sizeof *step);

    step->sql = arena_text(&reel->arena, sql);
    step->ok = true;
    step->last_row = &step->rows;
    *reel->end = step;
    reel->end = &step->next;
    reel->last = step;
    return step;
}

static void
step_end(struct script_db *db, struct step *step, bool ok,
         const struct duet_error *err)
{
    step->ok = ok;
    step->in_transaction = db_in_transaction(db->inner);
    if (!ok)
        step->err = *err;
}

static struct row *
row_add(struct reel *reel, struct step *step, size_t columns)
{
    struct row *row =
        arena_alloc(&reel->arena, sizeof *row + columns * sizeof row->cells[0]);

    *step->last_row = row;
    step->last_row = &row->next;
    step->columns = columns;
    return row;
}

static void
add_parameter(struct buf *out, const struct dialect *dialect,
              const struct db_value *value)
{
    uint64_t hash = 14695981039346656037u;

    if ((value->type != DB_TEXT && value->type != DB_BLOB) ||
        value->len <= SHOWN_LEN) {
        literal_add(out, dialect, value);
        return;
    }
    for (size_t i = 0; i < value->len; i++)
        hash = (hash ^ (unsigned char)value->as.data[i]) * 1099511628211u;
    buf_printf(out, "%zu bytes, hash %" PRIx64, value->len, hash);
}

/* "select $1 <- 7": a statement as it is compared. */
static void
add_statement(struct buf *out, const struct dialect *dialect, const char *sql,
              const struct db_value *args, size_t nargs)
{
    buf_text(out, sql);
    for (size_t i = 0; i < nargs; i++) {
        buf_text(out, i == 0 ? " <- " : ", ");
        add_parameter(out, dialect, &args[i]);
    }
}

static void
add_calls(struct buf *out, const struct dialect *dialect,
          const struct db_call *calls, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_text(out, i == 0 ? "" : "\n");
        add_statement(out, dialect, statement_of(calls[i].statement)->sql,
                      calls[i].args, calls[i].nargs);
    }
}

static struct db_statement *
statement_new(struct db *db, struct db_statement *inner, const char *sql)
{
    struct script_statement *statement = must_alloc(sizeof *statement);

    statement->base.db = db;
    statement->inner = inner;
    statement->sql = must_text(sql);
    return &statement->base;
}

static void
both_statement_free(struct db_statement *base)
{
    struct script_statement *statement = statement_of(base);

    statement_free(&statement->inner);
    free(statement->sql);
    free(statement);
}

/* -------------------------------------------------------------- the tape */

struct tape *
tape_new(void)
{
    struct tape *tape = must_alloc(sizeof *tape);

    tape->end = &tape->reels;
    return tape;
}

void
tape_free(struct tape **tape)
{
    if (*tape == NULL)
        return;
    while ((*tape)->reels != NULL) {
        struct reel *reel = (*tape)->reels;

        (*tape)->reels = reel->next;
        reel_free(reel);
    }
    free(*tape);
    *tape = NULL;
}

struct db *
tape_record(struct tape *tape, struct db *inner)
{
    struct script_db *db = must_alloc(sizeof *db);

    db->reel = reel_new();
    db->reel->base = *inner;
    db->base = *inner;
    db->base.driver = &tape_driver;
    db->inner = inner;
    *tape->end = db->reel;
    tape->end = &db->reel->next;
    return &db->base;
}

static bool
tape_open(struct db **out, const char *url, const struct db_options *options,
          struct duet_error *err)
{
    return db_open(out, url, options, err);
}

static void
tape_close(struct db *base)
{
    struct script_db *db = script_of(base);

    db_close(&db->inner);
    free(db);
}

static void
tape_cancel(struct db *db)
{
    db_cancel(script_of(db)->inner);
}

/* The caller may have no use for the error; the tape has. */
static struct duet_error *
error_for(struct duet_error *err, struct duet_error *own)
{
    return err == NULL ? own : err;
}

static bool
tape_begin(struct db *base, struct duet_error *err)
{
    struct script_db *db = script_of(base);
    struct step *step = step_add(db->reel, base->dialect->begin_write);
    struct duet_error own;

    err = error_for(err, &own);
    step_end(db, step, db_begin(db->inner, err), err);
    return step->ok;
}

static bool
tape_commit(struct db *base, struct duet_error *err)
{
    struct script_db *db = script_of(base);
    struct step *step = step_add(db->reel, "commit");
    struct duet_error own;

    err = error_for(err, &own);
    step_end(db, step, db_commit(db->inner, err), err);
    return step->ok;
}

static void
tape_rollback(struct db *base)
{
    struct script_db *db = script_of(base);
    struct step *step = step_add(db->reel, "rollback");

    db_rollback(db->inner);
    step_end(db, step, true, NULL);
}

static bool
tape_in_transaction(const struct db *base)
{
    const struct script_db *db = script_of(base);
    bool in_transaction = db_in_transaction(db->inner);

    if (db->reel->last != NULL)
        db->reel->last->in_transaction = in_transaction;
    return in_transaction;
}

static bool
tape_guard(struct db *base, struct duet_error *err)
{
    struct script_db *db = script_of(base);
    struct step *step = step_add(db->reel, "guard");
    struct duet_error own;

    err = error_for(err, &own);
    step_end(db, step, db_guard(db->inner, err), err);
    return step->ok;
}

static bool
tape_lock_timeout(struct db *base, unsigned milliseconds,
                  struct duet_error *err)
{
    struct script_db *db = script_of(base);
    struct step *step = step_add(db->reel, "lock timeout");
    struct duet_error own;

    err = error_for(err, &own);
    step_end(db, step, db_lock_timeout(db->inner, milliseconds, err), err);
    return step->ok;
}

/* It is about the newest step. */
static size_t
tape_position(const struct db *base, const char *sql)
{
    const struct script_db *db = script_of(base);
    size_t position = db_error_position(db->inner, sql);

    if (db->reel->last != NULL)
        db->reel->last->position = position;
    return position;
}

static bool
tape_renew(struct db *base, struct duet_error *err)
{
    struct script_db *db = script_of(base);
    struct step *step = step_add(db->reel, "renew");
    struct duet_error own;

    err = error_for(err, &own);
    step_end(db, step, db_renew(db->inner, err), err);
    return step->ok;
}

static bool
tape_reopen(struct db *base, struct duet_error *err)
{
    struct script_db *db = script_of(base);
    struct step *step = step_add(db->reel, "reopen");
    struct duet_error own;

    err = error_for(err, &own);
    step_end(db, step, db_reopen(db->inner, err), err);
    return step->ok;
}

static bool
tape_others_wrote(struct db *base)
{
    return db_others_wrote(script_of(base)->inner);
}

static bool
tape_copy(struct db *base, const char *sql, const struct db_source *source,
          struct duet_error *err)
{
    struct script_db *db = script_of(base);
    struct step *step = step_add(db->reel, sql);
    struct duet_error own;

    err = error_for(err, &own);
    step_end(db, step, db_copy(db->inner, sql, source, err), err);
    return step->ok;
}

static void
tape_watch(struct db *base, const struct db_watch *watch)
{
    db_watch(script_of(base)->inner, watch);
}

static bool
tape_exec(struct db *base, const char *sql, struct duet_error *err)
{
    struct script_db *db = script_of(base);
    struct step *step = step_add(db->reel, sql);
    struct duet_error own;

    err = error_for(err, &own);
    step_end(db, step, db_exec(db->inner, sql, err), err);
    return step->ok;
}

/* A query's rows are in its place of struct rows; we keep ours in `blob`'s. */
struct tape_rows {
    struct rows inner;
    struct step *step;
};

static bool
tape_rows_begin(struct rows *rows, struct tape_rows *taped, struct step *step,
                bool ok)
{
    struct script_db *db = script_of(rows->db);

    taped->step = step;
    step_end(db, step, ok, rows->err);
    rows->result = ok ? taped : NULL;
    if (!ok)
        free(taped);
    return ok;
}

static struct step *
step_for(struct db *base, const char *sql, const struct db_value *args,
         size_t nargs)
{
    SCOPED(buf_release) struct buf key = {0};

    add_statement(&key, base->dialect, sql, args, nargs);
    return step_add(script_of(base)->reel, buf_data(&key));
}

static bool
tape_query(struct db *base, struct rows *rows, const char *sql,
           const struct db_value *args, size_t nargs, struct duet_error *err)
{
    struct tape_rows *taped = must_alloc(sizeof *taped);
    struct step *step = step_for(base, sql, args, nargs);

    return tape_rows_begin(
        rows, taped, step,
        db_query(script_of(base)->inner, &taped->inner, sql, args, nargs, err));
}

static bool
tape_prepare(struct db *base, struct db_statement **out, const char *sql,
             struct duet_error *err)
{
    SCOPED(buf_release) struct buf key = {0};
    struct script_db *db = script_of(base);
    struct db_statement *inner = NULL;
    struct duet_error own;
    struct step *step;

    buf_printf(&key, "prepare: %s", sql);
    step = step_add(db->reel, buf_data(&key));
    err = error_for(err, &own);
    step_end(db, step, db_prepare(db->inner, &inner, sql, err), err);
    if (step->ok)
        *out = statement_new(base, inner, sql);
    return step->ok;
}

static bool
tape_statement_query(struct db_statement *base, struct rows *rows,
                     const struct db_value *args, size_t nargs,
                     struct duet_error *err)
{
    struct script_statement *statement = statement_of(base);
    struct tape_rows *taped = must_alloc(sizeof *taped);
    struct step *step = step_for(base->db, statement->sql, args, nargs);

    return tape_rows_begin(
        rows, taped, step,
        statement_query(statement->inner, &taped->inner, args, nargs, err));
}

static bool
tape_run(struct db *base, struct db_call *calls, size_t count,
         struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(buf_release) struct buf key = {0};
    struct script_db *db = script_of(base);
    struct arena *kept = &db->reel->arena;
    struct db_call *inner = arena_array(&arena, count, sizeof *inner);
    struct step *step;

    add_calls(&key, base->dialect, calls, count);
    step = step_add(db->reel, buf_data(&key));
    step->run_affected = arena_array(kept, count, sizeof(int64_t));
    step->run_answers = arena_array(kept, count, sizeof *step->run_answers);
    for (size_t i = 0; i < count; i++) {
        inner[i] = calls[i];
        inner[i].statement = statement_of(calls[i].statement)->inner;
    }
    step_end(db, step, db_run(db->inner, inner, count, err), err);
    for (size_t i = 0; i < count; i++) {
        step->run_affected[i] = calls[i].affected = inner[i].affected;
        memcpy(calls[i].answer, inner[i].answer, sizeof calls[i].answer);
        memcpy(step->run_answers[i], inner[i].answer, sizeof calls[i].answer);
    }
    return step->ok;
}

static struct tape_rows *
taped_of(const struct rows *rows)
{
    return rows->result;
}

static void
name_columns(const struct rows *rows)
{
    struct tape_rows *taped = taped_of(rows);
    struct step *step = taped->step;
    struct arena *arena = &script_of(rows->db)->reel->arena;

    step->columns = rows_columns(&taped->inner);
    step->names = arena_array(arena, step->columns, sizeof *step->names);
    for (size_t i = 0; i < step->columns; i++)
        step->names[i] = arena_text(arena, rows_name(&taped->inner, i));
}

static void
copy_cell(struct arena *arena, struct cell *to, struct rows *from,
          size_t column)
{
    size_t len;
    const void *blob;

    if (row_text(from, column) == NULL)
        return;
    to->number = row_float(from, column);
    to->len = row_len(from, column);
    to->text = arena_copy(arena, row_text(from, column), to->len);
    blob = row_blob(from, column, &len);
    to->blob = to->text;
    to->blob_len = len;
    if (len != to->len || memcmp(blob, to->text, len) != 0)
        to->blob = arena_copy(arena, blob, len);
}

static bool
tape_next(struct rows *rows)
{
    struct tape_rows *taped = taped_of(rows);
    struct script_db *db = script_of(rows->db);
    struct step *step = taped->step;
    struct row *row;
    bool more = rows_next(&taped->inner);

    if (!step->named)
        name_columns(rows);
    step->named = true;
    if (!more) {
        rows->failed = step->failed = !rows_ended(&taped->inner);
        rows->affected = step->affected = rows_affected(&taped->inner);
        step->in_transaction = db_in_transaction(db->inner);
        if (rows->failed && rows->err != NULL)
            step->err = *rows->err;
        return false;
    }
    row = row_add(db->reel, step, step->columns);
    for (size_t i = 0; i < step->columns; i++)
        copy_cell(&db->reel->arena, &row->cells[i], &taped->inner, i);
    return true;
}

static void
tape_clear(struct rows *rows)
{
    struct tape_rows *taped = taped_of(rows);

    if (taped == NULL)
        return;
    rows_clear(&taped->inner);
    free(taped);
}

static size_t
tape_columns(const struct rows *rows)
{
    name_columns(rows);
    return taped_of(rows)->step->columns;
}

static const char *
tape_name(const struct rows *rows, size_t column)
{
    return rows_name(&taped_of(rows)->inner, column);
}

static const char *
tape_text(const struct rows *rows, size_t column)
{
    return row_text(&taped_of(rows)->inner, column);
}

static size_t
tape_len(const struct rows *rows, size_t column)
{
    return row_len(&taped_of(rows)->inner, column);
}

static double
tape_number(const struct rows *rows, size_t column)
{
    return row_float(&taped_of(rows)->inner, column);
}

static const void *
tape_blob(struct rows *rows, size_t column, size_t *len)
{
    return row_blob(&taped_of(rows)->inner, column, len);
}

static const struct db_driver tape_driver = {
    .schemes = (const char *const[]){NULL},
    .open = tape_open,
    .close = tape_close,
    .cancel = tape_cancel,
    .begin = tape_begin,
    .commit = tape_commit,
    .rollback = tape_rollback,
    .in_transaction = tape_in_transaction,
    .transact = transact_by_steps,
    .guard = tape_guard,
    .lock_timeout = tape_lock_timeout,
    .position = tape_position,
    .exec = tape_exec,
    .renew = tape_renew,
    .reopen = tape_reopen,
    .others_wrote = tape_others_wrote,
    .copy = tape_copy,
    .watch = tape_watch,
    .query = tape_query,
    .prepare = tape_prepare,
    .statement_query = tape_statement_query,
    .statement_free = both_statement_free,
    .run = tape_run,
    .next = tape_next,
    .clear = tape_clear,
    .columns = tape_columns,
    .name = tape_name,
    .text = tape_text,
    .len = tape_len,
    .number = tape_number,
    .blob = tape_blob,
};

/* ------------------------------------------------------------ the script */

static struct db *
script_new(struct reel *reel, bool owns_reel)
{
    struct script_db *db = must_alloc(sizeof *db);

    db->base = reel->base;
    db->base.driver = &script_driver;
    db->reel = reel;
    db->at = reel->steps;
    db->owns_reel = owns_reel;
    return &db->base;
}

struct db *
scripted_open(const struct dialect *dialect)
{
    struct reel *reel = reel_new();

    reel->base.dialect = dialect;
    return script_new(reel, true);
}

struct db *
script_replay(struct tape *tape)
{
    struct reel *reel = tape->replays ? tape->replayed : tape->reels;

    if (reel == NULL)
        return NULL;
    tape->replays = true;
    tape->replayed = reel->next;
    return script_new(reel, false);
}

void
script_expect(struct db *script, const char *sql)
{
    struct script_db *db = script_of(script);
    struct step *before = db->reel->last;
    struct step *step = step_add(db->reel, sql);

    if (strcmp(sql, script->dialect->begin_write) == 0)
        step->in_transaction = true;
    else if (strcmp(sql, "commit") != 0 && strcmp(sql, "rollback") != 0)
        step->in_transaction = before != NULL && before->in_transaction;
    if (db->at == NULL)
        db->at = step;
}

void
script_row(struct db *script, const char *const *values, size_t count)
{
    struct reel *reel = script_of(script)->reel;
    struct row *row = row_add(reel, reel->last, count);

    for (size_t i = 0; i < count; i++) {
        struct cell *cell = &row->cells[i];

        cell->text = arena_text(&reel->arena, values[i]);
        cell->len = values[i] == NULL ? 0 : strlen(values[i]);
        cell->blob = cell->text;
        cell->blob_len = cell->len;
        cell->number = values[i] == NULL ? 0 : strtod(values[i], NULL);
    }
}

void
script_refuse(struct db *script, enum duet_error_kind kind, const char *text)
{
    struct step *step = script_of(script)->reel->last;

    step->ok = step->rows != NULL;
    step->failed = !step->ok;
    (void)err_set(&step->err, kind, "%s", text);
    step->failed = step->ok;
}

const char *
script_left(const struct db *script)
{
    const struct script_db *db = script_of(script);

    return db->at == NULL ? NULL : db->at->sql;
}

/* What was expected next, if it is SQL; else NULL and ERR. */
static struct step *
step_next(struct db *base, const char *sql, struct duet_error *err)
{
    struct script_db *db = script_of(base);
    struct step *step = db->at;

    if (step == NULL) {
        (void)err_set(err, DUET_ERROR_USAGE,
                      "expected nothing more, got '%.400s'", sql);
        return NULL;
    }
    if (strcmp(step->sql, sql) != 0) {
        (void)err_set(err, DUET_ERROR_USAGE, "expected '%.400s', got '%.400s'",
                      step->sql, sql);
        return NULL;
    }
    db->at = step->next;
    db->done = step;
    db->in_transaction = step->in_transaction;
    return step;
}

static bool
answer(const struct step *step, struct duet_error *err)
{
    if (step == NULL)
        return false;
    if (!step->ok && err != NULL)
        *err = step->err;
    return step->ok;
}

static bool
script_open_url(struct db **out, const char *url,
                const struct db_options *options, struct duet_error *err)
{
    (void)out;
    (void)url;
    (void)options;
    return err_set(err, DUET_ERROR_USAGE, "a script has no URL");
}

static void
script_close(struct db *base)
{
    struct script_db *db = script_of(base);

    if (db->owns_reel)
        reel_free(db->reel);
    free(db);
}

static void
script_cancel(struct db *db)
{
    (void)db;
}

static bool
script_begin(struct db *db, struct duet_error *err)
{
    return answer(step_next(db, db->dialect->begin_write, err), err);
}

static bool
script_commit(struct db *db, struct duet_error *err)
{
    return answer(step_next(db, "commit", err), err);
}

static void
script_rollback(struct db *db)
{
    (void)step_next(db, "rollback", NULL);
}

static bool
script_in_transaction(const struct db *db)
{
    return script_of(db)->in_transaction;
}

static bool
script_guard(struct db *db, struct duet_error *err)
{
    return answer(step_next(db, "guard", err), err);
}

static bool
script_lock_timeout(struct db *db, unsigned milliseconds,
                    struct duet_error *err)
{
    (void)milliseconds;
    return answer(step_next(db, "lock timeout", err), err);
}

static size_t
script_position(const struct db *db, const char *sql)
{
    const struct step *done = script_of(db)->done;

    (void)sql;
    return done == NULL ? 0 : done->position;
}

static bool
script_renew(struct db *db, struct duet_error *err)
{
    return answer(step_next(db, "renew", err), err);
}

static bool
script_reopen(struct db *db, struct duet_error *err)
{
    return answer(step_next(db, "reopen", err), err);
}

static bool
script_others_wrote(struct db *db)
{
    (void)db;
    return true;
}

static bool
script_copy(struct db *db, const char *sql, const struct db_source *source,
            struct duet_error *err)
{
    (void)source;
    return answer(step_next(db, sql, err), err);
}

static void
script_watch(struct db *db, const struct db_watch *watch)
{
    (void)db;
    (void)watch;
}

static bool
script_exec(struct db *db, const char *sql, struct duet_error *err)
{
    return answer(step_next(db, sql, err), err);
}

/* Where a script's rows are. */
struct script_rows {
    const struct step *step;
    const struct row *next;
    const struct row *row;
};

static bool
script_query(struct db *base, struct rows *rows, const char *sql,
             const struct db_value *args, size_t nargs, struct duet_error *err)
{
    SCOPED(buf_release) struct buf key = {0};
    struct script_rows *scripted;
    const struct step *step;

    add_statement(&key, base->dialect, sql, args, nargs);
    step = step_next(base, buf_data(&key), err);
    if (!answer(step, err))
        return false;
    scripted = must_alloc(sizeof *scripted);
    scripted->step = step;
    scripted->next = step->rows;
    rows->result = scripted;
    return true;
}

static bool
script_prepare(struct db *db, struct db_statement **out, const char *sql,
               struct duet_error *err)
{
    SCOPED(buf_release) struct buf key = {0};

    buf_printf(&key, "prepare: %s", sql);
    if (!answer(step_next(db, buf_data(&key), err), err))
        return false;
    *out = statement_new(db, NULL, sql);
    return true;
}

static bool
script_statement_query(struct db_statement *statement, struct rows *rows,
                       const struct db_value *args, size_t nargs,
                       struct duet_error *err)
{
    return script_query(statement->db, rows, statement_of(statement)->sql, args,
                        nargs, err);
}

static bool
script_run(struct db *db, struct db_call *calls, size_t count,
           struct duet_error *err)
{
    SCOPED(buf_release) struct buf key = {0};
    const struct step *step;

    add_calls(&key, db->dialect, calls, count);
    step = step_next(db, buf_data(&key), err);
    for (size_t i = 0; step != NULL && i < count; i++) {
        calls[i].affected = step->run_affected ? step->run_affected[i] : 0;
        calls[i].answer[0] = '\0';
        if (step->run_answers != NULL)
            memcpy(calls[i].answer, step->run_answers[i],
                   sizeof calls[i].answer);
    }
    return answer(step, err);
}

static struct script_rows *
scripted_of(const struct rows *rows)
{
    return rows->result;
}

static bool
script_next(struct rows *rows)
{
    struct script_rows *scripted = scripted_of(rows);
    const struct step *step = scripted->step;

    scripted->row = scripted->next;
    if (scripted->row != NULL) {
        scripted->next = scripted->row->next;
        return true;
    }
    rows->affected = step->affected;
    rows->failed = step->failed;
    if (step->failed && rows->err != NULL)
        *rows->err = step->err;
    return false;
}

static void
script_clear(struct rows *rows)
{
    free(rows->result);
}

static size_t
script_columns(const struct rows *rows)
{
    return scripted_of(rows)->step->columns;
}

static const char *
script_name(const struct rows *rows, size_t column)
{
    const struct step *step = scripted_of(rows)->step;

    return step->names == NULL ? "" : step->names[column];
}

static const struct cell *
cell_of(const struct rows *rows, size_t column)
{
    return &scripted_of(rows)->row->cells[column];
}

static const char *
script_text(const struct rows *rows, size_t column)
{
    return cell_of(rows, column)->text;
}

static size_t
script_len(const struct rows *rows, size_t column)
{
    return cell_of(rows, column)->len;
}

static double
script_number(const struct rows *rows, size_t column)
{
    return cell_of(rows, column)->number;
}

static const void *
script_blob(struct rows *rows, size_t column, size_t *len)
{
    *len = cell_of(rows, column)->blob_len;
    return cell_of(rows, column)->blob;
}

static const struct db_driver script_driver = {
    .schemes = (const char *const[]){NULL},
    .open = script_open_url,
    .close = script_close,
    .cancel = script_cancel,
    .begin = script_begin,
    .commit = script_commit,
    .rollback = script_rollback,
    .in_transaction = script_in_transaction,
    .transact = transact_by_steps,
    .guard = script_guard,
    .lock_timeout = script_lock_timeout,
    .position = script_position,
    .exec = script_exec,
    .renew = script_renew,
    .reopen = script_reopen,
    .others_wrote = script_others_wrote,
    .copy = script_copy,
    .watch = script_watch,
    .query = script_query,
    .prepare = script_prepare,
    .statement_query = script_statement_query,
    .statement_free = both_statement_free,
    .run = script_run,
    .next = script_next,
    .clear = script_clear,
    .columns = script_columns,
    .name = script_name,
    .text = script_text,
    .len = script_len,
    .number = script_number,
    .blob = script_blob,
};
