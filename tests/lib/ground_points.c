#include <stdarg.h>
#include <string.h>

#include "lib/ground.h"

/* One of the conditions of a point; says which of them does not hold. */
static bool
holds(bool condition, const char *what, const char *got, const char *want)
{
    if (!condition)
        tap_diag("%s:\n got: %.900s\nwant: %.900s", what, got, want);
    return condition;
}

static bool
same(const char *what, const struct buf *got, const char *want)
{
    return holds(strcmp(buf_data(got), want) == 0, what, buf_data(got), want);
}

/* What stands in a list like "a 3, b 1" and not in LEFT. */
static void
take_away(const char *list, const char *left, struct buf *out)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *hay = arena_printf(&arena, ", %s,", left);

    buf_clear(out);
    for (const char *at = list; *at != '\0';) {
        const char *end = strstr(at, ", ");
        size_t len = end ? (size_t)(end - at) : strlen(at);
        const char *item = arena_printf(&arena, ", %.*s,", (int)len, at);

        if (strstr(hay, item) == NULL)
            buf_printf(out, "%s%.*s", out->len ? ", " : "", (int)len, at);
        at += len + (end ? 2 : 0);
    }
}

static bool
call(struct duet_cleaner *cleaner, bool preview, struct buf *out)
{
    struct duet_clear_report report = {0};
    struct duet_error err = {0};
    bool done = preview ? duet_clear_preview(cleaner, &report, &err)
                        : duet_clear(cleaner, &report, &err);

    report_text(&report, out);
    return holds(done, preview ? "preview" : "clear", err.text, err.hint);
}

static bool
try_clear(struct ground *ground, struct duet_cleaner *cleaner, const char *left)
{
    SCOPED(buf_release) struct buf before = {0};
    SCOPED(buf_release) struct buf now = {0};
    SCOPED(buf_release) struct buf gone = {0};
    SCOPED(buf_release) struct buf schema = {0};

    ground_rows(ground, &before);
    ground_schema(ground, &schema);
    take_away(buf_data(&before), left, &gone);
    if (!call(cleaner, true, &now) ||
        !same("the preview", &now, buf_data(&gone)))
        return false;
    ground_rows(ground, &now);
    if (!same("after the preview", &now, buf_data(&before)) ||
        !call(cleaner, false, &now) ||
        !same("the report", &now, buf_data(&gone)))
        return false;
    ground_rows(ground, &now);
    if (!same("what is left", &now, left) || !call(cleaner, false, &now) ||
        !same("the second report", &now, ""))
        return false;
    ground_schema(ground, &now);
    return same("the schema", &now, buf_data(&schema));
}

static const char *point_name(struct arena *arena, const struct ground *ground,
                              const char *fmt, va_list args) TAP_PRINTF(3, 0);

static const char *
point_name(struct arena *arena, const struct ground *ground, const char *fmt,
           va_list args)
{
    return arena_printf(arena, "%s: %s", ground->who,
                        arena_vprintf(arena, fmt, args));
}

bool
ground_clears(struct ground *ground, const struct duet_clear_options *options,
              const char *left, const char *fmt, ...)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    struct duet_error err = {0};
    va_list args;
    const char *name;
    bool done;

    va_start(args, fmt);
    name = point_name(&arena, ground, fmt, args);
    va_end(args);
    done = holds(duet_cleaner_open(&cleaner, ground->cleaner, options, &err),
                 "open", err.text, err.hint) &&
           try_clear(ground, cleaner, left);
    return OK(done, "%s", name);
}

bool
ground_refuses(struct ground *ground, const struct duet_clear_options *options,
               enum duet_error_kind kind, const char *says, const char *fmt,
               ...)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    SCOPED(buf_release) struct buf before = {0};
    SCOPED(buf_release) struct buf now = {0};
    SCOPED(buf_release) struct buf schema = {0};
    struct duet_error err = {0};
    va_list args;
    const char *name;
    bool done;

    va_start(args, fmt);
    name = point_name(&arena, ground, fmt, args);
    va_end(args);
    ground_rows(ground, &before);
    ground_schema(ground, &schema);
    done = !duet_cleaner_open(&cleaner, ground->cleaner, options, &err) ||
           !duet_clear(cleaner, NULL, &err);
    done = holds(done, "cleared", "", "an error") &&
           holds(err.kind == kind, "kind", duet_error_name(err.kind),
                 duet_error_name(kind)) &&
           holds(strstr(err.text, says) || strstr(err.hint, says), "says",
                 arena_printf(&arena, "%s (%s)", err.text, err.hint), says);
    if (!done)
        tap_diag("error: %s (%s)", err.text, err.hint);
    ground_rows(ground, &now);
    done = done && same("rows", &now, buf_data(&before));
    ground_schema(ground, &now);
    return OK(done && same("schema", &now, buf_data(&schema)), "%s", name);
}
