/*
 * The driver for PostgreSQL: parameters.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "db/postgres_part.h"

void
postgres_parameters_clear(struct postgres_parameters *to)
{
    arena_clear(&to->arena);
}

static char *
put_number(char *at, size_t number)
{
    const uint32_t big_endian = htonl((uint32_t)number);

    memcpy(at, &big_endian, sizeof big_endian);
    return at + sizeof big_endian;
}

static char *
put_text(char *at, const char *text)
{
    size_t len;

    if (text == NULL)
        return put_number(at, UINT32_MAX);
    len = strlen(text);
    at = put_number(at, len);
    memcpy(at, text, len);
    return at + len;
}

/*
 * An array as it is sent in binary: of one dimension, with NULLs, of text; how
 * many there are, from 1 on; then each behind its length.
 */
static void
list_set(struct postgres_parameters *to, size_t i, const struct db_value *list)
{
    size_t len = 5 * sizeof(uint32_t);
    char *data;
    char *at;

    for (size_t j = 0; j < list->len; j++)
        len += sizeof(uint32_t) +
               (list->as.texts[j] ? strlen(list->as.texts[j]) : 0);
    at = data = arena_alloc(&to->arena, len);
    at = put_number(at, 1);
    at = put_number(at, 1);
    at = put_number(at, POSTGRES_TEXT_OID);
    at = put_number(at, list->len);
    at = put_number(at, 1);
    for (size_t j = 0; j < list->len; j++)
        at = put_text(at, list->as.texts[j]);
    to->types[i] = POSTGRES_TEXTS_OID;
    to->formats[i] = 1;
    to->lengths[i] = (int)len;
    to->values[i] = data;
}

static void
parameter_set(struct postgres_parameters *to, size_t i,
              const struct db_value *value)
{
    char *number = to->numbers[i];

    to->types[i] = 0;
    to->formats[i] = 0;
    to->lengths[i] = 0;
    to->values[i] = number;
    switch (value->type) {
    case DB_NULL:
        to->values[i] = NULL;
        break;
    case DB_INTEGER:
        (void)snprintf(number, POSTGRES_NUMBER_LEN, "%" PRId64,
                       value->as.integer);
        break;
    case DB_FLOAT:
        (void)snprintf(number, POSTGRES_NUMBER_LEN, "%.17g", value->as.number);
        break;
    case DB_BOOLEAN:
        (void)snprintf(number, POSTGRES_NUMBER_LEN, "%s",
                       value->as.boolean ? "true" : "false");
        break;
    case DB_TEXT:
        to->values[i] = value->as.data;
        break;
    case DB_BLOB:
        to->types[i] = POSTGRES_BYTEA_OID;
        to->formats[i] = 1;
        to->lengths[i] = (int)value->len;
        to->values[i] = value->len ? value->as.data : "";
        break;
    case DB_LIST:
        list_set(to, i, value);
        break;
    }
}

void
postgres_parameters_init(struct postgres_parameters *to,
                         const struct db_value *args, size_t count)
{
    struct arena *arena = &to->arena;

    *arena = (struct arena){0};
    to->count = count;
    to->types = to->stack_types;
    to->values = to->stack_values;
    to->lengths = to->stack_lengths;
    to->formats = to->stack_formats;
    to->numbers = to->stack_numbers;
    if (count > POSTGRES_PARAMETERS) {
        to->types = arena_array(arena, count, sizeof *to->types);
        to->values = arena_array(arena, count, sizeof *to->values);
        to->lengths = arena_array(arena, count, sizeof *to->lengths);
        to->formats = arena_array(arena, count, sizeof *to->formats);
        to->numbers = arena_array(arena, count, sizeof *to->numbers);
    }
    for (size_t i = 0; i < count; i++)
        parameter_set(to, i, &args[i]);
}

/* PostgreSQL's text can't hold NUL; libpq would cut it there. */
bool
postgres_texts_are_whole(const struct db_value *args, size_t count,
                         struct duet_error *err)
{
    for (size_t i = 0; i < count; i++)
        if (args[i].type == DB_TEXT &&
            memchr(args[i].as.data, '\0', args[i].len) != NULL) {
            (void)err_set(err, DUET_ERROR_SQL, "a text holds a NUL character");
            return err_hint(err, "PostgreSQL takes it in bytea only");
        }
    return true;
}
