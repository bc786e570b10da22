/*
 * A task, and again where a lock was not had.
 */
#include "migrate/run.h"

#include "base/clock.h"
#include "base/err.h"
#include "db/record.h"

/* Milliseconds. */
enum { FIRST_PAUSE = 500, LONGEST_PAUSE = 30000 };

void
run_tell(const struct run *run, const struct migrate_event *event)
{
    if (run->options->event != NULL)
        run->options->event(run->options->context, event);
}

/* Between a half of MILLISECONDS and all of it. */
static bool
pause_for(struct run *run, unsigned milliseconds, struct duet_error *err)
{
    unsigned half = milliseconds / 2;

    return db_pause(run->db,
                    half + (unsigned)(clock_microseconds() % (half + 1)), err);
}

static bool
is_worth_another_try(const struct run *run, const struct duet_error *err)
{
    return (err->kind == DUET_ERROR_BUSY || err->kind == DUET_ERROR_RETRY) &&
           !run->is_joined && run->unrecorded == 0 &&
           clock_milliseconds() < run->give_up;
}

static void
tell_retry(const struct run *run, const struct task *task,
           const struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *text =
        err->hint[0] == '\0'
            ? err->text
            : arena_printf(&arena, "%s: %s", err->text, err->hint);

    run_tell(run, &(struct migrate_event){
                      .kind = EVENT_RETRY, .title = task->title, .text = text});
}

static void
note(void *context, const char *text)
{
    const struct run *run = context;

    run_tell(run, &(struct migrate_event){.kind = EVENT_NOTE, .text = text});
}

bool
run_next_position(struct run *run, int64_t *position, struct duet_error *err)
{
    if (run->is_unsure && !run->options->dry_run &&
        !ledger_last(&run->ledger, run->db, &run->position, err))
        return false;
    *position = ++run->position;
    return true;
}

bool
run_renew(struct run *run, struct duet_error *err)
{
    return run->is_joined || db_renew(run->db, err);
}

/* Its file says so, or some of its statements were run by themselves. */
static bool
is_by_steps(const struct run *run, const struct task *task)
{
    const struct ledger_entry *entry;

    if (task->no_transaction || task->migration == NULL)
        return task->no_transaction;
    entry = ledger_find(&run->ledger, task->migration->version);
    return entry != NULL &&
           (entry->state == LEDGER_RUNNING || entry->state == LEDGER_REVERTING);
}

/* Behind a pooler the next statement may be run in another session. */
static bool
has_session(const struct run *run, const struct outline *outline,
            struct duet_error *err)
{
    if (!db_pooled(run->db) || outline->reason == NULL ||
        outline->session == NULL)
        return true;
    (void)err_set(err, DUET_ERROR_USAGE,
                  "%s: what is set here for the session does not last behind "
                  "a pooler",
                  outline->session);
    return err_hint(err, "connect to the server itself for this migration, "
                         "which can't run in one transaction");
}

unsigned
task_lock_timeout(const struct run *run, const struct task *task)
{
    if (task->lock_timeout != 0)
        return task->lock_timeout;
    return run->options->lock_timeout ? run->options->lock_timeout
                                      : DEFAULT_LOCK_TIMEOUT;
}

/* What the file's head says of it ends with the session's renewal. */
static bool
set_lock_timeout(struct run *run, const struct task *task,
                 struct duet_error *err)
{
    return run->is_joined || task->lock_timeout == 0 ||
           db_lock_timeout(run->db, task->lock_timeout, err);
}

bool
task_outline(const struct run *run, const struct task *task,
             struct outline *outline, struct guard *guard,
             struct duet_error *err)
{
    return outline_read(outline, task->script, run->tree->language,
                        is_by_steps(run, task), guard, err);
}

static bool
run_one(struct run *run, const struct task *task, const struct outline *outline,
        struct guard *guard, struct duet_error *err)
{
    if (!run_renew(run, err) || !set_lock_timeout(run, task, err))
        return false;
    if (run->options->dry_run)
        record_remark(run->db, task->script->name);
    run_tell(run, &(struct migrate_event){.kind = EVENT_STARTED,
                                          .title = task->title});
    if (outline->reason == NULL)
        return task_in_transaction(run, task, outline, guard, err);
    if (!run->is_joined && task->migration == NULL)
        return task_unrecorded(run, task, err);
    if (!run->is_joined)
        return task_by_steps(run, task, outline, guard, err);
    return outline_refuse_joining(outline, err);
}

static bool
run_some(struct run *run, const struct task *tasks, size_t count, size_t *done,
         struct duet_error *err)
{
    SCOPED(outline_clear) struct outline outline = {0};
    SCOPED(guard_clear)
    struct guard guard = {.note = note, .context = run};

    if (!task_outline(run, tasks, &outline,
                      db_dialect(run->db)->deletes_by_itself ? &guard : NULL,
                      err) ||
        !has_session(run, &outline, err))
        return false;
    if (task_fits_at_once(run, tasks, &outline))
        return tasks_at_once(run, tasks, count, &outline, done, err);
    if (!run_one(run, tasks, &outline, &guard, err))
        return false;
    *done = 1;
    return true;
}

/* It is said once, where nothing better was. */
static bool
failed(const struct task *task, struct duet_error *err)
{
    if (err->kind == DUET_ERROR_CONNECT && err->hint[0] == '\0')
        (void)err_hint(err, "it is not done: run it again when the server is "
                            "back");
    return err_wrap(err, "%s '%s'",
                    task->kind == TASK_HOOK ? "script" : "migration",
                    task->title);
}

/* Those that are done make way for the one that is tried again. */
bool
tasks_run(struct run *run, const struct task *tasks, size_t count, size_t *done,
          struct duet_error *err)
{
    struct duet_error own = {0};
    unsigned length = FIRST_PAUSE;
    size_t some = 0;

    if (err == NULL)
        err = &own;
    run->unrecorded = 0;
    for (*done = 0; !run_some(run, tasks + *done, count - *done, &some, err);
         some = 0) {
        const struct task *task;

        *done += some;
        task = &tasks[*done];
        if (!is_worth_another_try(run, err))
            return failed(task, err);
        tell_retry(run, task, err);
        if (!pause_for(run, length, err))
            return failed(task, err);
        length = length * 2 < LONGEST_PAUSE ? length * 2 : LONGEST_PAUSE;
    }
    *done += some;
    return true;
}

bool
task_run(struct run *run, const struct task *task, struct duet_error *err)
{
    size_t done;

    return tasks_run(run, task, 1, &done, err);
}
