/*
 * Names, and the objects that they are given to.
 */
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "schema/keyword.h"
#include "schema/parse_part.h"
#include "sql/quote.h"

enum { POSTGRES_NAME = 63 }; /* bytes */

bool
parse_at_name(const struct parser *parser)
{
    const struct token *token = &parser->at->token;

    switch (token->kind) {
    case TOKEN_WORD:
        return token->len > 0 &&
               !keyword_is_reserved(parser->source.language, token);
    case TOKEN_NAME:
        return strchr("uU", *token->text) == NULL;
    case TOKEN_TEXT:
        return !parse_is_postgres(parser) && *token->text == '\'';
    default:
        return false;
    }
}

const char *
parse_name_of(struct parser *parser, const struct lexeme *at)
{
    char *name = token_name(&parser->schema->arena, &at->token);

    if (parse_is_postgres(parser) && at->token.kind == TOKEN_WORD)
        for (char *c = name; *c != '\0'; c++)
            if (*c >= 'A' && *c <= 'Z')
                *c = (char)(*c - 'A' + 'a');
    return name;
}

static const char *
no_name(struct parser *parser, const char *wanted)
{
    const struct token *token = &parser->at->token;

    (void)parse_fail_expected(parser, wanted);
    if (token->kind == TOKEN_WORD && token->len > 0)
        (void)err_hint(parser->err,
                       "it is a keyword; in double quotes it would be a name");
    else if (token->kind == TOKEN_NAME)
        (void)err_hint(parser->err, "write the name without U&");
    return NULL;
}

const char *
parse_name(struct parser *parser, const char *wanted)
{
    const struct lexeme *at = parser->at;
    const char *name;

    if (!parse_at_name(parser))
        return no_name(parser, wanted);
    name = parse_name_of(parser, at);
    if (parse_is_postgres(parser) && strlen(name) > POSTGRES_NAME) {
        (void)parse_fail(parser, at,
                         "name of more than 63 bytes, which PostgreSQL would "
                         "cut: %s",
                         parse_shown(parser, at));
        return NULL;
    }
    if (parse_is_postgres(parser) && *name == '\0') {
        (void)parse_fail(parser, at, "expected %s, found an empty name",
                         wanted);
        return NULL;
    }
    parser->at++;
    return name;
}

/* SQLite's schemas are databases, and only one of them is the schema's. */
static bool
check_schema(struct parser *parser, const struct lexeme *at,
             const char **schema)
{
    if (parse_is_postgres(parser))
        return parse_common(parser, at, "schemas");
    if (strcasecmp(*schema, "main") != 0)
        return parse_fail(parser, at,
                          "database %s is another one than this schema's",
                          parse_shown(parser, at));
    *schema = NULL;
    return true;
}

const char *
parse_qualified(struct parser *parser, const char *wanted, const char **schema)
{
    const struct lexeme *at = parser->at;
    const char *name = parse_name(parser, wanted);

    *schema = NULL;
    if (name == NULL || !parse_accept(parser, "."))
        return name;
    *schema = name;
    name = parse_name(parser, wanted);
    return name != NULL && check_schema(parser, at, schema) ? name : NULL;
}

const char *
parse_joined(struct parser *parser, const char *schema, const char *name)
{
    if (schema == NULL)
        return name;
    return arena_printf(&parser->schema->arena, "%s.%s", schema, name);
}

const char *
parse_written(struct parser *parser, const char *schema, const char *name)
{
    struct arena *arena = &parser->schema->arena;

    return parse_joined(parser, schema != NULL ? sql_name(arena, schema) : NULL,
                        sql_name(arena, name));
}

/* ---------------------------------------------------------------- objects */

/* Two names that differ in case are one to SQLite. */
static bool
is_caseless(const struct parser *parser)
{
    return parser->source.common || !parse_is_postgres(parser);
}

/* PostgreSQL's "public" is the current schema unless somebody sees to it. */
struct object *
parse_find_as(const struct parser *parser, enum name_space space,
              const struct object *owner, const char *schema, const char *name,
              bool caseless)
{
    struct object *found =
        names_find(&parser->names, space, owner, schema, name, caseless);

    if (found == NULL && owner == NULL && schema == NULL)
        return names_find(&parser->names, space, NULL, "public", name,
                          caseless);
    if (found == NULL && schema != NULL && strcmp(schema, "public") == 0)
        return names_find(&parser->names, space, NULL, NULL, name, caseless);
    return found;
}

struct object *
parse_find(const struct parser *parser, enum name_space space,
           const struct object *owner, const char *schema, const char *name)
{
    return parse_find_as(parser, space, owner, schema, name,
                         is_caseless(parser));
}

bool
parse_is_free(struct parser *parser, enum name_space space,
              const struct object *owner, const char *schema, const char *name,
              const struct lexeme *at)
{
    const struct object *other = parse_find(parser, space, owner, schema, name);

    if (other == NULL || *name == '\0')
        return true;
    (void)parse_fail(parser, at, "there is %s already",
                     object_title(&parser->scratch, other));
    if (other->place.line > 0)
        (void)err_hint(parser->err, "it is declared at %s:%u:%u",
                       other->place.file, other->place.line,
                       other->place.column);
    return false;
}

struct object *
parse_add(struct parser *parser, enum object_kind kind, struct object *owner,
          const char *name, const struct lexeme *at)
{
    struct object *object = schema_add(parser->schema, kind, owner, name);

    object->language = parser->source.language;
    object->place = parse_place(parser, at);
    return object;
}

struct object *
parse_table(struct parser *parser, const char *schema, const char *name,
            const struct lexeme *at)
{
    struct object *table =
        parse_find(parser, NAME_RELATION, NULL, schema, name);

    if (table != NULL &&
        (table->kind == OBJECT_TABLE || table->kind == OBJECT_VIEW))
        return table;
    (void)parse_fail(parser, at, "table '%s' is not declared before this",
                     parse_joined(parser, schema, name));
    return NULL;
}

/* Domains and the like are types; a function may be there in two schemas. */
bool
parse_is_other_free(struct parser *parser, struct object *other,
                    const struct lexeme *at)
{
    const char *what = other->text[ATTRIBUTE_WHAT];
    const char *last = strrchr(what, ' ');
    bool type = strcmp(last ? last + 1 : what, "type") == 0 ||
                strcmp(what, "domain") == 0;
    enum name_space space = type ? NAME_TYPE : NAME_OTHER;
    const char *schema =
        type ? other->schema
             : parse_joined(parser, what, other->schema ? other->schema : "");

    if (!parse_is_free(parser, space, NULL, schema, other->name, at))
        return false;
    names_add(&parser->names, space, NULL, schema, other);
    return true;
}

struct mention *
parse_mention(struct parser *parser, enum mention_kind kind,
              struct object *object, const char *schema, const char *name,
              const struct lexeme *at)
{
    struct mention *mention;

    parser->mentions =
        arena_grow(&parser->names.arena, parser->mentions, parser->nmentions,
                   &parser->mentions_size, sizeof *mention);
    mention = &parser->mentions[parser->nmentions++];
    *mention = (struct mention){.kind = kind,
                                .object = object,
                                .schema = schema,
                                .name = name,
                                .place = parse_place(parser, at),
                                .common = parser->source.common};
    return mention;
}
