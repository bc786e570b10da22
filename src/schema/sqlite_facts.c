#include "schema/sqlite_facts.h"

#include <string.h>
#include <strings.h>

#include "schema/parse.h"
#include "sql/type.h"

/* Reads rows that are sorted by the tables that they are of. */
struct reader {
    struct sqlite_facts *facts;
    struct rows rows;
    size_t table; /* in the list */
};

static void
reader_release(struct reader *reader)
{
    rows_clear(&reader->rows);
}

static const char *
copy(struct reader *reader, size_t column)
{
    return arena_text(&reader->facts->told.arena,
                      row_text(&reader->rows, column));
}

static char *
copy_lower(struct reader *reader, size_t column)
{
    char *text =
        arena_text(&reader->facts->told.arena, row_text(&reader->rows, column));

    for (char *c = text; c != NULL && *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return text;
}

static const char *
flag(struct reader *reader, size_t column)
{
    return row_integer(&reader->rows, column) != 0 ? "yes" : NULL;
}

/* The table of the row, which comes behind the last row's; or NULL. */
static struct object *
table_of_row(struct reader *reader)
{
    const struct sqlite_facts *facts = reader->facts;
    const char *name = row_text(&reader->rows, 0);

    for (size_t i = reader->table; i < facts->count; i++)
        if (facts->list[i].told != NULL &&
            strcmp(facts->list[i].name, name) == 0) {
            reader->table = i;
            return facts->list[i].told;
        }
    return NULL; /* a table that belongs to a virtual one */
}

static struct object *
add(struct reader *reader, enum object_kind kind, struct object *owner,
    const char *name)
{
    struct object *object = schema_add(&reader->facts->told, kind, owner, name);

    object->language = LANGUAGE_SQLITE;
    return object;
}

/* ---------------------------------------------------------------- objects */

static void
read_object(struct reader *reader)
{
    struct sqlite_facts *facts = reader->facts;
    struct sqlite_fact *fact;

    facts->list = arena_grow(&facts->told.arena, facts->list, facts->count,
                             &facts->size, sizeof *facts->list);
    fact = &facts->list[facts->count++];
    *fact = (struct sqlite_fact){.kind = copy(reader, 0),
                                 .name = copy(reader, 1),
                                 .table = copy(reader, 2),
                                 .sql = copy(reader, 3)};
    if (strcmp(fact->kind, "table") != 0)
        return;
    fact->told = add(reader, OBJECT_TABLE, NULL, fact->name);
    fact->told->text[ATTRIBUTE_WITHOUT_ROWID] = flag(reader, 4);
    fact->told->text[ATTRIBUTE_STRICT] = flag(reader, 5);
}

/* ---------------------------------------------------------------- columns */

static struct object *
find_kind(const struct object *table, enum object_kind kind)
{
    for (size_t i = 0; i < table->nchildren; i++)
        if (table->children[i]->kind == kind)
            return table->children[i];
    return NULL;
}

/* The column at POSITION of the primary key, from 1. */
static void
read_key_column(struct reader *reader, struct object *table, const char *name,
                size_t position)
{
    struct object *key = find_kind(table, OBJECT_PRIMARY_KEY);

    if (key == NULL)
        key = add(reader, OBJECT_PRIMARY_KEY, table, "");
    while (key->nparts < position)
        (void)schema_add_part(&reader->facts->told, key);
    key->parts[position - 1].column = name;
}

static void
read_column(struct reader *reader)
{
    struct object *table = table_of_row(reader);
    struct object *column;

    if (table == NULL)
        return;
    column = add(reader, OBJECT_COLUMN, table, row_text(&reader->rows, 1));
    column->text[ATTRIBUTE_TYPE] =
        type_canonical(&reader->facts->told.arena, LANGUAGE_SQLITE,
                       row_text(&reader->rows, 2));
    column->text[ATTRIBUTE_NOT_NULL] = flag(reader, 3);
    column->text[ATTRIBUTE_DEFAULT] =
        parse_sqlite_default(&reader->facts->told.arena, copy(reader, 4));
    if (row_integer(&reader->rows, 5) > 0)
        read_key_column(reader, table, column->name,
                        (size_t)row_integer(&reader->rows, 5));
    if (row_integer(&reader->rows, 6) >= 2)
        column->text[ATTRIBUTE_GENERATED] = "?";
    if (row_integer(&reader->rows, 6) == 3)
        column->text[ATTRIBUTE_STORED] = "yes";
}

/* ------------------------------------------------------------------- keys */

static struct object *
last_child(const struct object *table)
{
    return table->nchildren > 0 ? table->children[table->nchildren - 1] : NULL;
}

static struct object *
key_of_row(struct reader *reader, struct object *table)
{
    static const struct {
        const char *origin;
        enum object_kind kind;
    } kinds[] = {
        {"c", OBJECT_INDEX}, {"u", OBJECT_UNIQUE}, {"pk", OBJECT_PRIMARY_KEY}};
    const char *name = row_text(&reader->rows, 1);
    const char *origin = row_text(&reader->rows, 3);
    struct object *last = last_child(table);
    size_t i = 0;

    if (last != NULL && last->kind != OBJECT_COLUMN &&
        strcmp(last->name, name) == 0)
        return last;
    while (strcmp(kinds[i].origin, origin) != 0)
        i++;
    last = add(reader, kinds[i].kind, table, name);
    last->text[ATTRIBUTE_UNIQUE] =
        kinds[i].kind == OBJECT_INDEX ? flag(reader, 2) : NULL;
    last->text[ATTRIBUTE_PREDICATE] = flag(reader, 4) ? "?" : NULL;
    return last;
}

static void
read_key_part(struct reader *reader)
{
    struct object *table = table_of_row(reader);
    struct key_part *part;

    if (table == NULL)
        return;
    part = schema_add_part(&reader->facts->told, key_of_row(reader, table));
    part->column = copy(reader, 5);
    part->expression = part->column == NULL ? "?" : NULL;
    part->collation = copy_lower(reader, 6);
    part->descending = part->nulls_first = row_integer(&reader->rows, 7) != 0;
}

static const char *
action(struct reader *reader, size_t column)
{
    const char *text = copy_lower(reader, column);

    return strcmp(text, "no action") == 0 ? NULL : text;
}

/* A key's number is its name for as long as its columns are read. */
static void
read_foreign_key_part(struct reader *reader)
{
    struct object *table = table_of_row(reader);
    struct object *last;
    struct key_part *part;

    if (table == NULL)
        return;
    last = last_child(table);
    if (last == NULL || last->kind != OBJECT_FOREIGN_KEY ||
        strcmp(last->name, row_text(&reader->rows, 1)) != 0) {
        last =
            add(reader, OBJECT_FOREIGN_KEY, table, row_text(&reader->rows, 1));
        last->text[ATTRIBUTE_REFERENCES] = copy(reader, 2);
        last->text[ATTRIBUTE_ON_DELETE] = action(reader, 5);
        last->text[ATTRIBUTE_ON_UPDATE] = action(reader, 6);
    }
    part = schema_add_part(&reader->facts->told, last);
    part->column = copy(reader, 3);
    part->target = copy(reader, 4);
}

/* ------------------------------------------------------------------ rows */

static const struct {
    enum sql_id query;
    void (*read)(struct reader *reader);
} queries[] = {
    {SQL_SQLITE_OBJECTS, read_object},
    {SQL_SQLITE_COLUMNS, read_column},
    {SQL_SQLITE_KEYS, read_key_part},
    {SQL_SQLITE_FOREIGN_KEYS, read_foreign_key_part},
};

bool
sqlite_facts_read(struct sqlite_facts *out, struct db *db,
                  struct duet_error *err)
{
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        SCOPED(reader_release) struct reader reader = {.facts = out};

        if (!db_query(db, &reader.rows, db_sql(db, queries[i].query), NULL, 0,
                      err))
            return false;
        while (rows_next(&reader.rows))
            queries[i].read(&reader);
        if (!rows_ended(&reader.rows))
            return false;
    }
    return true;
}

void
sqlite_facts_clear(struct sqlite_facts *facts)
{
    schema_clear(&facts->told);
    *facts = (struct sqlite_facts){0};
}
