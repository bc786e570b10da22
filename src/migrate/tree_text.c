/*
 * What the text of a migration says: where it is cut, and its directives.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "base/duration.h"
#include "base/err.h"
#include "migrate/tree_part.h"
#include "sql/script.h"

/* Longer ones stay where they are, and are read again when they run. */
enum { MAX_KEPT = 1 << 20, HEAD_LEN = 4096 };

/* ------------------------------------------------------------------------
 * Loading
 */

static bool
refuse_nul(const char *path, struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_USAGE, "'%s' has a NUL byte", path);
    return err_hint(err, "SQL is a text: save it as UTF-8");
}

/* The first LEN bytes, or as many as there are by now. */
static bool
read_bytes(int fd, const char *path, char *text, size_t len,
           struct duet_error *err)
{
    size_t have = 0;
    ssize_t more = 1;

    while (have < len && more > 0) {
        more = read(fd, text + have, len - have);
        if (more > 0)
            have += (size_t)more;
        else if (more < 0 && errno == EINTR)
            more = 1;
    }
    if (more < 0)
        return err_errno(err, "'%s'", path);
    return memchr(text, '\0', have) == NULL || refuse_nul(path, err);
}

static bool
load_file(struct arena *arena, int fd, struct tree_part *part,
          struct duet_error *err)
{
    const char *path = part->file->path;
    struct stat info;
    size_t len;
    char *text;

    if (fstat(fd, &info) != 0)
        return err_errno(err, "'%s'", path);
    if (!S_ISREG(info.st_mode))
        return err_set(err, DUET_ERROR_IO, "migration '%s' is no file", path);
    len = info.st_size > MAX_KEPT ? HEAD_LEN : (size_t)info.st_size;
    text = arena_alloc(arena, len + 1);
    part->head = text;
    part->text = info.st_size > MAX_KEPT ? NULL : text;
    return read_bytes(fd, path, text, len, err);
}

bool
tree_text_load(struct arena *arena, struct tree_part *part,
               struct duet_error *err)
{
    SCOPED(descriptor_close) int fd = -1;

    if (part->file->text != NULL) {
        part->text = part->head = part->file->text;
        return true;
    }
    /* A pipe of that name would have it wait for ever. */
    fd = open(part->file->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    return (fd >= 0 || err_errno(err, "'%s'", part->file->path)) &&
           load_file(arena, fd, part, err);
}

/* ------------------------------------------------------------------------
 * Lines
 */

struct scan {
    const struct tree_style_spec *style;
    const char *path;
    struct tree_text *out;
    struct tree_section *section; /* where it is; NULL: before the first */
    struct tree_section before;   /* what stands there is for both */
    uint64_t at;                  /* of the line */
    size_t len;                   /* likewise, with its newline */
    size_t number;
    bool in_comment;
    bool begun; /* statements have */
    bool has_variables;
    struct duet_error *err;
};

static bool
starts_with(const char *text, size_t len, const char *start)
{
    return len >= strlen(start) && strncmp(text, start, strlen(start)) == 0;
}

static bool
refuse_line(struct scan *scan, const char *what)
{
    return err_set(scan->err, DUET_ERROR_USAGE, "%s:%zu: %s", scan->path,
                   scan->number, what);
}

static bool
take_directive(struct tree_section *section, const char *word)
{
    static const char timeout[] = "lock-timeout=";

    if (strcmp(word, "no-transaction") == 0)
        section->no_transaction = true;
    else if (strcmp(word, "out-of-order") == 0)
        section->out_of_order = true;
    else if (strncmp(word, timeout, sizeof timeout - 1) != 0 ||
             !duration_read(word + sizeof timeout - 1, &section->lock_timeout))
        return false;
    return true;
}

static bool
refuse_directive(struct scan *scan, const char *word)
{
    SCOPED(arena_clear) struct arena arena = {0};

    if (scan->begun) {
        (void)refuse_line(scan, arena_printf(&arena,
                                             "directive '%s' stands behind a "
                                             "statement",
                                             word));
        return err_hint(scan->err, "write it at the head of the file");
    }
    (void)refuse_line(scan,
                      arena_printf(&arena, "there is no directive '%s'", word));
    return err_hint(scan->err, "there are no-transaction, lock-timeout=5s and "
                               "out-of-order");
}

/* `no-transaction, lock-timeout=5s`; TEXT is what stands behind `duet:`. */
static bool
take_directives(struct scan *scan, char *text)
{
    static const char between[] = ", \t\r";
    struct tree_section *section =
        scan->section == NULL ? &scan->before : scan->section;
    char *rest = NULL;

    for (char *word = strtok_r(text, between, &rest); word != NULL;
         word = strtok_r(NULL, between, &rest)) {
        struct tree_section read = *section;
        bool known = take_directive(&read, word);

        if (known == scan->begun)
            return refuse_directive(scan, word);
        if (scan->begun)
            return true; /* it is prose, whatever else it says */
        *section = read;
    }
    return true;
}

static bool
take_duet(struct scan *scan, const char *comment, size_t len)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *end = comment + len;
    const char *at = comment + 2;

    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    if (!starts_with(at, (size_t)(end - at), "duet:"))
        return true;
    return take_directives(scan,
                           arena_copy(&arena, at + 5, (size_t)(end - at) - 5));
}

/* From the next line on it is SECTION. */
static bool
begin_section(struct scan *scan, struct tree_section *section,
              bool no_transaction)
{
    bool is_up = section == &scan->out->up;

    if (section->found)
        return refuse_line(scan, is_up ? "a second section that goes up"
                                       : "a second section that goes down") ||
               err_hint(scan->err, "make it a migration of its own");
    if (is_up ? scan->out->down.found : !scan->out->up.found)
        return refuse_line(scan, "the section that goes up must come first");
    if (!is_up)
        scan->out->up.source.end = scan->at;
    section->found = true;
    section->no_transaction = no_transaction;
    section->source.start = scan->at + scan->len;
    section->source.line = scan->number + 1;
    scan->section = section;
    scan->begun = false;
    return true;
}

static bool
take_mark(struct scan *scan, const char *comment, size_t len)
{
    enum tree_mark mark = scan->style->mark(comment, len);

    switch (mark) {
    case MARK_UP:
    case MARK_UP_NO_TRANSACTION:
        return begin_section(scan, &scan->out->up,
                             mark == MARK_UP_NO_TRANSACTION);
    case MARK_DOWN:
    case MARK_DOWN_NO_TRANSACTION:
        return begin_section(scan, &scan->out->down,
                             mark == MARK_DOWN_NO_TRANSACTION);
    case MARK_NO_TRANSACTION:
        scan->before.no_transaction = true;
        break;
    case MARK_VARIABLES:
        scan->has_variables = true;
        break;
    case MARK_NONE:
        break;
    }
    return true;
}

/* A line with something else than a comment. */
static bool
take_statement(struct scan *scan)
{
    scan->begun = true;
    if (scan->section != NULL)
        return true;
    (void)refuse_line(scan, "a statement stands before the first section");
    return err_hint(scan->err, "write '%s' above it", scan->style->up_mark);
}

/* What is left of a line behind the end of a comment. */
static bool
take_rest(struct scan *scan, const char *text, size_t len)
{
    for (size_t i = 0; i + 1 < len; i++)
        if (text[i] == '*' && text[i + 1] == '/') {
            scan->in_comment = false;
            for (i += 2; i < len; i++)
                if (!isspace((unsigned char)text[i]))
                    return take_statement(scan);
        }
    return true;
}

static bool
take_text(struct scan *scan, const char *line, size_t len)
{
    size_t start = 0;
    size_t end = len;

    if (scan->number == 1 && starts_with(line, len, "\xEF\xBB\xBF"))
        start = 3;
    while (end > start && isspace((unsigned char)line[end - 1]))
        end--;
    if (starts_with(line + start, end - start, "--") &&
        scan->style->mark != NULL &&
        !take_mark(scan, line + start, end - start))
        return false;
    while (start < end && isspace((unsigned char)line[start]))
        start++;
    if (starts_with(line + start, end - start, "--"))
        return take_duet(scan, line + start, end - start);
    if (start == end || scan->begun)
        return true;
    if (!scan->in_comment && !starts_with(line + start, end - start, "/*"))
        return take_statement(scan);
    start += scan->in_comment ? 0 : 2;
    scan->in_comment = true;
    return take_rest(scan, line + start, end - start);
}

/* LEN is with its newline. */
static bool
take_line(struct scan *scan, const char *line, size_t len)
{
    bool taken;

    if (memchr(line, '\0', len) != NULL)
        return refuse_nul(scan->path, scan->err);
    scan->number++;
    scan->len = len;
    if (scan->number == 1 && scan->style->first_line &&
        starts_with(line, len, "-- no-transaction"))
        scan->before.no_transaction = true;
    taken = take_text(scan, line, len);
    scan->at += len;
    return taken;
}

static bool
scan_text(struct scan *scan, const char *text)
{
    while (*text != '\0') {
        const char *end = strchr(text, '\n');
        size_t len = end == NULL ? strlen(text) : (size_t)(end - text) + 1;

        if (!take_line(scan, text, len))
            return false;
        text += len;
    }
    return true;
}

static void
close_file(FILE **file)
{
    if (*file != NULL)
        (void)fclose(*file);
}

static bool
scan_file(struct scan *scan)
{
    SCOPED(close_file) FILE *file = fopen(scan->path, "re");
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    bool taken = true;

    if (file == NULL)
        return err_errno(scan->err, "'%s'", scan->path);
    while (taken && (len = getline(&line, &size, file)) > 0)
        taken = take_line(scan, line, (size_t)len);
    free(line);
    return taken && (!ferror(file) || err_errno(scan->err, "'%s'", scan->path));
}

/* ------------------------------------------------------------------------
 * What it says
 */

static void
merge(struct tree_section *section, const struct tree_section *before)
{
    section->no_transaction |= before->no_transaction;
    section->out_of_order |= before->out_of_order;
    if (section->lock_timeout == 0)
        section->lock_timeout = before->lock_timeout;
}

static bool
no_section(const struct scan *scan)
{
    (void)err_set(scan->err, DUET_ERROR_USAGE, "'%s' has no line '%s'",
                  scan->path, scan->style->up_mark);
    return err_hint(scan->err, "write it above what goes up");
}

/* TEXT NULL: it is in the file. */
static bool
scan_whole(struct scan *scan, const char *text)
{
    const struct script_source source = {.name = scan->path, .text = text};

    *scan->out = (struct tree_text){.up.source = source, .down.source = source};
    if (scan->style->mark == NULL) {
        scan->section = &scan->out->up;
        scan->out->up.found = true;
    }
    if (text == NULL ? !scan_file(scan) : !scan_text(scan, text))
        return false;
    if (!scan->out->up.found)
        return no_section(scan);
    merge(&scan->out->up, &scan->before);
    merge(&scan->out->down, &scan->before);
    return true;
}

static bool
put_variables_in(struct scan *scan, struct arena *arena, const char *text)
{
    struct scan again = {.style = scan->style,
                         .path = scan->path,
                         .out = scan->out,
                         .err = scan->err};

    if (text == NULL)
        return err_set(scan->err, DUET_ERROR_USAGE,
                       "'%s' is too long for ENVSUB", scan->path);
    return tree_variables(arena, scan->path, text, &text, scan->err) &&
           scan_whole(&again, text);
}

bool
tree_text_read(struct arena *arena, const struct tree_part *part,
               enum tree_style style, struct tree_text *out,
               struct duet_error *err)
{
    struct scan scan = {.style = &tree_styles[style],
                        .path = part->file->path,
                        .out = out,
                        .err = err};
    struct script_source written;

    if (!scan_whole(&scan, part->text))
        return false;
    written = out->up.source;
    if (scan.has_variables && !put_variables_in(&scan, arena, part->text))
        return false;
    out->written = written;
    return true;
}
