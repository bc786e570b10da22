/*
 * Expressions on the engines: PostgreSQL's catalog prints each of them in its
 * own way, which has to be read as the same; and SQLite has to answer what
 * PostgreSQL answers, for the cases and for random ones.
 */
#include "sql/expression.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "lib/expression_cases.h"
#include "lib/ground.h"
#include "lib/tap.h"

static struct arena arena;
static struct duet_error err;
static struct ground sqlite;
static struct ground postgres;

static const struct expression *
read_postgres(const char *text)
{
    return expression_read(&arena, LANGUAGE_POSTGRES, text);
}

static const char *
shown(const char *text)
{
    return text ? text : "(nothing)";
}

static bool
is_same(const struct expression *one, const struct expression *other)
{
    return one != NULL && other != NULL && expression_is_same(one, other);
}

/* The same, or the same by a rule. */
static bool
is_alike(const struct expression *one, const struct expression *other)
{
    return is_same(one, other) || (one != NULL && other != NULL &&
                                   expression_rule(one, other) != NULL);
}

/* All rows of the first column, one after the other; NULL if it fails. */
static const char *
answers(struct ground *ground, const char *sql)
{
    SCOPED(rows_clear) struct rows rows = {0};
    SCOPED(buf_release) struct buf out = {0};

    if (!db_query(ground->db, &rows, sql, NULL, 0, &err))
        return NULL;
    while (rows_next(&rows))
        buf_printf(&out, "%s ", row_text(&rows, 0));
    return rows_ended(&rows) ? arena_text(&arena, buf_data(&out)) : NULL;
}

/* What is true (t), false (f) and neither (n) of the rows, in their order. */
static const char *
judge(struct ground *ground, const char *condition)
{
    return answers(ground, arena_printf(&arena,
                                        "select case when (%s) then 't'"
                                        " when not (%s) then 'f' else 'n' end"
                                        " from e order by id",
                                        condition, condition));
}

/* ----------------------------------------------------------------- catalog */

/* What the catalog prints for a check, without CHECK and its parentheses. */
static const char *
printed_check(const char *condition)
{
    SCOPED(rows_clear) struct rows rows = {0};
    const char *text;

    if (!db_exec(postgres.db,
                 arena_printf(&arena,
                              "alter table e add constraint k check (%s)"
                              " not valid",
                              condition),
                 &err) ||
        !db_query(postgres.db, &rows,
                  "select pg_get_expr(conbin, conrelid)"
                  "  from pg_constraint where conname = 'k'",
                  NULL, 0, &err) ||
        !rows_next(&rows))
        return NULL;
    text = arena_text(&arena, row_text(&rows, 0));
    rows_clear(&rows);
    ground_run(&postgres, "alter table e drop constraint k");
    return text;
}

/* Those whose tree has to be the source's, and one that is not understood. */
static void
test_catalog(const struct expression_case *one)
{
    const struct expression *source = read_postgres(one->text);
    const char *printed = printed_check(one->text);
    const char *text;

    if (!OK(printed != NULL, "the catalog takes %s", one->text)) {
        tap_diag("%s", err.text);
        return;
    }
    if (source == NULL) {
        tap_diag("not understood: %s", one->text);
        return;
    }
    if (!OK(is_same(source, read_postgres(printed)),
            "and prints it as what it is"))
        tap_diag("source: %s\nprinted: %s", one->text, shown(printed));
    text = expression_text(&arena, LANGUAGE_POSTGRES, source);
    if (!OK(text != NULL && is_same(source, read_postgres(text)),
            "what is written is read as the same"))
        tap_diag("written: %s", shown(text));
    printed = text ? printed_check(text) : NULL;
    if (!OK(printed != NULL && is_same(source, read_postgres(printed)),
            "and so is what the catalog prints for it"))
        tap_diag("written: %s\nprinted: %s\n%s", shown(text), shown(printed),
                 err.text);
}

static const struct {
    const char *type;
    const char *text;
} defaults[] = {
    {"varchar(10)", "'x'"},
    {"varchar(10)", "''"},
    {"text", "'it''s'"},
    {"char(3)", "'abc'"},
    {"integer", "-1"},
    {"integer", "0"},
    {"bigint", "0"},
    {"bigint", "9999999999"},
    {"smallint", "7"},
    {"numeric(10,2)", "0"},
    {"numeric(10,2)", "0.50"},
    {"numeric", "-1.5"},
    {"double precision", "0"},
    {"double precision", "1.5"},
    {"real", "0.5"},
    {"boolean", "true"},
    {"boolean", "false"},
    {"jsonb", "'{}'"},
    {"json", "'[]'"},
    {"uuid", "gen_random_uuid()"},
    {"uuid", "'00000000-0000-4000-8000-000000000001'"},
    {"timestamptz", "now()"},
    {"timestamptz", "current_timestamp"},
    {"timestamptz", "clock_timestamp()"},
    {"timestamptz", "statement_timestamp()"},
    {"timestamp", "now()"},
    {"timestamp", "localtimestamp"},
    {"timestamp", "(now() at time zone 'utc')"},
    {"timestamp", "'2024-01-01 00:00:00'"},
    {"date", "current_date"},
    {"date", "'2024-01-01'"},
    {"time", "'12:00:00'"},
    {"interval", "'1 day'"},
    {"bytea", "'\\x00ff'::bytea"},
    {"text", "lower('X')"},
    {"text", "'a' || 'b'"},
    {"text", "null"},
    {"integer", "nextval('numbers')"},
    {"integer", "1 + 2"},
    {"mood", "'sad'"},
    {"text[]", "'{}'"},
};

static const char *
printed_default(const char *type, const char *text)
{
    SCOPED(rows_clear) struct rows rows = {0};

    if (!db_exec(postgres.db,
                 arena_printf(&arena,
                              "drop table if exists d;"
                              " create table d (x %s default %s)",
                              type, text),
                 &err) ||
        !db_query(postgres.db, &rows,
                  "select pg_get_expr(adbin, adrelid) from pg_attrdef"
                  " where adrelid = 'd'::regclass",
                  NULL, 0, &err) ||
        !rows_next(&rows))
        return NULL;
    return arena_text(&arena, row_text(&rows, 0));
}

static void
test_default(const char *type, const char *text)
{
    const struct expression *source = read_postgres(text);
    const char *printed = printed_default(type, text);

    /* NULL is no default to the catalog. */
    if (printed == NULL && strcmp(text, "null") == 0)
        printed = "NULL::text";
    if (!OK(printed != NULL && is_same(source, read_postgres(printed)),
            "default %s of %s", text, type))
        tap_diag("printed: %s", shown(printed));
}

/* ------------------------------------------------------------------ answers */

/* TEXT on SQLite, where it is read as the same again. */
static bool
is_written_back(const struct expression *source, const char *text)
{
    return is_alike(source, expression_read(&arena, LANGUAGE_SQLITE, text));
}

static void
test_answers(const struct expression_case *one)
{
    const struct expression *source = read_postgres(one->text);
    const char *text =
        source ? expression_text(&arena, LANGUAGE_SQLITE, source) : NULL;
    const char *wanted;

    if (!OK((text == NULL) == (one->own || source == NULL), "SQLite %s %s",
            one->own ? "lacks" : "has", one->text))
        tap_diag("%s", shown(text));
    if (text == NULL)
        return;
    wanted = judge(&postgres, one->text);
    if (!IS_TEXT(judge(&sqlite, text), wanted, "and answers the same: %s",
                 text))
        tap_diag("%s", err.text);
    OK(is_written_back(source, text), "and is read as the same");
}

/* ------------------------------------------------------------------- random */

static unsigned long long state;

static unsigned
pick(unsigned limit)
{
    state = state * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(state >> 33) % limit;
}

static const char *
one_of(const char *const *list, size_t count)
{
    return list[pick((unsigned)count)];
}

#define ONE_OF(...)                            \
    one_of((const char *const[]){__VA_ARGS__}, \
           sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static const char *random_condition(unsigned depth);

static const char *
random_number(unsigned depth)
{
    const char *a;
    const char *b;

    if (depth == 0 || pick(3) == 0)
        return ONE_OF("i", "j", "i", "n", "i", "0", "1", "-1", "2", "0.5",
                      "1.50", "length(a)", "'7'::integer");
    a = random_number(depth - 1);
    b = random_number(depth - 1);
    switch (pick(7)) {
    case 0:
        return arena_printf(&arena, "(%s) + %s", a, b);
    case 1:
        return arena_printf(&arena, "%s - (%s)", a, b);
    case 2:
        return arena_printf(&arena, "(%s) * (%s)", a, b);
    case 3:
        return arena_printf(&arena, "-(%s)", a);
    case 4:
        return arena_printf(&arena, "abs(%s)", a);
    case 5:
        return arena_printf(&arena, "coalesce(%s, %s)", a, b);
    default:
        return arena_printf(&arena, "case when %s then %s else %s end",
                            random_condition(depth - 1), a, b);
    }
}

static const char *
random_text(unsigned depth)
{
    const char *a;

    if (depth == 0 || pick(3) == 0)
        return ONE_OF("a", "b", "t", "a", "''", "'x'", "'it''s'", "'a%'",
                      "E'\\n'", "E'a\\tb'");
    a = random_text(depth - 1);
    switch (pick(8)) {
    case 0:
        return arena_printf(&arena, "%s || (%s)", a, random_text(depth - 1));
    case 1:
        return arena_printf(&arena, "%s(%s)", ONE_OF("lower", "upper", "trim"),
                            a);
    case 2:
        return arena_printf(&arena, "replace(%s, '%c', %s)", a, "xa%@"[pick(4)],
                            random_text(depth - 1));
    case 3:
        return arena_printf(&arena, "substr(%s, %u, %u)", a, 1 + pick(3),
                            pick(4));
    case 4:
        return arena_printf(&arena, "trim(%s from %s)",
                            ONE_OF("both 'x'", "leading 'ab'", "trailing"), a);
    case 5:
        return arena_printf(&arena, "coalesce(%s, %s)", a,
                            random_text(depth - 1));
    case 6:
        return arena_printf(&arena, "(%s)::text", a);
    default:
        return arena_printf(&arena, "nullif(%s, %s)", a,
                            random_text(depth - 1));
    }
}

/* A pattern whose every character may be a special one. */
static const char *
random_like(void)
{
    SCOPED(buf_release) struct buf out = {0};

    for (unsigned i = pick(5); i > 0; i--)
        buf_text(&out, ONE_OF("%", "_", "x", "a", "\\%", "\\_", "[", "]", "*",
                              "?", "-", "^", "@", "b", "\\\\", "{"));
    return arena_text(&arena, buf_data(&out));
}

static const char *
random_regex(void)
{
    SCOPED(buf_release) struct buf out = {0};

    if (pick(2))
        buf_char(&out, '^');
    for (unsigned i = pick(5); i > 0; i--)
        buf_text(&out,
                 ONE_OF(".", ".*", "x", "a", "b", "[a-c]", "[^a-c]", "[]x]",
                        "[^]x]", "[x-]", "[-^]", "[*?]", "\\*", "\\?", "\\[",
                        "\\]", "\\^", "\\.", "@", "[A-Za-z0-9_]", "[^ -~]",
                        "[{}]", "[!-z]", ".+", "\\\\", "[\\\\]", "-"));
    if (pick(2))
        buf_char(&out, '$');
    return arena_text(&arena, buf_data(&out));
}

static const char *
random_comparison(unsigned depth)
{
    const char *sign = ONE_OF("=", "<>", "<", "<=", ">", ">=", "!=");

    switch (pick(10)) {
    case 0:
        return arena_printf(&arena, "%s %s %s", random_number(depth), sign,
                            random_number(depth));
    case 1:
        return arena_printf(
            &arena, "%s %s %s", random_text(depth),
            ONE_OF("=", "<>", "is distinct from", "is not distinct from"),
            random_text(depth));
    case 2:
        return arena_printf(&arena, "%s %s '%s'", random_text(depth),
                            ONE_OF("like", "not like", "~~", "!~~"),
                            random_like());
    case 3:
    case 4:
        return arena_printf(&arena, "%s %s '%s'", random_text(depth),
                            ONE_OF("~", "!~"), random_regex());
    case 5:
        return arena_printf(&arena, "(%s) is %snull", random_text(depth),
                            ONE_OF("", "not "));
    case 6:
        return arena_printf(&arena, "%s %sin (%s, %s, %s)", random_text(depth),
                            ONE_OF("", "not "), random_text(0), random_text(0),
                            random_text(0));
    case 7:
        return arena_printf(&arena, "%s %sbetween %s and %s",
                            random_number(depth), ONE_OF("", "not "),
                            random_number(0), random_number(0));
    case 8:
        return arena_printf(
            &arena, "jsonb_typeof(m -> '%s') %s '%s'", ONE_OF("k", "l", "a b"),
            ONE_OF("=", "<>"),
            ONE_OF("string", "number", "boolean", "null", "array", "object"));
    default:
        return arena_printf(&arena, "(%s) is %s", random_condition(depth),
                            ONE_OF("true", "not true", "false", "not false",
                                   "unknown", "not unknown"));
    }
}

static const char *
random_condition(unsigned depth)
{
    if (depth == 0)
        return ONE_OF("flag", "i is null", "i = 1", "a = b", "true", "false");
    switch (pick(6)) {
    case 0:
        return arena_printf(&arena, "(%s) and (%s)",
                            random_condition(depth - 1),
                            random_condition(depth - 1));
    case 1:
        return arena_printf(&arena, "%s or (%s)", random_condition(depth - 1),
                            random_condition(depth - 1));
    case 2:
        return arena_printf(&arena, "not (%s)", random_condition(depth - 1));
    default:
        return random_comparison(depth - 1);
    }
}

/* Whether PostgreSQL takes it: two types may not fit. */
static bool
try_random(const char *text, bool *fits)
{
    const char *wanted = judge(&postgres, text);
    const struct expression *source;
    const char *there;
    const char *printed;

    *fits = wanted != NULL;
    if (wanted == NULL)
        return true;
    source = read_postgres(text);
    there = source ? expression_text(&arena, LANGUAGE_SQLITE, source) : NULL;
    if (there == NULL || !is_written_back(source, there))
        return false;
    printed = printed_check(text);
    if (printed == NULL || !is_alike(source, read_postgres(printed))) {
        tap_diag("printed: %s", shown(printed));
        return false;
    }
    there = judge(&sqlite, there);
    if (there == NULL || strcmp(there, wanted) != 0)
        tap_diag("SQLite: %s\nwanted: %s\n%s", shown(there), wanted, err.text);
    return there != NULL && strcmp(there, wanted) == 0;
}

static void
test_random(unsigned count)
{
    const char *seed = getenv("SEED");
    unsigned failed = 0;
    unsigned tried = 0;

    state = seed ? strtoull(seed, NULL, 10) : (unsigned long long)time(NULL);
    tap_diag("SEED=%llu", state);
    for (unsigned i = 0; i < count && failed < 5; i++) {
        const char *text = random_condition(1 + pick(4));
        bool fits;

        if (!try_random(text, &fits)) {
            const struct expression *source = read_postgres(text);

            failed++;
            tap_diag("%s\n%s", text,
                     source ? expression_text(&arena, LANGUAGE_SQLITE, source)
                            : "is not understood");
        }
        tried += fits;
        if (failed == 0)
            arena_clear(&arena);
    }
    tap_diag("%u of %u random conditions were tried", tried, count);
    OK(tried > count / 2, "most random conditions can be tried");
    IS_INT(failed, 0, "and are the same on both engines");
}

static void
fill(struct ground *ground)
{
    if (ground->is_server) {
        ground_run(ground, "set timezone = 'UTC'; create sequence numbers;"
                           " create type mood as enum ('sad', 'happy')");
        ground_run(ground, "%s", expression_table(&arena, LANGUAGE_POSTGRES));
    } else {
        ground_run(ground, "%s", expression_table(&arena, LANGUAGE_SQLITE));
    }
    ground_run(ground, "%s", expression_rows);
}

int
main(void)
{
    if (!ground_open(&postgres, "postgres"))
        tap_skip_all("no PostgreSQL server");
    ground_open(&sqlite, "sqlite");
    fill(&postgres);
    fill(&sqlite);
    for (size_t i = 0; i < expression_case_count; i++) {
        test_catalog(&expression_cases[i]);
        test_answers(&expression_cases[i]);
    }
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
        test_default(defaults[i].type, defaults[i].text);
    test_random(getenv("SOAK") ? 20000 : 500);
    ground_close(&sqlite);
    ground_close(&postgres);
    arena_clear(&arena);
    return tap_done();
}
