/*
 * One statement, or a transaction of the script's own.
 */
#include <string.h>

#include "base/err.h"
#include "db/token.h"
#include "migrate/doubt.h"
#include "migrate/steps_part.h"

static bool
run_statement(struct stepping *stepping, const struct statement *statement,
              struct duet_error *err)
{
    return statement_run(stepping->run, stepping->task, stepping->script,
                         statement, err);
}

/* Another run was faster: its step is not ours to do. */
static bool
is_done_by_now(const struct stepping *stepping,
               const struct statement *statement)
{
    return stepping->is_over ||
           stepping->standing.statements >= statement->number;
}

static bool
step_within(struct stepping *stepping, const struct statement *statement,
            struct duet_error *err)
{
    size_t number = statement->number;

    if (!stepping_check(stepping, err))
        return false;
    if (is_done_by_now(stepping, statement)) {
        db_rollback(stepping->run->db);
        return true;
    }
    return guard_start(stepping->guard, stepping->run->db, err) &&
           run_statement(stepping, statement, err) &&
           guard_check(stepping->guard, err) &&
           stepping_mark(stepping, number, number, err) &&
           task_commit(stepping->run, stepping->task, NULL, err);
}

static bool
step_in_transaction(struct stepping *stepping,
                    const struct statement *statement, struct duet_error *err)
{
    return db_begin(stepping->run->db, err) &&
           step_within(stepping, statement, err);
}

/* It waits for all who are at work, and a timeout would leave it in pieces. */
static bool
wait_for_locks(struct stepping *stepping, unsigned milliseconds,
               struct duet_error *err)
{
    return db_lock_timeout(stepping->run->db, milliseconds, err);
}

/* It was refused, so it is not done: there is no doubt about that. */
static bool
run_outside(struct stepping *stepping, const struct statement *statement,
            struct duet_error *err)
{
    size_t done = statement->number - 1;

    if (run_statement(stepping, statement, err))
        return true;
    if (err->kind != DUET_ERROR_CONNECT)
        (void)stepping_mark_alone(stepping, done, done, NULL);
    return false;
}

static bool
begin_outside(struct stepping *stepping, const struct statement *statement,
              struct duet_error *err)
{
    struct db *db = stepping->run->db;
    unsigned timeout = task_lock_timeout(stepping->run, stepping->task);
    size_t number = statement->number;

    if (!stepping_mark_alone(stepping, number - 1, number, err))
        return false;
    return is_done_by_now(stepping, statement) ||
           (doubt_clean(db, statement, err) &&
            wait_for_locks(stepping, 0, err) &&
            run_outside(stepping, statement, err) &&
            doubt_check(db, statement, err) &&
            wait_for_locks(stepping, timeout, err));
}

static bool
step_outside(struct stepping *stepping, const struct statement *statement,
             struct duet_error *err)
{
    size_t number = statement->number;
    bool done = false;

    if (stepping->begun_before == number &&
        !doubt_settle(stepping->run->db, statement, &done, err))
        return err_wrap(err, "%s:%zu:%zu", stepping->task->script->name,
                        statement->line, statement->column);
    return (done || begin_outside(stepping, statement, err)) &&
           stepping_mark_alone(stepping, number, number, err);
}

/* What it sets is set anew when the script is resumed. */
static bool
step_session(struct stepping *stepping, const struct statement *statement,
             struct duet_error *err)
{
    return run_statement(stepping, statement, err) &&
           stepping_mark_alone(stepping, statement->number, statement->number,
                               err);
}

/* A procedure or a block may commit by itself. */
static bool
may_commit(const struct statement *statement)
{
    struct tokens tokens = {.at = statement->text, .postgres = true};
    struct token token;

    return token_next(&tokens, &token) &&
           (token_is(&token, "call") || token_is(&token, "do"));
}

/* Whether it does only the engine knows: 2D000 is what a transaction says. */
static bool
step_block(struct stepping *stepping, const struct statement *statement,
           struct duet_error *err)
{
    if (stepping->begun_before != statement->number) {
        if (step_in_transaction(stepping, statement, err))
            return true;
        if (strcmp(err->code, "2D000") != 0)
            return false;
        db_rollback(stepping->run->db);
    }
    return step_outside(stepping, statement, err);
}

/* ------------------------------------------------------------------------
 * Transactions of the script's own
 */

static bool
own_begin(struct stepping *stepping, const struct statement *statement,
          struct duet_error *err)
{
    struct db *db = stepping->run->db;
    bool begun =
        outline_begins_plainly(statement, stepping->run->tree->language)
            ? db_begin(db, err)
            : run_statement(stepping, statement, err);

    if (!begun || !stepping_check(stepping, err))
        return false;
    if (is_done_by_now(stepping, statement)) {
        db_rollback(db);
        return true;
    }
    stepping->in_transaction = true;
    return guard_start(stepping->guard, db, err);
}

static bool
own_commit(struct stepping *stepping, const struct statement *statement,
           struct duet_error *err)
{
    stepping->in_transaction = false;
    return guard_check(stepping->guard, err) &&
           stepping_mark(stepping, statement->number, statement->number, err) &&
           task_commit(stepping->run, stepping->task, NULL, err);
}

static bool
own_rollback(struct stepping *stepping, const struct statement *statement,
             struct duet_error *err)
{
    stepping->in_transaction = false;
    return run_statement(stepping, statement, err) &&
           stepping_mark_alone(stepping, statement->number, statement->number,
                               err);
}

static bool
step_within_own(struct stepping *stepping, const struct statement *statement,
                struct duet_error *err)
{
    switch (statement->kind) {
    case STATEMENT_COMMIT:
        return own_commit(stepping, statement, err);
    case STATEMENT_ROLLBACK:
        return own_rollback(stepping, statement, err);
    default:
        return run_statement(stepping, statement, err);
    }
}

bool
stepping_do(struct stepping *stepping, const struct statement *statement,
            struct duet_error *err)
{
    if (stepping->in_transaction)
        return step_within_own(stepping, statement, err);
    switch (statement->kind) {
    case STATEMENT_BEGIN:
        return own_begin(stepping, statement, err);
    case STATEMENT_OUTSIDE:
        return step_outside(stepping, statement, err);
    case STATEMENT_COMMIT:
    case STATEMENT_ROLLBACK:
    case STATEMENT_PRAGMA:
    case STATEMENT_SESSION:
        return step_session(stepping, statement, err);
    default:
        break;
    }
    return may_commit(statement)
               ? step_block(stepping, statement, err)
               : step_in_transaction(stepping, statement, err);
}
