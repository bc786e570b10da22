/*
 * A migration in one message to the server: where there are many small ones
 * most of the time is lost on the way.
 */
#include "base/clock.h"
#include "base/err.h"
#include "migrate/kept.h"
#include "migrate/run.h"

/*
 * Nothing has to be asked before or within it, and no statement needs what one
 * before it has made of the session.
 */
bool
task_fits_at_once(const struct run *run, const struct task *task,
                  const struct outline *outline)
{
    return db_dialect(run->db)->has_round_trips && !db_pooled(run->db) &&
           !run->options->dry_run && !run->is_joined && !run->is_unsure &&
           task->migration != NULL && task->lock_timeout == 0 &&
           (run->lock == NULL || migrate_lock_is_session(run->lock)) &&
           outline->reason == NULL && !outline->sets_session &&
           !outline->has_loner && outline_is_complete(outline);
}

/* What is sent, and where each of it stands in the script. */
struct parcel {
    struct arena arena;
    struct kept kept;
    const char **texts;
    const struct statement **statements;
    size_t count;
};

static void
parcel_release(struct parcel *parcel)
{
    kept_release(&parcel->kept);
    arena_clear(&parcel->arena);
}

static void
pack(struct parcel *parcel, const struct outline *outline)
{
    struct arena *arena = &parcel->arena;
    size_t size = outline->listed + 1;

    parcel->texts = arena_array(arena, size, sizeof *parcel->texts);
    parcel->statements = arena_array(arena, size, sizeof *parcel->statements);
    for (size_t i = 0; i < outline->listed; i++) {
        const struct statement *statement = &outline->list[i];

        kept_add(&parcel->kept, statement);
        if (outline_leaves_out(outline, statement))
            continue;
        parcel->texts[parcel->count] = statement->text;
        parcel->statements[parcel->count++] = statement;
    }
}

static bool
failed(struct run *run, const struct task *task, const struct parcel *parcel,
       const struct db_transaction *transaction, struct duet_error *err)
{
    if (transaction->failed < parcel->count)
        (void)statement_failed(run, task,
                               parcel->statements[transaction->failed],
                               transaction->position, err);
    db_rollback(run->db);
    if (transaction->failed == parcel->count && err->kind == DUET_ERROR_SQL)
        (void)migrate_lock_check(run->lock, run->db, err);
    return false;
}

bool
task_at_once(struct run *run, const struct task *task,
             const struct outline *outline, struct duet_error *err)
{
    SCOPED(parcel_release) struct parcel parcel = {.count = 0};
    struct db_transaction transaction = {0};
    struct ledger_record row = {.migration = task->migration,
                                .state = LEDGER_APPLIED,
                                .duration = LEDGER_UP_TO_NOW,
                                .statements = outline->statements};
    bool is_there = ledger_find(&run->ledger, task->migration->version) != NULL;
    int64_t position = run->position;
    int64_t started = clock_microseconds();

    pack(&parcel, outline);
    row.script = kept_text(&parcel.kept);
    if (task->kind == TASK_UP && !is_there &&
        !run_next_position(run, &row.position, err))
        return false;
    transaction.before =
        run->lock != NULL ? run_assertion(run, &parcel.arena) : NULL;
    transaction.statements = parcel.texts;
    transaction.count = parcel.count;
    transaction.last =
        task_record_sql(run, task, outline, &parcel.arena, &row, is_there);
    if (!db_transact(run->db, &transaction, err) &&
        (err->kind == DUET_ERROR_UNCERTAIN
             ? !task_settle(run, task, err)
             : !failed(run, task, &parcel, &transaction, err))) {
        run->position = position;
        return false;
    }
    task_tell_done(run, task, started);
    return true;
}
