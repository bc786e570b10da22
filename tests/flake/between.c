/*
 * What comes of a clear in the middle of a test, between its lookup and what
 * it does next?
 *
 * First by hand, then by another process that clears whenever it likes; in one
 * transaction with the statement that makes the row, or before it.
 */
#include <stdatomic.h>
#include <stdio.h>

#include "lib/flake.h"
#include "rows/get_or_create.h"

enum {
    TRIES = 20,
    RANDOM_TRIES = 100, /* a round */
    LEAST_CLEARS = 20,
    MOST_ROUNDS = 2000,
    BUSY_TRIES = 2
};

static const char label[] = "localhost";
static const char seed[] =
    "insert into db_dbcomputer (label, hostname) values ('localhost', "
    "'localhost')";

struct stage {
    const char *engine;
    const char *url;
    struct db *db;
    struct duet_cleaner *cleaner;
};

/* SEED may be NULL. */
static void
clear(struct duet_cleaner *cleaner, const char *sql)
{
    struct duet_error err = {0};

    if (!duet_reset(cleaner, sql, NULL, &err))
        tap_bail_out("%s", err.text);
}

/* ----------------------------------------------------------------- by hand */

static void
try_clear(struct stage *stage)
{
    struct flake flake = {.engine = stage->engine,
                          .variant = "missed, cleared, inserted"};

    for (int i = 0; i < soak_count(TRIES); i++) {
        clear(stage->cleaner, NULL);
        flake.tries++;
        (void)flake_look(&flake, stage->db, label);
        clear(stage->cleaner, NULL);
        (void)flake_insert(&flake, stage->db, label);
    }
    flake_judge(&flake, FLAKE_CANNOT);
}

/* The row that a fixture for all tests, or presto, makes in a clean profile. */
static void
try_reset(struct stage *stage)
{
    struct flake flake = {.engine = stage->engine,
                          .variant = "missed, reset by a seed, inserted"};

    for (int i = 0; i < soak_count(TRIES); i++) {
        clear(stage->cleaner, NULL);
        flake.tries++;
        (void)flake_look(&flake, stage->db, label);
        clear(stage->cleaner, seed);
        (void)flake_insert(&flake, stage->db, label);
    }
    flake_judge(&flake, FLAKE_CAN);
}

static bool
use(struct flake *flake, struct db *db, int64_t id)
{
    const struct db_value args[] = {db_integer(id)};
    struct duet_error err = {0};

    if (db_execute(db,
                   "insert into db_dbauthinfo (aiidauser_id, dbcomputer_id)"
                   " select min(id), $1 from db_dbuser",
                   args, 1, NULL, &err))
        return true;
    flake_count_error(flake, &err);
    return false;
}

/* The second category: what was found is gone when it is used. */
static void
try_gone(struct stage *stage)
{
    static const char *const keep[] = {"db_dbuser", NULL};
    const struct duet_clear_options options = {.keep = keep};
    struct duet_cleaner *cleaner = NULL;
    struct duet_error err = {0};
    struct flake flake = {.engine = stage->engine,
                          .variant = "found, cleared, used as a foreign key"};

    session_run(stage->db,
                "insert into db_dbuser (email) values ('ada@localhost')");
    if (!duet_cleaner_open(&cleaner, stage->url, &options, &err))
        tap_bail_out("%s", err.text);
    for (int i = 0; i < soak_count(TRIES); i++) {
        int64_t id;

        clear(cleaner, seed);
        flake.tries++;
        id = flake_look(&flake, stage->db, label);
        clear(cleaner, NULL);
        (void)use(&flake, stage->db, id);
    }
    duet_cleaner_close(&cleaner);
    flake_judge(&flake, FLAKE_CANNOT);
    IS_INT(flake.others, flake.tries, "%s: but its use fails, each time",
           stage->engine);
}

/* And the other way round: the test has written, and not committed. */
static void
try_busy(struct stage *stage)
{
    const struct duet_clear_options options = {.lock_timeout = 50};
    struct duet_cleaner *cleaner = NULL;
    struct duet_error err = {0};
    struct flake flake = {.engine = stage->engine,
                          .variant = "cleared while the test writes"};

    if (!duet_cleaner_open(&cleaner, stage->url, &options, &err))
        tap_bail_out("%s", err.text);
    for (int i = 0; i < BUSY_TRIES; i++) {
        clear(stage->cleaner, seed);
        session_run(stage->db, "begin; update db_dbcomputer set label = label");
        flake.tries++;
        if (!duet_clear(cleaner, NULL, &err))
            flake_count_error(&flake, &err);
        session_run(stage->db, "commit");
        (void)flake_look(&flake, stage->db, label);
    }
    duet_cleaner_close(&cleaner);
    flake_judge(&flake, FLAKE_CANNOT);
    IS_INT(flake.others, flake.tries, "%s: but the clear has to give up",
           stage->engine);
}

/* -------------------------------------------------------------- at random */

struct shared {
    atomic_bool over;
    atomic_long cleared;
};

struct clearing {
    const char *variant;
    const char *variant_of_duet;
    const char *seed;
    bool makes_row; /* after the clear */
    enum flake_verdict expected;
};

static const struct clearing clearings[] = {
    {"at random, clears", "duet, at random, clears", NULL, false, FLAKE_CANNOT},
    {"at random, resets by a seed", "duet, at random, resets by a seed", seed,
     false, FLAKE_SELDOM},
    {"at random, clears, makes the row", "duet, at random, clears, makes it",
     NULL, true, FLAKE_CAN},
};

struct clearer {
    const struct clearing *clearing;
    const struct ground *ground;
    struct shared *shared;
};

static void
clear_at_random(void *context)
{
    const struct clearer *clearer = context;
    struct duet_cleaner *cleaner = ground_cleaner(clearer->ground, NULL);
    struct db *db = ground_session(clearer->ground);
    struct duet_error err;
    uint64_t lots = lot_seed();

    while (!clearer->shared->over) {
        if (duet_reset(cleaner, clearer->clearing->seed, NULL, &err))
            clearer->shared->cleared++;
        sleep_microseconds(lot_draw(&lots, 300));
        if (clearer->clearing->makes_row)
            (void)db_exec(db, seed, NULL); /* unless it is there */
        sleep_microseconds(lot_draw(&lots, 300));
    }
    duet_cleaner_close(&cleaner);
    db_close(&db);
}

static void
get_all(struct flake *flake, struct db *db, bool is_duet, int tries)
{
    struct duet_getter *getter = is_duet ? flake_getter(db) : NULL;

    for (int i = 0; i < tries; i++)
        if (is_duet)
            (void)flake_get(flake, getter, db, label);
        else
            flake_naive(flake, db, label);
    getter_close(&getter);
}

/* A miss is nothing here: the row was cleared. */
static void
try_random(const struct ground *ground, const char *engine,
           const struct clearing *clearing, bool is_duet)
{
    struct clearer clearer = {.clearing = clearing,
                              .ground = ground,
                              .shared = flake_share(sizeof(struct shared))};
    enum flake_verdict expected = is_duet ? FLAKE_CANNOT : clearing->expected;
    struct flake flake = {.engine = engine,
                          .variant = is_duet ? clearing->variant_of_duet
                                             : clearing->variant};
    pid_t process = flake_fork(clear_at_random, &clearer);
    struct db *db = ground_session(ground);
    int rounds = 0;

    do
        get_all(&flake, db, is_duet, soak_count(RANDOM_TRIES));
    while (
        clearer.shared->cleared < soak_count(LEAST_CLEARS) ||
        (expected == FLAKE_CAN && flake.unique == 0 && ++rounds < MOST_ROUNDS));
    db_close(&db);
    clearer.shared->over = true;
    flake_join(process);
    flake.misses = 0;
    flake_judge(&flake, expected);
    tap_diag("cleared %ld times meanwhile", (long)clearer.shared->cleared);
}

/* ----------------------------------------------------------------------- */

static void
run(struct ground *ground, const char *engine)
{
    struct stage stage = {.engine = engine, .url = ground->url};

    for (size_t i = 0; i < sizeof clearings / sizeof *clearings; i++) {
        try_random(ground, engine, &clearings[i], false);
        try_random(ground, engine, &clearings[i], true);
    }
    stage.db = ground_session(ground);
    stage.cleaner = ground_cleaner(ground, NULL);
    try_clear(&stage);
    try_reset(&stage);
    try_busy(&stage);
    try_gone(&stage);
    duet_cleaner_close(&stage.cleaner);
    db_close(&stage.db);
}

int
main(int argc, char **argv)
{
    (void)argc;
    flake_begin(argv[0], "a clear comes between a lookup and an insertion");
    flake_each_engine(run);
    return flake_end();
}
