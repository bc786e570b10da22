/*
 * Migrations in one message to the server: where there are many small ones most
 * of the time is lost on the way.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "migrate/kept.h"
#include "migrate/run.h"

enum {
    /* A server goes on with a message although who sent it was killed. */
    MOST_TOGETHER = 8,
    LONG = 100000, /* microseconds: next time fewer go together */
    LARGE = 65536  /* bytes, which is enough for one message */
};

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
           !outline->has_loner && outline_is_complete(outline) &&
           (task->kind == TASK_DOWN ||
            ledger_find(&run->ledger, task->migration->version) == NULL);
}

/* ------------------------------------------------------------------------
 * Packing
 */

/* What is sent of one, and where each of it stands in its script. */
struct parcel {
    struct kept kept;
    struct outline outline; /* of those behind the first */
    const struct statement **statements;
    struct ledger_call call;
};

struct load {
    struct arena arena;
    struct parcel parcels[MOST_TOGETHER];
    struct db_transaction transactions[MOST_TOGETHER];
    size_t count;
    size_t len;
};

static void
load_release(struct load *load)
{
    for (size_t i = 0; i < MOST_TOGETHER; i++) {
        kept_release(&load->parcels[i].kept);
        outline_clear(&load->parcels[i].outline);
    }
    arena_clear(&load->arena);
}

static void
pack_statements(struct load *load, const struct outline *outline)
{
    struct parcel *parcel = &load->parcels[load->count];
    struct db_transaction *transaction = &load->transactions[load->count];
    size_t size = outline->listed + 1;
    const char **texts = arena_array(&load->arena, size, sizeof *texts);

    parcel->statements =
        arena_array(&load->arena, size, sizeof *parcel->statements);
    for (size_t i = 0; i < outline->listed; i++) {
        const struct statement *statement = &outline->list[i];

        kept_add(&parcel->kept, statement);
        if (outline_leaves_out(outline, statement))
            continue;
        load->len += statement->len;
        texts[transaction->count] = statement->text;
        parcel->statements[transaction->count++] = statement;
    }
    transaction->statements = texts;
}

static bool
pack(struct load *load, struct run *run, const struct task *tasks,
     const struct outline *outline, struct duet_error *err)
{
    struct parcel *parcel = &load->parcels[load->count];
    struct db_transaction *transaction = &load->transactions[load->count];
    const struct task *task = &tasks[load->count];
    struct ledger_record row = {.migration = task->migration,
                                .state = LEDGER_APPLIED,
                                .statements = outline->statements};
    const char *previous =
        load->count > 0 ? tasks[load->count - 1].migration->version : NULL;

    if (task->kind == TASK_UP && !run_next_position(run, &row.position, err))
        return false;
    pack_statements(load, outline);
    row.script = kept_text(&parcel->kept);
    parcel->call = task->kind == TASK_UP
                       ? ledger_record_call(&run->ledger, run->db, &load->arena,
                                            &row, previous)
                       : ledger_delete_call(&run->ledger, run->db, &load->arena,
                                            task->migration->version);
    transaction->before =
        run->lock != NULL ? run_assertion(run, &load->arena) : NULL;
    transaction->last = parcel->call.sql;
    transaction->args = parcel->call.args;
    transaction->nargs = parcel->call.nargs;
    load->count++;
    return true;
}

/* Those behind the first that can go along; what can't has its own turn. */
static bool
pack_more(struct load *load, struct run *run, const struct task *tasks,
          size_t count, struct duet_error *err)
{
    while (load->count < count && load->count < run->together &&
           load->len < LARGE) {
        const struct task *task = &tasks[load->count];
        struct outline *outline = &load->parcels[load->count].outline;

        if (!task_outline(run, task, outline, NULL, NULL) ||
            !task_fits_at_once(run, task, outline))
            break;
        if (!pack(load, run, tasks, outline, err))
            return false;
    }
    return true;
}

/* ------------------------------------------------------------------------
 * Running
 */

static void
tell_started(const struct run *run, struct load *load, const struct task *tasks)
{
    const char *title = tasks[0].title;

    if (load->count > 1)
        title = arena_printf(&load->arena, "%s to %s", title,
                             tasks[load->count - 1].title);
    run_tell(run,
             &(struct migrate_event){.kind = EVENT_STARTED, .title = title});
}

static bool
failed(struct run *run, const struct task *task, const struct parcel *parcel,
       const struct db_transaction *transaction, struct duet_error *err)
{
    if (transaction->failed < transaction->count)
        (void)statement_failed(run, task,
                               parcel->statements[transaction->failed],
                               transaction->position, err);
    db_rollback(run->db);
    if (transaction->failed == transaction->count &&
        err->kind == DUET_ERROR_SQL)
        (void)migrate_lock_check(run->lock, run->db, err);
    return false;
}

/* Nobody knows how many of those behind DONE were committed. */
static bool
settle(struct run *run, const struct task *tasks, size_t count, size_t *done,
       struct duet_error *err)
{
    struct ledger_standing now;
    bool is_done = true;

    if (!task_settle(run, &tasks[*done], err))
        return false;
    for (*done += 1; *done < count && is_done; *done += is_done)
        if (!task_is_done(run, &tasks[*done], &now, &is_done, err))
            return false;
    return true;
}

/* Where the server does not tell how long it took, there was but one. */
static void
tell_done(const struct run *run, const struct load *load,
          const struct task *tasks, size_t done, int64_t duration)
{
    for (size_t i = 0; i < done; i++) {
        const char *answer = load->transactions[i].answer;

        task_tell_done(run, &tasks[i],
                       *answer != '\0' ? strtoll(answer, NULL, 10) : duration);
    }
}

/* The more, the less the last ones have taken. */
static void
adapt(struct run *run, int64_t duration)
{
    run->together = duration > LONG ? 1 : run->together * 2;
    if (run->together > MOST_TOGETHER)
        run->together = MOST_TOGETHER;
}

static bool
send(struct run *run, struct load *load, const struct task *tasks, size_t *done,
     struct duet_error *err)
{
    int64_t position = run->position - (int64_t)load->count;
    int64_t started = clock_microseconds();
    bool ok = db_transact(run->db, load->transactions, load->count, done, err);

    if (!ok && err->kind == DUET_ERROR_UNCERTAIN)
        ok = settle(run, tasks, load->count, done, err);
    else if (!ok)
        (void)failed(run, &tasks[*done], &load->parcels[*done],
                     &load->transactions[*done], err);
    if (tasks[0].kind == TASK_UP)
        run->position = position + (int64_t)*done;
    tell_done(run, load, tasks, *done, clock_microseconds() - started);
    adapt(run, clock_microseconds() - started);
    return ok;
}

bool
tasks_at_once(struct run *run, const struct task *tasks, size_t count,
              const struct outline *outline, size_t *done,
              struct duet_error *err)
{
    SCOPED(load_release) struct load load = {.count = 0};

    if (!pack(&load, run, tasks, outline, err) ||
        !pack_more(&load, run, tasks, count, err))
        return false;
    tell_started(run, &load, tasks);
    return send(run, &load, tasks, done, err);
}
