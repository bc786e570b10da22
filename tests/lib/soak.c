#include "lib/soak.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Of a variable of the environment; "" where it is not set. */
static const char *
setting(const char *name)
{
    const char *value = getenv(name);

    return value != NULL ? value : "";
}

/* The Makefile tells of sanitizers, tests/lib/run is given valgrind. */
bool
is_instrumented(void)
{
    return *setting("INSTRUMENTED") != '\0' || *setting("WRAP") != '\0';
}

int
soak_count(int count)
{
    const char *soak = setting("SOAK");
    int factor = strcmp(soak, "short") == 0 ? 2 : (int)strtol(soak, NULL, 10);

    if (is_instrumented())
        return count < 10 ? 1 : count / 10;
    return factor > 1 ? count * factor : count;
}

unsigned
patience(unsigned seconds)
{
    return is_instrumented() ? 10 * seconds : seconds;
}

uint64_t
lot_seed(void)
{
    if (*setting("SEED") != '\0')
        return strtoull(setting("SEED"), NULL, 10);
    return (uint64_t)microseconds() % 1000000 + (uint64_t)getpid() * 1000000;
}

/* splitmix64 */
uint32_t
lot_draw(uint64_t *state, uint32_t limit)
{
    uint64_t mix = *state += 0x9E3779B97F4A7C15u;

    mix = (mix ^ (mix >> 30)) * 0xBF58476D1CE4E5B9u;
    mix = (mix ^ (mix >> 27)) * 0x94D049BB133111EBu;
    return (uint32_t)(((mix ^ (mix >> 31)) >> 32) * limit >> 32);
}

int64_t
microseconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void
sleep_microseconds(int64_t time)
{
    struct timespec span = {time / 1000000, time % 1000000 * 1000};

    (void)nanosleep(&span, NULL);
}
