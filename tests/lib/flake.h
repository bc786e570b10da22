/*
 * Experiments about one error: a row is looked up by its label and not found,
 * and then can't be inserted, because the label is taken.
 *
 *     int
 *     main(int argc, char **argv)
 *     {
 *         flake_begin(argv[0], "a row just committed is missed");
 *         flake_each_engine(try_it);
 *         return flake_end();
 *     }
 *
 *     static void
 *     try_it(struct ground *ground, const char *engine)
 *     {
 *         struct flake flake = {.engine = engine, .variant = "same session"};
 *
 *         for (int i = 0; i < soak_count(100); i++)
 *             flake_naive(&flake, ground->db, "a");
 *         flake_judge(&flake, FLAKE_CANNOT);
 *     }
 *
 * Each variant is a point of the test and a line of a report, which is written
 * beside the program too: build/flake/missed.txt.
 */
#ifndef DUET_TESTS_FLAKE_H
#define DUET_TESTS_FLAKE_H

#include "lib/ground.h"
#include "lib/soak.h"

/* A variant, and what came of it. */
struct flake {
    const char *engine;
    const char *variant;
    long tries;
    long misses;     /* lookups that did not find what had been committed */
    long stale;      /* those that found what was deleted */
    long unique;     /* insertions that a unique key refused: the error */
    long others;     /* other errors */
    char other[256]; /* what the first of those says */
};

enum flake_verdict {
    FLAKE_CANNOT,
    FLAKE_CAN,
    FLAKE_SELDOM, /* it can, but so seldom that a run may well miss it */
    FLAKE_CONTROL /* the error is made on purpose, to be seen */
};

void flake_begin(const char *program, const char *hypothesis);
int flake_end(void);

/*
 * For each engine and journal a database with the tables of a profile.  No
 * session is open: processes may be forked.
 */
void flake_each_engine(void (*run)(struct ground *ground, const char *engine));

/* Another one for that engine; false without a server. */
bool flake_open(struct ground *ground, const char *engine);
void flake_close(struct ground *ground);

/* One point: what came of the variant, and that it is what was expected. */
bool flake_judge(const struct flake *flake, enum flake_verdict expected);

/* Look a computer up by its label: its id, or 0. */
int64_t flake_look(struct flake *flake, struct db *db, const char *label);

/* Insert it; counts what is refused. */
bool flake_insert(struct flake *flake, struct db *db, const char *label);

/* Look, and insert if there is nothing: what the report's fixture does. */
void flake_naive(struct flake *flake, struct db *db, const char *label);

/* The same by duet; RETRY is answered as duet.h says, by the transaction. */
struct duet_getter *flake_getter(struct db *db);
bool flake_get(struct flake *flake, struct duet_getter *getter, struct db *db,
               const char *label);

void flake_count_error(struct flake *flake, const struct duet_error *err);

/* Memory that processes share, zeroed; it stays until the end. */
void *flake_share(size_t size);

/* Another process, which ends the way RUN does; the parent waits for it. */
pid_t flake_fork(void (*run)(void *context), void *context);
void flake_join(pid_t process);

/*
 * From here on each fsync of SQLite takes so much longer; below 0, as at first,
 * there is none.
 */
void flake_slow_sync(int64_t microseconds);

#endif
