/*
 * Does a SELECT miss a row that was just committed?
 *
 * One session inserts a row; when its commit has returned, the same session,
 * another, or another process looks for it, also while fsync takes long, while
 * others write, checkpoint and look, and within a transaction that began
 * before.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/flake.h"
#include "rows/get_or_create.h"

enum { TRIES = 100, SLOW_TRIES = 10, SLOW = 1000 /* microseconds */ };

static const char *
label_of(long number)
{
    static char label[40];

    (void)snprintf(label, sizeof label, "computer %ld", number);
    return label;
}

/* A label is never used twice on one database. */
static long next_label = 1;

static void
commit(struct db *writer, const char *label)
{
    struct flake unwanted = {0};

    if (!flake_insert(&unwanted, writer, label))
        tap_bail_out("the row can't be committed: %s", unwanted.other);
}

/* ------------------------------------------------------------ one process */

static void
try_sessions(struct db *writer, struct db *reader, const char *engine,
             const char *variant, int tries)
{
    struct flake flake = {.engine = engine, .variant = variant};

    for (int i = 0; i < tries; i++) {
        const char *label = label_of(next_label++);

        commit(writer, label);
        flake_naive(&flake, reader, label);
    }
    flake_judge(&flake, FLAKE_CANNOT);
}

static void
try_reopened(const struct ground *ground, struct db *writer, const char *engine,
             int tries)
{
    struct flake flake = {.engine = engine, .variant = "a session opened then"};

    for (int i = 0; i < tries; i++) {
        const char *label = label_of(next_label++);
        struct db *reader;

        commit(writer, label);
        reader = ground_session(ground);
        flake_naive(&flake, reader, label);
        db_close(&reader);
    }
    flake_judge(&flake, FLAKE_CANNOT);
}

/* What a detector has to see: the row is committed behind the lookup. */
static void
try_control(struct db *writer, struct db *reader, const char *engine)
{
    struct flake flake = {.engine = engine,
                          .variant = "control: it looks before the commit"};

    for (int i = 0; i < 10; i++) {
        const char *label = label_of(next_label++);

        flake.tries++;
        flake.misses += flake_look(&flake, reader, label) == 0;
        commit(writer, label);
        (void)flake_insert(&flake, reader, label);
    }
    flake_judge(&flake, FLAKE_CONTROL);
    IS_INT(flake.unique, flake.tries, "%s: each time", engine);
}

/* ------------------------------------------------ within a transaction */

struct isolation {
    const char *engine; /* how its name begins */
    const char *begin;
    const char *variant;
    const char *variant_of_duet;
    enum flake_verdict expected;
};

static const struct isolation isolations[] = {
    {"sqlite, wal", "begin", "a transaction begun before",
     "duet, a transaction begun before", FLAKE_CANNOT},
    {"postgres", "begin", "a transaction begun before",
     "duet, a transaction begun before", FLAKE_CANNOT},
    {"postgres", "begin isolation level repeatable read",
     "a repeatable read begun before", "duet, a repeatable read begun before",
     FLAKE_CAN},
    {"postgres", "begin isolation level serializable",
     "a serializable one begun before", "duet, a serializable one begun before",
     FLAKE_CAN},
};

/* The reader sees what there was when it looked first. */
static void
try_isolation(struct db *writer, struct db *reader, const char *engine,
              const struct isolation *isolation, struct duet_getter *getter)
{
    struct flake flake = {.engine = engine,
                          .variant = getter ? isolation->variant_of_duet
                                            : isolation->variant};

    for (int i = 0; i < soak_count(TRIES); i++) {
        const char *label = label_of(next_label++);

        session_run(reader, "%s", isolation->begin);
        (void)flake_look(&flake, reader, "nothing");
        commit(writer, label);
        if (getter == NULL)
            flake_naive(&flake, reader, label);
        else
            flake.misses += !flake_get(&flake, getter, reader, label);
        db_rollback(reader);
    }
    flake_judge(&flake, getter ? FLAKE_CANNOT : isolation->expected);
    if (getter != NULL)
        IS_INT(flake.others + flake.misses, 0, "%s, %s: it is found", engine,
               flake.variant);
}

static void
try_isolations(struct db *writer, struct db *reader, const char *engine)
{
    struct duet_getter *getter = flake_getter(reader);

    for (size_t i = 0; i < sizeof isolations / sizeof *isolations; i++) {
        if (strcmp(engine, isolations[i].engine) != 0)
            continue;
        try_isolation(writer, reader, engine, &isolations[i], NULL);
        try_isolation(writer, reader, engine, &isolations[i], getter);
    }
    getter_close(&getter);
}

/* ---------------------------------------------------------- two processes */

struct shared {
    struct flake flake;
    atomic_bool over;
};

struct pair {
    const struct ground *ground;
    struct shared *shared;
    int labels[2]; /* a pipe: a number for each row that is committed */
    int looked[2]; /* and a byte when it was looked for */
};

static void
look_for_labels(void *context)
{
    struct pair *pair = context;
    struct db *reader = ground_session(pair->ground);
    long number;

    (void)close(pair->labels[1]);
    (void)flake_look(&pair->shared->flake, reader, "nothing");
    while (read(pair->labels[0], &number, sizeof number) == sizeof number) {
        flake_naive(&pair->shared->flake, reader, label_of(number));
        if (write(pair->looked[1], "", 1) != 1)
            break;
    }
    db_close(&reader);
}

/* Others who write, checkpoint and look meanwhile. */
static void
be_busy(void *context)
{
    struct pair *pair = context;
    struct db *db = ground_session(pair->ground);
    const char *checkpoint = pair->ground->is_server
                                 ? "checkpoint"
                                 : "pragma wal_checkpoint(restart)";

    (void)close(pair->labels[1]);
    while (!pair->shared->over) {
        (void)db_exec(db, "insert into noise values (1)", NULL);
        (void)db_exec(db, "delete from noise", NULL);
        (void)db_exec(db, checkpoint, NULL);
        sleep_microseconds(300);
    }
    db_close(&db);
}

static void
commit_labels(struct pair *pair, int tries)
{
    struct db *writer = ground_session(pair->ground);
    char byte;

    for (int i = 0; i < tries; i++) {
        long number = next_label++;

        commit(writer, label_of(number));
        if (write(pair->labels[1], &number, sizeof number) != sizeof number ||
            read(pair->looked[0], &byte, 1) != 1)
            tap_bail_out("the reader has gone");
    }
    db_close(&writer);
}

static void
try_processes(const struct ground *ground, const char *engine,
              const char *variant, bool is_noisy, int tries)
{
    struct pair pair = {.ground = ground,
                        .shared = flake_share(sizeof *pair.shared)};
    pid_t reader, noise = 0;

    pair.shared->flake = (struct flake){.engine = engine, .variant = variant};
    if (pipe(pair.labels) != 0 || pipe(pair.looked) != 0)
        tap_bail_out("no pipe");
    reader = flake_fork(look_for_labels, &pair);
    if (is_noisy)
        noise = flake_fork(be_busy, &pair);
    commit_labels(&pair, tries);
    (void)close(pair.labels[1]);
    flake_join(reader);
    pair.shared->over = true;
    if (is_noisy)
        flake_join(noise);
    (void)close(pair.labels[0]);
    (void)close(pair.looked[0]);
    (void)close(pair.looked[1]);
    flake_judge(&pair.shared->flake, FLAKE_CANNOT);
}

/* ----------------------------------------------------------------------- */

static void
try_slowly(const struct ground *ground, const char *engine)
{
    int tries = soak_count(SLOW_TRIES);
    struct db *writer, *reader;

    flake_slow_sync(SLOW);
    writer = ground_session(ground);
    reader = ground_session(ground);
    try_sessions(writer, writer, engine, "the same session, slow fsync", tries);
    try_sessions(writer, reader, engine, "another session, slow fsync", tries);
    db_close(&writer);
    db_close(&reader);
    try_processes(ground, engine, "another process, slow fsync", false, tries);
    try_processes(ground, engine, "... and a third that writes", true, tries);
    flake_slow_sync(-1);
}

static void
make_noise_table(const struct ground *ground)
{
    struct db *db = ground_session(ground);

    session_run(db, "create table noise (i integer)");
    db_close(&db);
}

static void
run(struct ground *ground, const char *engine)
{
    int tries = soak_count(TRIES);
    struct db *writer, *reader;

    make_noise_table(ground);
    try_processes(ground, engine, "another process", false, tries);
    try_processes(ground, engine, "another, and a third that writes", true,
                  tries);
    if (!ground->is_server)
        try_slowly(ground, engine);
    writer = ground_session(ground);
    reader = ground_session(ground);
    try_sessions(writer, writer, engine, "the same session", tries);
    try_sessions(writer, reader, engine, "another session", tries);
    try_reopened(ground, writer, engine, tries / 10);
    try_isolations(writer, reader, engine);
    try_control(writer, reader, engine);
    db_close(&writer);
    db_close(&reader);
}

int
main(int argc, char **argv)
{
    (void)argc;
    flake_begin(argv[0], "a SELECT misses a row that was just committed");
    flake_each_engine(run);
    return flake_end();
}
