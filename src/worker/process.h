/*
 * Other processes.  A number is used again once its process has ended, so one
 * is told by when it started, too.
 */
#ifndef DUET_WORKER_PROCESS_H
#define DUET_WORKER_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "duet.h"

struct process {
    pid_t pid;       /* 0: none */
    int64_t started; /* clock ticks after the machine's start; 0: unknown */
};

/* The process PID as it is now; false where there is none. */
bool process_find(pid_t pid, struct process *out);

/* The one that runs and has the number TEXT; that there is none is an error. */
bool process_parse(const char *text, struct process *out,
                   struct duet_error *err);

/* The one that calls. */
struct process process_self(void);

/* It still runs: one that has ended but is not waited for does not. */
bool process_is_alive(const struct process *process);

/* The parent of PROCESS; false where it has none, or has ended. */
bool process_parent(const struct process *process, struct process *out);

/*
 * What NAME was in its environment when it began its program, in ARENA; NULL
 * where it was not there, or may not be read.
 */
const char *process_environment(const struct process *process,
                                struct arena *arena, const char *name);

/*
 * The words of its command line, NULL at the end, in ARENA; none where it has
 * ended.
 */
const char *const *process_arguments(const struct process *process,
                                     struct arena *arena);

/*
 * It is a copy of its parent that has begun no program of its own, such as the
 * subshell of $(...).
 */
bool process_is_fork(const struct process *process);

/*
 * A descriptor that becomes readable when PROCESS ends; -1 where the system
 * has no such thing, or it has ended.  The caller closes it.
 */
int process_watch(const struct process *process);

/* Send it a signal; it may have ended. */
void process_signal(const struct process *process, int number);

#endif
