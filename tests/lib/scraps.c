#include "lib/scraps.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "lib/soak.h"

const char *const nasty_sql[] = {
    "",
    " ",
    "\f\r\n\t ;\f",
    "\v",
    " \v;",
    ";\v",
    "\xEF\xBB\xBFselect\xEF\xBB\xBF \xEF\xBB\xBF",
    /* Comments. */
    "--",
    "-- x",
    "a--b\rc\n d",
    "/**/a/***/b/****/c",
    "/*/**/ a */b",
    "/*/ a */b",
    "/* /* a */ */ */b",
    "/*",
    "a /*",
    "/* x",
    "/*/",
    "/*/*",
    "/* a */ /* b",
    "a/*x*/b --y\n/*z*/c",
    /* Texts. */
    "''",
    "''''",
    "'it''s'",
    "'\\'",
    "'a\\''b'",
    "'a' 'b'",
    "'a'\n'b'",
    "'a'\r'b'",
    "'a' \t\f\n \n 'b' ''''\n''",
    "'a' -- c\n'b'",
    "'a' -- c\n -- d\n'b'",
    "'a'-- 'b'",
    "'a'\n- 'b'",
    "'a'\n -- d 'b'",
    "'a' /* c */\n'b'",
    "'a'\n /* c */ 'b'",
    "'a'\n\"b\"",
    "'a'\n e'b'",
    "'a'\v\n'b'",
    "e'a'\n'\\''",
    "E'\\\\' 'x'",
    "E'\\''",
    "e'\\x4\\x41\\101\\u0041\\U00000041\\uD83D\\uDE00'",
    "e''''",
    "e 'x'",
    "ee'x'",
    "'",
    "'a",
    "'a'\n'",
    "e'a\\'",
    "e'\\",
    "b'01'",
    "B'0''1'",
    "b'0'\n'1'",
    "x'41'",
    "X'4'",
    "x'zz'",
    "x'4''1'",
    "x'41'\n'42'",
    "x'",
    "x'4",
    "xx'41'",
    "n'x'",
    "N'x''y'\n'z'",
    "n 'x'",
    "nn'x'",
    "u&'\\0041'",
    "U&'a''b'\n'c' uescape '!'",
    "u& 'x'",
    "u &'x'",
    "u&x",
    "uu&'x'",
    "u&'",
    /* Dollars. */
    "$$",
    "$$$$",
    "$$a$$",
    "$$a$b$c$$",
    "$a$ $b$a$",
    "$a$ $$a$",
    "$a$ $a$a$",
    "$a$ $A$ $a$",
    "$\xC3\xA9$x$\xC3\xA9$",
    "$a1_$x$a1_$",
    "$1$x$1$",
    "$a",
    "$a b$c",
    "$a$b",
    "$",
    "$ $",
    "a$$b$$",
    "a$b$c$b$",
    "1$$b$$",
    "$1$$b$$",
    "$$a$$'b'\n'c'",
    "$1",
    "$12+$3",
    "$1a",
    "$x",
    "$x(y)",
    "$x(y z)",
    "$x(y",
    "$x::y",
    "$::x(y)",
    "$x:y",
    "$:",
    "$::",
    "$(x)",
    "$x()()",
    ":x",
    ":",
    "::",
    ":::x",
    ":1a",
    "a::text",
    "a:b",
    "a:=b",
    "a[1:2]",
    "@x",
    "@",
    "@ x",
    "#x",
    "#1",
    "#",
    "?",
    "?1",
    "?1a",
    "??",
    /* Names. */
    "\"a\"\"b\"",
    "\"\"",
    "\"",
    "\"a\n'b",
    "\"a\"\n\"b\"",
    "u&\"a\\0041\"\"b\" uescape '!'",
    "U&\"",
    "u& \"x\"",
    "[a]",
    "[a]]",
    "[a",
    "[]",
    "[a\"b]",
    "[[a]",
    "`a``b`",
    "`",
    "``",
    "a$b\xC3\xA9_1 $b \xC3\xA9 _",
    "\x80\xFF",
    /* Numbers. */
    "1",
    "1.",
    ".5",
    "1.5",
    "1..10",
    "1...10",
    "1.5.5",
    "1.5..5",
    "..5",
    "...",
    "1.e5",
    "1.5e3",
    "1.5E+3",
    "1.5e-3",
    ".5e3",
    "1e5",
    "1e",
    "1e+",
    "1e-",
    "1e+-5",
    "1.e",
    "1e5e5",
    "1e5.5",
    "1a",
    "1_000",
    "1__0",
    "1_",
    "1_000.5_0e1_0",
    "1._5",
    "0x1F",
    "0X1fg",
    "0x",
    "0xg",
    "0x1.5",
    "00x1",
    "0b1",
    "0o7",
    "1.a",
    "1'a'",
    "1\"a\"",
    "1-1",
    "a.1",
    "a.b",
    "a . b",
    "t.*",
    /* Operators. */
    "a<-1",
    "a=-1",
    "a@-1",
    "a<>-1",
    "a-- b",
    "a+- b",
    "a+-*/b",
    "@-",
    "@--",
    "+/*c*/",
    "+/* c",
    "*/*c*/",
    "-/-",
    "<--",
    "=>",
    "=>-",
    "->",
    "->>",
    "->>>",
    "-->",
    "- ->",
    "|",
    "||",
    "|||",
    "|/ 2 ||/ 3",
    "!",
    "!=",
    "!==",
    "! =",
    "==",
    "===",
    "<=>",
    "<<",
    "<<>>",
    ">=",
    ">>=",
    "<@ @> ?| ?& ~* !~* !~~ && #>> #- @? @@",
    "%",
    "^",
    "\\",
    "{}",
    "~1",
    "(,;)",
    "\x01",
    "+++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++",
    "<++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++",
    "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<@-1",
    "***************************************************************+++1",
    /* Statements. */
    "create table t (a int check (a > 0), \"b\" text default 'x;y');",
    "create trigger t after insert on a begin select 1; end;",
    "select (1",
    "begin; commit",
    NULL,
};

/* ---------------------------------------------------------------- files */

static void
load_pattern(struct scraps *scraps, const char *pattern, size_t *have)
{
    glob_t found = {0};

    if (glob(pattern, 0, NULL, &found) != 0)
        found.gl_pathc = 0;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        size_t same = *have;
        const char *text = NULL;

        if (!path_read(&scraps->arena, found.gl_pathv[i], &text, NULL) ||
            text == NULL)
            continue;
        scraps->paths = arena_grow(&scraps->arena, scraps->paths,
                                   scraps->nfiles, &same, sizeof(char *));
        scraps->files = arena_grow(&scraps->arena, scraps->files,
                                   scraps->nfiles, have, sizeof(char *));
        scraps->paths[scraps->nfiles] =
            arena_text(&scraps->arena, found.gl_pathv[i]);
        scraps->files[scraps->nfiles++] = text;
    }
    globfree(&found);
}

void
scraps_load(struct scraps *scraps)
{
    static const char *const patterns[] = {
        "schema/*.sql",  "migrations/*.sql", "src/sql/*/*.sql",
        "tests/*/*.sql", "tests/*/*/*.sql",  "tests/*/*/*/*.sql"};
    size_t have = 0;

    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        load_pattern(scraps, patterns[i], &have);
    if (scraps->nfiles == 0) {
        fprintf(stderr, "scraps: no SQL files here\n");
        exit(1);
    }
}

/* ----------------------------------------------------------------- lots */

static uint32_t
draw(struct scraps *scraps, size_t limit)
{
    return lot_draw(&scraps->lots, (uint32_t)limit);
}

/* Most of them are whole, so that a text of several often is. */
static const char *
draw_piece(struct scraps *scraps)
{
    static const char *const whole[] = {
        "a",        "\"a\"",
        "\"\"\"\"", "'a'",
        "''",       "''''",
        "E'\\\\'",  "e'\\''",
        "e'\\n'",   "b'1'",
        "x'4f'",    "N'a'",
        "U&'a'",    "u&\"a\"",
        "$$a$$",    "$a$b$a$",
        "$a$$$a$",  "$1",
        "1",        "1.5",
        ".5",       "1.",
        "1e5",      "1e-5",
        "1.e+5",    "0x1f",
        "..",       "::",
        ":=",       "->>",
        "->",       "-",
        "+",        "*",
        "/",        "<",
        ">",        "=",
        "~",        "!",
        "@",        "#",
        "%",        "^",
        "&",        "|",
        "`",        "?",
        "(",        ")",
        ",",        ";",
        ".",        "[",
        "]",        ":",
        "\\",       "{",
        "/**/",     "/*a*/",
        "/***/",    "/*'*/",
        "/*/**/*/", "--a\n",
        "--'\n",    "--\r",
        " ",        "  ",
        "\n",       "\r",
        "\t",       "\f",
        "\v",       "e",
        "u&",       "x",
        "n",        "_",
        "$",        "\xC3\xA9",
        "\xFF",     "\xEF\xBB\xBF",
        "select ",  "where ",
        ":a",       "@a",
        "?1",       "$a(b)",
        "::a",      "`a`",
        "[a]",      "\x01",
    };
    static const char *const open[] = {"'",   "\"", "/*",  "*/",  "$$",
                                       "$a$", "e'", "x'",  "u&'", "[",
                                       "`",   "--", "$a(", "\\"};

    if (draw(scraps, 40) == 0)
        return open[draw(scraps, sizeof open / sizeof *open)];
    return whole[draw(scraps, sizeof whole / sizeof *whole)];
}

static const char *
pieces(struct scraps *scraps)
{
    uint32_t count = 1 + draw(scraps, 12);

    while (count-- > 0) {
        buf_text(&scraps->text, draw_piece(scraps));
        if (draw(scraps, 4) == 0)
            buf_text(&scraps->text, draw(scraps, 2) ? " " : "\n");
    }
    return buf_data(&scraps->text);
}

/* A slice of a file, with a few pieces put in or in place of what was there. */
static const char *
damaged_slice(struct scraps *scraps)
{
    const char *file = scraps->files[draw(scraps, scraps->nfiles)];
    size_t len = strlen(file);
    size_t at = draw(scraps, len + 1);
    size_t end = at + draw(scraps, 200);

    if (end > len)
        end = len;
    while (at < end) {
        size_t step = 1 + draw(scraps, 60);

        if (step > end - at)
            step = end - at;
        buf_add(&scraps->text, file + at, step);
        at += step + draw(scraps, 3);
        buf_text(&scraps->text, draw_piece(scraps));
    }
    return buf_data(&scraps->text);
}

const char *
scraps_draw(struct scraps *scraps)
{
    buf_clear(&scraps->text);
    return draw(scraps, 3) > 0 ? pieces(scraps) : damaged_slice(scraps);
}

void
scraps_clear(struct scraps *scraps)
{
    buf_release(&scraps->text);
    arena_clear(&scraps->arena);
    *scraps = (struct scraps){.lots = scraps->lots};
}
