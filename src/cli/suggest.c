#include "cli/suggest.h"

#include <stdint.h>
#include <string.h>

enum { MAX_LEN = 63 }; /* of words that are compared */

static size_t
least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/*
 * The optimal string alignment distance, row by row: of the matrix only the
 * last three rows are needed, the third for the swaps.
 */
size_t
edit_distance(const char *a, const char *b)
{
    size_t rows[3][MAX_LEN + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    size_t a_len = strlen(a), b_len = strlen(b);

    if (a_len > MAX_LEN || b_len > MAX_LEN)
        return SIZE_MAX;
    for (size_t j = 0; j <= b_len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t *oldest = before;

        before = above;
        above = row;
        row = oldest;
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            row[j] = least(least(above[j], row[j - 1]) + 1,
                           above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
    }
    return row[b_len];
}

/* A third of the letters may be wrong; the first of equally near ones wins. */
void
suggestion_try(struct suggestion *suggestion, const char *candidate)
{
    size_t distance = edit_distance(suggestion->word, candidate);
    size_t len = strlen(candidate);

    if (distance > (len + 2) / 3 || distance >= len)
        return;
    if (suggestion->best != NULL && suggestion->distance <= distance)
        return;
    suggestion->best = candidate;
    suggestion->distance = distance;
}
