/*
 * A command that is run for the user, as if they had begun it themselves: it
 * has their terminal, their signals, and its exit status counts.
 */
#ifndef DUET_CLI_SUBPROCESS_H
#define DUET_CLI_SUBPROCESS_H

#include "cli/command.h"

/*
 * Run ARGV, whose first word is looked for in PATH, to its end.  STATUS gets
 * what a shell would say: 128 and the number of the signal that ended it, 127
 * where there is no such command, 126 where it can't be run; these two are
 * errors.  Signals that are sent to this process alone are handed on, and the
 * command is ended when this process is.
 */
bool subprocess_run(const char *const *argv, int *status,
                    struct duet_error *err);

#endif
