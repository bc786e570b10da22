#include <ctype.h>
#include <string.h>

#include "sql/type.h"
#include "sql/type_table.h"

/* What a rule asks of the arguments, beyond the names. */
enum condition {
    ANYHOW,
    SAME_ARGUMENTS, /* both have none, or the same */
    ONLY_THERE,     /* PostgreSQL's has some, SQLite's none */
    UUID_LENGTH     /* SQLite's has none, or room for a uuid */
};

/*
 * What others declare on SQLite for a type of PostgreSQL.  A name in capitals
 * is none of the table's: SQLAlchemy writes DATETIME, Django "integer
 * unsigned", Rails json, Prisma JSONB, GORM numeric for a boolean.
 */
struct type_rule {
    const char *sqlite;
    const char *postgres;
    enum condition condition;
    const char *name;
};

static const struct type_rule rules[] = {
    {"integer|INT|INT4|MEDIUMINT|INTEGER UNSIGNED|INT UNSIGNED",
     "smallint|integer|bigint", ANYHOW, "integer-width"},
    {"BIGINT UNSIGNED|UNSIGNED BIG INT|INT8", "bigint", ANYHOW,
     "integer-width"},
    {"SMALLINT UNSIGNED|TINYINT|INT2", "smallint", ANYHOW, "integer-width"},
    {"smallint|integer|bigint|INT|TINYINT|numeric", "boolean", ANYHOW,
     "bool-int-check"},
    {"real|double precision|FLOAT|DOUBLE|REAL", "real|double precision", ANYHOW,
     "float-width"},
    {"numeric", "numeric", ONLY_THERE, "length-unchecked"},
    {"text|varchar|CLOB|NVARCHAR", "varchar|char", ONLY_THERE,
     "length-unchecked"},
    {"text|varchar|CLOB|NVARCHAR", "text|varchar", SAME_ARGUMENTS,
     "text-spelling"},
    {"NCHAR|NATIVE CHARACTER", "char", SAME_ARGUMENTS, "text-spelling"},
    {"UUID|GUID|text|char|varchar", "uuid", UUID_LENGTH, "uuid-text"},
    {"bytea|BLOB|BINARY", "uuid", ANYHOW, "uuid-blob"},
    {"BYTEA|BLOB|BINARY|VARBINARY|LONGBLOB", "bytea", ANYHOW, "blob-spelling"},
    {"DATETIME|TIMESTAMP|TIMESTAMPTZ|text", "timestamptz", ANYHOW,
     "timestamptz-text"},
    {"DATETIME|TIMESTAMP|text", "timestamp", ANYHOW, "timestamp-text"},
    {"DATE|text", "date", ANYHOW, "date-text"},
    {"TIME|text", "time", ANYHOW, "time-text"},
    {"JSON|JSONB", "json|jsonb", ANYHOW, "json-text"},
    {"text|varchar", "json|jsonb", ANYHOW, "json-text-check"},
};

enum { RULES = sizeof rules / sizeof *rules };

/* What a rule sees of a type. */
struct side {
    const char *name;
    struct type_arguments arguments;
    bool known;
};

/* A name in capitals keeps them, and its arguments may be anything. */
static struct side
foreign_side(struct arena *arena, const char *canonical)
{
    char *name = arena_copy(arena, canonical, strcspn(canonical, "("));
    struct type_spelling spelling =
        type_spell(arena, LANGUAGE_SQLITE, canonical);

    for (char *at = name; *at != '\0'; at++)
        *at = (char)toupper((unsigned char)*at);
    return (struct side){name, spelling.arguments, false};
}

static struct side
side_of(struct arena *arena, const char *canonical)
{
    struct side side = {0};
    const struct type_row *row = type_find(arena, canonical, &side.arguments);

    if (row == NULL)
        return foreign_side(arena, canonical);
    side.name = row->name;
    side.known = true;
    return side;
}

static bool
has_room_for_uuid(const struct type_arguments *arguments)
{
    return arguments->count == 0 ||
           (arguments->count == 1 &&
            (arguments->value[0] == 32 || arguments->value[0] == 36));
}

static bool
holds(enum condition condition, const struct type_arguments *sqlite,
      const struct type_arguments *postgres)
{
    switch (condition) {
    case ANYHOW:
        return true;
    case SAME_ARGUMENTS:
        return sqlite->count == postgres->count &&
               sqlite->value[0] == postgres->value[0] &&
               sqlite->value[1] == postgres->value[1];
    case ONLY_THERE:
        return sqlite->count == 0 && postgres->count > 0;
    case UUID_LENGTH:
        return has_room_for_uuid(sqlite);
    }
    return false;
}

enum type_relation
type_compare(const char *sqlite, const char *postgres, const char **rule)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct side left = side_of(&arena, sqlite);
    struct side right = side_of(&arena, postgres);
    bool understood = left.known;

    *rule = NULL;
    if (strcmp(sqlite, postgres) == 0)
        return TYPE_SAME;
    for (size_t i = 0; i < RULES; i++) {
        if (!type_is_among(rules[i].sqlite, left.name))
            continue;
        understood = true;
        if (right.known && type_is_among(rules[i].postgres, right.name) &&
            holds(rules[i].condition, &left.arguments, &right.arguments)) {
            *rule = rules[i].name;
            return TYPE_EQUIVALENT;
        }
    }
    return understood && right.known ? TYPE_DIFFERENT : TYPE_UNKNOWN;
}
