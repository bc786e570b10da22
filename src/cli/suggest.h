/*
 * The word that was meant:
 *
 *     struct suggestion suggestion = {.word = "claer"};
 *
 *     suggestion_try(&suggestion, "clear");
 *     suggestion_try(&suggestion, "reset");
 *     suggestion.best is "clear"
 */
#ifndef DUET_CLI_SUGGEST_H
#define DUET_CLI_SUGGEST_H

#include <stddef.h>

struct suggestion {
    const char *word; /* in: as it was written */
    const char *best; /* NULL while nothing is near enough */
    size_t distance;  /* of best, in letters */
};

void suggestion_try(struct suggestion *suggestion, const char *candidate);

/* Letters to insert, delete, replace or swap to make B of A. */
size_t edit_distance(const char *a, const char *b);

#endif
