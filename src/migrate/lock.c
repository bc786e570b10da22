#include "migrate/lock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "db/literal.h"
#include "db/token.h"
#include "migrate/lease.h"

enum {
    FIRST_PAUSE = 20, /* milliseconds, as are all here */
    LAST_PAUSE = 500,
    DEFAULT_EXPIRY = 30 * 1000
};

/* Where the lock is, in the way of whom it stands. */
enum place { PLACE_SESSION, PLACE_LEASE };

struct migrate_lock {
    struct arena arena;
    struct db *db;       /* NULL: the engine needs no lock */
    struct lease *lease; /* NULL: it is an advisory lock */
    const char *condition;
    const char *schema; /* that is locked */
    int64_t key;        /* of the advisory lock: its second half */
    enum place blocks;  /* where another's was seen */
    uint64_t lot;       /* what pauses are drawn from */
};

/* What postgres_lock_take.sql tells besides. */
struct facts {
    char ticket[64];
    bool has_leases;
};

static bool
refuse_replica(struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_DENIED,
                  "the server is a replica, which can only be read");
    return err_hint(err, "name its primary in the URL; with several hosts "
                         "there, add target_session_attrs=read-write");
}

/* Look at the session, and take its lock if TAKE. */
static bool
ask(struct migrate_lock *lock, bool take, bool *had, struct facts *facts,
    struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    bool is_replica = false;

    if (!db_query(lock->db, &rows, db_sql(lock->db, SQL_POSTGRES_LOCK_TAKE),
                  (struct db_value[]){db_boolean(take)}, 1, err))
        return false;
    while (rows_next(&rows)) {
        *had = row_boolean(&rows, 0);
        lock->key = row_integer(&rows, 1);
        if (lock->schema == NULL)
            lock->schema = arena_text(&lock->arena, row_text(&rows, 2));
        is_replica = row_boolean(&rows, 3);
        facts->has_leases = row_boolean(&rows, 4);
        (void)snprintf(facts->ticket, sizeof facts->ticket, "%s",
                       row_text(&rows, 5));
    }
    return rows_ended(&rows) && (!is_replica || refuse_replica(err));
}

static void
give_session(struct migrate_lock *lock)
{
    (void)db_execute(lock->db, db_sql(lock->db, SQL_POSTGRES_LOCK_FREE),
                     (struct db_value[]){db_integer(lock->key)}, 1, NULL, NULL);
}

/*
 * One try for the session's lock.  Who comes through a pooler has a lease
 * instead: both take their own first and look for the other's then, so that at
 * least one of two sees the other.
 */
static bool
try_session(struct migrate_lock *lock, bool *had, struct duet_error *err)
{
    struct facts facts = {0};
    bool leased = false;

    lock->blocks = PLACE_SESSION;
    if (!ask(lock, true, had, &facts, err))
        return false;
    if (!*had || !facts.has_leases)
        return true;
    if (lease_look(lock->db, lock->schema, &leased, err) && !leased)
        return true;
    give_session(lock);
    lock->blocks = PLACE_LEASE;
    *had = false;
    return leased;
}

/* Who has the session's lock, in words; NULL where nobody has. */
static bool
session_holder(struct migrate_lock *lock, struct arena *arena,
               const char **words, struct duet_error *err)
{
    return db_ask(lock->db, arena, db_sql(lock->db, SQL_POSTGRES_LOCK_HOLDER),
                  (struct db_value[]){db_integer(lock->key)}, 1, words, err);
}

static bool
try_lease(struct migrate_lock *lock, bool *had, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *other = NULL;

    lock->blocks = PLACE_LEASE;
    if (!lease_take(lock->lease, had, err))
        return false;
    if (!*had)
        return true;
    if (!session_holder(lock, &arena, &other, err) || other != NULL) {
        lease_give(lock->lease);
        lock->blocks = PLACE_SESSION;
        *had = false;
        return other != NULL;
    }
    return true;
}

static bool
try_to_take(struct migrate_lock *lock, bool *had, struct duet_error *err)
{
    return lock->lease != NULL ? try_lease(lock, had, err)
                               : try_session(lock, had, err);
}

/* Who has it, in words. */
static const char *
holder(struct migrate_lock *lock, struct arena *arena)
{
    const char *words = NULL;

    if (lock->blocks == PLACE_SESSION)
        (void)session_holder(lock, arena, &words, NULL);
    else
        words = lease_holder(lock->db, lock->schema, arena);
    return words != NULL ? words : "another run";
}

static bool
not_had(struct migrate_lock *lock, unsigned wait, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *who = holder(lock, &arena);

    (void)err_set(err, DUET_ERROR_BUSY,
                  "the lock of the migrations was not had in %u ms", wait);
    return err_hint(err, "%s holds it", who);
}

static void
tell(struct migrate_lock *lock, const struct migrate_lock_options *options)
{
    SCOPED(arena_clear) struct arena arena = {0};

    if (options != NULL && options->waiting != NULL)
        options->waiting(options->context, holder(lock, &arena));
}

/*
 * Between a half of PAUSE and all of it, for those who wait shall not keep
 * step; not beyond UNTIL.
 */
static unsigned
jitter(struct migrate_lock *lock, unsigned pause, int64_t until)
{
    int64_t left = until - clock_milliseconds();
    unsigned span;

    lock->lot = lock->lot * 6364136223846793005u + 1442695040888963407u;
    span = pause / 2 + (unsigned)(lock->lot >> 33) % (pause / 2 + 1);
    return left <= 0 ? 0 : left < span ? (unsigned)left : span;
}

/* It is polled: who waits within a statement stalls CREATE INDEX CONCURRENTLY.
 */
static bool
wait_for_it(struct migrate_lock *lock,
            const struct migrate_lock_options *options, struct duet_error *err)
{
    unsigned wait =
        options != NULL && options->wait > 0 ? options->wait : DEFAULT_WAIT;
    int64_t until = clock_milliseconds() + wait;
    unsigned pause = FIRST_PAUSE;
    bool had = false;

    for (bool first = true; try_to_take(lock, &had, err); first = false) {
        if (had)
            return true;
        if (clock_milliseconds() >= until)
            return not_had(lock, wait, err);
        if (first)
            tell(lock, options);
        if (!db_pause(lock->db, jitter(lock, pause, until), err))
            return false;
        pause = pause * 2 < LAST_PAUSE ? pause * 2 : LAST_PAUSE;
    }
    return false;
}

static bool
prepare_lease(struct migrate_lock *lock, const char *url,
              const struct migrate_lock_options *options,
              struct duet_error *err)
{
    struct facts facts = {0};
    bool had;

    if (!ask(lock, false, &had, &facts, err))
        return false;
    if (lock->schema == NULL) {
        (void)err_set(err, DUET_ERROR_SQL, "there is no current schema");
        return err_hint(err, "let search_path name one that exists");
    }
    return lease_open(&lock->lease, lock->db,
                      &(struct lease_options){
                          .url = url,
                          .schema = lock->schema,
                          .ticket = facts.ticket,
                          .expiry = options != NULL && options->expiry > 0
                                        ? options->expiry
                                        : DEFAULT_EXPIRY,
                          .has_table = facts.has_leases,
                      },
                      err);
}

/* What the query selects: to plan a query within another takes longer. */
static const char *
make_condition(struct migrate_lock *lock)
{
    SCOPED(buf_release) struct buf filled = {0};
    struct tokens tokens;
    struct token select;

    (void)literal_fill(&filled, db_dialect(lock->db),
                       db_sql(lock->db, SQL_POSTGRES_LOCK_HELD),
                       (struct db_value[]){db_integer(lock->key)}, 1, NULL);
    tokens = (struct tokens){.at = buf_data(&filled), .postgres = true};
    (void)token_next(&tokens, &select);
    return arena_printf(&lock->arena, "(%s)", tokens.at);
}

static bool
take(struct migrate_lock *lock, const char *url,
     const struct migrate_lock_options *options, struct duet_error *err)
{
    bool leases = db_pooled(lock->db) || (options != NULL && options->lease);

    if (leases && !prepare_lease(lock, url, options, err))
        return false;
    if (!wait_for_it(lock, options, err))
        return false;
    if (leases)
        return lease_keep(lock->lease, err);
    lock->condition = make_condition(lock);
    return true;
}

bool
migrate_lock_take(struct migrate_lock **out, struct db *db, const char *url,
                  const struct migrate_lock_options *options,
                  struct duet_error *err)
{
    struct migrate_lock *lock = must_alloc(sizeof *lock);

    *out = lock;
    if (db_dialect(db)->one_writer)
        return true;
    lock->db = db;
    lock->lot = (uint64_t)clock_milliseconds() ^ (uint64_t)getpid() << 20;
    if (take(lock, url, options, err))
        return true;
    migrate_lock_release(out);
    return false;
}

const char *
migrate_lock_condition(struct migrate_lock *lock)
{
    if (lock->db == NULL)
        return "true";
    if (lock->lease == NULL)
        return lock->condition;
    return lease_lost(lock->lease) ? "false" : lease_condition(lock->lease);
}

bool
migrate_lock_is_session(const struct migrate_lock *lock)
{
    return lock->lease == NULL;
}

bool
migrate_lock_lost(struct migrate_lock *lock, struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_BUSY,
                  "the lock of the migrations is not held any more");
    return lock->lease != NULL
               ? err_hint(err, "the lease was not renewed in time: the server "
                               "could not be reached, or this process stood "
                               "still")
               : err_hint(err, "a statement has released it, such as "
                               "discard all");
}

bool
migrate_lock_check(struct migrate_lock *lock, struct db *db,
                   struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *sql;
    const char *held = NULL;

    if (lock == NULL || lock->db == NULL)
        return true;
    sql = arena_printf(&arena, "select %s", migrate_lock_condition(lock));
    if (!db_ask(db, &arena, sql, NULL, 0, &held, err))
        return false;
    return (held != NULL && *held == 't') || migrate_lock_lost(lock, err);
}

void
migrate_lock_release(struct migrate_lock **lock)
{
    struct migrate_lock *it = *lock;

    if (it == NULL)
        return;
    if (it->condition != NULL)
        give_session(it);
    lease_close(it->lease);
    arena_clear(&it->arena);
    free(it);
    *lock = NULL;
}
