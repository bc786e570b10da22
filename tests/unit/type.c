/*
 * The table of types: names on either engine, and guards, which have both
 * engines take and refuse the same values.
 */
#include "sql/type.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "lib/ground.h"
#include "lib/tap.h"
#include "sql/expression.h"

static struct arena arena;
static struct duet_error err;

/* ------------------------------------------------------------------ names */

static const struct {
    enum sql_language language;
    const char *text;
    const char *canonical;
} names[] = {
    {LANGUAGE_POSTGRES, "int", "integer"},
    {LANGUAGE_POSTGRES, "INT4", "integer"},
    {LANGUAGE_POSTGRES, "pg_catalog.int8", "bigint"},
    {LANGUAGE_POSTGRES, "character varying(255)", "varchar(255)"},
    {LANGUAGE_POSTGRES, "  character\n varying ( 255 ) ", "varchar(255)"},
    {LANGUAGE_POSTGRES, "character varying", "varchar"},
    {LANGUAGE_POSTGRES, "character(3)", "char(3)"},
    {LANGUAGE_POSTGRES, "char", "char(1)"},
    {LANGUAGE_POSTGRES, "bpchar(3)", "char(3)"},
    {LANGUAGE_POSTGRES, "bpchar", "bpchar"},
    {LANGUAGE_POSTGRES, "\"char\"", "\"char\""},
    {LANGUAGE_POSTGRES, "decimal(10, 2)", "numeric(10,2)"},
    {LANGUAGE_POSTGRES, "numeric(10)", "numeric(10,0)"},
    {LANGUAGE_POSTGRES, "numeric(10,-2)", "numeric(10,-2)"},
    {LANGUAGE_POSTGRES, "float", "double precision"},
    {LANGUAGE_POSTGRES, "float(24)", "real"},
    {LANGUAGE_POSTGRES, "float(25)", "double precision"},
    {LANGUAGE_POSTGRES, "float8", "double precision"},
    {LANGUAGE_POSTGRES, "timestamp with time zone", "timestamptz"},
    {LANGUAGE_POSTGRES, "timestamp(3) with time zone", "timestamptz(3)"},
    {LANGUAGE_POSTGRES, "timestamp(3) without time zone", "timestamp(3)"},
    {LANGUAGE_POSTGRES, "timestamp", "timestamp"},
    {LANGUAGE_POSTGRES, "time without time zone", "time"},
    {LANGUAGE_POSTGRES, "time with time zone", "time with time zone"},
    {LANGUAGE_POSTGRES, "text[]", "text[]"},
    {LANGUAGE_POSTGRES, "character varying(3)[]", "varchar(3)[]"},
    {LANGUAGE_POSTGRES, "int[3][ ]", "integer[]"},
    {LANGUAGE_POSTGRES, "int array", "integer[]"},
    {LANGUAGE_POSTGRES, "Mood", "mood"},
    {LANGUAGE_POSTGRES, "\"mood\"", "mood"},
    {LANGUAGE_POSTGRES, "\"Mood\"", "\"Mood\""},
    {LANGUAGE_POSTGRES, "m$", "\"m$\""},
    {LANGUAGE_POSTGRES, "other.\"Mood\"", "other.\"Mood\""},
    {LANGUAGE_POSTGRES, "geometry( Point , 4326 )", "geometry(point,4326)"},
    {LANGUAGE_POSTGRES, "interval  day to second", "interval day to second"},
    {LANGUAGE_POSTGRES, "numeric(99999999999)", "numeric(99999999999)"},
    {LANGUAGE_POSTGRES, "varchar(", "varchar("},
    {LANGUAGE_POSTGRES, "", ""},
    {LANGUAGE_SQLITE, "INTEGER", "integer"},
    {LANGUAGE_SQLITE, "int", "INT"},
    {LANGUAGE_SQLITE, "integer unsigned", "INTEGER UNSIGNED"},
    {LANGUAGE_SQLITE, "VARCHAR ( 10 )", "varchar(10)"},
    {LANGUAGE_SQLITE, "decimal(10,5)", "numeric(10,5)"},
    {LANGUAGE_SQLITE, "numeric(10)", "NUMERIC(10)"},
    {LANGUAGE_SQLITE, "FLOAT", "double precision"},
    {LANGUAGE_SQLITE, "REAL", "real"},
    {LANGUAGE_SQLITE, "bool", "boolean"},
    {LANGUAGE_SQLITE, "blob", "bytea"},
    {LANGUAGE_SQLITE, "uuid", "UUID"},
    {LANGUAGE_SQLITE, "Uuid_Text", "uuid"},
    {LANGUAGE_SQLITE, "json", "JSON"},
    {LANGUAGE_SQLITE, "datetime(6)", "DATETIME(6)"},
    {LANGUAGE_SQLITE, "mood_enum_text", "mood"},
    {LANGUAGE_SQLITE, "\"Mood_enum_text\"", "\"Mood\""},
    {LANGUAGE_SQLITE, "Mood_enum_text", "\"Mood\""},
    {LANGUAGE_SQLITE, "pri$nt_enum_text", "print"},
    {LANGUAGE_SQLITE, "_enum_text", "_ENUM_TEXT"},
    {LANGUAGE_SQLITE, "", ""},
};

static void
test_names(void)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        IS_TEXT(type_canonical(&arena, names[i].language, names[i].text),
                names[i].canonical, "%s: '%s'",
                names[i].language == LANGUAGE_SQLITE ? "sqlite" : "postgres",
                names[i].text);
}

static const char *const types[] = {
    "smallint",     "integer",        "bigint",        "boolean",
    "real",         "numeric",        "numeric(10,2)", "double precision",
    "numeric(5,5)", "numeric(38,10)", "text",          "varchar",
    "varchar(255)", "char(1)",        "char(10)",      "bytea",
    "timestamptz",  "timestamptz(0)", "timestamp",     "timestamp(6)",
    "date",         "time",           "time(3)",       "uuid",
    "json",         "jsonb"};

enum { TYPES = sizeof types / sizeof *types };

static const char *const strangers[] = {"interval",
                                        "text[]",
                                        "inet",
                                        "mood",
                                        "time with time zone",
                                        "numeric(2,3)",
                                        "numeric(5,-1)",
                                        "varchar(0)",
                                        "timestamp(7)",
                                        "UUID",
                                        "DATETIME",
                                        ""};

/* Names of enums, of which none may end as a number. */
static const char *const enums[] = {
    "mood",      "print",     "\"i$nt\"",          "\"i$$nt_int\"",
    "\"Mood\"",  "\"a b\"",   "\"say \"\"x\"\"\"", "blob_char",
    "\"PrInT\"", "\"order\"", "\"\xC3\xA9\""};

static void
test_round_trip(void)
{
    for (size_t i = 0; i < TYPES; i++) {
        OK(type_is_known(types[i]), "%s is known", types[i]);
        for (int j = LANGUAGE_POSTGRES; j <= LANGUAGE_SQLITE; j++)
            IS_TEXT(type_canonical(&arena, (enum sql_language)j,
                                   type_declared(&arena, (enum sql_language)j,
                                                 types[i], NULL)),
                    types[i], "and declared as such (%d)", j);
    }
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++)
        OK(!type_is_known(strangers[i]), "'%s' is not known", strangers[i]);
    for (size_t i = 0; i < sizeof enums / sizeof *enums; i++)
        IS_TEXT(type_canonical(
                    &arena, LANGUAGE_SQLITE,
                    type_declared(&arena, LANGUAGE_SQLITE, enums[i], "'x'")),
                enums[i], "the enum %s is itself on SQLite", enums[i]);
    IS_TEXT(type_declared(&arena, LANGUAGE_SQLITE, "other.mood", "'x'"),
            "mood_enum_text", "an enum's schema is lost there");
    IS_TEXT(type_declared(&arena, LANGUAGE_SQLITE, "DATETIME", NULL),
            "DATETIME", "what is not known is declared as it is");
}

static const struct {
    const char *sqlite;
    const char *postgres;
    enum type_relation relation;
    const char *rule;
} pairs[] = {
    {"integer", "integer", TYPE_SAME, NULL},
    {"uuid", "uuid", TYPE_SAME, NULL},
    {"UUID", "uuid", TYPE_EQUIVALENT, "uuid-text"},
    {"char(32)", "uuid", TYPE_EQUIVALENT, "uuid-text"},
    {"varchar(36)", "uuid", TYPE_EQUIVALENT, "uuid-text"},
    {"char(39)", "uuid", TYPE_DIFFERENT, NULL},
    {"text", "uuid", TYPE_EQUIVALENT, "uuid-text"},
    {"bytea", "uuid", TYPE_EQUIVALENT, "uuid-blob"},
    {"integer", "bigint", TYPE_EQUIVALENT, "integer-width"},
    {"bigint", "integer", TYPE_DIFFERENT, NULL},
    {"INTEGER UNSIGNED", "integer", TYPE_EQUIVALENT, "integer-width"},
    {"integer", "boolean", TYPE_EQUIVALENT, "bool-int-check"},
    {"numeric", "boolean", TYPE_EQUIVALENT, "bool-int-check"},
    {"integer", "text", TYPE_DIFFERENT, NULL},
    {"real", "double precision", TYPE_EQUIVALENT, "float-width"},
    {"real", "numeric", TYPE_DIFFERENT, NULL},
    {"numeric", "numeric(10,2)", TYPE_EQUIVALENT, "length-unchecked"},
    {"numeric(10,3)", "numeric(10,2)", TYPE_DIFFERENT, NULL},
    {"text", "varchar(10)", TYPE_EQUIVALENT, "length-unchecked"},
    {"varchar(10)", "text", TYPE_DIFFERENT, NULL},
    {"varchar(10)", "varchar(20)", TYPE_DIFFERENT, NULL},
    {"varchar", "text", TYPE_EQUIVALENT, "text-spelling"},
    {"NVARCHAR(10)", "varchar(10)", TYPE_EQUIVALENT, "text-spelling"},
    {"NVARCHAR(11)", "varchar(10)", TYPE_DIFFERENT, NULL},
    {"DATETIME", "timestamptz", TYPE_EQUIVALENT, "timestamptz-text"},
    {"datetime", "timestamptz", TYPE_EQUIVALENT, "timestamptz-text"},
    {"DATETIME(6)", "timestamp(6)", TYPE_EQUIVALENT, "timestamp-text"},
    {"timestamptz", "timestamp", TYPE_DIFFERENT, NULL},
    {"DATE", "date", TYPE_EQUIVALENT, "date-text"},
    {"TIME", "time", TYPE_EQUIVALENT, "time-text"},
    {"JSON", "jsonb", TYPE_EQUIVALENT, "json-text"},
    {"text", "jsonb", TYPE_EQUIVALENT, "json-text-check"},
    {"jsonb", "json", TYPE_DIFFERENT, NULL},
    {"BINARY(16)", "bytea", TYPE_EQUIVALENT, "blob-spelling"},
    {"mood", "mood", TYPE_SAME, NULL},
    {"text", "mood", TYPE_UNKNOWN, NULL},
    {"text", "text[]", TYPE_UNKNOWN, NULL},
    {"char(39)", "inet", TYPE_UNKNOWN, NULL},
    {"bigint", "interval", TYPE_UNKNOWN, NULL},
    {"POINT", "point", TYPE_UNKNOWN, NULL},
    {"POINT", "text", TYPE_UNKNOWN, NULL},
    {"", "text", TYPE_UNKNOWN, NULL},
};

static void
test_pairs(void)
{
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const char *rule = "unset";

        IS_INT(type_compare(pairs[i].sqlite, pairs[i].postgres, &rule),
               pairs[i].relation, "'%s' on SQLite, '%s' on PostgreSQL",
               pairs[i].sqlite, pairs[i].postgres);
        IS_TEXT(rule, pairs[i].rule, "and the rule");
    }
}

/* -------------------------------------------------------------- on engines */

/* A table with one column of that type, guarded. */
static void
make_table(struct ground *ground, const char *type, const char *labels)
{
    SCOPED(buf_release) struct buf checks = {0};
    struct type_guard guards[TYPE_GUARDS];
    enum sql_language language =
        ground->is_server ? LANGUAGE_POSTGRES : LANGUAGE_SQLITE;
    unsigned count =
        type_guards(&arena, language, type, "time", labels, guards);

    for (unsigned i = 0; i < count; i++)
        buf_printf(&checks, ", constraint ck_t_time_%s check (%s)",
                   guards[i].kind, guards[i].expression);
    ground_run(ground, "drop table if exists t");
    ground_run(ground, "create table t (time %s%s)",
               type_declared(&arena, language, type, labels),
               buf_data(&checks));
}

static const char *
declared_there(struct ground *ground)
{
    SCOPED(rows_clear) struct rows rows = {0};
    const char *sql = ground->is_server
                          ? "select format_type(atttypid, atttypmod)"
                            "  from pg_attribute"
                            " where attrelid = 't'::regclass and attnum > 0"
                          : "select type from pragma_table_info('t')";

    if (!db_query(ground->db, &rows, sql, NULL, 0, &err) || !rows_next(&rows))
        return NULL;
    return arena_text(&arena, row_text(&rows, 0));
}

/* What PostgreSQL prints for the guards is read as what was written. */
static void
test_printed_guards(struct ground *ground, const char *type)
{
    struct type_guard guards[TYPE_GUARDS];
    unsigned count =
        type_guards(&arena, LANGUAGE_POSTGRES, type, "time", NULL, guards);

    for (unsigned i = 0; i < count; i++) {
        SCOPED(rows_clear) struct rows rows = {0};
        const char *sql = arena_printf(
            &arena,
            "select pg_get_expr(conbin, conrelid) from pg_constraint"
            " where conrelid = 't'::regclass and conname = 'ck_t_time_%s'",
            guards[i].kind);
        const struct expression *printed = NULL;
        const struct expression *written =
            expression_read(&arena, LANGUAGE_POSTGRES, guards[i].expression);

        if (db_query(ground->db, &rows, sql, NULL, 0, &err) && rows_next(&rows))
            printed =
                expression_read(&arena, LANGUAGE_POSTGRES, row_text(&rows, 0));
        OK(printed != NULL && expression_is_same(printed, written),
           "the guard %s of %s is known by what is printed", guards[i].kind,
           type);
    }
}

static void
test_catalog(struct ground *ground)
{
    enum sql_language language =
        ground->is_server ? LANGUAGE_POSTGRES : LANGUAGE_SQLITE;

    for (size_t i = 0; i < TYPES; i++) {
        make_table(ground, types[i], NULL);
        IS_TEXT(type_canonical(&arena, language, declared_there(ground)),
                types[i], "%s: %s is read back", ground->who, types[i]);
        OK(db_exec(ground->db, "insert into t values (null)", &err),
           "%s: and takes NULL", ground->who);
        if (ground->is_server)
            test_printed_guards(ground, types[i]);
    }
    for (size_t i = 0; !ground->is_server && i < sizeof enums / sizeof *enums;
         i++) {
        make_table(ground, enums[i], "'1', 'it''s'");
        IS_TEXT(type_canonical(&arena, language, declared_there(ground)),
                enums[i], "the enum %s is read back", enums[i]);
        ground_run(ground, "insert into t values ('1')");
        IS_INT(ground_number(ground, "select typeof(time) = 'text' from t"), 1,
               "and its label stays a text");
    }
}

/* What the engine would have changed before it looks can't be the same. */
static const struct {
    const char *type;
    const char *taken; /* values, with bars between them */
    const char *refused;
} values[] = {
    {"smallint", "0|-32768|32767", "32768|-32769|'x'"},
    {"integer", "-2147483648|2147483647|'7'", "2147483648|-2147483649|'x'|''"},
    {"bigint", "-9223372036854775808|9223372036854775807",
     "9223372036854775808|1e30|'x'"},
    {"real", "0|1|0.1|-3.4e38|1e-45|3.4028235e38|'2.5'",
     "3.5e38|1e39|1e-46|-1e-50|'x'"},
    {"double precision", "0|1|0.1|-1.7e308|5e-324|'1e3'", "'x'"},
    {"numeric(10,2)", "0|1.5|-0.25|99999999.99|0.1|1.00",
     "100000000|123456789.01|-1e9|'x'"},
    {"numeric(5,5)", "0|0.99999|-0.00001", "1|-1"},
    {"numeric(15,0)", "999999999999999|-999999999999999", "1000000000000000"},
    {"numeric(38,10)", "123456789012.345|1e20|0.1|0.0000000001",
     "12345678901234567|1234567890.1234567|1e28"},
    {"numeric", "123456789012345|1e300|1e-100|0.1|-7.25",
     "1234567890123456|0.1234567890123456|'x'"},
    {"text", "''|'x'|'\xC3\xA9'|'007'", ""},
    {"varchar(3)", "''|'abc'|'\xC3\xA9\xC3\xA9\xC3\xA9'",
     "'abcd'|'\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9'"},
    {"char(3)", "''|'abc'|'a'", "'abcd'"},
    {"boolean", "", "'x'|'2'"},
    {"timestamptz",
     "'0001-01-01 00:00:00.000000'|'9999-12-31 23:59:59.999999'"
     "|'2024-02-29 12:00:00.000000'",
     "'2023-02-29 00:00:00.000000'|'infinity'|'10000-01-01 00:00:00.000000'"
     "|'0001-01-01 00:00:00.000000 BC'|'x'|''|'2024-13-01 00:00:00.000000'"},
    {"timestamptz(3)", "'2024-02-29 12:00:00.123000'", "'x'"},
    {"timestamp", "'0001-01-01 00:00:00.000000'|'9999-12-31 23:59:59.999999'",
     "'infinity'|'-infinity'|'2024-00-01 00:00:00.000000'"},
    {"timestamp(0)", "'2024-02-29 12:00:00.000000'", "'x'"},
    {"date", "'0001-01-01'|'9999-12-31'|'2024-02-29'",
     "'2023-02-29'|'infinity'|'10000-01-01'|'0001-01-01 BC'|'x'|'2024-02'"},
    {"time", "'00:00:00.000000'|'23:59:59.999999'",
     "'24:00:00.000000'|'25:00:00.000000'|'12:60:00.000000'|'x'"},
    {"time(0)", "'12:34:56.000000'", "'x'"},
    {"uuid", "'00000000-0000-4000-8000-00000000000f'",
     "'0000000-00000-4000-8000-000000000001'"
     "|'g0000000-0000-4000-8000-000000000001'|''"},
    {"json", "'{}'|'1.0'|'null'|'\"\\u0000\"'|'\"\\ud800\"'", "'{'|''|'x'"},
    {"jsonb", "'{}'|'1.0'|'\"\\ud83d\\ude00\"'|'\"\\\\u0000\"'",
     "'{'|''|'\"\\u0000\"'|'\"\\ud800\"'|'\"\\ude00\\ud83d\"'"},
};

static void
test_value(struct ground *ground, const char *type, const char *value,
           bool taken)
{
    char *sql = arena_printf(&arena, "insert into t values (%s)", value);

    OK(db_exec(ground->db, sql, &err) == taken, "%s: %s %s %s", ground->who,
       type, taken ? "takes" : "refuses", value);
}

static void
test_list(struct ground *ground, const char *type, const char *list, bool taken)
{
    while (*list != '\0') {
        size_t len = strcspn(list, "|");

        test_value(ground, type, arena_copy(&arena, list, len), taken);
        list += len + (list[len] == '|');
    }
}

static void
test_values(struct ground *ground)
{
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        make_table(ground, values[i].type, NULL);
        test_list(ground, values[i].type, values[i].taken, true);
        test_list(ground, values[i].type, values[i].refused, false);
    }
}

/* What has another spelling there, or no counterpart at all. */
static void
test_own_values(struct ground *ground)
{
    static const struct {
        const char *type;
        const char *sqlite;
        const char *postgres;
        bool taken;
    } own[] = {
        {"boolean", "1|0", "true|false", true},
        {"boolean", "2|-1|'true'|1.5", "", false},
        {"bytea", "x'00ff'|x''", "'\\x00ff'|''", true},
        {"bytea", "'x'|1", "", false},
        {"text", "x'61'|cast(x'6100' as text)", "", false},
        {"integer", "1.5|x'31'", "", false},
        {"real", "9e999", "'Infinity'|'-Infinity'|'NaN'", false},
        {"double precision", "9e999|-9e999",
         "'Infinity'|'-Infinity'|'NaN'|1e400|1e-400", false},
        {"numeric", "9e999|-9e999|9007199254740995",
         "'Infinity'|'-Infinity'|'NaN'|1e400", false},
        {"numeric(10,2)", "0.123|1.005|9e999", "'NaN'", false},
        {"char(3)", "'a '", "", false},
        {"date", "20240101|'2024-1-1'", "", false},
        {"time", "'12:34'|'12:34:56'", "", false},
        {"timestamp(3)", "'2024-02-29 12:00:00.123456'", "", false},
        {"timestamptz",
         "'2024-02-29 12:00:00'|'2024-02-29T12:00:00.000000'"
         "|'now'",
         "", false},
        {"uuid", "'00000000-0000-4000-8000-00000000000F'", "", false},
        {"jsonb", "x'7b7d'", "", false},
    };

    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        make_table(ground, own[i].type, NULL);
        test_list(ground, own[i].type,
                  ground->is_server ? own[i].postgres : own[i].sqlite,
                  own[i].taken);
    }
}

/* An enum's labels, and a key that counts by itself. */
static void
test_sqlite(struct ground *ground)
{
    struct type_guard guards[TYPE_GUARDS];

    make_table(ground, "mood", "'1', 'it''s'");
    test_list(ground, "an enum", "'1'|'it''s'|1", true);
    test_list(ground, "an enum", "'2'|x'31'|''", false);
    IS_INT(type_guards(&arena, LANGUAGE_SQLITE, "bigint", "id", NULL, guards),
           1, "a wide key has one guard");
    ground_run(ground, "create table k (id integer primary key check (%s))",
               guards[0].expression);
    ground_run(ground, "insert into k default values");
    IS_INT(ground_number(ground, "select id from k"), 1,
           "which lets it count by itself");
}

/* What SQLite itself makes of a text that looks like a number. */
static void
test_affinity(struct ground *ground)
{
    static const char *const affinities[] = {
        "JSON",     "json",  "UUID",    "uuid",          "STRING",  "DATETIME",
        "date",     "POINT", "CHARINT", "CLOB",          "TEXTUAL", "BLOB",
        "BLOBREAL", "XREAL", "FLOATER", "DOUBLE",        "boolean", "text",
        "NVARCHAR", "bytea", "integer", "numeric(10,2)", "MYSTERY",
    };

    for (size_t i = 0; i < sizeof affinities / sizeof *affinities; i++) {
        const char *type = affinities[i];

        ground_run(ground, "create table f (c %s)",
                   type_declared(&arena, LANGUAGE_SQLITE, type, NULL));
        ground_run(ground, "insert into f values ('1e1')");
        IS_INT(type_makes_numbers(type),
               ground_number(ground, "select typeof(c) <> 'text' from f"),
               "%s makes a number of a text, or not", type);
        ground_run(ground, "drop table f");
    }
    OK(!type_makes_numbers(""), "no type makes none");
}

/* Every guard's column is quoted where it has to be. */
static void
test_quoting(void)
{
    struct type_guard guards[TYPE_GUARDS];

    IS_INT(
        type_guards(&arena, LANGUAGE_SQLITE, "boolean", "order", NULL, guards),
        1, "a boolean has one guard");
    IS_TEXT(guards[0].kind, "boolean", "of its own kind");
    IS_TEXT(guards[0].expression, "\"order\" in (0, 1)",
            "which quotes a name that must be");
    IS_INT(type_guards(&arena, LANGUAGE_POSTGRES, "mood", "m", "'x'", guards),
           0, "PostgreSQL guards enums itself");
    IS_INT(type_guards(&arena, LANGUAGE_SQLITE, "interval", "m", NULL, guards),
           0, "what is not known has no guards");
}

static void
test_engine(const char *engine)
{
    struct ground ground;

    if (!ground_open(&ground, engine)) {
        tap_skip(1, "no PostgreSQL server");
        return;
    }
    if (ground.is_server)
        ground_run(&ground, "set timezone = 'UTC'");
    test_catalog(&ground);
    test_values(&ground);
    test_own_values(&ground);
    if (!ground.is_server) {
        test_sqlite(&ground);
        test_affinity(&ground);
    }
    ground_close(&ground);
}

int
main(void)
{
    test_names();
    test_round_trip();
    test_pairs();
    test_quoting();
    test_engine("sqlite");
    test_engine("postgres");
    arena_clear(&arena);
    return tap_done();
}
