/*
 * A clock that only goes forward.  What it starts from means nothing: only
 * differences do.
 */
#ifndef DUET_BASE_CLOCK_H
#define DUET_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

int64_t clock_milliseconds(void);
int64_t clock_microseconds(void);

/* A time in milliseconds, for waits that end at a time of CLOCK_MONOTONIC. */
struct timespec clock_timespec(int64_t milliseconds);

#endif
