/*
 * Scripts are split as psql does: a server says which statements it was sent
 * for each of them.  PostgreSQL's own parser, which libpg_query has, agrees
 * where there is nothing but SQL.  Who splits at each semicolon fails.  SEED=N
 * draws again what N drew.
 */
#include <pg_query.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db/token.h"
#include "lib/soak.h"
#include "lib/splitting.h"
#include "lib/tap.h"

static struct arena arena; /* of one text */

/* Each can be run again and again, where the tables below are. */
static const char *const sound[] = {
    "select 1",
    "SELECT ';', \";\" from (select 1 as \";\") as x",
    "select 'it''s;'",
    "select '\\'",
    "select E'\\';'",
    "select e'\\\\'",
    "select U&'\\003B;', U&\"\\003B;\" from (select 1 as \";;\") as x",
    "select $$;$$, $a$ $$;$$ $A$;$a$",
    "select $\xC3\xA9$;$\xC3\xA9$, $_1$;$_1$",
    "select a$b$c from (select 1 as a$b$c) as x",
    "select 'a' -- ;\n ';b'",
    "select 'a\r\nb;'",
    "select 1 -- it's ;\n, 2",
    "select /* a /* ; */ ; */ 1",
    "select 1 /* it's ; */, 2",
    "select 1 +--;\n2",
    "select 1+ -- ;\n 2",
    "select b'1', x'4f', n';', 1.5e-3, 2 / 2, 1::text",
    "select a[1:2] from (select array[1, 2] as a) as x",
    "select case when true then 1 end",
    "do $$ begin null; end; $$",
    "do $x$ begin perform $$;$$; end $x$",
    ("create or replace function f(begin int) returns int language sql begin "
     "atomic select case when (begin) > 1 then 1 else 2 end; select (case when "
     "true then 2 end); end"),
    ("CREATE /* ; */ OR REPLACE -- ;\n FUNCTION f() returns int language sql "
     "BEGIN ATOMIC select ';'; select 1; END"),
    ("create or replace function g(a int default case when true then 1 end) "
     "returns int return case when a > 1 then 2 end"),
    ("create or replace function h() returns int language sql as $$ select 1; "
     "select 2; $$"),
    ("create or replace procedure p() language sql begin atomic insert into t "
     "values (1, 'x'); delete from t; end"),
    "create or replace rule r as on update to t do also (select 1; select 2)",
    "create or replace view v as select 1 as atomic",
    "begin",
    "end",
    "commit",
    "insert into t values (1, ';'), (2, '--'), (3, '/*'), (4, '$$')",
    "set standard_conforming_strings = on",
};

/* What is between two statements of nothing but SQL, and of psql's lines. */
static const char *const between[] = {
    ";",           ";\n",    ";;",           " ; ",        "\n;\r\n",
    "; -- it's\n", ";/*;*/", " /* ' */ ;\n", ";-- ;\n;\n", ";\n\n\n",
};
static const char *const for_psql[] = {
    "\\g\n",
    " \\gx\n",
    " /* ; */ \\g\r\n",
    ";\n\\echo it''s ; \"\" 'a;\\'b'\n",
    "; \\echo x \\\\ ",
    ";\n\\timing off\n\\pset pager off \\x off\n",
    ";\n\\set QUIET on\n",
    ";\n\\encoding UTF8\n",
    ";\ncopy t from stdin;\n1\t;'\n2\t\\\\.\n\\.\n",
    ";\ncopy t (a, b) from stdin with (format csv); -- x\n1,\"a;\n b\"\n\\.\n",
    ";\ncopy t from stdin \\g\n\\.\n",
    " \\g\ncopy t to stdout;\n",
};

#define DRAWN(lots, list) \
    (list)[lot_draw((lots), sizeof(list) / sizeof *(list))]

/* One that has nothing of WITHOUT, which is NULL at the end. */
static const char *
draw_sound(uint64_t *lots, const char *const *without)
{
    const char *text = DRAWN(lots, sound);

    for (size_t i = 0; without[i] != NULL; i++)
        if (strstr(text, without[i]) != NULL)
            return draw_sound(lots, without);
    return text;
}

static const char *
draw(uint64_t *lots, bool psql, uint32_t limit, const char *const *without)
{
    SCOPED(buf_release) struct buf text = {0};
    uint32_t count = 1 + lot_draw(lots, limit);

    for (uint32_t i = 0; i < count; i++) {
        buf_text(&text, draw_sound(lots, without));
        if (psql && lot_draw(lots, 2) == 0)
            buf_text(&text, DRAWN(lots, for_psql));
        else if (i + 1 < count || lot_draw(lots, 2) == 0)
            buf_text(&text, DRAWN(lots, between));
    }
    return arena_text(&arena, buf_data(&text));
}

static bool
is_same_list(const char **one, const char **other)
{
    for (; *one != NULL && *other != NULL; one++, other++)
        if (strcmp(*one, *other) != 0)
            return false;
    return *one == *other; /* both have ended */
}

static void
say_difference(const char *text, const char **ours, const char **theirs)
{
    for (; *ours != NULL && *theirs != NULL && strcmp(*ours, *theirs) == 0;
         ours++, theirs++)
        continue;
    tap_diag("in: %s\nours: %s\ntheirs: %s", text, *ours ? *ours : "(none)",
             *theirs ? *theirs : "(none)");
}

/* ------------------------------------------------------------------------
 * libpg_query
 */

/* What each of its two ways to split can't. */
struct oracle {
    const char *name;
    PgQuerySplitResult (*split)(const char *text);
    const char *without[4];
};

static const struct oracle oracles[] = {
    /* It ends a text before a comment, where PostgreSQL goes on. */
    {"parser", pg_query_split_with_parser, {"'a' --", NULL}},
    {"scanner",
     pg_query_split_with_scanner,
     {"'a' --", "atomic ", "ATOMIC ", NULL}},
};

/* NULL where it refuses the text. */
static const char **
parsed_statements(const struct oracle *oracle, const char *text)
{
    PgQuerySplitResult result = oracle->split(text);
    size_t count = 0;
    const char **list = NULL;

    if (result.error == NULL) {
        list = arena_array(&arena, (size_t)result.n_stmts + 1, sizeof *list);
        for (int i = 0; i < result.n_stmts; i++) {
            const PgQuerySplitStmt *part = result.stmts[i];
            const char *bare =
                trimmed_statement(&arena, LANGUAGE_POSTGRES,
                                  arena_copy(&arena, text + part->stmt_location,
                                             (size_t)part->stmt_len));

            if (*bare != '\0')
                list[count++] = bare;
        }
    }
    pg_query_free_split_result(result);
    return list;
}

static void
test_parser(uint64_t *lots, const struct oracle *oracle)
{
    int count = soak_count(1000);
    int wrong = 0;
    int naive_wrong = 0;
    bool ended;

    for (int i = 0; i < count && wrong < 5; i++) {
        const char *text;
        const char **theirs;
        const char **ours;

        arena_reuse(&arena);
        text = draw(lots, false, 8, oracle->without);
        theirs = parsed_statements(oracle, text);
        ours = statements_of(&arena, LANGUAGE_POSTGRES, text, &ended);
        if (theirs == NULL || !ended || !is_same_list(ours, theirs)) {
            wrong++;
            if (theirs != NULL)
                say_difference(text, ours, theirs);
            else
                tap_diag("not parsed: %s", text);
            continue;
        }
        naive_wrong += !is_same_list(naive_statements_of(&arena, text), theirs);
    }
    OK(wrong == 0, "PostgreSQL's %s has the same statements of %d texts",
       oracle->name, count);
    OK(naive_wrong > count / 2, "splitting at each semicolon fails on %d",
       naive_wrong);
}

/* ------------------------------------------------------------------------
 * psql
 */

static const char *
read_output(const char *command)
{
    SCOPED(buf_release) struct buf out = {0};
    char piece[4096];
    size_t len;
    FILE *pipe = popen(command, "r"); /* NOLINT(cert-env33-c) */

    while (pipe != NULL && (len = fread(piece, 1, sizeof piece, pipe)) > 0)
        buf_add(&out, piece, len);
    if (pipe != NULL)
        (void)pclose(pipe);
    return arena_text(&arena, buf_data(&out));
}

/* What psql says of a script: the server tells it each statement. */
static const char *
run_psql(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
    return read_output(arena_printf(
        &arena,
        "PGOPTIONS='-c client_min_messages=log -c log_statement=all'"
        " psql -X -q -d \"$TEST_POSTGRES\""
        " -c 'create temp table t (a int, b text)'"
        " -c 'set search_path = pg_temp' -f %s 2>&1 >/dev/null",
        path));
}

struct list {
    const char **items;
    size_t count;
    size_t have;
};

static void
add(struct list *list, const char *item)
{
    list->items = arena_grow(&arena, list->items, list->count, &list->have,
                             sizeof *list->items);
    list->items[list->count] = item;
    list->count += item != NULL;
}

/* That is all that comes of \encoding. */
static bool
is_of_encoding(const char *text)
{
    return strcmp(text, "set client_encoding to 'UTF8'") == 0;
}

/* A message begins a line, `psql:FILE:LINE: LOG:  statement: ...`. */
static const char **
logged_statements(const char *path, const char *output)
{
    static const char log[] = " LOG:  statement: ";
    const char *mark = arena_printf(&arena, "\npsql:%s:", path);
    const char *at = strstr(arena_printf(&arena, "\n%s", output), mark);
    struct list list = {0};

    while (at != NULL) {
        const char *next = strstr(at + 1, mark);
        size_t len = next != NULL ? (size_t)(next - at) : strlen(at);
        const char *message = arena_copy(&arena, at, len);
        const char *text = strstr(message, log);

        if (text == strchr(message, ' ') && text != NULL) {
            text = trimmed_statement(&arena, LANGUAGE_POSTGRES,
                                     text + sizeof log - 1);
            if (*text != '\0' && !is_of_encoding(text))
                add(&list, text);
        } else if (strstr(message, " ERROR: ") != NULL) {
            tap_diag("%s", message + 1);
        }
        at = next;
    }
    add(&list, NULL);
    return list.items;
}

static bool
is_same_for_psql(const char *path, const char *text, bool *naive_same)
{
    bool ended;
    const char **ours = statements_of(&arena, LANGUAGE_POSTGRES, text, &ended);
    const char **theirs = logged_statements(path, run_psql(path, text));

    *naive_same = is_same_list(naive_statements_of(&arena, text), theirs);
    if (ended && *theirs != NULL && is_same_list(ours, theirs))
        return true;
    say_difference(text, ours, theirs);
    return false;
}

static void
test_drawn(uint64_t *lots, const char *path)
{
    static const char *const everything[] = {NULL};
    int count = soak_count(20);
    int wrong = 0;
    int naive_wrong = 0;

    for (int i = 0; i < count && wrong < 3; i++) {
        bool naive_same;

        arena_reuse(&arena);
        wrong += !is_same_for_psql(path, draw(lots, true, 40, everything),
                                   &naive_same);
        naive_wrong += !naive_same;
    }
    OK(wrong == 0, "psql sends the same statements of %d scripts", count);
    OK(naive_wrong > count / 2, "splitting at each semicolon fails on %d",
       naive_wrong);
}

/* What is refused by the server, once; what comes of lines in the middle. */
static void
test_by_hand(const char *path)
{
    static const char *const texts[] = {
        "\xEF\xBB\xBFselect 1;\r\nselect 2;\r\n",
        "select 1",
        "select 1 -- ;",
        "select 1;\n\\q\nselect 2;",
        "\\restrict abc\nselect 1;\n\\unrestrict abc\nselect 2;",
        "create function begin () returns int language sql as 'select 1'",
        "copy t from stdin;\n1\t\\N\n\\.\n",
        "copy t from stdin;\r\n1\t2\r\n\\.\r\nselect 1;",
        "copy t to stdout; select 1;",
        "copy (select 1) to stdout;\nselect 2",
        "begin; select 1; end;",
        "select 1 as x \\gx \\echo y \\\\ select 2;",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        bool naive_same;

        arena_reuse(&arena);
        OK(is_same_for_psql(path, texts[i], &naive_same), "psql: %s", texts[i]);
    }
}

/* What psql sends along in one message is several statements to us. */
static void
test_semicolons(const char *path)
{
    const char *text = "select 1\\; select ';' \\; select 3;\nselect 4";
    bool ended;
    const char **theirs;

    arena_reuse(&arena);
    theirs = logged_statements(path, run_psql(path, text));
    IS_TEXT(theirs[0], "select 1; select ';' ; select 3",
            "psql sends a \\; as a semicolon");
    IS_TEXT(split(&arena, LANGUAGE_POSTGRES, text),
            "[select 1][select ';'][select 3][select 4]",
            "which ends a statement");
    OK(is_same_list(
           statements_of(&arena, LANGUAGE_POSTGRES, theirs[0], &ended),
           (const char *[]){"select 1", "select ';'", "select 3", NULL}),
       "in what the server gets");
}

static void
test_psql(uint64_t *lots)
{
    char path[] = "/tmp/duet-psql-XXXXXX";
    const char *server = getenv("TEST_POSTGRES");
    int fd;

    if (server == NULL || *server == '\0') {
        tap_skip(1, "no PostgreSQL server");
        return;
    }
    fd = mkstemp(path);
    if (fd < 0 || close(fd) != 0)
        exit(1);
    test_by_hand(path);
    test_semicolons(path);
    test_drawn(lots, path);
    (void)unlink(path);
}

int
main(void)
{
    uint64_t lots = lot_seed();

    tap_diag("SEED=%llu", (unsigned long long)lots);
    for (size_t i = 0; i < sizeof oracles / sizeof *oracles; i++)
        test_parser(&lots, &oracles[i]);
    test_psql(&lots);
    arena_clear(&arena);
    return tap_done();
}
