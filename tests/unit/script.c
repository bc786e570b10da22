/*
 * Scripts are split as psql and the shell of SQLite would; what these do
 * themselves is asked in script_postgres and script_sqlite.
 */
#include "sql/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/scraps.h"
#include "lib/soak.h"
#include "lib/splitting.h"
#include "lib/tap.h"

static struct arena arena;

struct split_case {
    const char *text;
    const char *want;
};

static void
try_cases(enum sql_language language, const char *who,
          const struct split_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        IS_TEXT(split(&arena, language, cases[i].text), cases[i].want, "%s: %s",
                who, cases[i].text);
}

#define TRY(language, who, cases) \
    try_cases((language), (who), (cases), sizeof(cases) / sizeof *(cases))

/* What both languages have. */
static void
test_both(void)
{
    static const struct split_case cases[] = {
        {"", ""},
        {" \n\t", ""},
        {"-- nothing", ""},
        {"/* nothing; */", ""},
        {";", ""},
        {";;; ;", ""},
        {"select 1", "[select 1]"},
        {"select 1;", "[select 1]"},
        {"select 1;select 2", "[select 1][select 2]"},
        {"select 1 ; \n", "[select 1]"},
        {"begin; select 1; end;", "[begin][select 1][end]"},
        {"select ';', \";\";", "[select ';', \";\"]"},
        {"select 'it''s; x';", "[select 'it''s; x']"},
        {"select '\\'; select 2;", "[select '\\'][select 2]"},
        {"select 1 -- it's ;\n, 2;", "[select 1 -- it's ;\n, 2]"},
        {"-- it's ;\nselect 1;", "[select 1]"},
        {"select 1 /* it's ; */; select 2", "[select 1][select 2]"},
        {"select 1+--;\n2;", "[select 1+--;\n2]"},
        {"\xEF\xBB\xBFselect 1;", "[select 1]"},
        {"select 1;\r\nselect 2;\r\n", "[select 1][select 2]"},
        {"select 'a\r\nb';\r\n", "[select 'a\r\nb']"},
        {"select 1 -- no end", "[select 1]"},
        {"select '\xFF';", "[select '\xFF']"},
        {"select 1;\n  select 'x;", "[select 1]! x:2:10: ' is not closed"},
        {"select 1;\n\xC3\xA4\xC3\xB6 \"x", "[select 1]! x:2:4: \" is not "
                                            "closed"},
    };

    TRY(LANGUAGE_POSTGRES, "postgres", cases);
    TRY(LANGUAGE_SQLITE, "sqlite", cases);
}

static void
test_postgres(void)
{
    static const struct split_case cases[] = {
        {"select E'\\';'; select 2", "[select E'\\';'][select 2]"},
        {"select e'\\\\'; select 2", "[select e'\\\\'][select 2]"},
        {"select U&'\\;''' ; select U&\";\";", "[select U&'\\;'''][select "
                                               "U&\";\"]"},
        {"select 'a' -- b;\n ';c'; select 2",
         "[select 'a' -- b;\n ';c'][select "
         "2]"},
        {"do $$ begin; end $$; select 1", "[do $$ begin; end $$][select 1]"},
        {"do $a$ $$;$$ $b$;$a$; select 1", "[do $a$ $$;$$ $b$;$a$][select 1]"},
        {"select $1; select $2;", "[select $1][select $2]"},
        {"select a$b$c; select 2 -- $b$", "[select a$b$c][select 2]"},
        {"select $\xC3\xA9$;$\xC3\xA9$;", "[select $\xC3\xA9$;$\xC3\xA9$]"},
        {"/* a /* ; */ ; */ select 1;", "[select 1]"},
        {"create rule r as on insert to t do (select 1; select 2); x",
         "[create rule r as on insert to t do (select 1; select 2)][x]"},
        {"select (1; select 2;", "[select (1; select 2;]"},
        {"select 1); select 2", "[select 1)][select 2]"},
        {"select a[1:2], b::int, c := d;", "[select a[1:2], b::int, c := d]"},
        {"select :x, :'x', :\"x\", :dbname;",
         "[select :x, :'x', :\"x\", :dbname]"},
        /* Bodies. */
        {"create function f() returns int begin atomic select 1; select 2; "
         "end; x",
         "[create function f() returns int begin atomic select 1; select 2; "
         "end][x]"},
        {"create or replace procedure p(begin int) BEGIN ATOMIC select case "
         "when true then 1 end; end; x",
         "[create or replace procedure p(begin int) BEGIN ATOMIC select case "
         "when true then 1 end; end][x]"},
        {"create /* x */ or -- y\n replace function f() begin\natomic end; x",
         "[create /* x */ or -- y\n replace function f() begin\natomic "
         "end][x]"},
        {"create function f() return case when true then 1 end; x",
         "[create function f() return case when true then 1 end][x]"},
        {"create function f(a int default case when true then 1 end) begin "
         "atomic select (case when true then 1 end); end; x",
         "[create function f(a int default case when true then 1 end) begin "
         "atomic select (case when true then 1 end); end][x]"},
        {"create function begin() returns int language sql as 'select 1'; x",
         "[create function begin() returns int language sql as 'select "
         "1'][x]"},
        {"create view v as select 1; begin; end",
         "[create view v as select 1][begin][end]"},
        {"create function f() begin atomic select 1; -- open",
         "[create function f() begin atomic select 1;]"},
        /* What is not closed, at its beginning. */
        {"select 1;\n /* x /* y */ ;", "[select 1]! x:2:2: /* is not closed"},
        {"select\n e'\\'", "! x:2:2: e' is not closed"},
        {"select\n$x$ $y$", "! x:2:1: $x$ is not closed"},
        {"select $$x$", "! x:1:8: $$ is not closed"},
        {"select 'a'\n 'b", "! x:2:2: ' is not closed"},
        {"select u&\"x", "! x:1:8: u&\" is not closed"},
    };

    TRY(LANGUAGE_POSTGRES, "postgres", cases);
}

static void
test_psql(void)
{
    static const struct split_case cases[] = {
        {"\\set ON_ERROR_STOP on\n\\timing\nselect 1;\n\\x \\a \\t\n",
         "[select 1]"},
        {"\\echo it's\nselect 1;", "! x:1:1: '\\echo' has an unclosed quote "
                                   "(close it on its line)"},
        {"\\echo 'it''s \\\\' \"a;\nselect 1;",
         "! x:1:1: '\\echo' has an unclosed quote (close it on its line)"},
        {"\\echo 'a;\\'' \\\\ select 1; \\\\echo",
         "[select 1]! x:1:27: '\\' "
         "can't be done here (leave it out, or run this script with psql)"},
        {"\\echo a \\echo b\r\nselect 1", "[select 1]"},
        {"\\echo `rm x`\n", "! x:1:1: '\\echo' would run a program (no program "
                            "is run from here; leave it out)"},
        {"\\encoding UTF8\n\\encoding\n\\encoding latin1",
         "! x:3:1: '\\encoding' can't be done here (write the script in "
         "UTF-8)"},
        {"\\restrict abc\n\\unrestrict abc\n\\pset format csv\n\\dt+ *.x\n",
         ""},
        {"select 1 \\g\nselect 2\\gx\n", "[select 1][select 2]"},
        {"select 1;\n\\g", "[select 1]! x:2:1: '\\g' would run the statement "
                           "before it once more (end the statement with ;)"},
        {"select 1 \\g out.txt", "! x:1:10: '\\g' has an argument (end the "
                                 "statement with ;)"},
        {"select 1\\; select 2\\; \\; select 3;", "[select 1][select 2][select "
                                                  "3]"},
        {"select (1\\; 2);", "! x:1:10: '\\;' stands within a statement (write "
                             "; there)"},
        {"select 1 \\echo x\n;", "! x:1:10: '\\echo' stands within a statement "
                                 "(end the statement before it with ;)"},
        {"select 1; \\q\nselect 'x", "[select 1]"},
        {"\\quit", ""},
        {"select 1;\n \\i more.sql\n",
         "[select 1]! x:2:2: '\\i' can't be done here (put what that file has "
         "in its place, or make a script of its own of it)"},
        {"\\set x 1\n", "! x:1:1: '\\set' can't be done here (write the value "
                        "where it is needed)"},
        {"\\set AUTOCOMMIT off\n", "! x:1:1: '\\set' can't be done here (write "
                                   "the value where it is needed)"},
        {"\\unset QUIET\n\\set\n", ""},
        {"select 'x' \\gexec\n", "! x:1:12: '\\gexec' can't be done here (use "
                                 "a DO block with EXECUTE)"},
        {"\\c other\n", "! x:1:1: '\\c' can't be done here (a script works on "
                        "the database that it is given; leave it out)"},
        {"\\if true\n", "! x:1:1: '\\if' can't be done here (decide in SQL: a "
                        "DO block with IF, or IF EXISTS)"},
        {"\\copy t from 'x'\n",
         "! x:1:1: '\\copy' can't be done here (use COPY ... FROM stdin, with "
         "the rows and a line \\. behind it)"},
        {"\\! rm x\n", "! x:1:1: '\\!' can't be done here (no program is run "
                       "from here; leave it out)"},
        {"\\nonsense\n", "! x:1:1: '\\nonsense' can't be done here (leave it "
                         "out, or run this script with psql)"},
        {"select\n  :'DBNAME';", "! x:2:3: psql would put something else in "
                                 "place of :'DBNAME' (write what is meant)"},
        {"select :USER;", "! x:1:8: psql would put something else in place of "
                          ":USER (write what is meant)"},
        {"select :{?x};", "! x:1:8: psql would put something else in place of "
                          ":{?x} (write what is meant)"},
        {"select a[1:ERRORS];", "[select a[1:ERRORS]]"},
        {"set standard_conforming_strings = on;",
         "[set standard_conforming_strings = on]"},
        {"\nset session standard_conforming_strings to off; select '\\';';",
         "! x:2:1: a backslash in quotes would be an escape from here on "
         "(leave it out, and write E'...' where one is meant)"},
    };

    TRY(LANGUAGE_POSTGRES, "psql", cases);
}

static void
test_copy(void)
{
    static const struct split_case cases[] = {
        {"copy t from stdin;\n1;'\n\\N\n\\.\nselect 1;",
         "[copy t from stdin]<1;'\n\\N\n>[select 1]"},
        {"COPY s.t (a, b) FROM STDIN WITH (format csv); -- x\r\n1\r\n\\.\r\nx",
         "[COPY s.t (a, b) FROM STDIN WITH (format csv)]<1\r\n>[x]"},
        {"copy t from stdin \\g\n1\n\\.\n", "[copy t from stdin]<1\n>"},
        {"copy t from stdin;\n\\.\n", "[copy t from stdin]<>"},
        {"copy t from stdin;\n1\n\\.", "[copy t from stdin]<1\n>"},
        {"copy t from stdin;\n1\n \\.\n\\.x\n\\\n\\.\nx",
         "[copy t from stdin]<1\n \\.\n\\.x\n\\\n>[x]"},
        {"copy t from stdin;\n1\n", "[copy t from stdin]<1\n>! x:1:1: the data "
                                    "of COPY has no end (put the line \\. "
                                    "behind it)"},
        {"\n copy t from stdin", "[copy t from stdin]<>! x:2:2: the data of "
                                 "COPY has no end (put the line \\. behind "
                                 "it)"},
        {"copy t from stdin; select 1;\n1\n\\.\n",
         "! x:1:19: the line goes on behind COPY ... FROM stdin (have the data "
         "begin on the next line, and the next statement behind the line "
         "\\.)"},
        {"copy t from 'stdin'; x", "[copy t from 'stdin'][x]"},
        {"copy t to stdout; x", "[copy t to stdout][x]"},
        {"copy (select 1 from stdin) to stdout; x",
         "[copy (select 1 from stdin) to stdout][x]"},
        {"copy t from program 'stdin'; x", "[copy t from program 'stdin'][x]"},
    };

    TRY(LANGUAGE_POSTGRES, "copy", cases);
}

static void
test_sqlite(void)
{
    static const struct split_case cases[] = {
        {"select `;`, [;], [a]]; select 2",
         "[select `;`, [;], [a]]][select 2]"},
        {"/* a /* ; */ select 1;", "[select 1]"},
        {"select 1 /* open; ", "[select 1]"},
        {"select 1; /*", "[select 1][/*]"},
        {"select (1; select 2", "[select (1][select 2]"},
        {"select $$;$$; x", "[select $$][$$][x]"},
        {"create trigger x after insert on t begin select 1; select 2; end; x",
         "[create trigger x after insert on t begin select 1; select 2; "
         "end][x]"},
        {"create trigger x after insert on t begin select case when 1 then 2 "
         "end; end; x",
         "[create trigger x after insert on t begin select case when 1 then 2 "
         "end; end][x]"},
        {"create /* x */ temp -- y\n trigger x after insert on t begin select "
         "1; END /* ; */ ; x",
         "[create /* x */ temp -- y\n trigger x after insert on t begin select "
         "1; END][x]"},
        {"explain query plan create temporary trigger x after insert on t "
         "begin select 1; end; x",
         "[explain query plan create temporary trigger x after insert on t "
         "begin select 1; end][x]"},
        {"create table trigger (a); end;", "[create table trigger (a)][end]"},
        {"create trigger x after insert on t begin select 1;",
         "[create trigger x after insert on t begin select 1;]"},
        {"select [x", "! x:1:8: [ is not closed"},
        {"select\n `x", "! x:2:2: ` is not closed"},
        {"select x'1", "! x:1:8: x' is not closed"},
        {"select 1 \\echo;", "[select 1 \\echo]"},
    };

    TRY(LANGUAGE_SQLITE, "sqlite", cases);
}

static void
test_shell(void)
{
    static const struct split_case cases[] = {
        {".bail on\n.headers off\r\nselect 1;\n.print it's ; \"\n#! x ; '\nx;",
         "[select 1][x]"},
        {"\xEF\xBB\xBF.mode csv\nselect 1;", "[select 1]"},
        {"select a\n.b from t;", "[select a\n.b from t]"},
        {" .mode csv\n;", "[.mode csv]"},
        {"select 1; .mode csv\n", "[select 1][.mode csv]"},
        {"select 1;\n-- x\n/* y\n */\n.mode csv\nselect 2;",
         "[select 1][select 2]"},
        {"select 1;\n.quit\nselect '", "[select 1]"},
        {".exit", ""},
        {"select 1;\n.read x.sql\n",
         "[select 1]! x:2:1: '.read' can't be done here (put what that file "
         "has in its place, or make a script of its own of it)"},
        {".import x t", "! x:1:1: '.import' can't be done here (write the rows "
                        "as INSERT statements)"},
        {".open x", "! x:1:1: '.open' can't be done here (a script works on "
                    "the database that it is given; leave it out)"},
        {".load x", "! x:1:1: '.load' can't be done here (do without the "
                    "extension, or run this script with sqlite3)"},
        {".dbconfig x", "! x:1:1: '.dbconfig' can't be done here (leave it "
                        "out, or run this script with sqlite3)"},
        {"select 1\n/\nselect 2\n  Go  \nselect 3\nGO -- x\n/\n",
         "[select 1][select 2][select 3]"},
        {"select 4\n/ 2;\nselect 4 /\n2", "[select 4\n/ 2][select 4 /\n2]"},
        {"select go\n;", "[select go]"},
        {"create trigger x after insert on t begin select 1;\n/\n end\n/\nx",
         "[create trigger x after insert on t begin select 1;\n/\n "
         "end\n/\nx]"},
        {"create trigger x after insert on t begin select 1;\nend\n/\nx",
         "[create trigger x after insert on t begin select 1;\nend][x]"},
    };

    TRY(LANGUAGE_SQLITE, "shell", cases);
}

/* ------------------------------------------------------------------------
 * Places and sources
 */

static const char *
places(enum sql_language language, const struct script_source *source)
{
    SCOPED(script_close) struct script *script = NULL;
    SCOPED(buf_release) struct buf out = {0};
    struct duet_error err = {0};
    struct statement statement;

    if (script_open(&script, source, language, &err))
        while (script_next(script, &statement))
            buf_printf(&out, "%zu at %zu:%zu, ", statement.number,
                       statement.line, statement.column);
    return arena_printf(&arena, "%s%s", buf_data(&out), err.text);
}

static void
test_places(void)
{
    static const char text[] = "skip a;\n\xC3\xA4; b; -- \xC3\xB6\n\n /* "
                               "\n\xC3\xB6 */ c; \xF0\x9F\x98\x80; d; 'skip";
    const struct script_source all = {.name = "f.sql", .text = text};
    const struct script_source some = {.name = "f.sql",
                                       .text = text,
                                       .start = 8,
                                       .end = sizeof text - 6,
                                       .line = 2};
    const struct script_source lines = {
        .name = "f.sql", .text = text, .start = 8};

    IS_TEXT(places(LANGUAGE_SQLITE, &all),
            "1 at 1:1, 2 at 2:1, 3 at 2:4, 4 at 5:6, 5 at 5:9, 6 at 5:12, "
            "f.sql:5:15: ' is not closed",
            "lines and columns are those of characters");
    IS_TEXT(places(LANGUAGE_POSTGRES, &some),
            "1 at 2:1, 2 at 2:4, 3 at 5:6, 4 at 5:9, 5 at 5:12, ",
            "part of a text has the lines that it is given");
    IS_TEXT(places(LANGUAGE_POSTGRES, &lines),
            "1 at 1:1, 2 at 1:4, 3 at 4:6, 4 at 4:9, 5 at 4:12, "
            "f.sql:4:15: ' is not closed",
            "or begins with line 1");
}

static void
test_locate(void)
{
    const struct statement statement = {
        .text = "a\n\xC3\xA4\xC3\xA4 b", .len = 8, .line = 7, .column = 5};
    size_t line;
    size_t column;

    statement_locate(&statement, 0, &line, &column);
    OK(line == 7 && column == 5, "a statement stands where its text begins");
    statement_locate(&statement, 1, &line, &column);
    OK(line == 7 && column == 5, "and so does its first byte");
    statement_locate(&statement, 8, &line, &column);
    OK(line == 8 && column == 4, "its others may be on other lines");
    statement_locate(&statement, 100, &line, &column);
    OK(line == 7 && column == 5, "what is not in it is of all of it");
}

/* A file that is gone when the program is. */
static const char *
make_file(const char *data, size_t len)
{
    const char *path = arena_text(&arena, "/tmp/duet-script-XXXXXX");
    char *name = arena_text(&arena, path);
    int fd = mkstemp(name);

    if (fd < 0 || write(fd, data, len) != (ssize_t)len || close(fd) != 0) {
        perror(name);
        exit(1);
    }
    return name;
}

static void
test_files(void)
{
    static const char text[] = "a;\nb;\nc;\n";
    const char *path = make_file(text, sizeof text - 1);
    struct script_source source = {.name = path};
    struct script_source part = {.name = path, .start = 3, .end = 6, .line = 2};
    char sum[DIGEST_LEN];
    char whole[DIGEST_LEN];
    SCOPED(script_close) struct script *script = NULL;
    struct duet_error err = {0};
    struct statement statement;

    IS_TEXT(places(LANGUAGE_SQLITE, &source), "1 at 1:1, 2 at 2:1, 3 at 3:1, ",
            "a file is read");
    IS_TEXT(places(LANGUAGE_SQLITE, &part), "1 at 2:1, ", "or a part of it");
    OK(script_open(&script, &source, LANGUAGE_SQLITE, &err),
       "it may be opened once more");
    OK(script_next(script, &statement) && !script_ended(script),
       "it has not ended before it is read");
    while (script_next(script, &statement))
        continue;
    OK(script_ended(script), "it has ended then");
    script_checksum(script, sum);
    OK(script_checksum_all(
           &(struct script_source){.name = "text", .text = text},
           LANGUAGE_SQLITE, whole, &err),
       "a text is read for its checksum");
    IS_TEXT(sum, whole, "its checksum is that of its text");
    (void)unlink(path);
    OK(strstr(places(LANGUAGE_SQLITE, &source), "No such file") != NULL,
       "a file that is not there is an error");
    source.name = "/";
    OK(strstr(places(LANGUAGE_SQLITE, &source), "'/': ") != NULL,
       "and so is a directory");
}

static void
test_nul(void)
{
    static const char text[] = "a;\nb 'x\0y'; c;";
    static const char data[] = "copy t from stdin;\n1\n2\0\n\\.\n";
    const char *path = make_file(text, sizeof text - 1);
    const char *data_path = make_file(data, sizeof data - 1);
    struct script_source source = {.name = path};
    const char *got = places(LANGUAGE_SQLITE, &source);

    OK(strstr(got, ":2:5: a NUL byte") != NULL,
       "a NUL is an error, and is found where it stands");
    (void)unlink(path);
    source.name = data_path;
    got = places(LANGUAGE_POSTGRES, &source);
    OK(strstr(got, ":3:2: a NUL byte") != NULL, "within data, too");
    (void)unlink(data_path);
}

/* ------------------------------------------------------------------------
 * Windows
 */

static bool
is_same_through(enum sql_language language, const char *text, size_t window)
{
    SCOPED(arena_clear) struct arena texts = {0};
    const char *whole = split(&texts, language, text);
    const char *piecewise = split_through(&texts, language, text, window);

    if (strcmp(whole, piecewise) == 0)
        return true;
    tap_diag("through %zu in: %s", window, text);
    tap_diag("whole: %s", whole);
    tap_diag("piecewise: %s", piecewise);
    return false;
}

/* Behind each of these, and before it, is more than is looked ahead. */
static const char *
pad(struct arena *texts, const char *text, size_t len)
{
    return arena_printf(texts, "%*s%s%*s;select 1", (int)len, "a", text, 80,
                        "b");
}

/* What is decided by something far behind, at the end of the \x01. */
static bool
is_same_far(enum sql_language language)
{
    static const struct {
        const char *text;
        char filler;
    } cases[] = {
        {"select e'a' \x01\n '\\';'; c", ' '},
        {"select e'a' -- \x01\n '\\';'; c", '-'},
        {"select $\x01$;$$; c", 't'},
        {"select $\x01; c$", 't'},
        {"select 1; -- \x01;\n c", '\''},
        {"select 1; /* \x01; */ c", '\''},
        {"select \"\x01;\"; c", 'x'},
        {"select @\x01-; c", '+'},
        {"select <\x01@-; c", '-'},
        {";\n.print \x01;'\nselect 1", 'x'},
        {"\\echo \x01 ';'\nselect 1", 'x'},
        {"select 1\n  / \x01\nselect 2", ' '},
        {"select 1\n  / \x01\nselect 2", '+'},
        {"copy t from stdin; \x01\n\\.\nx", ' '},
        {"select :\x01; \"", 'x'},
    };
    bool same = true;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t len = 1; len < 400 && same; len++) {
            SCOPED(buf_release) struct buf text = {0};
            char filler[400] = "";

            memset(filler, cases[i].filler, len);
            buf_replace(&text, cases[i].text, "\x01", filler);
            same = is_same_through(language, buf_data(&text), 64);
        }
    return same;
}

/* Of blanks that begin with a vertical tab SQLite makes a token. */
static bool
is_same_blank(void)
{
    SCOPED(arena_clear) struct arena texts = {0};
    SCOPED(buf_release) struct buf text = {0};

    buf_text(&text, "select 1;\n");
    for (int i = 0; i < 500; i++)
        buf_char(&text, "\v\v\n"[i % 3]);
    buf_text(&text, "x;");
    return strcmp(split_through(&texts, LANGUAGE_SQLITE, buf_data(&text), 1),
                  "[select 1][x]") == 0;
}

static void
test_far(void)
{
    OK(is_same_far(LANGUAGE_POSTGRES), "postgres: nothing is decided too soon");
    OK(is_same_far(LANGUAGE_SQLITE), "sqlite: nothing is decided too soon");
    OK(is_same_blank(), "sqlite: blanks are not cut where it matters");
}

static void
test_windows(void)
{
    SCOPED(scraps_clear) struct scraps scraps = {.lots = lot_seed()};
    SCOPED(arena_clear) struct arena texts = {0};
    int count = soak_count(3000);
    int wrong = 0;

    tap_diag("SEED=%llu", (unsigned long long)scraps.lots);
    scraps_load(&scraps);
    for (int i = 0; i < count && wrong < 5; i++) {
        const char *text = scraps_draw(&scraps);
        size_t window = 1 + lot_draw(&scraps.lots, 200);

        wrong += !is_same_through(LANGUAGE_POSTGRES, text, window) ||
                 !is_same_through(LANGUAGE_SQLITE, text, window);
    }
    for (size_t i = 0; nasty_sql[i] != NULL && wrong < 5; i++)
        for (size_t len = 1; len < 140; len++) {
            const char *text = pad(&texts, nasty_sql[i], len);

            wrong += !is_same_through(LANGUAGE_POSTGRES, text, 128) ||
                     !is_same_through(LANGUAGE_SQLITE, text, 128);
            arena_reuse(&texts);
        }
    OK(wrong == 0, "%d texts are the same through any window", count);
}

/* ------------------------------------------------------------------------
 * Checksums
 */

static void
test_checksums(void)
{
    static const char *const broken[] = {"select 1; select 'x",
                                         "select 1;\\i a"};
    char sum[DIGEST_LEN];
    struct duet_error err = {0};
    static const char copy[] = "copy t from stdin;\n1\t2\n\\.\nselect 1;";

    OK(is_same_checksum(LANGUAGE_POSTGRES, copy,
                        "copy  t from stdin ; -- x\n1\t2\n\\.\n\nselect 1;"),
       "the blanks around data do not count");
    OK(!is_same_checksum(LANGUAGE_POSTGRES, copy,
                         "copy t from stdin;\n1 2\n\\.\nselect 1;"),
       "those within do");
    OK(!is_same_checksum(LANGUAGE_POSTGRES, copy,
                         "copy t from stdin;\n1\t2\nselect 1;\n\\.\n"),
       "where data ends counts");
    OK(is_same_checksum(LANGUAGE_POSTGRES, "\\restrict a\nselect 1;",
                        "\\restrict b\nselect 1;\n\\unrestrict b"),
       "what psql does for itself does not");
    OK(is_same_checksum(LANGUAGE_SQLITE, ".bail on\nselect 1;", "select 1;"),
       "and so with the shell of SQLite");
    OK(is_same_checksum(LANGUAGE_POSTGRES, "\xEF\xBB\xBFselect 1;",
                        "select 1;"),
       "a byte order mark does not");
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        OK(!script_checksum_all(
               &(struct script_source){.name = "text", .text = broken[i]},
               LANGUAGE_POSTGRES, sum, &err) &&
               strncmp(err.text, "text:1:", strlen("text:1:")) == 0,
           "what can't be read to its end has none: '%s'", broken[i]);
}

int
main(void)
{
    test_both();
    test_postgres();
    test_psql();
    test_copy();
    test_sqlite();
    test_shell();
    test_places();
    test_locate();
    test_files();
    test_nul();
    test_windows();
    test_far();
    test_checksums();
    arena_clear(&arena);
    return tap_done();
}
