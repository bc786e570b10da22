/*
 * How long a test may take, for those that draw by lot, and the lots.
 */
#ifndef DUET_TESTS_SOAK_H
#define DUET_TESTS_SOAK_H

#include <stdbool.h>
#include <stdint.h>

/* COUNT, times what SOAK says ("short" is 2), or a tenth where all is slow. */
int soak_count(int count);

/* Valgrind or a sanitizer looks on. */
bool is_instrumented(void);

/* After how many seconds something hangs: ten times those where all is slow. */
unsigned patience(unsigned seconds);

/* Lots are drawn from a seed: SEED, or another one each time. */
uint64_t lot_seed(void);

/* From 0 to LIMIT - 1; *STATE is any number, and another one afterwards. */
uint32_t lot_draw(uint64_t *state, uint32_t limit);

/* Microseconds of a clock that only goes forward, and to wait for so long. */
int64_t microseconds(void);
void sleep_microseconds(int64_t time);

#endif
