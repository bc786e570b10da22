#include "cli/serve_request.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "cli/suggest.h"

static const char *const kind_names[] = {
    [JSON_NULL] = "null",        [JSON_BOOLEAN] = "a boolean",
    [JSON_NUMBER] = "a number",  [JSON_TEXT] = "a text",
    [JSON_OBJECT] = "an object", [JSON_ARRAY] = "an array",
};

static bool
is_named(const struct json_member *member, const char *name)
{
    return strcmp(member->name, name) == 0;
}

static const struct json_member *
find(const struct json_object *object, const char *name)
{
    for (size_t i = 0; i < object->count; i++)
        if (is_named(&object->members[i], name))
            return &object->members[i];
    return NULL;
}

static bool
check_once(const struct json_object *object, struct duet_error *err)
{
    for (size_t i = 0; i < object->count; i++)
        if (find(object, object->members[i].name) != &object->members[i])
            return err_set(err, DUET_ERROR_USAGE, "member '%s' is given twice",
                           object->members[i].name);
    return true;
}

static bool
read_id(const struct json_object *object, struct request *out,
        struct duet_error *err)
{
    const struct json_member *id = find(object, "id");

    if (id == NULL)
        return true;
    if (id->kind != JSON_TEXT && id->kind != JSON_NUMBER &&
        id->kind != JSON_NULL)
        return err_set(err, DUET_ERROR_USAGE,
                       "'id' is %s, not a number or a text",
                       kind_names[id->kind]);
    out->id = *id;
    return true;
}

static bool
unknown_request(const struct request_spec *specs, const char *name,
                struct duet_error *err)
{
    SCOPED(buf_release) struct buf names = {0};
    struct suggestion suggestion = {.word = name};

    for (; specs->name != NULL; specs++) {
        suggestion_try(&suggestion, specs->name);
        buf_printf(&names, "%s%s", names.len ? ", " : "", specs->name);
    }
    (void)err_set(err, DUET_ERROR_USAGE, "unknown request '%s'", name);
    if (suggestion.best != NULL)
        return err_hint(err, "did you mean '%s'?", suggestion.best);
    return err_hint(err, "there are %s", buf_data(&names));
}

static bool
read_what(const struct request_spec *specs, const struct json_object *object,
          struct request *out, struct duet_error *err)
{
    const struct json_member *what = find(object, "do");

    if (what == NULL || what->kind != JSON_TEXT) {
        (void)err_set(err, DUET_ERROR_USAGE, "the request has no text 'do'");
        return err_hint(err, "say what to do: {\"id\": 1, \"do\": \"%s\"}",
                        specs->name);
    }
    for (const struct request_spec *spec = specs; spec->name != NULL; spec++)
        if (strcmp(spec->name, what->value) == 0)
            out->spec = spec;
    return out->spec != NULL || unknown_request(specs, what->value, err);
}

static bool
unknown_member(const struct request_spec *spec, const char *name,
               struct duet_error *err)
{
    SCOPED(buf_release) struct buf names = {0};
    const struct request_member *member = spec->members;

    buf_text(&names, "id, do");
    for (; member->name != NULL; member++)
        buf_printf(&names, ", %s", member->name);
    (void)err_set(err, DUET_ERROR_USAGE, "request '%s' has no member '%s'",
                  spec->name, name);
    return err_hint(err, "its members are %s", buf_data(&names));
}

static const struct request_member *
find_spec(const struct request_spec *spec, const char *name)
{
    const struct request_member *member = spec->members;

    while (member->name != NULL && strcmp(member->name, name) != 0)
        member++;
    return member->name != NULL ? member : NULL;
}

static bool
read_member(struct json_reader *reader, struct arena *arena,
            const struct request_member *spec, const struct json_member *member,
            struct request *out, struct duet_error *err)
{
    void *field = (char *)out + spec->offset;
    struct json_object *object;

    if (member->kind != spec->kind)
        return err_set(err, DUET_ERROR_USAGE, "'%s' is %s, not %s",
                       member->name, kind_names[member->kind],
                       kind_names[spec->kind]);
    if (spec->kind == JSON_TEXT) {
        memcpy(field, &member->value, sizeof member->value);
        return true;
    }
    object = arena_alloc(arena, sizeof *object);
    memcpy(field, &object, sizeof object);
    return json_read(reader, arena, member->value, strlen(member->value),
                     object, err) &&
           check_once(object, err);
}

static bool
check_needed(const struct request_spec *spec, const struct json_object *object,
             struct duet_error *err)
{
    const struct request_member *member = spec->members;

    for (; member->name != NULL; member++)
        if (member->is_needed && find(object, member->name) == NULL)
            return err_set(err, DUET_ERROR_USAGE, "request '%s' needs '%s'",
                           spec->name, member->name);
    return true;
}

static bool
read_members(struct json_reader *reader, struct arena *arena,
             const struct json_object *object, struct request *out,
             struct duet_error *err)
{
    for (size_t i = 0; i < object->count; i++) {
        const struct json_member *member = &object->members[i];
        const struct request_member *spec = find_spec(out->spec, member->name);

        if (is_named(member, "id") || is_named(member, "do"))
            continue;
        if (spec == NULL)
            return unknown_member(out->spec, member->name, err);
        if (!read_member(reader, arena, spec, member, out, err))
            return false;
    }
    return check_needed(out->spec, object, err);
}

bool
request_read(const struct request_spec *specs, struct json_reader *reader,
             struct arena *arena, const char *text, size_t len,
             struct request *out, struct duet_error *err)
{
    struct json_object object;

    *out = (struct request){0};
    if (!json_read(reader, arena, text, len, &object, err))
        return err_hint(err, "a request is a line such as "
                             "{\"id\": 1, \"do\": \"clear\"}");
    return read_id(&object, out, err) && check_once(&object, err) &&
           read_what(specs, &object, out, err) &&
           read_members(reader, arena, &object, out, err);
}

void
request_add_id(struct json *json, const struct request *request)
{
    if (request->id.kind == JSON_NUMBER)
        json_number(json, "id", request->id.value);
    else
        json_text(json, "id", request->id.value);
}
