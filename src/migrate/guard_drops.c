/*
 * Tables that are dropped: what goes with them has to come back with a table
 * that takes the place of one, and nothing may need one that is gone for good.
 */
#include <stdlib.h>

#include "base/err.h"
#include "db/token.h"
#include "migrate/guard_part.h"

struct guard_drop {
    struct guard_drop *next;
    const char *table;
    struct guard_index *indexes;
    const char *sequence; /* NULL: it gave no ids by AUTOINCREMENT */
};

static bool
ask_sequence(struct guard *guard, const char *table, const char **out,
             struct duet_error *err)
{
    return db_ask(guard->db, &guard->arena,
                  db_sql(guard->db, SQL_SQLITE_GUARD_SEQUENCE),
                  (struct db_value[]){db_text(table)}, 1, out, err);
}

bool
guard_drop(struct guard *guard, const char *name, struct duet_error *err)
{
    struct guard_drop *drop = arena_alloc(&guard->arena, sizeof *drop);

    drop->table = arena_text(&guard->arena, name);
    drop->next = guard->state->drops;
    guard->state->drops = drop;
    return guard_look_at_objects(guard, err) &&
           guard_read_indexes(guard, name, &drop->indexes, err) &&
           (!guard_has_sequences(guard) ||
            ask_sequence(guard, name, &drop->sequence, err));
}

static bool
has_autoincrement(struct guard *guard, const char *table, bool *has,
                  struct duet_error *err)
{
    struct tokens tokens = {0};
    struct token token;

    if (!db_ask(guard->db, &guard->arena,
                db_sql(guard->db, SQL_SQLITE_GUARD_DEFINITION),
                (struct db_value[]){db_text(table)}, 1, &tokens.at, err))
        return false;
    *has = false;
    while (tokens.at != NULL && token_next(&tokens, &token))
        *has = *has || token_is(&token, "autoincrement");
    return true;
}

static bool
write_sequence(struct guard *guard, const char *table, const char *sequence,
               struct duet_error *err)
{
    const struct db_value args[] = {db_text(table), db_text(sequence)};
    int64_t affected = 0;

    if (!db_execute(guard->db, db_sql(guard->db, SQL_SQLITE_GUARD_SEQUENCE_SET),
                    args, 2, &affected, err))
        return false;
    return affected > 0 ||
           db_execute(guard->db,
                      db_sql(guard->db, SQL_SQLITE_GUARD_SEQUENCE_ADD), args, 2,
                      NULL, err);
}

/* An id that was given must not be given again to another row. */
static bool
carry_sequence(struct guard *guard, const struct guard_drop *drop,
               const char *table, struct duet_error *err)
{
    const char *now = NULL;
    bool has = false;

    if (drop->sequence == NULL || guard_names(guard, "sqlite_sequence"))
        return true;
    if (!has_autoincrement(guard, table, &has, err))
        return false;
    if (!has)
        return true;
    if (!ask_sequence(guard, table, &now, err))
        return false;
    if (now != NULL &&
        strtoll(now, NULL, 10) >= strtoll(drop->sequence, NULL, 10))
        return true;
    guard_remark(guard, "table '%s': ids go on after %s, the highest one given",
                 table, drop->sequence);
    return write_sequence(guard, table, drop->sequence, err);
}

static bool
references(struct guard *guard, const char *child, const char *parent,
           bool *does, struct duet_error *err)
{
    enum { PARENT = 2 };
    SCOPED(rows_clear) struct rows rows = {0};

    *does = false;
    if (!guard_pragma(guard, &rows, "foreign_key_list", child, err))
        return false;
    while (rows_next(&rows))
        *does = *does || guard_same(row_text(&rows, PARENT), parent);
    return rows_ended(&rows);
}

/* A table that references TABLE, or NULL. */
static bool
find_child(struct guard *guard, const char *table, const char **out,
           struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    bool found = false;

    if (!db_query(guard->db, &rows,
                  db_sql(guard->db, SQL_SQLITE_GUARD_MENTIONS),
                  (struct db_value[]){db_text(table)}, 1, err))
        return false;
    while (!found && rows_next(&rows)) {
        const char *child = arena_text(&guard->arena, row_text(&rows, 0));

        if (!references(guard, child, table, &found, err))
            return false;
        if (found)
            *out = child;
    }
    return found || rows_ended(&rows);
}

/* Dropped for good. */
static bool
check_gone(struct guard *guard, const char *table, struct duet_error *err)
{
    const char *before = guard_renamed_from(guard, table);
    const char *child = NULL;

    if (!find_child(guard, table, &child, err))
        return false;
    if (child == NULL)
        return true;
    if (before == NULL) {
        guard_remark(guard, "table '%s' still references '%s', which is gone",
                     child, table);
        return true;
    }
    (void)err_set(err, DUET_ERROR_CONSTRAINT,
                  "table '%s' would reference '%s', which is gone: renaming "
                  "'%s' to that took the foreign key along",
                  child, table, before);
    return err_hint(err, "drop the old table and rename the new one, or begin "
                         "the file with \"pragma legacy_alter_table = on;\"");
}

static bool
check_drop(struct guard *guard, const struct guard_drop *drop,
           const struct guard_object *now, struct duet_error *err)
{
    const char *table = NULL;

    if (!guard_find(guard, drop->table, &table, err))
        return false;
    if (table != NULL &&
        !(guard_check_triggers(guard, drop->table, table, now, err) &&
          guard_check_indexes(guard, drop->indexes, table, err) &&
          carry_sequence(guard, drop, table, err)))
        return false;
    return (table != NULL && guard_same(table, drop->table)) ||
           check_gone(guard, drop->table, err);
}

bool
guard_check_drops(struct guard *guard, struct duet_error *err)
{
    const struct guard_drop *drop = guard->state->drops;
    struct guard_object *now = NULL;

    if (drop == NULL)
        return true;
    if (!guard_list_objects(guard, &now, err))
        return false;
    for (; drop != NULL; drop = drop->next)
        if (!check_drop(guard, drop, now, err))
            return false;
    return guard_check_working(guard, now, err);
}
