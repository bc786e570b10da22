#include "cli/verify_view.h"

#include <stdio.h>

#include "cli/render.h"

/* "index 'i' of table 't' is left": a remark in words. */
static const char *
words_of(struct arena *arena, const struct verify_remark *remark)
{
    if (remark->kind == VERIFY_NO_DOWN || remark->kind == VERIFY_FAILS ||
        remark->attribute != NULL)
        return remark->text;
    if (remark->before == NULL && remark->after != NULL)
        return arena_printf(arena, "%s is there", remark->text);
    if (remark->before != NULL && remark->after == NULL)
        return arena_printf(arena, "%s is lost", remark->text);
    return remark->text;
}

void
verify_item_print(struct arena *arena, const struct verify_item *item)
{
    bool is_good = true;

    for (size_t i = 0; i < item->nremarks; i++)
        is_good = is_good && item->remarks[i].kind == VERIFY_NOTE;
    if (is_good)
        render_line((const char *const[]){item->engine, item->version, "ok"},
                    3);
    for (size_t i = 0; i < item->nremarks; i++) {
        const struct verify_remark *remark = &item->remarks[i];
        const char *const fields[] = {
            item->engine,
            item->version,
            verify_kind_names[remark->kind],
            remark->step,
            words_of(arena, remark),
            remark->attribute,
            remark->before,
            remark->after,
            remark->hint,
        };
        size_t count = sizeof fields / sizeof *fields;

        while (fields[count - 1] == NULL)
            count--;
        render_line(fields, count);
    }
    (void)fflush(stdout);
}

void
verify_item_json(struct json *json, const struct verify_item *item)
{
    json_open(json, NULL, '{');
    json_text(json, "version", item->version);
    json_open(json, "remarks", '[');
    for (size_t i = 0; i < item->nremarks; i++) {
        const struct verify_remark *remark = &item->remarks[i];

        json_open(json, NULL, '{');
        json_text(json, "kind", verify_kind_names[remark->kind]);
        json_text(json, "step", remark->step);
        json_text(json, "text", remark->text);
        json_text(json, "attribute", remark->attribute);
        json_text(json, "before", remark->before);
        json_text(json, "after", remark->after);
        json_text(json, "hint", remark->hint);
        json_close(json, '}');
    }
    json_close(json, ']');
    json_close(json, '}');
}
