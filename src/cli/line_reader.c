#include "cli/line_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"

enum { LEAST_ROOM = 16384 };

/* Room behind what is there, for a NUL too. */
static void
make_room(struct line_reader *reader)
{
    if (reader->from > 0) {
        memmove(reader->data, reader->data + reader->from,
                reader->end - reader->from);
        reader->end -= reader->from;
        reader->seen -= reader->from;
        reader->from = 0;
    }
    if (reader->size - reader->end > LEAST_ROOM / 2)
        return;
    reader->size = reader->size ? 2 * reader->size : LEAST_ROOM;
    reader->data = must_realloc(reader->data, reader->size);
}

static bool
read_more(struct line_reader *reader, struct duet_error *err)
{
    ssize_t count;

    make_room(reader);
    count = read(reader->fd, reader->data + reader->end,
                 reader->size - reader->end - 1);
    if (count < 0 && errno != EINTR)
        return err_errno(err, "standard input");
    reader->ended = count == 0;
    reader->end += count > 0 ? (size_t)count : 0;
    return true;
}

/* Up to END, and the character there is passed over. */
static void
take(struct line_reader *reader, size_t end, struct line *line)
{
    *line = (struct line){.text = reader->data + reader->from,
                          .len = end - reader->from,
                          .is_too_long = reader->skips};
    if (line->len > LONGEST_LINE)
        line->is_too_long = true;
    if (line->is_too_long)
        line->len = 0;
    line->text[line->len] = '\0';
    reader->from = end < reader->end ? end + 1 : end;
    reader->seen = reader->from;
    reader->skips = false;
}

/* Without an end in sight there is no use for the beginning. */
static void
give_up_long(struct line_reader *reader)
{
    if (reader->end - reader->from <= LONGEST_LINE)
        return;
    reader->skips = true;
    reader->from = reader->seen = reader->end;
}

bool
line_read(struct line_reader *reader, struct line *line, struct duet_error *err)
{
    *line = (struct line){0};
    for (;;) {
        size_t unseen = reader->end - reader->seen;
        const char *end =
            unseen ? memchr(reader->data + reader->seen, '\n', unseen) : NULL;

        if (end != NULL) {
            take(reader, (size_t)(end - reader->data), line);
            return true;
        }
        reader->seen = reader->end;
        give_up_long(reader);
        if (reader->ended) {
            if (reader->end > reader->from || reader->skips)
                take(reader, reader->end, line);
            return true;
        }
        if (!read_more(reader, err))
            return false;
    }
}

void
line_reader_release(struct line_reader *reader)
{
    free(reader->data);
    *reader = (struct line_reader){.fd = reader->fd};
}
