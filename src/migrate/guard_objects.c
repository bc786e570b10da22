/*
 * Views and triggers: those of a table that is dropped, and those that are left
 * but do not work without it.
 */
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "migrate/guard_part.h"
#include "sql/quote.h"

/* How a view, or what a trigger is on, is tried; a view's rows are read. */
enum way { WAY_READ, WAY_INSERT, WAY_DELETE, WAY_UPDATE, WAYS };

/* A view, or a trigger and its table. */
struct guard_object {
    struct guard_object *next;
    const char *kind;
    const char *name;
    const char *table;
    bool works[WAYS];
};

static bool
list_objects(struct guard *guard, struct guard_object **out,
             struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    struct arena *arena = &guard->arena;

    if (!db_query(guard->db, &rows, db_sql(guard->db, SQL_SQLITE_GUARD_OBJECTS),
                  NULL, 0, err))
        return false;
    while (rows_next(&rows)) {
        struct guard_object *object = arena_alloc(arena, sizeof *object);

        object->kind = arena_text(arena, row_text(&rows, 0));
        object->name = arena_text(arena, row_text(&rows, 1));
        object->table = arena_text(arena, row_text(&rows, 2));
        object->next = *out;
        *out = object;
    }
    return rows_ended(&rows);
}

static const struct guard_object *
find_object(const struct guard_object *objects, const char *kind,
            const char *name)
{
    while (objects != NULL && (strcmp(objects->kind, kind) != 0 ||
                               !guard_same(objects->name, name)))
        objects = objects->next;
    return objects;
}

static bool
is_kind(const struct guard_object *object, const char *kind)
{
    return strcmp(object->kind, kind) == 0;
}

static bool
can_prepare(struct guard *guard, const char *sql, struct duet_error *err)
{
    SCOPED(statement_free) struct db_statement *statement = NULL;

    return db_prepare(guard->db, &statement, sql, err);
}

/* "update main.t set a = a, b = b"; what is generated can't be set. */
static bool
write_update(struct guard *guard, const char *table, struct buf *sql,
             struct duet_error *err)
{
    enum { NAME = 1, HIDDEN = 6 };
    SCOPED(rows_clear) struct rows rows = {0};
    struct arena *arena = &guard->arena;
    const char *before = " set ";

    buf_printf(sql, "update main.%s", sql_ident(arena, table));
    if (!guard_pragma(guard, &rows, "table_xinfo", table, err))
        return false;
    while (rows_next(&rows)) {
        const char *column = sql_ident(arena, row_text(&rows, NAME));

        if (row_integer(&rows, HIDDEN) != 0)
            continue;
        buf_printf(sql, "%s%s = %s", before, column, column);
        before = ", ";
    }
    return rows_ended(&rows);
}

/* It can be prepared: SQLite looks at all that the statement would fire. */
static bool
works(struct guard *guard, const struct guard_object *object, enum way way,
      struct duet_error *err)
{
    static const char *const formats[WAYS] = {
        [WAY_READ] = "select * from main.%s",
        [WAY_INSERT] = "insert into main.%s default values",
        [WAY_DELETE] = "delete from main.%s"};
    SCOPED(buf_release) struct buf sql = {0};

    if (way == WAY_UPDATE)
        return write_update(guard, object->table, &sql, err) &&
               can_prepare(guard, buf_data(&sql), err);
    buf_replace(&sql, formats[way], "%s",
                sql_ident(&guard->arena, object->table));
    return can_prepare(guard, buf_data(&sql), err);
}

/* A trigger is tried by writing, a view by reading. */
static bool
is_way(const struct guard_object *object, enum way way)
{
    return is_kind(object, "view")
               ? way == WAY_READ
               : is_kind(object, "trigger") && way != WAY_READ;
}

bool
guard_look_at_objects(struct guard *guard, struct duet_error *err)
{
    struct guard_object *object;

    if (guard->state->objects_known)
        return true;
    guard->state->objects_known = true;
    if (!list_objects(guard, &guard->state->objects, err))
        return false;
    for (object = guard->state->objects; object != NULL; object = object->next)
        for (enum way way = 0; way < WAYS; way++)
            object->works[way] =
                is_way(object, way) && works(guard, object, way, NULL);
    return true;
}

bool
guard_has_sequences(const struct guard *guard)
{
    const struct guard_object *at = guard->state->objects;

    while (at != NULL && !is_kind(at, "sequence"))
        at = at->next;
    return at != NULL;
}

bool
guard_list_objects(struct guard *guard, struct guard_object **out,
                   struct duet_error *err)
{
    *out = NULL;
    return guard->state->objects == NULL || list_objects(guard, out, err);
}

static bool
is_broken(const struct guard_object *object, const struct duet_error *why,
          struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_CONSTRAINT,
                  "%s '%s' would not work any more: %s", object->kind,
                  object->name, why->text);
    return err_hint(err,
                    "drop the %s at the beginning of the file and create "
                    "it again at the end",
                    object->kind);
}

bool
guard_check_working(struct guard *guard, const struct guard_object *now,
                    struct duet_error *err)
{
    struct duet_error why;

    for (; now != NULL; now = now->next) {
        const struct guard_object *before =
            find_object(guard->state->objects, now->kind, now->name);

        for (enum way way = 0; before != NULL && way < WAYS; way++)
            if (before->works[way] && !works(guard, now, way, &why))
                return is_broken(now, &why, err);
    }
    return true;
}

bool
guard_check_triggers(struct guard *guard, const char *dropped,
                     const char *table, const struct guard_object *now,
                     struct duet_error *err)
{
    const struct guard_object *at = guard->state->objects;

    while (at != NULL &&
           (!is_kind(at, "trigger") || !guard_same(at->table, dropped) ||
            guard_names(guard, at->name) ||
            find_object(now, at->kind, at->name) != NULL))
        at = at->next;
    if (at == NULL)
        return true;
    (void)err_set(err, DUET_ERROR_CONSTRAINT,
                  "trigger '%s' of table '%s' would be lost: it went with the "
                  "table that was dropped",
                  at->name, table);
    return err_hint(err, "create it again at the end of the file, or write "
                         "\"drop trigger\" before the table is dropped");
}
