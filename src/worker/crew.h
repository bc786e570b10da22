/*
 * Programs that run side by side, each with variables of its own:
 *
 *     SCOPED(crew_close) struct crew *crew = NULL;
 *
 *     if (!crew_open(&crew, err) ||
 *         !crew_start(crew, argv, variables, &pid, err))
 *         return false;
 *     while (crew_wait(crew, &pid, &status))
 *         note(pid, status);
 *
 * Each has a process group of its own.  What is left of the groups is ended
 * by crew_close(), and when this process ends in any other way: a second one
 * sees to that.
 */
#ifndef DUET_WORKER_CREW_H
#define DUET_WORKER_CREW_H

#include <stdbool.h>
#include <sys/types.h>

#include "duet.h"

struct crew;

bool crew_open(struct crew **out, struct duet_error *err);

/*
 * Start ARGV, looked for in PATH, with nothing on its standard input.
 * VARIABLES, "NAME=value" each, are added to the environment; both lists end
 * in NULL.  A program that can't be started is an error.
 */
bool crew_start(struct crew *crew, const char *const *argv,
                const char *const *variables, pid_t *pid,
                struct duet_error *err);

/*
 * Wait until one ends; false when none is left.  STATUS is as the shell has
 * it: that of its exit, or 128 and the number of the signal that ended it.
 */
bool crew_wait(struct crew *crew, pid_t *pid, int *status);

/*
 * Ask all to end, as Ctrl-C does, but not twice.  May be called from a signal
 * handler.
 */
void crew_interrupt(struct crew *crew);

/* Accepts an empty pointer; leaves it empty. */
void crew_close(struct crew **crew);

#endif
