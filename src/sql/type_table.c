#include "sql/type_table.h"

/*
 * What a guard on SQLite is for, by its kind.  None of them refuses NULL.
 *
 *     _integer   a whole number of 32 bits; _smallint of 16, _bigint of 64
 *     _finite    a number that is neither infinite nor NaN; PostgreSQL's real
 *                takes nothing beyond what 32 bits can hold, rounded
 *     _numeric   as many digits before and behind the point as declared
 *     _digits    no more than the 15 digits that a double keeps: so much can
 *                be said of a wider or an unlimited numeric on both engines.
 *                Here and above the last bit of a double may be off: SQLite
 *                does not read every number into the nearest one
 *     _text      no blob, and no NUL character (where length() would stop)
 *     _length    characters, not bytes
 *     _trimmed   no blank at the end: char(n) does not tell how many
 *     _blob      a blob
 *     _uuid      lower case with dashes, the form that PostgreSQL prints
 *     _time      'YYYY-MM-DD HH:MM:SS.ffffff', for a timestamptz in UTC, or
 *                the part of it that is a date or a time; a day that exists,
 *                years 1 to 9999.  strftime() with a modifier turns February
 *                30 into March 1, so that only real days come back unchanged
 *     _json      valid JSON; comes first, for json_type() fails on what isn't
 *     _escapes   no \u0000, and surrogates in pairs only, which json takes but
 *                jsonb does not: \\ is set aside, S stands for \ud (lower()
 *                leaves no other capital), and a high one, S[89ab]??, goes
 *                with a low one, S[c-f]??
 *     _boolean   0 or 1
 *     _enum      one of the labels
 *
 * And on PostgreSQL, what SQLite has no room for:
 *
 *     _finite    no NaN and no infinity
 *     _digits    as above: a double is printed with 15 digits
 *     _time      no infinity, BC or fifth digit of a year, no 24:00
 */
#define IF_ANY(condition) "{c} is null or (" condition ")"

#define IS_WHOLE "typeof({c}) = 'integer'"
#define IS_TEXT  "typeof({c}) = 'text' and instr({c}, char(0)) = 0"
#define ESCAPED  "replace(replace(lower({c}), '\\\\', '//'), '\\ud', 'S')"

#define WHOLE(kind, low, high)                                      \
    {                                                               \
        kind, IF_ANY(IS_WHOLE " and {c} between " low " and " high) \
    }
#define TEXT                    \
    {                           \
        "text", IF_ANY(IS_TEXT) \
    }
#define LENGTH                         \
    {                                  \
        "length", "length({c}) <= {n}" \
    }
#define JSON                                           \
    {                                                  \
        "json", IF_ANY(IS_TEXT " and json_valid({c})") \
    }
#define DIGITS                                                          \
    {                                                                   \
        "digits", "abs({c} - printf('%.15g', {c})) <= abs({c} * 3e-16)" \
    }
#define ANY4      "\?\?\?\?" /* or else they are trigraphs */
#define DAY(part) "strftime('" part "', {c}, '+0 days') is {c}"

#define NUMERIC                                                \
    {                                                          \
        "numeric", IF_ANY("typeof({c}) in ('integer', 'real')" \
                          " and {c} > -1e{i} and {c} < 1e{i}"  \
                          " and abs({c} - round({c}, {s}))"    \
                          " <= abs({c} * 3e-16)")              \
    }

#define STAMP(fraction)                                                   \
    {                                                                     \
        "time", IF_ANY(IS_TEXT " and {c} >= '0001'"                       \
                               " and substr({c}, 20) glob '" fraction "'" \
                               " and strftime('%Y-%m-%d %H:%M:%S',"       \
                               " substr({c}, 1, 19), '+0 days')"          \
                               " is substr({c}, 1, 19)")                  \
    }

#define CLOCK(fraction)                                                  \
    {                                                                    \
        "time", IF_ANY(IS_TEXT " and substr({c}, 9) glob '" fraction "'" \
                               " and strftime('%H:%M:%S',"               \
                               " substr({c}, 1, 8), '+0 days')"          \
                               " is substr({c}, 1, 8)")                  \
    }

#define MICROSECONDS ".[0-9][0-9][0-9][0-9][0-9][0-9]"

#define FINITE                                             \
    {                                                      \
        "finite", "{c} > '-Infinity' and {c} < 'Infinity'" \
    }
#define FEW_DIGITS                                                       \
    {                                                                    \
        "digits", "{c} = cast(cast({c} as double precision) as numeric)" \
    }
#define YEARS(rest)                                                           \
    {                                                                         \
        "time", "{c} >= '0001-01-01" rest "' and {c} < '10000-01-01" rest "'" \
    }
#define NO_MIDNIGHT                \
    {                              \
        "time", "{c} < '24:00:00'" \
    }

const struct type_guard type_enum_guards[TYPE_GUARDS] = {
    {"enum", "{c} in ({l})"}};

const struct type_row type_rows[] = {
    {"smallint",
     SHAPE_PLAIN,
     "int2",
     "smallint",
     "",
     {WHOLE("smallint", "-32768", "32767")},
     {{0}}},
    {"integer",
     SHAPE_PLAIN,
     "int|int4",
     "integer",
     "int4",
     {WHOLE("integer", "-2147483648", "2147483647")},
     {{0}}},
    {"bigint",
     SHAPE_PLAIN,
     "int8",
     "bigint",
     "",
     {{"bigint", IF_ANY(IS_WHOLE)}},
     {{0}}},
    {"boolean",
     SHAPE_PLAIN,
     "bool",
     "boolean",
     "bool",
     {{"boolean", "{c} in (0, 1)"}},
     {{0}}},
    {"real",
     SHAPE_PLAIN,
     "float4",
     "real",
     "",
     {{"finite", IF_ANY("typeof({c}) = 'real' and ({c} = 0"
                        " or abs({c}) > 7.006492321624085e-46"
                        " and abs({c}) < 3.4028235677973366e38)")}},
     {FINITE}},
    {"double precision",
     SHAPE_PLAIN,
     "float8",
     "double precision",
     "double|float",
     {{"finite",
       IF_ANY("typeof({c}) = 'real' and {c} > -9e999 and {c} < 9e999")}},
     {FINITE}},
    {"numeric",
     SHAPE_PLAIN,
     "decimal|dec",
     "numeric",
     "decimal",
     {{"numeric", IF_ANY("typeof({c}) in ('integer', 'real')"
                         " and {c} > -9e999 and {c} < 9e999")},
      DIGITS},
     {FINITE, FEW_DIGITS}},
    {"numeric",
     SHAPE_EXACT,
     "decimal|dec",
     "numeric",
     "decimal",
     {NUMERIC},
     {FINITE}},
    {"numeric",
     SHAPE_WIDE,
     "decimal|dec",
     "numeric",
     "decimal",
     {NUMERIC, DIGITS},
     {FINITE, FEW_DIGITS}},
    {"text", SHAPE_PLAIN, "", "text", "", {TEXT}, {{0}}},
    {"varchar",
     SHAPE_PLAIN,
     "character varying|char varying",
     "varchar",
     "character varying",
     {TEXT},
     {{0}}},
    {"varchar",
     SHAPE_LENGTH,
     "character varying|char varying",
     "varchar",
     "character varying",
     {TEXT, LENGTH},
     {{0}}},
    {"char",
     SHAPE_LENGTH,
     "character|bpchar",
     "char",
     "character",
     {TEXT, LENGTH, {"trimmed", "{c} not glob '* '"}},
     {{0}}},
    {"bytea",
     SHAPE_PLAIN,
     "",
     "blob",
     "",
     {{"blob", IF_ANY("typeof({c}) = 'blob'")}},
     {{0}}},
    {"timestamptz",
     SHAPE_PLAIN,
     "timestamp with time zone",
     "timestamptz_text",
     "",
     {STAMP(MICROSECONDS)},
     {YEARS(" 00:00:00+00")}},
    {"timestamptz",
     SHAPE_FRACTION,
     "timestamp with time zone",
     "timestamptz_text",
     "",
     {STAMP("{f}")},
     {YEARS(" 00:00:00+00")}},
    {"timestamp",
     SHAPE_PLAIN,
     "timestamp without time zone",
     "timestamp_text",
     "",
     {STAMP(MICROSECONDS)},
     {YEARS(" 00:00:00")}},
    {"timestamp",
     SHAPE_FRACTION,
     "timestamp without time zone",
     "timestamp_text",
     "",
     {STAMP("{f}")},
     {YEARS(" 00:00:00")}},
    {"date",
     SHAPE_PLAIN,
     "",
     "date_text",
     "",
     {{"time", IF_ANY(IS_TEXT " and {c} >= '0001' and " DAY("%Y-%m-%d"))}},
     {YEARS("")}},
    {"time",
     SHAPE_PLAIN,
     "time without time zone",
     "time_text",
     "",
     {CLOCK(MICROSECONDS)},
     {NO_MIDNIGHT}},
    {"time",
     SHAPE_FRACTION,
     "time without time zone",
     "time_text",
     "",
     {CLOCK("{f}")},
     {NO_MIDNIGHT}},
    {"uuid",
     SHAPE_PLAIN,
     "",
     "uuid_text",
     "",
     {{"uuid",
       IF_ANY(IS_TEXT " and {c} glob '" ANY4 ANY4 "-" ANY4 "-" ANY4 "-" ANY4
                      "-" ANY4 ANY4 ANY4 "'"
                      " and length(replace({c}, '-', '')) = 32"
                      " and replace({c}, '-', '') not glob '*[^0-9a-f]*'")}},
     {{0}}},
    {"json", SHAPE_PLAIN, "", "json_text", "", {JSON}, {{0}}},
    {"jsonb",
     SHAPE_PLAIN,
     "",
     "jsonb_text",
     "",
     {JSON,
      {"escapes", "instr({c}, '\\u') = 0"
                  " or (instr(replace({c}, '\\\\', '//'), '\\u0000') = 0"
                  " and " ESCAPED " not glob '*S[89ab]\?\?[^S]*'"
                  " and " ESCAPED " not glob '*S[89ab]\?\?S[^c-f]*'"
                  " and '....' || " ESCAPED " not glob '*[^S]\?\?\?S[c-f]*'"
                  " and " ESCAPED " not glob '*S[^89ab]??S[c-f]*')"}},
     {{0}}},
};

const size_t type_row_count = sizeof type_rows / sizeof *type_rows;
