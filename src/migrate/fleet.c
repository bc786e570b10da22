#include "migrate/fleet.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"

enum { LOOK_EVERY = 50 }; /* milliseconds */

struct crew;

struct worker {
    struct crew *crew;
    pthread_t thread;
    struct db *db; /* that can be cancelled, or NULL */
};

/* Those who work on a fleet.  The mutex guards all but what is constant. */
struct crew {
    struct fleet *fleet;
    pthread_mutex_t mutex;
    pthread_cond_t ended; /* nobody is working any more */
    size_t next;          /* of the list */
    size_t working;
    struct fleet_counts counts;
    struct worker workers[FLEET_MOST_JOBS];
};

/* A member while it is worked on, for what is called back. */
struct turn {
    const struct fleet_options *options;
    struct fleet_member *member;
};

const char *
fleet_outcome_name(enum fleet_outcome outcome)
{
    static const char *const names[] = {
        [FLEET_NOT_STARTED] = "not started",     [FLEET_DONE] = "done",
        [FLEET_NOTHING_TO_DO] = "nothing to do", [FLEET_FAILED] = "failed",
        [FLEET_DUPLICATE] = "duplicate",
    };

    return names[outcome];
}

void
fleet_member_clear(struct fleet_member *member)
{
    arena_clear(&member->arena);
    *member = (struct fleet_member){0};
}

void
fleet_cancel(struct fleet *fleet)
{
    atomic_store(&fleet->cancelled, true);
}

/* ------------------------------------------------------------------------
 * One member
 */

static void
keep_event(void *context, const struct migrate_event *event)
{
    struct turn *turn = context;
    struct fleet_member *member = turn->member;
    struct migrate_event *kept;

    if (event->kind == EVENT_STARTED || event->kind == EVENT_STEP)
        return;
    member->events = arena_grow(&member->arena, member->events, member->nevents,
                                &member->events_size, sizeof *member->events);
    kept = &member->events[member->nevents++];
    *kept = *event;
    kept->title = arena_text(&member->arena, event->title);
    kept->text = arena_text(&member->arena, event->text);
}

static void
tell_statement(void *context, const char *sql, int64_t microseconds)
{
    const struct turn *turn = context;

    turn->options->statement(turn->options->context, turn->member, sql,
                             microseconds);
}

/* Most are there: whether one is missing is asked when that fails. */
static bool
open_member(struct turn *turn, struct db **db, struct duet_error *err)
{
    const struct fleet_options *options = turn->options;
    struct db_options db_options = {.lock_timeout = options->lock_timeout};

    if (options->statement != NULL)
        db_options.trace = (struct db_trace){tell_statement, turn};
    if (db_open(db, turn->member->url, &db_options, err))
        return true;
    return err->kind == DUET_ERROR_CONNECT && options->make != NULL &&
           options->make(options->context, turn->member, err) &&
           db_open(db, turn->member->url, &db_options, err);
}

/*
 * What is written without a schema goes to the member's own, now and later: the
 * sessions of a pooler have the search path of who was there first.
 */
static bool
is_at_home(const struct fleet_member *member, struct db *db,
           struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *current;

    if (member->schema == NULL)
        return true;
    if (db_pooled(db)) {
        (void)err_set(err, DUET_ERROR_USAGE,
                      "schema '%s': a pooler stands between, which does not "
                      "keep the search path",
                      member->schema);
        return err_hint(err, "name the server itself in the URL");
    }
    if (!db_ask(db, &arena, db_sql(db, SQL_CURRENT_SCHEMA), NULL, 0, &current,
                err))
        return false;
    if (current != NULL && strcmp(current, member->schema) == 0)
        return true;
    (void)err_set(err, DUET_ERROR_DENIED, "schema '%s' can't be used",
                  member->schema);
    return err_hint(err, "the role needs USAGE and CREATE on it");
}

static void
note_version(struct fleet_member *member, const struct ledger *ledger)
{
    (void)snprintf(member->report.version, sizeof member->report.version, "%s",
                   ledger_newest(ledger));
}

static bool
look(struct fleet_member *member, struct db *db, struct duet_error *err)
{
    SCOPED(ledger_clear) struct ledger ledger = {0};
    SCOPED(history_clear) struct history history = {0};

    if (!ledger_read(&ledger, db, err))
        return false;
    history_make(&history, member->tree, &ledger, NULL);
    memcpy(member->states, history.states, sizeof member->states);
    note_version(member, &ledger);
    return true;
}

/* Of one that failed the report says how far it has come, if that can be told.
 */
static bool
go_up(struct turn *turn, struct db *db, struct duet_error *err)
{
    SCOPED(ledger_clear) struct ledger ledger = {0};
    struct fleet_member *member = turn->member;
    struct migrate_options options = *turn->options->migrate;

    options.url = member->url;
    options.event = keep_event;
    options.context = turn;
    if (migrate_up(db, member->tree, &options, &member->report, err))
        return true;
    if (ledger_read(&ledger, db, NULL))
        note_version(member, &ledger);
    return false;
}

/* From here on DB is cancelled with the fleet, which may have been so before.
 */
static bool
enter(struct worker *worker, struct db *db, struct duet_error *err)
{
    bool cancelled;

    (void)pthread_mutex_lock(&worker->crew->mutex);
    worker->db = db;
    cancelled = atomic_load(&worker->crew->fleet->cancelled);
    (void)pthread_mutex_unlock(&worker->crew->mutex);
    return !cancelled || err_set(err, DUET_ERROR_CANCELLED, "cancelled");
}

static void
leave(struct worker *worker)
{
    (void)pthread_mutex_lock(&worker->crew->mutex);
    worker->db = NULL;
    (void)pthread_mutex_unlock(&worker->crew->mutex);
}

static bool
work_on(struct worker *worker, struct turn *turn, struct duet_error *err)
{
    SCOPED(db_close) struct db *db = NULL;
    bool done;

    if (!open_member(turn, &db, err))
        return false;
    done = enter(worker, db, err) && is_at_home(turn->member, db, err) &&
           (turn->options->migrate != NULL ? go_up(turn, db, err)
                                           : look(turn->member, db, err));
    leave(worker);
    return done;
}

static void
take_turn(struct worker *worker, struct fleet_member *member)
{
    struct turn turn = {worker->crew->fleet->options, member};

    if (!work_on(worker, &turn, &member->err))
        member->outcome = FLEET_FAILED;
    else if (member->report.done > 0)
        member->outcome = FLEET_DONE;
    else
        member->outcome = FLEET_NOTHING_TO_DO;
}

/* ------------------------------------------------------------------------
 * The crew
 */

static void
count(struct crew *crew, const struct fleet_member *member)
{
    crew->counts.ended++;
    crew->counts.failed += member->outcome == FLEET_FAILED;
}

static bool
is_over(const struct crew *crew)
{
    const struct fleet *fleet = crew->fleet;

    return crew->next == fleet->count || atomic_load(&fleet->cancelled) ||
           (fleet->options->fail_fast && crew->counts.failed > 0);
}

/* With the mutex: the next that is to be worked on, or NULL. */
static struct fleet_member *
next_member(struct crew *crew)
{
    while (!is_over(crew)) {
        struct fleet_member *member = &crew->fleet->list[crew->next++];

        if (member->outcome == FLEET_NOT_STARTED)
            return member;
        count(crew, member);
    }
    return NULL;
}

static void *
work(void *context)
{
    struct worker *worker = context;
    struct crew *crew = worker->crew;
    struct fleet_member *member;

    (void)pthread_mutex_lock(&crew->mutex);
    while ((member = next_member(crew)) != NULL) {
        (void)pthread_mutex_unlock(&crew->mutex);
        take_turn(worker, member);
        (void)pthread_mutex_lock(&crew->mutex);
        count(crew, member);
    }
    if (--crew->working == 0)
        (void)pthread_cond_signal(&crew->ended);
    (void)pthread_mutex_unlock(&crew->mutex);
    return NULL;
}

/* With the mutex.  It is done again and again, as a cancel may come too early
 * for a statement. */
static void
cancel_all(struct crew *crew)
{
    for (size_t i = 0; i < FLEET_MOST_JOBS; i++)
        if (crew->workers[i].db != NULL)
            db_cancel(crew->workers[i].db);
}

/* With the mutex. */
static void
wait_for_end(struct crew *crew)
{
    struct timespec until = clock_timespec(clock_milliseconds() + LOOK_EVERY);

    (void)pthread_cond_timedwait(&crew->ended, &crew->mutex, &until);
}

/* The terminal may take its time: nobody waits for it. */
static void
show_progress(struct crew *crew)
{
    const struct fleet_options *options = crew->fleet->options;
    struct fleet_counts counts = crew->counts;

    if (options->progress == NULL)
        return;
    (void)pthread_mutex_unlock(&crew->mutex);
    options->progress(options->context, &counts);
    (void)pthread_mutex_lock(&crew->mutex);
}

static void
watch(struct crew *crew)
{
    (void)pthread_mutex_lock(&crew->mutex);
    while (crew->working > 0) {
        wait_for_end(crew);
        show_progress(crew);
        if (atomic_load(&crew->fleet->cancelled))
            cancel_all(crew);
    }
    (void)pthread_mutex_unlock(&crew->mutex);
}

/* Signals are for the thread that has asked for the work. */
static bool
start(struct worker *worker)
{
    sigset_t all, old;
    bool started;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &old);
    started = pthread_create(&worker->thread, NULL, work, worker) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
    return started;
}

static size_t
jobs_of(const struct fleet *fleet)
{
    size_t jobs = fleet->options->jobs;

    if (jobs == 0 || !db_has_threads())
        return 1;
    if (jobs > FLEET_MOST_JOBS)
        jobs = FLEET_MOST_JOBS;
    return jobs < fleet->count ? jobs : fleet->count;
}

/* Where no more threads can be had, fewer will do. */
static size_t
start_all(struct crew *crew)
{
    size_t jobs = jobs_of(crew->fleet);
    size_t started = 0;

    (void)pthread_mutex_lock(&crew->mutex);
    while (started < jobs) {
        crew->workers[started].crew = crew;
        if (!start(&crew->workers[started]))
            break;
        started++;
    }
    crew->working = started;
    (void)pthread_mutex_unlock(&crew->mutex);
    return started;
}

static void
crew_init(struct crew *crew, struct fleet *fleet)
{
    pthread_condattr_t attributes;

    *crew = (struct crew){.fleet = fleet};
    (void)pthread_mutex_init(&crew->mutex, NULL);
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&crew->ended, &attributes);
    (void)pthread_condattr_destroy(&attributes);
}

static void
crew_release(struct crew *crew)
{
    (void)pthread_cond_destroy(&crew->ended);
    (void)pthread_mutex_destroy(&crew->mutex);
}

bool
fleet_run(struct fleet *fleet, struct duet_error *err)
{
    SCOPED(crew_release) struct crew crew;
    size_t started;

    crew_init(&crew, fleet);
    started = start_all(&crew);
    if (fleet->count > 0 && started == 0)
        return err_set(err, DUET_ERROR_IO, "no thread could be started");
    watch(&crew);
    for (size_t i = 0; i < started; i++)
        (void)pthread_join(crew.workers[i].thread, NULL);
    return true;
}
