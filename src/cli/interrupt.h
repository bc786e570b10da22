/*
 * Ctrl-C and SIGTERM.
 *
 * The first one cancels what is registered here and lets the program end in
 * order; the second one ends it at once, as does the first where nothing is
 * registered.  Either way the parent sees a process that the signal ended.
 */
#ifndef DUET_CLI_INTERRUPT_H
#define DUET_CLI_INTERRUPT_H

#include <stdbool.h>

/* Once, at the start.  Also keeps SIGPIPE from ending the program. */
void interrupt_install(void);

/*
 * From here on the signal calls CANCEL with TARGET, again and again until it
 * is another: a statement that starts between two calls is not missed.
 * CANCEL is async-signal-safe; NULL is for nothing to cancel.
 */
void interrupt_set(void (*cancel)(void *target), void *target);

/* A signal has come. */
bool interrupted(void);

/* End the program by the signal that has come. */
void interrupt_end(void);

#endif
