#include "sql/script_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"

enum { WINDOW = 65536 };

static size_t
smaller(size_t one, uint64_t other)
{
    return other < one ? (size_t)other : one;
}

/* Up to LEN bytes; fewer only at the end and on an error. */
static bool
read_piece(struct reader *reader, char *out, size_t len, size_t *got,
           struct duet_error *err)
{
    len = smaller(len, reader->left);
    if (reader->file != NULL) {
        *got = fread(out, 1, len, reader->file);
        if (ferror(reader->file))
            return err_errno(err, "'%s'", reader->name);
    } else {
        *got = strnlen(reader->text, len);
        memcpy(out, reader->text, *got);
        reader->text += *got;
    }
    reader->left -= *got;
    reader->ended = *got < len || reader->left == 0;
    return true;
}

static bool
fill(struct reader *reader, struct duet_error *err)
{
    char *behind = reader->data + reader->len;
    const char *nul;
    size_t got;

    if (!read_piece(reader, behind, reader->size - reader->len, &got, err))
        return false;
    nul = memchr(behind, '\0', got);
    if (nul != NULL) {
        reader->has_nul = true;
        reader->ended = true;
        got = (size_t)(nul - behind);
    }
    reader->len += got;
    reader->data[reader->len] = '\0';
    return true;
}

static bool
open_file(struct reader *reader, const struct script_source *source,
          struct duet_error *err)
{
    reader->file = fopen(source->name, "r");
    if (reader->file == NULL ||
        (source->start > 0 &&
         fseeko(reader->file, (off_t)source->start, SEEK_SET) != 0))
        return err_errno(err, "'%s'", source->name);
    return true;
}

/* A short text needs no more than itself, and room to see its end. */
static size_t
window_for(const struct reader *reader, const struct script_source *source)
{
    if (source->window > 0)
        return source->window;
    if (source->text == NULL)
        return WINDOW;
    return strnlen(reader->text, smaller(WINDOW - 1, reader->left)) + 1;
}

bool
reader_open(struct reader *reader, const struct script_source *source,
            struct duet_error *err)
{
    *reader = (struct reader){
        .name = source->name,
        .left = source->end > 0 ? source->end - source->start : UINT64_MAX,
    };
    if (source->text != NULL)
        reader->text = source->text + source->start;
    else if (!open_file(reader, source, err))
        return false;
    reader->size = window_for(reader, source);
    reader->data = must_realloc(NULL, reader->size + 1);
    return fill(reader, err);
}

/*
 * Half of the window is new each time, or the window grows to twice its size:
 * what is kept in it is looked at again, but not many times.
 */
bool
reader_more(struct reader *reader, uint64_t keep, struct duet_error *err)
{
    size_t gone = (size_t)(keep - reader->place);
    size_t kept = reader->len - gone;

    if (kept > reader->size / 2) {
        reader->size *= 2;
        reader->data = must_realloc(reader->data, reader->size + 1);
    }
    memmove(reader->data, reader->data + gone, kept);
    reader->len = kept;
    reader->place = keep;
    return fill(reader, err);
}

char *
reader_at(const struct reader *reader, uint64_t place)
{
    return reader->data + (place - reader->place);
}

char *
reader_end(const struct reader *reader)
{
    return reader->data + reader->len;
}

void
reader_release(struct reader *reader)
{
    if (reader->file != NULL)
        (void)fclose(reader->file);
    free(reader->data);
    *reader = (struct reader){0};
}
