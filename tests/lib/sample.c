#include "lib/sample.h"

#include <stdio.h>

#include "lib/shown.h"
#include "lib/tap.h"
#include "schema/reflect.h"
#include "schema/write.h"

/* Objects whose statements are yet to be run. */
struct pending {
    struct arena arena;
    const struct object **objects;
    size_t count;
    size_t size;
};

static void
read_shown(struct ground *ground, struct schema *schema, struct buf *shown)
{
    struct duet_error err = {0};

    if (!reflect_postgres(schema, ground->db, &err))
        tap_diag("%s: %s", err.text, err.hint);
    show_schema(shown, schema);
}

static void
add_pending(struct pending *pending, const struct object *object)
{
    pending->objects =
        arena_grow(&pending->arena, pending->objects, pending->count,
                   &pending->size, sizeof *pending->objects);
    pending->objects[pending->count++] = object;
}

static bool
is_made(struct ground *ground, const struct object *object)
{
    SCOPED(buf_release) struct buf sql = {0};
    struct duet_error err = {0};
    bool made;

    ground_run(ground, "savepoint one");
    made = write_create(&sql, object, "postgres") &&
           db_exec(ground->db, buf_data(&sql), &err);
    ground_run(ground, made ? "release one" : "rollback to one");
    return made;
}

/* In an order that is found by trying. */
static void
make_all(struct ground *ground, const struct schema *schema)
{
    struct pending pending = {0};
    size_t before;

    for (size_t i = 0; i < schema->nobjects; i++)
        add_pending(&pending, schema->objects[i]);
    do {
        size_t left = 0;

        before = pending.count;
        for (size_t i = 0; i < before; i++)
            if (!is_made(ground, pending.objects[i]))
                pending.objects[left++] = pending.objects[i];
        pending.count = left;
    } while (pending.count > 0 && pending.count < before);
    for (size_t i = 0; i < pending.count; i++)
        tap_diag("not made: %s",
                 object_title(&pending.arena, pending.objects[i]));
    arena_clear(&pending.arena);
}

static void
try_sample(struct ground *ground, const struct sample *sample, bool again)
{
    SCOPED(schema_clear) struct schema schema = {0};
    SCOPED(schema_clear) struct schema second = {0};
    SCOPED(buf_release) struct buf shown = {0};

    ground_run(ground, "begin; %s", sample->sql);
    read_shown(ground, &schema, &shown);
    IS_TEXT(buf_data(&shown), sample->shown, "%s", sample->name);
    ground_run(ground, "rollback");
    if (!again)
        return;
    ground_run(ground, "begin; create role duet_someone;"
                       "create role \"Some one\"");
    make_all(ground, &schema);
    buf_clear(&shown);
    read_shown(ground, &second, &shown);
    IS_TEXT(buf_data(&shown), sample->shown, "%s, made again as they are told",
            sample->name);
    ground_run(ground, "rollback");
}

void
try_samples(struct ground *ground, const struct sample *samples, size_t count,
            bool again)
{
    int version = (int)ground_number(
        ground, "select current_setting('server_version_num')::int / 10000");

    for (size_t i = 0; i < count; i++)
        if (version >= samples[i].since)
            try_sample(ground, &samples[i], again);
        else
            tap_skip(1, samples[i].name);
}
