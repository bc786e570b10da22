/*
 * The names that were mentioned: they must be declared, and it is by their
 * declared spelling that the model knows them.
 */
#include <string.h>

#include "base/err.h"
#include "schema/keyword.h"
#include "schema/parse_part.h"

struct lookup {
    struct parser *parser;
    bool lenient;
    struct object *referenced; /* by the foreign key that is looked at */
};

static struct object *
find(const struct lookup *lookup, const struct mention *mention,
     enum name_space space, const struct object *owner)
{
    bool caseless =
        mention->common || mention->object->language == LANGUAGE_SQLITE;

    return parse_find_as(lookup->parser, space, owner, mention->schema,
                         mention->name, caseless);
}

static bool
fail(const struct lookup *lookup, const struct mention *mention,
     const char *text)
{
    return parse_fail_at(lookup->parser, &mention->place, text);
}

static const char *
shown_name(const struct lookup *lookup, const struct mention *mention)
{
    return parse_joined(lookup->parser, mention->schema, mention->name);
}

/* ---------------------------------------------------------------- columns */

static bool
fail_column(const struct lookup *lookup, const struct mention *mention,
            const struct object *table)
{
    return fail(lookup, mention,
                arena_printf(&lookup->parser->scratch,
                             "table '%s' has no column '%s'", table->name,
                             mention->name));
}

/* What comes from another table can't be seen here. */
static bool
has_all_columns(const struct object *table)
{
    return !object_is(table, ATTRIBUTE_INHERITS) &&
           !object_is(table, ATTRIBUTE_PARTITION_OF) &&
           table->kind == OBJECT_TABLE;
}

/* A collation that the column has anyway is not said again. */
static void
drop_usual_collation(struct key_part *part, const struct object *key,
                     const struct object *column)
{
    const char *usual =
        column != NULL ? column->text[ATTRIBUTE_COLLATION] : NULL;

    if (usual == NULL)
        usual = key->language == LANGUAGE_SQLITE ? "binary" : "default";
    if (part->collation != NULL && strcmp(part->collation, usual) == 0)
        part->collation = NULL;
}

static bool
look_up_part(const struct lookup *lookup, const struct mention *mention)
{
    struct object *key = mention->object;
    struct key_part *part = &key->parts[mention->part];
    struct object *column = find(lookup, mention, NAME_COLUMN, key->owner);

    drop_usual_collation(part, key, column);
    if (column != NULL) {
        part->column = column->name;
        if (key->kind == OBJECT_PRIMARY_KEY &&
            key->language == LANGUAGE_POSTGRES)
            column->text[ATTRIBUTE_NOT_NULL] = "yes";
        return true;
    }
    if (key->language == LANGUAGE_SQLITE && key->kind == OBJECT_INDEX &&
        lookup->lenient) {
        part->expression = mention->written;
        part->column = NULL;
        return true;
    }
    return lookup->lenient || !has_all_columns(key->owner) ||
           fail_column(lookup, mention, key->owner);
}

static bool
look_up_column(const struct lookup *lookup, const struct mention *mention)
{
    const struct object *table = mention->object->owner;

    return find(lookup, mention, NAME_COLUMN, table) != NULL ||
           lookup->lenient || !has_all_columns(table) ||
           fail_column(lookup, mention, table);
}

/* ----------------------------------------------------------------- tables */

static struct object *
find_table(const struct lookup *lookup, const struct mention *mention)
{
    struct object *table = find(lookup, mention, NAME_RELATION, NULL);

    return table != NULL && table->kind == OBJECT_TABLE ? table : NULL;
}

static bool
fail_table(const struct lookup *lookup, const struct mention *mention)
{
    return fail(lookup, mention,
                arena_printf(&lookup->parser->scratch,
                             "table '%s' is not declared",
                             shown_name(lookup, mention)));
}

static bool
look_up_reference(struct lookup *lookup, const struct mention *mention)
{
    struct object *table = find_table(lookup, mention);

    lookup->referenced = table;
    if (table != NULL)
        mention->object->text[ATTRIBUTE_REFERENCES] =
            parse_joined(lookup->parser, mention->schema, table->name);
    return table != NULL || lookup->lenient || fail_table(lookup, mention);
}

static bool
look_up_target(const struct lookup *lookup, const struct mention *mention)
{
    const struct object *table = lookup->referenced;
    const struct object *column =
        table == NULL ? NULL : find(lookup, mention, NAME_COLUMN, table);

    if (column != NULL) {
        mention->object->parts[mention->part].target = column->name;
        return true;
    }
    return lookup->lenient || table == NULL || !has_all_columns(table) ||
           fail_column(lookup, mention, table);
}

static bool
look_up_parent(const struct lookup *lookup, const struct mention *mention)
{
    return find_table(lookup, mention) != NULL || fail_table(lookup, mention);
}

/* ------------------------------------------------------------------ types */

static bool
has_extension(const struct schema *schema)
{
    for (size_t i = 0; i < schema->nobjects; i++)
        if (schema->objects[i]->kind == OBJECT_OTHER &&
            strcmp(schema->objects[i]->text[ATTRIBUTE_WHAT], "extension") == 0)
            return true;
    return false;
}

static bool
look_up_type(const struct lookup *lookup, const struct mention *mention)
{
    struct arena *scratch = &lookup->parser->scratch;
    const struct object *type = find(lookup, mention, NAME_TYPE, NULL);

    if (type != NULL && !mention->common)
        return true;
    if (type != NULL && type->kind == OBJECT_ENUM)
        return true;
    if (keyword_is_type(mention->name) && mention->schema == NULL) {
        if (!mention->common)
            return true;
        (void)fail(lookup, mention,
                   arena_printf(scratch,
                                "SQLite has no form of type '%s' that would "
                                "keep its values",
                                mention->name));
        return err_hint(lookup->parser->err,
                        "a table with it goes into the file for PostgreSQL");
    }
    if (!mention->common && has_extension(lookup->parser->schema))
        return true;
    return fail(lookup, mention,
                arena_printf(scratch, "type '%s' is not declared",
                             shown_name(lookup, mention)));
}

/* ----------------------------------------------------------- foreign keys */

static bool
has_column(const struct object *key, const char *name)
{
    for (size_t i = 0; i < key->nparts; i++)
        if (key->parts[i].column != NULL &&
            strcmp(key->parts[i].column, name) == 0)
            return true;
    return false;
}

/* KEY of the other table is one of just the columns that are referenced. */
static bool
is_referenced(const struct object *foreign, const struct object *key)
{
    bool unique =
        key->kind == OBJECT_PRIMARY_KEY || key->kind == OBJECT_UNIQUE ||
        (key->kind == OBJECT_INDEX && object_is(key, ATTRIBUTE_UNIQUE) &&
         !object_is(key, ATTRIBUTE_PREDICATE));
    size_t parts = 0;

    for (size_t i = 0; unique && i < key->nparts; i++)
        parts += !key->parts[i].included;
    if (!unique || parts != foreign->nparts)
        return false;
    if (foreign->parts[0].target == NULL)
        return key->kind == OBJECT_PRIMARY_KEY;
    for (size_t i = 0; i < foreign->nparts; i++)
        if (!has_column(key, foreign->parts[i].target))
            return false;
    return true;
}

static bool
check_reference(const struct lookup *lookup, const struct mention *mention)
{
    const struct object *table = find_table(lookup, mention);
    bool by_columns = mention->object->parts[0].target != NULL;

    if (table == NULL || !has_all_columns(table))
        return true;
    for (size_t i = 0; i < table->nchildren; i++)
        if (is_referenced(mention->object, table->children[i]))
            return true;
    (void)fail(lookup, mention,
               arena_printf(&lookup->parser->scratch,
                            by_columns
                                ? "what is referenced is no key of table '%s'"
                                : "table '%s' has no primary key of as many "
                                  "columns",
                            table->name));
    return err_hint(lookup->parser->err,
                    "declare a primary key or a unique constraint of just "
                    "those columns there");
}

/* --------------------------------------------------------------- serials */

static bool
is_key_alone(const struct object *column)
{
    const struct object *table = column->owner;

    for (size_t i = 0; i < table->nchildren; i++) {
        const struct object *key = table->children[i];

        if (key->kind == OBJECT_PRIMARY_KEY)
            return key->nparts == 1 && has_column(key, column->name);
    }
    return false;
}

/* SQLite counts in a table's only key. */
static bool
check_serial(const struct lookup *lookup, const struct mention *mention)
{
    if (is_key_alone(mention->object))
        return true;
    (void)fail(lookup, mention,
               arena_printf(&lookup->parser->scratch,
                            "column '%s' counts by itself, which SQLite does "
                            "for a primary key of one column only",
                            mention->object->name));
    return err_hint(lookup->parser->err,
                    "make it the primary key, or an integer");
}

static bool
look_up(struct lookup *lookup, const struct mention *mention)
{
    switch (mention->kind) {
    case MENTION_PART:
        return look_up_part(lookup, mention);
    case MENTION_COLUMN:
        return look_up_column(lookup, mention);
    case MENTION_REFERENCES:
        return look_up_reference(lookup, mention);
    case MENTION_TARGET:
        return look_up_target(lookup, mention);
    case MENTION_PARENT:
        return look_up_parent(lookup, mention);
    case MENTION_TYPE:
        return look_up_type(lookup, mention);
    case MENTION_SERIAL:
        break;
    }
    return true;
}

/* What needs that all names are what they are declared as. */
static bool
check(const struct lookup *lookup, const struct mention *mention)
{
    switch (mention->kind) {
    case MENTION_REFERENCES:
        return check_reference(lookup, mention);
    case MENTION_SERIAL:
        return check_serial(lookup, mention);
    default:
        return true;
    }
}

bool
parse_names(struct parser *parser, bool lenient, struct duet_error *err)
{
    struct lookup lookup = {.parser = parser, .lenient = lenient};

    parser->err = err;
    for (size_t i = 0; i < parser->nmentions; i++)
        if (!look_up(&lookup, &parser->mentions[i]))
            return false;
    for (size_t i = 0; i < parser->nmentions && !lenient; i++)
        if (!check(&lookup, &parser->mentions[i]))
            return false;
    parser->nmentions = 0;
    return true;
}
