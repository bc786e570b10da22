/*
 * JSON: PostgreSQL's operators take one key at a time, SQLite's functions a
 * path.
 *
 *     jsonb_typeof(m -> 'a' -> 0) = 'string'     json_type(m, '$.a[0]') =
 * 'text' m ->> 'a'                                  json_extract(m, '$.a')
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "sql/expression_build.h"
#include "sql/type_table.h"

/* ------------------------------------------------------------------- words */

struct json_word {
    const char *postgres;
    const char *sqlite;
};

static const struct json_word words[] = {
    {"string", "text"}, {"number", "integer|real"}, {"boolean", "true|false"},
    {"null", "null"},   {"array", "array"},         {"object", "object"},
};

enum { WORDS = sizeof words / sizeof *words };

const char *
json_words(const char *word)
{
    for (size_t i = 0; i < WORDS; i++)
        if (strcmp(words[i].postgres, word) == 0)
            return words[i].sqlite;
    return NULL;
}

static bool
is_in_list(const struct expression_list *list, const char *word, size_t len)
{
    for (size_t i = 1; i < list->count; i++)
        if (strlen(list->items[i]->text) == len &&
            strncmp(list->items[i]->text, word, len) == 0)
            return true;
    return false;
}

/* LIST has all of the words between the bars. */
static bool
has_all(const struct expression_list *list, const char *sqlite)
{
    while (*sqlite != '\0') {
        size_t len = strcspn(sqlite, "|");

        if (!is_in_list(list, sqlite, len))
            return false;
        sqlite += len + (sqlite[len] == '|');
    }
    return true;
}

/* The row of WORDS that a word of json_type() is in, or -1. */
static int
word_row(const struct expression *item)
{
    for (int i = 0; i < WORDS && item->kind == EXPRESSION_TEXT; i++)
        if (type_is_among(words[i].sqlite, item->text))
            return i;
    return -1;
}

/* ------------------------------------------------------------------- paths */

static struct expression *promoted(const struct builder *builder,
                                   struct expression *node);

static struct expression *
with_key(const struct builder *builder, enum expression_kind kind,
         struct expression *document, struct expression *key)
{
    struct expression_list args = {0};
    bool deeper;

    document = promoted(builder, document);
    deeper = document->kind == EXPRESSION_JSON_GET;
    if (document->nargs > EXPRESSION_DEPTH)
        return NULL;
    for (size_t i = 0; deeper && i < document->nargs; i++)
        expression_add(builder->arena, &args, document->args[i]);
    if (!deeper)
        expression_add(builder->arena, &args, document);
    expression_add(builder->arena, &args, key);
    return expression_node(builder->arena, kind,
                           kind == EXPRESSION_JSON_TYPE ? "jsonb" : "",
                           args.items, args.count);
}

/* What names a member without quotes: nothing that a path gives a meaning. */
static size_t
plain_key_len(const char *key)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

    return *key >= '0' && *key <= '9' ? 0 : strspn(key, letters);
}

/*
 * What may stand in quotes: SQLite looks for a key as JSON spells it, and can't
 * see all spellings.
 */
static size_t
quoted_key_len(const char *key)
{
    const char *at = key;

    while ((unsigned char)*at >= 0x20 && *at != '"' && *at != '\\')
        at++;
    return (size_t)(at - key);
}

/* .key or ."key" at AT, behind the point. */
static const char *
read_member(struct arena *arena, const char *at, const char **key)
{
    bool quoted = *at == '"';
    size_t len = quoted ? quoted_key_len(at + 1) : plain_key_len(at);

    if (quoted)
        at++;
    if (len == 0 || (quoted && at[len] != '"'))
        return NULL;
    *key = arena_copy(arena, at, len);
    return at + len + quoted;
}

/* [0] or [#-1] at AT, behind the bracket; from the end PostgreSQL counts -1. */
static const char *
read_index(struct arena *arena, const char *at, const char **key)
{
    bool from_end = at[0] == '#' && at[1] == '-';
    const char *digits = at + (from_end ? 2 : 0);
    size_t len = strspn(digits, "0123456789");

    if (len == 0 || len > 9 || digits[len] != ']' ||
        (from_end && *digits == '0'))
        return NULL;
    *key = arena_printf(arena, "%s%.*s", from_end ? "-" : "", (int)len, digits);
    return digits + len + 1;
}

static bool
is_plain_key(const char *key)
{
    return *key != '\0' && plain_key_len(key) == strlen(key);
}

static bool
add_path_key(struct buf *path, const struct expression *key)
{
    const char *text = key->text;

    if (key->kind == EXPRESSION_NUMBER) {
        buf_printf(path, *text == '-' ? "[#%s]" : "[%s]", text);
        return true;
    }
    if (text[quoted_key_len(text)] != '\0')
        return false;
    buf_printf(path, is_plain_key(text) ? ".%s" : ".\"%s\"", text);
    return *text != '\0';
}

const char *
json_path(struct arena *arena, const struct expression *node)
{
    SCOPED(buf_release) struct buf path = {0};

    buf_char(&path, '$');
    for (size_t i = 1; i < node->nargs; i++)
        if (!add_path_key(&path, node->args[i]))
            return NULL;
    return arena_text(arena, buf_data(&path));
}

/* NULL if PATH can't be read. */
static struct expression *
path_of(const struct builder *builder, enum expression_kind kind,
        struct expression *document, const struct expression *path)
{
    const char *at = path->text + 1;
    const char *key = NULL;

    if (path->kind != EXPRESSION_TEXT || path->text[0] != '$' || *at == '\0')
        return NULL;
    while (document != NULL && *at != '\0') {
        bool index = *at == '[';
        struct expression *leaf;

        if (index)
            at = read_index(builder->arena, at + 1, &key);
        else
            at = *at == '.' ? read_member(builder->arena, at + 1, &key) : NULL;
        if (at == NULL)
            return NULL;
        leaf = index ? build_number(builder, key)
                     : expression_leaf(builder->arena, EXPRESSION_TEXT, key);
        document =
            with_key(builder, *at ? EXPRESSION_JSON_GET : kind, document, leaf);
    }
    return document;
}

static bool
is_index(const struct expression *key)
{
    return key->kind == EXPRESSION_NUMBER && strpbrk(key->text, ".e") == NULL &&
           strlen(key->text) < 10;
}

/* x -> 'k' on SQLite is x -> '$.k', and x -> '0' is x -> 0. */
static struct expression *
json_on_sqlite(const struct builder *builder, enum expression_kind kind,
               struct expression *document, struct expression *key)
{
    if (key->kind == EXPRESSION_TEXT && *key->text == '$')
        return path_of(builder, kind, document, key);
    if ((key->kind == EXPRESSION_TEXT && is_plain_key(key->text)) ||
        is_index(key))
        return with_key(builder, kind, document, key);
    return NULL;
}

/*
 * What -> gives is a text on SQLite and none on PostgreSQL, so it is SQLite's
 * own until something is asked of it that is the same on both.
 */
static struct expression *
promoted(const struct builder *builder, struct expression *node)
{
    struct expression *json = NULL;

    if (node->kind == EXPRESSION_OPERATOR && node->only == ENGINE_SQLITE &&
        strcmp(node->text, "->") == 0)
        json = json_on_sqlite(builder, EXPRESSION_JSON_GET, node->args[0],
                              node->args[1]);
    else if (node->kind == EXPRESSION_CALL && node->only == ENGINE_SQLITE &&
             strcmp(node->text, "json_extract") == 0 && node->nargs == 2)
        json = path_of(builder, EXPRESSION_JSON_TEXT, node->args[0],
                       node->args[1]);
    return json ? json : node;
}

struct expression *
build_json(const struct builder *builder, enum expression_kind kind,
           struct expression *document, struct expression *key)
{
    bool get = kind == EXPRESSION_JSON_GET;
    struct expression *node = NULL;

    if (document == NULL || key == NULL)
        return NULL;
    if (builder->language == LANGUAGE_POSTGRES) {
        if (key->kind == EXPRESSION_TEXT || is_index(key))
            node = with_key(builder, kind, document, key);
    } else if (!get) {
        node = json_on_sqlite(builder, kind, document, key);
    }
    return node ? node
                : build_operator(builder, get ? "->" : "->>", document, key);
}

/* The type of what stands at NODE. */
static struct expression *
typed(const struct builder *builder, const char *json, struct expression *node)
{
    if (node->kind == EXPRESSION_JSON_GET)
        return expression_node(builder->arena, EXPRESSION_JSON_TYPE, json,
                               node->args, node->nargs);
    return expression_unary(builder->arena, EXPRESSION_JSON_TYPE, json, node);
}

struct expression *
build_json_call(const struct builder *builder, const char *name,
                const struct expression_list *list)
{
    bool jsonb = strcmp(name, "jsonb_typeof") == 0;

    if (builder->language == LANGUAGE_SQLITE)
        return strcmp(name, "json_extract") == 0 && list->count == 2
                   ? path_of(builder, EXPRESSION_JSON_TEXT, list->items[0],
                             list->items[1])
                   : NULL;
    if (list->count != 1 || (!jsonb && strcmp(name, "json_typeof") != 0))
        return NULL;
    return typed(builder, jsonb ? "jsonb" : "json", list->items[0]);
}

/* --------------------------------------------------------------- json_type */

static bool
is_sqlite_type(const struct expression *node)
{
    return node->kind == EXPRESSION_CALL && node->only == ENGINE_SQLITE &&
           strcmp(node->text, "json_type") == 0 &&
           (node->nargs == 1 || node->nargs == 2);
}

struct expression *
json_type_of(const struct builder *builder, struct expression *node)
{
    struct expression *type = NULL;

    if (node == NULL)
        return NULL;
    if (is_sqlite_type(node))
        type = node->nargs == 1
                   ? typed(builder, "jsonb", promoted(builder, node->args[0]))
                   : path_of(builder, EXPRESSION_JSON_TYPE, node->args[0],
                             node->args[1]);
    /* What is not there has no type; JSON's null is there. */
    else if (promoted(builder, node)->kind == EXPRESSION_JSON_GET)
        type = typed(builder, "jsonb", promoted(builder, node));
    return type ? type : node;
}

struct expression *
build_json_type_in(const struct builder *builder,
                   const struct expression_list *list)
{
    struct expression_list out = {0};
    struct expression *type = list->items[0];
    bool seen[WORDS] = {false};

    if (!is_sqlite_type(type))
        return NULL;
    type = json_type_of(builder, type);
    if (type->kind != EXPRESSION_JSON_TYPE)
        return NULL;
    expression_add(builder->arena, &out, type);
    for (size_t i = 1; i < list->count; i++) {
        int row = word_row(list->items[i]);

        if (row < 0 || !has_all(list, words[row].sqlite))
            return NULL;
        if (!seen[row])
            expression_add(builder->arena, &out,
                           expression_leaf(builder->arena, EXPRESSION_TEXT,
                                           words[row].postgres));
        seen[row] = true;
    }
    return build_in(builder, &out, false);
}

/* ----------------------------------------------------------------- numbers */

/* ITEM says that something in JSON is a number: which. */
static const struct expression *
number_in(const struct expression *item)
{
    if (item == NULL || item->kind != EXPRESSION_EQUAL ||
        item->args[0]->kind != EXPRESSION_JSON_TYPE ||
        item->args[1]->kind != EXPRESSION_TEXT ||
        strcmp(item->args[1]->text, "number") != 0)
        return NULL;
    return item->args[0];
}

static bool
is_place(const struct expression *text, const struct expression *place)
{
    if (text->kind != EXPRESSION_JSON_TEXT || text->nargs != place->nargs)
        return false;
    for (size_t i = 0; i < text->nargs; i++)
        if (!expression_is_same(text->args[i], place->args[i]))
            return false;
    return true;
}

/* A comparison of what stands at PLACE with a number, the former cast. */
static struct expression *
cast_number(const struct builder *builder, struct expression *item,
            const struct expression *place)
{
    struct expression **args;
    struct expression *text;

    if (item == NULL || item->kind < EXPRESSION_EQUAL ||
        item->kind > EXPRESSION_GREATER_EQUAL ||
        item->args[1]->kind != EXPRESSION_NUMBER)
        return item;
    text = promoted(builder, item->args[0]);
    if (!is_place(text, place))
        return item;
    args = arena_array(builder->arena, 2, sizeof *args);
    args[0] =
        expression_unary(builder->arena, EXPRESSION_CAST, "numeric", text);
    args[1] = item->args[1];
    return expression_with(builder->arena, item, args);
}

void
json_cast_numbers(const struct builder *builder, struct expression_list *list)
{
    enum { GUARDS = 16 }; /* more are not looked for: this is quadratic */
    int guards = 0;

    for (size_t i = 0; i < list->count && guards < GUARDS; i++) {
        const struct expression *place = number_in(list->items[i]);

        if (place == NULL)
            continue;
        guards++;
        for (size_t j = 0; j < list->count; j++)
            list->items[j] = cast_number(builder, list->items[j], place);
    }
}
