/*
 * The test runners that tell their workers which they are, and those that only
 * tell that there are workers.
 */
#ifndef DUET_WORKER_RUNNERS_H
#define DUET_WORKER_RUNNERS_H

#include <stdbool.h>

#include "base/arena.h"

/* Where a runner sets its variable. */
enum runner_place {
    RUNNER_SPAWNS, /* for the worker that it starts */
    RUNNER_INSIDE, /* in the worker itself, once that runs: the worker's
                      children have it from their start, it has not */
    RUNNER_EITHER  /* one or the other: a worker that it starts runs the
                      program that the runner runs, a worker's child another */
};

struct runner {
    const char *name;
    const char *variable; /* with the id; of a runner without numbers, one that
                             is set whenever it runs a test */
    const char *run;      /* the variable that tells this run, or NULL */
    const char *level;    /* another that differs where the runner runs itself,
                             or NULL */
    const char *empty;    /* the id that an empty value stands for; NULL: it is
                             as if it were not set */
    const char *copy_of;  /* it only repeats that variable's value, or NULL */
    const char *unless;   /* nothing to look at where that one is set */
    /* Where the name or the value has to be taken apart; else NULL. */
    const char *(*find)(struct arena *arena, const char *value);
    const char *(*id)(struct arena *arena, const char *value);
    enum runner_place place;
    bool has_no_number;
    bool nests_unseen; /* no level tells: a process of the runner's own program
                          is taken for another run */
};

/* {0} at the end, and what is further out goes first. */
extern const struct runner runners[];

/* Variables with the number of one machine of several; NULL at the end. */
extern const char *const shard_variables[];

/* The variable with the id of RUNNER, in ARENA; NULL where it is not set. */
const char *runner_variable(const struct runner *runner, struct arena *arena);

/* The id that VALUE stands for; NULL where it is as if it were not set. */
const char *runner_id(const struct runner *runner, struct arena *arena,
                      const char *value);

#endif
