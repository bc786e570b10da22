#include "rows/row_reader.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "rows/json_object.h"

/* The fields of the CSV row that is being read. */
struct fields {
    struct arena *arena;
    size_t count;
    size_t size;
    const char **values;
    bool ended;
};

struct row_reader {
    FILE *file;
    const char *name;
    enum batch_format format;
    char *text; /* the line read last */
    size_t size;
    size_t len;
    uint64_t line;
    uint64_t bytes;
    bool unread; /* the line was only looked at */

    struct csv_parser csv;
    struct fields header;
    struct json_reader *json;
    struct arena arena;
};

/* Sets LEN to 0 at the end of the file. */
static bool
read_line(struct row_reader *reader, struct duet_error *err)
{
    ssize_t len;

    if (reader->unread) {
        reader->unread = false;
        return true;
    }
    len = getline(&reader->text, &reader->size, reader->file);
    if (len < 0 && ferror(reader->file))
        return err_errno(err, "%s", reader->name);
    reader->len = len < 0 ? 0 : (size_t)len;
    reader->line += len >= 0;
    reader->bytes += reader->len;
    return true;
}

static bool
is_blank(const struct row_reader *reader)
{
    return strspn(reader->text, " \t\r\n") == reader->len;
}

static bool
skip_byte_order_mark(struct row_reader *reader)
{
    static const char mark[] = "\xEF\xBB\xBF";

    if (reader->len < 3 || memcmp(reader->text, mark, 3) != 0)
        return false;
    reader->len -= 3;
    memmove(reader->text, reader->text + 3, reader->len + 1);
    return true;
}

static bool
guess_format(struct row_reader *reader, struct duet_error *err)
{
    if (!read_line(reader, err))
        return false;
    (void)skip_byte_order_mark(reader);
    reader->unread = reader->len != 0;
    if (reader->format != BATCH_GUESS)
        return true;
    reader->format =
        reader->len != 0 && reader->text[strspn(reader->text, " \t")] == '{'
            ? BATCH_JSON_LINES
            : BATCH_CSV;
    return true;
}

/* Takes the text over. */
static void
add_value(struct fields *fields, const char *value)
{
    fields->values = arena_grow(fields->arena, fields->values, fields->count,
                                &fields->size, sizeof *fields->values);
    fields->values[fields->count++] = value;
}

static void
add_field(void *data, size_t len, void *context)
{
    struct fields *fields = context;

    add_value(fields, data ? arena_copy(fields->arena, data, len) : NULL);
}

/* Blanks around a field are part of it. */
static int
is_no_space(unsigned char character)
{
    (void)character;
    return 0;
}

static void
end_row(int character, void *context)
{
    struct fields *fields = context;

    (void)character;
    fields->ended = true;
}

static bool
malformed_csv(const struct row_reader *reader, uint64_t line,
              struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_USAGE, "%s:%llu: malformed CSV", reader->name,
                  (unsigned long long)line);
    return err_hint(err, "a field with quotes, commas or line ends stands in "
                         "double quotes, and a quote in it is doubled");
}

static bool
is_text(const struct row_reader *reader, struct duet_error *err)
{
    return memchr(reader->text, '\0', reader->len) == NULL ||
           err_set(err, DUET_ERROR_USAGE, "%s:%llu: a NUL character",
                   reader->name, (unsigned long long)reader->line);
}

/* The fields of the next row; none at the end of the file. */
static bool
read_fields(struct row_reader *reader, struct fields *fields, uint64_t *line,
            struct duet_error *err)
{
    *line = 0;
    while (!fields->ended) {
        if (!read_line(reader, err))
            return false;
        if (reader->len == 0) {
            if (csv_fini(&reader->csv, add_field, end_row, fields) != 0)
                return malformed_csv(reader, *line, err);
            return true;
        }
        if (*line == 0 && strspn(reader->text, "\r\n") == reader->len)
            continue;
        if (*line == 0)
            *line = reader->line;
        if (!is_text(reader, err))
            return false;
        if (csv_parse(&reader->csv, reader->text, reader->len, add_field,
                      end_row, fields) != reader->len)
            return malformed_csv(reader, *line, err);
    }
    return true;
}

static bool
read_header(struct row_reader *reader, struct duet_error *err)
{
    uint64_t line;

    reader->header.arena = &reader->arena;
    if (!read_fields(reader, &reader->header, &line, err))
        return false;
    for (size_t i = 0; i < reader->header.count; i++)
        if (reader->header.values[i] == NULL)
            return err_set(err, DUET_ERROR_USAGE,
                           "%s:%llu: column %zu of the header has no name",
                           reader->name, (unsigned long long)line, i + 1);
    return true;
}

static bool
next_csv(struct row_reader *reader, struct arena *arena, struct text_row *row,
         struct duet_error *err)
{
    struct fields fields = {.arena = arena};

    if (!read_fields(reader, &fields, &row->line, err))
        return false;
    row->count = fields.count;
    row->names = reader->header.values;
    row->values = fields.values;
    if (fields.count == 0 || fields.count == reader->header.count)
        return true;
    return err_set(err, DUET_ERROR_USAGE,
                   "%s:%llu: the row has %zu fields, the header has %zu",
                   reader->name, (unsigned long long)row->line, fields.count,
                   reader->header.count);
}

/* The members of an object; one without any is no row. */
static bool
read_members(struct row_reader *reader, struct fields *names,
             struct fields *values, struct duet_error *err)
{
    struct json_object object;

    if (!json_read(reader->json, names->arena, reader->text, reader->len,
                   &object, err))
        return err_wrap(err, "%s:%llu", reader->name,
                        (unsigned long long)reader->line);
    for (size_t i = 0; i < object.count; i++) {
        add_value(names, object.members[i].name);
        add_value(values, object.members[i].value);
    }
    return object.count != 0 ||
           err_set(err, DUET_ERROR_USAGE, "%s:%llu: an object without members",
                   reader->name, (unsigned long long)reader->line);
}

/* Each line is an object, or there is something to say about that. */
static bool
read_object(struct row_reader *reader, struct fields *names,
            struct fields *values, struct duet_error *err)
{
    return read_members(reader, names, values, err) ||
           err_hint(err, "each line is one: {\"column\": \"value\", ...}");
}

static bool
next_json(struct row_reader *reader, struct arena *arena, struct text_row *row,
          struct duet_error *err)
{
    struct fields names = {.arena = arena};
    struct fields values = {.arena = arena};

    do {
        if (!read_line(reader, err))
            return false;
    } while (reader->len != 0 && is_blank(reader));
    if (reader->len == 0)
        return true;
    row->line = reader->line;
    if (!read_object(reader, &names, &values, err))
        return false;
    row->count = names.count;
    row->names = names.values;
    row->values = values.values;
    return true;
}

bool
row_reader_open(struct row_reader **out, FILE *file, const char *name,
                enum batch_format format, struct duet_error *err)
{
    struct row_reader *reader = must_alloc(sizeof *reader);
    bool ok;

    reader->file = file;
    reader->name = arena_text(&reader->arena, name);
    reader->format = format;
    (void)csv_init(&reader->csv,
                   CSV_STRICT | CSV_STRICT_FINI | CSV_EMPTY_IS_NULL);
    csv_set_space_func(&reader->csv, is_no_space);
    ok = guess_format(reader, err);
    if (ok && reader->format == BATCH_CSV)
        ok = read_header(reader, err);
    else if (ok)
        ok = json_reader_open(&reader->json, err);
    if (!ok)
        row_reader_close(&reader);
    else
        *out = reader;
    return ok;
}

bool
row_reader_next(struct row_reader *reader, struct arena *arena,
                struct text_row *row, struct duet_error *err)
{
    *row = (struct text_row){0};
    return reader->format == BATCH_CSV ? next_csv(reader, arena, row, err)
                                       : next_json(reader, arena, row, err);
}

uint64_t
row_reader_bytes(const struct row_reader *reader)
{
    return reader->bytes;
}

void
row_reader_close(struct row_reader **reader)
{
    struct row_reader *closed = reader ? *reader : NULL;

    if (closed == NULL)
        return;
    json_reader_close(&closed->json);
    csv_free(&closed->csv);
    arena_clear(&closed->arena);
    free(closed->text);
    free(closed);
    *reader = NULL;
}
