#include "lib/splitting.h"

#include <string.h>

#include "db/token.h"

static void
add_data(struct buf *out, struct script *script)
{
    const char *data;
    size_t len;

    buf_char(out, '<');
    while (script_data(script, &data, &len))
        buf_add(out, data, len);
    buf_char(out, '>');
}

const char *
split(struct arena *arena, enum sql_language language, const char *text)
{
    return split_through(arena, language, text, 0);
}

const char *
split_through(struct arena *arena, enum sql_language language, const char *text,
              size_t window)
{
    const struct script_source source = {
        .name = "x", .text = text, .window = window};
    SCOPED(script_close) struct script *script = NULL;
    SCOPED(buf_release) struct buf out = {0};
    struct duet_error err = {0};
    struct statement statement;

    if (script_open(&script, &source, language, &err))
        while (script_next(script, &statement)) {
            buf_printf(&out, "[%s]", statement.text);
            if (statement.kind == STATEMENT_COPY)
                add_data(&out, script);
        }
    if (err.kind != DUET_ERROR_NONE)
        buf_printf(&out, "! %s", err.text);
    if (*err.hint != '\0')
        buf_printf(&out, " (%s)", err.hint);
    return arena_text(arena, buf_data(&out));
}

struct list {
    const char **items;
    size_t count;
    size_t have;
};

/* A NULL is not counted. */
static void
add(struct list *list, struct arena *arena, const char *item)
{
    list->items = arena_grow(arena, list->items, list->count, &list->have,
                             sizeof *list->items);
    list->items[list->count] = item;
    list->count += item != NULL;
}

const char **
statements_of(struct arena *arena, enum sql_language language, const char *text,
              bool *ended)
{
    const struct script_source source = {.name = "x", .text = text};
    SCOPED(script_close) struct script *script = NULL;
    struct statement statement;
    struct list list = {0};

    if (script_open(&script, &source, language, NULL))
        while (script_next(script, &statement))
            add(&list, arena, arena_text(arena, statement.text));
    add(&list, arena, NULL);
    *ended = script != NULL && script_ended(script);
    return list.items;
}

const char **
naive_statements_of(struct arena *arena, const char *text)
{
    static const char blank[] = " \t\r\n\f\v";
    struct list list = {0};

    while (*text != '\0') {
        const char *end = text + strcspn(text, ";");
        const char *at = text + strspn(text, blank);
        const char *behind = end;

        while (behind > at && strchr(blank, behind[-1]) != NULL)
            behind--;
        if (at < end)
            add(&list, arena, arena_copy(arena, at, (size_t)(behind - at)));
        text = *end == ';' ? end + 1 : end;
    }
    add(&list, arena, NULL);
    return list.items;
}

const char *
trimmed_statement(struct arena *arena, enum sql_language language,
                  const char *text)
{
    struct tokens tokens = {.at = text,
                            .postgres = language == LANGUAGE_POSTGRES};
    struct token token;
    const char *begin = NULL;
    const char *end = text;

    for (const char *behind = text; token_next(&tokens, &token);
         behind = token.text + token.len) {
        if (begin == NULL && !token_is(&token, ";"))
            begin = token.text;
        end = token_is(&token, ";") ? behind : token.text + token.len;
    }
    return begin == NULL ? "" : arena_copy(arena, begin, (size_t)(end - begin));
}

bool
is_same_checksum(enum sql_language language, const char *one, const char *other)
{
    const struct script_source source = {.name = "one", .text = one};
    const struct script_source other_source = {.name = "other", .text = other};
    char sum[DIGEST_LEN];
    char other_sum[DIGEST_LEN];

    return script_checksum_all(&source, language, sum, NULL) &&
           script_checksum_all(&other_source, language, other_sum, NULL) &&
           strcmp(sum, other_sum) == 0;
}
