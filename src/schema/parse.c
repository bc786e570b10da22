/*
 * Sources, and what is wrong with one.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "schema/parse_part.h"

enum { SHOWN = 40 }; /* bytes of a token in a message */

/* ---------------------------------------------------------------- sources */

/* Move LINE and COLUMN from FROM on to TO. */
static void
count_characters(struct lexeme *place, const char *from, const char *to)
{
    for (; from < to; from++) {
        if (*from == '\n') {
            place->line++;
            place->column = 1;
        } else if (((unsigned char)*from & 0xC0) != 0x80) {
            place->column++;
        }
    }
}

/* All tokens of the text; the last one is empty and stands at its end. */
static void
read_tokens(struct parser *parser, const char *text)
{
    struct tokens tokens = {.at = text, .postgres = parse_is_postgres(parser)};
    struct lexeme lexeme = {.line = 1, .column = 1};
    size_t count = 0;
    size_t size = 0;
    bool more;

    parser->lexemes = NULL;
    do {
        more = token_next(&tokens, &lexeme.token);
        count_characters(&lexeme, text, lexeme.token.text);
        text = lexeme.token.text;
        parser->lexemes = arena_grow(&parser->scratch, parser->lexemes, count,
                                     &size, sizeof lexeme);
        parser->lexemes[count++] = lexeme;
    } while (more);
    parser->at = parser->lexemes;
}

/* What is not closed has swallowed the rest of the text. */
static bool
is_closed(struct parser *parser, const struct lexeme *at)
{
    if (at->token.closed)
        return true;
    if (at->token.len == 0)
        return parse_fail(parser, at, "this comment has no end");
    return parse_fail(parser, at,
                      "the text in quotes that begins here has no "
                      "end");
}

bool
parse_open(struct parser *parser, const struct source *source,
           struct duet_error *err)
{
    arena_reuse(&parser->scratch);
    parser->source = *source;
    parser->source.file = arena_text(&parser->schema->arena, source->file);
    parser->err = err;
    read_tokens(parser, source->text);
    for (const struct lexeme *at = parser->at; source->file != NULL; at++) {
        if (!is_closed(parser, at))
            return false;
        if (at->token.len == 0)
            break;
    }
    return true;
}

static void
know_child(struct parser *parser, struct object *child)
{
    struct names *names = &parser->names;
    bool caseless = child->language == LANGUAGE_SQLITE;

    switch (child->kind) {
    case OBJECT_COLUMN:
        names_add(names, NAME_COLUMN, child->owner, NULL, child);
        break;
    case OBJECT_INDEX:
        names_add(names, NAME_RELATION, NULL, child->schema, child);
        break;
    case OBJECT_TRIGGER:
        names_add(names, NAME_TRIGGER, caseless ? NULL : child->owner, NULL,
                  child);
        break;
    default:
        names_add(names, NAME_CONSTRAINT, child->owner, NULL, child);
        break;
    }
}

void
parser_know(struct parser *parser)
{
    for (size_t i = 0; i < parser->schema->nobjects; i++) {
        struct object *object = parser->schema->objects[i];

        if (object->kind != OBJECT_OTHER)
            names_add(&parser->names,
                      object->kind == OBJECT_ENUM ? NAME_TYPE : NAME_RELATION,
                      NULL, object->schema, object);
        for (size_t j = 0; j < object->nchildren; j++)
            know_child(parser, object->children[j]);
    }
}

void
parser_clear(struct parser *parser)
{
    names_clear(&parser->names);
    arena_clear(&parser->scratch);
    *parser = (struct parser){0};
}

/* ----------------------------------------------------------------- errors */

/* At most SHOWN bytes of what may be a whole function. */
static size_t
shown_len(const struct token *token)
{
    size_t len = token->len;

    if (len > SHOWN) {
        len = SHOWN;
        while (len > 0 && ((unsigned char)token->text[len] & 0xC0) == 0x80)
            len--;
    }
    return len;
}

const char *
parse_shown(struct parser *parser, const struct lexeme *at)
{
    size_t len = shown_len(&at->token);

    if (at->token.len == 0)
        return "the end of the text";
    return arena_printf(&parser->scratch, "'%.*s%s'", (int)len, at->token.text,
                        len < at->token.len ? "..." : "");
}

struct origin
parse_place(const struct parser *parser, const struct lexeme *at)
{
    if (parser->source.file == NULL)
        return (struct origin){0};
    return (struct origin){parser->source.file, at->line, at->column};
}

bool
parse_fail_at(struct parser *parser, const struct origin *place,
              const char *text)
{
    if (place->file == NULL)
        return err_set(parser->err, DUET_ERROR_SQL, "%s", text);
    return err_set(parser->err, DUET_ERROR_SQL, "%s:%u:%u: %s", place->file,
                   place->line, place->column, text);
}

bool
parse_fail(struct parser *parser, const struct lexeme *at, const char *fmt, ...)
{
    struct origin place = parse_place(parser, at);
    va_list args;
    const char *text;

    va_start(args, fmt);
    text = arena_vprintf(&parser->scratch, fmt, args);
    va_end(args);
    return parse_fail_at(parser, &place, text);
}

/* "schema/t.sql" for "postgres" is "schema/t.postgres.sql". */
static const char *
own_file(struct parser *parser, const char *engine)
{
    const char *file = parser->source.file;
    size_t len = strlen(file);

    if (len > 4 && strcmp(file + len - 4, ".sql") == 0)
        len -= 4;
    return arena_printf(&parser->scratch, "%.*s.%s.sql", (int)len, file,
                        engine);
}

/* A word of SQLite's where it is the common language that is read. */
static void
hint_at_sqlite(struct parser *parser)
{
    static const char *const words[] = {"without rowid", "strict",
                                        "autoincrement", "on conflict",
                                        "virtual",       "collate nocase"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (parser->source.common && parse_is(parser, words[i]))
            (void)err_hint(parser->err,
                           "what SQLite alone has goes into %s, in its "
                           "language",
                           own_file(parser, "sqlite"));
}

bool
parse_fail_expected(struct parser *parser, const char *wanted)
{
    (void)parse_fail(parser, parser->at, "expected %s, found %s", wanted,
                     parse_shown(parser, parser->at));
    hint_at_sqlite(parser);
    return false;
}

bool
parse_common(struct parser *parser, const struct lexeme *at, const char *what)
{
    if (!parser->source.common)
        return true;
    (void)parse_fail(parser, at, "SQLite has no %s", what);
    return err_hint(parser->err, "what PostgreSQL alone has goes into %s",
                    own_file(parser, "postgres"));
}

bool
parse_hint(struct parser *parser, const char *hint)
{
    return err_hint(parser->err, "%s", hint);
}

bool
parse_hint_own(struct parser *parser)
{
    return err_hint(parser->err, "move it to %s or to %s",
                    own_file(parser, "sqlite"), own_file(parser, "postgres"));
}
