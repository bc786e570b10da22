/*
 * Rows of text from a file, CSV or JSON lines, one at a time:
 *
 *     while (row_reader_next(reader, &arena, &row, err) && row.count != 0)
 *         use(row.names[0], row.values[0]);
 *
 * CSV has a header line.  Its empty field is NULL, its quoted empty field the
 * empty string, as in PostgreSQL's COPY.  JSON lines has an object a line;
 * numbers keep their digits, objects and arrays stay JSON.
 */
#ifndef DUET_ROWS_ROW_READER_H
#define DUET_ROWS_ROW_READER_H

#include <stdio.h>

#include "base/arena.h"
#include "rows/batch.h"

struct row_reader;

struct text_row {
    uint64_t line; /* where it began, from 1 */
    size_t count;  /* 0: there are no more rows */
    const char *const *names;
    const char *const *values; /* NULL is NULL */
};

/*
 * FILE stays the caller's; NAME is what errors call it.  FORMAT may be
 * BATCH_GUESS.
 */
bool row_reader_open(struct row_reader **out, FILE *file, const char *name,
                     enum batch_format format, struct duet_error *err);

/*
 * The next row, in ARENA but for the names of CSV, which live as long as the
 * reader.  Errors name the file and line.
 */
bool row_reader_next(struct row_reader *reader, struct arena *arena,
                     struct text_row *row, struct duet_error *err);

/* Bytes read so far. */
uint64_t row_reader_bytes(const struct row_reader *reader);

void row_reader_close(struct row_reader **reader);

#endif
