/*
 * Variables of the environment in a text of goose's.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/err.h"
#include "migrate/tree_part.h"

struct substitution {
    const char *path;
    size_t number; /* of the line */
    struct arena arena;
    struct buf out;
    bool on;
    struct duet_error *err;
};

static void
substitution_clear(struct substitution *substitution)
{
    arena_clear(&substitution->arena);
    buf_release(&substitution->out);
}

static bool
no_variable(const struct substitution *substitution, const char *name)
{
    (void)err_set(substitution->err, DUET_ERROR_USAGE,
                  "%s:%zu: variable '%s' is not set", substitution->path,
                  substitution->number, name);
    return err_hint(substitution->err,
                    "set it, or write ${%s:-} if it may be empty", name);
}

/* `NAME`, `NAME-what else` or `NAME:-what else`, for empty ones too. */
static bool
put_in(struct substitution *substitution, char *name)
{
    char *rest = name + strcspn(name, ":-");
    bool not_empty = *rest == ':';
    const char *other = rest[not_empty] == '-' ? rest + not_empty + 1 : NULL;
    const char *value;

    *rest = '\0';
    value = getenv(name);
    if ((value == NULL || (not_empty && *value == '\0')) && other != NULL)
        value = other;
    if (value == NULL)
        return no_variable(substitution, name);
    buf_text(&substitution->out, value);
    return true;
}

static bool
is_name(const char *at)
{
    return isalpha((unsigned char)*at) || *at == '_';
}

static bool
substitute(struct substitution *substitution, const char *line, size_t len)
{
    const char *end = line + len;

    while (line < end) {
        const char *close =
            line[0] == '$' && line[1] == '{' && is_name(line + 2)
                ? memchr(line, '}', (size_t)(end - line))
                : NULL;

        if (close == NULL) {
            buf_char(&substitution->out, *line++);
            continue;
        }
        if (!put_in(substitution, arena_copy(&substitution->arena, line + 2,
                                             (size_t)(close - line) - 2)))
            return false;
        line = close + 1;
    }
    return true;
}

/* `-- +goose ENVSUB ON`, or OFF. */
static void
take_switch(struct substitution *substitution, const char *line, size_t len)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *at = arena_copy(&arena, line, len);

    if (strncmp(at, "--", 2) != 0)
        return;
    at += 2 + strspn(at + 2, " \t");
    if (strncasecmp(at, "+goose envsub on", 16) == 0)
        substitution->on = true;
    else if (strncasecmp(at, "+goose envsub off", 17) == 0)
        substitution->on = false;
}

bool
tree_variables(struct arena *arena, const char *path, const char *text,
               const char **out, struct duet_error *err)
{
    SCOPED(substitution_clear)
    struct substitution substitution = {.path = path, .err = err};

    while (*text != '\0') {
        size_t len = strcspn(text, "\n");

        len += text[len] == '\n';
        substitution.number++;
        take_switch(&substitution, text, len);
        if (!substitution.on)
            buf_add(&substitution.out, text, len);
        else if (!substitute(&substitution, text, len))
            return false;
        text += len;
    }
    *out = arena_text(arena, buf_data(&substitution.out));
    return true;
}
