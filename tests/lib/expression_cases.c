#include "lib/expression_cases.h"

#include "base/buf.h"
#include "sql/type.h"

const struct expression_case expression_cases[] = {
    /* Comparisons */
    {"i = 1", false},
    {"i <> 1", false},
    {"i != 1", false},
    {"1 < i", false},
    {"i > j", false},
    {"i = '1'::integer", false},
    {"i >= -1", false},
    {"i > - 5", false},
    {"i <= '-1'::integer", false},
    {"j < 9999999999", false},
    {"n > 0", false},
    {"n > 1.50", false},
    {"n = 0.50", false},
    {"n <= 1e2", false},
    {"n < 00012.500", false},
    {"r > 0.5", false},
    {"r < 1e3", false},
    {"r >= 1.5::double precision", false},
    {"n * 2 > 5", false},
    {"n + 1 < 10", false},
    {"(i + j) * 2 - 3 > s", false},
    {"i - (j - 1) > 0", false},
    {"i - j - 1 > 0", false},
    {"-i < 5", false},
    {"-(i + 1) < 5", false},
    {"i + -1 = 0", false},
    {"i % 2 = 0", false},
    {"i / 2 = 1", false},
    {"i & 1 = 1", false},
    {"(i | 2) > 2", false},
    {"abs(i) < 3", false},
    {"abs(n - 2) <= 1", false},
    {"round(n, 1) = 1.5", false},
    {"i between 1 and 5", false},
    {"i not between 1 and 5", false},
    {"not i between 1 and 5", false},
    {"i between j and j + 2", false},
    {"i in (1, 2, 3)", false},
    {"i not in (1, 2, 3)", false},
    {"i in (1)", false},
    {"i not in (1)", false},
    {"i in (1, null)", false},
    {"i in (1, j)", false},
    {"i in (1, 2, j, s)", false},
    {"i not in (1, 2, j)", false},
    {"not (i in (1, 2, j))", false},
    {"i not in (j, s)", false},
    {"'x' in (a, b)", false},
    {"'x' not in (a, 'y', 'z')", false},
    {"lower('X') in (a, lower('Y'), 'z')", false},
    {"i = any (array[1, 2])", false},
    {"i <> all (array[1, 2])", false},
    {"a = 'x'", false},
    {"a = 'x'::text", false},
    {"a = 'x'::varchar", false},
    {"a::text = 'x'", false},
    {"a <> ''", false},
    {"a = b", false},
    {"t = a", false},
    {"c = 'ab'", false},
    {"a in ('x', 'y')", false},
    {"a not in ('x', 'it''s')", false},
    {"t in ('x', 'y', 'z')", false},
    {"a = any (array['x', 'y'])", false},
    {"a <> all (array['x'::varchar, 'y'::varchar])", false},
    {"i = null", false},
    {"(i = 1) = flag", false},
    {"flag = (i > 1)", false},
    /* NULL and distinct */
    {"i is null", false},
    {"i is not null", false},
    {"i isnull", false},
    {"i notnull", false},
    {"not (i is null)", false},
    {"i is distinct from 3", false},
    {"i is not distinct from 3", false},
    {"not (i is distinct from j)", false},
    {"a is distinct from b", false},
    {"i is not distinct from null", false},
    {"coalesce(i, 0) = 0", false},
    {"coalesce(n, 0) = 0", false},
    {"coalesce(a, b, 'z') = 'z'", false},
    {"nullif(a, '') is not null", false},
    {"nullif(i, 0) > 1", false},
    {"num_nonnulls(a, b) = 1", true},
    /* Logic */
    {"flag", false},
    {"not flag", false},
    {"flag = true", false},
    {"flag = false", false},
    {"flag is true", false},
    {"flag is not true", false},
    {"flag is false", false},
    {"flag is not false", false},
    {"flag is unknown", false},
    {"flag is not unknown", false},
    {"(i > 1) is true", false},
    {"(a like 'x%') is not true", false},
    {"flag or i > 3", false},
    {"flag and i > 3 and a = 'x'", false},
    {"(flag or i > 3) and a <> 'x'", false},
    {"flag or i > 3 and a <> 'x'", false},
    {"not (flag or i > 3)", false},
    {"not (flag and i > 3)", false},
    {"not not flag", false},
    {"not (i = 1)", false},
    {"not (i < 1)", false},
    {"not (i >= 1)", false},
    {"not (i in (1, 2))", false},
    {"((((i)))) = ((1))", false},
    {"(a is null) = (b is null)", false},
    {"(a is null) <> (b is null)", false},
    {"(i is null and j is null) or (i is not null and j is not null)", false},
    {"true", false},
    {"i > 1 or false", false},
    {"case when flag then i > 1 else i < 1 end", false},
    {"case when i = 1 then 'x' when i = 2 then 'y' else 'z' end = a", false},
    {"case i when 1 then 'x' when 2 then 'y' end = a", false},
    {"case when i > 1 then n else 0 end > 1", false},
    {"case when flag then 1 else 0 end + case when i > 0 then 1 else 0 end = 1",
     false},
    /* Texts */
    {"length(a) > 2", false},
    {"char_length(a) > 2", false},
    {"character_length(a::text) <= 50", false},
    {"octet_length(t) <= 3", false},
    {"length(trim(a)) > 0", false},
    {"trim(a) <> ''", false},
    {"trim(both from a) <> ''", false},
    {"trim(both 'x' from a) = ''", false},
    {"trim('x' from a) = ''", false},
    {"trim(leading 'x' from a) = ''", false},
    {"trim(trailing from a) = a", false},
    {"btrim(a, 'xy') = ''", false},
    {"ltrim(a) = a", false},
    {"rtrim(a, 'z') = a", false},
    {"trim(t, E'\\t\\n\\x0b\\f\\r ') = t", false},
    {"trim(t, E'\\t\\n') <> ''", false},
    {"t <> E'a\\tb'", false},
    {"t like E'%\\n%'", false},
    {"lower(a) = a", false},
    {"upper(a) = 'X'", false},
    {"a || b = 'xy'", false},
    {"a || '-' || b = 'x-y'", false},
    {"a || ('-' || b) = 'x-y'", false},
    {"a || i = 'x1'", false},
    {"length(a || (i + 1)) > 3", false},
    {"replace(a, 'x', '') = ''", false},
    {"replace(a, 'x', 'yy') = b", false},
    {"substr(a, 1, 1) = 'x'", false},
    {"substring(a, 2) = ''", false},
    {"substring(a from 1 for 1) = 'x'", false},
    {"substring(a for 1) = 'x'", false},
    {"substring(a from 2) = ''", false},
    {"substr(t, length(t) - 1 + 1) = 'e'", false},
    {"left(a, 1) = 'x'", false},
    {"right(a, 1) = 'x'", true},
    {"substr(a, -1) = 'x'", true},
    {"substring(a from '[0-9]+') = '1'", true},
    {"strpos(a, 'x') = 1", false},
    {"position('x' in a) > 0", false},
    {"position('x' in a) = position('y' in b)", false},
    {"left(lower(a), 1) between 'a' and 'z' and length(a) = 1", false},
    {"a collate \"C\" < 'b'", false},
    {"a < 'b' collate \"C\"", false},
    {"lower(a) collate \"C\" >= b", false},
    {"a = 'x' collate \"default\"", false},
    {"a = 'it''s'", false},
    {"a = $$it's$$", false},
    {"t = 'back\\slash'", false},
    {"t = E'back\\\\slash'", false},
    {"t = '\xC3\xA9'", false},
    {"t <> 'a\nb'", false},
    {"concat(a, b) = 'xy'", true},
    {"greatest(i, 2) = 2", true},
    {"md5(a) = b", true},
    {"initcap(a) = a", true},
    {"(i + 1)::text = '2'", true},
    {"a::integer = 1", true},
    {"a::varchar(1) = 'x'", true},
    /* Patterns */
    {"a like 'x%'", false},
    {"a like '%x%'", false},
    {"a not like 'x_'", false},
    {"a like 'X%'", false},
    {"a ilike 'X%'", false},
    {"a not ilike '%X'", false},
    {"a like '%@%'", false},
    {"t like '100\\%'", false},
    {"t like 'a!%b' escape '!'", false},
    {"t like 'a!_b%' escape '!'", false},
    {"t like 'back\\\\%'", false},
    {"t like '%[%'", false},
    {"t like '%*%'", false},
    {"t like '%?%'", false},
    {"t like '%]%'", false},
    {"t like '%\\%%'", false},
    {"a like ''", false},
    {"a like 'x'", false},
    {"a like b || '%'", true},
    {"a like b", true},
    {"a ilike '\xC3\xA9%'", true},
    {"a ~~ 'x%'", false},
    {"a !~~ 'x%'", false},
    {"a ~~* 'X%'", false},
    {"a !~~* 'X%'", false},
    {"a ~ 'x'", false},
    {"a ~ '^x'", false},
    {"a ~ 'x$'", false},
    {"a ~ '^x$'", false},
    {"a ~ '^'", false},
    {"a ~ ''", false},
    {"a !~ '[0-9]'", false},
    {"a ~ '^[a-z]'", false},
    {"a ~ '^[^a-z]'", false},
    {"t ~ '^[]a]'", false},
    {"t ~ '[^]a-]'", false},
    {"t ~ '[a-]'", false},
    {"t ~ '[-a]'", false},
    {"t ~ '[\\^\\-\\]\\\\]'", false},
    {"t ~ '[a^]'", false},
    {"t ~ '\\^'", false},
    {"t ~ '\\.'", false},
    {"t ~ '[.]'", false},
    {"t ~ '^..$'", false},
    {"t ~ '^.*e$'", false},
    {"t ~ 'a.+b'", false},
    {"t ~ '[*?\\[]'", false},
    {"t ~ '^[*]$'", false},
    {"t ~ '\\*'", false},
    {"t ~ '}'", false},
    {"t ~ '[{}]'", false},
    {"t ~ '[\xC3\xA0-\xC3\xBC]'", false},
    {"t ~ '^[^0-9]*$'", true},
    {"a ~ '^x+$'", true},
    {"a ~ '(x|y)'", true},
    {"a ~ '\\d'", true},
    {"a ~ '[[:alpha:]]'", true},
    {"a ~ 'x{2}'", true},
    {"a ~ '***=x'", true},
    {"a ~ '(?i)x'", true},
    {"a ~* 'X'", true},
    {"a !~* 'X'", true},
    {"a ~ b", true},
    {"a similar to 'x%'", true},
    /* JSON */
    {"jsonb_typeof(m) = 'object'", false},
    {"jsonb_typeof(m -> 'k') = 'string'", false},
    {"jsonb_typeof(m -> 'k') = 'number'", false},
    {"jsonb_typeof(m -> 'k') = 'boolean'", false},
    {"jsonb_typeof(m -> 'k') <> 'number'", false},
    {"jsonb_typeof(m -> 'k') in ('number', 'string')", false},
    {"jsonb_typeof(m -> 'k') not in ('boolean', 'null')", false},
    {"jsonb_typeof(m -> 'k') = 'null'", false},
    {"jsonb_typeof(m -> 'k' -> 'j') = 'array'", false},
    {"jsonb_typeof(m -> 'l' -> 0) = 'number'", false},
    {"jsonb_typeof(m -> 'l' -> -1) = 'string'", false},
    {"jsonb_typeof(m -> 'a b') = 'number'", false},
    {"jsonb_typeof(m -> '0') = 'number'", false},
    {"jsonb_typeof(m -> 'k') is null", false},
    {"jsonb_typeof(m -> 'k') = 'nonsense'", true},
    {"jsonb_typeof(m -> 'k') = a", true},
    {"m -> 'k' is null", false},
    {"m -> 'k' is not null", false},
    {"m ->> 'k' is null", false},
    {"m ->> 'k' = 'x'", false},
    {"m ->> 'k' <> 'x'", false},
    {"m ->> 'k' in ('x', 'y')", false},
    {"m ->> 'k' = '5'", true},
    {"m ->> 'k' = 'true'", true},
    {"m ->> 'k' = a", true},
    {"m -> 'k' ->> 'j' = 'x'", false},
    {"jsonb_typeof(m -> 'k') = 'string' and length(m ->> 'k') > 0", false},
    {"jsonb_typeof(m -> 'k') = 'string' and substr(m ->> 'k', 1, 1) = '/'",
     false},
    {"jsonb_typeof(m -> 'k') = 'string' and m ->> 'k' like '/%'", false},
    {"jsonb_typeof(m -> 'k') = 'number' and (m ->> 'k')::numeric > 0", false},
    {"jsonb_typeof(m -> 'k') <> 'number' or (m ->> 'k')::numeric > 0", false},
    {"m -> a is null", true},
    {"m -> 'k' = '5'", true},
    {"m ? 'k'", true},
    {"m @> '{\"k\": 5}'", true},
    {"m = '{}'", false},
    {"m -> 'say \"x\"' is null", true},
    /* The profile storage's */
    {"strpos(a, '@') = 0 or"
     " substr(a, length(rtrim(a, replace(a, '@', ''))) + 1) !~ '[A-Z]'",
     false},
    {"a ~ '^[A-Za-z]' and a !~ '[^A-Za-z0-9_]' and a !~ '_$'", false},
    {"jsonb_typeof(m -> 'k') = 'null' or (jsonb_typeof(m -> 'k') = 'number'"
     " and (m ->> 'k')::numeric > 0)",
     false},
    {"replace(m ->> 'k', '{username}', '') !~ '[{}]'", false},
    /* What else there is */
    {"u = '00000000-0000-4000-8000-000000000001'", false},
    {"u <> '00000000-0000-4000-8000-000000000001'::uuid", false},
    {"u in ('00000000-0000-4000-8000-000000000001',"
     " '00000000-0000-4000-8000-000000000002')",
     false},
    {"d >= '2024-01-01'", false},
    {"d >= date '2024-01-01'", false},
    {"d between '2024-01-01' and '2024-12-31'", false},
    {"coalesce(d, '2024-01-01') = '2024-01-01'", false},
    {"ts >= '2024-01-01 00:00:00+00'", true},
    {"ts is null or ts < timestamptz '10000-01-01 00:00:00+00'", true},
    {"a <> '10:20'", false},
    {"ts < ts + interval '1 day'", true},
    {"ts <= now()", false},
    {"extract(year from d) > 2000", true},
    {"d::text = '2024-02-29'", false},
    {"mood = 'happy'", false},
    {"mood in ('sad', 'happy')", false},
    {"e.i = 1", false},
    {"\"i\" = 1", false},
    {"\"Mixed\" = 1", false},
    {"\"order\" > 0 and \"Mixed\" > 0", false},
    {"pg_catalog.lower(a) = 'x'", false},
    {"a = any (string_to_array(b, ','))", true},
    {"(i, j) = (1, 2)", false},
    {"current_user <> a", true},
    {"octet_length(a) <= 2692", false},
    {"i # 2 = 3", true},
    {"@ i = 1", true},
    {"~ i = -2", true},
};

const size_t expression_case_count =
    sizeof expression_cases / sizeof *expression_cases;

static const struct {
    const char *name;
    const char *type;
} columns[] = {{"id", "integer"},
               {"i", "integer"},
               {"j", "bigint"},
               {"s", "smallint"},
               {"n", "numeric(10,2)"},
               {"r", "double precision"},
               {"a", "varchar(50)"},
               {"b", "varchar(50)"},
               {"t", "text"},
               {"c", "char(5)"},
               {"flag", "boolean"},
               {"m", "jsonb"},
               {"u", "uuid"},
               {"d", "date"},
               {"ts", "timestamptz"},
               {"mood", "mood"},
               {"\"Mixed\"", "integer"},
               {"\"order\"", "integer"}};

const char *
expression_table(struct arena *arena, enum sql_language language)
{
    SCOPED(buf_release) struct buf sql = {0};
    size_t count = sizeof columns / sizeof *columns;

    for (size_t i = 0; i < count; i++) {
        bool known = type_is_known(columns[i].type);

        buf_printf(&sql, "%s%s %s", i > 0 ? ", " : "", columns[i].name,
                   type_declared(arena, language, columns[i].type,
                                 known ? NULL : "'sad', 'happy'"));
    }
    return arena_printf(arena, "create table e (%s)", buf_data(&sql));
}

#define NO_TIME ", null, null, null, null, null, null"

const char expression_rows[] =
    "insert into e values"
    " (1, 1, 2, 3, 1.50, 0.5, 'x', 'y', 'e', 'ab', true, '{\"k\": \"x\"}',"
    " '00000000-0000-4000-8000-000000000001', '2024-02-29',"
    " '2024-01-01 00:00:00.000000', 'happy', 1, 1);"
    "insert into e values"
    " (2, 2, 2, -1, 0, 1.5, '', '', '', '', false, '{\"k\": 5}',"
    " '00000000-0000-4000-8000-000000000002', '2023-12-31',"
    " '2023-12-31 23:59:59.999999', 'sad', 0, 0);"
    "insert into e values"
    " (3, -1, 0, 0, -7.25, -3, 'X', 'x', 'A', 'a', null, '{\"k\": null}',"
    " null, '2024-01-01', '2024-12-31 12:00:00.000000', null, -1, 7);"
    "insert into e values (4, null, null, null, null, null, null, null, null,"
    " null, null, null" NO_TIME ");"
    "insert into e values (5, 3, 3, 1, 0.50, 1000, 'xyz', 'xy', '100%', 'abc',"
    " true, '{\"k\": true, \"l\": [1, \"a\"]}'" NO_TIME ");"
    "insert into e values (6, 5, -2, 7, 100, 1e-3, '  x ', 'z', 'a%b', 'x',"
    " false, '{\"k\": {\"j\": []}, \"a b\": 1, \"0\": 2}'" NO_TIME ");"
    "insert into e values (7, 6, 1, 2, 12.5, 0, 'user@Host', 'a@b', 'a_bc',"
    " 'y', true, '{\"k\": \"/home/{username}/\"}'" NO_TIME ");"
    "insert into e values (8, 0, 1, 2, 0.75, 0, 'User@host', 'b', '[x]', 'y',"
    " true, '{\"k\": \"/{x}\"}'" NO_TIME ");"
    "insert into e values (9, -5, 9999999999, 2, 0.25, 0, 'a@B@c', 'b', '*',"
    " 'y', true, '{\"k\": -2.5}'" NO_TIME ");"
    "insert into e values (10, 4, -9999999999, 2, 0.25, 0, 'ab_', 'b', '?-^',"
    " 'y', true, '[]'" NO_TIME ");"
    "insert into e values (11, 7, 5, 2, 0.25, 0, 'ab_9', '1', 'back\\slash',"
    " 'y', true, '\"k\"'" NO_TIME ");"
    "insert into e values (12, 8, 5, 2, 0.25, 0, '9ab', '%', 'a\nb',"
    " 'y', true, '{\"k\": \"\"}'" NO_TIME ");"
    "insert into e values (13, 8, 5, 2, 0.25, 0, 'it''s', 'x-y', '\xC3\xA9',"
    " 'y', true, '{\"k\": \"y\", \"j\": {}}'" NO_TIME ");"
    "insert into e values (14, 8, 5, 2, 0.25, 0, 'A-Z', 'zz', 'a\tb\n',"
    " 'y', true, '{}'" NO_TIME ");"
    "insert into e values (15, 1, 1, 1, 3, 0, 'xx', 'yyyy', '{a}.b',"
    " 'y', false, '{\"k\": [1]}'" NO_TIME ");"
    "insert into e values (16, 1, 1, 1, 3, 0, 'z', 'Z', ']-a',"
    " 'y', null, '{\"k\": {\"j\": \"x\"}, \"l\": []}'" NO_TIME ");"
    "insert into e values (17, 1, null, 1, 3, 0, 'zebra', null, 'ab',"
    " 'y', null, '{\"k\": 0}'" NO_TIME ");";
