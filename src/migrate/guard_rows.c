/*
 * Rows and references that would be lost.
 *
 * A table that the file does not speak of may lose none.  What the file names
 * is its author's responsibility, but for what a DROP does by the actions of
 * foreign keys: nobody asks for that, and the usual order of a rebuild (copy,
 * drop, rename) does it where foreign keys act.  An author who has seen it
 * writes the rows anew, so what counts is what is there at the end.
 */
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "migrate/guard_part.h"
#include "sql/quote.h"

enum watched {
    WATCH_UNNAMED, /* the file does not speak of it */
    WATCH_ACTION,  /* a DROP reaches it */
    WATCH_REBUILD  /* it is dropped itself: what is fewer is told only */
};

/* A column of a foreign key. */
struct key {
    struct key *next;
    const char *id;
    const char *column;
    const char *parent;
    const char *on_delete;
    const char *on_update;
};

struct guard_table {
    struct guard_table *next;
    const char *name;
    enum watched watched;
    bool is_lost;     /* for WATCH_ACTION: seen after the statement */
    struct key *keys; /* in order */
    int64_t rows;
    struct guard_column *columns;
    const char *why;
    const char *hint;
};

/* A column that references, and how many of its values are not null. */
struct guard_column {
    struct guard_column *next;
    const char *name;
    int64_t values;
};

static bool
read_keys(struct guard *guard, struct guard_table *table,
          struct duet_error *err)
{
    enum { ID, SEQ, PARENT, FROM, TO, ON_UPDATE, ON_DELETE };
    SCOPED(rows_clear) struct rows rows = {0};
    struct key **end = &table->keys;
    struct arena *arena = &guard->arena;

    if (!guard_pragma(guard, &rows, "foreign_key_list", table->name, err))
        return false;
    while (rows_next(&rows)) {
        struct key *key = *end = arena_alloc(arena, sizeof *key);

        key->id = arena_text(arena, row_text(&rows, ID));
        key->column = arena_text(arena, row_text(&rows, FROM));
        key->parent = arena_text(arena, row_text(&rows, PARENT));
        key->on_delete = arena_text(arena, row_text(&rows, ON_DELETE));
        key->on_update = arena_text(arena, row_text(&rows, ON_UPDATE));
        end = &key->next;
    }
    return rows_ended(&rows);
}

static struct guard_column *
find_column(struct guard_column *columns, const char *name)
{
    while (columns != NULL && !guard_same(columns->name, name))
        columns = columns->next;
    return columns;
}

static void
list_columns(struct guard *guard, struct guard_table *table)
{
    for (const struct key *key = table->keys; key != NULL; key = key->next)
        if (find_column(table->columns, key->column) == NULL) {
            struct guard_column *column =
                arena_alloc(&guard->arena, sizeof *column);

            column->name = key->column;
            column->next = table->columns;
            table->columns = column;
        }
}

/* Count the rows of table NAME, and the values of COLUMNS. */
static bool
count_rows(struct guard *guard, const char *name, int64_t *rows_out,
           struct guard_column *columns, struct duet_error *err)
{
    SCOPED(buf_release) struct buf sql = {0};
    SCOPED(rows_clear) struct rows rows = {0};
    struct arena *arena = &guard->arena;
    size_t at = 0;

    buf_text(&sql, "select count(*)");
    for (const struct guard_column *c = columns; c != NULL; c = c->next)
        buf_printf(&sql, ", count(%s)", sql_ident(arena, c->name));
    buf_printf(&sql, " from main.%s", sql_ident(arena, name));
    if (!db_query(guard->db, &rows, buf_data(&sql), NULL, 0, err))
        return false;
    while (rows_next(&rows)) {
        *rows_out = row_integer(&rows, 0);
        for (struct guard_column *c = columns; c != NULL; c = c->next)
            c->values = row_integer(&rows, ++at);
    }
    return rows_ended(&rows);
}

static struct guard_table *
find_table(const struct guard *guard, const char *name, enum watched watched)
{
    struct guard_table *table = guard->state->tables;

    while (table != NULL &&
           (table->watched != watched || !guard_same(table->name, name)))
        table = table->next;
    return table;
}

/* OUT is NULL for what is no ordinary table, and for one that is watched. */
static bool
add_table(struct guard *guard, const char *name, enum watched watched,
          struct guard_table **out, struct duet_error *err)
{
    struct guard_table *table;
    bool is_table;

    *out = NULL;
    if (find_table(guard, name, watched) != NULL)
        return true;
    if (!guard_is_table(guard, name, &is_table, err))
        return false;
    if (!is_table)
        return true;
    table = arena_alloc(&guard->arena, sizeof *table);
    table->name = arena_text(&guard->arena, name);
    table->watched = watched;
    if (!read_keys(guard, table, err))
        return false;
    list_columns(guard, table);
    if (!count_rows(guard, name, &table->rows, table->columns, err))
        return false;
    table->next = guard->state->tables;
    guard->state->tables = table;
    *out = table;
    return true;
}

/* --------------------------------------------------------------- reasons */

static bool
has_table(const struct db_touch *touches, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (guard_same(touches[i].table, name))
            return true;
    return false;
}

static bool
acts(const char *action)
{
    return strcmp(action, "NO ACTION") != 0 && strcmp(action, "RESTRICT") != 0;
}

/* " (foreign key t.a, t.b on delete cascade)" */
static const char *
describe_key(struct arena *arena, const struct guard_table *table,
             const struct key *key)
{
    const char *columns = NULL;
    bool deletes = acts(key->on_delete);

    for (const struct key *at = table->keys; at != NULL; at = at->next)
        if (strcmp(at->id, key->id) == 0)
            columns =
                columns == NULL
                    ? arena_printf(arena, "%s.%s", table->name, at->column)
                    : arena_printf(arena, "%s, %s.%s", columns, table->name,
                                   at->column);
    return arena_printf(arena, " (foreign key %s ON %s %s)", columns,
                        deletes ? "DELETE" : "UPDATE",
                        deletes ? key->on_delete : key->on_update);
}

/* The key by which one of TOUCHES reaches TABLE; "" for a trigger's work. */
static const char *
describe_way(struct arena *arena, const struct guard_table *table,
             const struct db_touch *touch, const struct db_touch *touches,
             size_t count)
{
    const struct key *found = NULL;

    if (touch->trigger != NULL)
        return arena_printf(arena, " (trigger %s)", touch->trigger);
    for (const struct key *key = table->keys; key != NULL; key = key->next)
        if (has_table(touches, count, key->parent) &&
            (acts(key->on_delete) || acts(key->on_update)) &&
            (found == NULL || guard_same(found->parent, table->name)))
            found = key;
    return found == NULL ? "" : describe_key(arena, table, found);
}

static const char *
describe_statement(const struct db_touch *first)
{
    switch (first->kind) {
    case TOUCH_DROP:
        return "dropping";
    case TOUCH_DELETE:
        return "deleting from";
    case TOUCH_INSERT:
        return "writing to";
    default:
        return "updating";
    }
}

static const char *
describe_effect(const struct db_touch *touch)
{
    return touch->kind == TOUCH_DELETE ? "deletes from it" : "sets it to null";
}

static void
explain(struct guard *guard, struct guard_table *table,
        const struct db_touch *touch, const struct db_touch *touches,
        size_t count)
{
    struct arena *arena = &guard->arena;

    table->why =
        arena_printf(arena, "%s '%s' %s%s", describe_statement(touches),
                     touches->table, describe_effect(touch),
                     describe_way(arena, table, touch, touches, count));
    if (touches->kind == TOUCH_DROP)
        table->hint = "begin the file with \"pragma foreign_keys = off;\"";
    else
        table->hint = arena_printf(
            arena, "if that is meant, say so by a statement on '%s' before it",
            table->name);
}

/* -------------------------------------------------------------- watching */

static bool
count_touched(struct guard *guard, const struct db_touch *touch,
              const struct db_touch *touches, size_t count,
              struct duet_error *err)
{
    bool named = guard_names(guard, touch->table);
    struct guard_table *table;

    if (!add_table(guard, touch->table, named ? WATCH_ACTION : WATCH_UNNAMED,
                   &table, err))
        return false;
    if (table != NULL)
        explain(guard, table, touch, touches, count);
    if (touches->kind == TOUCH_DROP)
        guard_watch_keys(guard);
    return true;
}

static bool
is_dropped(const struct db_touch *touches, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (touches[i].kind == TOUCH_DROP && guard_same(touches[i].table, name))
            return true;
    return false;
}

bool
guard_count(struct guard *guard, const struct db_touch *touches, size_t count,
            struct duet_error *err)
{
    bool drops = touches->kind == TOUCH_DROP;

    for (size_t i = 0; i < count; i++) {
        const struct db_touch *touch = &touches[i];

        if (touch->kind != TOUCH_DELETE && touch->kind != TOUCH_UPDATE)
            continue;
        if (drops ? is_dropped(touches, count, touch->table)
                  : guard_names(guard, touch->table))
            continue;
        if (!count_touched(guard, touch, touches, count, err))
            return false;
    }
    return true;
}

bool
guard_count_dropped(struct guard *guard, const char *table,
                    struct duet_error *err)
{
    struct guard_table *counted;

    return add_table(guard, table, WATCH_REBUILD, &counted, err);
}

/* -------------------------------------------------------------- checking */

/* What TABLE has now; a column that is gone lost nothing. */
struct recount {
    const char *name; /* what it is called now; NULL: there is none */
    int64_t rows;
    struct guard_column *columns;
};

static bool
list_present(struct guard *guard, const struct guard_table *table,
             struct recount *now, struct duet_error *err)
{
    enum { CID, NAME };
    SCOPED(rows_clear) struct rows rows = {0};

    if (!guard_pragma(guard, &rows, "table_xinfo", now->name, err))
        return false;
    while (rows_next(&rows))
        if (find_column(table->columns, row_text(&rows, NAME)) != NULL) {
            struct guard_column *column =
                arena_alloc(&guard->arena, sizeof *column);

            column->name = arena_text(&guard->arena, row_text(&rows, NAME));
            column->next = now->columns;
            now->columns = column;
        }
    return rows_ended(&rows);
}

static bool
recount(struct guard *guard, const struct guard_table *table,
        struct recount *now, struct duet_error *err)
{
    *now = (struct recount){0};
    if (!guard_find(guard, table->name, &now->name, err))
        return false;
    if (now->name == NULL)
        return true;
    return (table->columns == NULL || list_present(guard, table, now, err)) &&
           count_rows(guard, now->name, &now->rows, now->columns, err);
}

/* A column that has fewer values than before, or NULL. */
static const struct guard_column *
poorer_column(const struct guard_table *table, const struct recount *now,
              int64_t *lost)
{
    for (const struct guard_column *c = now->columns; c != NULL; c = c->next) {
        *lost = find_column(table->columns, c->name)->values - c->values;
        if (*lost > 0)
            return c;
    }
    return NULL;
}

/* "table 't' would lose 3 rows", or NULL: it has lost nothing. */
static const char *
describe_loss(struct guard *guard, const struct guard_table *table,
              const struct recount *now, const char *verb)
{
    int64_t lost = table->rows - now->rows;
    const struct guard_column *column;

    if (now->name == NULL)
        return NULL;
    if (lost > 0)
        return arena_printf(&guard->arena, "table '%s' %s %lld row%s",
                            now->name, verb, (long long)lost,
                            lost == 1 ? "" : "s");
    column = poorer_column(table, now, &lost);
    if (column == NULL)
        return NULL;
    return arena_printf(
        &guard->arena, "table '%s' %s %lld reference%s in column '%s'",
        now->name, verb, (long long)lost, lost == 1 ? "" : "s", column->name);
}

bool
guard_settle(struct guard *guard, struct duet_error *err)
{
    struct guard_table **at = &guard->state->tables;

    while (*at != NULL) {
        struct guard_table *table = *at;
        struct recount now;

        if (table->watched == WATCH_ACTION && !table->is_lost) {
            if (!recount(guard, table, &now, err))
                return false;
            table->is_lost = describe_loss(guard, table, &now, "") != NULL;
        }
        if (table->watched == WATCH_ACTION && !table->is_lost)
            *at = table->next;
        else
            at = &table->next;
    }
    return true;
}

static bool
check_table(struct guard *guard, const struct guard_table *table,
            struct duet_error *err)
{
    struct recount now;
    const char *loss;

    if (!recount(guard, table, &now, err))
        return false;
    if (table->watched == WATCH_REBUILD) {
        loss = describe_loss(guard, table, &now, "has lost");
        if (loss != NULL)
            guard_remark(guard, "%s in being rebuilt", loss);
        return true;
    }
    loss = describe_loss(guard, table, &now, "would lose");
    if (loss == NULL)
        return true;
    (void)err_set(err, DUET_ERROR_CONSTRAINT, "%s: %s", loss, table->why);
    return err_hint(err, "%s", table->hint);
}

bool
guard_check_rows(struct guard *guard, struct duet_error *err)
{
    /* What was found first, for it is the last of the list. */
    struct guard_table *first = NULL;

    while (guard->state->tables != NULL) {
        struct guard_table *table = guard->state->tables;

        guard->state->tables = table->next;
        table->next = first;
        first = table;
    }
    guard->state->tables = first;
    for (; first != NULL; first = first->next)
        if (!check_table(guard, first, err))
            return false;
    return true;
}
