#include "schema/ddl.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "base/err.h"
#include "db/token.h"
#include "schema/ddl_engine.h"
#include "sql/expression.h"
#include "sql/quote.h"

const struct ddl *
ddl_find(const char *engine)
{
    static const struct ddl *const all[] = {&ddl_sqlite, &ddl_postgres};

    size_t i = 0;

    while (i < sizeof all / sizeof *all && strcmp(all[i]->engine, engine) != 0)
        i++;
    assert(i < sizeof all / sizeof *all);
    return all[i];
}

void
writer_release(struct writer *writer)
{
    arena_clear(&writer->arena);
    buf_release(&writer->buf);
}

/* ----------------------------------------------------------------- errors */

/* "profile.sql:12:5: ", or nothing. */
static const char *
place_text(struct arena *arena, const struct object *object)
{
    if (object->place.line == 0)
        return "";
    return arena_printf(arena, "%s:%u:%u: ", object->place.file,
                        object->place.line, object->place.column);
}

static const struct ddl *
other_engine(const struct ddl *ddl)
{
    return ddl == &ddl_sqlite ? &ddl_postgres : &ddl_sqlite;
}

void
writer_fail(struct writer *writer, const struct object *object, const char *fmt,
            ...)
{
    const struct ddl *other = other_engine(writer->ddl);
    va_list args;
    const char *why;

    if (writer->failed)
        return;
    writer->failed = true;
    va_start(args, fmt);
    why = arena_vprintf(&writer->arena, fmt, args);
    va_end(args);
    (void)err_set(writer->err, DUET_ERROR_USAGE, "%s%s: %s",
                  place_text(&writer->arena, object),
                  object_title(&writer->arena, object), why);
    (void)err_hint(writer->err,
                   "declare it in NAME.%s.sql, and for %s in its own language "
                   "in NAME.%s.sql",
                   other->engine, writer->ddl->title, writer->ddl->engine);
}

/* An attribute's name as a message has it: "nulls not distinct". */
static const char *
spoken(struct arena *arena, const char *name)
{
    char *text = arena_text(arena, name);

    for (char *at = text; *at != '\0'; at++)
        if (*at == '_')
            *at = ' ';
    return text;
}

static void
check_attributes(struct writer *writer, const struct object *object)
{
    const struct ddl *ddl = writer->ddl;

    for (unsigned i = 0; i < ATTRIBUTES; i++)
        if (object->text[i] != NULL && ddl->lacks[i])
            writer_fail(writer, object, "%s can't have it %s", ddl->title,
                        spoken(&writer->arena, attribute_specs[i].name));
}

void
writer_check(struct writer *writer, const struct object *object)
{
    const struct ddl *ddl = writer->ddl;
    const char *problem = NULL;

    if (ddl->lacks_kind[object->kind])
        problem =
            arena_printf(&writer->arena, "%ss", kind_specs[object->kind].name);
    else if (object->schema != NULL && !ddl->has_schemas)
        problem = "schemas";
    else if ((object->kind == OBJECT_TRIGGER || object->kind == OBJECT_OTHER) &&
             object->language != ddl->language)
        problem = "its definition, which is in the other's language";
    else if (object->kind >= OBJECT_VIEW &&
             object->text[ATTRIBUTE_DEFINITION] == NULL)
        problem = "it without a definition";
    else
        problem = ddl->problem(writer, object);
    if (problem != NULL)
        writer_fail(writer, object, "%s can't have %s", ddl->title, problem);
    check_attributes(writer, object);
    for (size_t i = 0; i < object->nchildren; i++)
        writer_check(writer, object->children[i]);
}

/* ------------------------------------------------------------------ names */

const char *
writer_name(struct writer *writer, const char *name)
{
    return sql_name(&writer->arena, name);
}

/* WRITTEN, the name of OBJECT, behind that of its schema if that is another. */
static const char *
with_schema(struct writer *writer, const struct object *object,
            const char *written)
{
    const char *schema = object->owner ? object->owner->schema : object->schema;

    if (schema == NULL)
        return written;
    return arena_printf(&writer->arena, "%s.%s", writer_name(writer, schema),
                        written);
}

const char *
writer_qualified(struct writer *writer, const struct object *object)
{
    return with_schema(writer, object, writer_name(writer, object->name));
}

const char *
writer_type_name(struct writer *writer, const struct object *type)
{
    return with_schema(writer, type, sql_type_name(&writer->arena, type->name));
}

static bool
has_schema(const struct schema *schema, const char *name, size_t len)
{
    if (strncmp(name, "pg_catalog", len) == 0 && len == strlen("pg_catalog"))
        return true;
    for (size_t i = 0; schema != NULL && i < schema->nobjects; i++) {
        const char *known = schema->objects[i]->schema;

        if (known != NULL && strlen(known) == len &&
            strncmp(known, name, len) == 0)
            return true;
    }
    return false;
}

/* Names have dots, too: the schema ends at one where it is a schema's name. */
const char *
writer_split_name(struct writer *writer, const char *text)
{
    struct arena *arena = &writer->arena;

    for (const char *dot = strchr(text, '.'); dot != NULL;
         dot = strchr(dot + 1, '.')) {
        size_t len = (size_t)(dot - text);

        if (writer->ddl->has_schemas && has_schema(writer->schema, text, len))
            return arena_printf(arena, "%s.%s",
                                sql_name(arena, arena_copy(arena, text, len)),
                                sql_name(arena, dot + 1));
    }
    return sql_name(arena, text);
}

/* ------------------------------------------------------------ expressions */

const char *
writer_expression(struct writer *writer, const struct object *object,
                  const char *text)
{
    struct arena *arena = &writer->arena;
    const struct expression *read;
    const char *written = NULL;

    if (object->language == writer->ddl->language)
        return text;
    read = expression_read(arena, object->language, text);
    if (read != NULL)
        written = expression_text(arena, writer->ddl->language, read);
    if (written != NULL)
        return written;
    writer_fail(writer, object, "%s can't be told what it says: %s",
                writer->ddl->title, text);
    return text;
}

/* What an expression looks like, as far as parentheses depend on it. */
struct shape {
    bool enclosed; /* (a + 1) */
    bool literal;  /* 'x', -1, current_timestamp */
    bool call;     /* lower(a) */
    bool cast;     /* and a cast of it follows: 'x'::text */
};

/* What may stand before a parenthesis and is no function. */
static bool
is_operator_word(const struct token *token)
{
    static const char *const words[] = {"not",      "exists", "row",  "array",
                                        "interval", "case",   "null", "values"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (token_is(token, words[i]))
            return true;
    return false;
}

/* Behind an opening parenthesis: go behind the closing one. */
static bool
skip_parentheses(struct tokens *tokens)
{
    struct token token;
    int depth = 1;

    while (depth > 0 && token_next(tokens, &token)) {
        if (token_is(&token, "("))
            depth++;
        else if (token_is(&token, ")"))
            depth--;
    }
    return depth == 0;
}

/* The type of a cast: words, numbers, dots, parentheses and brackets. */
static bool
is_type(struct tokens *tokens)
{
    struct token token;

    while (token_next(tokens, &token))
        if (token.kind == TOKEN_TEXT || token.kind == TOKEN_PARAMETER ||
            (token.kind == TOKEN_SYMBOL &&
             strchr("().,[]", *token.text) == NULL) ||
            token_is(&token, "at") || token_is(&token, "collate"))
            return false;
    return true;
}

/* Behind a word: what follows it makes a name of several parts, or a call. */
static bool
read_call(struct tokens *tokens, struct token *token, bool *more)
{
    while (*more && token_is(token, ".")) {
        if (!token_next(tokens, token))
            return false;
        *more = token_next(tokens, token);
    }
    if (!*more || !token_is(token, "(") || !skip_parentheses(tokens))
        return false;
    *more = token_next(tokens, token);
    return true;
}

static struct shape
read_shape(const char *text, enum sql_language language)
{
    struct tokens tokens = {.at = text,
                            .postgres = language == LANGUAGE_POSTGRES};
    struct shape shape = {0};
    struct token token;
    bool more = token_next(&tokens, &token);
    bool sign = more && (token_is(&token, "-") || token_is(&token, "+"));

    if (sign)
        more = token_next(&tokens, &token);
    if (!more)
        return shape;
    if (!sign && token_is(&token, "(")) {
        shape.enclosed =
            skip_parentheses(&tokens) && !token_next(&tokens, &token);
        return shape;
    }
    if (token.kind == TOKEN_NUMBER || (!sign && token.kind == TOKEN_TEXT)) {
        shape.literal = true;
        more = token_next(&tokens, &token);
    } else if (!sign && token.kind == TOKEN_WORD) {
        bool is_word = is_operator_word(&token);
        bool is_null = token_is(&token, "null");

        more = token_next(&tokens, &token);
        shape.literal = !more || token_is(&token, "::");
        shape.call = more && !is_word && read_call(&tokens, &token, &more);
        shape.literal &= !is_word || is_null;
    }
    shape.cast = more && token_is(&token, "::") && is_type(&tokens);
    if (more && !shape.cast)
        return (struct shape){0};
    return shape;
}

static const char *
enclosed(struct writer *writer, const char *text, const struct shape *shape)
{
    if (shape->enclosed)
        return text;
    return arena_printf(&writer->arena, "(%s)", text);
}

const char *
writer_enclosed(struct writer *writer, const struct object *object,
                const char *text)
{
    const char *written = writer_expression(writer, object, text);
    struct shape shape = read_shape(written, writer->ddl->language);

    return enclosed(writer, written, &shape);
}

const char *
writer_default(struct writer *writer, const struct object *column)
{
    const struct ddl *ddl = writer->ddl;
    const char *text =
        writer_expression(writer, column, column->text[ATTRIBUTE_DEFAULT]);
    struct shape shape = read_shape(text, ddl->language);

    if ((shape.literal && (!shape.cast || ddl->bare_calls)) ||
        (shape.call && ddl->bare_calls))
        return text;
    return enclosed(writer, text, &shape);
}

const char *
writer_part(struct writer *writer, const struct object *index, const char *text)
{
    const char *written = writer_expression(writer, index, text);
    struct shape shape = read_shape(written, writer->ddl->language);

    if (shape.call && !shape.cast)
        return written;
    return enclosed(writer, written, &shape);
}

void
writer_statement(struct writer *writer, const char *text)
{
    struct tokens tokens = {
        .at = text, .postgres = writer->ddl->language == LANGUAGE_POSTGRES};
    struct token token;
    size_t len = 0;

    while (token_next(&tokens, &token))
        if (!token_is(&token, ";"))
            len = (size_t)(token.text + token.len - text);
    buf_add(&writer->buf, text, len);
    buf_text(&writer->buf, ";\n");
}
