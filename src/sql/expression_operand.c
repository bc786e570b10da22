/*
 * What an operand may be: a literal, a column, a call.
 */
#include <ctype.h>
#include <string.h>

#include "sql/expression_reader.h"
#include "sql/quote.h"
#include "sql/type.h"

/* ------------------------------------------------------------------- calls */

/* Behind CAST. */
static struct expression *
read_cast_call(struct reader *reader)
{
    struct expression *arg;
    const char *type;

    if (!reader_accept(reader, "("))
        return NULL;
    arg = read_expression(reader, 0);
    if (arg == NULL || !reader_accept(reader, "as"))
        return NULL;
    type = read_type(reader);
    if (type == NULL || !reader_accept(reader, ")"))
        return NULL;
    return build_cast(&reader->builder, arg, type);
}

bool
read_list(struct reader *reader, struct expression_list *list,
          const char *closes)
{
    if (reader_accept(reader, closes))
        return true;
    do {
        struct expression *item = read_expression(reader, 0);

        if (item == NULL)
            return false;
        expression_add(reader->builder.arena, list, item);
    } while (reader_accept(reader, ","));
    return reader_accept(reader, closes);
}

/* trim([both] [characters] from x), and what the function is called. */
static const char *
read_trim(struct reader *reader, struct expression_list *list)
{
    struct arena *arena = reader->builder.arena;
    struct expression *characters = NULL;
    const char *name = "btrim";

    if (reader_accept(reader, "leading"))
        name = "ltrim";
    else if (reader_accept(reader, "trailing"))
        name = "rtrim";
    else
        (void)reader_accept(reader, "both");
    if (!reader_is(reader, "from"))
        characters = read_expression(reader, 0);
    if (reader_accept(reader, "from"))
        expression_add(arena, list, read_expression(reader, 0));
    if (characters != NULL)
        expression_add(arena, list, characters);
    if (reader_accept(reader, ","))
        return read_list(reader, list, ")") ? name : NULL;
    return reader_accept(reader, ")") ? name : NULL;
}

/* substring(x from 1 for 2) */
static const char *
read_substring(struct reader *reader, struct expression_list *list)
{
    struct arena *arena = reader->builder.arena;
    struct expression *length;

    expression_add(arena, list, read_expression(reader, 0));
    if (reader_accept(reader, ","))
        return read_list(reader, list, ")") ? "substring" : NULL;
    if (reader_accept(reader, "from"))
        expression_add(arena, list, read_expression(reader, 0));
    if (reader_accept(reader, "for")) {
        length = read_expression(reader, 0);
        if (list->count == 1)
            expression_add(arena, list, build_number(&reader->builder, "1"));
        expression_add(arena, list, length);
    }
    return list->count > 1 && reader_accept(reader, ")") ? "substring" : NULL;
}

/* position(part in x), whose operands are not to be taken for an IN */
static const char *
read_position(struct reader *reader, struct expression_list *list)
{
    enum { ABOVE_IN = 7 };
    struct expression *part = read_expression(reader, ABOVE_IN);

    if (!reader_accept(reader, "in"))
        return NULL;
    expression_add(reader->builder.arena, list,
                   read_expression(reader, ABOVE_IN));
    expression_add(reader->builder.arena, list, part);
    return reader_accept(reader, ")") ? "strpos" : NULL;
}

/* Behind the opening parenthesis. */
static struct expression *
read_arguments(struct reader *reader, const char *name)
{
    struct expression_list list = {0};

    if (reader_is_postgres(reader) && strcmp(name, "trim") == 0)
        name = read_trim(reader, &list);
    else if (reader_is_postgres(reader) && strcmp(name, "substring") == 0)
        name = read_substring(reader, &list);
    else if (reader_is_postgres(reader) && strcmp(name, "position") == 0)
        name = read_position(reader, &list);
    else if (!read_list(reader, &list, ")"))
        return NULL;
    return name ? build_call(&reader->builder, name, &list) : NULL;
}

/* ------------------------------------------------------------------- words */

/*
 * What no column is called without quotes; most of it begins or continues
 * something that is not understood.
 */
static bool
is_reserved(const struct reader *reader, const char *word)
{
    static const char *const both[] = {
        "all",      "and",    "as",      "between", "case", "cast",  "collate",
        "distinct", "else",   "end",     "exists",  "from", "in",    "is",
        "isnull",   "not",    "notnull", "null",    "or",   "order", "select",
        "then",     "values", "when",    "where",   NULL};
    static const char *const postgres[] = {
        "any",       "array", "asymmetric", "default",  "false",
        "for",       "like",  "ilike",      "similar",  "some",
        "symmetric", "true",  "with",       "variadic", NULL};

    for (size_t i = 0; both[i] != NULL; i++)
        if (strcmp(both[i], word) == 0)
            return true;
    for (size_t i = 0; reader_is_postgres(reader) && postgres[i] != NULL; i++)
        if (strcmp(postgres[i], word) == 0)
            return true;
    return false;
}

/* date '2024-02-29' */
static struct expression *
read_typed_text(struct reader *reader, const char *type)
{
    struct arena *arena = reader->builder.arena;
    const char *text;

    type = type_canonical(arena, LANGUAGE_POSTGRES, type);
    if (!type_is_known(type) && strcmp(type, "interval") != 0)
        return NULL;
    text = token_string(arena, &reader->token);
    if (text == NULL)
        return NULL;
    reader_advance(reader);
    return build_cast(&reader->builder,
                      expression_leaf(arena, EXPRESSION_TEXT, text), type);
}

/* A name, perhaps behind that of its table or schema; a call of it. */
static struct expression *
read_named(struct reader *reader, const char *name)
{
    struct arena *arena = reader->builder.arena;
    const char *qualifier = NULL;

    if (reader_accept(reader, ".")) {
        qualifier = name;
        name = reader_name(reader);
    }
    if (name == NULL || reader_is(reader, "."))
        return NULL;
    if (!reader_accept(reader, "("))
        return expression_leaf(arena, EXPRESSION_COLUMN, name);
    if (qualifier != NULL && strcmp(qualifier, "pg_catalog") != 0)
        name = arena_printf(arena, "%s.%s", sql_name(arena, qualifier),
                            sql_name(arena, name));
    else if (sql_name(arena, name)[0] == '"')
        name = sql_name(arena, name);
    return read_arguments(reader, name);
}

/* case [x] when y then z ... [else z] end */
static struct expression *
read_case(struct reader *reader)
{
    struct arena *arena = reader->builder.arena;
    struct expression_list list = {0};
    struct expression *operand = NULL;

    if (!reader_is(reader, "when")) {
        operand = read_expression(reader, 0);
        if (operand == NULL)
            return NULL;
    }
    while (reader_accept(reader, "when")) {
        expression_add(arena, &list, read_expression(reader, 0));
        if (!reader_accept(reader, "then"))
            return NULL;
        expression_add(arena, &list, read_expression(reader, 0));
    }
    if (list.count == 0)
        return NULL;
    if (reader_accept(reader, "else"))
        expression_add(arena, &list, read_expression(reader, 0));
    return reader_accept(reader, "end")
               ? build_case(&reader->builder, operand, &list)
               : NULL;
}

/* Behind ARRAY; an empty one has no type of its own. */
static struct expression *
read_array(struct reader *reader)
{
    struct expression_list list = {0};

    if (!reader_accept(reader, "[") || !read_list(reader, &list, "]") ||
        list.count == 0)
        return NULL;
    return expression_own(reader->builder.arena, ENGINE_POSTGRES,
                          EXPRESSION_ARRAY, "", list.items, list.count);
}

static struct expression *
read_word(struct reader *reader)
{
    struct builder *builder = &reader->builder;
    const char *word = reader_name(reader);
    struct expression *keyword;

    if (strcmp(word, "null") == 0)
        return expression_leaf(builder->arena, EXPRESSION_NULL, "");
    if ((strcmp(word, "true") == 0 || strcmp(word, "false") == 0) &&
        !reader_is(reader, "("))
        return expression_leaf(builder->arena, EXPRESSION_BOOLEAN, word);
    if (strcmp(word, "case") == 0)
        return read_case(reader);
    if (strcmp(word, "cast") == 0)
        return read_cast_call(reader);
    if (reader_is_postgres(reader) && strcmp(word, "array") == 0)
        return read_array(reader);
    keyword = build_keyword(builder, word);
    if (keyword != NULL)
        return reader_is(reader, "(") || reader_is(reader, ".") ? NULL
                                                                : keyword;
    if (reader_is_postgres(reader) && reader_is_kind(reader, TOKEN_TEXT))
        return read_typed_text(reader, word);
    if (is_reserved(reader, word) ||
        (strcmp(word, "row") == 0 && reader_is(reader, "(")))
        return NULL;
    return read_named(reader, word);
}

/* ---------------------------------------------------------------- operands */

/* x'00ff' is a blob on SQLite; a string of bits on PostgreSQL is not read. */
static struct expression *
read_blob(struct reader *reader)
{
    struct arena *arena = reader->builder.arena;
    struct token token = reader->token;
    char *digits;

    if (reader_is_postgres(reader) ||
        (*token.text != 'x' && *token.text != 'X') || token.len < 3 ||
        token.len % 2 == 0)
        return NULL;
    digits = arena_copy(arena, token.text + 2, token.len - 3);
    if (digits[strspn(digits, "0123456789abcdefABCDEF")] != '\0')
        return NULL;
    for (char *at = digits; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    reader_advance(reader);
    return expression_leaf(arena, EXPRESSION_BLOB, digits);
}

static struct expression *
read_text(struct reader *reader)
{
    const char *text = token_string(reader->builder.arena, &reader->token);

    if (text == NULL)
        return read_blob(reader);
    reader_advance(reader);
    return expression_leaf(reader->builder.arena, EXPRESSION_TEXT, text);
}

static struct expression *
read_number(struct reader *reader)
{
    const char *text = arena_copy(reader->builder.arena, reader->token.text,
                                  reader->token.len);

    reader_advance(reader);
    return build_number(&reader->builder, text);
}

static struct expression *
read_parenthesis(struct reader *reader)
{
    struct expression *inner;

    reader_advance(reader);
    inner = read_bare(reader, 0);
    return reader_accept(reader, ")") ? inner : NULL;
}

/* + says nothing but to SQLite, where it takes a column's affinity away. */
static struct expression *
read_sign(struct reader *reader, bool minus)
{
    struct expression *arg;

    reader_advance(reader);
    arg = read_expression(reader, reader_is_postgres(reader) ? POSTGRES_SIGN
                                                             : SQLITE_SIGN);
    if (arg == NULL || minus)
        return build_negative(&reader->builder, arg);
    return is_literal(arg) ? arg : build_prefix(&reader->builder, "+", arg);
}

static struct expression *
read_prefix_operator(struct reader *reader)
{
    const char *operation = arena_copy(reader->builder.arena,
                                       reader->token.text, reader->token.len);

    if (!reader_is_operator(reader) ||
        (!reader_is_postgres(reader) && strcmp(operation, "~") != 0) ||
        strchr("*/<>=%^", *operation) != NULL)
        return NULL;
    reader_advance(reader);
    return build_prefix(&reader->builder, operation,
                        read_expression(reader, reader_is_postgres(reader)
                                                    ? POSTGRES_ANY
                                                    : SQLITE_SIGN));
}

static struct expression *
read_symbol(struct reader *reader)
{
    if (reader_is(reader, "("))
        return read_parenthesis(reader);
    if (reader_is(reader, "-") || reader_is(reader, "+"))
        return read_sign(reader, reader_is(reader, "-"));
    return read_prefix_operator(reader);
}

static struct expression *
read_not_before(struct reader *reader)
{
    unsigned power = reader_is_postgres(reader) ? POSTGRES_NOT : SQLITE_NOT;

    reader_advance(reader);
    return build_not(&reader->builder, read_expression(reader, power));
}

struct expression *
read_operand(struct reader *reader)
{
    const char *name;

    if (!reader->more || !reader->token.closed)
        return NULL;
    switch (reader->token.kind) {
    case TOKEN_WORD:
        return reader_is(reader, "not") ? read_not_before(reader)
                                        : read_word(reader);
    case TOKEN_NAME:
        name = reader_name(reader);
        return name ? read_named(reader, name) : NULL;
    case TOKEN_TEXT:
        return read_text(reader);
    case TOKEN_NUMBER:
        return read_number(reader);
    case TOKEN_SYMBOL:
        return read_symbol(reader);
    case TOKEN_PARAMETER:
        break;
    }
    return NULL;
}
