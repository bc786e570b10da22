/*
 * Can two workers on one profile make the error?
 *
 * Two processes ask for the same new label at the same moment, again and
 * again: looking and inserting, by duet, and in a profile each.
 */
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "lib/flake.h"
#include "rows/get_or_create.h"

enum { TRIES = 200, MOST_ROUNDS = 50, HAND_TRIES = 10 };

struct shared {
    struct flake flakes[2];
    atomic_long arrived; /* at the labels, by both */
    atomic_bool over;
};

struct worker {
    const struct ground *ground;
    struct shared *shared;
    int number;
    bool is_duet;
    int tries;
};

/* Until the other one is here, too. */
static void
meet(struct shared *shared, long label)
{
    shared->arrived++;
    while (shared->arrived < 2 * label)
        sched_yield();
}

static void
ask_for_labels(void *context)
{
    const struct worker *worker = context;
    struct flake *flake = &worker->shared->flakes[worker->number];
    struct db *db = ground_session(worker->ground);
    struct duet_getter *getter = flake_getter(db);

    for (long i = 1; i <= worker->tries; i++) {
        char label[40];

        (void)snprintf(label, sizeof label, "computer %ld", i);
        meet(worker->shared, i);
        if (worker->is_duet)
            (void)flake_get(flake, getter, db, label);
        else
            flake_naive(flake, db, label);
    }
    getter_close(&getter);
    db_close(&db);
}

static void
empty(const struct ground *ground)
{
    struct db *db = ground_session(ground);

    session_run(db, "delete from db_dbcomputer");
    db_close(&db);
}

static void
add(struct flake *sum, const struct flake *flake)
{
    sum->tries += flake->tries;
    sum->unique += flake->unique;
    sum->others += flake->others;
    if (flake->other[0] != '\0')
        memcpy(sum->other, flake->other, sizeof sum->other);
}

/* A miss is nothing here: at first there is no row. */
static void
run_both(const struct ground *one, const struct ground *other, bool is_duet,
         struct flake *sum)
{
    struct shared *shared = flake_share(sizeof *shared);
    struct worker workers[2];
    pid_t processes[2];

    empty(one);
    empty(other);
    for (int i = 0; i < 2; i++) {
        workers[i] = (struct worker){.ground = i ? other : one,
                                     .shared = shared,
                                     .number = i,
                                     .is_duet = is_duet,
                                     .tries = soak_count(TRIES)};
        processes[i] = flake_fork(ask_for_labels, &workers[i]);
    }
    for (int i = 0; i < 2; i++)
        flake_join(processes[i]);
    for (int i = 0; i < 2; i++)
        add(sum, &shared->flakes[i]);
}

static void
try_both(const struct ground *one, const struct ground *other,
         const char *engine, const char *variant, bool is_duet,
         enum flake_verdict expected)
{
    struct flake flake = {.engine = engine, .variant = variant};
    int rounds = 0;

    do
        run_both(one, other, is_duet, &flake);
    while (expected == FLAKE_CAN && flake.unique == 0 &&
           ++rounds < MOST_ROUNDS);
    flake_judge(&flake, expected);
}

/* In the order in which it has to go wrong. */
static void
try_by_hand(const struct ground *ground, const char *engine)
{
    struct flake flake = {.engine = engine,
                          .variant = "control: both look, then both insert"};
    struct db *one = ground_session(ground);
    struct db *other = ground_session(ground);

    for (int i = 0; i < HAND_TRIES; i++) {
        session_run(one, "delete from db_dbcomputer");
        flake.tries++;
        (void)flake_look(&flake, one, "a");
        (void)flake_look(&flake, other, "a");
        (void)flake_insert(&flake, one, "a");
        (void)flake_insert(&flake, other, "a");
    }
    db_close(&one);
    db_close(&other);
    flake_judge(&flake, FLAKE_CONTROL);
    IS_INT(flake.unique, flake.tries, "%s: each time", engine);
}

static void
run(struct ground *ground, const char *engine)
{
    struct ground own;

    try_by_hand(ground, engine);
    try_both(ground, ground, engine, "two workers on one profile", false,
             FLAKE_CAN);
    try_both(ground, ground, engine, "duet, two workers on one profile", true,
             FLAKE_CANNOT);
    if (!flake_open(&own, engine))
        tap_bail_out("no second profile");
    try_both(ground, &own, engine, "a profile each", false, FLAKE_CANNOT);
    flake_close(&own);
}

int
main(int argc, char **argv)
{
    (void)argc;
    flake_begin(argv[0], "two workers share one profile");
    flake_each_engine(run);
    return flake_end();
}
