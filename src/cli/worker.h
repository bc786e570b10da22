/*
 * The subcommands of duet worker, each in its own cmd_worker_*.c.
 */
#ifndef DUET_CLI_WORKER_H
#define DUET_CLI_WORKER_H

#include "cli/command.h"
#include "worker/identity.h"

extern const struct command command_worker_id;
extern const struct command command_worker_label;
extern const struct command command_worker_normalize;
extern const struct command command_worker_audit;
extern const struct command command_worker_env;
extern const struct command command_worker_run;
extern const struct command command_worker_isolation;

/* The row of an option that says which worker is meant. */
#define WORKER_OPTION(type)                                              \
    {                                                                    \
        "worker", 'w', OPTION_TEXT, offsetof(struct type, worker), "ID", \
            "be the worker ID, or auto for a free slot"                  \
    }

/*
 * Who called this command; WORKER is that option's value.  The arena is the
 * invocation's, and a slot that is leased stays the caller's.
 */
bool worker_find(struct invocation *invocation, const char *worker,
                 struct identity *identity, struct duet_error *err);

#endif
