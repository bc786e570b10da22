/*
 * SQLite tells one half of a schema by PRAGMAs, and the stored text of each
 * object has the other: constraints' names, checks, collations.  The text is
 * parsed, and what both tell is compared.  Where they differ, or the text is
 * not understood, the PRAGMAs are believed, and the model says that there is
 * such a text.
 */
#include <string.h>

#include "schema/enum_guard.h"
#include "schema/guard.h"
#include "schema/parse.h"
#include "schema/reflect.h"
#include "schema/sqlite_facts.h"

struct reader {
    struct schema schema;
    struct parser parser;
    struct sqlite_facts facts;
};

static void
reader_release(struct reader *reader)
{
    parser_clear(&reader->parser);
    sqlite_facts_clear(&reader->facts);
    schema_clear(&reader->schema);
}

/* ----------------------------------------------------- not understood texts */

static void
tell_of(struct reader *reader, const char *kind, const char *name,
        const char *sql)
{
    struct schema *schema = &reader->schema;
    struct object *other = schema_add(schema, OBJECT_OTHER, NULL, name);

    other->language = LANGUAGE_SQLITE;
    other->text[ATTRIBUTE_WHAT] =
        arena_printf(&schema->arena, "text, not understood, of %s", kind);
    other->text[ATTRIBUTE_DEFINITION] = arena_text(&schema->arena, sql);
}

/* A part as the PRAGMAs tell it; a column's own collation they don't. */
static struct key_part
copy_part(struct arena *arena, const struct key_part *part)
{
    bool usual =
        part->collation == NULL || strcmp(part->collation, "binary") == 0;

    return (struct key_part){
        .column = arena_text(arena, part->column),
        .expression = arena_text(arena, part->expression),
        .target = arena_text(arena, part->target),
        .collation = usual ? NULL : arena_text(arena, part->collation),
        .descending = part->descending,
        .nulls_first = part->nulls_first,
    };
}

/* SQLite's own names, and the numbers that foreign keys have, are no names. */
static struct object *
copy_told(struct reader *reader, const struct object *told,
          struct object *owner)
{
    struct schema *schema = &reader->schema;
    bool named = told->kind == OBJECT_COLUMN || told->kind == OBJECT_INDEX;
    struct object *copy =
        schema_add(schema, told->kind, owner, named ? told->name : "");

    copy->language = LANGUAGE_SQLITE;
    for (unsigned i = 0; i < ATTRIBUTES; i++)
        copy->text[i] = arena_text(&schema->arena, told->text[i]);
    for (size_t i = 0; i < told->nparts; i++) {
        struct key_part part = copy_part(&schema->arena, &told->parts[i]);

        *schema_add_part(schema, copy) = part;
    }
    return copy;
}

/*
 * A primary key comes once from its columns and, unless it is the rowid, once
 * more from its index.
 */
static const struct object *
first_key(const struct object *told, size_t *count)
{
    const struct object *first = NULL;

    *count = 0;
    for (size_t i = 0; i < told->nchildren; i++) {
        if (told->children[i]->kind != OBJECT_PRIMARY_KEY)
            continue;
        if (first == NULL)
            first = told->children[i];
        ++*count;
    }
    return first;
}

static void
mark_rowid(struct object *table, const struct object *told)
{
    size_t count;
    const struct object *key = first_key(told, &count);
    struct object *column;

    if (count != 1 || key->nparts != 1 ||
        object_is(told, ATTRIBUTE_WITHOUT_ROWID))
        return;
    column = object_find(table, OBJECT_COLUMN, key->parts[0].column);
    column->text[ATTRIBUTE_IDENTITY] = "auto";
    column->text[ATTRIBUTE_NOT_NULL] = "yes";
}

/* Make TABLE what the PRAGMAs tell of it; its indexes and triggers stay. */
static void
believe(struct reader *reader, struct object *table, const struct object *told)
{
    size_t count;
    const struct object *key = first_key(told, &count);

    for (size_t i = table->nchildren; i-- > 0;)
        if (table->children[i]->kind != OBJECT_INDEX &&
            table->children[i]->kind != OBJECT_TRIGGER)
            schema_remove(&reader->schema, table->children[i]);
    table->text[ATTRIBUTE_STRICT] =
        object_is(told, ATTRIBUTE_STRICT) ? "yes" : NULL;
    table->text[ATTRIBUTE_WITHOUT_ROWID] =
        object_is(told, ATTRIBUTE_WITHOUT_ROWID) ? "yes" : NULL;
    for (size_t i = 0; i < told->nchildren; i++) {
        const struct object *child = told->children[i];

        if (child->kind != OBJECT_INDEX &&
            (child->kind != OBJECT_PRIMARY_KEY || child == key))
            (void)copy_told(reader, child, table);
    }
    mark_rowid(table, told);
}

/* ------------------------------------------------------------------ texts */

static struct object *
find_relation(const struct reader *reader, const char *name)
{
    return names_find(&reader->parser.names, NAME_RELATION, NULL, NULL, name,
                      true);
}

/* LIST, of which COUNT were there before, has one more, and it is called so. */
static bool
is_one_more(struct object *const *list, size_t count, size_t before,
            const char *name)
{
    return count == before + 1 && strcmp(list[before]->name, name) == 0;
}

/* What was added is taken back unless it is what the text should be of. */
static bool
read_text(struct reader *reader, const struct sqlite_fact *fact)
{
    struct schema *schema = &reader->schema;
    bool owned =
        strcmp(fact->kind, "index") == 0 || strcmp(fact->kind, "trigger") == 0;
    struct object *owner = owned ? find_relation(reader, fact->table) : NULL;
    const size_t nobjects = schema->nobjects;
    const size_t nmentions = reader->parser.nmentions;
    const size_t nchildren = owner != NULL ? owner->nchildren : 0;
    const struct source source = {.text = fact->sql,
                                  .language = LANGUAGE_SQLITE};

    if (fact->sql != NULL && parse_source(&reader->parser, &source, NULL) &&
        (owner != NULL ? is_one_more(owner->children, owner->nchildren,
                                     nchildren, fact->name)
                       : is_one_more(schema->objects, schema->nobjects,
                                     nobjects, fact->name)))
        return true;
    schema->nobjects = nobjects;
    reader->parser.nmentions = nmentions;
    if (owner != NULL)
        owner->nchildren = nchildren;
    return false;
}

/* The text is not understood: the PRAGMAs may tell a part of it. */
static void
do_without_text(struct reader *reader, const struct sqlite_fact *fact)
{
    struct object *table;

    tell_of(reader, fact->kind, fact->name, fact->sql);
    if (fact->told == NULL)
        return;
    table = schema_add(&reader->schema, OBJECT_TABLE, NULL, fact->name);
    table->language = LANGUAGE_SQLITE;
    believe(reader, table, fact->told);
    names_add(&reader->parser.names, NAME_RELATION, NULL, NULL, table);
    for (size_t i = 0; i < table->nchildren; i++)
        if (table->children[i]->kind == OBJECT_COLUMN)
            names_add(&reader->parser.names, NAME_COLUMN, table, NULL,
                      table->children[i]);
}

static void
read_texts(struct reader *reader)
{
    for (size_t i = 0; i < reader->facts.count; i++) {
        struct sqlite_fact *fact = &reader->facts.list[i];

        fact->understood = read_text(reader, fact);
        if (!fact->understood)
            do_without_text(reader, fact);
    }
}

/* --------------------------------------------------------------- agreement */

static const char *
text_of_index(const struct reader *reader, const char *name)
{
    for (size_t i = 0; i < reader->facts.count; i++)
        if (strcmp(reader->facts.list[i].kind, "index") == 0 &&
            strcmp(reader->facts.list[i].name, name) == 0)
            return reader->facts.list[i].sql;
    return NULL;
}

static void
compare_index(struct reader *reader, struct object *table,
              const struct object *told)
{
    struct object *index = object_find(table, OBJECT_INDEX, told->name);

    if (index != NULL && sqlite_indexes_agree(index, told))
        return;
    /* Else that was told when it was read. */
    if (index != NULL) {
        tell_of(reader, "index", told->name, text_of_index(reader, told->name));
        schema_remove(&reader->schema, index);
    }
    (void)copy_told(reader, told, table);
}

static void
compare_table(struct reader *reader, const struct sqlite_fact *fact)
{
    struct object *table = find_relation(reader, fact->name);

    if (fact->understood && !sqlite_agree(table, fact->told)) {
        tell_of(reader, "table", fact->name, fact->sql);
        believe(reader, table, fact->told);
    }
    for (size_t i = 0; i < fact->told->nchildren; i++)
        if (fact->told->children[i]->kind == OBJECT_INDEX)
            compare_index(reader, table, fact->told->children[i]);
}

static void
compare(struct reader *reader)
{
    for (size_t i = 0; i < reader->facts.count; i++)
        if (reader->facts.list[i].told != NULL)
            compare_table(reader, &reader->facts.list[i]);
}

/* ------------------------------------------------------------------ guards */

static void
absorb_guards(struct reader *reader)
{
    struct schema *schema = &reader->schema;

    for (size_t i = 0; i < reader->facts.count; i++)
        if (reader->facts.list[i].told != NULL)
            enum_guards_read(schema,
                             find_relation(reader, reader->facts.list[i].name));
    for (size_t i = 0; i < reader->facts.count; i++)
        if (reader->facts.list[i].told != NULL)
            (void)guard_absorb(
                schema, find_relation(reader, reader->facts.list[i].name),
                LANGUAGE_SQLITE);
}

static bool
read_all(struct reader *reader, struct db *db, struct duet_error *err)
{
    if (!sqlite_facts_read(&reader->facts, db, err))
        return false;
    reader->parser.schema = &reader->schema;
    read_texts(reader);
    (void)parse_names(&reader->parser, true, NULL);
    compare(reader);
    absorb_guards(reader);
    schema_sort(&reader->schema);
    return true;
}

/* Several questions, all as of one moment. */
static bool
read_moment(struct reader *reader, struct db *db, struct duet_error *err)
{
    bool done;

    if (db_in_transaction(db))
        return read_all(reader, db, err);
    if (!db_exec(db, db_dialect(db)->begin_read, err))
        return false;
    done = read_all(reader, db, err);
    db_rollback(db);
    return done;
}

bool
reflect_sqlite(struct schema *out, struct db *db, struct duet_error *err)
{
    SCOPED(reader_release) struct reader reader = {0};

    if (!read_moment(&reader, db, err))
        return false;
    reader.schema.engine = db_dialect(db)->name;
    *out = reader.schema;
    reader.schema = (struct schema){0};
    return true;
}
