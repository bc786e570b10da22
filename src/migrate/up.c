/*
 * Up: what is pending is applied, one by one or all in one transaction, with
 * the hooks around it.
 */
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "migrate/run.h"

/* The migrations to apply: not those behind UNTIL, unless that is NULL. */
struct pending {
    struct arena arena;
    const struct migration **list;
    size_t count;
};

static void
pending_clear(struct pending *pending)
{
    arena_clear(&pending->arena);
}

static void
pending_make(struct pending *pending, const struct history *history,
             const struct migration *until)
{
    arena_clear(&pending->arena);
    pending->count = 0;
    pending->list =
        arena_array(&pending->arena, history->count + 1, sizeof *pending->list);
    for (size_t i = 0; i < history->count; i++) {
        const struct history_item *item = &history->list[i];

        if (item->state == HISTORY_PENDING || item->state == HISTORY_RUNNING)
            pending->list[pending->count++] = item->migration;
        if (until != NULL && item->migration == until)
            return;
    }
}

/* Where the tree has none there is nothing to run. */
static bool
run_hook(struct run *run, const struct script_source *script,
         struct duet_error *err)
{
    struct task task = {
        .kind = TASK_HOOK, .title = script->name, .script = script};

    return script->name == NULL ||
           (tree_read_script(script, &task.no_transaction, &task.lock_timeout,
                             err) &&
            task_run(run, &task, err));
}

static bool
find_target(const struct run *run, const struct migration **until,
            struct duet_error *err)
{
    *until = NULL;
    return run->options->to == NULL ||
           tree_resolve(run->tree, run->options->to, until, err);
}

static struct task *
make_tasks(struct run *run, const struct pending *pending)
{
    struct task *tasks =
        arena_array(&run->arena, pending->count + 1, sizeof *tasks);

    for (size_t i = 0; i < pending->count; i++)
        tasks[i] = task_of(TASK_UP, pending->list[i]);
    return tasks;
}

static bool
apply(struct run *run, const struct pending *pending,
      struct migrate_report *report, struct duet_error *err)
{
    const struct script_source *hook = &run->tree->hooks.after_each;
    const struct task *tasks = make_tasks(run, pending);
    size_t done;

    for (size_t at = 0; at < pending->count; at += done) {
        size_t count = hook->name == NULL ? pending->count - at : 1;
        bool ok = tasks_run(run, &tasks[at], count, &done, err);

        if (ok && !run_hook(run, hook, err))
            return false;
        report->done += done;
        if (!ok)
            return false;
    }
    return true;
}

/* Before anything is done. */
static bool
check_joined(struct run *run, const struct pending *pending,
             struct duet_error *err)
{
    for (size_t i = 0; i < pending->count; i++) {
        SCOPED(outline_clear) struct outline outline = {0};
        const struct migration *migration = pending->list[i];

        if (!outline_read(&outline, &migration->up, run->tree->language,
                          migration->no_transaction, NULL, err))
            return err_wrap(err, "migration '%s'", migration->version);
        if (outline.reason != NULL)
            return outline_refuse_joining(&outline, err) ||
                   err_wrap(err, "migration '%s'", migration->version);
    }
    return true;
}

/* What has no effect in the transaction that all share. */
static bool
run_pragmas(struct run *run, const struct pending *pending,
            struct duet_error *err)
{
    for (size_t i = 0; i < pending->count; i++) {
        SCOPED(outline_clear) struct outline outline = {0};

        if (!outline_read(&outline, &pending->list[i]->up, run->tree->language,
                          false, NULL, err))
            return false;
        for (size_t j = 0; j < outline.nbefore; j++)
            if (!db_exec(run->db, outline.before[j].text, err))
                return err_wrap(err, "migration '%s'",
                                pending->list[i]->version);
    }
    return true;
}

static void
tell_all(const struct run *run, const struct pending *pending)
{
    for (size_t i = 0; i < pending->count; i++)
        run_tell(run,
                 &(struct migrate_event){.kind = EVENT_APPLIED,
                                         .title = pending->list[i]->version});
}

/* Under the lock that the transaction holds the pending ones are certain. */
static bool
apply_within(struct run *run, struct pending *pending,
             const struct migration *until, struct migrate_report *report,
             struct duet_error *err)
{
    if (!migrate_lock_check(run->lock, run->db, err) ||
        (!run->options->dry_run && !run_read(run, err)))
        return false;
    pending_make(pending, &run->history, until);
    return apply(run, pending, report, err);
}

/* The last one stands for all: where the server is lost it is asked for. */
static bool
commit_joined(struct run *run, const struct pending *pending,
              struct duet_error *err)
{
    struct task last;

    if (pending->count == 0)
        return db_commit(run->db, err);
    last = task_of(TASK_UP, pending->list[pending->count - 1]);
    return task_commit(run, &last, NULL, err);
}

static bool
apply_joined(struct run *run, struct pending *pending,
             const struct migration *until, struct migrate_report *report,
             struct duet_error *err)
{
    if (!run_pragmas(run, pending, err))
        return false;
    run->is_joined = true;
    if (db_begin(run->db, err) &&
        apply_within(run, pending, until, report, err) &&
        commit_joined(run, pending, err)) {
        run->is_joined = false;
        tell_all(run, pending);
        return true;
    }
    run->is_joined = false;
    db_rollback(run->db);
    report->done = 0;
    return false;
}

static bool
apply_all(struct run *run, struct pending *pending,
          const struct migration *until, struct migrate_report *report,
          struct duet_error *err)
{
    const struct tree_hooks *hooks = &run->tree->hooks;

    return (!run->options->single_transaction ||
            check_joined(run, pending, err)) &&
           run_hook(run, &hooks->before_up, err) &&
           (run->options->single_transaction
                ? apply_joined(run, pending, until, report, err)
                : apply(run, pending, report, err)) &&
           run_hook(run, &hooks->after_up, err);
}

static bool
up(struct run *run, struct migrate_report *report, struct duet_error *err)
{
    SCOPED(pending_clear) struct pending pending = {0};
    const struct migration *until;

    if (!find_target(run, &until, err) ||
        !history_check(&run->history, run->tree, &run->ledger, run->db, err))
        return false;
    pending_make(&pending, &run->history, until);
    if (pending.count == 0 && run->ledger.exists)
        return true;
    if (!run_start(run, err) ||
        !history_check(&run->history, run->tree, &run->ledger, run->db, err))
        return false;
    pending_make(&pending, &run->history, until);
    return pending.count == 0 || apply_all(run, &pending, until, report, err);
}

/* The user may have called them by their numbers. */
static bool
find_out_of_order(struct run *run, struct duet_error *err)
{
    const char *const *given = run->options->out_of_order;
    const struct migration *migration;
    const char **list;
    size_t count = 0;

    if (given == NULL)
        return true;
    while (given[count] != NULL)
        count++;
    list = arena_array(&run->arena, count + 1, sizeof *list);
    for (size_t i = 0; i < count; i++) {
        if (!tree_resolve(run->tree, given[i], &migration, err))
            return false;
        list[i] = migration->version;
    }
    run->out_of_order = list;
    return true;
}

/* Called by its name alone it is the one beside the migrations. */
static bool
is_seed_of_tree(const char *own, const char *given)
{
    return own != NULL && strcmp(given, "seed.sql") == 0;
}

/*
 * Before anything is done: a file that is there, and no pipe, because it is
 * looked through before it is run.
 */
static bool
check_seed(const struct run *run, struct duet_error *err)
{
    const char *path = run->options->seed;
    struct stat info;

    if (path == NULL || is_seed_of_tree(run->tree->hooks.seed.name, path))
        return true;
    if (stat(path, &info) != 0)
        return err_errno(err, "'%s'", path);
    if (S_ISREG(info.st_mode))
        return true;
    (void)err_set(err, DUET_ERROR_USAGE, "'%s' is not a regular file", path);
    return err_hint(err, "write what it says to one");
}

static bool
sow(struct run *run, struct duet_error *err)
{
    const struct script_source *own = &run->tree->hooks.seed;
    const struct script_source given = {.name = run->options->seed};

    if (given.name == NULL)
        return true;
    return run_hook(run, is_seed_of_tree(own->name, given.name) ? own : &given,
                    err);
}

bool
migrate_up(struct db *db, const struct tree *tree,
           const struct migrate_options *options, struct migrate_report *report,
           struct duet_error *err)
{
    SCOPED(run_clear) struct run run = run_make(db, tree, options);

    *report = (struct migrate_report){0};
    if (!check_seed(&run, err) || !find_out_of_order(&run, err) ||
        !run_read(&run, err))
        return false;
    if (!up(&run, report, err) || !sow(&run, err))
        return run_stop(&run, report);
    if (report->done > 0)
        return run_finish(&run, report, err);
    run_report(&run, report);
    return true;
}

bool
migrate_within(struct db *db, const struct tree *tree, struct duet_error *err)
{
    const struct migrate_options options = {0};
    SCOPED(run_clear) struct run run = run_make(db, tree, &options);
    SCOPED(pending_clear) struct pending pending = {0};
    struct migrate_report report = {0};

    if (!run_read(&run, err) || !ledger_ensure(&run.ledger, db, err))
        return false;
    run.is_joined = true;
    pending_make(&pending, &run.history, NULL);
    return apply(&run, &pending, &report, err);
}
