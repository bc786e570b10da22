#include "cli/render.h"

#include <inttypes.h>
#include <libsmartcols.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"

enum {
    PROGRESS_AFTER = 500, /* milliseconds */
    PROGRESS_EVERY = 100
};

/* ------------------------------------------------------------------------
 * Lines and tables
 */

static bool
is_control(char character)
{
    return (unsigned char)character < 0x20 || character == 0x7F;
}

static void
print_character(char character)
{
    static const char short_forms[] = "\tt\nn\rr\\\\";
    const char *pair = short_forms;

    while (*pair != '\0' && *pair != character)
        pair += 2;
    if (*pair != '\0')
        (void)printf("\\%c", pair[1]);
    else if (is_control(character))
        (void)printf("\\x%02x", (unsigned)character);
    else
        (void)putchar(character);
}

static void
print_field(const char *text)
{
    for (; *text != '\0'; text++)
        print_character(*text);
}

void
render_line(const char *const *fields, size_t nfields)
{
    for (size_t i = 0; i < nfields; i++) {
        if (i > 0)
            (void)putchar('\t');
        if (fields[i] != NULL)
            print_field(fields[i]);
    }
    (void)putchar('\n');
}

static bool
fill_table(struct libscols_table *table, const char *const *headings,
           size_t ncolumns, const char *const *cells, size_t nrows)
{
    for (size_t column = 0; column < ncolumns; column++)
        if (scols_table_new_column(table, headings[column], 0, 0) == NULL)
            return false;
    for (size_t row = 0; row < nrows; row++) {
        struct libscols_line *line = scols_table_new_line(table, NULL);

        if (line == NULL)
            return false;
        for (size_t column = 0; column < ncolumns; column++)
            if (scols_line_set_data(line, column,
                                    cells[row * ncolumns + column]) != 0)
                return false;
    }
    return true;
}

static void
unref_table(struct libscols_table **table)
{
    scols_unref_table(*table);
}

static bool
print_table(const char *const *headings, size_t ncolumns,
            const char *const *cells, size_t nrows)
{
    SCOPED(unref_table) struct libscols_table *table = scols_new_table();

    return table != NULL &&
           fill_table(table, headings, ncolumns, cells, nrows) &&
           scols_print_table(table) == 0;
}

void
render_table(const char *const *headings, size_t ncolumns,
             const char *const *cells, size_t nrows)
{
    if (nrows > 0 && isatty(STDOUT_FILENO) &&
        print_table(headings, ncolumns, cells, nrows))
        return;
    for (size_t row = 0; row < nrows; row++)
        render_line(cells + row * ncolumns, ncolumns);
}

static size_t
terminal_width(void)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

static void
begin_line(size_t indent)
{
    (void)printf("\n%*s", (int)indent, "");
}

/* As it stands but for control characters, so that it can be copied. */
static void
print_lines(const char *text, size_t indent)
{
    for (; *text != '\0'; text++)
        if (*text == '\n')
            begin_line(indent);
        else if (*text == '\t' || *text == '\\')
            (void)putchar(*text);
        else
            print_character(*text);
}

static void
print_prose(const char *text, size_t indent, size_t width)
{
    size_t at = indent;

    while (*text != '\0') {
        size_t len = strcspn(text, " ");

        if (at > indent && at + 1 + len > width) {
            begin_line(indent);
            at = indent;
        } else if (at > indent) {
            (void)putchar(' ');
            at++;
        }
        for (size_t i = 0; i < len; i++)
            print_character(text[i]);
        at += len;
        text += len;
        text += *text == ' ';
    }
}

static bool
has_text(const struct entry_field *field)
{
    return field->text != NULL && *field->text != '\0';
}

void
render_entry(const char *title, const struct entry_field *fields,
             size_t nfields)
{
    bool colour = terminal_has_colour(stdout);
    size_t widest = 0;

    for (size_t i = 0; i < nfields; i++)
        if (has_text(&fields[i]) && strlen(fields[i].heading) > widest)
            widest = strlen(fields[i].heading);
    (void)fputs(colour ? "\033[1m" : "", stdout);
    print_field(title);
    (void)fputs(colour ? "\033[m\n" : "\n", stdout);
    for (size_t i = 0; i < nfields; i++) {
        if (!has_text(&fields[i]))
            continue;
        (void)printf("    %-*s  ", (int)widest, fields[i].heading);
        if (fields[i].is_prose)
            print_prose(fields[i].text, widest + 6, terminal_width());
        else
            print_lines(fields[i].text, widest + 6);
        (void)putchar('\n');
    }
}

const char *
counted(struct arena *arena, int64_t count, const char *noun)
{
    return arena_printf(arena, "%" PRId64 " %s%s", count, noun,
                        count == 1 ? "" : "s");
}

/* ------------------------------------------------------------------------
 * Errors
 */

static bool
is_capable_terminal(FILE *file)
{
    const char *term = getenv("TERM");

    return isatty(fileno(file)) && term != NULL && strcmp(term, "dumb") != 0;
}

bool
terminal_has_colour(FILE *file)
{
    const char *no_colour = getenv("NO_COLOR");

    return (no_colour == NULL || *no_colour == '\0') &&
           is_capable_terminal(file);
}

void
error_json(struct json *json, const struct duet_error *err)
{
    json_open(json, "error", '{');
    json_text(json, "kind", duet_error_name(err->kind));
    json_text(json, "code", err->code);
    json_text(json, "constraint", err->constraint);
    json_text(json, "text", err->text);
    json_text(json, "hint", err->hint);
    json_close(json, '}');
}

static void
print_error_json(const struct duet_error *err)
{
    SCOPED(json_release) struct json json = {0};

    json_open(&json, NULL, '{');
    error_json(&json, err);
    json_close(&json, '}');
    json_print(&json, stderr);
}

/*
 * Names that the database or the user made up may hold anything, and a
 * terminal obeys what it gets.
 */
void
render_talk(const char *text)
{
    for (; *text != '\0'; text++) {
        if (is_control(*text))
            (void)fprintf(stderr, "\\x%02x", (unsigned)*text);
        else
            (void)fputc(*text, stderr);
    }
    (void)fputc('\n', stderr);
}

void
render_error(const struct duet_error *err, bool json)
{
    bool colour = terminal_has_colour(stderr);
    const char *end = colour ? "\033[m" : "";

    if (json) {
        print_error_json(err);
        return;
    }
    (void)fprintf(stderr, "%sduet:%s ", colour ? "\033[1;31m" : "", end);
    render_talk(err->text);
    if (err->hint[0] == '\0')
        return;
    (void)fprintf(stderr, "%shint:%s ", colour ? "\033[1m" : "", end);
    render_talk(err->hint);
}

/* ------------------------------------------------------------------------
 * Progress
 */

void
progress_start(struct progress *progress, bool quiet)
{
    *progress =
        (struct progress){.wanted = !quiet && is_capable_terminal(stderr)};
    if (progress->wanted)
        progress->due = clock_milliseconds() + PROGRESS_AFTER;
}

void
progress_show(struct progress *progress, const char *fmt, ...)
{
    va_list args;
    int64_t time;

    if (!progress->wanted || (time = clock_milliseconds()) < progress->due)
        return;
    progress->due = time + PROGRESS_EVERY;
    progress->visible = true;
    (void)fputc('\r', stderr);
    va_start(args, fmt);
    (void)vfprintf(stderr, fmt, args);
    va_end(args);
    (void)fputs("\033[K", stderr);
}

void
progress_end(struct progress *progress)
{
    if (progress->visible)
        (void)fputs("\r\033[K", stderr);
    progress->visible = false;
}
