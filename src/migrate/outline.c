#include "migrate/outline.h"

#include <string.h>

#include "base/err.h"
#include "db/token.h"

enum { LONGEST_LISTED = 65536 }; /* bytes */

static bool
is_control(enum statement_kind kind)
{
    return kind == STATEMENT_BEGIN || kind == STATEMENT_COMMIT ||
           kind == STATEMENT_ROLLBACK;
}

static bool
has_word(const struct statement *statement, enum sql_language language,
         const char *const *words)
{
    struct tokens tokens = {.at = statement->text,
                            .postgres = language == LANGUAGE_POSTGRES};
    struct token token;

    while (tokens.postgres && token_next(&tokens, &token))
        for (size_t i = 0; words[i] != NULL; i++)
            if (token_is(&token, words[i]))
                return true;
    return false;
}

static bool
sets_session(const struct statement *statement, enum sql_language language)
{
    static const char *const words[] = {"set_config", NULL};

    return statement->kind == STATEMENT_SESSION ||
           has_word(statement, language, words);
}

/* What it calls may do so. */
static bool
may_set_session(const struct statement *statement, enum sql_language language)
{
    static const char *const words[] = {"call", "do", "execute", NULL};

    return has_word(statement, language, words);
}

/* "foreign_keys" of `pragma main.foreign_keys = off`, in lower case. */
static const char *
pragma_name(struct arena *arena, const char *text)
{
    struct tokens tokens = {.at = text};
    struct token token;
    char *name = NULL;

    (void)token_next(&tokens, &token);
    if (token_next(&tokens, &token))
        name = token_name(arena, &token);
    if (token_next(&tokens, &token) && token_is(&token, ".") &&
        token_next(&tokens, &token))
        name = token_name(arena, &token);
    for (char *at = name; at != NULL && *at != '\0'; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    return name != NULL ? name : "";
}

static struct hoisted *
find_hoisted(struct hoisted *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].name, name) == 0)
            return &list[i];
    return NULL;
}

/* The first of a name counts for the transaction, the last for what follows. */
static void
hoist(struct outline *outline, const struct statement *statement)
{
    struct arena *arena = &outline->arena;
    struct hoisted hoisted = {
        .name = pragma_name(arena, statement->text),
        .text = arena_copy(arena, statement->text, statement->len),
        .number = statement->number,
    };
    struct hoisted *last;

    if (find_hoisted(outline->before, outline->nbefore, hoisted.name) == NULL) {
        outline->before =
            arena_grow(arena, outline->before, outline->nbefore,
                       &outline->before_size, sizeof *outline->before);
        outline->before[outline->nbefore++] = hoisted;
        return;
    }
    last = find_hoisted(outline->after, outline->nafter, hoisted.name);
    if (last != NULL) {
        *last = hoisted;
        return;
    }
    outline->after = arena_grow(arena, outline->after, outline->nafter,
                                &outline->after_size, sizeof *outline->after);
    outline->after[outline->nafter++] = hoisted;
}

/* The place of the first one is kept. */
static void
note_place(struct outline *outline, const char **place,
           const struct script_source *source,
           const struct statement *statement)
{
    if (*place == NULL)
        *place = arena_printf(&outline->arena, "%s:%zu:%zu", source->name,
                              statement->line, statement->column);
}

bool
outline_begins_plainly(const struct statement *statement,
                       enum sql_language language)
{
    static const char *const words[] = {"begin",      "start",     "work",
                                        "deferred",   "immediate", "exclusive",
                                        "transaction"};
    struct tokens tokens = {.at = statement->text,
                            .postgres = language == LANGUAGE_POSTGRES};
    struct token token;
    bool is_plain = true;

    while (is_plain && token_next(&tokens, &token)) {
        is_plain = false;
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            is_plain = is_plain || token_is(&token, words[i]);
    }
    return is_plain;
}

/* A pair counts that has nothing but pragmas outside. */
static void
note_control(struct outline *outline, const struct statement *statement,
             enum sql_language language)
{
    outline->controls++;
    if (statement->kind == STATEMENT_BEGIN && outline->last == 0 &&
        outline_begins_plainly(statement, language))
        outline->begin = statement->number;
    if (statement->kind == STATEMENT_COMMIT)
        outline->commit = statement->number;
}

/* COPY has an answer to be given, and `set local` may change the encoding. */
static bool
is_loner(const struct statement *statement, enum sql_language language)
{
    struct tokens tokens = {.at = statement->text,
                            .postgres = language == LANGUAGE_POSTGRES};
    struct token token;

    return token_next(&tokens, &token) &&
           (token_is(&token, "copy") || token_is(&token, "set"));
}

/* The data of a COPY can't be kept. */
static void
list(struct outline *outline, const struct statement *statement)
{
    struct arena *arena = &outline->arena;
    struct statement *copy;

    if (outline->listed < statement->number - 1 ||
        statement->kind == STATEMENT_COPY ||
        outline->len + statement->len > LONGEST_LISTED)
        return;
    outline->len += statement->len;
    outline->list = arena_grow(arena, outline->list, outline->listed,
                               &outline->list_size, sizeof *outline->list);
    copy = &outline->list[outline->listed++];
    *copy = *statement;
    copy->text = arena_copy(arena, statement->text, statement->len);
    copy->object = copy->table = NULL;
}

static void
note(struct outline *outline, const struct script_source *source,
     const struct statement *statement, enum sql_language language)
{
    outline->statements++;
    list(outline, statement);
    outline->has_loner = outline->has_loner || is_loner(statement, language);
    if (sets_session(statement, language))
        note_place(outline, &outline->session, source, statement);
    outline->sets_session = outline->sets_session || outline->session != NULL ||
                            may_set_session(statement, language);
    if (statement->kind == STATEMENT_PRAGMA) {
        hoist(outline, statement);
        return;
    }
    if (statement->kind == STATEMENT_OUTSIDE)
        note_place(outline, &outline->reason, source, statement);
    if (is_control(statement->kind))
        note_control(outline, statement, language);
    outline->last = statement->number;
}

/* Transactions of the script's own, other than one around all of it. */
static bool
has_own_transactions(const struct outline *outline)
{
    bool is_enclosed = outline->controls == 2 && outline->begin > 0 &&
                       outline->commit == outline->last;

    return outline->controls > 0 && !is_enclosed;
}

bool
outline_read(struct outline *outline, const struct script_source *source,
             enum sql_language language, bool by_steps, struct guard *guard,
             struct duet_error *err)
{
    SCOPED(script_close) struct script *script = NULL;
    struct statement statement;

    outline_clear(outline);
    if (!script_open(&script, source, language, err))
        return false;
    while (script_next(script, &statement)) {
        note(outline, source, &statement, language);
        if (guard != NULL)
            guard_mention(guard, statement.text, language);
    }
    if (!script_ended(script))
        return false;
    if (by_steps)
        outline->reason = source->name;
    else if (outline->reason == NULL && has_own_transactions(outline))
        outline->reason =
            arena_printf(&outline->arena,
                         "%s, which has transactions of its own", source->name);
    if (outline->reason != NULL)
        outline->begin = outline->commit = 0;
    return true;
}

void
outline_clear(struct outline *outline)
{
    arena_clear(&outline->arena);
    *outline = (struct outline){0};
}

bool
outline_is_complete(const struct outline *outline)
{
    return outline->listed == outline->statements;
}

bool
outline_leaves_out(const struct outline *outline,
                   const struct statement *statement)
{
    return statement->kind == STATEMENT_PRAGMA ||
           statement->number == outline->begin ||
           statement->number == outline->commit;
}

bool
outline_refuse_joining(const struct outline *outline, struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_USAGE,
                  "%s can't run in a transaction with others", outline->reason);
    return err_hint(err, "leave --single-transaction out");
}
