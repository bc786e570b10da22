#include "migrate/lease.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "db/literal.h"
#include "sql/quote.h"

#define LEASE_NAME "migrations"

enum {
    BEATS = 6,       /* so often it is renewed in the time that it lasts */
    IMPATIENCE = 50, /* milliseconds between two cancels */
    NARGS = 3
};

struct lease {
    struct arena arena;
    struct db *db;
    const char *url;
    const char *schema;
    const char *owner;
    const char *condition;
    unsigned expiry;
    bool taken;
    /* Of the thread that renews it: */
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool started;
    bool stopping;
    bool ended;
    bool lost;
    struct db *own;  /* its connection; NULL: to be made again */
    int64_t expires; /* on our clock: not before that */
};

/*
 * A query with the table's name in full: what search_path finds first may be
 * another tenant's.
 */
static const char *
in_schema(struct arena *arena, const char *sql, const char *schema)
{
    SCOPED(buf_release) struct buf text = {0};

    buf_replace_all(
        &text, sql, LEASE_TABLE,
        arena_printf(arena, "%s." LEASE_TABLE, sql_ident(arena, schema)));
    return arena_text(arena, buf_data(&text));
}

static const char *
query(const struct lease *lease, struct arena *arena, enum sql_id id)
{
    return in_schema(arena, db_sql(lease->db, id), lease->schema);
}

/*
 * One query in a transaction of its own, which limits how long it waits for
 * locks: behind a pooler nothing else does.
 */
static bool
ask(struct db *db, struct arena *arena, const char *sql,
    const struct db_value *args, size_t nargs, const char **answer,
    struct duet_error *err)
{
    if (!db_begin(db, err))
        return false;
    if (db_ask(db, arena, sql, args, nargs, answer, err) && db_commit(db, err))
        return true;
    db_rollback(db);
    return false;
}

/* The parameters that a query on a lease has, of which it may use fewer. */
static void
set_args(struct db_value args[NARGS], const struct lease *lease)
{
    args[0] = db_text(LEASE_NAME);
    args[1] = db_text(lease->owner);
    args[2] = db_integer(lease->expiry);
}

static const char *
make_owner(struct arena *arena, const char *ticket)
{
    char host[256] = "";

    (void)gethostname(host, sizeof host - 1);
    return arena_printf(arena, "%s process %ld on %s", ticket, (long)getpid(),
                        *host ? host : "an unnamed host");
}

static const char *
make_condition(const struct lease *lease, struct arena *arena)
{
    SCOPED(buf_release) struct buf filled = {0};
    struct db_value args[NARGS];

    set_args(args, lease);
    (void)literal_fill(&filled, db_dialect(lease->db),
                       query(lease, arena, SQL_POSTGRES_LEASE_HELD), args, 2,
                       NULL);
    return arena_printf(arena, "(%s)", buf_data(&filled));
}

/* Of two who make it at once one may be told that it, or its type, exists. */
static bool
exists_by_now(const struct duet_error *err)
{
    static const char *const codes[] = {"42P07", "42710", "23505"};

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (strcmp(err->code, codes[i]) == 0)
            return true;
    return false;
}

static bool
make_table(const struct lease *lease, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct duet_error own;
    const char *none = NULL;

    if (ask(lease->db, &arena, query(lease, &arena, SQL_POSTGRES_LEASE_CREATE),
            NULL, 0, &none, &own) ||
        exists_by_now(&own))
        return true;
    (void)err_wrap(&own, "table '" LEASE_TABLE "'");
    if (own.kind == DUET_ERROR_DENIED)
        (void)err_hint(&own,
                       "behind a pooler the lock is kept there: connect to "
                       "the server itself, or let the role create tables in "
                       "schema '%s'",
                       lease->schema);
    if (err != NULL)
        *err = own;
    return false;
}

bool
lease_open(struct lease **out, struct db *db,
           const struct lease_options *options, struct duet_error *err)
{
    struct lease *lease = must_alloc(sizeof *lease);
    struct arena *arena = &lease->arena;
    pthread_condattr_t attributes;

    lease->db = db;
    lease->url = arena_text(arena, options->url);
    lease->schema = arena_text(arena, options->schema);
    lease->owner = make_owner(arena, options->ticket);
    lease->condition = make_condition(lease, arena);
    lease->expiry = options->expiry;
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&lease->changed, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    (void)pthread_mutex_init(&lease->mutex, NULL);
    if (options->has_table || make_table(lease, err)) {
        *out = lease;
        return true;
    }
    lease_close(lease);
    return false;
}

bool
lease_take(struct lease *lease, bool *had, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct db_value args[NARGS];
    const char *name = NULL;
    int64_t start = clock_milliseconds();

    set_args(args, lease);
    if (!ask(lease->db, &arena, query(lease, &arena, SQL_POSTGRES_LEASE_TAKE),
             args, 3, &name, err))
        return false;
    lease->taken = *had = name != NULL;
    lease->expires = start + lease->expiry;
    return true;
}

const char *
lease_condition(const struct lease *lease)
{
    return lease->condition;
}

bool
lease_lost(struct lease *lease)
{
    bool lost;

    (void)pthread_mutex_lock(&lease->mutex);
    lost = lease->lost;
    (void)pthread_mutex_unlock(&lease->mutex);
    return lost;
}

const char *
lease_holder(struct db *db, const char *schema, struct arena *arena)
{
    const char *words = NULL;

    (void)ask(db, arena,
              in_schema(arena, db_sql(db, SQL_POSTGRES_LEASE_HOLDER), schema),
              (struct db_value[]){db_text(LEASE_NAME)}, 1, &words, NULL);
    return words;
}

bool
lease_look(struct db *db, const char *schema, bool *held,
           struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *answer = NULL;

    if (!ask(db, &arena,
             in_schema(&arena, db_sql(db, SQL_POSTGRES_LEASE_LOOK), schema),
             (struct db_value[]){db_text(LEASE_NAME)}, 1, &answer, err))
        return false;
    *held = answer != NULL && *answer == 't';
    return true;
}

/* -------------------------------------------------------------- the thread */

/* Under the mutex: true where it is to end, at the latest after TIME. */
static bool
wait_to_stop(struct lease *lease, unsigned time)
{
    int64_t until = clock_milliseconds() + time;
    struct timespec at = clock_timespec(until);

    while (!lease->stopping && clock_milliseconds() < until)
        (void)pthread_cond_timedwait(&lease->changed, &lease->mutex, &at);
    return lease->stopping;
}

/* Another connection takes its place; who stops us may be using this one. */
static void
set_own(struct lease *lease, struct db *db)
{
    (void)pthread_mutex_lock(&lease->mutex);
    db_close(&lease->own);
    lease->own = db;
    (void)pthread_mutex_unlock(&lease->mutex);
}

/* A server that does not answer must not keep us from ending. */
static bool
connect_own(struct lease *lease, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct db *db = NULL;

    if (lease->own != NULL)
        return true;
    if (!db_open(&db,
                 arena_printf(&arena, "%s%cconnect_timeout=3", lease->url,
                              strchr(lease->url, '?') ? '&' : '?'),
                 NULL, err))
        return false;
    set_own(lease, db);
    return true;
}

/* False where it is lost: another has it, or may have it by now. */
static bool
renew(struct lease *lease)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct db_value args[NARGS];
    const char *name = NULL;
    int64_t start = clock_milliseconds();

    set_args(args, lease);
    if (!connect_own(lease, NULL))
        return clock_milliseconds() < lease->expires;
    if (!ask(lease->own, &arena, query(lease, &arena, SQL_POSTGRES_LEASE_RENEW),
             args, 3, &name, NULL)) {
        set_own(lease, NULL);
        return clock_milliseconds() < lease->expires;
    }
    lease->expires = start + lease->expiry;
    return name != NULL;
}

static void *
run_thread(void *context)
{
    struct lease *lease = context;
    bool held = true;

    (void)pthread_mutex_lock(&lease->mutex);
    while (held && !wait_to_stop(lease, lease->expiry / BEATS)) {
        (void)pthread_mutex_unlock(&lease->mutex);
        held = renew(lease);
        (void)pthread_mutex_lock(&lease->mutex);
    }
    lease->lost = !held;
    if (lease->lost)
        db_cancel(lease->db);
    lease->ended = true;
    (void)pthread_cond_broadcast(&lease->changed);
    (void)pthread_mutex_unlock(&lease->mutex);
    return NULL;
}

/* Signals are for the thread that we were called in. */
bool
lease_keep(struct lease *lease, struct duet_error *err)
{
    sigset_t all, old;
    int code;

    if (!connect_own(lease, err))
        return err_wrap(err, "connection that renews the lock");
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &old);
    code = pthread_create(&lease->thread, NULL, run_thread, lease);
    (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
    lease->started = code == 0;
    return lease->started ||
           err_set(err, DUET_ERROR_IO, "no thread could be started: %s",
                   strerror(code));
}

/* It may be about to wait for an answer: so not one cancel only. */
static void
end_thread(struct lease *lease)
{
    if (!lease->started)
        return;
    (void)pthread_mutex_lock(&lease->mutex);
    lease->stopping = true;
    (void)pthread_cond_broadcast(&lease->changed);
    while (!lease->ended) {
        int64_t until = clock_milliseconds() + IMPATIENCE;
        struct timespec at = clock_timespec(until);

        (void)pthread_cond_timedwait(&lease->changed, &lease->mutex, &at);
        if (!lease->ended && lease->own != NULL)
            db_cancel(lease->own);
    }
    (void)pthread_mutex_unlock(&lease->mutex);
    (void)pthread_join(lease->thread, NULL);
    lease->started = false;
}

void
lease_give(struct lease *lease)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct db_value args[NARGS];
    const char *sql = query(lease, &arena, SQL_POSTGRES_LEASE_FREE);
    const char *name = NULL;

    set_args(args, lease);
    if (lease->taken && !ask(lease->db, &arena, sql, args, 2, &name, NULL) &&
        lease->own != NULL)
        (void)ask(lease->own, &arena, sql, args, 2, &name, NULL);
    lease->taken = false;
}

void
lease_close(struct lease *lease)
{
    if (lease == NULL)
        return;
    end_thread(lease);
    lease_give(lease);
    db_close(&lease->own);
    (void)pthread_mutex_destroy(&lease->mutex);
    (void)pthread_cond_destroy(&lease->changed);
    arena_clear(&lease->arena);
    free(lease);
}
