#include <string.h>

#include "sql/expression_reader.h"
#include "sql/type.h"

/* A tree that is not too deep can be read again from its text. */
enum { NESTING = 3 * EXPRESSION_DEPTH };

/* ------------------------------------------------------------------ tokens */

bool
reader_is_postgres(const struct reader *reader)
{
    return reader->tokens.postgres;
}

void
reader_advance(struct reader *reader)
{
    reader->more = token_next(&reader->tokens, &reader->token);
}

bool
reader_is(const struct reader *reader, const char *word)
{
    return reader->more && token_is(&reader->token, word);
}

bool
reader_accept(struct reader *reader, const char *word)
{
    if (!reader_is(reader, word))
        return false;
    reader_advance(reader);
    return true;
}

bool
reader_is_kind(const struct reader *reader, enum token_kind kind)
{
    return reader->more && reader->token.kind == kind && reader->token.closed;
}

char *
reader_lower(const struct reader *reader, const struct token *token)
{
    char *word = arena_copy(reader->builder.arena, token->text, token->len);

    for (char *at = word; *at != '\0'; at++)
        *at = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
    return word;
}

const char *
reader_name(struct reader *reader)
{
    const char *name = NULL;

    if (reader_is_kind(reader, TOKEN_WORD))
        name = reader_lower(reader, &reader->token);
    else if (reader_is_kind(reader, TOKEN_NAME) &&
             strchr("\"`[", *reader->token.text) != NULL)
        name = token_name(reader->builder.arena, &reader->token);
    if (name != NULL)
        reader_advance(reader);
    return name;
}

bool
reader_is_operator(const struct reader *reader)
{
    const struct token *token = &reader->token;

    return reader->more && token->kind == TOKEN_SYMBOL &&
           strchr("+-*/<>=~!@#%^&|`?", *token->text) != NULL &&
           !token_is(token, "=>");
}

/* ------------------------------------------------------------------- types */

static bool
read_argument(struct reader *reader)
{
    if (reader_name(reader) != NULL)
        return true;
    (void)reader_accept(reader, "-");
    if (!reader_is_kind(reader, TOKEN_NUMBER) ||
        strspn(reader->token.text, "0123456789") < reader->token.len)
        return false;
    reader_advance(reader);
    return true;
}

/* (10, 2), if there is something like it. */
static bool
skip_arguments(struct reader *reader)
{
    if (!reader_accept(reader, "("))
        return true;
    do {
        if (!read_argument(reader))
            return false;
    } while (reader_accept(reader, ","));
    return reader_accept(reader, ")");
}

static bool
is_one_of(const char *word, const char *one, const char *other)
{
    return strcmp(word, one) == 0 || strcmp(word, other) == 0;
}

/* The rest of a type of PostgreSQL's, which may have several words. */
static bool
skip_type(struct reader *reader, const char *first)
{
    if (strcmp(first, "double") == 0)
        (void)reader_accept(reader, "precision");
    if (is_one_of(first, "character", "char") || strcmp(first, "bit") == 0)
        (void)reader_accept(reader, "varying");
    if (!skip_arguments(reader))
        return false;
    if (is_one_of(first, "timestamp", "time") &&
        (reader_accept(reader, "with") || reader_accept(reader, "without")) &&
        (!reader_accept(reader, "time") || !reader_accept(reader, "zone")))
        return false;
    while (reader_accept(reader, "["))
        if (!reader_accept(reader, "]"))
            return false;
    return true;
}

const char *
read_type(struct reader *reader)
{
    struct arena *arena = reader->builder.arena;
    const char *start = reader->token.text;
    const char *name = reader_name(reader);
    const char *end;

    while (name != NULL && reader_accept(reader, "."))
        name = reader_name(reader);
    if (name == NULL)
        return NULL;
    while (!reader_is_postgres(reader) && reader_is_kind(reader, TOKEN_WORD))
        reader_advance(reader);
    if (reader_is_postgres(reader) ? !skip_type(reader, name)
                                   : !skip_arguments(reader))
        return NULL;
    end = reader->token.text;
    return type_cast_to(arena, reader->builder.language,
                        arena_copy(arena, start, (size_t)(end - start)));
}

/* ------------------------------------------------------------- expressions */

/* true is 1 on SQLite, but behind IS. */
static struct expression *
plain(struct reader *reader, struct expression *node)
{
    if (node == NULL || node->kind != EXPRESSION_BOOLEAN ||
        reader_is_postgres(reader))
        return node;
    return build_number(&reader->builder,
                        strcmp(node->text, "true") == 0 ? "1" : "0");
}

/* What binds at least as strongly as POWER, and may be true as such. */
struct expression *
read_bare(struct reader *reader, unsigned power)
{
    const struct infix *infix;
    struct expression *left;

    if (reader->depth == NESTING)
        return NULL;
    reader->depth++;
    left = read_operand(reader);
    while (left != NULL) {
        infix = reader->more ? find_infix(reader) : NULL;
        if (infix == NULL || infix->power < power)
            break;
        left = infix->read(reader, plain(reader, left), infix);
    }
    reader->depth--;
    return left;
}

struct expression *
read_expression(struct reader *reader, unsigned power)
{
    return plain(reader, read_bare(reader, power));
}

struct expression *
expression_read(struct arena *arena, enum sql_language language,
                const char *text)
{
    struct reader reader = {
        .builder = {arena, language},
        .tokens = {.at = text, .postgres = language == LANGUAGE_POSTGRES}};
    struct expression *node;

    reader_advance(&reader);
    node = read_expression(&reader, 0);
    if (reader.more || !reader.token.closed)
        return NULL;
    return build_root(&reader.builder, node);
}
