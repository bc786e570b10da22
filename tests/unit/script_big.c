/*
 * Scripts of any size are read in the memory of a window, and in linear time;
 * a statement that is larger than it has to be there whole.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/soak.h"
#include "lib/tap.h"
#include "sql/script.h"

enum { KIB = 1024, MIB = 1024 * KIB };

/* KiB that a window and the code itself may take. */
enum { SMALL = 2 * KIB };

/* How many bytes the files have: 30 MiB, or 100 in a soak. */
static size_t
file_size(void)
{
    if (is_instrumented())
        return (size_t)3 * MIB;
    return soak_count(1) > 1 ? (size_t)100 * MIB : (size_t)30 * MIB;
}

static char path[] = "/tmp/duet-big-XXXXXX";

/* BEFORE, LINE until there are LEN bytes, and BEHIND; how many of LINE. */
static size_t
write_file(const char *before, const char *line, size_t len, const char *behind)
{
    FILE *file = fopen(path, "w");
    size_t count = len / strlen(line);

    if (file == NULL) {
        perror(path);
        exit(1);
    }
    fputs(before, file);
    for (size_t i = 0; i < count; i++)
        fputs(line, file);
    fputs(behind, file);
    if (ferror(file) || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
    return count;
}

/* What came out of a file, in a process of its own. */
struct outcome {
    size_t statements;
    size_t data; /* bytes of it */
    size_t longest;
    long grown; /* KiB of memory, at most */
    int64_t time;
    bool ended;
};

static long
peak_memory(void)
{
    struct rusage usage;

    (void)getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static void
read_all(struct outcome *out, enum sql_language language)
{
    const struct script_source source = {.name = path};
    SCOPED(script_close) struct script *script = NULL;
    struct statement statement;
    long before = peak_memory();
    int64_t begun = microseconds();

    if (!script_open(&script, &source, language, NULL))
        return;
    while (script_next(script, &statement)) {
        const char *data;
        size_t len;

        out->statements++;
        if (statement.len > out->longest)
            out->longest = statement.len;
        while (script_data(script, &data, &len))
            out->data += len;
    }
    out->ended = script_ended(script);
    out->time = microseconds() - begun;
    out->grown = peak_memory() - before;
}

/* The peak of a process never goes down. */
static struct outcome
read_file(enum sql_language language)
{
    struct outcome outcome = {0};
    int ends[2];
    pid_t child;

    if (pipe(ends) != 0 || (child = fork()) < 0) {
        perror("fork");
        exit(1);
    }
    if (child == 0) {
        read_all(&outcome, language);
        _exit(write(ends[1], &outcome, sizeof outcome) != sizeof outcome);
    }
    (void)close(ends[1]);
    if (read(ends[0], &outcome, sizeof outcome) != sizeof outcome)
        outcome.ended = false;
    (void)close(ends[0]);
    (void)waitpid(child, NULL, 0);
    return outcome;
}

static bool
is_small(const struct outcome *outcome, long limit)
{
    tap_diag("%zu statements, %ld KiB, %lld ms", outcome->statements,
             outcome->grown, (long long)outcome->time / 1000);
    return is_instrumented() || outcome->grown <= limit;
}

static void
test_many_statements(enum sql_language language, const char *who)
{
    size_t count = write_file(
        "", "insert into t values (1, 'it''s ; x', 2.5); -- \xC3\xA4\n",
        file_size(), "");
    struct outcome outcome = read_file(language);

    OK(outcome.ended && outcome.statements == count,
       "%s: a file of %zu MiB has all its statements", who, file_size() / MIB);
    OK(is_small(&outcome, SMALL), "%s: and takes a window's memory", who);
}

static void
test_data(void)
{
    static const char line[] = "1\tit's ; x\t\\N\n";
    size_t count = write_file("copy t from stdin;\n", line, file_size(),
                              "\\.\nselect 1;\n");
    struct outcome outcome = read_file(LANGUAGE_POSTGRES);

    OK(outcome.ended && outcome.statements == 2 &&
           outcome.data == count * (sizeof line - 1),
       "%zu MiB of data are given", file_size() / MIB);
    OK(is_small(&outcome, SMALL), "in a window's memory");
    (void)write_file("copy t from stdin;\n", "xxxxxxxx", file_size() / 3,
                     "\n\\.\n");
    outcome = read_file(LANGUAGE_POSTGRES);
    OK(outcome.ended && outcome.data == file_size() / 3 / 8 * 8 + 1,
       "a line of any length is given in pieces");
    OK(is_small(&outcome, SMALL), "in a window's memory");
}

static void
test_comments(void)
{
    struct outcome outcome;

    (void)write_file("select 1;\n", "-- it's a comment\n\n", file_size() / 3,
                     "select 2;\n");
    outcome = read_file(LANGUAGE_POSTGRES);
    OK(outcome.ended && outcome.statements == 2, "%zu MiB of comments are none",
       file_size() / MIB);
    OK(is_small(&outcome, SMALL), "in a window's memory");
}

/* Twice as large takes twice as long, more or less: not four times. */
static void
test_large_statement(const char *open, const char *line, const char *close)
{
    size_t size = file_size() / 10;
    struct outcome half;
    struct outcome whole;

    (void)write_file(open, line, size, close);
    half = read_file(LANGUAGE_POSTGRES);
    (void)write_file(open, line, 2 * size, close);
    whole = read_file(LANGUAGE_POSTGRES);
    OK(half.ended && half.statements == 2 && half.longest >= size / 8 * 7,
       "a statement of %zu MiB is given whole: %s", size / MIB, open);
    tap_diag("%lld ms", (long long)half.time / 1000);
    OK(whole.ended && is_small(&whole, (long)(2 * size / KIB * 4)),
       "in a few times its memory");
    OK(whole.time < 10 * half.time + 1000000, "in time that is linear");
}

int
main(void)
{
    int fd = mkstemp(path);

    if (fd < 0 || close(fd) != 0) {
        perror(path);
        return 1;
    }
    test_many_statements(LANGUAGE_POSTGRES, "postgres");
    test_many_statements(LANGUAGE_SQLITE, "sqlite");
    test_data();
    test_comments();
    test_large_statement("insert into t values (1)", ", (2, ';', 3)\n",
                         ";\nselect 2;");
    test_large_statement("select $a$", "it's; $b$ \n", "$a$;\nselect 2;");
    test_large_statement("select 'x'", "\n 'y'", ";\nselect 2;");
    test_large_statement("select '", "it''s;\n", "';\nselect 2;");
    (void)unlink(path);
    return tap_done();
}
