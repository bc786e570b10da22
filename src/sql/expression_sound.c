/*
 * Comparisons that the engines decide differently.
 */
#include <string.h>

#include "sql/expression_build.h"

/*
 * json_extract() gives a number or a flag as such, ->> gives their text: as
 * long as a text is looked for that is neither, that is no difference.
 */
static bool
is_plain_text(const struct expression *node)
{
    const char *text = node->text;

    return node->kind == EXPRESSION_TEXT && (*text < '0' || *text > '9') &&
           *text != '-' && *text != '{' && *text != '[' &&
           strcmp(text, "true") != 0 && strcmp(text, "false") != 0;
}

static bool
has_json_text(const struct expression *node)
{
    for (size_t i = 0; i < node->nargs; i++)
        if (node->args[i]->kind == EXPRESSION_JSON_TEXT)
            return true;
    return false;
}

static bool
is_json_text_sound(const struct expression *node)
{
    if (!has_json_text(node))
        return true;
    if (node->kind != EXPRESSION_EQUAL && node->kind != EXPRESSION_NOT_EQUAL &&
        node->kind != EXPRESSION_SAME && node->kind != EXPRESSION_IN)
        return false;
    for (size_t i = 1; i < node->nargs; i++)
        if (!is_plain_text(node->args[i]))
            return false;
    return true;
}

/*
 * A moment as PostgreSQL writes it, such as '2024-02-29 12:00:00+01'.  Those
 * are texts on SQLite, and in the one form that sorts as they do: with six
 * digits of a second, and in UTC.  A day is the same on both.
 */
static bool
is_moment(const struct expression *node)
{
    const char *text = node->text;
    size_t year = strspn(text, "0123456789");

    return node->kind == EXPRESSION_TEXT && year >= 4 && text[year] == '-' &&
           strchr(text, ':') != NULL &&
           (strlen(text) != 26 || text[10] != ' ' || text[19] != '.' ||
            strspn(text + 20, "0123456789") != 6);
}

static bool
are_moments_sound(const struct expression *node)
{
    if (node->args[0]->kind != EXPRESSION_COLUMN)
        return true;
    for (size_t i = 1; i < node->nargs; i++)
        if (is_moment(node->args[i]) && node->args[i]->only != ENGINE_SQLITE)
            return false;
    return true;
}

static bool
is_comparison(const struct expression *node)
{
    return node->kind == EXPRESSION_IN || node->kind == EXPRESSION_SAME ||
           (node->kind >= EXPRESSION_EQUAL &&
            node->kind <= EXPRESSION_GREATER_EQUAL);
}

bool
is_sound_on_sqlite(const struct expression *node)
{
    return !is_comparison(node) ||
           (is_json_text_sound(node) && are_moments_sound(node));
}

/* json_extract(m, '$.a') as a function that PostgreSQL does not have. */
static struct expression *
own_json_text(const struct builder *builder, struct expression *node)
{
    const char *path = json_path(builder->arena, node);
    struct expression **args = arena_array(builder->arena, 2, sizeof *args);

    if (path == NULL)
        return NULL;
    args[0] = node->args[0];
    args[1] = expression_leaf(builder->arena, EXPRESSION_TEXT, path);
    return expression_own(builder->arena, ENGINE_SQLITE, EXPRESSION_CALL,
                          "json_extract", args, 2);
}

static struct expression *
own_operand(const struct builder *builder, struct expression *node, bool json,
            bool moment)
{
    if (json && node->kind == EXPRESSION_JSON_TEXT)
        return own_json_text(builder, node);
    if (moment && is_moment(node))
        return expression_own(builder->arena, ENGINE_SQLITE, EXPRESSION_TEXT,
                              node->text, NULL, 0);
    return node;
}

struct expression *
build_sound(const struct builder *builder, struct expression *node)
{
    struct expression **args;

    if (node == NULL || builder->language != LANGUAGE_SQLITE ||
        is_sound_on_sqlite(node))
        return node;
    args = arena_array(builder->arena, node->nargs, sizeof *args);
    for (size_t i = 0; i < node->nargs; i++)
        args[i] = own_operand(builder, node->args[i], !is_json_text_sound(node),
                              !are_moments_sound(node));
    return expression_with(builder->arena, node, args);
}
