/*
 * A run from its start to its report.
 */
#include "migrate/run.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/err.h"

void
run_clear(struct run *run)
{
    migrate_lock_release(&run->lock);
    history_clear(&run->history);
    ledger_clear(&run->ledger);
    arena_clear(&run->arena);
}

bool
run_read(struct run *run, struct duet_error *err)
{
    run->is_unsure = false;
    (void)db_others_wrote(run->db);
    if (!ledger_read(&run->ledger, run->db, err))
        return false;
    run->position = run->ledger.count > 0
                        ? run->ledger.list[run->ledger.count - 1].position
                        : 0;
    history_make(&run->history, run->tree, &run->ledger, run->out_of_order);
    return true;
}

struct run
run_make(struct db *db, const struct tree *tree,
         const struct migrate_options *options)
{
    unsigned patience = options->wait ? options->wait : DEFAULT_WAIT;

    return (struct run){.db = db,
                        .tree = tree,
                        .options = options,
                        .together = 1,
                        .give_up = clock_milliseconds() + patience};
}

static void
tell_waiting(void *context, const char *holder)
{
    run_tell(context,
             &(struct migrate_event){.kind = EVENT_WAITING, .text = holder});
}

static bool
make_ledger(struct run *run, struct duet_error *err)
{
    if (run->ledger.exists)
        return true;
    if (db_begin(run->db, err) && migrate_lock_check(run->lock, run->db, err) &&
        ledger_ensure(&run->ledger, run->db, err) && db_commit(run->db, err))
        return true;
    db_rollback(run->db);
    if (err != NULL && err->kind == DUET_ERROR_UNCERTAIN)
        (void)err_hint(err, "run it again: no migration was begun");
    return false;
}

bool
run_start(struct run *run, struct duet_error *err)
{
    const struct migrate_lock_options lock = {
        .wait = run->options->wait, .waiting = tell_waiting, .context = run};

    if (run->options->dry_run)
        return true;
    return migrate_lock_take(&run->lock, run->db, run->options->url, &lock,
                             err) &&
           make_ledger(run, err) && run_read(run, err);
}

void
run_report(const struct run *run, struct migrate_report *report)
{
    (void)snprintf(report->version, sizeof report->version, "%s",
                   ledger_newest(&run->ledger));
}

/* A dry run has changed nothing that could be read. */
bool
run_finish(struct run *run, struct migrate_report *report,
           struct duet_error *err)
{
    if (!run->options->dry_run &&
        (!run_renew(run, err) || !ledger_read(&run->ledger, run->db, err)))
        return false;
    run_report(run, report);
    return true;
}

bool
run_stop(struct run *run, struct migrate_report *report)
{
    if (run_renew(run, NULL) && ledger_read(&run->ledger, run->db, NULL))
        run_report(run, report);
    return false;
}

struct task
task_of(enum task_kind kind, const struct migration *migration)
{
    return (struct task){
        .kind = kind,
        .title = migration->version,
        .script = kind == TASK_UP ? &migration->up : &migration->down,
        .migration = migration,
        .no_transaction = kind == TASK_UP ? migration->no_transaction
                                          : migration->down_no_transaction,
        .lock_timeout = kind == TASK_UP ? migration->lock_timeout
                                        : migration->down_lock_timeout,
    };
}

bool
run_in_transaction(struct run *run,
                   bool (*work)(struct run *run, void *context,
                                struct duet_error *err),
                   void *context, struct duet_error *err)
{
    if (db_begin(run->db, err) && migrate_lock_check(run->lock, run->db, err) &&
        run_read(run, err) && work(run, context, err) &&
        db_commit(run->db, err))
        return true;
    db_rollback(run->db);
    return false;
}
