/*
 * The driver for PostgreSQL: parameters.
 */
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
