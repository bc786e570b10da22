/*
 * Down: the last ones are undone; and redo, which applies the last one again.
 */
#include <string.h>

#include "base/err.h"
#include "migrate/run.h"

static bool
undo(struct run *run, const struct ledger_entry *entry, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const struct migration *migration = tree_find(run->tree, entry->version);
    struct migration whole;
    struct task task;

    if (migration == NULL) {
        (void)err_set(err, DUET_ERROR_DRIFT,
                      "migration '%s' is not in the tree", entry->version);
        return err_hint(err,
                        "bring its files back, or let the ledger forget "
                        "it with 'duet repair %s'",
                        entry->version);
    }
    if (entry->state == LEDGER_RUNNING) {
        (void)err_set(err, DUET_ERROR_DRIFT,
                      "migration '%s' is applied in part", entry->version);
        return err_hint(err, "'duet up' goes on with it");
    }
    if (!migration->has_down) {
        (void)err_set(err, DUET_ERROR_USAGE,
                      "migration '%s' has no script to undo it",
                      entry->version);
        return err_hint(err, "write one, even if it is empty");
    }
    if (!tree_read_down(run->tree, migration, &arena, &whole, err))
        return false;
    task = task_of(TASK_DOWN, &whole);
    return task_run(run, &task, err);
}

/* It is not applied, so nothing above it can be told. */
static bool
is_applied(const struct run *run, const struct migration *migration,
           struct duet_error *err)
{
    if (migration == NULL ||
        ledger_find(&run->ledger, migration->version) != NULL)
        return true;
    (void)err_set(err, DUET_ERROR_USAGE, "migration '%s' is not applied",
                  migration->version);
    return err_hint(err, "'duet status' shows which are");
}

/* `0` stands for the state before the first one. */
static bool
find_floor(const struct run *run, const struct migration **floor, bool *to_none,
           struct duet_error *err)
{
    const char *to = run->options->to;

    *to_none = to != NULL && strcmp(to, "0") == 0;
    *floor = NULL;
    return to == NULL || *to_none || tree_resolve(run->tree, to, floor, err);
}

static bool
is_repeatable(const struct run *run, const struct ledger_entry *entry)
{
    const struct migration *migration = tree_find(run->tree, entry->version);

    return migration != NULL && migration->repeatable;
}

static bool
down(struct run *run, const struct migration *floor, bool to_none,
     struct migrate_report *report, struct duet_error *err)
{
    size_t steps = run->options->steps ? run->options->steps : 1;

    if (!is_applied(run, floor, err))
        return false;
    if (floor != NULL || to_none)
        steps = run->ledger.count;
    for (size_t i = run->ledger.count; i-- > 0 && report->done < steps;) {
        const struct ledger_entry *entry = &run->ledger.list[i];

        if (floor != NULL && strcmp(entry->version, floor->version) == 0)
            break;
        if (is_repeatable(run, entry))
            continue;
        if (!undo(run, entry, err))
            return false;
        report->done++;
    }
    return true;
}

bool
migrate_down(struct db *db, const struct tree *tree,
             const struct migrate_options *options,
             struct migrate_report *report, struct duet_error *err)
{
    SCOPED(run_clear) struct run run = run_make(db, tree, options);
    const struct migration *floor;
    bool to_none;

    *report = (struct migrate_report){0};
    if (!find_floor(&run, &floor, &to_none, err) || !run_read(&run, err))
        return false;
    if (run.ledger.count == 0)
        return true;
    if (run_start(&run, err) && down(&run, floor, to_none, report, err) &&
        run_finish(&run, report, err))
        return true;
    return run_stop(&run, report);
}

/* NULL: none is applied. */
static const struct ledger_entry *
last_applied(const struct run *run, struct duet_error *err)
{
    for (size_t i = run->ledger.count; i-- > 0;)
        if (!is_repeatable(run, &run->ledger.list[i]))
            return &run->ledger.list[i];
    (void)err_set(err, DUET_ERROR_USAGE, "no migration is applied");
    (void)err_hint(err, "'duet up' applies them");
    return NULL;
}

static bool
redo(struct run *run, struct duet_error *err)
{
    const struct ledger_entry *last = last_applied(run, err);
    struct task task;

    if (last == NULL || !undo(run, last, err))
        return false;
    task = task_of(TASK_UP, tree_find(run->tree, last->version));
    return run_renew(run, err) && run_read(run, err) &&
           task_run(run, &task, err);
}

bool
migrate_redo(struct db *db, const struct tree *tree,
             const struct migrate_options *options,
             struct migrate_report *report, struct duet_error *err)
{
    SCOPED(run_clear) struct run run = run_make(db, tree, options);

    *report = (struct migrate_report){0};
    if (!run_read(&run, err) || last_applied(&run, err) == NULL ||
        !run_start(&run, err) || !redo(&run, err))
        return run_stop(&run, report);
    report->done = 1;
    return run_finish(&run, report, err);
}
