/*
 * The cursor over tokens, and the comments between them.
 */
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "schema/parse_part.h"

/* ----------------------------------------------------------------- tokens */

bool
parse_at_end(const struct parser *parser)
{
    return parser->at->token.len == 0;
}

bool
parse_is(const struct parser *parser, const char *words)
{
    const struct lexeme *at = parser->at;

    for (;; words++, at++) {
        size_t len = strcspn(words, " ");

        if (at->token.len != len ||
            (at->token.kind != TOKEN_WORD && at->token.kind != TOKEN_SYMBOL) ||
            strncasecmp(at->token.text, words, len) != 0)
            return false;
        words += len;
        if (*words == '\0')
            return true;
    }
}

bool
parse_accept(struct parser *parser, const char *words)
{
    if (!parse_is(parser, words))
        return false;
    for (; words != NULL; words = strchr(words + 1, ' '))
        parser->at++;
    return true;
}

bool
parse_expect(struct parser *parser, const char *words)
{
    return parse_accept(parser, words) ||
           parse_fail_expected(parser,
                               arena_printf(&parser->scratch, "'%s'", words));
}

/* DEPTH of parentheses and brackets behind this token. */
static size_t
nest(const struct parser *parser, size_t depth)
{
    if (parse_is(parser, "(") || parse_is(parser, "["))
        return depth + 1;
    if (depth > 0 && (parse_is(parser, ")") || parse_is(parser, "]")))
        return depth - 1;
    return depth;
}

void
parse_skip_part(struct parser *parser)
{
    for (size_t depth = 0; !parse_at_end(parser); parser->at++) {
        if (depth == 0 && parse_at_delimiter(parser))
            return;
        depth = nest(parser, depth);
    }
}

void
parse_skip_statement(struct parser *parser)
{
    for (size_t depth = 0; !parse_at_end(parser); parser->at++) {
        if (depth == 0 && parse_is(parser, ";"))
            return;
        depth = nest(parser, depth);
    }
}

bool
parse_at_delimiter(const struct parser *parser)
{
    return parse_is(parser, ",") || parse_is(parser, ")") ||
           parse_is(parser, ";") || parse_at_end(parser);
}

const char *
parse_between(struct parser *parser, const struct lexeme *first,
              const struct lexeme *end)
{
    const struct token *last = &end[-1].token;

    if (end <= first)
        return "";
    return arena_copy(&parser->schema->arena, first->token.text,
                      (size_t)(last->text + last->len - first->token.text));
}

const char *
parse_lower(struct parser *parser, const struct lexeme *first)
{
    char *text = arena_text(&parser->schema->arena, parse_slice(parser, first));

    for (const struct lexeme *at = first; at < parser->at; at++)
        for (size_t i = 0; at->token.kind == TOKEN_WORD && i < at->token.len;
             i++) {
            char *c = &text[(at->token.text - first->token.text) + (long)i];

            if (*c >= 'A' && *c <= 'Z')
                *c = (char)(*c - 'A' + 'a');
        }
    return text;
}

const char *
parse_slice(struct parser *parser, const struct lexeme *first)
{
    return parse_between(parser, first, parser->at);
}

const char *
parse_parenthesised(struct parser *parser)
{
    const struct lexeme *open = parser->at;
    size_t depth = 0;

    if (!parse_is(parser, "(")) {
        (void)parse_fail_expected(parser, "'('");
        return NULL;
    }
    do {
        depth = nest(parser, depth);
        parser->at++;
    } while (depth > 0 && !parse_at_end(parser));
    if (depth > 0) {
        (void)parse_fail(parser, open, "this parenthesis is not closed");
        return NULL;
    }
    return parse_between(parser, open + 1, parser->at - 1);
}

const char *
parse_condition(struct parser *parser)
{
    const struct lexeme *open = parser->at;
    const char *text = parse_parenthesised(parser);

    if (text == NULL || *text != '\0')
        return text;
    parser->at = open + 1;
    (void)parse_fail_expected(parser, "an expression");
    return NULL;
}

/* --------------------------------------------------------------- comments */

/*
 * A comment that begins with two stars and a blank and ends with a blank is
 * the model's: what stands between them.
 */
static const char *
comment_text(struct parser *parser, const char *comment, size_t len)
{
    struct buf text = {0};
    const char *result;

    if (len < 8 || strncmp(comment, "/** ", 4) != 0 ||
        strncmp(comment + len - 3, " */", 3) != 0)
        return NULL;
    for (size_t i = 4; i < len - 3; i++) {
        bool parted = strncmp(comment + i, "* /", 3) == 0 && i + 3 <= len - 3;

        buf_char(&text, comment[i]);
        i += parted;
    }
    result = arena_copy(&parser->schema->arena, buf_data(&text), text.len);
    buf_release(&text);
    return result;
}

/*
 * The comments between the last token and this one: the first where it stands
 * on the last token's line, and the last of the others.
 */
static void
read_comments(struct parser *parser, const char **beside, const char **before)
{
    const char *end = parser->at->token.text;
    const char *at = parser->at[-1].token.text + parser->at[-1].token.len;
    bool same_line = true;

    *beside = *before = NULL;
    for (size_t len; at < end; at += len) {
        len = 1;
        if (at[0] == '\n') {
            same_line = false;
        } else if (at[0] == '-' && at[1] == '-') {
            len = strcspn(at, "\n");
        } else if (at[0] == '/' && at[1] == '*') {
            const char *close = strstr(at + 2, "*/");

            len = close == NULL ? (size_t)(end - at) : (size_t)(close + 2 - at);
            *(same_line && *beside == NULL ? beside : before) =
                comment_text(parser, at, len);
        }
    }
}

const char *
parse_comment(struct parser *parser)
{
    const char *beside = NULL;
    const char *before = NULL;

    if (!parse_is_postgres(parser))
        read_comments(parser, &beside, &before);
    return before != NULL ? before : beside;
}

/* The first comment on the line of the parenthesis is the table's. */
const char *
parse_table_comment(struct parser *parser, const char **of_column)
{
    const char *of_table = NULL;

    *of_column = NULL;
    if (!parse_is_postgres(parser))
        read_comments(parser, &of_table, of_column);
    return of_table;
}
