/*
 * Tables, as they stand in a declaration:
 *
 *     create table t (
 *         id    serial       not null,
 *         label varchar(255) not null default '',
 *         constraint t_pkey primary key (id),
 *         constraint uq_t_label unique (label)
 *     );
 *     create index ix_t_label on t (label);
 */
#include <string.h>

#include "base/utf8.h"
#include "db/token.h"
#include "schema/ddl.h"

/* What stands between the parentheses, one a line. */
struct body {
    size_t count;
    struct column_widths widths;
};

static void
begin_item(struct writer *writer, struct body *body,
           const struct object *commented)
{
    buf_text(&writer->buf, body->count++ > 0 ? ",\n    " : "\n    ");
    if (commented != NULL)
        writer_comment_inside(writer, "", commented, "\n    ");
}

static struct column_widths
widest(struct writer *writer, const struct object *table)
{
    struct column_widths widths = {0};

    for (size_t i = 0; i < table->nchildren; i++) {
        const struct object *column = table->children[i];
        size_t name;
        size_t type;

        if (column->kind != OBJECT_COLUMN)
            continue;
        name = utf8_width(writer_name(writer, column->name));
        type = utf8_width(writer->ddl->type(writer, column));
        widths.name = name > widths.name ? name : widths.name;
        widths.type = type > widths.type ? type : widths.type;
    }
    return widths;
}

static bool
is_constraint(const struct object *object)
{
    return object->kind >= OBJECT_PRIMARY_KEY && object->kind <= OBJECT_CHECK;
}

/* It is part of the column already. */
static bool
is_in_column(struct writer *writer, const struct object *constraint)
{
    const struct object *table = constraint->owner;

    if (constraint->kind != OBJECT_PRIMARY_KEY)
        return false;
    for (size_t i = 0; i < table->nchildren; i++) {
        const struct object *column = table->children[i];

        if (column->kind == OBJECT_COLUMN &&
            strstr(writer->ddl->identity(writer, column), "primary key"))
            return true;
    }
    return false;
}

static bool
is_deferred(const struct writer *writer, const struct object *constraint)
{
    for (size_t i = 0; i < writer->ndeferred; i++)
        if (writer->deferred[i] == constraint)
            return true;
    return false;
}

static bool
is_same_part(const struct key_part *one, const struct key_part *other)
{
    return one->included == other->included && one->column != NULL &&
           other->column != NULL && strcmp(one->column, other->column) == 0;
}

/* Another one before it is of the same columns. */
static bool
is_second(const struct object *key)
{
    const struct object *table = key->owner;

    for (size_t i = 0; i < table->nchildren; i++) {
        const struct object *other = table->children[i];
        bool same = other->nparts == key->nparts;

        if (other == key)
            return false;
        if (other->kind != OBJECT_PRIMARY_KEY && other->kind != OBJECT_UNIQUE)
            continue;
        for (size_t j = 0; same && j < key->nparts; j++)
            same = is_same_part(&key->parts[j], &other->parts[j]);
        if (same)
            return true;
    }
    return false;
}

/*
 * It can't be made with the table: the rows that are there need not hold it,
 * or it would be taken for another one.
 */
static bool
is_added(const struct writer *writer, const struct object *constraint)
{
    if (!is_constraint(constraint) || is_deferred(writer, constraint))
        return false;
    return object_is(constraint, ATTRIBUTE_NOT_VALID) ||
           (writer->ddl->merges_keys && constraint->kind == OBJECT_UNIQUE &&
            is_second(constraint));
}

static bool
is_inside(struct writer *writer, const struct object *object,
          enum object_kind kind)
{
    return object->kind == kind && is_constraint(object) &&
           !is_added(writer, object) && !is_deferred(writer, object) &&
           !is_in_column(writer, object);
}

static void
add_all_guards(struct writer *writer, const struct object *table,
               struct body *body)
{
    for (size_t i = 0; i < table->nchildren; i++)
        if (table->children[i]->kind == OBJECT_COLUMN) {
            size_t before = writer->buf.len;

            writer_guards(writer, table->children[i],
                          body->count > 0 ? ",\n    " : "\n    ", "");
            body->count += writer->buf.len > before;
        }
}

/* A type is checked before what is said of its values. */
static void
add_constraints(struct writer *writer, const struct object *table,
                struct body *body)
{
    for (unsigned kind = OBJECT_PRIMARY_KEY; kind <= OBJECT_CHECK; kind++) {
        if (kind == OBJECT_CHECK)
            add_all_guards(writer, table, body);
        for (size_t i = 0; i < table->nchildren; i++) {
            if (!is_inside(writer, table->children[i], kind))
                continue;
            begin_item(writer, body, table->children[i]);
            writer_constraint(writer, table->children[i]);
        }
    }
}

static void
add_body(struct writer *writer, const struct object *table)
{
    struct body body = {.widths = widest(writer, table)};

    buf_text(&writer->buf, "(");
    writer_comment_inside(writer, " ", table, "");
    for (size_t i = 0; i < table->nchildren; i++) {
        if (table->children[i]->kind != OBJECT_COLUMN)
            continue;
        begin_item(writer, &body, table->children[i]);
        writer_column(writer, table->children[i], &body.widths);
    }
    add_constraints(writer, table, &body);
    buf_text(&writer->buf, body.count > 0 ? "\n)" : ")");
}

/*
 * The columns of a partition are its parent's; those that the model has differ
 * in what can differ.
 */
static void
add_partition_body(struct writer *writer, const struct object *table)
{
    struct body body = {0};
    size_t start = writer->buf.len;

    buf_text(&writer->buf, " (");
    for (size_t i = 0; i < table->nchildren; i++) {
        const struct object *column = table->children[i];

        if (column->kind != OBJECT_COLUMN ||
            (column->text[ATTRIBUTE_DEFAULT] == NULL &&
             !writer_owns_sequence(writer, column) &&
             !object_is(column, ATTRIBUTE_NOT_NULL)))
            continue;
        begin_item(writer, &body, NULL);
        buf_printf(&writer->buf, "%s with options",
                   writer_name(writer, column->name));
        if (object_is(column, ATTRIBUTE_NOT_NULL))
            buf_text(&writer->buf, " not null");
        writer_add_default(writer, column);
    }
    add_constraints(writer, table, &body);
    buf_text(&writer->buf, "\n)");
    if (body.count == 0)
        writer->buf.len = start;
}

/* "t for values from ('2024-01-01')": the body stands between them. */
static void
add_partition(struct writer *writer, const struct object *table)
{
    const char *text = table->text[ATTRIBUTE_PARTITION_OF];
    struct tokens tokens = {.at = text, .postgres = true};
    struct token token;
    const char *end = text;

    while (token_next(&tokens, &token) && !token_is(&token, "for") &&
           !token_is(&token, "default"))
        end = tokens.at;
    buf_printf(&writer->buf, "partition of %.*s", (int)(end - text), text);
    add_partition_body(writer, table);
    buf_text(&writer->buf, end);
}

static void
add_table_options(struct writer *writer, const struct object *table)
{
    struct buf *out = &writer->buf;
    bool strict = object_is(table, ATTRIBUTE_STRICT);

    if (table->text[ATTRIBUTE_INHERITS] != NULL)
        buf_printf(out, " inherits (%s)", table->text[ATTRIBUTE_INHERITS]);
    if (table->text[ATTRIBUTE_PARTITION_BY] != NULL)
        buf_printf(out, " partition by %s",
                   table->text[ATTRIBUTE_PARTITION_BY]);
    if (table->text[ATTRIBUTE_OPTIONS] != NULL)
        buf_printf(out, " with (%s)", table->text[ATTRIBUTE_OPTIONS]);
    if (strict)
        buf_text(out, " strict");
    if (object_is(table, ATTRIBUTE_WITHOUT_ROWID))
        buf_text(out, strict ? ", without rowid" : " without rowid");
}

static void
add_create_table(struct writer *writer, const struct object *table)
{
    struct buf *out = &writer->buf;
    const char *name = writer_qualified(writer, table);

    if (table->text[ATTRIBUTE_VIRTUAL] != NULL) {
        buf_printf(out, "create virtual table %s using %s;\n", name,
                   table->text[ATTRIBUTE_VIRTUAL]);
        return;
    }
    buf_printf(out, "create %stable %s ",
               object_is(table, ATTRIBUTE_UNLOGGED) ? "unlogged " : "", name);
    if (table->text[ATTRIBUTE_PARTITION_OF] != NULL)
        add_partition(writer, table);
    else
        add_body(writer, table);
    add_table_options(writer, table);
    buf_text(out, ";\n");
}

/* A column of a partition that has lost its parent's default. */
static void
drop_defaults(struct writer *writer, const struct object *table)
{
    for (size_t i = 0; i < table->nchildren; i++) {
        const struct object *column = table->children[i];

        if (column->kind == OBJECT_COLUMN &&
            column->text[ATTRIBUTE_DEFAULT] == NULL &&
            column->text[ATTRIBUTE_GENERATED] == NULL &&
            column->text[ATTRIBUTE_IDENTITY] == NULL)
            buf_printf(&writer->buf,
                       "alter table %s alter column %s drop default;\n",
                       writer_qualified(writer, table),
                       writer_name(writer, column->name));
    }
}

static void
add_comments(struct writer *writer, const struct object *table)
{
    writer_comment(writer, table);
    for (size_t i = 0; i < table->nchildren; i++) {
        const struct object *child = table->children[i];

        if (child->kind == OBJECT_COLUMN ||
            (is_constraint(child) && !is_added(writer, child) &&
             !is_deferred(writer, child)))
            writer_comment(writer, child);
    }
}

void
writer_table(struct writer *writer, const struct object *table)
{
    writer_sequences(writer, table, true);
    add_create_table(writer, table);
    writer_sequences(writer, table, false);
    if (table->text[ATTRIBUTE_PARTITION_OF] != NULL)
        drop_defaults(writer, table);
    add_comments(writer, table);
    for (size_t i = 0; i < table->nchildren; i++)
        if (is_added(writer, table->children[i]))
            writer_add_constraint(writer, table->children[i]);
    for (size_t i = 0; i < table->nchildren; i++)
        if (table->children[i]->kind == OBJECT_INDEX)
            writer_create(writer, table->children[i]);
}
