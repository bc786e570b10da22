/*
 * Lists of options: of sequences, and of tables, indexes and views.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "schema/parse_part.h"

/* -------------------------------------------------------------- sequences */

struct sequence {
    const char *name; /* of a column's, if it is not the usual one */
    const char *type; /* if it is not the column's, or bigint */
    int64_t start, increment, least, most, cache;
    bool has_start, has_least, has_most, cycle;
};

static bool
read_number(struct parser *parser, int64_t *out)
{
    const struct lexeme *at = parser->at;
    bool negative = parse_accept(parser, "-");
    char *end;

    if (!negative)
        (void)parse_accept(parser, "+");
    if (parser->at->token.kind != TOKEN_NUMBER)
        return parse_fail_expected(parser, "a whole number");
    parser->at++;
    errno = 0;
    *out = strtoll(arena_printf(&parser->scratch, "%s%.*s", negative ? "-" : "",
                                (int)parser->at[-1].token.len,
                                parser->at[-1].token.text),
                   &end, 10);
    if (errno != 0 || *end != '\0')
        return parse_fail(parser, at, "%s is no whole number of 64 bits",
                          parse_shown(parser, parser->at - 1));
    return true;
}

/* An option with a number; false: it is another one. */
static bool
read_number_option(struct parser *parser, struct sequence *sequence,
                   bool *failed)
{
    int64_t *number = NULL;

    if (parse_accept(parser, "increment by") ||
        parse_accept(parser, "increment")) {
        number = &sequence->increment;
    } else if (parse_accept(parser, "start with") ||
               parse_accept(parser, "start")) {
        number = &sequence->start;
        sequence->has_start = true;
    } else if (parse_accept(parser, "minvalue")) {
        number = &sequence->least;
        sequence->has_least = true;
    } else if (parse_accept(parser, "maxvalue")) {
        number = &sequence->most;
        sequence->has_most = true;
    } else if (parse_accept(parser, "cache")) {
        number = &sequence->cache;
    }
    *failed = number != NULL && !read_number(parser, number);
    return number != NULL;
}

/* A column's sequence is called so by itself. */
static const char *
usual_name(struct parser *parser, const struct object *column)
{
    return arena_printf(&parser->scratch, "%s_%s_seq", column->owner->name,
                        column->name);
}

static bool
read_sequence_name(struct parser *parser, const struct object *column,
                   struct sequence *sequence)
{
    const char *schema;
    const char *name = parse_qualified(parser, "a sequence", &schema);

    if (name == NULL)
        return false;
    if (schema != NULL || strcmp(name, usual_name(parser, column)) != 0)
        sequence->name = parse_written(parser, schema, name);
    return true;
}

static bool
read_sequence_type(struct parser *parser, struct sequence *sequence)
{
    static const char *const types[][2] = {
        {"smallint", "smallint"}, {"int2", "smallint"}, {"integer", "integer"},
        {"int", "integer"},       {"int4", "integer"},  {"bigint", "bigint"},
        {"int8", "bigint"}};

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (parse_accept(parser, types[i][0])) {
            sequence->type = types[i][1];
            return true;
        }
    return parse_fail_expected(parser, "'smallint', 'integer' or 'bigint'");
}

static bool
read_sequence_option(struct parser *parser, const struct object *object,
                     struct sequence *sequence)
{
    bool failed;

    if (parse_accept(parser, "as"))
        return read_sequence_type(parser, sequence);
    if (object->kind == OBJECT_COLUMN && parse_accept(parser, "sequence name"))
        return read_sequence_name(parser, object, sequence);
    if (read_number_option(parser, sequence, &failed))
        return !failed;
    if (parse_accept(parser, "no minvalue") ||
        parse_accept(parser, "no maxvalue") ||
        parse_accept(parser, "no cycle") ||
        parse_accept(parser, "owned by none"))
        return true;
    if (parse_accept(parser, "cycle"))
        return sequence->cycle = true;
    if (parse_is(parser, "owned by"))
        return parse_fail(parser, parser->at,
                          "a sequence that a column owns is declared with the "
                          "column, as serial or as identity");
    return parse_fail_expected(parser, "an option of a sequence");
}

static void
print_option(struct buf *out, const char *name, int64_t value, int64_t usual)
{
    if (value != usual)
        buf_printf(out, "%s%s %lld", out->len > 0 ? " " : "", name,
                   (long long)value);
}

static const char *
sequence_type(const struct object *object, const struct sequence *sequence)
{
    if (sequence->type != NULL)
        return sequence->type;
    return object->kind == OBJECT_COLUMN && object->text[ATTRIBUTE_TYPE] != NULL
               ? object->text[ATTRIBUTE_TYPE]
               : "bigint";
}

/* What differs from the default. */
static void
print_sequence(struct buf *out, const struct sequence *sequence,
               const char *type)
{
    bool rises = sequence->increment > 0;
    int64_t range = strcmp(type, "smallint") == 0  ? INT16_MAX
                    : strcmp(type, "integer") == 0 ? INT32_MAX
                                                   : INT64_MAX;
    int64_t usual_least = rises ? 1 : -range - 1;
    int64_t usual_most = rises ? range : -1;
    int64_t least = sequence->has_least ? sequence->least : usual_least;
    int64_t most = sequence->has_most ? sequence->most : usual_most;
    int64_t usual_start = rises ? least : most;

    print_option(out, "start",
                 sequence->has_start ? sequence->start : usual_start,
                 usual_start);
    print_option(out, "increment", sequence->increment, 1);
    print_option(out, "minvalue", least, usual_least);
    print_option(out, "maxvalue", most, usual_most);
    print_option(out, "cache", sequence->cache, 1);
    if (sequence->cycle)
        buf_printf(out, "%scycle", out->len > 0 ? " " : "");
}

bool
parse_sequence_options(struct parser *parser, struct object *object)
{
    SCOPED(buf_release) struct buf out = {0};
    struct sequence sequence = {.increment = 1, .cache = 1};
    bool column = object->kind == OBJECT_COLUMN;
    const char *type;

    while (!parse_at_delimiter(parser))
        if (!read_sequence_option(parser, object, &sequence))
            return false;
    type = sequence_type(object, &sequence);
    if (sequence.name != NULL)
        buf_printf(&out, "sequence name %s", sequence.name);
    if (!column)
        object->text[ATTRIBUTE_TYPE] =
            strcmp(type, "bigint") == 0 ? NULL : type;
    else if (object->text[ATTRIBUTE_TYPE] == NULL ||
             strcmp(type, object->text[ATTRIBUTE_TYPE]) != 0)
        buf_printf(&out, "%sas %s", out.len > 0 ? " " : "", type);
    print_sequence(&out, &sequence, type);
    if (out.len > 0)
        object->text[ATTRIBUTE_SEQUENCE] =
            arena_copy(&parser->schema->arena, out.data, out.len);
    return true;
}

/* ---------------------------------------------------------------- options */

struct options {
    const char **list;
    size_t count;
    size_t size;
};

static int
by_name(const void *one, const void *other)
{
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

static bool
read_option(struct parser *parser, struct options *options)
{
    const struct lexeme *value;
    const char *schema;
    const char *name = parse_qualified(parser, "an option", &schema);
    const char *text = "true";

    if (name == NULL)
        return false;
    if (parse_accept(parser, "=")) {
        value = parser->at;
        parse_skip_part(parser);
        if (parser->at == value)
            return parse_fail_expected(parser, "a value");
        text = parse_slice(parser, value);
        if (parser->at == value + 1 && value->token.kind == TOKEN_TEXT)
            text = token_string(&parser->scratch, &value->token);
    }
    options->list = arena_grow(&parser->scratch, options->list, options->count,
                               &options->size, sizeof *options->list);
    options->list[options->count++] =
        arena_printf(&parser->scratch, "%s=%s",
                     parse_joined(parser, schema, name), text ? text : "");
    return true;
}

bool
parse_options(struct parser *parser, const char **out)
{
    SCOPED(buf_release) struct buf buf = {0};
    struct options options = {0};

    if (!parse_expect(parser, "("))
        return false;
    do {
        if (!read_option(parser, &options))
            return false;
    } while (parse_accept(parser, ","));
    if (options.count > 1)
        qsort(options.list, options.count, sizeof *options.list, by_name);
    for (size_t i = 0; i < options.count; i++)
        buf_printf(&buf, "%s%s", i > 0 ? ", " : "", options.list[i]);
    *out = arena_copy(&parser->schema->arena, buf.data, buf.len);
    return parse_expect(parser, ")");
}
