/*
 * Statements that change a database which is there, one object or one
 * attribute at a time.
 */
#include "schema/write.h"

#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "db/token.h"
#include "schema/ddl.h"
#include "schema/guard.h"

static bool
finish(struct writer *writer, struct buf *out)
{
    if (!writer->failed)
        buf_add(out, buf_data(&writer->buf), writer->buf.len);
    return !writer->failed;
}

static bool
is_constraint(const struct object *object)
{
    return object->kind >= OBJECT_PRIMARY_KEY && object->kind <= OBJECT_CHECK;
}

/* ----------------------------------------------------------------- create */

/*
 * SQLite adds a column to a table only if that is filled at once with the same
 * value, and keeps its definition from the name on: no comment before it.
 */
static bool
can_be_added(const struct ddl *ddl, const struct object *column)
{
    const char *value = column->text[ATTRIBUTE_DEFAULT];

    if (ddl->alters)
        return true;
    if (column->text[ATTRIBUTE_COMMENT] != NULL ||
        object_is(column, ATTRIBUTE_IDENTITY) ||
        object_is(column, ATTRIBUTE_STORED))
        return false;
    if (column->text[ATTRIBUTE_GENERATED] != NULL)
        return true;
    if (value == NULL || strcasecmp(value, "null") == 0)
        return !object_is(column, ATTRIBUTE_NOT_NULL);
    return strcspn(value, "(") == strlen(value) &&
           strncasecmp(value, "current_", strlen("current_")) != 0;
}

/*
 * Where the labels of an enum are in a check, they have to be known: they
 * aren't here.  A type of the engine's own is called by itself.
 */
static bool
is_understood(struct writer *writer, const struct object *column)
{
    const char *type = column->text[ATTRIBUTE_TYPE];

    return writer->ddl->has_enums || type == NULL || type_is_known(type) ||
           strcmp(type_canonical(&writer->arena, writer->ddl->language, type),
                  type) == 0;
}

bool
write_create(struct buf *out, const struct object *object, const char *engine)
{
    SCOPED(writer_release) struct writer writer = {.ddl = ddl_find(engine)};
    const struct ddl *ddl = writer.ddl;

    if (object->kind == OBJECT_ENUM && !ddl->has_enums)
        return false;
    for (size_t i = 0; i < object->nchildren; i++)
        if (object->children[i]->kind == OBJECT_COLUMN &&
            !is_understood(&writer, object->children[i]))
            return false;
    writer_check(&writer, object);
    if (is_constraint(object)) {
        if (!ddl->alters)
            return false;
        writer_add_constraint(&writer, object);
    } else if (object->kind == OBJECT_COLUMN) {
        if (!can_be_added(ddl, object) || !is_understood(&writer, object))
            return false;
        writer_add_column(&writer, object);
    } else {
        writer_create(&writer, object);
    }
    for (size_t i = 0; i < object->nchildren; i++)
        if (object->children[i]->kind == OBJECT_TRIGGER)
            writer_create(&writer, object->children[i]);
    return finish(&writer, out);
}

/* ------------------------------------------------------------------- drop */

static void
drop_from_table(struct writer *writer, const struct object *object)
{
    buf_printf(&writer->buf, "alter table %s drop %s %s;\n",
               writer_qualified(writer, object->owner), writer_noun(object),
               writer_name(writer, object->name));
}

static bool
drop(struct writer *writer, const struct object *object)
{
    struct buf *out = &writer->buf;
    bool alters = writer->ddl->alters;

    if (object->kind == OBJECT_OTHER ||
        (object->kind == OBJECT_ENUM && !writer->ddl->has_enums))
        return false;
    if (is_constraint(object) || object->kind == OBJECT_COLUMN) {
        if (!alters || object->name[0] == '\0')
            return false;
        drop_from_table(writer, object);
        return true;
    }
    if (object->kind == OBJECT_TRIGGER)
        buf_printf(out, "drop trigger %s", writer_name(writer, object->name));
    else
        buf_printf(out, "drop %s %s", writer_noun(object),
                   object->kind == OBJECT_ENUM
                       ? writer_type_name(writer, object)
                       : writer_qualified(writer, object));
    if (object->kind == OBJECT_TRIGGER && alters)
        buf_printf(out, " on %s", writer_qualified(writer, object->owner));
    buf_text(out, ";\n");
    return true;
}

bool
write_drop(struct buf *out, const struct object *object, const char *engine)
{
    SCOPED(writer_release) struct writer writer = {.ddl = ddl_find(engine)};

    return drop(&writer, object) && finish(&writer, out);
}

/* ------------------------------------------------------ columns, on a table */

/* What is altered, from what and to what. */
struct change {
    struct writer *writer;
    const struct object *from;
    const struct object *to;
};

/* "alter table t alter column c ...;" */
static bool PRINTF_LIKE(2, 3)
    alter_column(const struct change *change, const char *fmt, ...)
{
    struct writer *writer = change->writer;
    va_list args;

    va_start(args, fmt);
    buf_printf(&writer->buf, "alter table %s alter column %s %s;\n",
               writer_qualified(writer, change->to->owner),
               writer_name(writer, change->to->name),
               arena_vprintf(&writer->arena, fmt, args));
    va_end(args);
    return true;
}

static bool
add_guards(const struct change *change)
{
    struct writer *writer = change->writer;
    const char *before =
        arena_printf(&writer->arena, "alter table %s add ",
                     writer_qualified(writer, change->to->owner));

    writer_guards(writer, change->to, before, ";\n");
    return true;
}

static bool
drop_guards(const struct change *change)
{
    struct writer *writer = change->writer;
    struct type_guard guards[TYPE_GUARDS];
    unsigned count = 0;

    if (object_is(change->from, ATTRIBUTE_GUARD))
        count = guard_list(&writer->arena, NULL, change->from,
                           writer->ddl->language, guards);
    for (unsigned i = 0; i < count; i++)
        buf_printf(&writer->buf, "alter table %s drop constraint %s;\n",
                   writer_qualified(writer, change->to->owner),
                   writer_name(writer, guard_name(&writer->arena, change->to,
                                                  guards[i].kind)));
    return true;
}

/* A type with its collation; what the type is checked for goes with it. */
static bool
alter_type(const struct change *change)
{
    struct writer *writer = change->writer;
    const struct object *to = change->to;
    const char *type = type_declared(&writer->arena, writer->ddl->language,
                                     to->text[ATTRIBUTE_TYPE], NULL);
    const char *collation = to->text[ATTRIBUTE_COLLATION];

    drop_guards(change);
    if (collation != NULL)
        collation = writer->ddl->collation(writer, to->language, collation);
    alter_column(change, "type %s%s%s using %s::%s", type,
                 collation ? " collate " : "", collation ? collation : "",
                 writer_name(writer, to->name), type);
    return add_guards(change);
}

static bool
alter_default(const struct change *change)
{
    if (change->to->text[ATTRIBUTE_DEFAULT] == NULL)
        return alter_column(change, "drop default");
    return alter_column(change, "set default %s",
                        writer_default(change->writer, change->to));
}

static bool
alter_not_null(const struct change *change)
{
    return alter_column(change, "%s not null",
                        object_is(change->to, ATTRIBUTE_NOT_NULL) ? "set"
                                                                  : "drop");
}

static bool
alter_guard(const struct change *change)
{
    return object_is(change->to, ATTRIBUTE_GUARD) ? add_guards(change)
                                                  : drop_guards(change);
}

/* "always" and "by default"; a serial is a default of its own. */
static bool
is_generated(const char *identity)
{
    return strcmp(identity, "always") == 0 ||
           strcmp(identity, "by default") == 0;
}

static bool
alter_identity(const struct change *change)
{
    const char *from = change->from->text[ATTRIBUTE_IDENTITY];
    const char *to = change->to->text[ATTRIBUTE_IDENTITY];

    if ((from != NULL && !is_generated(from)) ||
        (to != NULL && !is_generated(to)))
        return false;
    if (to == NULL)
        return alter_column(change, "drop identity");
    if (from != NULL)
        return alter_column(change, "set generated %s", to);
    return alter_column(
        change, "add%s",
        change->writer->ddl->identity(change->writer, change->to));
}

/* ------------------------------------------------------------------ others */

static bool
replace(const struct change *change)
{
    struct writer *writer = change->writer;

    if (!drop(writer, change->from))
        return false;
    if (is_constraint(change->to))
        writer_add_constraint(writer, change->to);
    else
        writer_create(writer, change->to);
    return true;
}

/* "alter table t validate constraint c": it is what drop and add would do. */
static bool
alter_valid(const struct change *change)
{
    struct writer *writer = change->writer;

    if (object_is(change->to, ATTRIBUTE_NOT_VALID))
        return replace(change);
    buf_printf(&writer->buf, "alter table %s validate constraint %s;\n",
               writer_qualified(writer, change->to->owner),
               writer_name(writer, change->to->name));
    return true;
}

static bool
alter_invalid(const struct change *change)
{
    if (object_is(change->to, ATTRIBUTE_INVALID))
        return false;
    buf_printf(&change->writer->buf, "reindex index %s;\n",
               writer_qualified(change->writer, change->to));
    return true;
}

static bool
alter_unlogged(const struct change *change)
{
    buf_printf(&change->writer->buf, "alter table %s set %s;\n",
               writer_qualified(change->writer, change->to),
               object_is(change->to, ATTRIBUTE_UNLOGGED) ? "unlogged"
                                                         : "logged");
    return true;
}

/* "a=1, b=2" -> "a, b" */
static const char *
option_names(struct arena *arena, const char *options)
{
    SCOPED(buf_release) struct buf buf = {0};
    struct tokens tokens = {.at = options, .postgres = true};
    struct token token;
    bool is_name = true;

    while (token_next(&tokens, &token)) {
        if (token_is(&token, "="))
            is_name = false;
        if (token_is(&token, ","))
            is_name = true;
        if (is_name)
            buf_add(&buf, token.text, token.len);
    }
    return arena_text(arena, buf_data(&buf));
}

static bool
alter_options(const struct change *change)
{
    struct writer *writer = change->writer;
    const char *from = change->from->text[ATTRIBUTE_OPTIONS];
    const char *to = change->to->text[ATTRIBUTE_OPTIONS];
    const char *alter =
        arena_printf(&writer->arena, "alter %s %s", writer_noun(change->to),
                     writer_qualified(writer, change->to));

    if (from != NULL)
        buf_printf(&writer->buf, "%s reset (%s);\n", alter,
                   option_names(&writer->arena, from));
    if (to != NULL)
        buf_printf(&writer->buf, "%s set (%s);\n", alter, to);
    return true;
}

static bool
alter_comment(const struct change *change)
{
    writer_comment_on(change->writer, change->to);
    return true;
}

/* The label at the start of LABELS, and what follows it. */
static const char *
first_label(struct arena *arena, const char **labels)
{
    struct tokens tokens = {.at = *labels, .postgres = true};
    struct token token;
    const char *label = NULL;

    if (token_next(&tokens, &token))
        label = arena_copy(arena, token.text, token.len);
    (void)token_next(&tokens, &token); /* the comma */
    *labels = tokens.at;
    return label;
}

/* Labels can be added at any place, but not taken away or moved. */
static bool
alter_labels(const struct change *change)
{
    struct writer *writer = change->writer;
    struct arena *arena = &writer->arena;
    const char *from = change->from->text[ATTRIBUTE_LABELS];
    const char *to = change->to->text[ATTRIBUTE_LABELS];
    const char *kept = first_label(arena, &from);

    for (const char *label; (label = first_label(arena, &to)) != NULL;) {
        if (kept != NULL && strcmp(label, kept) == 0) {
            kept = first_label(arena, &from);
            continue;
        }
        buf_printf(&writer->buf, "alter type %s add value %s",
                   writer_type_name(writer, change->to), label);
        if (kept != NULL)
            buf_printf(&writer->buf, " before %s", kept);
        buf_text(&writer->buf, ";\n");
    }
    return kept == NULL;
}

/*
 * By kind and attribute; a kind without a function for the attribute is made
 * anew if it can be, which the table says under ATTRIBUTES.
 */
typedef bool alter_function(const struct change *change);

static alter_function *const alters[OBJECT_KINDS][ATTRIBUTES + 1] = {
    [OBJECT_ENUM] = {[ATTRIBUTE_LABELS] = alter_labels,
                     [ATTRIBUTE_COMMENT] = alter_comment},
    [OBJECT_SEQUENCE] = {[ATTRIBUTE_COMMENT] = alter_comment},
    [OBJECT_TABLE] = {[ATTRIBUTE_UNLOGGED] = alter_unlogged,
                      [ATTRIBUTE_OPTIONS] = alter_options,
                      [ATTRIBUTE_COMMENT] = alter_comment},
    [OBJECT_COLUMN] = {[ATTRIBUTE_TYPE] = alter_type,
                       [ATTRIBUTE_GUARD] = alter_guard,
                       [ATTRIBUTE_COLLATION] = alter_type,
                       [ATTRIBUTE_NOT_NULL] = alter_not_null,
                       [ATTRIBUTE_DEFAULT] = alter_default,
                       [ATTRIBUTE_IDENTITY] = alter_identity,
                       [ATTRIBUTE_COMMENT] = alter_comment},
    [OBJECT_PRIMARY_KEY] =
        {[ATTRIBUTE_COMMENT] = alter_comment, [ATTRIBUTES] = replace},
    [OBJECT_UNIQUE] =
        {[ATTRIBUTE_COMMENT] = alter_comment, [ATTRIBUTES] = replace},
    [OBJECT_FOREIGN_KEY] = {[ATTRIBUTE_NOT_VALID] = alter_valid,
                            [ATTRIBUTE_COMMENT] = alter_comment,
                            [ATTRIBUTES] = replace},
    [OBJECT_CHECK] = {[ATTRIBUTE_NOT_VALID] = alter_valid,
                      [ATTRIBUTE_COMMENT] = alter_comment,
                      [ATTRIBUTES] = replace},
    [OBJECT_INDEX] = {[ATTRIBUTE_INVALID] = alter_invalid,
                      [ATTRIBUTE_OPTIONS] = alter_options,
                      [ATTRIBUTE_COMMENT] = alter_comment,
                      [ATTRIBUTES] = replace},
    [OBJECT_VIEW] = {[ATTRIBUTE_OPTIONS] = alter_options,
                     [ATTRIBUTE_COMMENT] = alter_comment,
                     [ATTRIBUTES] = replace},
    [OBJECT_TRIGGER] =
        {[ATTRIBUTE_COMMENT] = alter_comment, [ATTRIBUTES] = replace},
};

/* SQLite alters no object but by making it anew. */
static alter_function *
find_alter(const struct ddl *ddl, enum object_kind kind,
           enum attribute attribute)
{
    if (ddl->alters && alters[kind][attribute] != NULL)
        return alters[kind][attribute];
    return alters[kind][ATTRIBUTES];
}

bool
write_alter(struct buf *out, const struct object *from, const struct object *to,
            enum attribute attribute, const char *engine)
{
    SCOPED(writer_release) struct writer writer = {.ddl = ddl_find(engine)};
    struct change change = {&writer, from, to};
    alter_function *alter = find_alter(writer.ddl, to->kind, attribute);

    if (alter == NULL)
        return false;
    writer_check(&writer, to);
    return !writer.failed && alter(&change) && finish(&writer, out);
}

/* An index has a schema of its own, all else is called within its table. */
bool
write_rename(struct buf *out, const struct object *from,
             const struct object *to, const char *engine)
{
    SCOPED(writer_release) struct writer writer = {.ddl = ddl_find(engine)};
    const char *name = writer_name(&writer, to->name);

    if (!writer.ddl->alters || from->kind != to->kind ||
        from->name[0] == '\0' || to->name[0] == '\0')
        return false;
    if (from->kind == OBJECT_INDEX)
        buf_printf(&writer.buf, "alter index %s rename to %s;\n",
                   writer_qualified(&writer, from), name);
    else if (is_constraint(from))
        buf_printf(&writer.buf, "alter table %s rename constraint %s to %s;\n",
                   writer_qualified(&writer, from->owner),
                   writer_name(&writer, from->name), name);
    else
        return false;
    return finish(&writer, out);
}
