/*
 * Many rows of a getter at once, on an engine that takes lists of values: one
 * statement to find them, one to create those that are missing.
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
    bool is_there;             /* found, or created */
    bool answered;             /* and it is as asked for */
    bool created;
    const char **ids;
};

/* The statements for chunks of a getter. */
struct chunk_plan {
    struct duet_getter *getter;
    struct db_statement *find;   /* NULL: each row is asked for singly */
    struct db_statement *create; /* prepared when first needed */
};

struct chunk {
    struct chunk_plan *plan;
    size_t count;
    size_t size;
    size_t bytes; /* of the values */
    struct chunk_row *rows;
    bool is_sent;       /* the question is out, the answer not read yet */
    bool has_written;   /* rows were to be created */
    struct rows found;  /* the answer */
    size_t *position;   /* in rows, of what was asked */
    struct arena arena; /* of the rows */
};

/* Prepare to handle rows of GETTER, which the plan takes over. */
bool chunk_plan_open(struct chunk_plan *plan, struct duet_getter *getter,
                     struct duet_error *err);
void chunk_plan_close(struct chunk_plan *plan);

/*
 * Ask which rows there are, within a transaction.  Meanwhile the caller may do
 * something else, but nothing on the connection.
 */
bool chunk_send(struct chunk *chunk, struct duet_error *err);

/*
 * Read the answer and create the rows that are missing.  A row that is left
 * without an answer is a different one, or one whose key stands in the chunk
 * before: ask for it singly, in order.  It fails with the key's unique index
 * where somebody has created one of them meanwhile.
 */
bool chunk_finish(struct chunk *chunk, struct duet_error *err);

/* All rows have an answer. */
bool chunk_is_answered(const struct chunk *chunk);

/* What was done about the rows was undone: they have no answers any more. */
void chunk_forget(struct chunk *chunk);

/* Forget the rows; PLAN is for the next. */
void chunk_reuse(struct chunk *chunk, struct chunk_plan *plan);

void chunk_clear(struct chunk *chunk);

#endif
