/*
 * Expressions: what means the same in both languages, by which rule, how it is
 * written, and what is not understood.  What the engines themselves say of it
 * is in expression_engines.c.
 */
#include "sql/expression.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "lib/tap.h"
#include "sql/type.h"

static struct arena arena;

static const struct expression *
read_postgres(const char *text)
{
    return expression_read(&arena, LANGUAGE_POSTGRES, text);
}

static const struct expression *
read_sqlite(const char *text)
{
    return expression_read(&arena, LANGUAGE_SQLITE, text);
}

/* ------------------------------------------------------------------- alike */

#define SAME "the same"

/* RULE is SAME, a rule's name, or NULL where they are different. */
static const struct {
    const char *postgres;
    const char *sqlite;
    const char *rule;
} pairs[] = {
    {"'x'::character varying", "'x'", SAME},
    {"'-1'::integer", "-1", SAME},
    {"'{}'::jsonb", "'{}'", SAME},
    {"0", "0", SAME},
    {"(0)::numeric", "0", SAME},
    {"'1.50'::numeric", "1.5", SAME},
    {"(a <> 'NaN'::numeric)", "a <> 'NaN'", SAME},
    {"(a > '-Infinity'::double precision)", "a > '-Infinity'", NULL},
    {"(a > '-1.5'::double precision)", "a > -1.5", SAME},
    {"NULL::character varying", "null", SAME},
    {"true", "1", "bool-int"},
    {"false", "0", "bool-int"},
    {"true", "true", "bool-int"},
    {"(a IS TRUE)", "a is true", SAME},
    {"(a IS NOT TRUE)", "a is not (true)", SAME},
    {"(a IS NOT DISTINCT FROM 1)", "a is 1", SAME},
    {"true", "0", NULL},
    {"active", "active = 1", "bool-int"},
    {"NOT active", "active = 0", "bool-int"},
    {"(active = true)", "active = 1", "bool-int"},
    {"(active AND (n > 0))", "active = 1 and n > 0", "bool-int"},
    {"NOT active", "active = 1", NULL},
    {"(now())", "current_timestamp", "clock-precision"},
    {"CURRENT_TIMESTAMP", "datetime('now')", "clock-precision"},
    {"clock_timestamp()", "strftime('%Y-%m-%d %H:%M:%f','now') || '000'",
     "clock-precision"},
    {"now()", "strftime('%Y-%m-%d %H:%M:%f', 'now')", "clock-precision"},
    {"(now() AT TIME ZONE 'utc'::text)", "CURRENT_TIMESTAMP",
     "clock-precision"},
    {"CURRENT_DATE", "date('now')", "clock-precision"},
    {"CURRENT_DATE", "datetime('now')", NULL},
    {"now()", "datetime('now', 'localtime')", NULL},
    {"gen_random_uuid()",
     "lower(\n    hex(randomblob(4)) || '-' || hex(randomblob(2))\n"
     "    || '-4' || substr(hex(randomblob(2)), 2)\n"
     "    || '-' || substr('89ab', 1 + (random() & 3), 1)"
     " || substr(hex(randomblob(2)), 2)\n"
     "    || '-' || hex(randomblob(6)))",
     SAME},
    {"gen_random_uuid()", "lower(hex(randomblob(16)))", NULL},
    {"nextval('t_s_seq'::regclass)", "nextval('t_s_seq')", NULL},
    {"(i = ANY (ARRAY[1, 2, 3]))", "i in (1,2,3)", SAME},
    {"(i = ANY (ARRAY[1, 2, 3]))", "i in (3, 1, 2)", SAME},
    {"(i = ANY (ARRAY[1, 2, 3]))", "i in (1, 2)", NULL},
    {"(i <> ALL (ARRAY[1, 2]))", "i not in (1, 2)", SAME},
    {"((a)::text = ANY ((ARRAY['x'::character varying, "
     "'y'::character varying])::text[]))",
     "a in ('x','y')", SAME},
    {"((a)::text = ANY (ARRAY[('x'::character varying)::text, "
     "('y'::character varying)::text]))",
     "a in ('x','y')", SAME},
    {"((a)::text ~~ 'x%'::text)", "a like 'x%'", "like-case"},
    {"((a)::text ~~ 'x%'::text)", "a glob 'x*'", SAME},
    {"((a)::text ~~* 'X%'::text)", "a like 'x%'", SAME},
    {"((a)::text ~~ '%@%'::text)", "a like '%@%'", SAME},
    {"((a)::text ~ '^x'::text)", "a glob 'x*'", SAME},
    {"((a)::text !~ '[^0-9]'::text)", "a not glob '*[^0-9]*'", SAME},
    {"((a)::text ~ '^[a-zA-Z]'::text)", "a glob '[A-Za-z]*'", SAME},
    {"((i >= 1) AND (i <= 5))", "i between 1 and 5", SAME},
    {"((i < 1) OR (i > 5))", "i not between 1 and 5", SAME},
    {"((i <= 5) AND (i >= 1))", "i between 1 and 5", SAME},
    {"(NOT (i IS DISTINCT FROM 3))", "i is 3", SAME},
    {"(i IS DISTINCT FROM 3)", "i is not 3", SAME},
    {"(i IS NOT NULL)", "i notnull", SAME},
    {"(i IS NOT NULL)", "i not null", SAME},
    {"(i IS NOT NULL)", "not (i is null)", SAME},
    {"(NOT (a = b))", "b != a", SAME},
    {"(5 > i)", "i < 5", SAME},
    {"(a OR b OR c)", "(c or b) or a", SAME},
    {"(\"Mixed\" > 0)", "Mixed > 0", "name-case"},
    {"(\"Mixed\" > 0)", "\"Mixed\" > 0", SAME},
    {"(mixed > 0)", "[mixed] > 0", SAME},
    {"(t.a > 0)", "t.a > 0", SAME},
    {"(a > 0)", "b > 0", NULL},
    {"(a > 0)", "a >= 0", NULL},
    {"((n)::numeric > 1.5)", "n > 1.5", "number-cast"},
    {"((i)::bigint > j)", "i > j", "number-cast"},
    {"((i)::integer > j)", "i > j", NULL},
    {"((n / (2)::numeric) > 1)", "n / 2 > 1", NULL},
    {"((n * (2)::numeric) > (1)::numeric)", "n * 2 > 1", SAME},
    {"(a COLLATE \"C\" < 'x'::text)", "a collate binary < 'x'", SAME},
    {"(a COLLATE \"C\" < 'x'::text)", "a < 'x'", "collate-binary"},
    {"(a < 'x'::text)", "a collate nocase < 'x'", NULL},
    {"char_length((a)::text) <= 3", "length(a) <= 3", SAME},
    {"octet_length((a)::text) <= 3", "length(cast(a as blob)) <= 3", SAME},
    {"octet_length((a)::text) <= 3", "length(a) <= 3", NULL},
    {"(TRIM(BOTH FROM a) <> ''::text)", "trim(a) <> ''", SAME},
    {"(TRIM(BOTH E'\\t\\n'::text FROM a) = (a)::text)",
     "trim(a, char(9, 10)) = a", SAME},
    {"btrim(a, E'\\t '::text)", "trim(a, char(9) || ' ')", SAME},
    {"\"substring\"((a)::text, 1, 1)", "substr(a, 1, 1)", SAME},
    {"\"left\"((a)::text, 1)", "substr(a, 1, 1)", SAME},
    {"substr(a, -1)", "substr(a, -1)", NULL},
    {"POSITION(('x'::text) IN (a))", "instr(a, 'x')", SAME},
    {"COALESCE(a, b)", "ifnull(a, b)", SAME},
    {"CASE WHEN a THEN 1 ELSE 2 END", "iif(a, 1, 2)", SAME},
    {"CASE WHEN a THEN 1 ELSE NULL::integer END", "case when a then 1 end",
     SAME},
    {"GREATEST(a, b)", "max(a, b)", NULL},
    {"random()", "random()", NULL},
    {"(jsonb_typeof(m) = 'object'::text)", "json_type(m) = 'object'", SAME},
    {"(json_typeof((m -> 'k'::text)) = 'string'::text)",
     "json_type(m, '$.k') = 'text'", SAME},
    {"(jsonb_typeof((m -> 'k'::text)) = 'number'::text)",
     "json_type(m, '$.k') in ('real', 'integer')", SAME},
    {"(jsonb_typeof((m -> 'k'::text)) = 'number'::text)",
     "json_type(m, '$.k') = 'integer'", NULL},
    {"(jsonb_typeof((m -> 'k'::text)) <> 'boolean'::text)",
     "json_type(m, '$.k') not in ('true', 'false')", SAME},
    {"(jsonb_typeof(((m -> 'a b'::text) -> 0)) = 'null'::text)",
     "json_type(m, '$.\"a b\"[0]') = 'null'", SAME},
    {"((m -> 'k'::text) IS NULL)", "json_type(m, '$.k') is null", SAME},
    {"((m -> 'k'::text) IS NULL)", "m -> 'k' is null", SAME},
    {"((m ->> 'k'::text) = 'x'::text)", "json_extract(m, '$.k') = 'x'", SAME},
    {"((m ->> 'k'::text) = 'x'::text)", "m ->> '$.k' = 'x'", SAME},
    {"((m ->> 'k'::text) = '5'::text)", "m ->> '$.k' = '5'", NULL},
    {"((m ->> E'a\\x1D'::text) = 'x'::text)",
     "json_extract(m, '$.\"a\x1D\"') = 'x'", NULL},
    {"((m ->> 'k'::text) > 'x'::text)", "json_extract(m, '$.k') > 'x'", NULL},
    {"((jsonb_typeof((m -> 'k'::text)) = 'number'::text) AND "
     "(((m ->> 'k'::text))::numeric > (0)::numeric))",
     "json_type(m, '$.k') in ('integer', 'real') and json_extract(m, '$.k') > "
     "0",
     SAME},
    {"(((m ->> 'k'::text))::numeric > (0)::numeric)",
     "json_extract(m, '$.k') > 0", NULL},
    {"(((m ->> 'k'::text))::numeric > (0)::numeric)",
     "cast(json_extract(m, '$.k') as numeric) > 0", SAME},
    {"'{\"a\": 1}'::jsonb", "'{\"a\":1}'", "json-blanks"},
    {"'{\"a\": \"x y\"}'::jsonb", "'{\"a\":\"xy\"}'", NULL},
    {"'{\"a\": 1}'::jsonb", "'{\"a\":2}'", NULL},
    {"(ts > '2024-01-01 00:00:00'::timestamp without time zone)",
     "ts > '2024-01-01 00:00:00'", "moment-text"},
    {"(d > '2024-01-01'::date)", "d > '2024-01-01'", SAME},
    {"'\\x00ff'::bytea", "x'00FF'", SAME},
    {"(('a'::text || b) || 'c'::text)", "'a' || (b || 'c')", SAME},
    {"(a + (b * c))", "a + b * c", SAME},
    {"(a - (b - c))", "a - b - c", NULL},
    {"a || (b + c)", "a || b + c", NULL},
    {"(a || (b + c))", "a || (b + c)", SAME},
    /* The profile storage's rules, as they are on SQLite */
    {"strpos(email, '@') = 0 or substr(email, length(rtrim(email,"
     " replace(email, '@', ''))) + 1) !~ '[A-Z]'",
     "instr(email, '@') = 0 or substr(email, length(rtrim(email,"
     " replace(email, '@', ''))) + 1) not glob '*[A-Z]*'",
     SAME},
    {"label ~ '^[A-Za-z]' and label !~ '[^A-Za-z0-9_]' and label !~ '_$'",
     "label glob '[A-Za-z]*' and label not glob '*[^A-Za-z0-9_]*'"
     " and label not glob '*_'",
     SAME},
    {"jsonb_typeof(metadata -> 'm') = 'null' or"
     " (jsonb_typeof(metadata -> 'm') = 'number'"
     " and (metadata ->> 'm')::numeric > 0)",
     "json_type(metadata, '$.m') = 'null'"
     " or (json_type(metadata, '$.m') in ('integer', 'real')"
     " and json_extract(metadata, '$.m') > 0)",
     SAME},
    {"replace(metadata ->> 'workdir', '{username}', '') !~ '[{}]'",
     "replace(json_extract(metadata, '$.workdir'), '{username}', '')"
     " not glob '*[{}]*'",
     SAME},
    {"jsonb_typeof(metadata -> 'workdir') = 'string'"
     " and substr(metadata ->> 'workdir', 1, 1) = '/'",
     "json_type(metadata, '$.workdir') = 'text'"
     " and substr(json_extract(metadata, '$.workdir'), 1, 1) = '/'",
     SAME},
    {"trim(email, E'\\t\\n\\x0b\\f\\r ') = email",
     "trim(email, char(9, 10, 11, 12, 13, 32)) = email", SAME},
};

static void
test_pairs(void)
{
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const struct expression *one = read_postgres(pairs[i].postgres);
        const struct expression *other = read_sqlite(pairs[i].sqlite);
        const char *rule;

        if (!OK(one != NULL && other != NULL, "%s  |  %s", pairs[i].postgres,
                pairs[i].sqlite))
            continue;
        rule =
            expression_is_same(one, other) ? SAME : expression_rule(one, other);
        IS_TEXT(rule, pairs[i].rule, "are %s",
                pairs[i].rule ? pairs[i].rule : "different");
        rule =
            expression_is_same(other, one) ? SAME : expression_rule(other, one);
        IS_TEXT(rule, pairs[i].rule, "and the other way round");
    }
}

/* ----------------------------------------------------------------- writing */

/* Where ON_SQLITE is NULL it has no way to say it; POSTGRES likewise. */
static const struct {
    enum sql_language language;
    const char *text;
    const char *postgres;
    const char *sqlite;
} texts[] = {
    {LANGUAGE_POSTGRES, "((a)::text <> ''::text)", "a <> ''", "a <> ''"},
    {LANGUAGE_POSTGRES, "((((a > 0))) AND (b OR c))", "a > 0 and (b or c)",
     "a > 0 and (b or c)"},
    {LANGUAGE_POSTGRES, "a AND b OR c AND d", "a and b or c and d",
     "a and b or c and d"},
    {LANGUAGE_POSTGRES, "NOT (a OR b)", "not (a or b)", "not (a or b)"},
    {LANGUAGE_POSTGRES, "(a - (b - c)) * -d", "(a - (b - c)) * -d",
     "(a - (b - c)) * -d"},
    {LANGUAGE_POSTGRES, "a - -1", "a - -1", "a - -1"},
    {LANGUAGE_POSTGRES, "a * (b + c) / 2", "a * (b + c) / 2",
     "a * (b + c) / 2"},
    {LANGUAGE_POSTGRES, "a || b + c", "a || (b + c)", "a || (b + c)"},
    {LANGUAGE_SQLITE, "a || b + c", "(a || b) + c", "(a || b) + c"},
    {LANGUAGE_SQLITE, "a = b < c", "a = (b < c)", "a = (b < c)"},
    {LANGUAGE_POSTGRES, "(a = b) IS NULL", "(a = b) is null",
     "(a = b) is null"},
    {LANGUAGE_POSTGRES, "\"Order\" = \"order\"", "\"Order\" = \"order\"",
     "\"Order\" = \"order\""},
    {LANGUAGE_POSTGRES, "t.\"x\"", "x", "x"},
    {LANGUAGE_POSTGRES, "true", "true", "1"},
    {LANGUAGE_POSTGRES, "clock_timestamp()", "clock_timestamp()",
     "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'"},
    {LANGUAGE_POSTGRES, "CURRENT_TIMESTAMP", "now()",
     "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'"},
    {LANGUAGE_POSTGRES, "current_date", "current_date", "current_date"},
    {LANGUAGE_SQLITE, "datetime('now')", "now()", "current_timestamp"},
    {LANGUAGE_POSTGRES, "gen_random_uuid()", "gen_random_uuid()",
     "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4'"
     " || substr(hex(randomblob(2)), 2) || '-'"
     " || substr('89ab', 1 + (random() & 3), 1)"
     " || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))"},
    {LANGUAGE_POSTGRES, "E'a\\tb\\n'", "E'a\\tb\\n'",
     "'a' || char(9) || 'b' || char(10)"},
    {LANGUAGE_POSTGRES, "x = E'\\t\\'\\\\'", "x = E'\\t''\\\\'",
     "x = char(9) || '''\\'"},
    {LANGUAGE_POSTGRES, "'back\\slash'", "'back\\slash'", "'back\\slash'"},
    {LANGUAGE_POSTGRES, "E'\\t' like '%'", "E'\\t' like '%'",
     "char(9) glob '*'"},
    {LANGUAGE_POSTGRES, "a like '50\\%'", "a like '50\\%'", "a glob '50%'"},
    {LANGUAGE_POSTGRES, "a like '[*?]'", "a like '[*?]'",
     "a glob '[[][*][?]]'"},
    {LANGUAGE_POSTGRES, "a ilike '5%!_' escape '!'", "a like '5%\\_'",
     "a glob '5*_'"},
    {LANGUAGE_POSTGRES, "a ilike 'X\\_'", "a ilike 'x\\_'",
     "a like 'x\\_' escape '\\'"},
    {LANGUAGE_POSTGRES, "a ~ '^[]^a-]$'", "a ~ '^[\\-\\]\\^a]$'",
     "a glob '[]a^-]'"},
    {LANGUAGE_SQLITE, "a glob '[-^]'", "a ~ '^[\\-\\^]$'", "a glob '[-^]'"},
    {LANGUAGE_SQLITE, "a glob '[^^]?**?x'", "a ~ '^[^\\^]...*x$'",
     "a glob '[^^]?"
     "?*x'"},
    {LANGUAGE_SQLITE, "a glob '[c'", NULL, "a glob '[c'"},
    {LANGUAGE_POSTGRES, "a ~ '(x|y)'", "a ~ '(x|y)'", NULL},
    {LANGUAGE_POSTGRES, "m -> 'k' ->> 'j' like 'x%'",
     "m -> 'k' ->> 'j' like 'x%'", "json_extract(m, '$.k.j') glob 'x*'"},
    {LANGUAGE_POSTGRES, "m -> 'k' = n", "m -> 'k' = n", NULL},
    {LANGUAGE_POSTGRES, "m @> '{}'::jsonb", "m @> '{}'", NULL},
    {LANGUAGE_POSTGRES, "other.f(a, 'x'::text)", "other.f(a, 'x')", NULL},
    {LANGUAGE_POSTGRES, "nextval('s'::regclass)", "nextval('s')", NULL},
    {LANGUAGE_POSTGRES, "(a)::integer", "cast(a as integer)", NULL},
    {LANGUAGE_POSTGRES, "f(('x'::text)::date)", "f(cast('x' as date))", NULL},
    {LANGUAGE_POSTGRES, "a + interval '1 day'", "a + cast('1 day' as interval)",
     NULL},
    {LANGUAGE_POSTGRES, "array['x'::text] && b", "array['x'] && b", NULL},
    {LANGUAGE_POSTGRES, "a at time zone 'x'", "timezone('x', a)", NULL},
    {LANGUAGE_POSTGRES, "current_user", "current_user", NULL},
    {LANGUAGE_SQLITE, "typeof(a) = 'text'", NULL, "typeof(a) = 'text'"},
    {LANGUAGE_SQLITE, "json_valid(a)", NULL, "json_valid(a)"},
    {LANGUAGE_SQLITE, "instr(a, char(0)) = 0", NULL, "instr(a, char(0)) = 0"},
    {LANGUAGE_SQLITE, "json_type(a) = 'integer'", NULL,
     "json_type(a) = 'integer'"},
    {LANGUAGE_SQLITE, "a regexp 'x'", NULL, "a regexp 'x'"},
    {LANGUAGE_SQLITE, "cast(a as integer)", NULL, "cast(a as integer)"},
    {LANGUAGE_SQLITE, "a collate nocase = b", NULL, "a collate nocase = b"},
    {LANGUAGE_SQLITE, "x'00FF'", "cast('\\x00ff' as bytea)", "x'00ff'"},
    {LANGUAGE_POSTGRES, "abs(00012.5000 + .5 / 5. + 1e3 / 1e400)",
     "abs(12.5 + 0.5 / 5.0 + 1000.0 / 1e400)",
     "abs(12.5 + 0.5 / 5.0 + 1000.0 / 1e400)"},
    {LANGUAGE_POSTGRES, "1.25e-30 / 0.0 / -0", "1.25e-30 / 0.0 / 0",
     "1.25e-30 / 0.0 / 0"},
    {LANGUAGE_POSTGRES, "case a when 1 then 'x' else 'y' end",
     "case a when 1 then 'x' else 'y' end",
     "case a when 1 then 'x' else 'y' end"},
    {LANGUAGE_POSTGRES, "a is not distinct from (b > 1)",
     "a is not distinct from (b > 1)", "a is (b > 1)"},
    {LANGUAGE_POSTGRES, "a is not true", "a is not true", "a is not true"},
};

static void
test_texts(void)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const struct expression *read =
            expression_read(&arena, texts[i].language, texts[i].text);

        if (!OK(read != NULL, "%s is read", texts[i].text))
            continue;
        IS_TEXT(expression_text(&arena, LANGUAGE_POSTGRES, read),
                texts[i].postgres, "and written for PostgreSQL");
        IS_TEXT(expression_text(&arena, LANGUAGE_SQLITE, read), texts[i].sqlite,
                "and for SQLite");
    }
}

/* ---------------------------------------------------------- not understood */

static const char *const nowhere[] = {"",
                                      " ",
                                      "(",
                                      ")",
                                      "a b",
                                      "a,",
                                      "a +",
                                      "+ * a",
                                      "(a, b)",
                                      "a = (select 1)",
                                      "exists (select 1)",
                                      "select",
                                      "count(*)",
                                      "f(distinct a)",
                                      "f(a",
                                      "'a",
                                      "\"a",
                                      "a /* b",
                                      "a in ()",
                                      "a in (select b from t)",
                                      "a in b",
                                      "a between 1",
                                      "case a end",
                                      "case when a then",
                                      "cast(a)",
                                      "cast(a as)",
                                      "a is",
                                      "a is not",
                                      "not",
                                      "a not b",
                                      "a like 'x' escape 'xy'",
                                      "a like 'x' escape b",
                                      "a.b.c",
                                      "a;",
                                      "$1",
                                      "a collate",
                                      "1abc",
                                      "f(a) over ()",
                                      "a like 'x\xFF%' and",
                                      "\x01"};

static const char *const nowhere_postgres[] = {"a[1]",
                                               "a = any (b)",
                                               "a > any (array[1])",
                                               "a = all (array[1])",
                                               "array[]::integer[] = a",
                                               "row(1, 2) = any (array[1])",
                                               "(a).b",
                                               "a is document",
                                               "a::",
                                               "a::integer[",
                                               "extract(year from a)",
                                               "a between symmetric 1 and 2",
                                               "a operator(pg_catalog.=) b",
                                               "b'101'",
                                               "U&'x'",
                                               "a at zone 'x'",
                                               "current_timestamp(3)",
                                               "x 'y'",
                                               "a => b",
                                               "f(a => 1)",
                                               "trim(a",
                                               "position(a)",
                                               "substring(a)",
                                               "f(variadic a)",

                                               "a -> 'k' -"};

static const char *const nowhere_sqlite[] = {
    "a::text", "a ilike 'x'", "a ~ 'x'", "x'0'",   "x'0g'",
    "?",       ":a",          "a ^ 2",   "a match"};

static void
test_nowhere(const char *const *list, size_t count, enum sql_language language)
{
    for (size_t i = 0; i < count; i++)
        if (!OK(expression_read(&arena, language, list[i]) == NULL,
                "'%s' is not understood (%d)", list[i], language))
            tap_diag("%s", expression_text(
                               &arena, language,
                               expression_read(&arena, language, list[i])));
}

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* What is not the same has no rule, either. */
static void
test_order(void)
{
    static const char *const apart[] = {"a",
                                        "b",
                                        "1",
                                        "f(1)",
                                        "f(1.0)",
                                        "'1'",
                                        "null",
                                        "true",
                                        "a is null",
                                        "a = 1",
                                        "a <> 1",
                                        "a < 1",
                                        "a <= 1",
                                        "a = '1'",
                                        "not (a and b)",
                                        "a and b",
                                        "a or b",
                                        "a and c",
                                        "a || b",
                                        "b || a",
                                        "a - b",
                                        "b - a",
                                        "f(a)",
                                        "f(b)",
                                        "f(a, b)",
                                        "f(b, a)",
                                        "g(a)",
                                        "a like 'x%'",
                                        "a like 'y%'",
                                        "a in (1, 2)",
                                        "a in (1, 3)",
                                        "a not in (1, 2)",
                                        "a ~ '(x)'",
                                        "coalesce(a, b)",
                                        "coalesce(b, a)",
                                        "lower(a)",
                                        "upper(a)",
                                        "case when a then 1 end",
                                        "case when a then 2 end",
                                        "case a when 1 then 1 end",
                                        "m -> 'k'",
                                        "m ->> 'k'",
                                        "m -> 'j'",
                                        "m -> 0",
                                        "jsonb_typeof(m)",
                                        "cast(a as integer)",
                                        "cast(a as date)",
                                        "now()",
                                        "current_date",
                                        "gen_random_uuid()",
                                        "a is distinct from b"};

    for (size_t i = 0; i < COUNT(apart); i++)
        for (size_t j = 0; j < COUNT(apart); j++) {
            const struct expression *one = read_postgres(apart[i]);
            const struct expression *other = read_postgres(apart[j]);

            if (expression_is_same(one, other) != (i == j) ||
                (expression_rule(one, other) != NULL &&
                 expression_rule(one, other) != expression_rule(other, one)))
                OK(false, "%s and %s", apart[i], apart[j]);
        }
    OK(true, "%zu expressions are told apart", COUNT(apart));
}

/* ------------------------------------------------------------------ limits */

static const char *
repeated(const char *before, const char *part, const char *middle,
         const char *close, unsigned count)
{
    SCOPED(buf_release) struct buf buf = {0};

    buf_text(&buf, before);
    for (unsigned i = 0; i < count; i++)
        buf_text(&buf, part);
    buf_text(&buf, middle);
    for (unsigned i = 0; i < count; i++)
        buf_text(&buf, close);
    return arena_text(&arena, buf_data(&buf));
}

static void
test_limits(void)
{
    static const struct {
        const char *part;
        const char *middle;
        const char *close;
        bool nests;
    } chains[] = {{"(", "a", ")", true},
                  {"not ", "a", "", true},
                  {"- ", "a", "", true},
                  {"", "a", " + a", true},
                  {"", "a", " = a", true},
                  {"", "a", " and a", false},
                  {"", "a", " or a = 1", false},
                  {"", "a", " || a", false},
                  {"f(", "a", ")", true},
                  {"case when a then ", "a", " end", true},
                  {"cast(", "a", " as integer)", true},
                  {"", "a", " collate x", true},
                  {"", "a", " is null", true},
                  {"(", "a", " between 1 and 2)", true},
                  {"(", "a", " in (b, c))", true},
                  {"", "m", " -> 'k'", true},
                  {"a in (1, ", "2", ")", true}};
    enum { FEW = 20, MANY = 15000, LOTS = 200000 };

    for (size_t i = 0; i < COUNT(chains); i++)
        for (int j = LANGUAGE_POSTGRES; j <= LANGUAGE_SQLITE; j++) {
            const char *many = repeated("", chains[i].part, chains[i].middle,
                                        chains[i].close, MANY);
            const char *lots = repeated("", chains[i].part, chains[i].middle,
                                        chains[i].close, LOTS);
            const struct expression *read =
                expression_read(&arena, (enum sql_language)j, many);

            OK((read == NULL) == chains[i].nests, "%s%s%s %d times %s",
               chains[i].part, chains[i].middle, chains[i].close, MANY,
               chains[i].nests ? "is too deep" : "is read");
            if (read != NULL)
                OK(expression_is_same(
                       read, expression_read(
                                 &arena, (enum sql_language)j,
                                 expression_text(&arena, (enum sql_language)j,
                                                 read))),
                   "and written");
            OK(expression_read(&arena, (enum sql_language)j, lots) == NULL,
               "and much more is too much");
            arena_clear(&arena);
        }
    OK(read_postgres(repeated("", "(", "a", ")", 100)) != NULL,
       "a hundred parentheses are not too many");
}

/* Casts that may be left out in many ways are not tried in all of them. */
static void
test_rule_time(void)
{
    const char *open = "cast(cast(";
    const char *one = repeated("", open, "a", " as numeric) as bigint)", 60);
    const char *other = repeated("", open, "b", " as bigint) as numeric)", 60);
    clock_t start = clock();

    IS_TEXT(expression_rule(read_postgres(one), read_postgres(other)), NULL,
            "casts of two columns have no rule");
    OK(clock() - start < 5 * CLOCKS_PER_SEC, "which is soon found");
}

/* Guards are recognised by their trees. */
static void
test_guards(void)
{
    static const char *const types[] = {
        "smallint",       "integer",     "bigint",           "boolean",
        "real",           "numeric",     "double precision", "numeric(10,2)",
        "numeric(38,10)", "text",        "varchar(255)",     "char(10)",
        "bytea",          "timestamptz", "timestamptz(3)",   "timestamp",
        "date",           "time",        "time(0)",          "uuid",
        "json",           "jsonb"};
    struct type_guard guards[TYPE_GUARDS];

    for (size_t i = 0; i < COUNT(types); i++)
        for (int j = LANGUAGE_POSTGRES; j <= LANGUAGE_SQLITE; j++) {
            enum sql_language language = (enum sql_language)j;
            unsigned count =
                type_guards(&arena, language, types[i], "c", NULL, guards);

            for (unsigned k = 0; k < count; k++)
                OK(expression_read(&arena, language, guards[k].expression) !=
                       NULL,
                   "the guard %s of %s is read", guards[k].kind, types[i]);
        }
}

int
main(void)
{
    test_pairs();
    test_texts();
    for (int i = LANGUAGE_POSTGRES; i <= LANGUAGE_SQLITE; i++)
        test_nowhere(nowhere, COUNT(nowhere), (enum sql_language)i);
    test_nowhere(nowhere_postgres, COUNT(nowhere_postgres), LANGUAGE_POSTGRES);
    test_nowhere(nowhere_sqlite, COUNT(nowhere_sqlite), LANGUAGE_SQLITE);
    test_order();
    test_guards();
    test_limits();
    test_rule_time();
    arena_clear(&arena);
    return tap_done();
}
