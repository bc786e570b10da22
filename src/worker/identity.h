/*
 * Which of several parallel test processes this is: what a runner says of its
 * workers in the environment, or a slot that is free.
 *
 *     SCOPED(identity_close) struct identity identity = {0};
 *
 *     if (!identity_open(&identity, arena, NULL, err))
 *         return false;
 *     puts(identity.worker);        gw0, 3, 2-gw0; master outside a run
 */
#ifndef DUET_WORKER_IDENTITY_H
#define DUET_WORKER_IDENTITY_H

#include <stdbool.h>

#include "base/arena.h"
#include "duet.h"
#include "worker/process.h"

#define IDENTITY_MASTER "master"
#define IDENTITY_AUTO   "auto"

struct identity {
    const char *worker;   /* of runners within runners: the outer ones first,
                             with '-' between */
    const char *run;      /* one run of a suite, unlike any other's on this
                             machine: [A-Za-z0-9_.-], at most 64 */
    const char *shard;    /* which machine of several, such as "2"; or "" */
    const char *runner;   /* "pytest-xdist", "prove"; or "none" */
    const char *variable; /* what told it, "PYTEST_XDIST_WORKER", "--worker"; or
                             NULL */
    bool is_parallel;     /* false: worker is IDENTITY_MASTER */
    struct process owner; /* the worker's own process: when it ends, what was
                             made for it goes */
    struct process controller; /* that of the run, or pid 0: its end is the
                                  worker's, too */
    int slot;                  /* the descriptor of a leased one, or -1; it is
                                  not inherited by other programs */
};

/*
 * Find out.  WORKER, which may be NULL, is what a user says it is; it goes
 * before DUET_WORKER, and that before what runners say within which it was
 * set.  A runner that DUET_WORKER was set for is a part of that worker: its
 * workers get theirs behind it.  An id that is none is an error.
 *
 * Under a runner that has parallel workers and does not number them, and for
 * the worker IDENTITY_AUTO, a slot is leased, the first that is free, until
 * identity_close() or the end of the process that called.
 */
bool identity_open(struct identity *identity, struct arena *arena,
                   const char *worker, struct duet_error *err);

/*
 * The same of the process that called this one, a command, which ends sooner:
 * the owner is the program that called, and a slot that is leased is that
 * program's until it ends, also for the commands that it calls later.
 */
bool identity_open_caller(struct identity *identity, struct arena *arena,
                          const char *worker, struct duet_error *err);
void identity_close(struct identity *identity);

/* An id is 1 to 32 letters, digits, '_', '.' and '-'. */
bool identity_check(const char *worker, struct duet_error *err);

/* What tells this worker from all others on the machine, as one word of at most
   45 bytes: "gw0-1f3a9c0b2d4e". */
const char *identity_text(const struct identity *identity, struct arena *arena);

#endif
