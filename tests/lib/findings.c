#include "lib/findings.h"

#include <stdlib.h>
#include <string.h>

static const char *
line_of(struct arena *arena, const struct finding *finding, bool mirrored)
{
    const struct object *first = mirrored ? finding->right : finding->left;
    const struct object *second = mirrored ? finding->left : finding->right;
    const struct object *object = first ? first : second;
    const char *by =
        finding->rule ? finding->rule : severity_names[finding->severity];
    const char *name;

    if (object == NULL)
        return arena_printf(arena, "%s %s database %s",
                            verdict_names[finding->verdict], by,
                            finding->attribute);
    name = object->owner
               ? arena_printf(arena, "%s.%s", object_name(arena, object),
                              object->name)
               : object_name(arena, object);
    return arena_printf(
        arena, "%s %s %s %s%s%s", verdict_names[finding->verdict], by,
        object->text[ATTRIBUTE_WHAT] ? object->text[ATTRIBUTE_WHAT]
                                     : kind_specs[object->kind].name,
        name, finding->attribute ? " " : "",
        finding->attribute ? finding->attribute : "");
}

static int
order_lines(const void *one, const void *other)
{
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

void
findings_read(struct lines *out, struct arena *arena,
              const struct comparison *comparison, bool all, bool mirrored)
{
    *out = (struct lines){.items = arena_array(arena, comparison->nfindings + 1,
                                               sizeof *out->items)};
    for (size_t i = 0; i < comparison->nfindings; i++)
        if (all || comparison->findings[i].verdict != VERDICT_EQUIVALENT)
            out->items[out->count++] =
                line_of(arena, &comparison->findings[i], mirrored);
    qsort(out->items, out->count, sizeof *out->items, order_lines);
}

static const char *
appended(struct arena *arena, const char *text, const char *before,
         const char *line)
{
    return arena_printf(arena, "%s%s%s%s", text, *text ? "\n" : "", before,
                        line);
}

const char *
lines_text(struct arena *arena, const struct lines *lines)
{
    const char *text = "";

    for (size_t i = 0; i < lines->count; i++)
        text = appended(arena, text, "", lines->items[i]);
    return text;
}

const char *
lines_change(struct arena *arena, const struct lines *before,
             const struct lines *after)
{
    const char *text = "";
    const char *gone = "";
    size_t i = 0;
    size_t j = 0;

    while (i < before->count || j < after->count) {
        int order = i == before->count ? 1
                    : j == after->count
                        ? -1
                        : strcmp(before->items[i], after->items[j]);

        if (order > 0)
            text = appended(arena, text, "", after->items[j]);
        if (order < 0)
            gone = appended(arena, gone, "gone ", before->items[i]);
        i += order <= 0;
        j += order >= 0;
    }
    return arena_printf(arena, "%s%s%s", text, *text && *gone ? "\n" : "",
                        gone);
}
