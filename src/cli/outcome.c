#include "cli/outcome.h"

#include "cli/render.h"

const char *
outcome_name(enum duet_outcome outcome)
{
    static const char *const names[] = {
        [DUET_FOUND] = "found",
        [DUET_CREATED] = "created",
        [DUET_DIFFERENT] = "different",
    };

    return names[outcome];
}

void
outcome_line(struct arena *arena, const char *table, const struct duet_row *row)
{
    const char **fields =
        arena_array(arena, 2 + row->nidentity, sizeof *fields);

    fields[0] = outcome_name(row->outcome);
    fields[1] = table;
    for (size_t i = 0; i < row->nidentity; i++)
        fields[2 + i] = arena_printf(arena, "%s=%s", row->identity[i],
                                     row->id[i] ? row->id[i] : "");
    render_line(fields, 2 + row->nidentity);
}

void
outcome_json(struct json *json, const char *table, const struct duet_row *row)
{
    json_text(json, "outcome", outcome_name(row->outcome));
    json_text(json, "table", table);
    json_open(json, "id", '{');
    for (size_t i = 0; i < row->nidentity; i++)
        json_text(json, row->identity[i], row->id[i]);
    json_close(json, '}');
    json_open(json, "different", '[');
    for (size_t i = 0; i < row->ndifferent; i++) {
        json_open(json, NULL, '{');
        json_text(json, "column", row->different[i].column);
        json_text(json, "stored", row->different[i].stored);
        json_text(json, "given", row->different[i].given);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static const char *
quoted(struct arena *arena, const char *value)
{
    return value ? arena_printf(arena, "'%s'", value) : "NULL";
}

const char *
outcome_differences(struct arena *arena, const struct duet_row *row)
{
    const char *text = "";

    for (size_t i = 0; i < row->ndifferent; i++) {
        const struct duet_difference *different = &row->different[i];

        text = arena_printf(arena, "%s%s%s is %s, not %s", text, i ? "; " : "",
                            different->column, quoted(arena, different->stored),
                            quoted(arena, different->given));
    }
    return text;
}
