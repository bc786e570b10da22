#include "cli/profile_view.h"

#include <inttypes.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "cli/render.h"
#include "profile/place.h"

static void
print_json(const struct field *fields, size_t nfields)
{
    SCOPED(json_release) struct json json = {0};

    json_open(&json, NULL, '{');
    for (size_t i = 0; i < nfields; i++) {
        const struct field *field = &fields[i];

        if (field->boolean != NULL)
            json_boolean(&json, field->name,
                         strcmp(field->boolean, "yes") == 0);
        else if (field->text == NULL && field->number != 0)
            json_integer(&json, field->name, field->number);
        else
            json_text(&json, field->name, field->text);
    }
    json_close(&json, '}');
    json_print(&json, stdout);
}

static const char *
value_of(struct arena *arena, const struct field *field)
{
    if (field->boolean != NULL)
        return field->boolean;
    if (field->text == NULL && field->number != 0)
        return arena_printf(arena, "%" PRId64, field->number);
    return field->text;
}

void
profile_view(const struct invocation *invocation, const struct field *fields,
             size_t nfields)
{
    static const char *const headings[] = {"FIELD", "VALUE"};
    const char **cells =
        arena_array(invocation->arena, nfields * 2, sizeof *cells);
    size_t nrows = 0;

    if (invocation->global->json) {
        print_json(fields, nfields);
        return;
    }
    for (size_t i = 0; i < nfields; i++) {
        const char *value = value_of(invocation->arena, &fields[i]);

        if (value == NULL)
            continue;
        cells[nrows * 2] = fields[i].name;
        cells[nrows * 2 + 1] = value;
        nrows++;
    }
    render_table(headings, 2, cells, nrows);
}

const char *
profile_view_path(struct arena *arena, const struct profile *profile)
{
    return place_shown(arena, profile->url);
}

bool
profile_view_name(const struct invocation *invocation, const char **name,
                  struct duet_error *err)
{
    const char *operand =
        invocation->noperands > 0 ? invocation->operands[0] : NULL;
    const char *option = invocation->global->profile;

    if (operand != NULL && option != NULL && strcmp(operand, option) != 0)
        return err_set(err, DUET_ERROR_USAGE,
                       "two profiles are named, '%s' and '%s'", operand,
                       option);
    *name = operand != NULL ? operand : option;
    return true;
}
