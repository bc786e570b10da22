#include "lib/tap.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int points;
static int failures;

/* Line by line, so that nothing is lost or printed twice around a fork. */
static void
start(void)
{
    static bool started;

    if (started)
        return;
    started = true;
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    puts("TAP version 13");
}

/* A '#' in a name would start a directive, a newline another line. */
static void
print_name(const char *name)
{
    for (; *name; name++) {
        if (*name == '#' || *name == '\\')
            putchar('\\');
        putchar(*name == '\n' ? ' ' : *name);
    }
    putchar('\n');
}

static void
print_remark(const char *text)
{
    fputs("# ", stdout);
    for (; *text; text++) {
        putchar(*text);
        if (*text == '\n')
            fputs("# ", stdout);
    }
    putchar('\n');
}

static void
print_value(const char *label, const char *text)
{
    char line[4096];

    if (text)
        snprintf(line, sizeof(line), "%s'%s'", label, text);
    else
        snprintf(line, sizeof(line), "%sNULL", label);
    print_remark(line);
}

TAP_PRINTF(4, 0)
static bool
point(bool passed, const char *file, int line, const char *fmt, va_list args)
{
    char name[1024];

    start();
    vsnprintf(name, sizeof(name), fmt, args);
    printf("%sok %d - ", passed ? "" : "not ", ++points);
    print_name(name);
    if (!passed) {
        failures++;
        printf("# at %s:%d\n", file, line);
    }
    return passed;
}

bool
tap_ok(bool passed, const char *file, int line, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    point(passed, file, line, fmt, args);
    va_end(args);
    return passed;
}

bool
tap_is_text(const char *got, const char *want, const char *file, int line,
            const char *fmt, ...)
{
    va_list args;
    bool passed = got && want ? !strcmp(got, want) : got == want;

    va_start(args, fmt);
    point(passed, file, line, fmt, args);
    va_end(args);
    if (!passed) {
        print_value(" got: ", got);
        print_value("want: ", want);
    }
    return passed;
}

bool
tap_is_int(long long got, long long want, const char *file, int line,
           const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    point(got == want, file, line, fmt, args);
    va_end(args);
    if (got != want)
        printf("#  got: %lld\n# want: %lld\n", got, want);
    return got == want;
}

void
tap_diag(const char *fmt, ...)
{
    char text[4096];
    va_list args;

    start();
    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    print_remark(text);
}

void
tap_skip(int count, const char *why)
{
    start();
    while (count-- > 0)
        printf("ok %d # SKIP %s\n", ++points, why);
}

void
tap_skip_all(const char *why)
{
    start();
    printf("1..0 # SKIP %s\n", why);
    exit(0);
}

void
tap_bail_out(const char *fmt, ...)
{
    va_list args;

    start();
    printf("Bail out! ");
    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
    printf("\n");
    exit(1);
}

int
tap_done(void)
{
    start();
    printf("1..%d\n", points);
    return failures > 0;
}
