/*
 * What PostgreSQL's catalog says of a piece of SQL:
 *
 *     static const struct sample samples[] = {
 *         {"a table is found", "create table t ()", "table t\n", 0},
 *     };
 *
 *     TRY_SAMPLES(&ground, samples);
 */
#ifndef DUET_TESTS_SAMPLE_H
#define DUET_TESTS_SAMPLE_H

#include <stddef.h>

#include "lib/ground.h"

struct sample {
    const char *name; /* of the test */
    const char *sql;
    const char *shown; /* the whole model, as show_schema() has it */
    int since;         /* the version of PostgreSQL that knows it, or 0 */
};

#define TRY_SAMPLES(ground, samples, again) \
    try_samples(ground, samples, sizeof(samples) / sizeof *(samples), again)

/*
 * One point each, in a transaction that is rolled back.  AGAIN: then another,
 * for what comes of the statements that the model has for each object.
 */
void try_samples(struct ground *ground, const struct sample *samples,
                 size_t count, bool again);

#endif
