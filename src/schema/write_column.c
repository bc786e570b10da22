/*
 * Columns, and the sequences that they own.
 */
#include <string.h>

#include "base/utf8.h"
#include "db/token.h"
#include "schema/ddl.h"
#include "sql/quote.h"

/* -------------------------------------------------------------- sequences */

bool
writer_owns_sequence(const struct writer *writer, const struct object *column)
{
    const char *identity = column->text[ATTRIBUTE_IDENTITY];

    return writer->ddl->has_sequences && identity != NULL &&
           strncmp(identity, "auto", strlen("auto")) == 0 &&
           (column->text[ATTRIBUTE_SEQUENCE] != NULL ||
            column->owner->text[ATTRIBUTE_PARTITION_OF] != NULL ||
            !object_is(column, ATTRIBUTE_NOT_NULL));
}

/* "table_column_seq": the longer of both is cut until that has 63 bytes. */
static const char *
usual_sequence(struct writer *writer, const struct object *column)
{
    struct arena *arena = &writer->arena;
    const char *table = column->owner->name;
    size_t room = 58;
    size_t a = strlen(table);
    size_t b = strlen(column->name);
    const char *name;

    while (a + b > room)
        *(a > b ? &a : &b) -= 1;
    while (((unsigned char)table[a] & 0xC0) == 0x80)
        a--;
    while (((unsigned char)column->name[b] & 0xC0) == 0x80)
        b--;
    name = sql_name(arena, arena_printf(arena, "%.*s_%.*s_seq", (int)a, table,
                                        (int)b, column->name));
    if (column->owner->schema == NULL)
        return name;
    return arena_printf(arena, "%s.%s",
                        writer_name(writer, column->owner->schema), name);
}

/*
 * "sequence name s as bigint start 10": the name as SQL writes it, into *REST
 * what follows it.
 */
static const char *
owned_sequence(struct writer *writer, const struct object *column,
               const char **rest)
{
    static const char named[] = "sequence name ";
    const char *text = column->text[ATTRIBUTE_SEQUENCE];
    struct tokens tokens = {.at = text, .postgres = true};
    struct token token;
    const char *start;
    const char *end;

    *rest = text ? text : "";
    if (text == NULL || strncmp(text, named, sizeof named - 1) != 0)
        return usual_sequence(writer, column);
    start = tokens.at = text + sizeof named - 1;
    do {
        (void)token_next(&tokens, &token);
        end = tokens.at;
    } while (token_next(&tokens, &token) && token_is(&token, "."));
    *rest = end + strspn(end, " ");
    return arena_copy(&writer->arena, start, (size_t)(end - start));
}

static void
add_sequence_before(struct writer *writer, const struct object *column)
{
    const char *rest;
    const char *name = owned_sequence(writer, column, &rest);

    buf_printf(&writer->buf, "create sequence %s", name);
    if (strncmp(rest, "as ", 3) != 0)
        buf_printf(&writer->buf, " as %s", column->text[ATTRIBUTE_TYPE]);
    buf_printf(&writer->buf, "%s%s;\n", *rest ? " " : "", rest);
}

static void
add_sequence_after(struct writer *writer, const struct object *column)
{
    const char *rest;

    buf_printf(&writer->buf, "alter sequence %s owned by %s.%s;\n",
               owned_sequence(writer, column, &rest),
               writer_qualified(writer, column->owner),
               writer_name(writer, column->name));
}

void
writer_sequences(struct writer *writer, const struct object *table, bool before)
{
    for (size_t i = 0; i < table->nchildren; i++) {
        const struct object *column = table->children[i];

        if (column->kind != OBJECT_COLUMN ||
            !writer_owns_sequence(writer, column))
            continue;
        if (before)
            add_sequence_before(writer, column);
        else
            add_sequence_after(writer, column);
    }
}

/* ---------------------------------------------------------------- columns */

void
writer_add_default(struct writer *writer, const struct object *column)
{
    const char *rest;

    if (writer_owns_sequence(writer, column))
        buf_printf(
            &writer->buf, " default nextval(%s::regclass)",
            sql_literal(&writer->arena, owned_sequence(writer, column, &rest)));
    else if (column->text[ATTRIBUTE_DEFAULT] != NULL)
        buf_printf(&writer->buf, " default %s", writer_default(writer, column));
}

/* What follows the type. */
static void
add_column_rest(struct writer *writer, const struct object *column)
{
    struct buf *out = &writer->buf;
    const char *generated = column->text[ATTRIBUTE_GENERATED];

    writer_collation(writer, column);
    if (object_is(column, ATTRIBUTE_NOT_NULL)) {
        buf_text(out, " not null");
        writer_on_conflict(writer, column);
    }
    writer_add_default(writer, column);
    if (generated != NULL)
        buf_printf(out, " generated always as %s %s",
                   writer_enclosed(writer, column, generated),
                   object_is(column, ATTRIBUTE_STORED) ? "stored" : "virtual");
    buf_text(out, writer->ddl->identity(writer, column));
}

static void
add_padding(struct buf *out, const char *text, size_t width)
{
    for (size_t have = utf8_width(text); have < width; have++)
        buf_char(out, ' ');
}

void
writer_column(struct writer *writer, const struct object *column,
              const struct column_widths *widths)
{
    struct buf *out = &writer->buf;
    const char *name = writer_name(writer, column->name);
    const char *type = writer->ddl->type(writer, column);
    size_t named;
    size_t typed;

    buf_text(out, name);
    named = out->len;
    add_padding(out, name, widths->name);
    if (*type != '\0')
        buf_printf(out, " %s", type);
    typed = out->len;
    add_padding(out, type, widths->type);
    if (*type == '\0' && widths->type > 0)
        buf_char(out, ' ');
    size_t padded = out->len;
    add_column_rest(writer, column);
    if (out->len == padded) {
        out->len = *type != '\0' ? typed : named;
        out->data[out->len] = '\0';
    }
}

void
writer_add_column(struct writer *writer, const struct object *column)
{
    struct buf *out = &writer->buf;
    bool owns = writer_owns_sequence(writer, column);

    if (owns)
        add_sequence_before(writer, column);
    buf_printf(out, "alter table %s add column ",
               writer_qualified(writer, column->owner));
    writer_column(writer, column, &(struct column_widths){0});
    writer_guards(writer, column, " ", "");
    buf_text(out, ";\n");
    if (owns)
        add_sequence_after(writer, column);
    writer_comment(writer, column);
}
