#include "schema/enum_guard.h"

#include <string.h>

#include "base/buf.h"
#include "db/token.h"
#include "schema/guard.h"
#include "sql/quote.h"
#include "sql/type.h"

static bool
is_kind(const struct token *token, enum token_kind kind)
{
    return token->kind == kind && token->closed;
}

/*
 * The name of the enum that is a column's type.  One in capitals is none, but
 * a type of SQLite's that the table of types does not have.
 */
static const char *
enum_name(struct arena *arena, const char *type)
{
    struct tokens tokens = {.at = type};
    struct token token;
    struct token more;

    if (type == NULL || type_is_known(type) || !token_next(&tokens, &token) ||
        token_next(&tokens, &more))
        return NULL;
    if (is_kind(&token, TOKEN_NAME))
        return token_name(arena, &token);
    if (token.kind != TOKEN_WORD)
        return NULL;
    for (size_t i = 0; i < token.len; i++)
        if (token.text[i] >= 'A' && token.text[i] <= 'Z')
            return NULL;
    return token_name(arena, &token);
}

/* COLUMN in ('a', 'b'): 'a', 'b', or NULL. */
static const char *
read_labels(struct arena *arena, const char *expression)
{
    SCOPED(buf_release) struct buf labels = {0};
    struct tokens tokens = {.at = expression};
    struct token token;
    bool has_column = token_next(&tokens, &token);

    if (!has_column || !token_next(&tokens, &token) ||
        !token_is(&token, "in") || !token_next(&tokens, &token) ||
        !token_is(&token, "("))
        return NULL;
    do {
        if (!token_next(&tokens, &token) || !is_kind(&token, TOKEN_TEXT) ||
            *token.text != '\'')
            return NULL;
        buf_printf(&labels, "%s%.*s", labels.len > 0 ? ", " : "",
                   (int)token.len, token.text);
    } while (token_next(&tokens, &token) && token_is(&token, ","));
    if (!token_is(&token, ")") || token_next(&tokens, &token))
        return NULL;
    return arena_text(arena, buf_data(&labels));
}

static void
read_column(struct schema *schema, const struct object *column)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *name = enum_name(&arena, column->text[ATTRIBUTE_TYPE]);
    const struct object *check;
    const char *labels;
    struct object *labelled;

    if (name == NULL || schema_find(schema, OBJECT_ENUM, NULL, name) != NULL)
        return;
    check = object_find(column->owner, OBJECT_CHECK,
                        guard_name(&arena, column, "enum"));
    if (check == NULL)
        return;
    labels = read_labels(&schema->arena, check->text[ATTRIBUTE_EXPRESSION]);
    if (labels == NULL)
        return;
    labelled = schema_add(schema, OBJECT_ENUM, NULL, name);
    labelled->language = LANGUAGE_SQLITE;
    labelled->place = column->place;
    labelled->text[ATTRIBUTE_LABELS] = labels;
}

void
enum_guards_read(struct schema *schema, const struct object *table)
{
    for (size_t i = 0; i < table->nchildren; i++)
        if (table->children[i]->kind == OBJECT_COLUMN)
            read_column(schema, table->children[i]);
}
