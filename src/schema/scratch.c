#include "schema/scratch.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "schema/reflect.h"
#include "schema/write.h"

/* The first column of the one row; NULL where there is none. */
static bool
ask(struct db *db, struct arena *arena, enum sql_id id, const char *argument,
    const char **out, struct duet_error *err)
{
    const struct db_value args[] = {db_text(argument)};

    return db_ask(db, arena, db_sql(db, id), args, 1, out, err);
}

/* Run the statement that the query ID writes. */
static bool
run_written(struct db *db, struct arena *arena, enum sql_id id,
            const char *argument, struct duet_error *err)
{
    const char *statement;

    return ask(db, arena, id, argument, &statement, err) &&
           (statement == NULL || db_exec(db, statement, err));
}

/* A database that others just use can wait until the next time. */
static bool
drop_stale(struct scratch *scratch, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(rows_clear) struct rows rows = {0};
    const char *names[64];
    size_t count = 0;
    struct db *server = scratch->server;

    if (!db_query(server, &rows, db_sql(server, SQL_SCRATCH_STALE), NULL, 0,
                  err))
        return false;
    while (rows_next(&rows))
        if (count < sizeof names / sizeof *names)
            names[count++] = arena_text(&arena, row_text(&rows, 0));
    if (!rows_ended(&rows))
        return false;
    rows_clear(&rows);
    for (size_t i = 0; i < count; i++)
        (void)run_written(server, &arena, SQL_STORAGE_DROP_DATABASE, names[i],
                          NULL);
    return true;
}

/* Unlike any that another process makes at the same time. */
static const char *
new_name(struct arena *arena)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return arena_printf(arena, "duet_scratch_%ld_%" PRIx64 "%06lx",
                        (long)getpid(), (uint64_t)now.tv_sec,
                        (unsigned long)now.tv_nsec / 1000);
}

static const char *
with_database(struct arena *arena, const char *url, const char *name)
{
    return arena_printf(arena, "%s%sdbname=%s", url,
                        strchr(url, '?') != NULL ? "&" : "?", name);
}

static bool
make_database(struct scratch *scratch, const char *url, struct duet_error *err)
{
    struct arena *arena = &scratch->arena;
    const char *ignored;

    if (!db_open(&scratch->server, with_database(arena, url, "postgres"), NULL,
                 err) ||
        !drop_stale(scratch, err))
        return false;
    scratch->name = new_name(arena);
    scratch->url = with_database(arena, url, scratch->name);
    if (!ask(scratch->server, arena, SQL_SCRATCH_LOCK, scratch->name, &ignored,
             err))
        return false;
    if (run_written(scratch->server, arena, SQL_STORAGE_CREATE_DATABASE,
                    scratch->name, err))
        return db_open(&scratch->db, scratch->url, NULL, err);
    scratch->name = NULL;
    if (err != NULL && err->kind == DUET_ERROR_DENIED)
        (void)err_hint(err, "the role needs CREATEDB");
    return err_wrap(err, "scratch database");
}

static bool
make_in_memory(struct scratch *scratch, const char *url, struct duet_error *err)
{
    (void)url;
    scratch->url = "sqlite::memory:";
    return db_open(&scratch->db, scratch->url, NULL, err);
}

static const struct scratch_kind {
    const char *engine;
    bool needs_server;
    bool (*make)(struct scratch *scratch, const char *url,
                 struct duet_error *err);
} kinds[] = {
    {"sqlite", false, make_in_memory},
    {"postgres", true, make_database},
};

static const struct scratch_kind *
kind_of(const char *engine)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].engine, engine) == 0)
            return &kinds[i];
    return NULL;
}

bool
scratch_needs_server(const char *engine)
{
    const struct scratch_kind *kind = kind_of(engine);

    return kind != NULL && kind->needs_server;
}

bool
scratch_open(struct scratch *scratch, const char *engine, const char *url,
             const char *schema, struct duet_error *err)
{
    const struct scratch_kind *kind = kind_of(engine);

    return kind != NULL && kind->make(scratch, url, err) &&
           run_written(scratch->db, &scratch->arena, SQL_SCRATCH_SCHEMA, schema,
                       err);
}

/* A cancellation on its way may still hit a statement that comes later. */
static void
drop(struct scratch *scratch)
{
    enum { TRIES = 3 };

    for (int i = 0; i < TRIES; i++) {
        struct duet_error err = {0};

        if (run_written(scratch->server, &scratch->arena,
                        SQL_STORAGE_DROP_DATABASE, scratch->name, &err) ||
            err.kind != DUET_ERROR_CANCELLED)
            return;
    }
}

void
scratch_close(struct scratch *scratch)
{
    db_close(&scratch->db);
    if (scratch->name != NULL)
        drop(scratch);
    db_close(&scratch->server);
    arena_clear(&scratch->arena);
    *scratch = (struct scratch){0};
}

bool
scratch_reflect(struct scratch *scratch, const struct schema *model,
                struct schema *out, struct duet_error *err)
{
    SCOPED(buf_release) struct buf sql = {0};

    return write_sql(&sql, model, db_dialect(scratch->db)->name, err) &&
           db_exec(scratch->db, buf_data(&sql), err) &&
           schema_reflect(out, scratch->db, err);
}

static struct object *
find_same(const struct schema *schema, const struct object *object)
{
    const struct object *owner = object->owner;

    if (owner == NULL)
        return schema_find(schema, object->kind, object->schema, object->name);
    owner = find_same(schema, owner);
    return owner == NULL ? NULL
                         : object_find(owner, object->kind, object->name);
}

static void
respell_object(struct schema *model, struct object *object,
               const struct object *made)
{
    struct arena *arena = &model->arena;

    for (enum attribute i = 0; i < ATTRIBUTES; i++)
        if (object->text[i] != NULL && made->text[i] != NULL &&
            (attribute_specs[i].form == FORM_EXPRESSION ||
             attribute_specs[i].form == FORM_QUERY))
            object->text[i] = arena_text(arena, made->text[i]);
    for (size_t i = 0; i < object->nparts && i < made->nparts; i++)
        if (object->parts[i].expression != NULL)
            object->parts[i].expression =
                arena_text(arena, made->parts[i].expression);
}

static void
respell_all(struct schema *model, struct object **objects, size_t count,
            const struct schema *made)
{
    for (size_t i = 0; i < count; i++) {
        const struct object *same = find_same(made, objects[i]);

        if (same != NULL)
            respell_object(model, objects[i], same);
        respell_all(model, objects[i]->children, objects[i]->nchildren, made);
    }
}

bool
scratch_respell(struct scratch *scratch, struct schema *model,
                struct duet_error *err)
{
    SCOPED(schema_clear) struct schema made = {0};

    if (!scratch_reflect(scratch, model, &made, err))
        return false;
    respell_all(model, model->objects, model->nobjects, &made);
    return true;
}
