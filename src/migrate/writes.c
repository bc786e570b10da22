#include "migrate/writes.h"

#include <string.h>
#include <strings.h>

#include "db/token.h"

/* What stands before the name of a table, and may be between. */
static const struct phrase {
    const char *words[2];
    enum write_kind kind;
} phrases[] = {
    {{"delete", "from"}, WRITE_DELETE},  {{"truncate", NULL}, WRITE_DELETE},
    {{"drop", "table"}, WRITE_DROP},     {{"rename", "to"}, WRITE_RENAME},
    {{"replace", "into"}, WRITE_UPDATE}, {{"merge", "into"}, WRITE_UPDATE},
    {{"update", NULL}, WRITE_UPDATE},
};

static bool
is_filler(const struct token *token)
{
    static const char *const words[] = {"if",       "exists", "only",  "table",
                                        "or",       "ignore", "abort", "fail",
                                        "rollback", "replace"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (token_is(token, words[i]))
            return true;
    return false;
}

static bool
is_symbol(const struct token *token, char symbol)
{
    return token->kind == TOKEN_SYMBOL && token->len == 1 &&
           *token->text == symbol;
}

static void
add(struct writes *writes, enum write_kind kind, const char *table)
{
    writes->list = arena_grow(&writes->arena, writes->list, writes->count,
                              &writes->size, sizeof *writes->list);
    writes->list[writes->count++] = (struct write){kind, table};
}

/* The last part of a name with dots; TOKEN is its first, then what follows. */
static const char *
read_name(struct writes *writes, struct tokens *tokens, struct token *token)
{
    const char *name = NULL;

    for (;;) {
        if (token->kind != TOKEN_WORD && token->kind != TOKEN_NAME)
            return name;
        name = token_name(&writes->arena, token);
        if (!token_next(tokens, token) || !is_symbol(token, '.') ||
            !token_next(tokens, token))
            return name;
    }
}

/* "a, b.c": the names behind PHRASE.  TOKEN is what follows them. */
static void
read_names(struct writes *writes, enum write_kind kind, struct tokens *tokens,
           struct token *token)
{
    const char *name;

    while (is_filler(token) && token_next(tokens, token))
        continue;
    while ((name = read_name(writes, tokens, token)) != NULL) {
        add(writes, kind, name);
        if (!is_symbol(token, ',') || !token_next(tokens, token))
            return;
    }
}

/* The phrase that begins with TOKEN, of which the first word is passed. */
static const struct phrase *
find_phrase(struct tokens *tokens, struct token *token)
{
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++) {
        struct tokens ahead = *tokens;
        struct token next = *token;

        if (!token_is(token, phrases[i].words[0]))
            continue;
        if (!token_next(&ahead, &next) && phrases[i].words[1] != NULL)
            continue;
        if (phrases[i].words[1] != NULL) {
            if (!token_is(&next, phrases[i].words[1]))
                continue;
            (void)token_next(&ahead, &next);
        }
        *tokens = ahead;
        *token = next;
        return &phrases[i];
    }
    return NULL;
}

/* "insert or replace into t", "insert into t ... on conflict do update" */
static void
read_insert(struct writes *writes, struct tokens tokens)
{
    struct token token;
    const char *table = NULL;
    bool replaces = false;
    bool is_do = false;

    while (token_next(&tokens, &token)) {
        replaces = replaces || token_is(&token, "replace") ||
                   (is_do && token_is(&token, "update"));
        is_do = token_is(&token, "do");
        if (table == NULL && token_is(&token, "into") &&
            token_next(&tokens, &token))
            table = read_name(writes, &tokens, &token);
    }
    if (replaces && table != NULL)
        add(writes, WRITE_UPDATE, table);
}

static void
read_text(struct writes *writes, const char *text, bool postgres)
{
    struct tokens tokens = {.at = text, .postgres = postgres};
    struct token token;
    bool more = token_next(&tokens, &token);

    while (more) {
        const struct phrase *phrase;

        if (token_is(&token, "insert"))
            read_insert(writes, tokens);
        if (token.kind == TOKEN_TEXT && *token.text == '$') {
            const char *inner = token_string(&writes->arena, &token);

            if (inner != NULL)
                read_text(writes, inner, postgres);
        }
        phrase = find_phrase(&tokens, &token);
        if (phrase != NULL)
            read_names(writes, phrase->kind, &tokens, &token);
        more = phrase != NULL ? token.len > 0 : token_next(&tokens, &token);
    }
}

bool
writes_read(struct writes *out, const struct script_source *source,
            enum sql_language language, struct duet_error *err)
{
    SCOPED(script_close) struct script *script = NULL;
    struct statement statement;

    if (!script_open(&script, source, language, err))
        return false;
    while (script_next(script, &statement)) {
        read_text(out, statement.text, language == LANGUAGE_POSTGRES);
        out->statements++;
    }
    return script_ended(script);
}

bool
writes_to(const struct writes *writes, enum write_kind kind, const char *table)
{
    for (size_t i = 0; i < writes->count; i++)
        if (writes->list[i].kind == kind &&
            strcasecmp(writes->list[i].table, table) == 0)
            return true;
    return false;
}

void
writes_clear(struct writes *writes)
{
    arena_clear(&writes->arena);
    *writes = (struct writes){0};
}
