#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "db/token.h"
#include "schema/guard.h"
#include "schema/reflect.h"
#include "sql/type.h"

/*
 * A query answers rows that are objects, their columns named after attributes
 * ("not_null") or one of these:
 */
enum field {
    FIELD_KIND = ATTRIBUTES, /* as kind_specs[] calls it */
    FIELD_ID,                /* of a relation, and of what has several parts */
    FIELD_OWNER,             /* the relation that it belongs to or is about;
                                the model has not the one without the other */
    FIELD_SCHEMA,            /* NULL: the current one, or that of the owner */
    FIELD_NAME,
    FIELD_ABSORBS, /* the sequence that goes with a column */
    /* A part of a key; more rows with the same id have the others. */
    FIELD_PART_COLUMN,
    FIELD_PART_EXPRESSION,
    FIELD_PART_TARGET,
    FIELD_PART_COLLATION,
    FIELD_PART_OPERATOR_CLASS,
    FIELD_PART_DESCENDING,
    FIELD_PART_NULLS_FIRST,
    FIELD_PART_INCLUDED,
    FIELDS
};

static const char *const field_names[FIELDS] = {
    [FIELD_KIND] = "kind",
    [FIELD_ID] = "id",
    [FIELD_OWNER] = "owner",
    [FIELD_SCHEMA] = "schema",
    [FIELD_NAME] = "name",
    [FIELD_ABSORBS] = "absorbs",
    [FIELD_PART_COLUMN] = "part_column",
    [FIELD_PART_EXPRESSION] = "part_expression",
    [FIELD_PART_TARGET] = "part_target",
    [FIELD_PART_COLLATION] = "part_collation",
    [FIELD_PART_OPERATOR_CLASS] = "part_operator_class",
    [FIELD_PART_DESCENDING] = "part_descending",
    [FIELD_PART_NULLS_FIRST] = "part_nulls_first",
    [FIELD_PART_INCLUDED] = "part_included",
};

/*
 * What a query is put for: without it there is nothing to find.  The first
 * columns of what SQL_POSTGRES_PIN answers, then what is known meanwhile.
 */
enum presence {
    HAS_ROUTINES,
    HAS_OTHERS,
    HAS_COMMENTS,
    HAS_TRIGGERS,
    HAS_TYPES,
    HAS_PRIVILEGES,
    HAS_EXTRAS,
    PINNED,
    HAS_SEQUENCES = PINNED, /* that no column has absorbed */
    ALWAYS
};

/* Relations first, in the order of their ids: the others belong to them. */
static const struct {
    enum sql_id query;
    enum presence needs;
} queries[] = {
    {SQL_POSTGRES_RELATIONS, ALWAYS},
    {SQL_POSTGRES_COLUMNS, ALWAYS},
    {SQL_POSTGRES_CONSTRAINTS, ALWAYS},
    {SQL_POSTGRES_INDEXES, ALWAYS},
    {SQL_POSTGRES_TRIGGERS, HAS_TRIGGERS},
    {SQL_POSTGRES_TYPES, HAS_TYPES},
    {SQL_POSTGRES_ROUTINES, HAS_ROUTINES},
    {SQL_POSTGRES_EXTRAS, HAS_EXTRAS},
    {SQL_POSTGRES_SEQUENCES, HAS_SEQUENCES},
    {SQL_POSTGRES_DATABASE, HAS_OTHERS},
    {SQL_POSTGRES_PRIVILEGES, HAS_PRIVILEGES},
    {SQL_POSTGRES_COMMENTS, HAS_COMMENTS},
};

enum { ATTEMPTS = 20, PAUSE = 10 /* milliseconds longer each time */ };

struct relation {
    int64_t id;
    struct object *object; /* NULL: a sequence that is a column's now */
};

struct reader {
    struct schema *schema;
    bool has[PINNED];
    struct rows rows;
    size_t column_of[FIELDS]; /* in the rows, from 1; 0: none */
    struct arena arena;
    struct relation *relations; /* by id */
    size_t nrelations;
    size_t relations_size;
    struct object *last;
    int64_t last_id;
};

static void
reader_release(struct reader *reader)
{
    rows_clear(&reader->rows);
    arena_clear(&reader->arena);
}

/* ------------------------------------------------------------- from a row */

static void
find_columns(struct reader *reader)
{
    memset(reader->column_of, 0, sizeof reader->column_of);
    for (size_t column = 0; column < rows_columns(&reader->rows); column++) {
        const char *name = rows_name(&reader->rows, column);
        size_t field = 0;

        while (field < FIELDS &&
               strcmp(name, field < ATTRIBUTES ? attribute_specs[field].name
                                               : field_names[field]) != 0)
            field++;
        assert(field < FIELDS);
        reader->column_of[field] = column + 1;
    }
}

/* NULL also where the query does not have it. */
static const char *
field_text(const struct reader *reader, size_t field)
{
    size_t column = reader->column_of[field];

    return column > 0 ? row_text(&reader->rows, column - 1) : NULL;
}

static int64_t
field_id(const struct reader *reader, size_t field)
{
    return field_text(reader, field) != NULL
               ? row_integer(&reader->rows, reader->column_of[field] - 1)
               : 0;
}

static const char *
field_copy(struct reader *reader, size_t field)
{
    return arena_text(&reader->schema->arena, field_text(reader, field));
}

/* ---------------------------------------------------------------- objects */

static int
order_relations(const void *a, const void *b)
{
    const struct relation *one = a;
    const struct relation *other = b;

    return (one->id > other->id) - (one->id < other->id);
}

static struct relation *
find_relation(const struct reader *reader, int64_t id)
{
    const struct relation key = {.id = id};

    return reader->nrelations > 0
               ? bsearch(&key, reader->relations, reader->nrelations,
                         sizeof *reader->relations, order_relations)
               : NULL;
}

static void
keep_relation(struct reader *reader, int64_t id, struct object *object)
{
    reader->relations =
        arena_grow(&reader->arena, reader->relations, reader->nrelations,
                   &reader->relations_size, sizeof *reader->relations);
    reader->relations[reader->nrelations++] = (struct relation){id, object};
}

static enum object_kind
field_kind(const struct reader *reader)
{
    const char *name = field_text(reader, FIELD_KIND);
    unsigned kind = 0;

    while (kind < OBJECT_KINDS && strcmp(kind_specs[kind].name, name) != 0)
        kind++;
    assert(kind < OBJECT_KINDS);
    return (enum object_kind)kind;
}

/* Where the sequence is not quite the usual one, the column has to tell. */
static void
absorb_sequence(struct reader *reader, struct object *column, int64_t id)
{
    struct relation *sequence = find_relation(reader, id);
    const char *own = column->text[ATTRIBUTE_SEQUENCE];
    const char *options = NULL;

    if (sequence == NULL || sequence->object == NULL)
        return;
    options = sequence->object->text[ATTRIBUTE_SEQUENCE];
    column->text[ATTRIBUTE_SEQUENCE] =
        own != NULL && options != NULL
            ? arena_printf(&reader->schema->arena, "%s %s", own, options)
        : own != NULL ? own
                      : options;
    schema_remove(reader->schema, sequence->object);
    sequence->object = NULL;
}

/*
 * The catalog prints keywords in capitals, and names in quotes where they have
 * any: "RANGE (time)" becomes "range (time)".
 */
static const char *
lower_words(struct arena *arena, const char *text)
{
    char *lowered = arena_text(arena, text);
    struct tokens tokens = {.at = lowered, .postgres = true};
    struct token token;

    while (lowered != NULL && token_next(&tokens, &token))
        for (size_t i = 0; token.kind == TOKEN_WORD && i < token.len; i++) {
            char *letter = &lowered[(size_t)(token.text - lowered) + i];

            *letter = (char)tolower((unsigned char)*letter);
        }
    return lowered;
}

static void
take_attributes(struct reader *reader, struct object *object)
{
    static const enum attribute in_capitals[] = {ATTRIBUTE_PARTITION_BY,
                                                 ATTRIBUTE_PARTITION_OF};
    struct arena *arena = &reader->schema->arena;

    object->language = LANGUAGE_POSTGRES;
    for (unsigned i = 0; i < ATTRIBUTES; i++)
        object->text[i] = field_copy(reader, i);
    for (size_t i = 0; i < sizeof in_capitals / sizeof *in_capitals; i++)
        object->text[in_capitals[i]] =
            lower_words(arena, object->text[in_capitals[i]]);
    if (object->text[ATTRIBUTE_TYPE] != NULL)
        object->text[ATTRIBUTE_TYPE] = type_canonical(
            arena, LANGUAGE_POSTGRES, object->text[ATTRIBUTE_TYPE]);
}

/* NULL: it is about a relation that the model does not have. */
static struct object *
add_object(struct reader *reader)
{
    enum object_kind kind = field_kind(reader);
    const char *name = field_text(reader, FIELD_NAME);
    const struct relation *relation = NULL;
    struct object *owner = NULL;
    struct object *object = NULL;

    if (field_text(reader, FIELD_OWNER) != NULL) {
        relation = find_relation(reader, field_id(reader, FIELD_OWNER));
        owner = relation != NULL ? relation->object : NULL;
        if (owner == NULL)
            return NULL;
    }
    object = schema_add(reader->schema, kind,
                        kind_specs[kind].owned ? owner : NULL, name);
    object->schema =
        owner != NULL ? owner->schema : field_copy(reader, FIELD_SCHEMA);
    take_attributes(reader, object);
    if (kind_specs[kind].owned)
        absorb_sequence(reader, object, field_id(reader, FIELD_ABSORBS));
    else if (owner == NULL && field_id(reader, FIELD_ID) > 0)
        keep_relation(reader, field_id(reader, FIELD_ID), object);
    return object;
}

static void
add_part(struct reader *reader, struct object *object)
{
    if (field_text(reader, FIELD_PART_COLUMN) == NULL &&
        field_text(reader, FIELD_PART_EXPRESSION) == NULL)
        return;
    *schema_add_part(reader->schema, object) = (struct key_part){
        .column = field_copy(reader, FIELD_PART_COLUMN),
        .expression = field_copy(reader, FIELD_PART_EXPRESSION),
        .target = field_copy(reader, FIELD_PART_TARGET),
        .collation = field_copy(reader, FIELD_PART_COLLATION),
        .operator_class = field_copy(reader, FIELD_PART_OPERATOR_CLASS),
        .descending = field_text(reader, FIELD_PART_DESCENDING) != NULL,
        .nulls_first = field_text(reader, FIELD_PART_NULLS_FIRST) != NULL,
        .included = field_text(reader, FIELD_PART_INCLUDED) != NULL,
    };
}

static void
read_row(struct reader *reader)
{
    int64_t id = field_id(reader, FIELD_ID);

    if (id == 0 || id != reader->last_id)
        reader->last = add_object(reader);
    reader->last_id = id;
    if (reader->last != NULL)
        add_part(reader, reader->last);
}

static bool
read_rows(struct reader *reader, struct db *db, enum sql_id query,
          struct duet_error *err)
{
    if (!db_query(db, &reader->rows, db_sql(db, query), NULL, 0, err))
        return false;
    reader->last_id = 0;
    for (bool first = true; rows_next(&reader->rows); first = false) {
        if (first)
            find_columns(reader);
        read_row(reader);
    }
    return rows_ended(&reader->rows);
}

static bool
has_sequences(const struct reader *reader)
{
    size_t i = 0;

    while (i < reader->nrelations &&
           (reader->relations[i].object == NULL ||
            reader->relations[i].object->kind != OBJECT_SEQUENCE))
        i++;
    return i < reader->nrelations;
}

static bool
has_presence(const struct reader *reader, enum presence what)
{
    return what == ALWAYS          ? true
           : what == HAS_SEQUENCES ? has_sequences(reader)
                                   : reader->has[what];
}

static bool
pin(struct reader *reader, struct db *db, struct duet_error *err)
{
    struct rows *rows = &reader->rows;

    if (!db_query(db, rows, db_sql(db, SQL_POSTGRES_PIN), NULL, 0, err))
        return false;
    while (rows_next(rows))
        for (size_t i = 0; i < PINNED; i++)
            reader->has[i] = row_boolean(rows, i);
    return rows_ended(rows);
}

/* Within a transaction, which keeps the settings of this session. */
static bool
read_all(struct schema *schema, struct db *db, struct duet_error *err)
{
    SCOPED(reader_release) struct reader reader = {.schema = schema};

    if (!pin(&reader, db, err))
        return false;
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        if (has_presence(&reader, queries[i].needs) &&
            !read_rows(&reader, db, queries[i].query, err))
            return false;
    for (size_t i = 0; i < schema->nobjects; i++)
        if (schema->objects[i]->kind == OBJECT_TABLE)
            (void)guard_absorb(schema, schema->objects[i], LANGUAGE_POSTGRES);
    schema_sort(schema);
    return true;
}

/* ------------------------------------------------------------- one moment */

/* The caller's transaction goes on with the settings that it had. */
static bool
read_within(struct schema *schema, struct db *db, struct duet_error *err)
{
    bool done = false;

    if (!db_exec(db, "savepoint duet_reflect", err))
        return false;
    done = read_all(schema, db, err);
    return db_exec(db,
                   "rollback to savepoint duet_reflect; "
                   "release savepoint duet_reflect",
                   done ? err : NULL) &&
           done;
}

/* *OUT stays NULL where it could not be had. */
static bool
read_mark(struct db *db, struct arena *arena, const char **out,
          struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};

    *out = NULL;
    if (!db_query(db, &rows, db_sql(db, SQL_POSTGRES_MARK), NULL, 0, err))
        return false;
    while (rows_next(&rows))
        *out = arena_text(arena, row_text(&rows, 0));
    return rows_ended(&rows);
}

static bool
read_snapshot(struct schema *schema, struct db *db, struct arena *arena,
              const char **mark, struct duet_error *err)
{
    bool done = db_exec(db, db_dialect(db)->begin_read, err) &&
                read_mark(db, arena, mark, err) && read_all(schema, db, err);

    db_rollback(db);
    return done;
}

static void
wait_a_moment(unsigned attempt)
{
    const struct timespec time = {.tv_nsec = (long)attempt * PAUSE * 1000000};

    (void)nanosleep(&time, NULL);
}

/* Read until nobody has changed anything meanwhile. */
static bool
read_settled(struct schema *schema, struct db *db, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};

    for (unsigned attempt = 1; attempt <= ATTEMPTS; attempt++) {
        const char *before = NULL;
        const char *after;
        bool done = read_snapshot(schema, db, &arena, &before, err);

        /* What is dropped while it is looked up can be an error, too. */
        if (before == NULL || (!done && err->kind != DUET_ERROR_SQL) ||
            !read_mark(db, &arena, &after, done ? err : NULL))
            return false;
        if (strcmp(before, after) == 0)
            return done;
        schema_clear(schema);
        wait_a_moment(attempt);
    }
    (void)err_set(err, DUET_ERROR_BUSY,
                  "the schema was changed each time that it was read");
    return err_hint(err, "wait until the migration that is running is done");
}

bool
reflect_postgres(struct schema *out, struct db *db, struct duet_error *err)
{
    SCOPED(schema_clear) struct schema schema = {0};
    struct duet_error own = {0};

    if (err == NULL)
        err = &own;
    if (!(db_in_transaction(db) ? read_within(&schema, db, err)
                                : read_settled(&schema, db, err)))
        return false;
    schema.engine = db_dialect(db)->name;
    *out = schema;
    schema = (struct schema){0};
    return true;
}
