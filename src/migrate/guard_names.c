#include <string.h>

#include "db/token.h"
#include "migrate/guard_part.h"

struct guard_name {
    struct guard_name *next;
    const char *name;
};

struct guard_rename {
    struct guard_rename *next;
    const char *from;
    const char *to;
};

static char
lower(char character)
{
    return character >= 'A' && character <= 'Z' ? (char)(character + 32)
                                                : character;
}

bool
guard_same(const char *one, const char *other)
{
    while (*one != '\0' && lower(*one) == lower(*other)) {
        one++;
        other++;
    }
    return *one == *other;
}

static size_t
bucket_of(const char *name)
{
    size_t hash = 5381;

    for (; *name != '\0'; name++)
        hash = hash * 33 + (unsigned char)lower(*name);
    return hash % GUARD_BUCKETS;
}

bool
guard_names(const struct guard *guard, const char *name)
{
    const struct guard_name *at = guard->state->names[bucket_of(name)];

    while (at != NULL && !guard_same(at->name, name))
        at = at->next;
    return at != NULL;
}

static void
add_name(struct guard *guard, const char *name)
{
    struct guard_name **bucket = &guard->state->names[bucket_of(name)];
    struct guard_name *entry;

    if (guard_names(guard, name))
        return;
    entry = arena_alloc(&guard->arena, sizeof *entry);
    entry->name = arena_text(&guard->arena, name);
    entry->next = *bucket;
    *bucket = entry;
}

/* A name may stand in single quotes behind these: drop table 'x'. */
static bool
comes_before_name(const struct token *token)
{
    static const char *const words[] = {
        "table", "exists",     "into",  "from",    "join", "update", "on",
        "to",    "references", "index", "trigger", "view", "."};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (token_is(token, words[i]))
            return true;
    return false;
}

static bool
is_name(const struct token *token, const struct token *before)
{
    return token->kind == TOKEN_WORD || token->kind == TOKEN_NAME ||
           (token->kind == TOKEN_TEXT && comes_before_name(before));
}

static void
add_rename(struct guard *guard, const char *from, const char *to)
{
    struct guard_rename *rename = arena_alloc(&guard->arena, sizeof *rename);

    rename->from = from;
    rename->to = to;
    rename->next = guard->state->renames;
    guard->state->renames = rename;
}

/* The two tokens before the next one. */
struct context {
    struct token before;
    struct token last;
    const char *altered; /* NULL: this is no ALTER TABLE */
    bool renames;
};

/* "alter table main.x rename to y", and "alter table x rename a to b" not. */
static void
follow_rename(struct guard *guard, struct context *context,
              const struct token *token, const char *name)
{
    struct arena *arena = &guard->arena;
    bool is_table = token_is(&context->last, "table") &&
                    token_is(&context->before, "alter");

    if (name == NULL || !(is_table || context->altered != NULL))
        return;
    if (is_table || token_is(&context->last, "."))
        context->altered = arena_text(arena, name);
    else if (token_is(token, "to") && token_is(&context->last, "rename"))
        context->renames = true;
    else if (context->renames && token_is(&context->last, "to"))
        add_rename(guard, context->altered, arena_text(arena, name));
}

/* What is read of a statement is freed with it; its names are copied. */
void
guard_mention(struct guard *guard, const char *text, enum sql_language language)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct tokens tokens = {.at = text,
                            .postgres = language == LANGUAGE_POSTGRES};
    struct context context = {0};
    struct token token;

    if (guard->state == NULL)
        guard->state = arena_alloc(&guard->arena, sizeof *guard->state);
    while (token_next(&tokens, &token)) {
        const char *name = NULL;

        if (is_name(&token, &context.last)) {
            arena_reuse(&arena);
            name = token_name(&arena, &token);
            add_name(guard, name);
        }
        follow_rename(guard, &context, &token, name);
        context.before = context.last;
        context.last = token;
    }
}

const char *
guard_renamed_from(const struct guard *guard, const char *name)
{
    const struct guard_rename *at = guard->state->renames;

    while (at != NULL && !guard_same(at->to, name))
        at = at->next;
    return at == NULL ? NULL : at->from;
}

static const char *
renamed_to(const struct guard *guard, const char *name)
{
    const struct guard_rename *at = guard->state->renames;

    while (at != NULL && !guard_same(at->from, name))
        at = at->next;
    return at == NULL ? NULL : at->to;
}

bool
guard_find(struct guard *guard, const char *name, const char **out,
           struct duet_error *err)
{
    const char *const names[] = {name, renamed_to(guard, name),
                                 guard_renamed_from(guard, name)};
    bool there = false;

    *out = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && !there; i++) {
        if (names[i] != NULL && !guard_is_table(guard, names[i], &there, err))
            return false;
        if (there)
            *out = names[i];
    }
    return true;
}
