/*
 * Does a session read what was before a clear, or miss what was made after it?
 *
 * A session has seen a row; another clears the profile and makes the row anew,
 * as a fixture for all tests would.  Then the session looks again: kept open,
 * opened again, or within a transaction that began before or in between.
 */
#include <stdio.h>
#include <string.h>

#include "lib/flake.h"
#include "rows/get_or_create.h"

enum { TRIES = 20 };

static const char label[] = "localhost";

/* What a try consists of, in the order of its letters. */
struct course {
    const char *variant;
    /*
     * b: begin, s: the session looks, c: the profile is cleared, m: the row is
     * made anew, r: the session is opened again, e: commit
     */
    const char *steps;
    enum flake_verdict expected;
    enum flake_verdict expected_of_server; /* with repeatable read */
};

static const struct course courses[] = {
    {"a session kept open", "scm", FLAKE_CANNOT, FLAKE_CANNOT},
    {"... nothing made anew", "sc", FLAKE_CANNOT, FLAKE_CANNOT},
    {"a session opened again after", "scmr", FLAKE_CANNOT, FLAKE_CANNOT},
    {"... between the two", "scrm", FLAKE_CANNOT, FLAKE_CANNOT},
    {"a transaction that ended before", "bsecm", FLAKE_CANNOT, FLAKE_CANNOT},
    {"a transaction begun before", "bscm", FLAKE_CANNOT, FLAKE_CANNOT},
    {"a transaction begun in between", "scbsm", FLAKE_CANNOT, FLAKE_CAN},
    {"control: the first answer is kept", "csm!", FLAKE_CONTROL, FLAKE_CONTROL},
};

struct stage {
    const struct ground *ground;
    const char *engine;
    bool is_duet;
    struct db *session;
    struct duet_getter *getter; /* of the session */
    struct db *other;
    struct duet_cleaner *cleaner;
};

static void
open_session(struct stage *stage)
{
    getter_close(&stage->getter);
    db_close(&stage->session);
    stage->session = ground_session(stage->ground);
    stage->getter = flake_getter(stage->session);
}

/* Under an id that no row had before: SQLite would take the old one again. */
static bool
make_row(struct stage *stage)
{
    static int64_t last = 1000000;
    const struct db_value args[] = {db_integer(++last), db_text(label)};

    return db_execute(stage->other,
                      "insert into db_dbcomputer (id, label, hostname)"
                      " values ($1, $2, 'localhost')",
                      args, 2, NULL, NULL);
}

static bool
clear(struct stage *stage)
{
    struct duet_error err = {0};

    return duet_clear(stage->cleaner, NULL, &err);
}

/* False where a lock is in the way, which is no try. */
static bool
step(struct stage *stage, char letter, int64_t *seen)
{
    struct flake ignored = {0};

    switch (letter) {
    case 'b':
        session_run(stage->session,
                    stage->ground->is_server
                        ? "begin isolation level repeatable read"
                        : "begin");
        return true;
    case 'e':
        session_run(stage->session, "commit");
        return true;
    case 's':
        *seen = flake_look(&ignored, stage->session, label);
        return true;
    case 'c':
        return clear(stage);
    case 'm':
        return make_row(stage);
    default:
        open_session(stage);
        return true;
    }
}

static bool
take_steps(struct stage *stage, const char *steps, int64_t *seen)
{
    for (; *steps != '\0' && *steps != '!'; steps++)
        if (!step(stage, *steps, seen))
            return false;
    return true;
}

/* The row as it is committed, or 0. */
static int64_t
committed(struct stage *stage)
{
    struct flake ignored = {0};

    return flake_look(&ignored, stage->other, label);
}

static void
look_again(struct stage *stage, struct flake *flake, bool from_memory,
           int64_t seen)
{
    int64_t there = committed(stage);
    int64_t now = from_memory ? seen : flake_look(flake, stage->session, label);

    flake->tries++;
    flake->misses += now == 0 && there != 0;
    flake->stale += now != 0 && now != there;
    if (now == 0)
        (void)flake_insert(flake, stage->session, label);
}

static void
try_once(struct stage *stage, const struct course *course, struct flake *flake)
{
    int64_t seen = 0;

    db_rollback(stage->session);
    if (!clear(stage) || !make_row(stage))
        tap_bail_out("the profile can't be made ready");
    if (!take_steps(stage, course->steps, &seen))
        flake->others++;
    else if (stage->is_duet)
        (void)flake_get(flake, stage->getter, stage->session, label);
    else
        look_again(stage, flake, strchr(course->steps, '!') != NULL, seen);
    db_rollback(stage->session);
}

static void
judge(const struct stage *stage, const struct course *course,
      struct flake *flake)
{
    enum flake_verdict expected = stage->ground->is_server
                                      ? course->expected_of_server
                                      : course->expected;

    if (flake->tries > 0) {
        flake_judge(flake, stage->is_duet ? FLAKE_CANNOT : expected);
        return;
    }
    /* With a rollback journal who reads keeps all others from committing. */
    flake->tries = flake->others;
    (void)snprintf(flake->other, sizeof flake->other,
                   "the clear has to wait, and gives up");
    flake_judge(flake, FLAKE_CANNOT);
}

static void
run_course(struct stage *stage, const struct course *course)
{
    char variant[80];
    struct flake flake = {.engine = stage->engine, .variant = variant};
    bool blocks = strcmp(stage->engine, "sqlite, rollback journal") == 0 &&
                  strchr(course->steps, 'b') != NULL &&
                  strchr(course->steps, 'e') == NULL;
    int tries = blocks ? 2 : soak_count(TRIES);

    (void)snprintf(variant, sizeof variant, "%s%s",
                   stage->is_duet ? "duet, " : "", course->variant);
    open_session(stage);
    for (int i = 0; i < tries; i++)
        try_once(stage, course, &flake);
    judge(stage, course, &flake);
}

static void
run(struct ground *ground, const char *engine)
{
    struct stage stage = {.ground = ground, .engine = engine};
    const struct duet_clear_options options = {.lock_timeout = 50};

    stage.other = ground_session(ground);
    (void)db_lock_timeout(stage.other, 50, NULL);
    stage.cleaner = ground_cleaner(ground, &options);
    for (size_t i = 0; i < sizeof courses / sizeof *courses; i++) {
        stage.is_duet = false;
        run_course(&stage, &courses[i]);
        stage.is_duet = true;
        if (courses[i].expected != FLAKE_CONTROL)
            run_course(&stage, &courses[i]);
    }
    getter_close(&stage.getter);
    db_close(&stage.session);
    db_close(&stage.other);
    duet_cleaner_close(&stage.cleaner);
}

int
main(int argc, char **argv)
{
    (void)argc;
    flake_begin(argv[0], "a read is stale across a clear");
    flake_each_engine(run);
    return flake_end();
}
