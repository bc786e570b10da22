/*
 * What is no table: types, sequences, indexes, views, triggers, comments.
 */
#include <string.h>

#include "db/token.h"
#include "schema/ddl.h"
#include "sql/quote.h"
#include "sql/type.h"

/* --------------------------------------------------------------- comments */

const char *
writer_noun(const struct object *object)
{
    static const char *const nouns[OBJECT_KINDS] = {
        [OBJECT_ENUM] = "type",
        [OBJECT_SEQUENCE] = "sequence",
        [OBJECT_TABLE] = "table",
        [OBJECT_COLUMN] = "column",
        [OBJECT_PRIMARY_KEY] = "constraint",
        [OBJECT_UNIQUE] = "constraint",
        [OBJECT_FOREIGN_KEY] = "constraint",
        [OBJECT_CHECK] = "constraint",
        [OBJECT_INDEX] = "index",
        [OBJECT_VIEW] = "view",
        [OBJECT_TRIGGER] = "trigger",
        [OBJECT_OTHER] = "object",
    };

    if (object_is(object, ATTRIBUTE_MATERIALIZED))
        return "materialized view";
    return nouns[object->kind];
}

/* What a comment is about: "constraint c on t". */
static void
add_subject(struct writer *writer, const struct object *object)
{
    struct buf *out = &writer->buf;
    buf_printf(out, "%s ", writer_noun(object));
    if (object->kind == OBJECT_COLUMN)
        buf_printf(out, "%s.%s", writer_qualified(writer, object->owner),
                   writer_name(writer, object->name));
    else if (object->owner != NULL && object->kind != OBJECT_INDEX)
        buf_printf(out, "%s on %s", writer_name(writer, object->name),
                   writer_qualified(writer, object->owner));
    else if (object->kind == OBJECT_ENUM)
        buf_text(out, writer_type_name(writer, object));
    else
        buf_text(out, writer_qualified(writer, object));
}

void
writer_comment_on(struct writer *writer, const struct object *object)
{
    const char *text = object->text[ATTRIBUTE_COMMENT];

    if (object->name[0] == '\0')
        writer_fail(writer, object, "without a name %s has no comment on it",
                    writer->ddl->title);
    buf_text(&writer->buf, "comment on ");
    add_subject(writer, object);
    buf_printf(&writer->buf, " is %s;\n", sql_literal(&writer->arena, text));
}

void
writer_comment(struct writer *writer, const struct object *object)
{
    if (!writer->ddl->comments_inside &&
        object->text[ATTRIBUTE_COMMENT] != NULL)
        writer_comment_on(writer, object);
}

void
writer_comment_inside(struct writer *writer, const char *before,
                      const struct object *object, const char *after)
{
    struct buf *out = &writer->buf;
    const char *text = object->text[ATTRIBUTE_COMMENT];

    if (!writer->ddl->comments_inside || text == NULL)
        return;
    buf_printf(out, "%s/** ", before);
    for (; *text != '\0'; text++) {
        buf_char(out, *text);
        if (text[0] == '*' && text[1] == '/')
            buf_char(out, ' ');
    }
    buf_printf(out, " */%s", after);
}

/* ------------------------------------------------------------- statements */

static void
add_enum(struct writer *writer, const struct object *object)
{
    if (!writer->ddl->has_enums)
        return;
    buf_printf(&writer->buf, "create type %s as enum (%s);\n",
               writer_type_name(writer, object),
               object->text[ATTRIBUTE_LABELS] ? object->text[ATTRIBUTE_LABELS]
                                              : "");
}

static void
add_sequence(struct writer *writer, const struct object *object)
{
    struct buf *out = &writer->buf;
    const char *type = object->text[ATTRIBUTE_TYPE];
    const char *options = object->text[ATTRIBUTE_SEQUENCE];

    buf_printf(out, "create sequence %s", writer_qualified(writer, object));
    if (type != NULL)
        buf_printf(out, " as %s", type);
    buf_printf(out, "%s%s;\n", options ? " " : "", options ? options : "");
}

static void
add_options(struct writer *writer, const struct object *object)
{
    if (object->text[ATTRIBUTE_OPTIONS] != NULL)
        buf_printf(&writer->buf, " with (%s)", object->text[ATTRIBUTE_OPTIONS]);
}

/*
 * One that is invalid, because building it failed, is written as what it was
 * to be; of a table in parts, because not all of them have it, as just that.
 */
static void
add_index(struct writer *writer, const struct object *index)
{
    struct buf *out = &writer->buf;
    const char *predicate = index->text[ATTRIBUTE_PREDICATE];

    buf_printf(out, "create %sindex %s on ",
               object_is(index, ATTRIBUTE_UNIQUE) ? "unique " : "",
               writer_name(writer, index->name));
    writer_comment_inside(writer, "", index, " ");
    if (object_is(index, ATTRIBUTE_INVALID) &&
        index->owner->text[ATTRIBUTE_PARTITION_BY] != NULL)
        buf_text(out, "only ");
    buf_text(out, writer_qualified(writer, index->owner));
    if (index->text[ATTRIBUTE_METHOD] != NULL)
        buf_printf(out, " using %s", index->text[ATTRIBUTE_METHOD]);
    writer_parts(writer, index, false);
    writer_parts(writer, index, true);
    if (object_is(index, ATTRIBUTE_NULLS_NOT_DISTINCT))
        buf_text(out, " nulls not distinct");
    add_options(writer, index);
    if (predicate != NULL)
        buf_printf(out, " where %s",
                   writer_expression(writer, index, predicate));
    buf_text(out, ";\n");
}

/* What the other engine's language has and is no word of a query. */
static bool
is_foreign(const struct writer *writer, const struct object *view)
{
    struct tokens tokens = {.at = view->text[ATTRIBUTE_DEFINITION],
                            .postgres = view->language == LANGUAGE_POSTGRES};
    struct token token;

    while (view->language != writer->ddl->language &&
           token_next(&tokens, &token))
        if (token_is(&token, "::") ||
            (token.kind == TOKEN_TEXT && *token.text != '\'') ||
            (token.kind == TOKEN_NAME && *token.text != '"'))
            return true;
    return false;
}

/* A query is not translated: what both engines understand is left to them. */
static void
add_view(struct writer *writer, const struct object *view)
{
    struct buf *out = &writer->buf;

    if (is_foreign(writer, view))
        writer_fail(writer, view, "its query is not in %s's language",
                    writer->ddl->title);
    buf_printf(out, "create %s %s", writer_noun(view),
               writer_qualified(writer, view));
    add_options(writer, view);
    buf_text(out, " as");
    writer_comment_inside(writer, " ", view, "");
    buf_char(out, '\n');
    writer_statement(writer, view->text[ATTRIBUTE_DEFINITION]);
}

static void
add_definition(struct writer *writer, const struct object *object)
{
    writer_statement(writer, object->text[ATTRIBUTE_DEFINITION]);
}

void
writer_create(struct writer *writer, const struct object *object)
{
    static void (*const adders[OBJECT_KINDS])(struct writer *,
                                              const struct object *) = {
        [OBJECT_ENUM] = add_enum,        [OBJECT_SEQUENCE] = add_sequence,
        [OBJECT_TABLE] = writer_table,   [OBJECT_INDEX] = add_index,
        [OBJECT_VIEW] = add_view,        [OBJECT_TRIGGER] = add_definition,
        [OBJECT_OTHER] = add_definition,
    };

    adders[object->kind](writer, object);
    if (object->kind != OBJECT_TABLE)
        writer_comment(writer, object);
    for (size_t i = 0; object->kind == OBJECT_VIEW && i < object->nchildren;
         i++)
        if (object->children[i]->kind == OBJECT_INDEX)
            writer_create(writer, object->children[i]);
}
