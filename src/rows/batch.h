/*
 * Get-or-create for a file of rows, CSV or JSON lines, of any size in constant
 * memory: all of it in one transaction.
 */
#ifndef DUET_ROWS_BATCH_H
#define DUET_ROWS_BATCH_H

#include <stdio.h>

#include "db/db.h"

enum batch_format {
    BATCH_GUESS, /* by the first character: `{` is JSON lines */
    BATCH_CSV,   /* a header line; an unquoted empty field is NULL */
    BATCH_JSON_LINES
};

/* One row's answer, and how far the batch is. */
struct batch_event {
    uint64_t line;                      /* where the row began, from 1 */
    uint64_t created, found, different; /* so far, this one included */
    uint64_t bytes;                     /* read so far */
    const struct duet_row *row;
};

struct batch_options {
    enum batch_format format;
    /* Key columns; none: the table's only unique index that the rows have. */
    const char *const *key;
    size_t nkey;
    bool ignore_differences; /* otherwise a different row fails the batch */
    /* Called for each row in the order of the file; may be NULL. */
    void (*event)(void *context, const struct batch_event *event);
    void *context;
};

/*
 * Get or create each row of FILE, which messages call NAME.  Returns false and
 * changes nothing if one fails; the error names its line.  TOTAL, which may be
 * NULL, is the last event.
 */
bool batch_run(struct db *db, const char *table, FILE *file, const char *name,
               const struct batch_options *options, struct batch_event *total,
               struct duet_error *err);

#endif
