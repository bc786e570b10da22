/*
 * The text of a script, of which a window is in memory.  Places in it are
 * counted in bytes, from 0 for its first one.
 */
#ifndef DUET_SQL_SCRIPT_READ_H
#define DUET_SQL_SCRIPT_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "sql/script.h"

struct reader {
    FILE *file; /* NULL: it is read from TEXT */
    const char *name;
    const char *text;
    uint64_t left; /* how much may still be read */
    char *data;    /* the window, and a NUL behind it */
    size_t len;
    size_t size;    /* it has room for */
    uint64_t place; /* of its first byte */
    bool ended;     /* its last byte is the script's, */
    bool has_nul;   /* or stands before a NUL */
};

/* Open it, with the first bytes in the window.  An error names the file. */
bool reader_open(struct reader *reader, const struct script_source *source,
                 struct duet_error *err);

/*
 * Have more in the window, which begins at KEEP then: what is before that
 * place is forgotten.  Only for a reader that has not ended.
 */
bool reader_more(struct reader *reader, uint64_t keep, struct duet_error *err);

/* What stands at a place in the window, and what is behind the window. */
char *reader_at(const struct reader *reader, uint64_t place);
char *reader_end(const struct reader *reader);

/* Accepts an empty one; leaves it empty. */
void reader_release(struct reader *reader);

#endif
