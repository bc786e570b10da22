/*
 * Whether the stored text, as it was understood, says what SQLite itself has
 * understood: what only one of both tells is not compared.
 */
#include <string.h>
#include <strings.h>

#include "db/token.h"
#include "schema/sqlite_facts.h"

/* A child of that kind at or behind position I, where I is left. */
static const struct object *
next(const struct object *table, enum object_kind kind, size_t *i)
{
    for (; *i < table->nchildren; ++*i)
        if (table->children[*i]->kind == kind)
            return table->children[(*i)++];
    return NULL;
}

static bool
is_same(const char *one, const char *other)
{
    if (one == NULL || other == NULL)
        return one == other;
    return strcasecmp(one, other) == 0;
}

/* Blanks and comments don't count. */
static bool
is_same_text(const char *one, const char *other)
{
    struct tokens a = {.at = one};
    struct tokens b = {.at = other};
    struct token x;
    struct token y;
    bool more;

    if (one == NULL || other == NULL)
        return one == other;
    do {
        more = token_next(&a, &x);
        if (more != token_next(&b, &y) ||
            (more && (x.len != y.len || memcmp(x.text, y.text, x.len) != 0)))
            return false;
    } while (more);
    return true;
}

/* ---------------------------------------------------------------- columns */

/* What is the rowid can't be NULL, and SQLite does not say so. */
static bool
is_same_null(const struct object *column, const struct object *told)
{
    return object_is(column, ATTRIBUTE_NOT_NULL) ==
               object_is(told, ATTRIBUTE_NOT_NULL) ||
           object_is(column, ATTRIBUTE_IDENTITY);
}

static bool
is_same_column(const struct object *column, const struct object *told)
{
    return strcmp(column->name, told->name) == 0 &&
           is_same(column->text[ATTRIBUTE_TYPE], told->text[ATTRIBUTE_TYPE]) &&
           is_same_null(column, told) &&
           is_same_text(column->text[ATTRIBUTE_DEFAULT],
                        told->text[ATTRIBUTE_DEFAULT]) &&
           object_is(column, ATTRIBUTE_GENERATED) ==
               object_is(told, ATTRIBUTE_GENERATED) &&
           object_is(column, ATTRIBUTE_STORED) ==
               object_is(told, ATTRIBUTE_STORED);
}

static bool
are_same_columns(const struct object *table, const struct object *told)
{
    const struct object *column;
    const struct object *told_column;
    size_t i = 0;
    size_t j = 0;

    do {
        column = next(table, OBJECT_COLUMN, &i);
        told_column = next(told, OBJECT_COLUMN, &j);
        if ((column == NULL) != (told_column == NULL) ||
            (column != NULL && !is_same_column(column, told_column)))
            return false;
    } while (column != NULL);
    return true;
}

/* ------------------------------------------------------------------- keys */

static const char *
collation_of(const struct object *key, const struct key_part *part)
{
    const struct object *column =
        part->column == NULL
            ? NULL
            : object_find(key->owner, OBJECT_COLUMN, part->column);

    if (part->collation != NULL)
        return part->collation;
    return column != NULL && column->text[ATTRIBUTE_COLLATION] != NULL
               ? column->text[ATTRIBUTE_COLLATION]
               : "binary";
}

/* An expression has a collation of its own, which only SQLite knows. */
static bool
is_same_part(const struct object *key, const struct key_part *part,
             const struct key_part *told)
{
    if (!is_same(part->column, told->column))
        return false;
    return told->collation == NULL ||
           (part->column == NULL && part->collation == NULL) ||
           is_same(collation_of(key, part), told->collation);
}

static bool
are_same_parts(const struct object *key, const struct object *told)
{
    if (key->nparts != told->nparts)
        return false;
    for (size_t i = 0; i < key->nparts; i++)
        if (!is_same_part(key, &key->parts[i], &told->parts[i]))
            return false;
    return true;
}

/* Any key, for SQLite makes no second index on what has one. */
static bool
has_key_like(const struct object *table, const struct object *key, bool reverse)
{
    for (size_t i = 0; i < table->nchildren; i++) {
        const struct object *other = table->children[i];

        if ((other->kind == OBJECT_UNIQUE ||
             other->kind == OBJECT_PRIMARY_KEY) &&
            (reverse ? are_same_parts(other, key) : are_same_parts(key, other)))
            return true;
    }
    return false;
}

static bool
are_same_keys(const struct object *table, const struct object *told)
{
    const struct object *key;
    size_t i = 0;
    size_t j = 0;

    key = next(table, OBJECT_PRIMARY_KEY, &i);
    if ((key == NULL) != (next(told, OBJECT_PRIMARY_KEY, &j) == NULL) ||
        (key != NULL && !has_key_like(told, key, false)))
        return false;
    for (i = 0; (key = next(table, OBJECT_UNIQUE, &i)) != NULL;)
        if (!has_key_like(told, key, false))
            return false;
    for (i = 0; (key = next(told, OBJECT_UNIQUE, &i)) != NULL;)
        if (!has_key_like(table, key, true))
            return false;
    return true;
}

/* ----------------------------------------------------------- foreign keys */

static bool
is_same_foreign_key(const struct object *key, const struct object *told)
{
    if (key->nparts != told->nparts ||
        !is_same(key->text[ATTRIBUTE_REFERENCES],
                 told->text[ATTRIBUTE_REFERENCES]) ||
        !is_same(key->text[ATTRIBUTE_ON_DELETE],
                 told->text[ATTRIBUTE_ON_DELETE]) ||
        !is_same(key->text[ATTRIBUTE_ON_UPDATE],
                 told->text[ATTRIBUTE_ON_UPDATE]))
        return false;
    for (size_t i = 0; i < key->nparts; i++)
        if (!is_same(key->parts[i].column, told->parts[i].column) ||
            !is_same(key->parts[i].target, told->parts[i].target))
            return false;
    return true;
}

static bool
are_same_foreign_keys(const struct object *table, const struct object *told)
{
    const struct object *key;
    const struct object *told_key;
    size_t i = 0;
    size_t j = 0;

    do {
        key = next(table, OBJECT_FOREIGN_KEY, &i);
        told_key = next(told, OBJECT_FOREIGN_KEY, &j);
        if ((key == NULL) != (told_key == NULL) ||
            (key != NULL && !is_same_foreign_key(key, told_key)))
            return false;
    } while (key != NULL);
    return true;
}

bool
sqlite_agree(const struct object *table, const struct object *told)
{
    return object_is(table, ATTRIBUTE_STRICT) ==
               object_is(told, ATTRIBUTE_STRICT) &&
           object_is(table, ATTRIBUTE_WITHOUT_ROWID) ==
               object_is(told, ATTRIBUTE_WITHOUT_ROWID) &&
           are_same_columns(table, told) && are_same_keys(table, told) &&
           are_same_foreign_keys(table, told);
}

bool
sqlite_indexes_agree(const struct object *index, const struct object *told)
{
    if (!are_same_parts(index, told) ||
        object_is(index, ATTRIBUTE_UNIQUE) !=
            object_is(told, ATTRIBUTE_UNIQUE) ||
        object_is(index, ATTRIBUTE_PREDICATE) !=
            object_is(told, ATTRIBUTE_PREDICATE))
        return false;
    for (size_t i = 0; i < index->nparts; i++)
        if (index->parts[i].descending != told->parts[i].descending)
            return false;
    return true;
}
