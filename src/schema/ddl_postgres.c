/*
 * PostgreSQL's row: what it calls types, and what it can't have.
 */
#include <string.h>
#include <strings.h>

#include "schema/ddl_engine.h"
#include "schema/guard.h"
#include "sql/type.h"

enum { NAME_LEN = 63 }; /* what is longer is cut */

static bool
is_serial(const struct object *column)
{
    const char *identity = column->text[ATTRIBUTE_IDENTITY];

    return identity != NULL && strcmp(identity, "always") != 0 &&
           strcmp(identity, "by default") != 0;
}

static const char *
serial_type(const char *type)
{
    static const char *const types[][2] = {{"integer", "serial"},
                                           {"bigint", "bigserial"},
                                           {"smallint", "smallserial"}};

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i][0], type) == 0)
            return types[i][1];
    return NULL;
}

static const char *
postgres_type(struct writer *writer, const struct object *column)
{
    const char *type = column->text[ATTRIBUTE_TYPE];
    const struct object *labelled = guard_enum(writer->schema, column);

    if (is_serial(column) && !writer_owns_sequence(writer, column))
        return serial_type(type);
    if (labelled != NULL)
        return writer_type_name(writer, labelled);
    return type_declared(&writer->arena, LANGUAGE_POSTGRES, type, NULL);
}

static const char *
postgres_identity(struct writer *writer, const struct object *column)
{
    const char *identity = column->text[ATTRIBUTE_IDENTITY];
    const char *sequence = column->text[ATTRIBUTE_SEQUENCE];

    if (identity == NULL || is_serial(column))
        return "";
    if (sequence == NULL)
        return arena_printf(&writer->arena, " generated %s as identity",
                            identity);
    return arena_printf(&writer->arena, " generated %s as identity (%s)",
                        identity, sequence);
}

/* Its own names may have dots: en_US.utf8. */
static const char *
postgres_collation(struct writer *writer, enum sql_language from,
                   const char *name)
{
    static const char *const others[] = {"nocase", "rtrim"};

    if (strcasecmp(name, "binary") == 0)
        return "\"C\"";
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcasecmp(name, others[i]) == 0)
            return NULL;
    if (from != LANGUAGE_POSTGRES && strcmp(name, "C") != 0)
        return NULL;
    return writer_split_name(writer, name);
}

/* --------------------------------------------------------------- problems */

/* One of SQLite's own, which are in capitals: DATETIME. */
static bool
is_foreign(struct writer *writer, const struct object *column)
{
    const char *type = column->text[ATTRIBUTE_TYPE];

    return column->language == LANGUAGE_SQLITE && !type_is_known(type) &&
           guard_enum(writer->schema, column) == NULL &&
           strpbrk(type, "abcdefghijklmnopqrstuvwxyz") == NULL;
}

static const char *
column_problem(struct writer *writer, const struct object *column)
{
    const char *type = column->text[ATTRIBUTE_TYPE];

    if (type == NULL || *type == '\0')
        return "columns without a type";
    if (is_foreign(writer, column))
        return arena_printf(&writer->arena, "type %s", type);
    if (is_serial(column) && serial_type(type) == NULL)
        return "numbers of its own for a column of that type";
    if (column->text[ATTRIBUTE_GENERATED] != NULL &&
        !object_is(column, ATTRIBUTE_STORED))
        return "generated columns that aren't stored";
    return NULL;
}

static const char *
part_problem(const struct object *object, const struct key_part *part)
{
    if (object->kind == OBJECT_INDEX)
        return NULL;
    if (part->expression != NULL)
        return "expressions in a constraint";
    if (part->descending || part->collation != NULL)
        return "an order of its own in a constraint";
    return NULL;
}

static const char *
postgres_problem(struct writer *writer, const struct object *object)
{
    const char *problem = NULL;

    for (size_t i = 0; i < object->nparts && problem == NULL; i++)
        problem = part_problem(object, &object->parts[i]);
    if (problem == NULL && object->kind == OBJECT_COLUMN)
        problem = column_problem(writer, object);
    if (problem == NULL && object->kind != OBJECT_OTHER &&
        strlen(object->name) > NAME_LEN)
        problem = arena_printf(&writer->arena, "names longer than %d bytes",
                               (int)NAME_LEN);
    return problem;
}

const struct ddl ddl_postgres = {
    .engine = "postgres",
    .title = "PostgreSQL",
    .language = LANGUAGE_POSTGRES,
    .has_schemas = true,
    .alters = true,
    .has_sequences = true,
    .has_enums = true,
    .merges_keys = true,
    .names_targets = true,
    .bare_calls = true,
    /* A function may name a table that is made after it. */
    .functions_open = "set check_function_bodies = off;\n",
    .functions_close = "\nreset check_function_bodies;\n",
    .lacks =
        {
            [ATTRIBUTE_STRICT] = true,
            [ATTRIBUTE_WITHOUT_ROWID] = true,
            [ATTRIBUTE_VIRTUAL] = true,
            [ATTRIBUTE_ON_CONFLICT] = true,
        },
    .problem = postgres_problem,
    .type = postgres_type,
    .identity = postgres_identity,
    .collation = postgres_collation,
    .usual_collation = "",
};
