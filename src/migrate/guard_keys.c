/*
 * Foreign keys, where the engine does not see to them, or only at the commit
 * and without saying that a DROP did it: a row must not come to reference one
 * that is not there.  What was broken before may stay so.
 */
#include <string.h>

#include "base/err.h"
#include "migrate/guard_part.h"

struct guard_violation {
    struct guard_violation *next;
    const char *table;
    const char *parent;
    const char *row; /* NULL: it has no rowid */
    int64_t rows;
};

/* One more violation; those of a foreign key come together. */
static void
add_violation(struct arena *arena, struct guard_violation **list,
              const char *table, const char *parent, const char *row)
{
    struct guard_violation *at = *list;

    while (at != NULL &&
           (strcmp(at->table, table) != 0 || strcmp(at->parent, parent) != 0))
        at = at->next;
    if (at == NULL) {
        at = arena_alloc(arena, sizeof *at);
        at->table = arena_text(arena, table);
        at->parent = arena_text(arena, parent);
        at->row = arena_text(arena, row);
        at->next = *list;
        *list = at;
    }
    at->rows++;
}

static bool
list_violations(struct guard *guard, struct guard_violation **out,
                struct duet_error *err)
{
    enum { TABLE, ROWID, PARENT };
    SCOPED(rows_clear) struct rows rows = {0};

    if (!db_query(guard->db, &rows, "pragma main.foreign_key_check", NULL, 0,
                  err))
        return false;
    while (rows_next(&rows))
        add_violation(&guard->arena, out, row_text(&rows, TABLE),
                      row_text(&rows, PARENT), row_text(&rows, ROWID));
    return rows_ended(&rows);
}

/* A key that does not fit its table makes the whole check fail. */
void
guard_watch_keys(struct guard *guard)
{
    struct guard_state *state = guard->state;
    struct duet_error broken;

    if (state->checks_keys)
        return;
    state->checks_keys = true;
    state->keys_broken = !list_violations(guard, &state->violations, &broken);
}

bool
guard_look_at_keys(struct guard *guard, struct duet_error *err)
{
    const char *on = NULL;

    if (guard->state->keys_known)
        return true;
    if (!db_ask(guard->db, &guard->arena, "pragma foreign_keys", NULL, 0, &on,
                err))
        return false;
    guard->state->keys_known = true;
    guard->state->keys_act = on != NULL && *on == '1';
    if (!guard->state->keys_act)
        guard_watch_keys(guard);
    return true;
}

static bool
is_same_table(const struct guard *guard, const char *before, const char *now)
{
    const char *from = guard_renamed_from(guard, now);

    return guard_same(before, now) ||
           (from != NULL && guard_same(before, from));
}

static int64_t
broken_before(const struct guard *guard, const struct guard_violation *now)
{
    const struct guard_violation *at = guard->state->violations;
    int64_t most = 0;

    for (; at != NULL; at = at->next)
        if (is_same_table(guard, at->table, now->table) &&
            is_same_table(guard, at->parent, now->parent) && at->rows > most)
            most = at->rows;
    return most;
}

static bool
is_new(const struct guard *guard, const struct guard_violation *violation,
       struct duet_error *err)
{
    int64_t more = violation->rows - broken_before(guard, violation);

    if (more <= 0)
        return true;
    (void)err_set(err, DUET_ERROR_CONSTRAINT,
                  "table '%s' would have %lld row%s that reference%s rows of "
                  "'%s' that do not exist%s%s",
                  violation->table, (long long)more, more == 1 ? "" : "s",
                  more == 1 ? "s" : "", violation->parent,
                  violation->row == NULL ? "" : ", such as row ",
                  violation->row == NULL ? "" : violation->row);
    if (guard->state->keys_act)
        return err_hint(err,
                        "begin the file with \"pragma foreign_keys = off;\"");
    return err_hint(err,
                    "copy those rows of '%s' too, or delete the ones "
                    "that reference them",
                    violation->parent);
}

bool
guard_check_keys(struct guard *guard, struct duet_error *err)
{
    struct guard_violation *now = NULL;
    struct duet_error broken;

    if (!guard->state->checks_keys || guard->state->keys_broken)
        return true;
    if (!list_violations(guard, &now, &broken)) {
        (void)err_set(err, DUET_ERROR_CONSTRAINT,
                      "the foreign keys would not fit their tables: %s",
                      broken.text);
        return err_hint(err, "what a foreign key references must be the "
                             "primary key or have a unique index");
    }
    for (; now != NULL; now = now->next)
        if (!is_new(guard, now, err))
            return false;
    return true;
}
