/*
 * Programs that a test has begun.
 */
#ifndef DUET_TESTS_PROGRAM_H
#define DUET_TESTS_PROGRAM_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Waits until the process is a program with WORD among its arguments; false if
 * it does not become one.  Between a fork and that it is a copy of ours, and
 * for a moment it has no arguments at all.
 */
bool program_begins(pid_t pid, const char *word);

#endif
