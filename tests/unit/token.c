/*
 * The lexer's rules, one by one, and what tokens stand for.  That they are the
 * engines' is for token_postgres and token_sqlite to say.
 */
#include "db/token.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "lib/soak.h"
#include "lib/tap.h"

/* ------------------------------------------------------------------------
 * Tokens
 */

/* "w(a) s(=) t('x')", and "t!('x)" for what is not closed. */
static const char *
tokens_of(struct buf *out, const char *sql, bool postgres)
{
    static const char kinds[] = {
        [TOKEN_WORD] = 'w',      [TOKEN_NAME] = 'n',   [TOKEN_TEXT] = 't',
        [TOKEN_PARAMETER] = 'p', [TOKEN_NUMBER] = '1', [TOKEN_SYMBOL] = 's',
    };
    struct tokens tokens = {.at = sql, .postgres = postgres};
    struct token token;

    buf_clear(out);
    while (token_next(&tokens, &token))
        buf_printf(out, "%s%c%s(%.*s)", out->len > 0 ? " " : "",
                   kinds[token.kind], token.closed ? "" : "!", (int)token.len,
                   token.text);
    if (!token.closed)
        buf_printf(out, "%send!(%s)", out->len > 0 ? " " : "", token.text);
    return buf_data(out);
}

static void
test_tokens(void)
{
    static const struct {
        const char *sql;
        const char *postgres;
        const char *sqlite; /* NULL: the same */
    } cases[] = {
        {"select a from \"b\" where c='d'",
         "w(select) w(a) w(from) n(\"b\") w(where) w(c) s(=) t('d')", NULL},
        {"", "", NULL},
        {" \t\r\n\f-- x", "", NULL},
        {"a\vb", "w(a) s(\v) w(b)", NULL},
        {"a \vb", "w(a) s(\v) w(b)", "w(a) w(b)"},
        {"\xEF\xBB\xBF a", "w(\xEF\xBB\xBF) w(a)", "w(a)"},
        {"a--b\rc", "w(a) w(c)", "w(a)"},
        {"/*/**/a*/b", "w(b)", "w(a) s(*) s(/) w(b)"},
        {"a /* b", "w(a) end!(/* b)", NULL},
        {"/* a */ /*", "end!(/*)", "s(/) s(*)"},
        {"a_1$\xC3\xA9 _", "w(a_1$\xC3\xA9) w(_)", NULL},
        /* Names. */
        {"\"a\"\"b\"", "n(\"a\"\"b\")", NULL},
        {"\"a", "n!(\"a)", NULL},
        {"[a]]", "s([) w(a) s(]) s(])", "n([a]) s(])"},
        {"[a", "s([) w(a)", "n!([a)"},
        {"`a``b`", "s(`) w(a) s(``) w(b) s(`)", "n(`a``b`)"},
        {"u&\"a\"", "n(u&\"a\")", "w(u) s(&) n(\"a\")"},
        {"U& \"a\"", "w(U) s(&) n(\"a\")", NULL},
        /* Texts. */
        {"'it''s'''", "t('it''s''')", NULL},
        {"'a\\'c'", "t('a\\') w(c) t!(')", NULL},
        {"e'a\\'b'", "t(e'a\\'b')", "w(e) t('a\\') w(b) t!(')"},
        {"E'a\\", "t!(E'a\\)", "w(E) t!('a\\)"},
        {"me'a'", "w(me) t('a')", NULL},
        {"'a'\n'b'", "t('a'\n'b')", "t('a') t('b')"},
        {"'a' 'b'", "t('a') t('b')", NULL},
        {"'a' -- b\n 'c'", "t('a' -- b\n 'c')", "t('a') t('c')"},
        {"'a' -- b", "t('a')", NULL},
        {"'a' /* b */\n 'c'", "t('a') t('c')", NULL},
        {"'a'\n'b", "t!('a'\n'b)", "t('a') t!('b)"},
        {"e'a'\n'\\''", "t(e'a'\n'\\'')", "w(e) t('a') t!('\\'')"},
        {"x'4''1'", "t(x'4') t('1')", NULL},
        {"X'41", "t!(X'41)", NULL},
        {"b'1'\n'0'", "t(b'1'\n'0')", "w(b) t('1') t('0')"},
        {"N'a'", "w(N) t('a')", NULL},
        {"u&'a\\'", "t(u&'a\\')", "w(u) s(&) t('a\\')"},
        {"$$a'$b$c$$", "t($$a'$b$c$$)", "p($$a) t!('$b$c$$)"},
        {"$a$ $b$ $$ $a$", "t($a$ $b$ $$ $a$)", "p($a$) p($b$) p($$) p($a$)"},
        {"$a$b", "t!($a$b)", "p($a$b)"},
        {"a$$b$$", "w(a$$b$$)", NULL},
        /* Parameters. */
        {"$1+$23", "p($1) s(+) p($23)", NULL},
        {"$a ?1", "s($) w(a) s(?) 1(1)", "p($a) p(?1)"},
        {":a @b", "s(:) w(a) s(@) w(b)", "p(:a) p(@b)"},
        {"$a::b(c) d", "s($) w(a) s(::) w(b) s(() w(c) s()) w(d)",
         "p($a::b(c)) w(d)"},
        {"$a(b", "s($) w(a) s(() w(b)", "p!($a(b)"},
        /* Numbers. */
        {"1 .5 1. 1.5e3 1E-2", "1(1) 1(.5) 1(1.) 1(1.5e3) 1(1E-2)", NULL},
        {"1..10", "1(1) s(..) 1(10)", "1(1.) 1(.10)"},
        {"0x1Fg", "1(0x1Fg)", "1(0x1F) w(g)"},
        {"1_000.5", "1(1_000.5)", NULL},
        {"1a", "1(1a)", NULL},
        {"1e+a", "1(1e) s(+) w(a)", NULL},
        {"t.1", "w(t) 1(.1)", NULL},
        {"t.a", "w(t) s(.) w(a)", NULL},
        {"1-1", "1(1) s(-) 1(1)", NULL},
        /* Operators. */
        {"a::b", "w(a) s(::) w(b)", "w(a) s(:) p(:b)"},
        {"a:=b", "w(a) s(:=) w(b)", "w(a) s(:) s(=) w(b)"},
        {"a=-1", "w(a) s(=) s(-) 1(1)", NULL},
        {"a@-1", "w(a) s(@-) 1(1)", "w(a) s(@) s(-) 1(1)"},
        {"a+-+b", "w(a) s(+) s(-) s(+) w(b)", NULL},
        {"a<=b>=c<>d!=e==f",
         "w(a) s(<=) w(b) s(>=) w(c) s(<>) w(d) s(!=) "
         "w(e) s(==) w(f)",
         NULL},
        {"a->b->>c", "w(a) s(->) w(b) s(->>) w(c)", NULL},
        {"a*/*b*/c", "w(a) s(*) w(c)", NULL},
        {"a<--b", "w(a) s(<)", NULL},
        {"a||b~*c", "w(a) s(||) w(b) s(~*) w(c)",
         "w(a) s(||) w(b) s(~) s(*) w(c)"},
        {"(a,b);", "s(() w(a) s(,) w(b) s()) s(;)", NULL},
    };
    SCOPED(buf_release) struct buf buf = {0};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *sqlite =
            cases[i].sqlite != NULL ? cases[i].sqlite : cases[i].postgres;

        IS_TEXT(tokens_of(&buf, cases[i].sql, true), cases[i].postgres,
                "PostgreSQL: the tokens of %s", cases[i].sql);
        IS_TEXT(tokens_of(&buf, cases[i].sql, false), sqlite,
                "SQLite: the tokens of %s", cases[i].sql);
    }
}

static void
test_place(void)
{
    const char *sql = "a  /* b */ c ";
    struct tokens tokens = {.at = sql};
    struct token token;

    OK(token_next(&tokens, &token) && token.text == sql && token.len == 1,
       "the first token stands where the text begins");
    OK(token_next(&tokens, &token) && token.text == sql + 11,
       "the second behind a comment");
    OK(!token_next(&tokens, &token) && token.text == sql + 13 &&
           token.len == 0 && token.closed,
       "the end is where the text ends");
    OK(!token_next(&tokens, &token) && token.text == sql + 13,
       "and stays there");
    tokens.at = sql = "a /* b";
    OK(token_next(&tokens, &token) && !token_next(&tokens, &token) &&
           !token.closed && token.text == sql + 2 && *tokens.at == '\0',
       "a comment without an end is where it begins");
}

static void
test_words(void)
{
    struct tokens tokens = {.at = "Select \"from\" 'x' ; <= "};
    struct token token;

    (void)token_next(&tokens, &token);
    OK(token_is(&token, "select"), "the case of a word is of no interest");
    OK(!token_is(&token, "selec") && !token_is(&token, "selects"),
       "its length is");
    (void)token_next(&tokens, &token);
    OK(!token_is(&token, "from") && !token_is(&token, "\"from\""),
       "a name in quotes is no word");
    (void)token_next(&tokens, &token);
    OK(!token_is(&token, "x") && !token_is(&token, "'x'"), "nor is a text");
    (void)token_next(&tokens, &token);
    OK(token_is(&token, ";"), "a symbol is");
    (void)token_next(&tokens, &token);
    OK(token_is(&token, "<="), "an operator, too");
    (void)token_next(&tokens, &token);
    OK(!token_is(&token, "<=") && !token_is(&token, ";"), "the end is none");
}

/* ------------------------------------------------------------------------
 * Values
 */

static struct token
first_token(const char *sql, bool postgres)
{
    struct tokens tokens = {.at = sql, .postgres = postgres};
    struct token token;

    (void)token_next(&tokens, &token);
    return token;
}

static void
test_names(void)
{
    static const struct {
        const char *sql;
        const char *name;
    } cases[] = {
        {"a", "a"},         {"Ab.c", "Ab"},
        {"\"a b\"", "a b"}, {"\"a\"\"b\"\"\"", "a\"b\""},
        {"\"\"", ""},       {"\"a`[b", "a`[b"},
        {"\"", ""},         {"`a``b`", "a`b"},
        {"[a[b]]", "a[b"},  {"'it''s'", "it's"},
    };
    SCOPED(arena_clear) struct arena arena = {0};
    struct token token;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        token = first_token(cases[i].sql, false);
        IS_TEXT(token_name(&arena, &token), cases[i].name, "the name %s",
                cases[i].sql);
    }
    token = first_token("U&\"\\0061\"\"\" uescape '!'", true);
    IS_TEXT(token_name(&arena, &token), "U&\"\\0061\"\"\"",
            "a name with escapes stays what it is");
}

static void
test_strings(void)
{
    static const struct {
        const char *sql;
        const char *value;
    } cases[] = {
        {"''", ""},
        {"'it''s'", "it's"},
        {"''''''", "''"},
        {"'a\\n'", "a\\n"},
        {"'a'\n'b' -- it's\n--'\r''''", "ab'"},
        {"E'it''s'", "it's"},
        {"E'\\n\\t\\\\\\'\\x41\\101\\u0041\\z'", "\n\t\\'AAAz"},
        {"e'\\u20ac\\U0001F600\\uD83D\\uDE00'",
         "\xE2\x82\xAC\xF0\x9F\x98\x80\xF0\x9F\x98\x80"},
        {"e'a\\''\n'\\n'", "a'\n"},
        {"$$it's$$", "it's"},
        {"$a$$$\\n$b$$a$", "$$\\n$b$"},
        {"$$$$", ""},
        {"e'\\0'", NULL},
        {"e'\\u0000'", NULL},
        {"e'\\u12'", NULL},
        {"e'\\uD83D'", NULL},
        {"e'\\uDE00'", NULL},
        {"e'\\U00110000'", NULL},
        {"'a", NULL},
        {"e'a\\'", NULL},
        {"$$a$", NULL},
        {"x'41'", NULL},
        {"b'1'", NULL},
        {"u&'a'", NULL},
        {"a", NULL},
        {"\"a\"", NULL},
        {"1", NULL},
        {"", NULL},
    };
    SCOPED(arena_clear) struct arena arena = {0};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct token token = first_token(cases[i].sql, true);

        IS_TEXT(token_string(&arena, &token), cases[i].value, "the value of %s",
                cases[i].sql);
    }
}

/* ------------------------------------------------------------------------
 * Time
 */

/* Microseconds to read a text of about LEN bytes that repeats UNIT. */
static int64_t
time_to_read(const char *unit, size_t len, bool postgres)
{
    SCOPED(buf_release) struct buf sql = {0};
    struct tokens tokens = {.postgres = postgres};
    struct token token;
    int64_t start;

    while (sql.len < len)
        buf_text(&sql, unit);
    tokens.at = buf_data(&sql);
    start = microseconds();
    while (token_next(&tokens, &token))
        continue;
    return microseconds() - start;
}

/* Were it quadratic, it would be minutes. */
static void
test_time(void)
{
    static const char *const units[] = {
        "+",     "<+",   "@+ ",  "=- ", "'a' ",        "'a'\n", "$a$b",
        "$a ",   "$$a$", "/*",   "--a", "/*a*/",       "'",     "\"",
        "[",     "$a(",  "1.e",  "::",  "e'\\",        "u&",    "'a'--\n",
        "a--\r", "\v ",  "x'4 ", "_0",  "\xEF\xBB\xBF"};
    size_t len = is_instrumented() ? 100000 : 500000;

    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        OK(time_to_read(units[i], len, true) < 10000000 &&
               time_to_read(units[i], len, false) < 10000000,
           "%zu bytes of %s take no time", len, units[i]);
}

int
main(void)
{
    test_tokens();
    test_place();
    test_words();
    test_names();
    test_strings();
    test_time();
    return tap_done();
}
