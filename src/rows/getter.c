#include "rows/getter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "rows/get_or_create.h"

bool
getter_is_partial(const struct duet_getter *getter)
{
    return getter->index->predicate != NULL ||
           getter->index->check_at_once != NULL;
}

/* The clause of ON CONFLICT or the predicate of a lookup for a partial index.
 */
static void
add_predicate(struct buf *sql, const char *word,
              const struct unique_index *index)
{
    if (index->predicate != NULL)
        buf_printf(sql, " %s (%s)", word, index->predicate);
}

const char *
getter_collation(const struct duet_getter *getter,
                 const struct keyed_column *column)
{
    const struct unique_index *index = getter->index;

    for (size_t i = 0; i < index->ncolumns; i++)
        if (index->columns[i] == column)
            return index->collations[i];
    return "";
}

/*
 * Write TEMPLATE with VALUE in place of each `$?`.  Quoted names are left as
 * they are: a column may be called anything.
 */
static void
fill_in(struct buf *sql, const char *template, const char *value)
{
    char quote = '\0'; /* that of the name here */

    for (const char *at = template; *at != '\0'; at++) {
        if (*at == quote)
            quote = '\0';
        else if (quote == '\0' && (*at == '"' || *at == '`'))
            quote = *at;
        if (quote == '\0' && strncmp(at, "$?", 2) == 0) {
            buf_text(sql, value);
            at++;
        } else {
            buf_char(sql, *at);
        }
    }
}

static void
add_parameter(struct buf *sql, const char *template, size_t number)
{
    char name[24];

    (void)snprintf(name, sizeof name, "$%zu", number);
    fill_in(sql, template, name);
}

void
getter_compare(struct buf *sql, const struct keyed_column *column,
               const char *value)
{
    fill_in(sql, column->same, value);
}

/* `k = $1`, and where two NULLs are the same: `(k = $1 or k is null and ...)`
 */
static void
add_key_column(struct buf *sql, const struct duet_getter *getter, size_t at)
{
    const struct keyed_column *column = getter->columns[at];
    bool takes_null = getter->index->null_equals_null;

    buf_printf(sql, "%s%s = ", takes_null ? "(" : "", column->ident);
    add_parameter(sql, column->given, at + 1);
    buf_text(sql, getter_collation(getter, column));
    if (!takes_null)
        return;
    buf_printf(sql, " or %s is null and ", column->ident);
    add_parameter(sql, column->given, at + 1);
    buf_text(sql, " is null)");
}

static void
add_key_condition(struct buf *sql, const struct duet_getter *getter)
{
    buf_printf(sql, "\n  from %s\n where ", getter->table.target);
    for (size_t i = 0; i < getter->nkey; i++) {
        buf_text(sql, i ? " and " : "");
        add_key_column(sql, getter, i);
    }
    add_predicate(sql, "and", getter->index);
}

static void
add_identity(struct buf *sql, const struct duet_getter *getter)
{
    for (size_t i = 0; i < getter->nidentity; i++)
        buf_printf(sql, "%s%s", i ? ", " : "", getter->identity[i]->ident);
}

/* Identity, then for each set column whether it is as asked for. */
static void
write_select(struct buf *sql, const struct duet_getter *getter)
{
    buf_text(sql, "select ");
    add_identity(sql, getter);
    for (size_t i = getter->nkey; i < getter->nkey + getter->nset; i++) {
        buf_text(sql, ",\n       ");
        add_parameter(sql, getter->columns[i]->same, i + 1);
    }
    add_key_condition(sql, getter);
}

/* With the collations, which tell two indexes on the same columns apart. */
void
getter_add_target(struct buf *sql, const struct duet_getter *getter)
{
    for (size_t i = 0; i < getter->nkey; i++)
        buf_printf(sql, "%s%s%s", i ? ", " : "", getter->columns[i]->ident,
                   getter_collation(getter, getter->columns[i]));
}

static void
write_insert(struct buf *sql, const struct duet_getter *getter)
{
    const struct unique_index *index = getter->index;
    size_t count = getter->nkey + getter->nset;

    buf_printf(sql, "insert into %s (", getter->table.target);
    for (size_t i = 0; i < count; i++)
        buf_printf(sql, "%s%s", i ? ", " : "", getter->columns[i]->ident);
    buf_text(sql, ")\nvalues (");
    for (size_t i = 0; i < count; i++)
        buf_printf(sql, "%s$%zu", i ? ", " : "", i + 1);
    buf_char(sql, ')');
    if (index->check_at_once == NULL) {
        buf_text(sql, "\non conflict (");
        getter_add_target(sql, getter);
        buf_char(sql, ')');
        add_predicate(sql, "where", index);
        buf_text(sql, " do nothing");
    }
    buf_text(sql, "\nreturning ");
    add_identity(sql, getter);
    if (index->predicate != NULL)
        buf_printf(sql, ", (%s)", index->predicate);
}

void
getter_write_explain(struct buf *sql, const struct duet_getter *getter)
{
    buf_text(sql, "select ");
    for (size_t i = getter->nkey; i < getter->nkey + getter->nset; i++) {
        buf_text(sql, i > getter->nkey ? ",\n       " : "");
        add_parameter(sql, getter->columns[i]->same, i + 1);
        buf_printf(sql, ", cast(%s as text)", getter->columns[i]->ident);
    }
    add_key_condition(sql, getter);
}

static bool
is_named_twice(const struct duet_getter *getter, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (getter->columns[i] == getter->columns[count])
            return true;
    return false;
}

static bool
take_columns(struct duet_getter *getter, const char *const *key,
             const char *const *set, struct duet_error *err)
{
    size_t count = getter->nkey + getter->nset;

    getter->columns = arena_array(&getter->arena, count + 1,
                                  sizeof(const struct keyed_column *));
    getter->args = arena_array(&getter->arena, count + 1, sizeof *getter->args);
    for (size_t i = 0; i < count; i++) {
        const char *name = i < getter->nkey ? key[i] : set[i - getter->nkey];

        getter->columns[i] = keyed_table_column(&getter->table, name, err);
        if (getter->columns[i] == NULL)
            return false;
        if (is_named_twice(getter, i))
            return err_set(err, DUET_ERROR_USAGE, "column '%s' is given twice",
                           name);
    }
    return true;
}

/* The primary key, or the columns of the key where there is none. */
static void
take_identity(struct duet_getter *getter)
{
    const struct keyed_table *table = &getter->table;

    getter->identity = arena_array(&getter->arena, table->ncolumns + 1,
                                   sizeof(const struct keyed_column *));
    getter->names =
        arena_array(&getter->arena, table->ncolumns + 1, sizeof(const char *));
    getter->ids =
        arena_array(&getter->arena, table->ncolumns + 1, sizeof(const char *));
    for (size_t i = 0; i < table->ncolumns; i++) {
        size_t position = table->columns[i].identity;

        if (position == 0)
            continue;
        getter->identity[position - 1] = &table->columns[i];
        getter->nidentity++;
    }
    if (getter->nidentity == 0) {
        getter->nidentity = getter->nkey;
        for (size_t i = 0; i < getter->nkey; i++)
            getter->identity[i] = getter->columns[i];
    }
    for (size_t i = 0; i < getter->nidentity; i++)
        getter->names[i] = getter->identity[i]->name;
}

bool
getter_prepare(struct duet_getter *getter, struct duet_error *err)
{
    SCOPED(buf_release) struct buf select = {0};
    SCOPED(buf_release) struct buf insert = {0};

    if (getter->insert != NULL)
        return true;
    statement_free(&getter->select);
    write_select(&select, getter);
    write_insert(&insert, getter);
    return (db_prepare(getter->db, &getter->select, buf_data(&select), err) &&
            db_prepare(getter->db, &getter->insert, buf_data(&insert), err)) ||
           err_wrap(err, "table '%s'", getter->table.name);
}

bool
getter_load(struct duet_getter **out, struct db *db, const char *table,
            const char *const *key, size_t nkey, const char *const *set,
            size_t nset, struct duet_error *err)
{
    struct duet_getter *getter = must_alloc(sizeof *getter);

    getter->db = db;
    getter->nkey = nkey;
    getter->nset = nset;
    if (keyed_table_load(&getter->table, db, table, err) &&
        take_columns(getter, key, set, err) &&
        (getter->index = keyed_table_index(&getter->table, key, nkey, err)) !=
            NULL) {
        take_identity(getter);
        *out = getter;
        return true;
    }
    getter_close(&getter);
    return false;
}

bool
getter_open(struct duet_getter **out, struct db *db, const char *table,
            const char *const *key, size_t nkey, const char *const *set,
            size_t nset, struct duet_error *err)
{
    struct duet_getter *getter = NULL;

    if (getter_load(&getter, db, table, key, nkey, set, nset, err) &&
        getter_prepare(getter, err)) {
        *out = getter;
        return true;
    }
    getter_close(&getter);
    return false;
}

void
getter_close(struct duet_getter **getter)
{
    struct duet_getter *closed = getter ? *getter : NULL;

    if (closed == NULL)
        return;
    statement_free(&closed->select);
    statement_free(&closed->insert);
    keyed_table_clear(&closed->table);
    arena_clear(&closed->answer);
    arena_clear(&closed->arena);
    free(closed);
    *getter = NULL;
}
