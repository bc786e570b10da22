/*
 * Values that a table accepts are found by trying.
 */
#include <string.h>

#include "base/buf.h"
#include "db/token.h"
#include "migrate/sample.h"
#include "schema/diagram.h"
#include "sql/quote.h"

enum { ROWS = 2 };

/*
 * Numbers of a key that counts by itself are far from those that a migration
 * gives to rows of its own.
 */
enum { KEYS_FROM = 9000 };

struct filling {
    struct sample *sample;
    struct db *db;
    const struct schema *schema;
    bool is_postgres_text; /* how the expressions of the schema are read */
    bool has_inserted;
};

/* How to fill a row: what is not accepted one way may be in another. */
struct way {
    bool by_checks; /* values that the checks of the table speak of */
    bool sparse;    /* what may be left out is */
};

static const struct way ways[] = {
    {true, false}, {false, false}, {true, true}, {false, true}};

/* ------------------------------------------------------------------------
 * Values
 */

struct hint {
    const char *word;
    const char *value; /* ? is the number of the row */
};

/* By what is in the name of a type. */
static const struct hint type_hints[] = {
    {"[]", "{}"},
    {"range", "empty"},
    {"uuid", "00000000-0000-4000-8000-00000000000?"},
    {"json", "{\"?\": ?}"},
    {"interval", "? hour"},
    {"timestamp", "2020-01-0? 00:00:00"},
    {"datetime", "2020-01-0? 00:00:00"},
    {"date", "2020-01-0?"},
    {"time", "00:00:0?"},
    {"bool", "1"},
    {"inet", "10.0.0.?"},
    {"cidr", "10.0.0.?"},
    {"macaddr", "00:00:00:00:00:0?"},
    {"point", "(?,?)"},
    {"xml", "<a/>"},
    {NULL, NULL},
};

/* By what is in the name of a column of texts: later it may be checked. */
static const struct hint name_hints[] = {
    {"uuid", "00000000-0000-4000-8000-00000000000?"},
    {"guid", "00000000-0000-4000-8000-00000000000?"},
    {"email", "?@example.com"},
    {"url", "http://localhost/?"},
    {"json", "{\"?\": ?}"},
    {NULL, NULL},
};

static const char *
lower_case(struct arena *arena, const char *text)
{
    char *copy = arena_text(arena, text);

    for (char *at = copy; *at != '\0'; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at + 'a' - 'A');
    return copy;
}

static const char *
find_hint(struct arena *arena, const struct hint *hints, const char *name)
{
    const char *lower = lower_case(arena, name);

    while (hints->word != NULL && strstr(lower, hints->word) == NULL)
        hints++;
    return hints->value;
}

static bool
is_text(struct arena *arena, const char *type)
{
    const char *lower = lower_case(arena, type);

    return *lower == '\0' || strstr(lower, "text") != NULL ||
           strstr(lower, "char") != NULL;
}

/* A number, too, where nothing else is known: it can be cast to much. */
static const char *
usual_value(struct arena *arena, const struct object *column, const char *type,
            int row)
{
    const char *value = find_hint(arena, type_hints, type);
    char *text;

    if (value == NULL && is_text(arena, type))
        value = find_hint(arena, name_hints, column->name);
    text = arena_text(arena, value ? value : "?");
    for (char *at = text; *at != '\0'; at++)
        if (*at == '?')
            *at = (char)('0' + row);
    return text;
}

static bool
is_bytes(const char *type)
{
    return strcmp(type, "bytea") == 0 || strcmp(type, "BLOB") == 0 ||
           strcmp(type, "blob") == 0;
}

/* The label of an enum, or NULL for another type. */
static const char *
label_of(struct arena *arena, const struct schema *schema, const char *type,
         int row)
{
    const struct object *object = schema_find(schema, OBJECT_ENUM, NULL, type);
    struct tokens tokens = {.postgres = true};
    struct token token;
    const char *label = NULL;

    if (object == NULL || object->text[ATTRIBUTE_LABELS] == NULL)
        return NULL;
    tokens.at = object->text[ATTRIBUTE_LABELS];
    while (row > 0 && token_next(&tokens, &token))
        if (token.kind == TOKEN_TEXT) {
            label = token_string(arena, &token);
            row--;
        }
    return label;
}

/* The ROWth literal that EXPRESSION has behind COLUMN, or the last. */
static const char *
literal_in(struct arena *arena, const struct filling *filling,
           const char *expression, const struct object *column, int row)
{
    struct tokens tokens = {.at = expression,
                            .postgres = filling->is_postgres_text};
    struct token token;
    const char *found = NULL;
    bool is_it = false;

    while (row > 0 && token_next(&tokens, &token)) {
        if (token.kind == TOKEN_WORD || token.kind == TOKEN_NAME) {
            const char *name = token_name(arena, &token);

            if (object_find(column->owner, OBJECT_COLUMN, name) != NULL)
                is_it = strcmp(name, column->name) == 0;
            continue;
        }
        if (!is_it || (token.kind != TOKEN_TEXT && token.kind != TOKEN_NUMBER))
            continue;
        found = token.kind == TOKEN_TEXT
                    ? token_string(arena, &token)
                    : arena_copy(arena, token.text, token.len);
        row--;
    }
    return found;
}

static const char *
literal_of_checks(struct arena *arena, const struct filling *filling,
                  const struct object *column, int row)
{
    const struct object *table = column->owner;
    const char *found = NULL;

    for (size_t i = 0; i < table->nchildren && found == NULL; i++)
        if (table->children[i]->kind == OBJECT_CHECK &&
            table->children[i]->text[ATTRIBUTE_EXPRESSION] != NULL)
            found = literal_in(arena, filling,
                               table->children[i]->text[ATTRIBUTE_EXPRESSION],
                               column, row);
    return found;
}

/* A number that counts by itself, or is a key in another way. */
static bool
is_number_key(const struct object *column)
{
    const char *type = column->text[ATTRIBUTE_TYPE];

    return column->text[ATTRIBUTE_IDENTITY] != NULL ||
           (column_marks(column).primary && type != NULL &&
            strstr(type, "int") != NULL);
}

static const char *
value_of(struct arena *arena, const struct filling *filling,
         const struct object *column, const struct way *way, int row)
{
    const char *type =
        column->text[ATTRIBUTE_TYPE] ? column->text[ATTRIBUTE_TYPE] : "";
    const struct dialect *dialect = db_dialect(filling->db);
    const char *value =
        way->by_checks ? literal_of_checks(arena, filling, column, row) : NULL;

    if (value == NULL)
        value = label_of(arena, filling->schema, type, row);
    if (value == NULL && is_bytes(type))
        return arena_printf(arena, "%s0%d%s", dialect->blob_open, row,
                            dialect->blob_close);
    if (value == NULL && is_number_key(column))
        value = arena_printf(arena, "%d", KEYS_FROM + row);
    return sql_literal(arena,
                       value ? value : usual_value(arena, column, type, row));
}

/* ------------------------------------------------------------------------
 * Foreign keys
 */

static struct sample_table *
find_table(const struct filling *filling, const struct object *table)
{
    for (size_t i = 0; table != NULL && i < filling->sample->ntables; i++) {
        struct sample_table *entry = &filling->sample->tables[i];
        const char *schema = table->schema ? table->schema : "";

        if (strcmp(entry->name, table->name) == 0 &&
            strcmp(entry->schema ? entry->schema : "", schema) == 0)
            return entry;
    }
    return NULL;
}

/* The column of PARENT that part NUMBER of KEY references, or NULL. */
static const struct object *
target_of(const struct object *key, size_t number, const struct object *parent)
{
    const char *name = key->parts[number].target;

    if (name == NULL) {
        const struct object *primary = object_primary_key(parent);

        if (primary == NULL || number >= primary->nparts)
            return NULL;
        name = primary->parts[number].column;
    }
    return name ? object_find(parent, OBJECT_COLUMN, name) : NULL;
}

/* What a column that references another holds; NULL: it references none. */
static const char *
reference_of(struct arena *arena, const struct filling *filling,
             const struct object *column, const struct way *way, int row)
{
    const struct object *table = column->owner;

    for (size_t i = 0; i < table->nchildren; i++) {
        const struct object *key = table->children[i];
        const struct object *parent = referenced_table(filling->schema, key);

        for (size_t j = 0; parent != NULL && j < key->nparts; j++) {
            const struct object *target = target_of(key, j, parent);

            if (key->parts[j].column == NULL || target == NULL ||
                strcmp(key->parts[j].column, column->name) != 0)
                continue;
            if (parent == table)
                return value_of(arena, filling, target, way, row);
            return arena_printf(
                arena, "(select %s from %s limit 1)",
                sql_ident(arena, target->name),
                parent->schema ? arena_printf(arena, "%s.%s",
                                              sql_ident(arena, parent->schema),
                                              sql_ident(arena, parent->name))
                               : sql_ident(arena, parent->name));
        }
    }
    return NULL;
}

/* Each table that it references has rows. */
static bool
has_parents(const struct filling *filling, const struct object *table)
{
    for (size_t i = 0; i < table->nchildren; i++) {
        const struct object *parent =
            referenced_table(filling->schema, table->children[i]);
        const struct sample_table *entry = find_table(filling, parent);

        if (entry != NULL && parent != table && entry->count == 0)
            return false;
    }
    return true;
}

/* ------------------------------------------------------------------------
 * Rows
 */

static bool
is_left_out(const struct object *column, const struct way *way)
{
    const char *identity = column->text[ATTRIBUTE_IDENTITY];

    if (column->text[ATTRIBUTE_GENERATED] != NULL ||
        (identity != NULL && strcmp(identity, "always") == 0))
        return true;
    return way->sparse && (!object_is(column, ATTRIBUTE_NOT_NULL) ||
                           column->text[ATTRIBUTE_DEFAULT] != NULL);
}

static const char *
insert_of(struct arena *arena, const struct filling *filling,
          const struct object *table, const struct way *way, int row)
{
    SCOPED(buf_release) struct buf names = {0};
    SCOPED(buf_release) struct buf list = {0};
    const char *into =
        find_table(filling, table)->schema
            ? arena_printf(arena, "%s.%s", sql_ident(arena, table->schema),
                           sql_ident(arena, table->name))
            : sql_ident(arena, table->name);

    for (size_t i = 0; i < table->nchildren; i++) {
        const struct object *column = table->children[i];
        const char *value;

        if (column->kind != OBJECT_COLUMN || is_left_out(column, way))
            continue;
        value = reference_of(arena, filling, column, way, row);
        if (value == NULL)
            value = value_of(arena, filling, column, way, row);
        buf_printf(&names, "%s%s", names.len ? ", " : "",
                   sql_ident(arena, column->name));
        buf_printf(&list, "%s%s", list.len ? ", " : "", value);
    }
    if (names.len == 0)
        return arena_printf(arena, "insert into %s default values", into);
    return arena_printf(arena, "insert into %s (%s) values (%s)", into,
                        buf_data(&names), buf_data(&list));
}

/* The row is not for this table: that is no error. */
static bool
is_refusal(const struct duet_error *err)
{
    return err->kind == DUET_ERROR_SQL || err->kind == DUET_ERROR_CONSTRAINT ||
           err->kind == DUET_ERROR_DENIED;
}

static bool
insert_row(struct filling *filling, const struct object *table, int row,
           bool *inserted, struct duet_error *err)
{
    struct duet_error refusal = {0};

    *inserted = false;
    for (size_t i = 0; i < sizeof ways / sizeof *ways && !*inserted; i++) {
        SCOPED(arena_clear) struct arena arena = {0};

        *inserted =
            db_exec(filling->db,
                    insert_of(&arena, filling, table, &ways[i], row), &refusal);
        if (!*inserted && !is_refusal(&refusal)) {
            if (err != NULL)
                *err = refusal;
            return false;
        }
    }
    return true;
}

static bool
fill_table(struct filling *filling, const struct object *table,
           struct duet_error *err)
{
    struct sample_table *entry = find_table(filling, table);
    bool inserted = true;

    for (int row = 1; row <= ROWS && inserted; row++) {
        if (!insert_row(filling, table, row, &inserted, err))
            return false;
        entry->count += inserted;
        filling->has_inserted |= inserted;
    }
    return true;
}

/* PROGRESS: some table has got rows. */
static bool
fill_some(struct filling *filling, bool without_parents, bool *progress,
          struct duet_error *err)
{
    *progress = false;
    for (size_t i = 0; i < filling->schema->nobjects; i++) {
        const struct object *object = filling->schema->objects[i];
        const struct sample_table *entry =
            object->kind == OBJECT_TABLE ? find_table(filling, object) : NULL;

        if (entry == NULL || entry->count > 0 ||
            (!without_parents && !has_parents(filling, object)))
            continue;
        if (!fill_table(filling, object, err))
            return false;
        *progress = *progress || entry->count > 0;
    }
    return true;
}

bool
sample_fill(struct sample *sample, struct db *db, const struct schema *schema,
            struct duet_error *err)
{
    struct filling filling = {
        .sample = sample,
        .db = db,
        .schema = schema,
        .is_postgres_text = db_dialect(db)->has_dollar_quotes,
    };
    bool progress = true;

    while (progress)
        if (!fill_some(&filling, false, &progress, err))
            return false;
    for (progress = true; progress;)
        if (!fill_some(&filling, true, &progress, err))
            return false;
    return !filling.has_inserted || sample_take(sample, db, schema, err);
}
