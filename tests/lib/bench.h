/*
 * Several ways to do the same work, timed in turns, so that whatever else the
 * machine does disturbs all of them alike:
 *
 *     bench_start("clear", argv, about);
 *     bench_run(&work);
 *     return bench_end();
 *
 * Each piece of work is a few lines of the table: what duet takes, what the
 * quickest floor takes (the least that the bare driver can do for the same
 * effect), and what the other ways take.  The arguments of the program choose
 * among them: only those that have every argument in their name are done.
 */
#ifndef DUET_TESTS_BENCH_H
#define DUET_TESTS_BENCH_H

#include <stdbool.h>
#include <stddef.h>

struct duet_error;

enum bench_role {
    BENCH_DUET,
    BENCH_FLOOR,
    BENCH_INFO, /* timed along with these, and of no consequence */
    BENCH_OTHER /* timed on its own: it may change what the others find */
};

struct bench_way {
    enum bench_role role;
    const char *name;
    void (*run)(void *context);
    /*
     * For duet: how many times the floor it may take.  For another way: how
     * many times what duet takes it has to take.  0: there is no target.
     */
    double target;
    size_t repeat; /* instead of the work's */
    size_t things; /* done by one run; 0: one */
};

struct bench_work {
    const char *engine;
    const char *name;
    const struct bench_way *ways; /* one without a name at the end */
    void *context;                /* of all these functions */
    size_t repeat;          /* calls of run() that are timed together; 0: one */
    void (*before)(void *); /* each measurement; not timed */
    void (*after)(void *);  /* likewise: checks what it did */
    void (*level)(void *);  /* now and then: makes all of it new */
};

/* Print what the table is about; ABOUT may be several lines. */
void bench_start(const char *title, char **argv, const char *about);

/* Was this work asked for? */
bool bench_wanted(const char *engine, const char *name);

/* Do it in every way, and print what came out. */
void bench_run(const struct bench_work *work);

/* Print where this was; returns what main() returns. */
int bench_end(const char *versions);

/* End the program with what is wrong. */
_Noreturn void bench_fail(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));

/* End it unless OK, with the error of duet. */
void bench_must(bool ok, const struct duet_error *err);

#endif
