/*
 * The lines of a file that somebody else writes while they are read, each as
 * soon as it is there:
 *
 *     SCOPED(line_reader_release) struct line_reader reader = {.fd = 0};
 *     struct line line;
 *
 *     while (line_read(&reader, &line, err) && line.text != NULL)
 *         answer(line.text, line.len);
 */
#ifndef DUET_CLI_LINE_READER_H
#define DUET_CLI_LINE_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "duet.h"

enum { LONGEST_LINE = 16 << 20 }; /* bytes */

struct line_reader {
    int fd;
    char *data;
    size_t size;
    size_t from; /* where the lines that were not given yet begin */
    size_t end;  /* and end */
    size_t seen; /* up to where there is no end of a line */
    bool skips;  /* what is left of a line that is too long */
    bool ended;
};

struct line {
    char *text;       /* NULL at the end of the file; a NUL is behind it */
    size_t len;       /* without the newline */
    bool is_too_long; /* than LONGEST_LINE: the text is "" */
};

/*
 * The next line; it is valid until the one after it.  The last one needs no
 * newline.  A signal does not end the wait, unless it ends the file.
 */
bool line_read(struct line_reader *reader, struct line *line,
               struct duet_error *err);

void line_reader_release(struct line_reader *reader);

#endif
