/*
 * A program that is run as another user, if need be, and ends when the thread
 * does that began it, in whatever way: the kernel sends it SIGQUIT.
 */
#ifndef DUET_WORKER_CHILD_H
#define DUET_WORKER_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"
#include "duet.h"
#include "worker/user.h"

struct child {
    const char *const
        *argv; /* the path of the program first, NULL at the end */
    const struct user *user;
    const char *log;   /* the file that gets what it says, behind what is there
                          already */
    const char *input; /* what it reads, less than 16 kB; NULL: nothing */
};

/*
 * Begin it.  A program that can't be begun is an error that names it.  It has
 * the caller's environment, but for what would mislead a PostgreSQL server.
 */
bool child_start(pid_t *out, const struct child *child, struct duet_error *err);

/*
 * Run it to its end.  A failure is an error that ends in what it said last.
 */
bool child_run(const struct child *child, struct duet_error *err);

/* Wait for its end; true where it said that all was well. */
bool child_wait(pid_t pid);

/* It has ended, and need not be waited for any more. */
bool child_has_ended(pid_t pid);

/*
 * The last thing that a log says, or the last thing that it calls an error;
 * "" where it says nothing.
 */
const char *log_tail(struct arena *arena, const char *log);

#endif
