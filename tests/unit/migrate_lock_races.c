/*
 * The lock of a run of migrations with many processes: they keep each other
 * off, one that is killed is not waited for, and those who wait are in nobody's
 * way.  Controls show that without it, or with one that is waited for within a
 * statement, things do go wrong.
 */
#include "lib/locking.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"

enum { CROWD = 8, ROUNDS = 20, PATIENCE = 60000, EXPIRY = 1500 };

static struct duet_error err;

/* ------------------------------------------------------------------ helpers */

/* What a helper has: its connection, and where the lock is to be had. */
struct place {
    struct ground ground;
    struct db *db;
};

static void
place_open(struct place *place, const char *url)
{
    snprintf(place->ground.cleaner, sizeof place->ground.cleaner, "%s", url);
    place->db = locking_session(&place->ground);
}

static struct migrate_lock *
must_take(struct place *place, enum way way)
{
    struct migrate_lock *lock =
        locking_take(place->db, &place->ground, way, PATIENCE, EXPIRY, &err);

    if (lock == NULL) {
        fprintf(stderr, "# %s (%s)\n", err.text, err.hint);
        exit(3);
    }
    return lock;
}

/* Nothing but the lock keeps two of these from writing the same number. */
static void
add_one(struct db *db)
{
    int64_t number = session_number(db, "select n from counter");

    sleep_milliseconds(1);
    session_run(db, "update counter set n = %lld", (long long)number + 1);
}

static int
count(const char *url, enum way way)
{
    struct place place = {0};

    place_open(&place, url);
    for (int i = 0; i < ROUNDS; i++) {
        struct migrate_lock *lock = must_take(&place, way);

        add_one(place.db);
        if (!migrate_lock_check(lock, place.db, &err))
            return 4;
        migrate_lock_release(&lock);
    }
    db_close(&place.db);
    return 0;
}

static int
count_by_session(const char *url)
{
    return count(url, WAY_SESSION);
}

static int
count_by_lease(const char *url)
{
    return count(url, WAY_LEASE);
}

static int
count_by_nothing(const char *url)
{
    struct place place = {0};

    place_open(&place, url);
    for (int i = 0; i < ROUNDS; i++)
        add_one(place.db);
    db_close(&place.db);
    return 0;
}

/* Until it is killed. */
_Noreturn static void
hold(const char *url, enum way way)
{
    struct place place = {0};

    place_open(&place, url);
    (void)must_take(&place, way);
    helper_tell();
    for (;;)
        pause();
}

static int
hold_by_session(const char *url)
{
    hold(url, WAY_SESSION);
}

static int
hold_by_lease(const char *url)
{
    hold(url, WAY_LEASE);
}

static void
tell_waiting(void *context, const char *holder)
{
    (void)context;
    (void)holder;
    helper_tell();
}

static int
poll_for_it(const char *url, bool lease)
{
    const struct migrate_lock_options options = {
        .wait = PATIENCE, .lease = lease, .waiting = tell_waiting};
    struct migrate_lock *lock = NULL;
    struct place place = {0};

    place_open(&place, url);
    if (!migrate_lock_take(&lock, place.db, url, &options, &err))
        return 3;
    migrate_lock_release(&lock);
    db_close(&place.db);
    return 0;
}

static int
poll_by_session(const char *url)
{
    return poll_for_it(url, false);
}

static int
poll_by_lease(const char *url)
{
    return poll_for_it(url, true);
}

/* What others do: wait for the lock within a statement. */
static int
wait_in_statement(const char *url)
{
    struct place place = {0};
    bool done;

    place_open(&place, url);
    session_run(place.db, "set lock_timeout = 0");
    helper_tell();
    done = db_exec(place.db,
                   "select pg_advisory_lock(7); select pg_advisory_unlock(7)",
                   &err);
    db_close(&place.db);
    return done ? 0 : 3;
}

static const struct locking_helper helpers[] = {
    {"count by session", count_by_session},
    {"count by lease", count_by_lease},
    {"count by nothing", count_by_nothing},
    {"hold by session", hold_by_session},
    {"hold by lease", hold_by_lease},
    {"poll by session", poll_by_session},
    {"poll by lease", poll_by_lease},
    {"wait", wait_in_statement},
    {NULL, NULL}};

/* How many of a crowd of COUNT end well. */
static int
ended_well(struct helper *crowd, int size)
{
    int well = 0;

    for (int i = 0; i < size; i++)
        well += helper_end(&crowd[i]) == 0;
    return well;
}

static void
start(struct helper *crowd, int size, const char *program, const char *what,
      const struct ground *ground)
{
    for (int i = 0; i < size; i++)
        crowd[i] = helper_start(program, what, ground);
}

/* ------------------------------------------------------------ many at once */

static int64_t
count_with(struct ground *ground, const char *program, const char *what)
{
    struct helper crowd[CROWD];

    ground_run(ground, "drop table if exists counter;"
                       "create table counter as select 0 as n");
    start(crowd, CROWD, program, what, ground);
    IS_INT(ended_well(crowd, CROWD), CROWD, "%s: %s: all end well", ground->who,
           what);
    return ground_number(ground, "select n from counter");
}

static void
test_counting(struct ground *ground, const char *program, enum way way)
{
    IS_INT(count_with(ground, program, locking_name("count", way)),
           CROWD * ROUNDS, "%s: nobody comes between", ground->who);
    IS_INT(ground_number(ground, "select count(*) from pg_locks where"
                                 " locktype = 'advisory'"
                                 " and database = (select oid from pg_database"
                                 " where datname = current_database())"),
           0, "%s: and nothing is left locked", ground->who);
    OK(count_with(ground, program, "count by nothing") <
           (int64_t)CROWD * ROUNDS,
       "%s: control: without the lock somebody does", ground->who);
}

/* ------------------------------------------------------------ one is killed */

static void
test_killed(struct ground *ground, const char *program, enum way way)
{
    struct helper holder =
        helper_start(program, locking_name("hold", way), ground);
    struct migrate_lock *lock;
    struct place place = {0};
    int64_t begun, took;

    place_open(&place, ground->cleaner);
    helper_wait(&holder);
    kill(holder.process, SIGKILL);
    IS_INT(helper_end(&holder), 128 + SIGKILL, "%s: one is killed",
           ground->who);
    begun = milliseconds();
    lock = must_take(&place, way);
    took = milliseconds() - begun;
    if (way == WAY_SESSION)
        OK(took < 1000, "%s: its lock is free at once (%d ms)", ground->who,
           (int)took);
    else
        OK(took > EXPIRY / 2 && took < EXPIRY + 1500,
           "%s: its lease expires, not before it should (%d ms)", ground->who,
           (int)took);
    OK(migrate_lock_check(lock, place.db, &err), "%s: and is another's",
       ground->who);
    migrate_lock_release(&lock);
    db_close(&place.db);
}

/* ------------------------------------------------------- nobody is in the way
 */

static const char build[] = "drop index if exists i;"
                            "drop table if exists t;"
                            "create table t as select generate_series(1, 1000)"
                            " as a";
static const char concurrently[] = "create index concurrently i on t (a)";
static const char validity[] =
    "select count(*) from pg_index where indexrelid = to_regclass('i')"
    " and indisvalid";

static void
test_concurrently(struct ground *ground, const char *program, enum way way)
{
    struct helper crowd[CROWD - 1];
    struct migrate_lock *lock;
    struct place place = {0};
    int64_t begun = milliseconds();

    place_open(&place, ground->cleaner);
    ground_run(ground, build);
    lock = must_take(&place, way);
    start(crowd, CROWD - 1, program, locking_name("poll", way), ground);
    for (int i = 0; i < CROWD - 1; i++)
        helper_wait(&crowd[i]);
    for (int i = 0; i < 5; i++) {
        session_run(place.db, "drop index if exists i");
        if (!OK(db_exec(place.db, concurrently, &err),
                "%s: an index is built concurrently while others wait",
                ground->who))
            tap_diag("%s", err.text);
        IS_INT(ground_number(ground, validity), 1, "%s: a valid one",
               ground->who);
    }
    OK(migrate_lock_check(lock, place.db, &err) &&
           milliseconds() - begun < PATIENCE / 2,
       "%s: under the lock", ground->who);
    migrate_lock_release(&lock);
    IS_INT(ended_well(crowd, CROWD - 1), CROWD - 1,
           "%s: those who waited had it one by one", ground->who);
    db_close(&place.db);
}

/* deadlock_timeout is a second: theirs has passed, ours begins. */
static void
test_waiting_deadlocks(struct ground *ground, const char *program)
{
    struct helper crowd[CROWD - 1];
    struct db *db = locking_session(ground);

    ground_run(ground, build);
    session_run(db, "select pg_advisory_lock(7)");
    start(crowd, CROWD - 1, program, "wait", ground);
    for (int i = 0; i < CROWD - 1; i++)
        helper_wait(&crowd[i]);
    sleep_milliseconds(1300);
    OK(!db_exec(db, concurrently, &err) && strcmp(err.code, "40P01") == 0,
       "control: those who wait in a statement deadlock with it: %s", err.text);
    IS_INT(ground_number(ground, validity), 0,
           "control: its index is not valid");
    session_run(db, "select pg_advisory_unlock_all()");
    (void)ended_well(crowd, CROWD - 1);
    db_close(&db);
}

int
main(int argc, char **argv)
{
    struct ground ground;

    locking_main(argc, argv, helpers);
    if (!ground_open(&ground, "postgres"))
        return tap_done();
    test_waiting_deadlocks(&ground, argv[0]);
    for (enum way way = 0; locking_begin(&ground, way); way++) {
        test_counting(&ground, argv[0], way);
        test_killed(&ground, argv[0], way);
        test_concurrently(&ground, argv[0], way);
    }
    ground_close(&ground);
    return tap_done();
}
