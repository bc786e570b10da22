#include "worker/literals.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/path.h"

/* How a literal is written: from a quote to the same again. */
struct quote {
    const char *mark;
    bool has_escapes; /* a backslash takes the meaning of what follows */
    bool has_lines;   /* it may go on in the next one */
};

enum { QUOTES_MAX = 5 };

struct language {
    const char *suffixes; /* each behind a blank */
    const char *programs; /* in the first line of a script; or NULL */
    const char *comment;  /* to the end of the line */
    const char *other_comment;
    const char *block_open;
    const char *block_close;
    bool comment_is_word; /* within a word it is none */
    bool has_prose;       /* between tags, where don't has an apostrophe */
    struct quote quotes[QUOTES_MAX]; /* what begins with another goes first */
};

static const struct language languages[] = {
    {.suffixes = " .py .pyi .pyx ",
     .programs = "python",
     .comment = "#",
     .quotes = {{"\"\"\"", true, true},
                {"'''", true, true},
                {"\"", true, false},
                {"'", true, false}}},
    {.suffixes = " .js .jsx .mjs .cjs .ts .tsx .mts .cts .vue .svelte ",
     .programs = "node",
     .comment = "//",
     .has_prose = true,
     .block_open = "/*",
     .block_close = "*/",
     .quotes = {{"\"", true, false}, {"'", true, false}, {"`", true, true}}},
    {.suffixes = " .c .h .cc .cpp .cxx .hh .hpp .java .kt .cs .scala .swift ",
     .comment = "//",
     .block_open = "/*",
     .block_close = "*/",
     .quotes = {{"\"", true, false}, {"'", true, false}}},
    {.suffixes = " .rs ",
     .comment = "//",
     .block_open = "/*",
     .block_close = "*/",
     .quotes = {{"\"", true, true}}},
    {.suffixes = " .go ",
     .comment = "//",
     .block_open = "/*",
     .block_close = "*/",
     .quotes = {{"\"", true, false}, {"'", true, false}, {"`", false, true}}},
    {.suffixes = " .php ",
     .programs = "php",
     .comment = "//",
     .other_comment = "#",
     .block_open = "/*",
     .block_close = "*/",
     .quotes = {{"\"", true, true}, {"'", true, true}}},
    {.suffixes = " .sh .bash .zsh .bats ",
     .programs = "sh",
     .comment = "#",
     .comment_is_word = true,
     .quotes = {{"\"", true, true}, {"'", false, true}}},
    {.suffixes = " .rb .rake ",
     .programs = "ruby",
     .comment = "#",
     .quotes = {{"\"", true, true}, {"'", true, true}}},
    {.suffixes = " .pl .pm .t ",
     .programs = "perl",
     .comment = "#",
     .comment_is_word = true,
     .quotes = {{"\"", true, true}, {"'", true, true}}},
    {.suffixes = " .ex .exs ",
     .programs = "elixir",
     .comment = "#",
     .quotes = {{"\"\"\"", true, true}, {"\"", true, true}, {"'", true, true}}},
    {.suffixes = " .sql ",
     .comment = "--",
     .block_open = "/*",
     .block_close = "*/",
     .quotes = {{"'", false, true}, {"\"", false, true}}},
    {.suffixes = NULL},
};

/* A script says in its first line what reads it, whatever its name. */
static const struct language *
language_of_script(const char *text)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *line;

    if (strncmp(text, "#!", 2) != 0)
        return NULL;
    line = arena_copy(&arena, text, strcspn(text, "\n"));
    for (const struct language *at = languages; at->suffixes; at++)
        if (at->programs != NULL && strstr(line, at->programs) != NULL)
            return at;
    return NULL;
}

static const struct language *
language_of_name(const char *name)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *slash = strrchr(name, '/');
    const char *dot = strrchr(slash ? slash : name, '.');

    if (dot == NULL)
        return NULL;
    dot = arena_printf(&arena, " %s ", dot);
    for (const struct language *at = languages; at->suffixes; at++)
        if (strstr(at->suffixes, dot) != NULL)
            return at;
    return NULL;
}

static const struct language *
find_language(const char *name, const char *text)
{
    const struct language *language = language_of_script(text);

    return language ? language : language_of_name(name);
}

/* ------------------------------------------------------------------------
 * One text
 */

struct reader {
    struct literals *literals;
    struct arena *arena;
    const struct language *language;
    const char *path;
    const char *text;
    const char *line; /* where it begins */
    size_t number;    /* of that line */
    const char *const *labels;
};

static bool
begins(const char *text, const char *with)
{
    return with != NULL && strncmp(text, with, strlen(with)) == 0;
}

/* To AT, past the lines that end before it. */
static void
count_lines(struct reader *reader, const char *at)
{
    const char *end;

    while ((end = memchr(reader->line, '\n', (size_t)(at - reader->line)))) {
        reader->line = end + 1;
        reader->number++;
    }
}

static const char *
line_text(const struct reader *reader)
{
    size_t len = strcspn(reader->line, "\n");
    size_t blank = strspn(reader->line, " \t");

    if (blank > len)
        blank = len;
    while (len > blank && strchr(" \t\r", reader->line[len - 1]) != NULL)
        len--;
    return arena_copy(reader->arena, reader->line + blank, len - blank);
}

static void
judge(struct reader *reader, const char *quote, const char *content, size_t len)
{
    struct literals *literals = reader->literals;

    for (size_t i = 0; reader->labels[i] != NULL; i++) {
        if (strlen(reader->labels[i]) != len ||
            memcmp(reader->labels[i], content, len) != 0)
            continue;
        count_lines(reader, quote);
        literals->found =
            arena_grow(reader->arena, literals->found, literals->count,
                       &literals->have, sizeof *literals->found);
        literals->found[literals->count++] = (struct literal){
            .path = reader->path,
            .line = reader->number,
            .column = (size_t)(quote - reader->line) + 1,
            .label = reader->labels[i],
            .text = line_text(reader),
        };
        return;
    }
}

/* Past the literal at AT; one that is not closed ends with its line. */
static const char *
read_literal(struct reader *reader, const struct quote *quote, const char *at)
{
    const char *content = at + strlen(quote->mark);
    const char *end = content;

    while (*end != '\0' && !begins(end, quote->mark)) {
        if (*end == '\n' && !quote->has_lines)
            return end;
        if (*end == '\\' && quote->has_escapes && end[1] != '\0')
            end++;
        end++;
    }
    if (*end == '\0')
        return quote->has_lines ? content : end;
    judge(reader, at, content, (size_t)(end - content));
    return end + strlen(quote->mark);
}

static bool
is_comment(const struct reader *reader, const char *at)
{
    const struct language *language = reader->language;

    if (!begins(at, language->comment) && !begins(at, language->other_comment))
        return false;
    return !language->comment_is_word || at == reader->text ||
           strchr(" \t\n;(){}&|", at[-1]) != NULL;
}

static bool
is_apostrophe(const struct reader *reader, const char *at)
{
    return reader->language->has_prose && *at == '\'' && at > reader->text &&
           isalnum((unsigned char)at[-1]);
}

static const char *
read_one(struct reader *reader, const char *at)
{
    const struct language *language = reader->language;

    if (begins(at, language->block_open)) {
        const char *end = strstr(at + 2, language->block_close);

        return end ? end + strlen(language->block_close) : at + strlen(at);
    }
    if (is_comment(reader, at))
        return at + strcspn(at, "\n");
    if (*at == '\\' && at[1] != '\0')
        return at + 2;
    if (is_apostrophe(reader, at))
        return at + 1;
    for (size_t i = 0; i < QUOTES_MAX && language->quotes[i].mark; i++)
        if (begins(at, language->quotes[i].mark))
            return read_literal(reader, &language->quotes[i], at);
    return at + 1;
}

/* False where a file NAME is in no language that is known. */
static bool
read_text(struct literals *literals, struct arena *arena, const char *name,
          const char *text, const char *const *labels)
{
    struct reader reader = {
        .literals = literals,
        .arena = arena,
        .language = find_language(name, text),
        .path = arena_text(arena, name),
        .text = text,
        .line = text,
        .number = 1,
        .labels = labels,
    };
    const char *at = text;

    if (reader.language == NULL)
        return false;
    while (*at != '\0')
        at = read_one(&reader, at);
    literals->files++;
    return true;
}

/* ------------------------------------------------------------------------
 * Files
 */

/* TEXT is NULL for what is there no more. */
static bool
read_file(struct literals *literals, struct arena *arena, const char *path,
          const char *const *labels, bool *known, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena scratch = {0};
    const char *text;

    if (!path_read(&scratch, path, &text, err))
        return false;
    *known = text != NULL && read_text(literals, arena, path, text, labels);
    return true;
}

static int
is_wanted(const struct dirent *entry)
{
    return *entry->d_name != '.' &&
           strcmp(entry->d_name, "node_modules") != 0 &&
           strcmp(entry->d_name, "__pycache__") != 0;
}

static bool read_directory(struct literals *literals, struct arena *arena,
                           const char *path, const char *const *labels,
                           struct duet_error *err);

/* What is neither file nor directory, links included, is left out. */
static bool
read_entry(struct literals *literals, struct arena *arena, const char *path,
           const char *const *labels, struct duet_error *err)
{
    struct stat info;
    bool known;

    if (lstat(path, &info) != 0)
        return errno == ENOENT || err_errno(err, "'%s'", path);
    if (S_ISDIR(info.st_mode))
        return read_directory(literals, arena, path, labels, err);
    return !S_ISREG(info.st_mode) ||
           read_file(literals, arena, path, labels, &known, err);
}

static bool
read_directory(struct literals *literals, struct arena *arena, const char *path,
               const char *const *labels, struct duet_error *err)
{
    struct dirent **entries;
    int count = scandir(path, &entries, is_wanted, alphasort);
    bool done = true;

    if (count == -1)
        return err_errno(err, "directory '%s'", path);
    for (int i = 0; i < count; i++) {
        done = done && read_entry(literals, arena,
                                  path_join(arena, path, entries[i]->d_name),
                                  labels, err);
        free(entries[i]);
    }
    free(entries);
    return done;
}

bool
literals_find(struct literals *literals, struct arena *arena, const char *path,
              const char *const *labels, struct duet_error *err)
{
    struct stat info;
    bool known;

    if (stat(path, &info) != 0)
        return err_errno(err, "'%s'", path);
    if (S_ISDIR(info.st_mode))
        return read_directory(literals, arena, path, labels, err);
    if (!read_file(literals, arena, path, labels, &known, err))
        return false;
    if (known)
        return true;
    (void)err_set(err, DUET_ERROR_USAGE,
                  "'%s' is in no language that is known here", path);
    return err_hint(err, "Python, JavaScript, C, Go, Ruby, shell and others "
                         "are, by the suffix of the name or the first line");
}
