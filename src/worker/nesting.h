/*
 * Runners within runners, and the user's own word among them.
 */
#ifndef DUET_WORKER_NESTING_H
#define DUET_WORKER_NESTING_H

#include <stdbool.h>
#include <stddef.h>

#include "worker/ancestry.h"
#include "worker/runners.h"

enum level_origin {
    LEVEL_RUNNER,
    LEVEL_VARIABLE, /* DUET_WORKER */
    LEVEL_OPTION,   /* --worker */
    LEVEL_NOBODY    /* outside of all */
};

/* What one of them says. */
struct level {
    enum level_origin origin;
    const struct runner *runner; /* of the user's word one without anything */
    const char *variable;        /* or "--worker"; NULL: nobody says it */
    const char *id;              /* not checked; NULL: a slot is needed */
    size_t end;   /* number in the ancestry of the first process that began
                     without it; 0: it was set in this one */
    size_t depth; /* more is further out */
};

enum { LEVELS_MAX = 64 };

struct nesting {
    struct arena *arena;
    struct ancestry ancestry;
    struct level levels[LEVELS_MAX]; /* the innermost last */
    size_t count;
};

/*
 * Find them for the process that calls.  WORKER, if it is not NULL, is all
 * that counts; AUTOMATIC is the word by which a user asks for a slot.
 */
void nesting_find(struct nesting *nesting, struct arena *arena,
                  const char *worker, const char *automatic);

/* The last of them, or one that says nothing. */
const struct level *nesting_innermost(const struct nesting *nesting);

/* The number in the ancestry of the process that has the id of LEVEL. */
size_t nesting_worker(const struct nesting *nesting, const struct level *level);

/*
 * That of the test that a runner without numbers runs, for a command; 0 where
 * that can't be told.
 */
size_t nesting_test(const struct nesting *nesting, const struct level *level);

#endif
