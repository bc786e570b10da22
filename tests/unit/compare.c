/*
 * Comparing models that are made by hand: each rule, each severity, matching.
 * Each case is tried both ways round.
 */
#include "lib/tap.h"

#include <string.h>

#include "lib/findings.h"
#include "lib/sketch.h"
#include "schema/compare.h"
#include "schema/rules.h"

static const char *
text_of(struct arena *arena, const struct comparison *comparison, bool mirrored)
{
    struct lines lines;

    findings_read(&lines, arena, comparison, true, mirrored);
    return lines_text(arena, &lines);
}

/* "s", "p": a database of that engine; "d": a declaration for the other's. */
static const char *
engine_of(char side, char other)
{
    switch (side == 'd' ? other : side) {
    case 's':
        return "sqlite";
    case 'p':
        return "postgres";
    default:
        return NULL;
    }
}

static void
speak_postgres(struct object *object)
{
    object->language = LANGUAGE_POSTGRES;
    for (size_t i = 0; i < object->nchildren; i++)
        speak_postgres(object->children[i]);
}

static void
draw(struct schema *out, char side, char other, const char *text)
{
    sketch(out, engine_of(side, other), text);
    for (size_t i = 0; side == 'd' && i < out->nobjects; i++)
        speak_postgres(out->objects[i]);
}

struct compared {
    struct schema left;
    struct schema right;
    struct comparison comparison;
};

static void
compared_clear(struct compared *compared)
{
    comparison_clear(&compared->comparison);
    schema_clear(&compared->left);
    schema_clear(&compared->right);
}

static void
compare(struct compared *out, const char *sides, const char *left,
        const char *right)
{
    *out = (struct compared){0};
    draw(&out->left, sides[0], sides[1], left);
    draw(&out->right, sides[1], sides[0], right);
    schema_compare(&out->comparison, &out->left, &out->right);
}

/* Each rule that is named can be said in words, and switched off. */
static bool
has_known_rules(const struct comparison *comparison)
{
    for (size_t i = 0; i < comparison->nfindings; i++) {
        const char *rule = comparison->findings[i].rule;

        if (rule != NULL && rule_find(rule) == NULL)
            return false;
    }
    return true;
}

static void
is_compared(const char *sides, const char *left, const char *right,
            const char *want, const char *title)
{
    SCOPED(compared_clear) struct compared compared = {0};
    SCOPED(arena_clear) struct arena arena = {0};
    const char mirrored[] = {sides[1], sides[0], '\0'};

    compare(&compared, sides, left, right);
    IS_TEXT(text_of(&arena, &compared.comparison, false), want, "%s: %s", sides,
            title);
    OK(has_known_rules(&compared.comparison), "%s: by known rules", sides);
    compared_clear(&compared);
    compare(&compared, mirrored, right, left);
    IS_TEXT(text_of(&arena, &compared.comparison, true), want,
            "%s: %s, the other way round", mirrored, title);
}

/* -------------------------------------------------------------- the cases */

struct compare_case {
    const char *title;
    const char *sides;
    const char *left;
    const char *right;
    const char *want;
};

static void
try_cases(const struct compare_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        is_compared(cases[i].sides, cases[i].left, cases[i].right,
                    cases[i].want, cases[i].title);
}

#define TRY(cases) try_cases(cases, sizeof(cases) / sizeof *(cases))

/* A table with a column that is guarded, and what is said besides. */
#define T(rest)    "table t\n" rest
#define A          "column a|type=integer|guard\n"
#define TA(rest)   T(A rest)
#define COL(words) T("column a|" words)

static void
test_objects(void)
{
    static const struct compare_case cases[] = {
        {"nothing", "sp", "", "", ""},
        {"the same", "sp", TA("check c|expression=a > 0"),
         TA("check c|expression=(a > 0)"), ""},
        {"the same of one engine", "pp", TA("index i|(a)"), TA("index i|(a)"),
         ""},
        {"a table is missing, its columns are not told", "sp",
         TA("") "table u\ncolumn a|type=text", TA(""),
         "different structure table u"},
        {"a table under another name is not guessed", "pp", TA(""),
         "table u\n" A,
         "different structure table t\ndifferent structure table u"},
        {"a table of another schema", "pp", TA(""), "table t|schema=s\n" A,
         "different structure table s.t\ndifferent structure table t"},
        {"names on SQLite in other cases", "ss", TA("index I|(A)"),
         "table T\ncolumn a|type=integer|guard\nindex i|(a)",
         "equivalent name-case index t.I name\n"
         "equivalent name-case table t name"},
        {"names on PostgreSQL in other cases", "pp", TA(""), "table T\n" A,
         "different structure table T\ndifferent structure table t"},
        {"the exact name goes first", "sp", TA(""), "table T\n" A TA(""),
         "different structure table T"},
        {"a column is missing", "sp", TA("column b|type=text|guard"), TA(""),
         "different structure column t.b"},
        {"a column under another name is not guessed", "ss",
         TA("column b|type=text"), TA("column c|type=text"),
         "different structure column t.b\ndifferent structure column t.c"},
        {"the order of columns", "sp", TA("column b|type=text|guard"),
         T("column b|type=text|guard\n" A),
         "different structure table t column_order"},
        {"the order of those that both have", "sp",
         TA("column b|type=text|guard\ncolumn c|type=text|guard"),
         TA("column c|type=text|guard"), "different structure column t.b"},
        {"a primary key is missing", "sp", TA("primary key k|(a)"), TA(""),
         "different structure primary key t.k"},
        {"a unique constraint", "sp", TA("unique constraint k|(a)"), TA(""),
         "different structure unique constraint t.k"},
        {"a foreign key", "sp", TA("foreign key k|(a -> a)|references=t"),
         TA(""), "different structure foreign key t.k"},
        {"a check", "sp", TA("check k|expression=a > 0"), TA(""),
         "different strictness check t.k"},
        {"an index", "sp", TA("index k|(a)"), TA(""),
         "different structure index t.k"},
        {"a view", "sp", TA("view k|definition=select a from t"), TA(""),
         "different structure view k"},
        {"a trigger", "sp", TA("trigger k|timing=after|events=insert"), TA(""),
         "different structure trigger t.k"},
        {"an enum that no column has", "ps", "enum e|labels='a', 'b'", "",
         "not-compared one-engine enum e"},
        {"a sequence", "pp", "sequence s", "",
         "different structure sequence s"},
        {"a sequence on one engine", "ps", "sequence s", "",
         "not-compared one-engine sequence s"},
        {"another thing", "pp", "other x|what=policy|definition=a", "",
         "different structure policy x"},
        {"other things of one name", "pp",
         "other x|what=policy|definition=a\nother x|what=rule|definition=a",
         "other x|what=rule|definition=a", "different structure policy x"},
        {"another definition", "pp", "other x|what=policy|definition=a",
         "other x|what=policy|definition=b",
         "different structure policy x definition"},
        {"other things are not compared across engines", "sp",
         "other x|what=policy|definition=a", "other x|what=policy|definition=a",
         "not-compared one-engine policy x\nnot-compared one-engine policy x"},
        {"a full-text table", "sp", TA("") "table f|virtual=fts5(a)", TA(""),
         "not-compared one-engine table f"},
        {"with other blanks", "ss", "table f|virtual=fts5(a, b)",
         "table f|virtual=FTS5 ( a,b )", ""},
        {"a full-text table on both", "ss", "table f|virtual=fts5(a)",
         "table f|virtual=fts5(a, b)", "different structure table f virtual"},
        {"a partition", "ps", TA("") "table f|partition_of=t for values in (1)",
         TA(""), "not-compared one-engine table f"},
        {"a materialized view", "ps", "view v|definition=a|materialized", "",
         "not-compared one-engine view v"},
        {"an index with an operator class", "ps",
         TA("index i|(a class=varchar_pattern_ops)"), TA(""),
         "not-compared one-engine index t.i"},
        {"of one engine", "pp", TA("index i|(a class=varchar_pattern_ops)"),
         TA(""), "different structure index t.i"},
        {"an index with another method", "ps", TA("index i|(a)|method=gin"),
         TA(""), "not-compared one-engine index t.i"},
        {"an index that includes", "ps",
         TA("column b|type=text\nindex i|(a, b include)"),
         TA("column b|type=text|guard"), "not-compared one-engine index t.i"},
        {"a unique one that includes keeps values apart", "ps",
         TA("column b|type=text\nindex i|(a, b include)|unique"),
         TA("column b|type=text|guard"), "different structure index t.i"},
    };

    TRY(cases);
}

static void
test_types(void)
{
    static const struct compare_case cases[] = {
        {"the same type", "sp", COL("type=uuid|guard"), COL("type=uuid|guard"),
         ""},
        {"another type of one engine", "ss", COL("type=text|guard"),
         COL("type=integer|guard"), "different structure column t.a type"},
        {"another length", "pp", COL("type=varchar(10)|guard"),
         COL("type=varchar(11)|guard"), "different structure column t.a type"},
        {"another length across engines", "sp", COL("type=varchar(10)|guard"),
         COL("type=varchar(11)|guard"), "different structure column t.a type"},
        {"what the type leaves open", "sp", COL("type=varchar(10)"),
         COL("type=varchar(10)|guard"),
         "different strictness column t.a guard"},
        {"a declaration's and a database's", "ds",
         COL("type=varchar(10)|guard"), COL("type=varchar(10)"),
         "different strictness column t.a guard"},
        {"two that are open", "ss", COL("type=varchar(10)"),
         COL("type=varchar(10)"), ""},
        {"PostgreSQL takes what SQLite can't", "sp",
         COL("type=timestamptz|guard"), COL("type=timestamptz"),
         "different strictness column t.a guard"},
        {"checks of other names say it, too", "sp",
         COL("type=varchar(10)\n"
             "check x|expression=a is null or typeof(a) = 'text' and instr(a, "
             "char(0)) = 0\n"
             "check y|expression=length(a) <= 10"),
         COL("type=varchar(10)|guard"), ""},
        {"of one engine", "ss",
         COL("type=varchar(10)\n"
             "check x|expression=a is null or typeof(a) = 'text' and instr(a, "
             "char(0)) = 0\n"
             "check y|expression=length(a) <= 10"),
         COL("type=varchar(10)|guard"),
         "equivalent guard-by-check column t.a guard"},
        {"one of two checks is missing", "ss",
         COL("type=varchar(10)\n"
             "check ck_t_a_text|expression=a is null or typeof(a) = 'text' and "
             "instr(a, char(0)) = 0"),
         COL("type=varchar(10)|guard"),
         "different strictness column t.a guard"},
        {"one of two says another thing", "ss",
         COL("type=varchar(10)\n"
             "check ck_t_a_text|expression=a is null or typeof(a) = 'text' and "
             "instr(a, char(0)) = 0\n"
             "check ck_t_a_length|expression=length(a) <= 11"),
         COL("type=varchar(10)|guard"),
         "different strictness column t.a guard"},
        {"the same across engines", "sp",
         COL("type=varchar(10)\n"
             "check ck_t_a_text|expression=a is null or typeof(a) = 'text' and "
             "instr(a, char(0)) = 0\n"
             "check ck_t_a_length|expression=length(a) <= 11"),
         COL("type=varchar(10)|guard"),
         "different strictness column t.a guard"},
        {"checks that are for another type", "ss",
         COL("type=varchar(10)\n"
             "check ck_t_a_text|expression=a is null or typeof(a) = 'text' and "
             "instr(a, char(0)) = 0\n"
             "check ck_t_a_length|expression=length(a) <= 11"),
         COL("type=varchar(11)|guard"), "different structure column t.a type"},
        {"the same across engines, for another type", "sp",
         COL("type=varchar(10)\n"
             "check ck_t_a_text|expression=a is null or typeof(a) = 'text' and "
             "instr(a, char(0)) = 0\n"
             "check ck_t_a_length|expression=length(a) <= 11"),
         COL("type=varchar(11)|guard"), "different structure column t.a type"},
        {"bool-int-check", "sp",
         COL("type=integer\ncheck c|expression=a in (0, 1)"),
         COL("type=boolean|guard"),
         "equivalent bool-int-check column t.a type"},
        {"without a name, or NULL", "sp",
         COL("type=integer\ncheck|expression=a is null or a in (0, 1)"),
         COL("type=boolean|guard"),
         "equivalent bool-int-check column t.a type"},
        {"or NULL behind it", "sp",
         COL("type=integer\ncheck|expression=a in (0, 1) or a is null"),
         COL("type=boolean|guard"),
         "equivalent bool-int-check column t.a type"},
        {"of PostgreSQL's integer", "ps",
         COL("type=integer|guard\ncheck c|expression=a in (0, 1)"),
         COL("type=boolean|guard"),
         "equivalent bool-int-check column t.a type"},
        {"an integer without a check is no boolean", "sp",
         COL("type=integer|guard"), COL("type=boolean|guard"),
         "different structure column t.a type"},
        {"nor with another check", "sp",
         COL("type=integer|guard\ncheck c|expression=a in (0, 2)"),
         COL("type=boolean|guard"),
         "different strictness check t.c\ndifferent structure column t.a type"},
        {"nor with one of another column", "sp",
         COL("type=integer|guard\ncolumn b|type=integer|guard\n"
             "check c|expression=b in (0, 1)"),
         COL("type=boolean|guard\ncolumn b|type=integer|guard"),
         "different strictness check t.c\ndifferent structure column t.a type"},
        {"nor with one that is not valid", "ps",
         COL("type=integer|guard\ncheck c|not_valid|expression=a in (0, 1)"),
         COL("type=boolean|guard"),
         "different strictness check t.c\ndifferent structure column t.a type"},
        {"json-text-check, which leaves the escapes open", "sp",
         COL("type=text\ncheck c|expression=json_valid(a)"),
         COL("type=jsonb|guard"),
         "different strictness column t.a guard\n"
         "equivalent json-text-check column t.a type"},
        {"for json all is said", "sp",
         COL("type=text\ncheck c|expression=json_valid(a)"),
         COL("type=json|guard"), "equivalent json-text-check column t.a type"},
        {"a text is no JSON", "sp", COL("type=text|guard"),
         COL("type=jsonb|guard"), "different structure column t.a type"},
        {"length-check", "sp",
         COL("type=text|guard\ncheck c|expression=length(a) <= 10"),
         COL("type=varchar(10)|guard"),
         "equivalent length-check column t.a type"},
        {"of PostgreSQL's text", "ps",
         COL("type=text|guard\ncheck c|expression=length(a) <= 10"),
         COL("type=varchar(10)|guard"),
         "equivalent length-check column t.a type"},
        {"with another length", "ps",
         COL("type=text|guard\ncheck c|expression=length(a) <= 9"),
         COL("type=varchar(10)|guard"),
         "different strictness check t.c\ndifferent strictness column t.a "
         "type"},
        {"a text without a check of its length", "sp", COL("type=text|guard"),
         COL("type=varchar(10)|guard"),
         "different strictness column t.a guard\n"
         "equivalent length-unchecked column t.a type"},
        {"uuid-text", "sp", COL("type=text|guard"), COL("type=uuid|guard"),
         "different strictness column t.a guard\n"
         "equivalent uuid-text column t.a type"},
        {"timestamptz-text", "sp", COL("type=DATETIME"),
         COL("type=timestamptz"),
         "different strictness column t.a guard\n"
         "equivalent timestamptz-text column t.a type"},
        {"integer-width of a name that is no integer's", "sp",
         COL("type=SMALLINT UNSIGNED|guard"), COL("type=smallint|guard"),
         "different strictness column t.a guard\n"
         "equivalent integer-width column t.a type"},
        {"JSON of which SQLite makes numbers", "sp", COL("type=JSON|guard"),
         COL("type=jsonb|guard"),
         "different strictness column t.a guard\n"
         "different structure column t.a type"},
        {"a uuid of which SQLite makes numbers", "sp", COL("type=UUID|guard"),
         COL("type=uuid|guard"),
         "different strictness column t.a guard\n"
         "different structure column t.a type"},
        {"a time of which SQLite makes numbers, which no one writes so", "sp",
         COL("type=DATETIME|guard"), COL("type=timestamp|guard"),
         "different strictness column t.a guard\n"
         "equivalent timestamp-text column t.a type"},
        {"a type that is not known", "sp", COL("type=MYSTERY"),
         COL("type=geometry"), "unknown structure column t.a type"},
        {"an array", "sp", COL("type=text|guard"), COL("type=text[]|guard"),
         "unknown structure column t.a type"},
        {"a key of 32 bits, and of 64", "sp",
         COL("type=integer|guard|identity=auto"),
         COL("type=bigint|guard|identity=auto"),
         "different structure column t.a type"},
        {"integers of any width are a key", "sp",
         COL("type=integer|identity=auto"),
         COL("type=bigint|guard|identity=auto"),
         "equivalent auto-key column t.a type"},
        {"integer-width", "sp", COL("type=integer"), COL("type=bigint|guard"),
         "different strictness column t.a guard\n"
         "equivalent integer-width column t.a type"},
        {"a guard keeps it narrow", "sp", COL("type=integer|guard"),
         COL("type=bigint|guard"), "different structure column t.a type"},
        {"float-width", "sp", COL("type=double precision"),
         COL("type=real|guard"),
         "different strictness column t.a guard\n"
         "equivalent float-width column t.a type"},
    };

    TRY(cases);
}

static void
test_enums(void)
{
#define ENUM "enum mood|labels='a', 'b'\n"
    static const struct compare_case cases[] = {
        {"an enum on both", "sp", ENUM COL("type=mood|guard"),
         ENUM COL("type=mood|guard"), ""},
        {"another label", "sp", ENUM COL("type=mood|guard"),
         "enum mood|labels='a', 'c'\n" COL("type=mood|guard"),
         "different structure enum mood labels"},
        {"another order", "pp", ENUM, "enum mood|labels='b', 'a'\n",
         "different structure enum mood labels"},
        {"an order that is not the alphabet's", "sp",
         "enum mood|labels='b', 'a'\n", "enum mood|labels='b', 'a'\n",
         "equivalent enum-order enum mood labels"},
        {"is of no matter on one engine", "pp", "enum mood|labels='b', 'a'\n",
         "enum mood|labels='b', 'a'\n", ""},
        {"enum-text-check", "ps", ENUM COL("type=mood|guard"),
         COL("type=text\ncheck c|expression=a in ('a', 'b')"),
         "equivalent enum-text-check column t.a type\n"
         "equivalent enum-text-check enum mood"},
        {"of a varchar", "ps", ENUM COL("type=mood|guard"),
         COL("type=varchar(1)|guard\ncheck c|expression=a in ('a', 'b')"),
         "equivalent enum-text-check column t.a type\n"
         "equivalent enum-text-check enum mood"},
        {"other labels in the check", "ps", ENUM COL("type=mood|guard"),
         COL("type=text|guard\ncheck c|expression=a in ('a', 'c')"),
         "different strictness check t.c\n"
         "different strictness column t.a type\n"
         "equivalent enum-text-check enum mood"},
        {"no check", "ps", ENUM COL("type=mood|guard"), COL("type=text|guard"),
         "different strictness column t.a type\n"
         "equivalent enum-text-check enum mood"},
        {"an enum of SQLite against PostgreSQL's check", "sp",
         ENUM COL("type=mood|guard"),
         COL("type=text|guard\ncheck c|expression=a in ('a', 'b')"),
         "equivalent enum-text-check column t.a type\n"
         "equivalent enum-text-check enum mood"},
        {"under another name", "sp", ENUM COL("type=mood|guard"),
         "enum temper|labels='a', 'b'\n" COL("type=temper|guard"),
         "different names column t.a type\n"
         "equivalent enum-text-check enum mood\n"
         "equivalent enum-text-check enum temper"},
        {"with other labels", "sp", ENUM COL("type=mood|guard"),
         "enum temper|labels='a', 'c'\n" COL("type=temper|guard"),
         "different structure column t.a type\n"
         "equivalent enum-text-check enum mood\n"
         "equivalent enum-text-check enum temper"},
    };

    TRY(cases);
}

static void
test_columns(void)
{
    static const struct compare_case cases[] = {
        {"not null", "sp", COL("type=text|guard|not_null"),
         COL("type=text|guard"), "different strictness column t.a not_null"},
        {"pk-implies-not-null of PostgreSQL", "ps",
         COL("type=text|guard\nprimary key|(a)"),
         COL("type=text|guard|not_null\nprimary key|(a)"),
         "equivalent pk-implies-not-null column t.a not_null"},
        {"of a row number", "sp",
         COL("type=integer|guard|identity=auto\nprimary key|(a)"),
         COL("type=integer|guard|identity=auto|not_null\nprimary key|(a)"),
         "equivalent pk-implies-not-null column t.a not_null"},
        {"the hole in SQLite's other keys", "sp",
         COL("type=text|guard\nprimary key|(a)"),
         COL("type=text|guard|not_null\nprimary key|(a)"),
         "different strictness column t.a not_null"},
        {"a default is missing", "sp", COL("type=text|guard|default='x'"),
         COL("type=text|guard"), "different structure column t.a default"},
        {"another default", "sp", COL("type=text|guard|default='x'"),
         COL("type=text|guard|default='y'::text"),
         "different structure column t.a default"},
        {"the same default", "sp", COL("type=text|guard|default='x'"),
         COL("type=text|guard|default='x'::character varying"), ""},
        {"bool-int", "sp", COL("type=boolean|guard|default=1"),
         COL("type=boolean|guard|default=true"),
         "equivalent bool-int column t.a default"},
        {"clock-precision", "sp",
         COL("type=timestamptz|guard|default=CURRENT_TIMESTAMP"),
         COL("type=timestamptz|guard|default=clock_timestamp()"),
         "equivalent clock-precision column t.a default"},
        {"default-null", "sp", COL("type=text|guard|default=NULL"),
         COL("type=text|guard"), "equivalent default-null column t.a default"},
        {"of both", "sp", COL("type=text|guard|default=NULL"),
         COL("type=text|guard|default=NULL::text"),
         "equivalent default-null column t.a default"},
        {"a default that is not understood", "sp",
         COL("type=text|guard|default=odd()"),
         COL("type=text|guard|default='x'"),
         "unknown structure column t.a default"},
        {"the same words may mean two things", "sp",
         COL("type=text|guard|default=odd()"),
         COL("type=text|guard|default=odd()"),
         "unknown structure column t.a default"},
        {"but not on one engine", "ss", COL("type=text|guard|default=odd()"),
         COL("type=text|guard|default=odd()"), ""},
        {"of one engine the catalog's words count", "pp",
         COL("type=text|guard|default=1::integer"),
         COL("type=text|guard|default=1::bigint"),
         "different structure column t.a default"},
        {"blanks and cases do not", "ss",
         COL("type=text|guard|default=lower( 'X')"),
         COL("type=text|guard|default=LOWER('X')"), ""},
        {"two words for one thing", "pp",
         COL("type=timestamptz|guard|default=now()"),
         COL("type=timestamptz|guard|default=CURRENT_TIMESTAMP"),
         "equivalent spelling column t.a default"},
        {"casts follow the type", "pp",
         COL("type=varchar(9)|guard|default='x'::character varying"),
         COL("type=text|guard|default='x'::text"),
         "different structure column t.a type\n"
         "equivalent spelling column t.a default"},
        {"casts to what is no text, too", "pp",
         COL("type=integer|guard|default=1::integer"),
         COL("type=bigint|guard|default=1::bigint"),
         "different structure column t.a type\n"
         "equivalent type-cast column t.a default"},
        {"a collation", "ss", COL("type=text|guard|collation=nocase"),
         COL("type=text|guard"), "different structure column t.a collation"},
        {"a collation of SQLite's", "sp",
         COL("type=text|guard|collation=nocase"), COL("type=text|guard"),
         "different structure column t.a collation"},
        {"a collation of PostgreSQL's", "sp", COL("type=text|guard"),
         COL("type=text|guard|collation=de_DE"),
         "different structure column t.a collation"},
        {"binary-collation", "sp", COL("type=text|guard"),
         COL("type=text|guard|collation=C"),
         "equivalent binary-collation column t.a collation"},
        {"two collations of two engines", "sp",
         COL("type=text|guard|collation=nocase"),
         COL("type=text|guard|collation=de_DE"),
         "unknown structure column t.a collation"},
        {"a generated column", "sp",
         COL("type=integer|guard|generated=b + 1|stored"),
         COL("type=integer|guard"), "different structure column t.a generated"},
        {"generated in another way", "sp",
         COL("type=integer|guard|generated=b + 1|stored"),
         COL("type=integer|guard|generated=b + 2|stored"),
         "different structure column t.a generated"},
        {"generated-storage", "sp", COL("type=integer|guard|generated=b + 1"),
         COL("type=integer|guard|generated=(b + 1)|stored"),
         "equivalent generated-storage column t.a stored"},
        {"of one engine", "ss", COL("type=integer|guard|generated=b + 1"),
         COL("type=integer|guard|generated=b + 1|stored"),
         "different structure column t.a stored"},
        {"SQLite has no next number", "sp", COL("type=integer|guard"),
         COL("type=integer|guard|identity=auto"),
         "different structure column t.a identity"},
        {"PostgreSQL has none", "sp", COL("type=integer|guard|identity=auto"),
         COL("type=integer|guard"), "different strictness column t.a identity"},
        {"an identity", "sp", COL("type=integer|guard|identity=auto"),
         COL("type=integer|guard|identity=by default"),
         "equivalent auto-key column t.a identity"},
        {"autoincrement", "sp",
         COL("type=integer|guard|identity=autoincrement"),
         COL("type=integer|guard|identity=auto"),
         "equivalent auto-key column t.a identity"},
        {"an identity that takes no number", "sp",
         COL("type=integer|guard|identity=auto"),
         COL("type=integer|guard|identity=always"),
         "different strictness column t.a identity"},
        {"identities of one engine", "pp",
         COL("type=integer|guard|identity=by default"),
         COL("type=integer|guard|identity=always"),
         "different structure column t.a identity"},
        {"a sequence that starts elsewhere", "sp",
         COL("type=integer|guard|identity=auto"),
         COL("type=integer|guard|identity=auto|sequence=start 10"),
         "different structure column t.a sequence"},
        {"on conflict of not null", "ss",
         COL("type=text|guard|not_null|on_conflict=ignore"),
         COL("type=text|guard|not_null"),
         "different structure column t.a on_conflict"},
        {"a comment", "pp", COL("type=text|guard|comment=x"),
         COL("type=text|guard|comment=y"),
         "different names column t.a comment"},
        {"a comment on PostgreSQL alone", "ps",
         COL("type=text|guard|comment=x"), COL("type=text|guard"),
         "not-compared one-engine column t.a comment"},
        {"a comment on SQLite alone", "sp", COL("type=text|guard|comment=x"),
         COL("type=text|guard"), "different names column t.a comment"},
    };

    TRY(cases);
}

static void
test_tables(void)
{
    static const struct compare_case cases[] = {
        {"strict", "ss", "table t|strict", "table t",
         "different strictness table t strict"},
        {"strict on one engine", "sp", "table t|strict", "table t",
         "not-compared one-engine table t strict"},
        {"without rowid", "ss", "table t|without_rowid", "table t",
         "different structure table t without_rowid"},
        {"without rowid on one engine", "sp", "table t|without_rowid",
         "table t", "not-compared one-engine table t without_rowid"},
        {"unlogged", "pp", "table t|unlogged", "table t",
         "different structure table t unlogged"},
        {"unlogged on one engine", "ps", "table t|unlogged", "table t",
         "not-compared one-engine table t unlogged"},
        {"partitions", "pp", "table t|partition_by=range (a)", "table t",
         "different structure table t partition_by"},
        {"partitions on one engine", "ps", "table t|partition_by=range (a)",
         "table t", "not-compared one-engine table t partition_by"},
        {"of another partition", "pp",
         "table t|partition_of=u for values in (1)",
         "table t|partition_of=u for values in (2)",
         "different structure table t partition_of"},
        {"inheritance", "pp", "table t|inherits=u", "table t",
         "different structure table t inherits"},
        {"options", "pp", "table t|options=fillfactor=70", "table t",
         "different structure table t options"},
        {"options on one engine", "ps", "table t|options=fillfactor=70",
         "table t", "not-compared one-engine table t options"},
        {"a comment", "pp", "table t|comment=x", "table t",
         "different names table t comment"},
        {"a view's query", "sp",
         "view v|definition=select a from t where a > 1",
         "view v|definition= SELECT t.a    FROM t   WHERE (t.a > 1);",
         "equivalent view-text view v definition"},
        {"casts and AS", "sp", "view v|definition=select a, b c from t as x",
         "view v|definition=SELECT x.a, (x.b)::text AS c FROM t x",
         "equivalent view-text view v definition"},
        {"a join", "sp",
         "view v|definition=select t.a from t inner join u on t.a = u.a order "
         "by t.a asc",
         "view v|definition=SELECT t.a FROM t JOIN u ON (t.a = u.a) ORDER BY "
         "t.a",
         "equivalent view-text view v definition"},
        {"of two tables a qualifier counts", "sp",
         "view v|definition=select t.a from t join u on t.b = u.b",
         "view v|definition=SELECT u.a FROM t JOIN u ON t.b = u.b",
         "unknown structure view v definition"},
        {"of two in a list, too", "sp",
         "view v|definition=select t.a from t, u",
         "view v|definition=SELECT u.a FROM t, u",
         "unknown structure view v definition"},
        {"another column", "sp", "view v|definition=select a from t",
         "view v|definition=SELECT t.b FROM t",
         "unknown structure view v definition"},
        {"another alias", "sp", "view v|definition=select a as b from t",
         "view v|definition=SELECT t.a AS c FROM t",
         "unknown structure view v definition"},
        {"another order", "sp", "view v|definition=select a from t order by a",
         "view v|definition=SELECT t.a FROM t ORDER BY t.a DESC",
         "unknown structure view v definition"},
        {"another condition", "sp",
         "view v|definition=select a from t where a > 1",
         "view v|definition=SELECT t.a FROM t WHERE t.a > 2",
         "unknown structure view v definition"},
        {"of one engine", "ss", "view v|definition=select a from t",
         "view v|definition=select  \"a\" FROM t", ""},
        {"of one engine, another", "ss", "view v|definition=select a from t",
         "view v|definition=select t.a from t",
         "different structure view v definition"},
        {"materialized", "ps", "view v|definition=select a|materialized",
         "view v|definition=select a",
         "different structure view v materialized"},
        {"a sequence of another type", "pp", "sequence s|type=bigint",
         "sequence s|type=integer", "different structure sequence s type"},
        {"a sequence's start", "pp", "sequence s|sequence=start 10",
         "sequence s", "different structure sequence s sequence"},
    };

    TRY(cases);
}

static void
test_keys(void)
{
#define FK "foreign key f|(a -> a)|references=t"
    static const struct compare_case cases[] = {
        {"another column of a primary key", "sp",
         TA("column b|type=text|guard\nprimary key k|(a)"),
         TA("column b|type=text|guard\nprimary key k|(b)"),
         "different structure primary key t.k columns"},
        {"another order of columns", "sp",
         TA("column b|type=text|guard\nunique constraint k|(a, b)"),
         TA("column b|type=text|guard\nunique constraint k|(b, a)"),
         "different structure unique constraint t.k columns"},
        {"deferrable", "pp",
         TA("unique constraint k|(a)|deferrable=deferrable"),
         TA("unique constraint k|(a)"),
         "different structure unique constraint t.k deferrable"},
        {"nulls not distinct", "ps",
         TA("unique constraint k|(a)|nulls_not_distinct"),
         TA("unique constraint k|(a)"),
         "different strictness unique constraint t.k nulls_not_distinct"},
        {"on conflict", "sp", TA("unique constraint k|(a)|on_conflict=replace"),
         TA("unique constraint k|(a)"),
         "different structure unique constraint t.k on_conflict"},
        {"on delete", "sp", TA(FK "|on_delete=cascade"), TA(FK),
         "different structure foreign key t.f on_delete"},
        {"restrict is not no action", "sp", TA(FK "|on_delete=restrict"),
         TA(FK), "different structure foreign key t.f on_delete"},
        {"on update", "sp", TA(FK "|on_update=set null"), TA(FK),
         "different structure foreign key t.f on_update"},
        {"when it is checked", "sp", TA(FK "|deferrable=initially deferred"),
         TA(FK), "different structure foreign key t.f deferrable"},
        {"match of one column", "ps", TA(FK "|match=full"), TA(FK),
         "equivalent match-one-column foreign key t.f match"},
        {"match of two", "ps",
         TA("foreign key f|(a -> a, b -> b)|references=u|match=full"),
         TA("foreign key f|(a -> a, b -> b)|references=u"),
         "different strictness foreign key t.f match"},
        {"not valid", "ps", TA(FK "|not_valid"), TA(FK),
         "different strictness foreign key t.f not_valid"},
        {"another table", "sp", TA("foreign key f|(a -> a)|references=u"),
         TA("foreign key f|(a -> a)|references=v"),
         "different structure foreign key t.f references"},
        {"another target", "sp", TA("foreign key f|(a -> a)|references=u"),
         TA("foreign key f|(a -> b)|references=u"),
         "different structure foreign key t.f references"},
        {"the primary key is the target", "sp",
         TA("primary key k|(a)\nforeign key f|(a)|references=t"),
         TA("primary key k|(a)\n" FK), ""},
        {"of one engine", "ss",
         TA("primary key k|(a)\nforeign key f|(a)|references=t"),
         TA("primary key k|(a)\n" FK), ""},
        {"another primary key is the target", "sp",
         TA("column b|type=text|guard\nprimary key k|(b)\n"
            "foreign key f|(a)|references=t"),
         TA("column b|type=text|guard\nprimary key k|(b)\n" FK),
         "different structure foreign key t.f references"},
        {"a check says another thing", "sp", TA("check c|expression=a > 0"),
         TA("check c|expression=a > 1"),
         "different strictness check t.c expression"},
        {"like, of which SQLite tells no cases", "sp",
         TA("check c|expression=a like 'x%'"),
         TA("check c|expression=((a)::text ~~ 'x%'::text)"),
         "unknown strictness check t.c expression"},
        {"json-blanks", "sp", COL("type=jsonb|guard|default='{\"a\": 1}'"),
         COL("type=jsonb|guard|default='{\"a\":1}'::jsonb"),
         "equivalent json-blanks column t.a default"},
        {"a check is not understood", "sp",
         TA("check c|expression=soundex(a) = 'x'"),
         TA("check c|expression=md5(a) = 'x'"),
         "unknown strictness check t.c expression"},
        {"it is on one engine, by its words", "ss",
         TA("check c|expression=soundex(a) = 'x'"),
         TA("check c|expression=soundex(a) = 'y'"),
         "different strictness check t.c expression"},
        {"no inherit", "ps", TA("check c|expression=a > 0|no_inherit"),
         TA("check c|expression=a > 0"),
         "not-compared one-engine check t.c no_inherit"},
    };

    TRY(cases);
}

static void
test_indexes(void)
{
#define B "column b|type=text|guard\n"
    static const struct compare_case cases[] = {
        {"another column", "sp", TA(B "index i|(a)"), TA(B "index i|(b)"),
         "different structure index t.i columns"},
        {"one more", "sp", TA(B "index i|(a)"), TA(B "index i|(a, b)"),
         "different structure index t.i columns"},
        {"direction", "sp", TA("index i|(a desc nulls)"), TA("index i|(a)"),
         "different structure index t.i columns"},
        {"an expression", "sp", TA("index i|(lower(a))"),
         TA("index i|(lower((a)::text))"), ""},
        {"another", "sp", TA("index i|(lower(a))"), TA("index i|(upper(a))"),
         "different structure index t.i columns"},
        {"collation", "sp", TA("index i|(a collate=nocase)"), TA("index i|(a)"),
         "different structure index t.i columns"},
        {"PostgreSQL's C", "ps", TA("index i|(a collate=C)"), TA("index i|(a)"),
         ""},
        {"operator class", "ps", TA("index i|(a class=text_pattern_ops)"),
         TA("index i|(a)"), "not-compared one-engine index t.i columns"},
        {"operator class of one engine", "pp",
         TA("index i|(a class=text_pattern_ops)"), TA("index i|(a)"),
         "different structure index t.i columns"},
        {"included columns", "ps", TA(B "index i|(a, b include)"),
         TA(B "index i|(a)"), "not-compared one-engine index t.i columns"},
        {"where NULL goes", "ps", TA("index i|(a nulls)"), TA("index i|(a)"),
         "not-compared one-engine index t.i columns"},
        {"where NULL goes with desc", "ps", TA("index i|(a desc nulls)"),
         TA("index i|(a desc nulls)"), ""},
        {"unique", "sp", TA("index i|(a)|unique"), TA("index i|(a)"),
         "different structure index t.i unique"},
        {"method", "ps", TA("index i|(a)|method=hash"), TA("index i|(a)"),
         "not-compared one-engine index t.i method"},
        {"method of one engine", "pp", TA("index i|(a)|method=hash"),
         TA("index i|(a)"), "different structure index t.i method"},
        {"predicate", "sp", TA("index i|(a)|predicate=a > 0"),
         TA("index i|(a)|predicate=(a > 0)"), ""},
        {"another predicate", "sp", TA("index i|(a)|predicate=a > 0"),
         TA("index i|(a)|predicate=(a > 1)"),
         "different structure index t.i predicate"},
        {"no predicate", "sp", TA("index i|(a)|predicate=a > 0"),
         TA("index i|(a)"), "different structure index t.i predicate"},
        {"invalid", "ps", TA("index i|(a)|invalid"), TA("index i|(a)"),
         "different strictness index t.i invalid"},
        {"nulls not distinct", "pp",
         TA("index i|(a)|unique|nulls_not_distinct"), TA("index i|(a)|unique"),
         "different strictness index t.i nulls_not_distinct"},
        {"a trigger's time", "sp",
         TA("trigger r|timing=before|events=insert|definition=x"),
         TA("trigger r|timing=after|events=insert|definition=y"),
         "different structure trigger t.r timing\n"
         "unknown structure trigger t.r definition"},
        {"a trigger's events", "sp",
         TA("trigger r|timing=before|events=insert|definition=x"),
         TA("trigger r|timing=before|events=update|definition=x y"),
         "different structure trigger t.r events\n"
         "unknown structure trigger t.r definition"},
        {"a trigger's body", "ss", TA("trigger r|definition=x y"),
         TA("trigger r|definition=x z"),
         "different structure trigger t.r definition"},
        {"words of a trigger", "ss", TA("trigger r|definition=x \"t\" 'Y'"),
         TA("trigger r|definition=X [t] 'Y'"), ""},
        {"but not of its texts", "ss", TA("trigger r|definition=x 'Y'"),
         TA("trigger r|definition=x 'y'"),
         "different structure trigger t.r definition"},
    };

    TRY(cases);
}

static void
test_names(void)
{
    static const struct compare_case cases[] = {
        {"a primary key", "sp", TA("primary key k|(a)"),
         TA("primary key m|(a)"), "different names primary key t.k name"},
        {"a unique constraint", "pp", TA("unique constraint k|(a)"),
         TA("unique constraint m|(a)"),
         "different names unique constraint t.k name"},
        {"a foreign key", "pp", TA("foreign key k|(a -> a)|references=t"),
         TA("foreign key m|(a -> a)|references=t"),
         "different names foreign key t.k name"},
        {"with another action", "pp",
         TA("foreign key k|(a -> a)|references=t|on_delete=cascade"),
         TA("foreign key m|(a -> a)|references=t"),
         "different names foreign key t.k name\n"
         "different structure foreign key t.k on_delete"},
        {"with another target it is another", "pp",
         TA("foreign key k|(a -> a)|references=t"),
         TA("foreign key m|(a -> a)|references=u"),
         "different structure foreign key t.k\n"
         "different structure foreign key t.m"},
        {"a check", "sp", TA("check k|expression=a > 0"),
         TA("check m|expression=(a > 0)"), "different names check t.k name"},
        {"two that say the same", "pp",
         TA("check k|expression=a > 0\ncheck l|expression=a > 0"),
         TA("check m|expression=a > 0\ncheck n|expression=a > 0"),
         "different names check t.k name\ndifferent names check t.l name"},
        {"an index", "ss", TA("index k|(a)"), TA("index m|(a)"),
         "different names index t.k name"},
        {"not with another direction", "ss", TA("index k|(a)"),
         TA("index m|(a desc)"),
         "different structure index t.k\ndifferent structure index t.m"},
        {"nor with an operator class", "sp", TA("index k|(a)"),
         TA("index m|(a class=text_pattern_ops)"),
         "different structure index t.k\nnot-compared one-engine index t.m"},
        {"a plain index among two", "sp", TA("index k|(a)"),
         TA("index l|(a class=text_pattern_ops)\nindex m|(a)"),
         "different names index t.k name\nnot-compared one-engine index t.l"},
        {"names that are swapped", "pp", TA("index k|(a)\nindex l|(a desc)"),
         TA("index l|(a)\nindex k|(a desc)"),
         "different structure index t.k columns\n"
         "different structure index t.l columns"},
        {"a trigger", "ss", TA("trigger k|definition=create trigger k on t"),
         TA("trigger m|definition=create trigger m on t"),
         "different names trigger t.k name"},
        {"unnamed-constraint", "sp", TA("check|expression=a > 0"),
         TA("check m|expression=a > 0"),
         "equivalent unnamed-constraint check t. name"},
        {"unnamed-constraint of a key", "sp", TA("primary key|(a)"),
         TA("primary key m|(a)"),
         "equivalent unnamed-constraint primary key t. name"},
        {"of a name that PostgreSQL gave", "sp", TA("primary key k|(a)"),
         TA("primary key t_pkey|(a)"),
         "equivalent unnamed-constraint primary key t.k name"},
        {"which counts between two of them", "pp", TA("primary key k|(a)"),
         TA("primary key t_pkey|(a)"), "different names primary key t.k name"},
        {"autoindex-is-unique", "sp", TA("unique constraint|(a)"),
         TA("unique constraint t_a_key|(a)"),
         "equivalent autoindex-is-unique unique constraint t. name"},
        {"fk-name-structural", "sp", TA("foreign key|(a -> a)|references=t"),
         TA("foreign key t_a_fkey|(a -> a)|references=t"),
         "equivalent fk-name-structural foreign key t. name"},
        {"a name was taken away", "ss", TA("check|expression=a > 0"),
         TA("check m|expression=a > 0"), "different names check t. name"},
        {"a declaration without names", "dp", TA("check|expression=a > 0"),
         TA("check m|expression=a > 0"), "different names check t. name"},
        {"but PostgreSQL names what has none", "dp",
         TA("check|expression=a > 0"), TA("check t_a_check|expression=a > 0"),
         "equivalent unnamed-constraint check t. name"},
        {"unnamed and not understood", "sp",
         TA("check|expression=soundex(a) = 'x'"),
         TA("check m|expression=md5(a) = 'x'"),
         "unknown strictness check t.\n"
         "unknown strictness check t.m"},
        {"and alone", "sp", TA("check|expression=soundex(a) = 'x'"), TA(""),
         "different strictness check t."},
        {"unique-index-is-constraint", "sp", TA("index k|(a)|unique"),
         TA("unique constraint k|(a)"),
         "equivalent unique-index-is-constraint index t.k kind"},
        {"under another name", "sp", TA("index k|(a)|unique"),
         TA("unique constraint m|(a)"),
         "different names index t.k name\n"
         "equivalent unique-index-is-constraint index t.k kind"},
        {"not with a predicate", "sp", TA("index k|(a)|unique|predicate=a > 0"),
         TA("unique constraint k|(a)"),
         "different structure index t.k\n"
         "different structure unique constraint t.k"},
        {"nor of an expression", "sp", TA("index k|(lower(a))|unique"),
         TA("unique constraint k|(a)"),
         "different structure index t.k\n"
         "different structure unique constraint t.k"},
        {"one engine tells them apart", "pp", TA("index k|(a)|unique"),
         TA("unique constraint k|(a)"), "different structure index t.k kind"},
        {"SQLite by name only", "ss", TA("index k|(a)|unique"),
         TA("unique constraint|(a)"),
         "different names index t.k kind\ndifferent names index t.k name"},
        {"and what else differs is told", "pp", TA("index k|(a)|unique"),
         TA("unique constraint k|(a)|deferrable=deferrable"),
         "different structure index t.k deferrable\n"
         "different structure index t.k kind"},
    };

    TRY(cases);
}

/* ----------------------------------------------------- texts and the rest */

/* The one finding of LEFT on SIDES[0] and RIGHT on SIDES[1]. */
static void
is_told(const char *sides, const char *left, const char *right,
        const char *title, const char *left_text, const char *right_text,
        const char *note)
{
    SCOPED(compared_clear) struct compared compared = {0};
    SCOPED(arena_clear) struct arena arena = {0};
    const struct finding *finding;

    compare(&compared, sides, left, right);
    finding = compared.comparison.findings;
    if (!IS_INT(compared.comparison.nfindings, 1, "%s: one finding", title))
        return;
    IS_TEXT(finding_title(&arena, finding), title, "%s: its title", title);
    IS_TEXT(finding->left_text, left_text, "%s: left", title);
    IS_TEXT(finding->right_text, right_text, "%s: right", title);
    IS_TEXT(finding->note, note, "%s: why", title);
}

static void
test_texts(void)
{
    is_told("sp", TA("check c|expression=a > 0"), TA(""),
            "check 'c' of table 't'", "a > 0", NULL, NULL);
    is_told("ps", TA("foreign key|(a -> b)|references=u|on_delete=cascade"),
            TA(""), "foreign key (a) of table 't'",
            "(a) references u (b) on delete cascade", NULL, NULL);
    is_told("sp", TA(""),
            TA("column b|type=varchar(9)|not_null|guard|default='x'"),
            "column 'b' of table 't'", NULL, "varchar(9) not null default 'x'",
            NULL);
    is_told("sp", TA(""),
            TA("index i|(a desc nulls, lower(a) collate=C, a nulls, "
               "a include)|unique|predicate=a > 0"),
            "index 'i' of table 't'", NULL,
            "(a desc, (lower(a)) collate C, a nulls first include a) unique "
            "where a > 0",
            NULL);
    is_told("sp", TA(""), TA("index i|(a)"), "index 'i' of table 't'", NULL,
            "(a)", "the answers are the same, how fast is not");
    is_told("sp", TA(""),
            TA("") "table u\ncolumn x|type=text\n"
                   "column y|type=text",
            "table 'u'", NULL, "(x, y)", NULL);
    is_told("pp", TA("column b|type=text"), T("column b|type=text\n" A),
            "table 't'", "a, b", "b, a",
            "select * and an insert without columns depend on it");
    is_told("sp", COL("type=varchar(255)"), COL("type=varchar(255)|guard"),
            "column 'a' of table 't'", NULL, "varchar(255)",
            "SQLite takes blobs, NUL characters and texts of more than 255 "
            "characters");
    is_told("sp", "table t|strict", "table t", "table 't'", "yes", NULL, NULL);
    is_told("ss", COL("type=varchar(9)|guard"),
            COL("type=varchar(9)\n"
                "check|expression=a is null or (typeof(a) = 'text' and "
                "instr(a, char(0)) = 0)\n"
                "check ck_t_a_length|expression=length(a) <= 8"),
            "column 'a' of table 't'", "length(a) <= 9", "length(a) <= 8",
            "SQLite takes texts of more than 9 characters");
    is_told("sp", COL("type=integer|identity=auto"),
            COL("type=integer|guard|identity=auto"), "column 'a' of table 't'",
            NULL, "integer", "SQLite takes numbers beyond 32 bits");
    is_told("sp", COL("type=bigint|identity=auto\ncolumn b|type=bigint"),
            COL("type=bigint|guard|identity=auto\ncolumn b|type=bigint|guard"),
            "column 'b' of table 't'", NULL, "bigint",
            "SQLite takes values that are no integers");
    is_told("sp", COL("type=timestamptz|guard"), COL("type=timestamptz"),
            "column 'a' of table 't'", "timestamptz", NULL,
            "PostgreSQL takes infinity and years beyond 1 to 9999");
    is_told("sp", COL("type=uuid"), COL("type=uuid|guard"),
            "column 'a' of table 't'", NULL, "uuid",
            "SQLite takes values that are no uuid");
    is_told("sp", "enum e|labels='x', 'y'\n" COL("type=e"),
            "enum e|labels='x', 'y'\n" COL("type=e|guard"),
            "column 'a' of table 't'", NULL, "e",
            "SQLite takes values other than 'x', 'y'");
    is_told("sp", "enum e|labels='x y', 'z'\n" COL("type=e"),
            "enum e|labels='x y', 'z'\n" COL("type=e|guard"),
            "column 'a' of table 't'", NULL, "e",
            "SQLite takes values other than 'x y', 'z'");
    is_told("sp", COL("type=INT"), COL("type=real[]"),
            "column 'a' of table 't'", "INT", "real[]",
            "SQLite makes numbers of texts that look like one; what else it "
            "holds is not known");
    is_told("sp", COL("type=text|guard"), COL("type=inet"),
            "column 'a' of table 't'", "text", "inet",
            "whether they hold the same is not known");
    is_told("sp", TA("unique constraint|(a)"), TA("unique constraint u|(a)"),
            "unique constraint 'u' of table 't'", "", "u", NULL);
    is_told("pp", "other x|what=policy|definition=create policy x", "",
            "policy 'x'", "create policy x", NULL, NULL);
    is_told("pp", TA("foreign key f|(a -> b)|references=u"),
            TA("foreign key f|(a -> c)|references=u"),
            "foreign key 'f' of table 't'", "u (b)", "u (c)", NULL);
    is_told("ps", TA("index k|(a)"), TA("index m|(a)"),
            "index 'k' of table 't'", "k", "m", NULL);
}

/* What SQLite takes instead of a column's type. */
static void
test_gaps(void)
{
    static const struct {
        const char *sqlite;
        const char *postgres;
        const char *note;
    } cases[] = {
        {"varchar(9)", "varchar(9)",
         "SQLite takes blobs, NUL characters and texts of more than 9 "
         "characters"},
        {"SMALLINT UNSIGNED", "smallint",
         "SQLite takes numbers beyond 16 bits and values that are no "
         "integers"},
        {"JSON", "jsonb",
         "SQLite takes values that are no JSON and JSON with an escaped NUL or "
         "half a surrogate pair"},
        {"DATETIME", "timestamptz",
         "SQLite takes values that are no timestamptz, and makes a number of "
         "'20240501'"},
        {"date", "date", "SQLite takes values that are no date"},
        {"DATE", "date",
         "SQLite takes values that are no date, and makes a number of "
         "'20240501'"},
        {"TIME", "time",
         "SQLite takes values that are no time, and makes a number of "
         "'101500'"},
        {"varchar(32)", "uuid", "SQLite takes values that are no uuid"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        SCOPED(compared_clear) struct compared compared = {0};
        SCOPED(arena_clear) struct arena arena = {0};
        const char *note = NULL;

        compare(&compared, "sp",
                arena_printf(&arena, COL("type=%s"), cases[i].sqlite),
                arena_printf(&arena, COL("type=%s|guard"), cases[i].postgres));
        for (size_t j = 0; j < compared.comparison.nfindings; j++)
            if (strcmp(compared.comparison.findings[j].attribute, "guard") == 0)
                note = compared.comparison.findings[j].note;
        IS_TEXT(note, cases[i].note, "%s for %s", cases[i].sqlite,
                cases[i].postgres);
    }
}

/*
 * A declaration against what PostgreSQL's catalog prints, where no scratch
 * database was to be had.
 */
static void
declare(struct schema *schema)
{
    for (size_t i = 0; i < schema->nobjects; i++) {
        struct object *object = schema->objects[i];

        object->place.line = 1;
        for (size_t j = 0; j < object->nchildren; j++)
            object->children[j]->place.line = 1;
    }
}

static void
test_unreal(void)
{
    static const struct compare_case cases[] = {
        {"a default that the catalog casts", "pp",
         COL("type=jsonb|guard|default='{}'"),
         COL("type=jsonb|guard|default='{}'::jsonb"),
         "equivalent type-cast column t.a default"},
        {"another one", "pp", COL("type=jsonb|guard|default='{}'"),
         COL("type=jsonb|guard|default='[]'::jsonb"),
         "different structure column t.a default"},
        {"a literal in a check", "pp", TA("check c|expression=b -> 'k' > '0'"),
         TA("check c|expression=((b -> 'k'::text) > '0'::jsonb)"),
         "equivalent type-cast check t.c expression"},
        {"a cast of a column", "pp", TA("check c|expression=b > 0"),
         TA("check c|expression=((b)::integer > 0)"),
         "unknown strictness check t.c expression"},
        {"another check", "pp", TA("check c|expression=a > 0"),
         TA("check c|expression=(a > 1)"),
         "different strictness check t.c expression"},
        {"one that is not understood", "pp",
         TA("check c|expression=odd(a) over ()"),
         TA("check c|expression=odd(a) OVER (w)"),
         "unknown strictness check t.c expression"},
        {"a view", "pp", "view v|definition=select a from t where a > 1",
         "view v|definition= SELECT t.a    FROM t   WHERE (t.a > 1);",
         "equivalent view-text view v definition"},
        {"a trigger", "pp", TA("trigger r|definition=x on t execute f()"),
         TA("trigger r|definition=x ON public.t EXECUTE f()"),
         "unknown structure trigger t.r definition"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        SCOPED(compared_clear) struct compared compared = {0};
        SCOPED(arena_clear) struct arena arena = {0};

        draw(&compared.left, 'p', 'p', cases[i].left);
        draw(&compared.right, 'p', 'p', cases[i].right);
        declare(&compared.left);
        schema_compare(&compared.comparison, &compared.left, &compared.right);
        IS_TEXT(text_of(&arena, &compared.comparison, false), cases[i].want,
                "declared: %s", cases[i].title);
    }
}

static void
test_counts(void)
{
    static const struct {
        const char *accepted;
        enum verdict verdict;
        bool counts;
    } cases[] = {
        {NULL, VERDICT_EQUIVALENT, false}, {NULL, VERDICT_DIFFERENT, true},
        {"x", VERDICT_DIFFERENT, false},   {NULL, VERDICT_UNKNOWN, true},
        {"x", VERDICT_UNKNOWN, false},     {NULL, VERDICT_NOT_COMPARED, false},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct finding finding = {.verdict = cases[i].verdict,
                                        .accepted = cases[i].accepted};

        OK(finding_counts(&finding) == cases[i].counts, "%s%s %s",
           verdict_names[cases[i].verdict],
           cases[i].accepted ? ", accepted," : "",
           cases[i].counts ? "counts" : "does not count");
    }
}

static void
test_rules(void)
{
    SCOPED(compared_clear) struct compared compared = {0};
    const struct finding *finding;

    for (size_t i = 0; i < nrule_specs; i++)
        OK(rule_find(rule_specs[i].name) == &rule_specs[i] &&
               rule_specs[i].severity != SEVERITY_NONE,
           "rule %s has one name and a severity", rule_specs[i].name);
    OK(rule_find("x") == NULL, "there is no other");

    compare(&compared, "sp", COL("type=boolean|guard|default=1"),
            COL("type=boolean|guard|default=true"));
    finding = compared.comparison.findings;
    OK(!finding_counts(finding), "what a rule makes equivalent is none");
    OK(!comparison_switch_off(&compared.comparison, "x"),
       "a rule that is none can't be switched off");
    OK(comparison_switch_off(&compared.comparison, "view-text") &&
           !finding_counts(finding),
       "nor does another change it");
    OK(comparison_switch_off(&compared.comparison, "bool-int") &&
           finding_counts(finding) && finding->severity == SEVERITY_STRUCTURE,
       "without its rule it is a difference");
}

static void
test_collations(void)
{
    SCOPED(compared_clear) struct compared compared = {0};
    SCOPED(arena_clear) struct arena arena = {0};

    compare(&compared, "sp", TA(""), TA(""));
    IS_INT(compared.comparison.nidentical, 5, "what is identical is counted");
    comparison_collations(&compared.comparison, "C", "C");
    IS_INT(compared.comparison.nfindings, 0, "databases that sort alike");
    comparison_collations(&compared.comparison, "C", "en_US.UTF-8");
    if (!IS_INT(compared.comparison.nfindings, 1, "databases that do not"))
        return;
    IS_TEXT(finding_title(&arena, compared.comparison.findings), "the database",
            "are told once");
    OK(finding_counts(compared.comparison.findings), "and counted");
}

int
main(void)
{
    test_objects();
    test_types();
    test_enums();
    test_columns();
    test_tables();
    test_keys();
    test_indexes();
    test_names();
    test_texts();
    test_gaps();
    test_unreal();
    test_counts();
    test_rules();
    test_collations();
    return tap_done();
}
