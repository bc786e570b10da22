/*
 * How results look.
 *
 * Data goes to stdout in lines of fields with a tab between them, which cut
 * and awk read; a table on a terminal has columns and a heading instead.  In a
 * field a tab, a newline and a backslash are written \t, \n and \\, another
 * control character \x1b.  With --json the command writes a document through
 * json.h in place of all that.  What is not data goes to stderr.
 */
#ifndef DUET_CLI_RENDER_H
#define DUET_CLI_RENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/attr.h"
#include "duet.h"

/*
 * The fields as one line on stdout; a NULL is an empty field:
 *
 *     render_line((const char *const[]){"found", table, "id=1"}, 3);
 */
void render_line(const char *const *fields, size_t nfields);

/*
 * A table on stdout: NCOLUMNS headings, and NROWS times as many cells, row by
 * row; a cell may be NULL.  Piped it is the rows alone, as lines of fields.
 */
void render_table(const char *const *headings, size_t ncolumns,
                  const char *const *cells, size_t nrows);

/* What is under the title of an entry. */
struct entry_field {
    const char *heading;
    const char *text; /* NULL or "": it is left out */
    bool is_prose;    /* broken at blanks where the terminal ends */
};

/*
 * A paragraph for a terminal: the title, and under it each field behind its
 * heading.  The lines of a text stand below each other.
 *
 *     structure: column 'label' of table 't', default
 *         left   'x'
 *         right  'y'
 */
void render_entry(const char *title, const struct entry_field *fields,
                  size_t nfields);

/* "15 rows" and "1 row". */
const char *counted(struct arena *arena, int64_t count, const char *noun);

/*
 * The error on stderr, in two lines or as one JSON document:
 *
 *     duet: no profile 'tset'
 *     hint: did you mean 'test'?
 */
void render_error(const struct duet_error *err, bool json);

/* The same as the member "error" of the object that is open in JSON. */
struct json;
void error_json(struct json *json, const struct duet_error *err);

/* A line on stderr; a control character is written \x1b. */
void render_talk(const char *text);

/*
 * A line on stderr that says how far the work is, on a terminal and if it
 * takes longer than half a second:
 *
 *     struct progress progress;
 *
 *     progress_start(&progress, invocation->global->quiet);
 *     while (work())
 *         progress_show(&progress, "%d rows", rows);
 *     progress_end(&progress);
 *
 * progress_show() may be called as often as one likes.
 */
struct progress {
    bool wanted;
    bool visible;
    int64_t due; /* when it is painted next, in milliseconds */
};

void progress_start(struct progress *progress, bool quiet);
void progress_show(struct progress *progress, const char *fmt, ...)
    PRINTF_LIKE(2, 3);

/* Take the line away. */
void progress_end(struct progress *progress);

/* The file is a terminal that wants colour: NO_COLOR and TERM say no. */
bool terminal_has_colour(FILE *file);

#endif
