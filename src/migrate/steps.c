/*
 * A script statement by statement.
 *
 * Each is committed together with how far that is, so that a run that is ended
 * anywhere is resumed at the next one.  What can't run in a transaction is
 * said to have begun before, and to be done afterwards; the catalog tells what
 * became of it in between.  Transactions of the script's own are one step.
 *
 * Two runs can be at the same script where no lock keeps them apart: each step
 * looks first whether the other one has done it.
 */
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "migrate/steps_part.h"

static void
stepping_clear(struct stepping *stepping)
{
    script_close(&stepping->script);
    kept_release(&stepping->kept);
    arena_clear(&stepping->arena);
}

static bool
has_changed(struct stepping *stepping, struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_DRIFT,
                  "of the statements in %s the first %zu are done, and they "
                  "have changed since",
                  stepping->task->script->name, stepping->standing.statements);
    return err_hint(err, "put them back as they were; those behind them may "
                         "be changed");
}

/* A statement that is done: its effect on the session is not there any more. */
static bool
pass(struct stepping *stepping, const struct statement *statement,
     struct duet_error *err)
{
    char checksum[DIGEST_LEN];

    if (statement->number == stepping->standing.statements) {
        script_checksum(stepping->script, checksum);
        if (strcmp(checksum, stepping->standing.checksum) != 0)
            return has_changed(stepping, err);
    }
    if (statement->kind != STATEMENT_SESSION &&
        statement->kind != STATEMENT_PRAGMA)
        return true;
    return statement_run(stepping->run, stepping->task, stepping->script,
                         statement, err);
}

static void
tell(const struct stepping *stepping, enum migrate_event_kind kind,
     size_t statement)
{
    run_tell(stepping->run,
             &(struct migrate_event){.kind = kind,
                                     .title = stepping->task->title,
                                     .statement = statement,
                                     .duration = clock_microseconds() -
                                                 stepping->started});
}

/* Always false. */
static bool
left_open(const struct task *task, struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_USAGE,
                  "%s begins a transaction and does not end it",
                  task->script->name);
    return err_hint(err, "write COMMIT at its end");
}

static bool
run_steps(struct stepping *stepping, struct duet_error *err)
{
    struct statement statement;
    size_t last = 0;

    while (!stepping->is_over && script_next(stepping->script, &statement)) {
        last = statement.number;
        kept_add(&stepping->kept, &statement);
        if (statement.number <= stepping->standing.statements) {
            if (!pass(stepping, &statement, err))
                return false;
            continue;
        }
        if (!stepping_do(stepping, &statement, err))
            return false;
        tell(stepping, EVENT_STEP, statement.number);
    }
    if (stepping->is_over)
        return true;
    if (!script_ended(stepping->script))
        return false;
    if (last < stepping->standing.statements)
        return has_changed(stepping, err);
    return !stepping->in_transaction || left_open(stepping->task, err);
}

static bool
insert_row(struct stepping *stepping, struct duet_error *err)
{
    struct ledger_record row = {.migration = stepping->task->migration,
                                .state = LEDGER_RUNNING};
    struct run *run = stepping->run;

    if (stepping->standing.is_there || run->options->dry_run)
        return true;
    if (db_dialect(run->db)->one_writer)
        run->is_unsure = true;
    return run_next_position(run, &row.position, err) &&
           ledger_insert(&run->ledger, run->db, &row, err);
}

/* Its row says from here on that it is under way. */
static bool
announce(struct stepping *stepping, enum ledger_state state,
         struct duet_error *err)
{
    if (!insert_row(stepping, err))
        return false;
    stepping->standing =
        (struct ledger_standing){.is_there = true, .state = state};
    script_checksum(stepping->script, stepping->standing.checksum);
    return stepping_mark(stepping, 0, 0, err);
}

static bool
is_finished(const struct stepping *stepping)
{
    const struct task *task = stepping->task;
    const struct ledger_standing *standing = &stepping->standing;

    if (task->kind == TASK_DOWN)
        return !standing->is_there;
    return ledger_has(standing, task->migration);
}

/* A dry run changes nothing, so the ledger was read once for all of it. */
static bool
find_standing(struct stepping *stepping, struct duet_error *err)
{
    const struct run *run = stepping->run;
    const struct ledger_entry *entry;

    if (!run->options->dry_run)
        return stepping_look(stepping, &stepping->standing, err);
    entry = ledger_find(&run->ledger, stepping->task->migration->version);
    if (entry != NULL)
        stepping->standing = ledger_standing_of(entry);
    return true;
}

static bool
start_within(struct stepping *stepping, struct duet_error *err)
{
    struct run *run = stepping->run;
    enum ledger_state state =
        stepping->task->kind == TASK_DOWN ? LEDGER_REVERTING : LEDGER_RUNNING;

    if (!migrate_lock_check(run->lock, run->db, err) ||
        !stepping_learn_home(stepping, err) || !find_standing(stepping, err))
        return false;
    stepping->is_over = is_finished(stepping);
    if (stepping->standing.attempted > stepping->standing.statements)
        stepping->begun_before = stepping->standing.attempted;
    return stepping->is_over || stepping->standing.state == state ||
           announce(stepping, state, err);
}

static bool
start(struct stepping *stepping, struct duet_error *err)
{
    struct run *run = stepping->run;

    if (db_begin(run->db, err) && start_within(stepping, err) &&
        task_commit(run, stepping->task, NULL, err))
        return true;
    db_rollback(run->db);
    return false;
}

static bool
finish_within(struct stepping *stepping, const struct outline *outline,
              struct duet_error *err)
{
    struct run *run = stepping->run;
    const struct ledger_record row = {
        .migration = stepping->task->migration,
        .state = LEDGER_APPLIED,
        .duration = clock_microseconds() - stepping->started,
        .statements = outline->statements,
        .script = kept_text(&stepping->kept),
    };

    if (!stepping_check(stepping, err))
        return false;
    if (stepping->is_over || run->options->dry_run)
        return true;
    if (!stepping_go_home(stepping, err))
        return false;
    return stepping->task->kind == TASK_DOWN
               ? ledger_delete(&run->ledger, run->db,
                               stepping->task->migration->version, err)
               : ledger_update(&run->ledger, run->db, &row, err);
}

static bool
finish(struct stepping *stepping, const struct outline *outline,
       struct duet_error *err)
{
    struct run *run = stepping->run;
    bool reverts = stepping->task->kind == TASK_DOWN;

    if (!stepping->is_over &&
        !(db_begin(run->db, err) && finish_within(stepping, outline, err) &&
          task_commit(run, stepping->task, NULL, err)))
        return false;
    tell(stepping,
         stepping->is_over ? EVENT_SKIPPED
         : reverts         ? EVENT_REVERTED
                           : EVENT_APPLIED,
         0);
    return true;
}

/* What is done stays done, and the user should know. */
static bool
fail(struct run *run, size_t done, const char *next, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *hint = arena_text(&arena, err->hint);

    db_rollback(run->db);
    if (done > 0)
        (void)err_hint(err, "%s%s%zu of its statements %s done; %s", hint,
                       *hint != '\0' ? "; " : "", done,
                       done == 1 ? "is" : "are", next);
    return false;
}

static bool
run_unrecorded(struct run *run, const struct task *task, struct duet_error *err)
{
    SCOPED(script_close) struct script *script = NULL;
    struct statement statement;

    if (!script_open(&script, task->script, run->tree->language, err))
        return false;
    while (script_next(script, &statement)) {
        if (!statement_run(run, task, script, &statement, err))
            return false;
        if (!db_in_transaction(run->db))
            run->unrecorded = statement.number;
    }
    return script_ended(script) &&
           (!db_in_transaction(run->db) || left_open(task, err));
}

bool
task_unrecorded(struct run *run, const struct task *task,
                struct duet_error *err)
{
    int64_t started = clock_microseconds();

    if (!run_unrecorded(run, task, err))
        return fail(run, run->unrecorded, "do the rest by hand", err);
    run_tell(run, &(struct migrate_event){.kind = EVENT_RAN,
                                          .title = task->title,
                                          .duration =
                                              clock_microseconds() - started});
    return true;
}

bool
task_by_steps(struct run *run, const struct task *task,
              const struct outline *outline, struct guard *guard,
              struct duet_error *err)
{
    SCOPED(stepping_clear)
    struct stepping stepping = {
        .run = run,
        .task = task,
        .guard = guard,
        .sets_session = outline->sets_session,
        .started = clock_microseconds(),
    };
    size_t done;

    if (script_open(&stepping.script, task->script, run->tree->language, err) &&
        start(&stepping, err) && run_steps(&stepping, err) &&
        finish(&stepping, outline, err))
        return true;
    done = stepping.standing.statements;
    return fail(run, done,
                done == 1 ? "the next run goes on behind it"
                          : "the next run goes on behind them",
                err);
}
