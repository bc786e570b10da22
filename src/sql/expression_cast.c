/*
 * Numbers, and casts: PostgreSQL's catalog prints many that change nothing.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "sql/expression_build.h"

enum { PLAIN_DIGITS = 20, EXPONENT_DIGITS = 5 };

bool
is_typed_text(const struct expression *node)
{
    return node->kind == EXPRESSION_CAST &&
           node->args[0]->kind == EXPRESSION_TEXT;
}

bool
is_literal(const struct expression *node)
{
    return node->kind <= EXPRESSION_BLOB || is_typed_text(node);
}

/* ----------------------------------------------------------------- numbers */

/* 12.50e3 is -, digits 125, which begin 5 places before the point. */
struct decimal {
    bool negative;
    bool whole; /* written without a point and an exponent */
    struct buf digits;
    long place;
};

static void
decimal_release(struct decimal *decimal)
{
    buf_release(&decimal->digits);
}

/* Zeros at the beginning move the place, those at the end are cut off later. */
static const char *
read_digits(const char *at, struct decimal *out, bool behind_point)
{
    for (; *at >= '0' && *at <= '9'; at++) {
        if (*at != '0' || out->digits.len > 0)
            buf_char(&out->digits, *at);
        if (!behind_point && out->digits.len > 0)
            out->place++;
        else if (behind_point && out->digits.len == 0)
            out->place--;
    }
    return at;
}

static const char *
read_exponent(const char *at, struct decimal *out)
{
    const char *digits = at + 1 + (at[1] == '-' || at[1] == '+');
    size_t len = strspn(digits, "0123456789");

    if (len == 0 || len > EXPONENT_DIGITS)
        return NULL;
    out->whole = false;
    out->place += strtol(at + 1, NULL, 10);
    return digits + len;
}

static bool
read_decimal(const char *at, struct decimal *out)
{
    const char *start;
    const char *point;

    out->whole = true;
    out->negative = *at == '-';
    at += *at == '-' || *at == '+';
    start = at;
    at = read_digits(at, out, false);
    point = at;
    if (*at == '.') {
        out->whole = false;
        at = read_digits(at + 1, out, true);
    }
    if (point == start && at <= point + 1)
        return false;
    if (*at == 'e' || *at == 'E')
        at = read_exponent(at, out);
    return at != NULL && *at == '\0';
}

static void
cut_zeros(struct decimal *decimal)
{
    struct buf *digits = &decimal->digits;

    while (digits->len > 0 && digits->data[digits->len - 1] == '0')
        digits->data[--digits->len] = '\0';
}

/* DIGITS as a text with a point, zeros put where none are left. */
static void
add_plain(struct buf *out, const struct decimal *decimal)
{
    long len = (long)decimal->digits.len;
    const char *digits = buf_data(&decimal->digits);

    if (decimal->place <= 0)
        buf_char(out, '0');
    for (long i = 0; i < decimal->place; i++)
        buf_char(out, i < len ? digits[i] : '0');
    if (decimal->whole)
        return;
    buf_char(out, '.');
    for (long i = decimal->place; i < 0; i++)
        buf_char(out, '0');
    if (len <= decimal->place)
        buf_char(out, '0');
    else
        buf_text(out, digits + (decimal->place > 0 ? decimal->place : 0));
}

static void
add_scientific(struct buf *out, const struct decimal *decimal)
{
    const char *digits = buf_data(&decimal->digits);

    buf_char(out, digits[0]);
    if (digits[1] != '\0')
        buf_printf(out, ".%s", digits + 1);
    buf_printf(out, "e%ld", decimal->place - 1);
}

/* The one spelling of the number that TEXT writes, or NULL. */
static const char *
number_text(struct arena *arena, const char *text)
{
    SCOPED(decimal_release) struct decimal decimal = {0};
    SCOPED(buf_release) struct buf out = {0};

    if (!read_decimal(text, &decimal))
        return NULL;
    cut_zeros(&decimal);
    if (decimal.digits.len == 0)
        decimal.place = 0;
    else if (decimal.negative)
        buf_char(&out, '-');
    if (decimal.whole || (labs(decimal.place) <= PLAIN_DIGITS &&
                          decimal.digits.len <= PLAIN_DIGITS))
        add_plain(&out, &decimal);
    else
        add_scientific(&out, &decimal);
    return arena_text(arena, buf_data(&out));
}

struct expression *
build_number(const struct builder *builder, const char *text)
{
    const char *number = number_text(builder->arena, text);

    return number ? expression_leaf(builder->arena, EXPRESSION_NUMBER, number)
                  : NULL;
}

static bool
is_whole(const char *number)
{
    return strpbrk(number, ".e") == NULL;
}

/* ------------------------------------------------------------------- types */

static bool
is_one_of(const char *type, const char *const *types)
{
    for (; *types != NULL; types++)
        if (strcmp(type, *types) == 0)
            return true;
    return false;
}

static bool
is_integer(const char *type)
{
    static const char *const types[] = {"smallint", "integer", "bigint", NULL};

    return is_one_of(type, types);
}

/* Of more than whole numbers, and without limits of its own. */
static bool
is_decimal(const char *type)
{
    static const char *const types[] = {"numeric", "real", "double precision",
                                        NULL};

    return is_one_of(type, types);
}

/* In any case of its letters. */
static bool
is_word(const char *text, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strcasecmp(text, *words) == 0)
            return true;
    return false;
}

bool
is_number_in_words(const struct expression *node)
{
    static const char *const words[] = {"nan", "inf", "infinity", NULL};
    const char *text = node->text;

    return node->kind == EXPRESSION_TEXT &&
           is_word(text + (*text == '-' || *text == '+'), words);
}

static size_t
count_characters(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

/* A text type that takes all of TEXT; NULL is one that may be of any length. */
static bool
is_text_for(const char *type, const char *text)
{
    static const char *const types[] = {"text", "varchar", "bpchar", NULL};
    const char *length = strchr(type, '(');

    if (is_one_of(type, types))
        return true;
    if (text == NULL || length == NULL ||
        (strncmp(type, "varchar(", 8) != 0 && strncmp(type, "char(", 5) != 0))
        return false;
    return count_characters(text) <= strtoul(length + 1, NULL, 10);
}

/* What gives a text, as far as can be seen: a column may. */
static bool
gives_text(const struct expression *node)
{
    switch (node->kind) {
    case EXPRESSION_TEXT:
    case EXPRESSION_COLUMN:
    case EXPRESSION_CONCAT:
    case EXPRESSION_JSON_TEXT:
    case EXPRESSION_JSON_TYPE:
        return true;
    case EXPRESSION_COLLATE:
        return gives_text(node->args[0]);
    case EXPRESSION_CAST:
        return is_text_for(node->text, NULL) ||
               strncmp(node->text, "varchar(", 8) == 0;
    case EXPRESSION_CASE:
        return gives_text(node->args[1]);
    case EXPRESSION_CALL:
        if (node->only != ENGINE_BOTH)
            return false;
        return find_function(node->text)->is_text ||
               ((strcmp(node->text, "coalesce") == 0 ||
                 strcmp(node->text, "nullif") == 0) &&
                gives_text(node->args[0]));
    default:
        return false;
    }
}

/* ------------------------------------------------------------------- casts */

static struct expression *
make_cast(const struct builder *builder, enum expression_engine only,
          struct expression *arg, const char *type)
{
    struct expression **args = arena_array(builder->arena, 1, sizeof *args);

    args[0] = arg;
    return expression_own(builder->arena, only, EXPRESSION_CAST, type, args, 1);
}

static struct expression *
boolean_of(const struct builder *builder, const char *text)
{
    static const char *const yes[] = {"t", "true", "y", "yes", "on", "1", NULL};
    static const char *const no[] = {"f", "false", "n", "no", "off", "0", NULL};

    if (is_one_of(text, yes))
        return expression_leaf(builder->arena, EXPRESSION_BOOLEAN, "true");
    if (is_one_of(text, no))
        return expression_leaf(builder->arena, EXPRESSION_BOOLEAN, "false");
    return NULL;
}

/* PostgreSQL's '\x00ff'. */
static struct expression *
blob_of(const struct builder *builder, const char *text)
{
    char *digits;

    if (text[0] != '\\' || text[1] != 'x' || strlen(text) % 2 != 0 ||
        text[2 + strspn(text + 2, "0123456789abcdefABCDEF")] != '\0')
        return NULL;
    digits = arena_text(builder->arena, text + 2);
    for (char *at = digits; *at != '\0'; at++)
        if (*at >= 'A' && *at <= 'F')
            *at = (char)(*at - 'A' + 'a');
    return expression_leaf(builder->arena, EXPRESSION_BLOB, digits);
}

/* A number as a type has it: 1 as numeric is 1.0.  NULL: it would change. */
static struct expression *
number_of(const struct builder *builder, const char *text, const char *type)
{
    struct expression *number = build_number(builder, text);

    if (number == NULL || !(is_integer(type) || is_decimal(type)))
        return NULL;
    if (is_whole(number->text) == is_integer(type))
        return number;
    if (is_integer(type))
        return NULL;
    return build_number(builder,
                        arena_printf(builder->arena, "%s.0", number->text));
}

/* The literal that PostgreSQL's '...'::type is, or NULL. */
static struct expression *
typed_literal(const struct builder *builder, struct expression *arg,
              const char *type)
{
    if (is_text_for(type, arg->text))
        return arg;
    if (strcmp(type, "boolean") == 0)
        return boolean_of(builder, arg->text);
    if (strcmp(type, "bytea") == 0)
        return blob_of(builder, arg->text);
    return number_of(builder, arg->text, type);
}

static struct expression *
cast_literal(const struct builder *builder, struct expression *arg,
             const char *type)
{
    if (arg->kind == EXPRESSION_NULL)
        return arg;
    if (arg->kind == EXPRESSION_TEXT)
        return typed_literal(builder, arg, type);
    if (arg->kind == EXPRESSION_NUMBER && is_whole(arg->text) &&
        strcmp(type, "text") == 0)
        return expression_leaf(builder->arena, EXPRESSION_TEXT, arg->text);
    if (arg->kind == EXPRESSION_NUMBER)
        return number_of(builder, arg->text, type);
    return NULL;
}

/* 'x'::text within an array that is cast to text[]. */
static struct expression *
cast_elements(const struct builder *builder, struct expression *array,
              const char *type)
{
    struct expression **args =
        arena_array(builder->arena, array->nargs, sizeof *args);
    const char *element = arena_copy(builder->arena, type, strlen(type) - 2);

    for (size_t i = 0; i < array->nargs; i++)
        args[i] = build_cast(builder, array->args[i], element);
    return expression_with(builder->arena, array, args);
}

/* 'now' is the moment at which a type is given to it: not a text like others.
 */
static bool
is_special_day(const struct expression *arg)
{
    static const char *const days[] = {"now", "today", "tomorrow", "yesterday",
                                       NULL};

    return arg->kind == EXPRESSION_TEXT && is_word(arg->text, days);
}

/*
 * What no number is read from is one there that SQLite does not have ('NaN'),
 * or an error: there it is 0.
 */
static bool
casts_on_both(const struct expression *arg, const char *type)
{
    return arg->kind != EXPRESSION_TEXT && arg->kind != EXPRESSION_NUMBER &&
           (strcmp(type, "numeric") == 0 ||
            strcmp(type, "double precision") == 0);
}

static struct expression *
cast_on_postgres(const struct builder *builder, struct expression *arg,
                 const char *type)
{
    struct expression *literal = cast_literal(builder, arg, type);
    size_t len = strlen(type);

    if (literal != NULL)
        return literal;
    if (is_special_day(arg))
        return NULL;
    if (arg->kind == EXPRESSION_ARRAY && len > 2 &&
        strcmp(type + len - 2, "[]") == 0)
        return cast_elements(builder, arg, type);
    if (strcmp(type, "boolean") == 0 && expression_is_predicate(arg))
        return arg;
    return make_cast(builder,
                     casts_on_both(arg, type) ? ENGINE_BOTH : ENGINE_POSTGRES,
                     arg, type);
}

/* A cast never fails there, and a real has 64 bits. */
static struct expression *
cast_on_sqlite(const struct builder *builder, struct expression *arg,
               const char *type)
{
    bool real =
        strcmp(type, "real") == 0 || strcmp(type, "double precision") == 0;
    const char *common = real ? "double precision" : type;

    if (arg->kind == EXPRESSION_NULL)
        return arg;
    if (arg->kind == EXPRESSION_NUMBER && real)
        return number_of(builder, arg->text, type);
    if (casts_on_both(arg, common))
        return make_cast(builder, ENGINE_BOTH, arg, common);
    return make_cast(builder, ENGINE_SQLITE, arg, real ? "real" : type);
}

/*
 * A column that is cast to text is taken for a varchar, around which
 * PostgreSQL's catalog writes the cast everywhere.
 */
struct expression *
build_cast(const struct builder *builder, struct expression *arg,
           const char *type)
{
    if (arg == NULL)
        return NULL;
    if (is_text_for(type, NULL) && gives_text(arg))
        return arg;
    if (arg->kind == EXPRESSION_CAST && strcmp(arg->text, type) == 0)
        return arg;
    return builder->language == LANGUAGE_POSTGRES
               ? cast_on_postgres(builder, arg, type)
               : cast_on_sqlite(builder, arg, type);
}
