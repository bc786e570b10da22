/*
 * A time as people write it: 300ms, 5s, 2m, 1h.
 */
#ifndef DUET_BASE_DURATION_H
#define DUET_BASE_DURATION_H

#include <stdbool.h>

/* False where TEXT is none, or is zero: that would mean the default. */
bool duration_read(const char *text, unsigned *milliseconds);

#endif
