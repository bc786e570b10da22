/*
 * Types of columns, and the lists of options that go with sequences, tables
 * and indexes.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "schema/parse_part.h"
#include "sql/quote.h"
#include "sql/type.h"

/* (255), (10, 2): whatever stands in it, if it stands there. */
static bool
skip_modifier(struct parser *parser)
{
    return !parse_is(parser, "(") || parse_parenthesised(parser) != NULL;
}

/* ------------------------------------------------------------- PostgreSQL */

/* Number types with a sequence: what they are without it. */
static const struct {
    const char *name;
    const char *type;
} serials[] = {
    {"serial", "integer"}, {"serial4", "integer"},      {"bigserial", "bigint"},
    {"serial8", "bigint"}, {"smallserial", "smallint"}, {"serial2", "smallint"},
};

static bool
accept_serial(struct parser *parser, struct object *column)
{
    for (size_t i = 0; i < sizeof serials / sizeof *serials; i++) {
        if (!parse_accept(parser, serials[i].name))
            continue;
        column->text[ATTRIBUTE_TYPE] = serials[i].type;
        column->text[ATTRIBUTE_IDENTITY] = "auto";
        column->text[ATTRIBUTE_NOT_NULL] = "yes";
        if (parser->source.common)
            (void)parse_mention(parser, MENTION_SERIAL, column, NULL, NULL,
                                parser->at - 1);
        return true;
    }
    return false;
}

static bool
skip_time(struct parser *parser)
{
    return skip_modifier(parser) &&
           (parse_accept(parser, "with time zone") ||
            parse_accept(parser, "without time zone") || true);
}

/* interval day to second (3) */
static bool
skip_interval(struct parser *parser)
{
    static const char *const fields[] = {"year", "month",  "day",
                                         "hour", "minute", "second"};

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (parse_accept(parser, fields[i])) {
            if (parse_accept(parser, "to"))
                parser->at += !parse_at_end(parser);
            break;
        }
    return skip_modifier(parser);
}

/* One of those that have a grammar of their own; false: it is none. */
static bool
skip_special(struct parser *parser, bool *failed)
{
    static const char *const varying[] = {
        "character",          "char",         "nchar", "bit",
        "national character", "national char"};

    *failed = false;
    if (parse_accept(parser, "double precision"))
        return true;
    if (parse_accept(parser, "timestamp") || parse_accept(parser, "time"))
        return *failed = !skip_time(parser), true;
    if (parse_accept(parser, "interval"))
        return *failed = !skip_interval(parser), true;
    for (size_t i = 0; i < sizeof varying / sizeof *varying; i++)
        if (parse_accept(parser, varying[i])) {
            (void)parse_accept(parser, "varying");
            *failed = !skip_modifier(parser);
            return true;
        }
    return false;
}

/* text[], text[3], text array: how many dimensions is not kept by any engine */
static bool
skip_array(struct parser *parser, bool *array)
{
    *array = parse_accept(parser, "array");
    while (parse_accept(parser, "[")) {
        *array = true;
        if (parser->at->token.kind == TOKEN_NUMBER)
            parser->at++;
        if (!parse_expect(parser, "]"))
            return false;
    }
    return true;
}

/* A type that SQLite has, or one for PostgreSQL alone. */
static bool
check_common_type(struct parser *parser, const struct lexeme *at,
                  const char *type)
{
    return type_is_known(type) ||
           parse_common(parser, at,
                        arena_printf(&parser->scratch,
                                     "form of type '%s' that would keep its "
                                     "values",
                                     type));
}

/*
 * The name of a type as the model has it: of one in the table of types, or as
 * SQL writes it.  BARE: it is one word without quotes, for "char" in quotes is
 * another type than char.  MODIFIER is "(255)" or "".
 */
static const char *
type_name(struct parser *parser, const char *schema, const char *name,
          bool bare, const char *modifier)
{
    struct arena *arena = &parser->schema->arena;
    const char *plain = type_canonical(
        arena, LANGUAGE_POSTGRES, arena_printf(arena, "%s%s", name, modifier));

    if (bare && type_is_known(plain))
        return plain;
    name = sql_type_name(arena, name);
    if (schema != NULL)
        name = arena_printf(arena, "%s.%s", sql_name(arena, schema), name);
    return type_canonical(arena, LANGUAGE_POSTGRES,
                          arena_printf(arena, "%s%s", name, modifier));
}

/* A type by its name, which may be the user's. */
static bool
read_named_type(struct parser *parser, struct object *column)
{
    const struct lexeme *at = parser->at;
    const char *schema;
    const char *name = parse_qualified(parser, "a type", &schema);
    const struct lexeme *end = parser->at;
    const char *type;
    bool array;
    bool bare;

    if (name == NULL || !skip_modifier(parser))
        return false;
    if (schema != NULL && strcmp(schema, "pg_catalog") == 0)
        schema = NULL;
    bare = schema == NULL && end[-1].token.kind == TOKEN_WORD;
    type = type_name(parser, schema, name, bare, parse_slice(parser, end));
    if (!skip_array(parser, &array) ||
        (array && !parse_common(parser, at, "arrays")))
        return false;
    if (!type_is_known(type))
        (void)parse_mention(parser, MENTION_TYPE, column, schema, name, at);
    column->text[ATTRIBUTE_TYPE] =
        array ? arena_printf(&parser->schema->arena, "%s[]", type) : type;
    return true;
}

static bool
read_postgres_type(struct parser *parser, struct object *column)
{
    const struct lexeme *at = parser->at;
    bool failed;
    bool array;

    if (accept_serial(parser, column))
        return true;
    if (!skip_special(parser, &failed))
        return read_named_type(parser, column);
    if (failed || !skip_array(parser, &array))
        return false;
    column->text[ATTRIBUTE_TYPE] = type_canonical(
        &parser->schema->arena, LANGUAGE_POSTGRES, parse_slice(parser, at));
    return check_common_type(parser, at, column->text[ATTRIBUTE_TYPE]);
}

/* ----------------------------------------------------------------- SQLite */

/* Take WORD off the end of TEXT, and blanks before it. */
static bool
drop_word(char *text, const char *word)
{
    size_t len = strlen(text);
    size_t word_len = strlen(word);

    if (len < word_len || strcasecmp(text + len - word_len, word) != 0)
        return false;
    for (len -= word_len; len > 0 && strchr(" \t\r\n\f\v", text[len - 1]);)
        len--;
    text[len] = '\0';
    return true;
}

/*
 * The words of "generated always as" are words of the type until the last one
 * is read; SQLite takes them off by what the type ends with.
 */
static void
drop_generated(char *text)
{
    if (strlen(text) >= strlen("generated always") && drop_word(text, "always"))
        (void)drop_word(text, "generated");
}

/* (10), (-1, +2) */
static bool
skip_signed_numbers(struct parser *parser)
{
    if (!parse_accept(parser, "("))
        return true;
    do {
        if (!parse_accept(parser, "-"))
            (void)parse_accept(parser, "+");
        if (parser->at->token.kind != TOKEN_NUMBER)
            return parse_fail_expected(parser, "a number");
        parser->at++;
    } while (parse_accept(parser, ","));
    return parse_expect(parser, ")");
}

/*
 * SQLite takes the first and the last character for the quotes of a type if no
 * other ones are in it, and else what is in the first quotes for all of it.
 */
static const char *
without_quotes(struct arena *arena, char *text)
{
    static const char quotes[] = "\"'`[";
    size_t len = strlen(text);
    const struct token token = {.kind = TOKEN_NAME, .text = text, .len = len};

    if (len < 2 || strchr(quotes, *text) == NULL)
        return text;
    if (strcspn(text + 1, quotes) < len - 2)
        return token_name(arena, &token);
    text[len - 1] = '\0';
    return text + 1;
}

/* Any words, or none. */
static bool
read_sqlite_type(struct parser *parser, struct object *column)
{
    const struct lexeme *at = parser->at;
    struct arena *arena = &parser->schema->arena;
    char *words;
    const char *type;

    while (parse_at_name(parser))
        parser->at++;
    if (parser->at > at && !skip_signed_numbers(parser))
        return false;
    words = arena_text(arena, parse_slice(parser, at));
    drop_generated(words);
    type = without_quotes(arena, words);
    if (strcasecmp(type, "integer") == 0)
        names_add(&parser->names, NAME_INTEGER, column->owner, NULL, column);
    column->text[ATTRIBUTE_TYPE] = type_canonical(arena, LANGUAGE_SQLITE, type);
    return true;
}

bool
parse_type(struct parser *parser, struct object *column)
{
    return parse_is_postgres(parser) ? read_postgres_type(parser, column)
                                     : read_sqlite_type(parser, column);
}
