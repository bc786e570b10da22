/*
 * Constraints and the parts of keys, as they stand in a table.
 */
#include <string.h>

#include "schema/ddl.h"
#include "schema/diagram.h"
#include "schema/guard.h"

/* ------------------------------------------------------------------ parts */

static const char *
collation_of(struct writer *writer, const struct object *object,
             const char *name)
{
    const char *written = NULL;

    if (name == NULL)
        return writer->ddl->usual_collation;
    written = writer->ddl->collation(writer, object->language, name);
    if (written != NULL)
        return written;
    writer_fail(writer, object, "%s has no collation '%s'", writer->ddl->title,
                name);
    return "";
}

/* Unless it is as USUAL. */
static void
add_collation(struct writer *writer, const struct object *object,
              const char *name, const char *usual)
{
    const char *written = collation_of(writer, object, name);

    if (name != NULL && strcmp(written, usual) != 0)
        buf_printf(&writer->buf, " collate %s", written);
}

void
writer_collation(struct writer *writer, const struct object *column)
{
    add_collation(writer, column, column->text[ATTRIBUTE_COLLATION],
                  writer->ddl->usual_collation);
}

/* Where a key says nothing, it goes by the column. */
static void
add_part_collation(struct writer *writer, const struct object *object,
                   const struct key_part *part)
{
    const struct object *column = NULL;
    const char *usual = "";

    if (part->column != NULL && object->owner != NULL)
        column = object_find(object->owner, OBJECT_COLUMN, part->column);
    if (column != NULL)
        usual = collation_of(writer, column, column->text[ATTRIBUTE_COLLATION]);
    add_collation(writer, object, part->collation, usual);
}

static void
add_part(struct writer *writer, const struct object *object,
         const struct key_part *part)
{
    struct buf *out = &writer->buf;

    if (part->column != NULL)
        buf_text(out, writer_name(writer, part->column));
    else
        buf_text(out, writer_part(writer, object, part->expression));
    add_part_collation(writer, object, part);
    if (part->operator_class != NULL)
        buf_printf(out, " %s", part->operator_class);
    if (part->descending)
        buf_text(out, " desc");
    if (part->nulls_first != part->descending)
        buf_printf(out, " nulls %s", part->nulls_first ? "first" : "last");
}

/* Those that are part of the key, or those that are included. */
void
writer_parts(struct writer *writer, const struct object *object, bool included)
{
    const char *before = included ? " include (" : " (";

    for (size_t i = 0; i < object->nparts; i++) {
        if (object->parts[i].included != included)
            continue;
        buf_text(&writer->buf, before);
        add_part(writer, object, &object->parts[i]);
        before = ", ";
    }
    if (strcmp(before, ", ") == 0)
        buf_char(&writer->buf, ')');
}

/* Whose columns are referenced where none are named. */
static const struct object *
referenced_key(struct writer *writer, const struct object *key)
{
    const struct object *table = referenced_table(writer->schema, key);

    if (!writer->ddl->names_targets || table == NULL)
        return NULL;
    for (size_t i = 0; i < table->nchildren; i++)
        if (table->children[i]->kind == OBJECT_PRIMARY_KEY &&
            table->children[i]->nparts >= key->nparts)
            return table->children[i];
    return NULL;
}

static void
add_targets(struct writer *writer, const struct object *key)
{
    const struct object *other = NULL;

    if (key->nparts == 0)
        return;
    if (key->parts[0].target == NULL) {
        other = referenced_key(writer, key);
        if (other == NULL)
            return;
    }
    for (size_t i = 0; i < key->nparts; i++)
        buf_printf(&writer->buf, "%s%s", i == 0 ? " (" : ", ",
                   writer_name(writer, other ? other->parts[i].column
                                             : key->parts[i].target));
    buf_char(&writer->buf, ')');
}

/* ------------------------------------------------------------ constraints */

static const char *
referenced_name(struct writer *writer, const struct object *key)
{
    const struct object *table = referenced_table(writer->schema, key);

    if (table != NULL)
        return writer_qualified(writer, table);
    return writer_split_name(writer, key->text[ATTRIBUTE_REFERENCES]);
}

/* A name as it is or, from a catalog, as SQL writes it. */
static void
add_action_column(struct writer *writer, const char *at, size_t len)
{
    const char *name = arena_copy(&writer->arena, at, len);

    buf_text(&writer->buf, *name == '"' ? name : writer_name(writer, name));
}

/* "set null (a, b)" */
static void
add_action(struct writer *writer, const char *when, const char *action)
{
    const char *open = action ? strchr(action, '(') : NULL;
    const char *before = " (";

    if (action == NULL)
        return;
    if (open == NULL) {
        buf_printf(&writer->buf, " on %s %s", when, action);
        return;
    }
    buf_printf(&writer->buf, " on %s %.*s", when, (int)(open - action - 1),
               action);
    for (const char *at = open + 1; *at != '\0' && *at != ')';) {
        size_t len = strcspn(at, ",)");

        buf_text(&writer->buf, before);
        add_action_column(writer, at, len);
        before = ", ";
        at += len;
        at += strspn(at, ", ");
    }
    buf_char(&writer->buf, ')');
}

static void
add_deferrable(struct writer *writer, const char *deferrable)
{
    if (deferrable == NULL)
        return;
    if (strncmp(deferrable, "initially", strlen("initially")) == 0)
        buf_text(&writer->buf, " deferrable");
    buf_printf(&writer->buf, " %s", deferrable);
}

void
writer_on_conflict(struct writer *writer, const struct object *object)
{
    if (object->text[ATTRIBUTE_ON_CONFLICT] != NULL)
        buf_printf(&writer->buf, " on conflict %s",
                   object->text[ATTRIBUTE_ON_CONFLICT]);
}

static void
add_key(struct writer *writer, const struct object *key)
{
    buf_text(&writer->buf,
             key->kind == OBJECT_PRIMARY_KEY ? "primary key" : "unique");
    if (object_is(key, ATTRIBUTE_NULLS_NOT_DISTINCT))
        buf_text(&writer->buf, " nulls not distinct");
    writer_parts(writer, key, false);
    writer_parts(writer, key, true);
    writer_on_conflict(writer, key);
    add_deferrable(writer, key->text[ATTRIBUTE_DEFERRABLE]);
}

static void
add_foreign_key(struct writer *writer, const struct object *key)
{
    struct buf *out = &writer->buf;

    buf_text(out, "foreign key");
    writer_parts(writer, key, false);
    buf_printf(out, " references %s", referenced_name(writer, key));
    add_targets(writer, key);
    if (key->text[ATTRIBUTE_MATCH] != NULL)
        buf_printf(out, " match %s", key->text[ATTRIBUTE_MATCH]);
    add_action(writer, "update", key->text[ATTRIBUTE_ON_UPDATE]);
    add_action(writer, "delete", key->text[ATTRIBUTE_ON_DELETE]);
    add_deferrable(writer, key->text[ATTRIBUTE_DEFERRABLE]);
}

static void
add_check(struct writer *writer, const struct object *check)
{
    buf_printf(
        &writer->buf, "check %s",
        writer_enclosed(writer, check, check->text[ATTRIBUTE_EXPRESSION]));
    if (object_is(check, ATTRIBUTE_NO_INHERIT))
        buf_text(&writer->buf, " no inherit");
    writer_on_conflict(writer, check);
}

void
writer_constraint(struct writer *writer, const struct object *constraint)
{
    if (constraint->name[0] != '\0')
        buf_printf(&writer->buf, "constraint %s ",
                   writer_name(writer, constraint->name));
    if (constraint->kind == OBJECT_FOREIGN_KEY)
        add_foreign_key(writer, constraint);
    else if (constraint->kind == OBJECT_CHECK)
        add_check(writer, constraint);
    else
        add_key(writer, constraint);
}

void
writer_add_constraint(struct writer *writer, const struct object *constraint)
{
    buf_printf(&writer->buf, "alter table %s add ",
               writer_qualified(writer, constraint->owner));
    writer_constraint(writer, constraint);
    if (object_is(constraint, ATTRIBUTE_NOT_VALID))
        buf_text(&writer->buf, " not valid");
    buf_text(&writer->buf, ";\n");
    writer_comment(writer, constraint);
}

void
writer_guards(struct writer *writer, const struct object *column,
              const char *before, const char *after)
{
    struct arena *arena = &writer->arena;
    struct type_guard guards[TYPE_GUARDS];
    unsigned count = 0;

    if (object_is(column, ATTRIBUTE_GUARD))
        count = guard_list(arena, writer->schema, column, writer->ddl->language,
                           guards);
    for (unsigned i = 0; i < count; i++) {
        const char *name = guard_name(arena, column, guards[i].kind);

        if (object_find(column->owner, OBJECT_CHECK, name) != NULL)
            writer_fail(writer, object_find(column->owner, OBJECT_CHECK, name),
                        "duet itself has a check of that name, for column '%s'",
                        column->name);
        buf_printf(&writer->buf, "%sconstraint %s check (%s)%s", before,
                   writer_name(writer, name), guards[i].expression, after);
    }
}
