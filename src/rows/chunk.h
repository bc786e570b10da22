/*
 * Many rows of a getter at once, on an engine that takes lists of values: two
 * statements and round trips for all of them.
 */
#ifndef DUET_ROWS_CHUNK_H
#define DUET_ROWS_CHUNK_H

#include "rows/batch.h"
#include "rows/get_or_create.h"
#include "rows/getter.h"

/* A row of a chunk: what is asked for, and the answer. */
struct chunk_row {
    uint64_t line;
    const char *const *values; /* of the key, then those to set */
    bool answered;             /* found as asked for, or created */
    bool created;
    const char **ids;
};

struct chunk {
    struct duet_getter *getter;
    struct db_statement *find;   /* NULL: each row is asked for singly */
    struct db_statement *create;
    size_t count;
    size_t size;
    size_t bytes; /* of the values */
    struct chunk_row *rows;
    struct arena arena; /* of the rows */
};

/* Prepare to handle rows of GETTER, which the chunk takes over. */
bool chunk_open(struct chunk *chunk, struct duet_getter *getter,
                struct duet_error *err);

/*
 * Answer what can be answered for all rows at once, within a transaction.  A
 * row that is left over is a different one, or one whose key was created
 * meanwhile or stands in the chunk before: ask for it singly, in order.
 */
bool chunk_run(struct chunk *chunk, struct duet_error *err);

/* Forget the rows. */
void chunk_reuse(struct chunk *chunk);

void chunk_close(struct chunk *chunk);

#endif
