#include "base/duration.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Milliseconds in a unit of time, 0 if there is no such unit. */
static long
unit_size(const char *unit)
{
    static const struct {
        const char *unit;
        long size;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};

    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(units[i].unit, unit) == 0)
            return units[i].size;
    return 0;
}

bool
duration_read(const char *text, unsigned *milliseconds)
{
    char *unit = NULL;
    long number = strtol(text, &unit, 10);
    long size = unit_size(unit);

    if (text[0] < '0' || text[0] > '9' || size == 0 || number <= 0 ||
        number > INT_MAX / size)
        return false;
    *milliseconds = (unsigned)(number * size);
    return true;
}
