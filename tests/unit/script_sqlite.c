/*
 * Scripts are split as SQLite itself does: sqlite3_complete() agrees on every
 * text, sqlite3_prepare_v2() on those that it takes, and the shell traces the
 * same statements.  Who splits at each semicolon fails.  SEED=N draws again
 * what N drew.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "db/token.h"
#include "lib/scraps.h"
#include "lib/soak.h"
#include "lib/splitting.h"
#include "lib/subject.h"
#include "lib/tap.h"

static struct arena arena; /* of one text */

/* ------------------------------------------------------------------------
 * sqlite3_complete()
 */

static bool
is_complete(const char *text, size_t len)
{
    return sqlite3_complete(arena_copy(&arena, text, len)) != 0;
}

/* What may be for the shell: it begins with . or #, or is / or go. */
static bool
is_line_for_shell(const char *line)
{
    const char *at = line + strspn(line, " \t\r\f\v");

    return *line == '.' || *line == '#' || (*at == '/' && at[1] != '*') ||
           strncasecmp(at, "go", 2) == 0;
}

/*
 * What sqlite3_complete() does not know: Tcl's variables, that a byte order
 * mark and some vertical tabs are blanks, and what is not SQL.
 */
static bool
is_known_to_complete(const char *text)
{
    if (strpbrk(text, "\v$@#:") != NULL || strstr(text, "\xEF\xBB\xBF") != NULL)
        return false;
    for (; text != NULL; text = strchr(text, '\n')) {
        text += *text == '\n';
        if (is_line_for_shell(text))
            return false;
    }
    return true;
}

/* It is complete with its semicolon, and not at a semicolon within. */
static bool
is_one_statement(const char *text)
{
    struct tokens tokens = {.at = text};
    struct token token;

    while (token_next(&tokens, &token))
        if (token_is(&token, ";") &&
            is_complete(text, (size_t)(tokens.at - text)))
            return false;
    return true;
}

static bool
agrees_with_complete(const char *text)
{
    bool ended;
    const char **statements =
        statements_of(&arena, LANGUAGE_SQLITE, text, &ended);

    for (; *statements != NULL; statements++) {
        const char *with =
            arena_printf(&arena, "%s;", *statements); /* the last has none */

        if (!is_one_statement(*statements))
            return false;
        if (statements[1] != NULL && !is_complete(with, strlen(with)))
            return false;
    }
    return true;
}

static void
test_complete(struct scraps *scraps)
{
    int count = soak_count(10000);
    int tried = 0;
    int wrong = 0;

    for (int i = 0; i < count && wrong < 5; i++) {
        const char *text = scraps_draw(scraps);

        arena_reuse(&arena);
        if (!is_known_to_complete(text))
            continue;
        tried++;
        if (agrees_with_complete(text))
            continue;
        tap_diag("in: %s", text);
        wrong++;
    }
    OK(wrong == 0 && tried > count / 100,
       "sqlite3_complete() has %d texts as we have them", tried);
}

/* ------------------------------------------------------------------------
 * sqlite3_prepare_v2()
 */

/* Statements that SQLite takes, each in a way that is hard to split. */
static const char *const sound[] = {
    "select 1",
    "select ';'",
    "select 'it''s;', \";\" from (select 1 as \";\")",
    "select a as [;] from t",
    "select a as `;` from t",
    "select '\\'",
    "select 1 -- it's ;\n, 2",
    "select 1 /* it's ; */, 2",
    "select /* a /* ; */ 1",
    "select 1 - -1 -- ;\n",
    "select case when a then 1 end from t",
    "select x'00', $a::b, :c, @d, ?1",
    "select a\n.b from (select 1 as b) as a",
    "select 4\n/ 2",
    "select a\n/b from t",
    "insert into t values (';', '--', '/*')",
    "create table [;] (a, b)",
    "create table x (\"begin\", [end])",
    "create trigger x after insert on t begin select 1; select 2; end",
    "create temp trigger x after insert on t begin select ';'; end",
    ("create /* ; */ temporary -- ;\n trigger x after insert on t begin "
     "select case when 1 then 2 end; update t set a = 1; END"),
    ("create trigger if not exists x after insert on t when new.a is not null "
     "begin insert into t values (1, case 1 when 2 then 3 else 4 end, 5); "
     "end"),
    "create trigger x after delete on t begin select 1; end /* ; */",
    "create trigger [;] instead of insert on v begin delete from t; end",
    "explain select 1",
    "explain query plan select 1",
    "explain create trigger x after insert on t begin select 1; end",
    ("explain query plan create temp trigger x after insert on t begin select "
     "1; end"),
    "begin",
    "end",
    "commit",
    "pragma user_version",
    "with begins as (select 1) select * from begins",
    "select 'a\r\nb'",
};

static const char *const between[] = {
    ";",      ";\n",    ";;",          " ; ",          "\n;\n",
    ";--;\n", ";/*;*/", "; -- it's\n", " /* ' */ ;\n", ";\r\n\r\n",
};

#define DRAWN(scraps, list) \
    (list)[lot_draw(&(scraps)->lots, sizeof(list) / sizeof *(list))]

static const char *
draw_sound(struct scraps *scraps)
{
    SCOPED(buf_release) struct buf text = {0};
    uint32_t count = 1 + lot_draw(&scraps->lots, 8);

    for (uint32_t i = 0; i < count; i++) {
        buf_text(&text, DRAWN(scraps, sound));
        if (i + 1 < count || lot_draw(&scraps->lots, 2) == 0)
            buf_text(&text, DRAWN(scraps, between));
    }
    return arena_text(&arena, buf_data(&text));
}

struct outcome {
    bool same;       /* ours */
    bool naive_same; /* the naive ones */
};

static bool
is_same_text(const char **statements, size_t at, const char *text)
{
    for (size_t i = 0; i < at; i++)
        if (statements[i] == NULL)
            return false;
    return statements[at] != NULL && strcmp(statements[at], text) == 0;
}

/* Trailing blanks and comments of a statement are not part of ours. */
static struct outcome
compare_with_prepare(sqlite3 *handle, const char *text)
{
    bool ended;
    const char **ours = statements_of(&arena, LANGUAGE_SQLITE, text, &ended);
    const char **naive = naive_statements_of(&arena, text);
    struct outcome outcome = {ended, true};
    const char *at = text;
    size_t count = 0;

    while (*at != '\0') {
        sqlite3_stmt *statement = NULL;
        const char *tail = NULL;
        const char *bare;

        if (sqlite3_prepare_v2(handle, at, -1, &statement, &tail) !=
            SQLITE_OK) {
            tap_diag("%s: %s", sqlite3_errmsg(handle), at);
            outcome.same = false;
            return outcome;
        }
        if (statement != NULL) {
            bare =
                trimmed_statement(&arena, LANGUAGE_SQLITE,
                                  arena_copy(&arena, at, (size_t)(tail - at)));
            outcome.same = outcome.same && is_same_text(ours, count, bare);
            outcome.naive_same =
                outcome.naive_same && is_same_text(naive, count, bare);
            count++;
        }
        (void)sqlite3_finalize(statement);
        at = tail;
    }
    outcome.same = outcome.same && (count == 0 || ours[count] == NULL);
    outcome.naive_same =
        outcome.naive_same && (count == 0 || naive[count] == NULL);
    return outcome;
}

static sqlite3 *
open_memory(void)
{
    sqlite3 *handle = NULL;

    if (sqlite3_open(":memory:", &handle) != SQLITE_OK ||
        sqlite3_exec(handle,
                     "create table t (a, b, c); create view v as select 1",
                     NULL, NULL, NULL) != SQLITE_OK)
        tap_skip_all("SQLite has no memory");
    return handle;
}

static void
test_prepare(struct scraps *scraps)
{
    sqlite3 *handle = open_memory();
    int count = soak_count(3000);
    int wrong = 0;
    int naive_wrong = 0;

    for (int i = 0; i < count && wrong < 5; i++) {
        const char *text;
        struct outcome outcome;

        arena_reuse(&arena);
        text = draw_sound(scraps);
        outcome = compare_with_prepare(handle, text);
        naive_wrong += !outcome.naive_same;
        wrong += !outcome.same;
        if (!outcome.same)
            tap_diag("in: %s\nours: %s", text,
                     split(&arena, LANGUAGE_SQLITE, text));
    }
    OK(wrong == 0, "sqlite3_prepare_v2() has the same statements of %d texts",
       count);
    OK(naive_wrong > count / 2, "splitting at each semicolon fails on %d",
       naive_wrong);
    (void)sqlite3_close(handle);
}

/* ------------------------------------------------------------------------
 * The shell
 */

/* Lines that are not SQL, and statements that end with them. */
static const char *const lines[] = {
    "\n.bail on\n",   "\n.print it's ; \"\n",
    "\n# x ; '\n",    "\n/\n",
    "\n  /  \n",      "\ngo\n",
    "\n GO -- ;\n",   "\n.headers on\n",
    "\n.mode list\n", ";\n.nullvalue x\n",
    "\n/* ; \n */\n",
};

/*
 * One that can be run any number of times, and is traced as it is: EXPLAIN is
 * not, and the shell drops carriage returns at the ends of lines.
 */
static const char *
draw_again(struct scraps *scraps)
{
    const char *text;

    do
        text = DRAWN(scraps, sound);
    while (strchr("bce", *text) != NULL || strchr(text, '\r') != NULL);
    return text;
}

/* A line that is not SQL may stand behind a semicolon only. */
static const char *
draw_for_shell(struct scraps *scraps)
{
    SCOPED(buf_release) struct buf text = {0};
    uint32_t count = 1 + lot_draw(&scraps->lots, 12);

    for (uint32_t i = 0; i < count; i++) {
        const char *line = DRAWN(scraps, lines);

        buf_text(&text, draw_again(scraps));
        if (strpbrk(line, "/gG") == NULL || strchr(line, '*') != NULL ||
            strchr(line, '.') != NULL)
            buf_char(&text, ';');
        buf_text(&text, line);
        if (lot_draw(&scraps->lots, 3) == 0)
            buf_text(&text, DRAWN(scraps, lines));
    }
    return arena_text(&arena, buf_data(&text));
}

static void
write_script(const char *path, const char *trace, const char *text)
{
    FILE *file = fopen(path, "w");

    if (file == NULL ||
        fprintf(file,
                "create table t (a, b, c); create view v as select 1;\n"
                ".trace %s\n%s",
                trace, text) < 0 ||
        fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

/* The shell writes each with a semicolon behind it. */
static bool
is_next_traced(struct tokens *trace, const char *statement)
{
    struct token token;
    size_t len = strlen(statement);

    do
        if (!token_next(trace, &token))
            return false;
    while (token_is(&token, ";"));
    if (strncmp(token.text, statement, len) != 0)
        return false;
    trace->at = token.text + len;
    return token_next(trace, &token) && token_is(&token, ";");
}

static bool
is_traced(const char *text, const char *trace)
{
    struct tokens tokens = {.at = trace};
    struct token token;
    bool ended;
    const char **ours = statements_of(&arena, LANGUAGE_SQLITE, text, &ended);

    for (; *ours != NULL; ours++)
        if (!is_next_traced(&tokens, *ours) || !is_one_statement(*ours)) {
            tap_diag("ours: %s\nSQLite's: %s", *ours, tokens.at);
            return false;
        }
    while (token_next(&tokens, &token))
        if (!token_is(&token, ";"))
            return false;
    return ended;
}

static const char *
run_shell(const char *dir, const char *text)
{
    const char *path = arena_printf(&arena, "%s/x.sql", dir);
    const char *trace = arena_printf(&arena, "%s/trace", dir);
    SCOPED(buf_release) struct buf out = {0};
    const char *command;
    char piece[4096];
    size_t len;
    FILE *file;

    (void)unlink(trace);
    write_script(path, trace, text);
    command = arena_printf(&arena,
                           "sqlite3 -batch :memory: <%s >/dev/null 2>&1", path);
    if (system(command) == -1) /* NOLINT(cert-env33-c) */
        perror("sqlite3");
    file = fopen(trace, "r");
    while (file != NULL && (len = fread(piece, 1, sizeof piece, file)) > 0)
        buf_add(&out, piece, len);
    if (file != NULL)
        fclose(file);
    (void)unlink(path);
    (void)unlink(trace);
    return arena_text(&arena, buf_data(&out));
}

static void
test_shell(struct scraps *scraps)
{
    const char *dir;
    int count = soak_count(100);
    int wrong = 0;

    /* NOLINTNEXTLINE(cert-env33-c) */
    if (system("command -v sqlite3 >/dev/null") != 0) {
        tap_skip(1, "no sqlite3");
        return;
    }
    dir = scratch_make();
    for (int i = 0; i < count && wrong < 3; i++) {
        const char *text;

        arena_reuse(&arena);
        text = draw_for_shell(scraps);
        if (!is_traced(text, run_shell(dir, text))) {
            wrong++;
            tap_diag("in: %s", text);
        }
    }
    OK(wrong == 0, "sqlite3 traces the same statements of %d scripts", count);
    scratch_remove();
}

int
main(void)
{
    SCOPED(scraps_clear) struct scraps scraps = {.lots = lot_seed()};

    tap_diag("SEED=%llu", (unsigned long long)scraps.lots);
    test_prepare(&scraps);
    test_shell(&scraps);
    scraps_load(&scraps);
    test_complete(&scraps);
    arena_clear(&arena);
    return tap_done();
}
