/*
 * The guard asks nothing before a statement is about to delete, update or drop:
 * what creates, adds and inserts costs no query.
 */
#include "migrate/guard.h"

#include <stdarg.h>
#include <string.h>

#include "migrate/guard_part.h"
#include "sql/quote.h"

struct guard_remark {
    struct guard_remark *next;
    const char *text;
};

void
guard_remark(struct guard *guard, const char *fmt, ...)
{
    struct guard_remark *remark = arena_alloc(&guard->arena, sizeof *remark);
    va_list args;

    va_start(args, fmt);
    remark->text = arena_vprintf(&guard->arena, fmt, args);
    va_end(args);
    remark->next = guard->state->remarks;
    guard->state->remarks = remark;
}

/* In the order in which they came up. */
static void
tell(const struct guard *guard, const struct guard_remark *remark)
{
    if (remark == NULL)
        return;
    tell(guard, remark->next);
    guard->note(guard->context, remark->text);
}

bool
guard_pragma(struct guard *guard, struct rows *rows, const char *pragma,
             const char *table, struct duet_error *err)
{
    struct arena *arena = &guard->arena;

    return db_query(guard->db, rows,
                    arena_printf(arena, "pragma main.%s(%s)", pragma,
                                 sql_ident(arena, table)),
                    NULL, 0, err);
}

bool
guard_is_table(struct guard *guard, const char *name, bool *is_table,
               struct duet_error *err)
{
    enum { COLUMN_TYPE = 2 };
    SCOPED(rows_clear) struct rows rows = {0};

    *is_table = false;
    if (!guard_pragma(guard, &rows, "table_list", name, err))
        return false;
    while (rows_next(&rows))
        *is_table = strcmp(row_text(&rows, COLUMN_TYPE), "table") == 0;
    return rows_ended(&rows);
}

static bool
drops_of(struct guard *guard, const struct db_touch *touches, size_t count,
         struct duet_error *err)
{
    for (size_t i = 0; i < count; i++)
        if (touches[i].kind == TOUCH_DROP &&
            !(guard_drop(guard, touches[i].table, err) &&
              guard_count_dropped(guard, touches[i].table, err)))
            return false;
    return true;
}

static bool
only_alters(const struct db_touch *touches, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (touches[i].kind != TOUCH_ALTER)
            return false;
    return true;
}

static bool
before(void *context, const struct db_touch *touches, size_t count,
       struct duet_error *err)
{
    struct guard *guard = context;

    if (only_alters(touches, count))
        return true;
    return guard_settle(guard, err) && guard_look_at_keys(guard, err) &&
           guard_count(guard, touches, count, err) &&
           drops_of(guard, touches, count, err);
}

/* What was seen in an earlier transaction is over; what is spoken of stays. */
static void
start_afresh(struct guard *guard)
{
    struct guard_state *fresh = arena_alloc(&guard->arena, sizeof *fresh);

    if (guard->state != NULL) {
        memcpy(fresh->names, guard->state->names, sizeof fresh->names);
        fresh->renames = guard->state->renames;
    }
    guard->state = fresh;
}

bool
guard_start(struct guard *guard, struct db *db, struct duet_error *err)
{
    if (!db_dialect(db)->deletes_by_itself)
        return true;
    guard->db = db;
    start_afresh(guard);
    guard->state->watch = (struct db_watch){before, guard};
    /* Rows may be inserted first, and never be touched again. */
    if (guard_names(guard, "foreign_keys") && !guard_look_at_keys(guard, err))
        return false;
    db_watch(db, &guard->state->watch);
    return true;
}

bool
guard_check(struct guard *guard, struct duet_error *err)
{
    if (guard->db == NULL)
        return true;
    if (!(guard_settle(guard, err) && guard_check_rows(guard, err) &&
          guard_check_drops(guard, err) && guard_check_keys(guard, err)))
        return false;
    db_watch(guard->db, NULL);
    if (guard->note != NULL)
        tell(guard, guard->state->remarks);
    guard->state->remarks = NULL;
    return true;
}

void
guard_clear(struct guard *guard)
{
    if (guard->db != NULL)
        db_watch(guard->db, NULL);
    arena_clear(&guard->arena);
    *guard = (struct guard){.note = guard->note, .context = guard->context};
}
