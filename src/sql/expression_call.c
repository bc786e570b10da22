/*
 * Functions and clocks: what both engines have under one name or two.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "sql/expression_build.h"
#include "sql/quote.h"
#include "sql/type_table.h"

enum { MANY = 100, LAST_POINT = 0x10FFFF };

/*
 * Of other functions that have the same name, such as round() of a half and
 * lower() beyond ASCII, the engines differ in what is rare; of those that are
 * not here, such as max() and random(), in more.
 */
static const struct function_row functions[] = {
    {"lower", "lower", "lower", 1, 1, true},
    {"upper", "upper", "upper", 1, 1, true},
    {"length", "length|char_length|character_length", "length", 1, 1, false},
    {"octet_length", "octet_length", "octet_length", 1, 1, false},
    {"btrim", "btrim|trim", "trim", 1, 2, true},
    {"ltrim", "ltrim", "ltrim", 1, 2, true},
    {"rtrim", "rtrim", "rtrim", 1, 2, true},
    {"substr", "substr|substring", "substr|substring", 2, 3, true},
    {"replace", "replace", "replace", 3, 3, true},
    {"strpos", "strpos", "instr", 2, 2, false},
    {"abs", "abs", "abs", 1, 1, false},
    {"round", "round", "round", 1, 2, false},
    {"coalesce", "coalesce", "coalesce|ifnull", 2, MANY, false},
    {"nullif", "nullif", "nullif", 2, 2, false},
};

#define SQLITE_MILLISECONDS "strftime('%Y-%m-%d %H:%M:%f', 'now')"
#define SQLITE_MICROSECONDS SQLITE_MILLISECONDS " || '000'"

/*
 * What SQLite alone has: seconds and milliseconds.  PostgreSQL's differ in the
 * moment, SQLite has that of the statement; "utc" is a timestamp without zone.
 */
static const struct clock_row clocks[] = {
    {"now", 't', "now()", SQLITE_MICROSECONDS},
    {"statement", 't', "statement_timestamp()", SQLITE_MICROSECONDS},
    {"moment", 't', "clock_timestamp()", SQLITE_MICROSECONDS},
    {"utc", 't', "timezone('utc', now())", SQLITE_MICROSECONDS},
    {"local", 't', "localtimestamp", SQLITE_MICROSECONDS},
    {"microseconds", 't', "now()", SQLITE_MICROSECONDS},
    {"milliseconds", 't', "now()", SQLITE_MILLISECONDS},
    {"seconds", 't', "now()", "current_timestamp"},
    {"date", 'd', "current_date", "current_date"},
    {"utc date", 'd', "current_date", "current_date"},
};

#define UUID_PARTS                                     \
    "hex(randomblob(4)) || '-' || hex(randomblob(2))"  \
    " || '-4' || substr(hex(randomblob(2)), 2)"        \
    " || '-' || substr('89ab', 1 + (random() & 3), 1)" \
    " || substr(hex(randomblob(2)), 2)"                \
    " || '-' || hex(randomblob(6))"

const char uuid_on_sqlite[] = "lower(" UUID_PARTS ")";

const struct function_row *
find_function(const char *name)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (strcmp(functions[i].name, name) == 0)
            return &functions[i];
    return NULL;
}

const struct clock_row *
find_clock(const char *name)
{
    for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++)
        if (strcmp(clocks[i].name, name) == 0)
            return &clocks[i];
    return NULL;
}

/* ------------------------------------------------------------------ clocks */

static struct expression *
clock_leaf(const struct builder *builder, const char *name)
{
    return expression_leaf(builder->arena, EXPRESSION_CLOCK, name);
}

static bool
is_text(const struct expression *node, const char *text)
{
    return node->kind == EXPRESSION_TEXT && strcmp(node->text, text) == 0;
}

static bool
is_clock(const struct expression *node, const char *name)
{
    return node->kind == EXPRESSION_CLOCK && strcmp(node->text, name) == 0;
}

struct expression *
clock_of_concat(const struct builder *builder, struct expression *joined)
{
    if (joined != NULL && joined->nargs == 2 &&
        is_clock(joined->args[0], "milliseconds") &&
        is_text(joined->args[1], "000"))
        return clock_leaf(builder, "microseconds");
    return joined;
}

static struct expression *
postgres_clock(const struct builder *builder, const char *name,
               const struct expression_list *list)
{
    static const char *const calls[][2] = {
        {"now", "now"},
        {"transaction_timestamp", "now"},
        {"statement_timestamp", "statement"},
        {"clock_timestamp", "moment"},
    };

    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (list->count == 0 && strcmp(calls[i][0], name) == 0)
            return clock_leaf(builder, calls[i][1]);
    if (strcmp(name, "timezone") == 0 && list->count == 2 &&
        list->items[0]->kind == EXPRESSION_TEXT &&
        strcasecmp(list->items[0]->text, "utc") == 0 &&
        is_clock(list->items[1], "now"))
        return clock_leaf(builder, "utc");
    return NULL;
}

static struct expression *
sqlite_clock(const struct builder *builder, const char *name,
             const struct expression_list *list)
{
    if (list->count == 1 && is_text(list->items[0], "now")) {
        if (strcmp(name, "datetime") == 0)
            return clock_leaf(builder, "seconds");
        if (strcmp(name, "date") == 0)
            return clock_leaf(builder, "utc date");
    }
    if (strcmp(name, "strftime") != 0 || list->count != 2 ||
        !is_text(list->items[1], "now"))
        return NULL;
    if (is_text(list->items[0], "%Y-%m-%d %H:%M:%f"))
        return clock_leaf(builder, "milliseconds");
    if (is_text(list->items[0], "%Y-%m-%d %H:%M:%S"))
        return clock_leaf(builder, "seconds");
    return NULL;
}

struct expression *
build_keyword(const struct builder *builder, const char *word)
{
    static const char *const values[][3] = {
        /* the word, PostgreSQL's clock, SQLite's; "" for no clock */
        {"current_timestamp", "now", "seconds"},
        {"current_date", "date", "utc date"},
        {"current_time", "", ""},
        {"localtimestamp", "local", NULL},
        {"localtime", "", NULL},
        {"current_user", "", NULL},
        {"current_role", "", NULL},
        {"session_user", "", NULL},
        {"user", "", NULL},
        {"current_catalog", "", NULL},
        {"current_schema", "", NULL},
    };
    size_t language = builder->language == LANGUAGE_POSTGRES ? 1 : 2;

    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        const char *clock = values[i][language];

        if (strcmp(values[i][0], word) != 0 || clock == NULL)
            continue;
        if (*clock != '\0')
            return clock_leaf(builder, clock);
        return expression_own(builder->arena, builder_engine(builder),
                              EXPRESSION_KEYWORD, values[i][0], NULL, 0);
    }
    return NULL;
}

/* ------------------------------------------------------------------- uuids */

/* The parts that are made lower case, which is all of it. */
static bool
makes_uuid(const struct builder *builder, const struct expression *node)
{
    const struct expression *parts;

    if (builder->language != LANGUAGE_SQLITE || node->kind != EXPRESSION_CALL ||
        strcmp(node->text, "lower") != 0 ||
        node->args[0]->kind != EXPRESSION_CONCAT)
        return false;
    parts = expression_read(builder->arena, LANGUAGE_SQLITE, UUID_PARTS);
    return expression_is_same(node->args[0], parts);
}

static bool
is_uuid_call(const struct builder *builder, const char *name,
             const struct expression_list *list)
{
    return builder->language == LANGUAGE_POSTGRES && list->count == 0 &&
           (strcmp(name, "gen_random_uuid") == 0 ||
            strcmp(name, "uuid_generate_v4") == 0);
}

/* -------------------------------------------------------------- characters */

static bool
add_character(struct buf *buf, const struct expression *arg)
{
    long point = strtol(arg->text, NULL, 10);
    int more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    static const unsigned char marks[] = {0, 0xC0, 0xE0, 0xF0};

    if (arg->kind != EXPRESSION_NUMBER || strpbrk(arg->text, ".e") != NULL ||
        point < 1 || point > LAST_POINT || (point >= 0xD800 && point <= 0xDFFF))
        return false;
    buf_char(buf, (char)(marks[more] | point >> 6 * more));
    while (more-- > 0)
        buf_char(buf, (char)(0x80 | (point >> 6 * more & 0x3F)));
    return true;
}

/* char(9, 10) is a text with a tab and a newline, chr(9) one with a tab. */
static struct expression *
characters(const struct builder *builder, const char *name,
           const struct expression_list *list)
{
    SCOPED(buf_release) struct buf buf = {0};
    bool sqlite = builder->language == LANGUAGE_SQLITE;

    if (strcmp(name, sqlite ? "char" : "chr") != 0 || list->count == 0 ||
        (!sqlite && list->count > 1))
        return NULL;
    for (size_t i = 0; i < list->count; i++)
        if (!add_character(&buf, list->items[i]))
            return NULL;
    return expression_leaf(builder->arena, EXPRESSION_TEXT,
                           arena_text(builder->arena, buf_data(&buf)));
}

/* --------------------------------------------------------------- functions */

static bool
is_count(const struct expression *node, long least)
{
    return node->kind == EXPRESSION_NUMBER &&
           strpbrk(node->text, ".e-") == NULL &&
           strtol(node->text, NULL, 10) >= least;
}

/* It can't be but a number, which may be any. */
static bool
is_computed(const struct expression *node)
{
    if (node->kind == EXPRESSION_CALL)
        return strcmp(node->text, "length") == 0 ||
               strcmp(node->text, "strpos") == 0;
    return node->kind >= EXPRESSION_ADD && node->kind <= EXPRESSION_NEGATIVE;
}

/*
 * A place before the first character, and a negative length, mean something
 * else on SQLite; substring(x, pattern) is a regular expression.
 */
static bool
is_common_substr(const char *name, const struct expression_list *list)
{
    const struct expression *start = list->items[1];

    if (is_literal(start))
        return is_count(start, 1) &&
               (list->count < 3 || !is_literal(list->items[2]) ||
                is_count(list->items[2], 0));
    return strcmp(name, "substring") != 0 || list->count == 3 ||
           is_computed(start);
}

static const struct function_row *
find_common(const struct builder *builder, const char *name,
            const struct expression_list *list)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        const struct function_row *row = &functions[i];
        bool postgres = builder->language == LANGUAGE_POSTGRES;

        if (!type_is_among(postgres ? row->postgres : row->sqlite, name))
            continue;
        if (list->count < row->least || list->count > row->most ||
            (strcmp(row->name, "substr") == 0 && !is_common_substr(name, list)))
            return NULL;
        return row;
    }
    return NULL;
}

/* A date among dates need not say that it is one. */
static void
settle_texts(struct expression_list *list)
{
    bool all = true;

    for (size_t i = 0; i < list->count; i++)
        all &= is_literal(list->items[i]);
    for (size_t i = 0; i < list->count && !all; i++)
        if (is_typed_text(list->items[i]))
            list->items[i] = list->items[i]->args[0];
}

/* SQLite counts the bytes of a text by length(cast(x as blob)). */
static bool
counts_bytes(const struct builder *builder, const struct function_row *row,
             const struct expression_list *list)
{
    return builder->language == LANGUAGE_SQLITE &&
           strcmp(row->name, "length") == 0 &&
           list->items[0]->kind == EXPRESSION_CAST &&
           strcmp(list->items[0]->text, "bytea") == 0;
}

static struct expression *
common_call(const struct builder *builder, const struct function_row *row,
            struct expression_list *list)
{
    struct expression *node;

    if (counts_bytes(builder, row, list))
        return expression_unary(builder->arena, EXPRESSION_CALL, "octet_length",
                                list->items[0]->args[0]);
    if (strcmp(row->name, "coalesce") == 0 || strcmp(row->name, "nullif") == 0)
        settle_texts(list);
    node = expression_node(builder->arena, EXPRESSION_CALL, row->name,
                           list->items, list->count);
    if (node != NULL && makes_uuid(builder, node))
        return expression_leaf(builder->arena, EXPRESSION_UUID, "");
    return node;
}

/* What is another function's business: left(x, 3) is substr(x, 1, 3). */
static struct expression *
rewritten(const struct builder *builder, const char *name,
          const struct expression_list *list)
{
    bool sqlite = builder->language == LANGUAGE_SQLITE;
    struct expression_list args = {0};

    if (sqlite && strcmp(name, "iif") == 0 && list->count == 3)
        return build_case(builder, NULL, list);
    if (sqlite ||
        (strcmp(name, "left") != 0 && strcmp(name, "\"left\"") != 0) ||
        list->count != 2 || !is_count(list->items[1], 0))
        return NULL;
    expression_add(builder->arena, &args, list->items[0]);
    expression_add(builder->arena, &args, build_number(builder, "1"));
    expression_add(builder->arena, &args, list->items[1]);
    return build_call(builder, "substr", &args);
}

static struct expression *
own_call(const struct builder *builder, const char *name,
         const struct expression_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (is_typed_text(list->items[i]) &&
            strcmp(list->items[i]->text, "regclass") == 0)
            list->items[i] = list->items[i]->args[0];
    return expression_own(builder->arena, builder_engine(builder),
                          EXPRESSION_CALL, name, list->items, list->count);
}

struct expression *
build_call(const struct builder *builder, const char *name,
           const struct expression_list *list)
{
    struct expression_list args = *list;
    const struct function_row *row;
    struct expression *node;

    for (size_t i = 0; i < list->count; i++)
        if (list->items[i] == NULL)
            return NULL;
    if (is_uuid_call(builder, name, list))
        return expression_leaf(builder->arena, EXPRESSION_UUID, "");
    node = build_json_call(builder, name, list);
    if (node == NULL)
        node = characters(builder, name, list);
    if (node == NULL)
        node = builder->language == LANGUAGE_POSTGRES
                   ? postgres_clock(builder, name, list)
                   : sqlite_clock(builder, name, list);
    if (node == NULL)
        node = rewritten(builder, name, list);
    if (node != NULL)
        return node;
    row = find_common(builder, name, list);
    return row ? common_call(builder, row, &args)
               : own_call(builder, name, &args);
}
