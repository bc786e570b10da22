/*
 * A ledger for a database whose tables were made without one.
 */
#include "base/err.h"
#include "migrate/run.h"

struct baseline {
    const struct migration *until; /* NULL: those that are APPLIED */
    const bool *applied;
    struct migrate_report *report;
};

static bool
stamp_all(struct run *run, struct baseline *baseline, struct duet_error *err)
{
    for (size_t i = 0; i < run->tree->count; i++) {
        const struct migration *migration = &run->tree->list[i];
        struct ledger_record row = {.migration = migration,
                                    .state = LEDGER_STAMPED};

        if (baseline->applied != NULL && !baseline->applied[i])
            continue;
        if (!run_next_position(run, &row.position, err) ||
            !ledger_insert(&run->ledger, run->db, &row, err))
            return false;
        baseline->report->done++;
        if (migration == baseline->until)
            break;
    }
    return true;
}

static bool
has_history(const struct run *run, struct duet_error *err)
{
    if (run->ledger.count == 0)
        return false;
    (void)err_set(err, DUET_ERROR_USAGE,
                  "the database has a history already, from '%s' on",
                  run->ledger.list[0].version);
    (void)err_hint(err, "'duet status' shows it");
    return true;
}

static bool
stamp(struct run *run, void *context, struct duet_error *err)
{
    return !has_history(run, err) && stamp_all(run, context, err);
}

static bool
write_baseline(struct run *run, struct baseline *baseline,
               struct duet_error *err)
{
    *baseline->report = (struct migrate_report){0};
    return run_read(run, err) && !has_history(run, err) &&
           run_start(run, err) &&
           run_in_transaction(run, stamp, baseline, err) &&
           run_finish(run, baseline->report, err);
}

bool
migrate_baseline(struct db *db, const struct tree *tree, const char *version,
                 const struct migrate_options *options,
                 struct migrate_report *report, struct duet_error *err)
{
    SCOPED(run_clear) struct run run = run_make(db, tree, options);
    struct baseline baseline = {.report = report};

    return tree_resolve(tree, version, &baseline.until, err) &&
           write_baseline(&run, &baseline, err);
}

bool
migrate_stamp(struct db *db, const struct tree *tree, const bool *applied,
              const struct migrate_options *options,
              struct migrate_report *report, struct duet_error *err)
{
    SCOPED(run_clear) struct run run = run_make(db, tree, options);
    struct baseline baseline = {.applied = applied, .report = report};

    return write_baseline(&run, &baseline, err);
}
