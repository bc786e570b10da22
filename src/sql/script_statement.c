#include "sql/script_state.h"

#include <stdio.h>
#include <string.h>

static void
begin_statement(struct script *script, uint64_t place)
{
    if (script->progress.begun)
        return;
    script->counted = script_position_of(script, place);
    script->progress.begun = true;
    script->progress.start = script->counted;
}

enum shell_state
shell_next_state(enum shell_state state, const struct token *token)
{
    enum { SEMICOLON, OTHER, EXPLAIN, CREATE, TEMP, TRIGGER, END };
    static const unsigned char table[][7] = {
        /* by token, in the order above */
        [SHELL_START] = {SHELL_START, SHELL_NORMAL, SHELL_EXPLAIN, SHELL_CREATE,
                         SHELL_NORMAL, SHELL_NORMAL, SHELL_NORMAL},
        [SHELL_NORMAL] = {SHELL_START, SHELL_NORMAL, SHELL_NORMAL, SHELL_NORMAL,
                          SHELL_NORMAL, SHELL_NORMAL, SHELL_NORMAL},
        [SHELL_EXPLAIN] = {SHELL_START, SHELL_EXPLAIN, SHELL_NORMAL,
                           SHELL_CREATE, SHELL_NORMAL, SHELL_NORMAL,
                           SHELL_NORMAL},
        [SHELL_CREATE] = {SHELL_START, SHELL_NORMAL, SHELL_NORMAL, SHELL_NORMAL,
                          SHELL_CREATE, SHELL_TRIGGER, SHELL_NORMAL},
        [SHELL_TRIGGER] = {SHELL_SEMICOLON, SHELL_TRIGGER, SHELL_TRIGGER,
                           SHELL_TRIGGER, SHELL_TRIGGER, SHELL_TRIGGER,
                           SHELL_TRIGGER},
        [SHELL_SEMICOLON] = {SHELL_SEMICOLON, SHELL_TRIGGER, SHELL_TRIGGER,
                             SHELL_TRIGGER, SHELL_TRIGGER, SHELL_TRIGGER,
                             SHELL_END},
        [SHELL_END] = {SHELL_START, SHELL_TRIGGER, SHELL_TRIGGER, SHELL_TRIGGER,
                       SHELL_TRIGGER, SHELL_TRIGGER, SHELL_TRIGGER},
    };
    static const char *const words[] = {[EXPLAIN] = "explain",
                                        [CREATE] = "create",
                                        [TEMP] = "temp",
                                        [TRIGGER] = "trigger",
                                        [END] = "end"};
    int column = OTHER;

    if (token->kind == TOKEN_SYMBOL || state == SHELL_NORMAL)
        return table[state][token_is(token, ";") ? SEMICOLON : OTHER];
    if (token_is(token, "temporary"))
        column = TEMP;
    for (int i = EXPLAIN; i <= END; i++)
        if (token_is(token, words[i]))
            column = i;
    return table[state][column];
}

/* The first words that matter to psql: create or replace function. */
static void
note_word(struct progress *progress, const struct token *token)
{
    static const char *const words[] = {"create", "or", "replace", "function",
                                        "procedure"};

    if (progress->nwords >= sizeof progress->words - 1)
        return;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (token_is(token, words[i]))
            progress->words[progress->nwords] = *words[i];
    if (progress->words[progress->nwords] == '\0')
        progress->words[progress->nwords] = '?';
    progress->nwords++;
}

/* Is it a function or procedure, which may have a body of statements? */
static bool
may_have_body(const struct progress *progress)
{
    const char *words = progress->words;

    return strncmp(words, "cf", 2) == 0 || strncmp(words, "cp", 2) == 0 ||
           strcmp(words, "corf") == 0 || strcmp(words, "corp") == 0;
}

static void
take_word(struct progress *progress, const struct token *token)
{
    bool after_begin = progress->after_begin;

    note_word(progress, token);
    progress->after_begin = token_is(token, "begin");
    if (progress->parens > 0 || !may_have_body(progress))
        return;
    if (progress->begins == 0)
        progress->begins = after_begin && token_is(token, "atomic");
    else if (token_is(token, "case"))
        progress->begins++;
    else if (token_is(token, "end"))
        progress->begins--;
}

/* True where it ends the statement. */
static bool
take_postgres(struct progress *progress, const struct token *token)
{
    if (token_is(token, ";"))
        return progress->parens == 0 && progress->begins == 0;
    if (token->kind == TOKEN_WORD) {
        take_word(progress, token);
        return false;
    }
    progress->after_begin = false;
    if (token_is(token, "("))
        progress->parens++;
    else if (token_is(token, ")") && progress->parens > 0)
        progress->parens--;
    return false;
}

static bool
take_sqlite(struct progress *progress, const struct token *token)
{
    progress->state = shell_next_state(progress->state, token);
    return progress->state == SHELL_START;
}

/* Of the quote that begins at AT, and what belongs to it. */
static int
opening_len(const char *at)
{
    if (*at == '$')
        return (int)strcspn(at + 1, "$") + 2;
    return (int)strcspn(at, "'\"`[") + 1;
}

static enum step
fail_unclosed(struct script *script, const struct token *token)
{
    char text[128];

    (void)snprintf(text, sizeof text, "%.*s is not closed",
                   opening_len(token->opened), token->opened);
    (void)script_fail(script, script_place_of(script, token->opened), text,
                      NULL);
    return STEP_FAILED;
}

/* A token that is part of a statement, or ends it. */
enum step
script_take(struct script *script, const struct token *token)
{
    uint64_t place = script_place_of(script, token->text);
    bool ends;

    if (!token->closed && token->kind != TOKEN_PARAMETER)
        return fail_unclosed(script, token);
    script_hash(script, token->text, token->len);
    script_advance(script, token->text + token->len);
    script->line_is_blank = false;
    ends = script->language == LANGUAGE_POSTGRES
               ? take_postgres(&script->progress, token)
               : take_sqlite(&script->progress, token);
    if (ends)
        return STEP_DONE;
    begin_statement(script, place);
    script->progress.end = place + token->len;
    return STEP_ON;
}
