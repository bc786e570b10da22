/*
 * SQLite's row: what it calls types, and what it can't have.
 */
#include <string.h>
#include <strings.h>

#include "schema/ddl_engine.h"
#include "schema/guard.h"
#include "sql/type.h"

/* ------------------------------------------------------------------- keys */

/* COLUMN is the whole primary key. */
static bool
is_whole_key(const struct object *column)
{
    const struct object *key = object_primary_key(column->owner);

    return key != NULL && key->nparts == 1 && key->parts[0].column != NULL &&
           strcmp(key->parts[0].column, column->name) == 0;
}

/* ------------------------------------------------------------------ types */

/* A STRICT table takes these words only. */
static const char *
strict_type(struct writer *writer, const struct object *column)
{
    static const char *const words[] = {"integer", "int",  "text",
                                        "blob",    "real", "any"};
    const char *type = column->text[ATTRIBUTE_TYPE];
    const char *written =
        type_declared(&writer->arena, LANGUAGE_SQLITE, type ? type : "", NULL);

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(words[i], written) == 0)
            return words[i];
    writer_fail(writer, column, "SQLite's strict tables have no type '%s'",
                written);
    return "";
}

/*
 * The word "integer" alone makes a primary key the row's own number, which is
 * given where none is: for other keys there is another word for it.
 */
static const char *
sqlite_type(struct writer *writer, const struct object *column)
{
    const char *type = column->text[ATTRIBUTE_TYPE];
    const struct object *labelled = guard_enum(writer->schema, column);
    const char *written = "";

    if (object_is(column, ATTRIBUTE_IDENTITY))
        return "integer";
    if (object_is(column->owner, ATTRIBUTE_STRICT))
        written = strict_type(writer, column);
    else if (type != NULL)
        written =
            type_declared(&writer->arena, LANGUAGE_SQLITE, type,
                          labelled ? labelled->text[ATTRIBUTE_LABELS] : NULL);
    if (strcasecmp(written, "integer") != 0 || !is_whole_key(column) ||
        object_is(column->owner, ATTRIBUTE_WITHOUT_ROWID))
        return written;
    if (object_is(column->owner, ATTRIBUTE_STRICT))
        writer_fail(writer, column, "SQLite numbers such a key by itself");
    return "int4";
}

/* Only the key as a part of the column can have AUTOINCREMENT. */
static const char *
sqlite_identity(struct writer *writer, const struct object *column)
{
    const struct object *key = object_primary_key(column->owner);
    const char *name = "";
    const char *conflict = "";

    if (key == NULL || !object_is(column, ATTRIBUTE_IDENTITY) ||
        strcmp(column->text[ATTRIBUTE_IDENTITY], "autoincrement") != 0)
        return "";
    if (key->name[0] != '\0')
        name = arena_printf(&writer->arena, " constraint %s",
                            writer_name(writer, key->name));
    if (key->text[ATTRIBUTE_ON_CONFLICT] != NULL)
        conflict = arena_printf(&writer->arena, " on conflict %s",
                                key->text[ATTRIBUTE_ON_CONFLICT]);
    return arena_printf(&writer->arena, "%s primary key%s autoincrement", name,
                        conflict);
}

static const char *
sqlite_collation(struct writer *writer, enum sql_language from,
                 const char *name)
{
    static const char *const own[] = {"binary", "nocase", "rtrim"};

    if (strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0)
        return "binary";
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcasecmp(name, own[i]) == 0)
            return own[i];
    return from == LANGUAGE_SQLITE ? writer_name(writer, name) : NULL;
}

/* --------------------------------------------------------------- problems */

static const char *
column_problem(const struct object *column)
{
    if (!object_is(column, ATTRIBUTE_IDENTITY))
        return NULL;
    if (!is_whole_key(column) ||
        object_is(column->owner, ATTRIBUTE_WITHOUT_ROWID))
        return "numbers of its own for another column than the primary key";
    return NULL;
}

static const char *
part_problem(const struct key_part *part)
{
    if (part->included)
        return "columns that are included in an index";
    if (part->operator_class != NULL)
        return "operator classes";
    if (part->nulls_first != part->descending)
        return "nulls that stand elsewhere in an index";
    return NULL;
}

static const char *
sqlite_problem(struct writer *writer, const struct object *object)
{
    const char *problem = NULL;
    const char *set = object->text[ATTRIBUTE_ON_DELETE];

    for (size_t i = 0; i < object->nparts && problem == NULL; i++)
        problem = part_problem(&object->parts[i]);
    if (problem != NULL)
        return problem;
    if (object->kind == OBJECT_COLUMN)
        return column_problem(object);
    if (set != NULL && strchr(set, '(') != NULL)
        return "an action on some columns of a foreign key";
    if (object->kind != OBJECT_FOREIGN_KEY &&
        object->text[ATTRIBUTE_DEFERRABLE] != NULL)
        return "keys that are checked later";
    if ((object->kind == OBJECT_ENUM || object->kind == OBJECT_TRIGGER) &&
        object->text[ATTRIBUTE_COMMENT] != NULL)
        return "a comment there";
    if (object->text[ATTRIBUTE_VIRTUAL] != NULL &&
        object->text[ATTRIBUTE_COMMENT] != NULL)
        return "a comment of a virtual table";
    if (strncasecmp(object->name, "sqlite_", 7) == 0 && object->owner == NULL)
        return "a name that begins with sqlite_";
    (void)writer;
    return NULL;
}

const struct ddl ddl_sqlite = {
    .engine = "sqlite",
    .title = "SQLite",
    .language = LANGUAGE_SQLITE,
    .refers_forward = true,
    .comments_inside = true,
    .functions_open = "",
    .functions_close = "",
    .lacks_kind = {[OBJECT_SEQUENCE] = true},
    .lacks =
        {
            [ATTRIBUTE_SEQUENCE] = true,
            [ATTRIBUTE_UNLOGGED] = true,
            [ATTRIBUTE_PARTITION_BY] = true,
            [ATTRIBUTE_PARTITION_OF] = true,
            [ATTRIBUTE_INHERITS] = true,
            [ATTRIBUTE_OPTIONS] = true,
            [ATTRIBUTE_NULLS_NOT_DISTINCT] = true,
            [ATTRIBUTE_MATCH] = true,
            [ATTRIBUTE_NOT_VALID] = true,
            [ATTRIBUTE_NO_INHERIT] = true,
            [ATTRIBUTE_METHOD] = true,
            [ATTRIBUTE_MATERIALIZED] = true,
        },
    .problem = sqlite_problem,
    .type = sqlite_type,
    .identity = sqlite_identity,
    .collation = sqlite_collation,
    .usual_collation = "binary",
};
