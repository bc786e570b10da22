/*
 * Properties, in either language: the statements of a script are disjoint
 * parts of it, in order, and stand where their lines and columns say; the data
 * of COPY stands behind its statement.  A script comes out the same from a
 * text and from a file, through a window of any size, and when its data is
 * not read; what is given before a NUL or an error is what is given without
 * what is behind.  Its checksum is that of its tokens as long as it has
 * nothing but SQL in it.
 *
 * The first byte of the input chooses the windows.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "db/token.h"
#include "sql/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(int holds)
{
    if (!holds)
        abort();
}

/* All that comes out of a script, as one text. */
struct outcome {
    struct buf text;
    char checksum[DIGEST_LEN];
    struct duet_error err;
    bool ended;
};

static void
release(struct outcome *outcome)
{
    buf_release(&outcome->text);
}

static void
add_statement(struct buf *out, const struct statement *statement)
{
    must(statement->len > 0 && strlen(statement->text) == statement->len);
    buf_printf(out, "%d %d %zu:%zu %s %s\n", (int)statement->kind,
               (int)statement->outside, statement->line, statement->column,
               statement->object ? statement->object : "-",
               statement->table ? statement->table : "-");
    buf_add(out, statement->text, statement->len);
    buf_char(out, '\0');
}

static void
add_data(struct buf *out, struct script *script)
{
    const char *data;
    size_t len;

    while (script_data(script, &data, &len)) {
        must(len > 0);
        buf_add(out, data, len);
    }
    buf_char(out, '\0');
}

static void
read_script(struct outcome *out, const struct script_source *source,
            enum sql_language language, bool with_data)
{
    SCOPED(script_close) struct script *script = NULL;
    struct statement statement;

    *out = (struct outcome){0};
    must(script_open(&script, source, language, &out->err));
    while (script_next(script, &statement)) {
        add_statement(&out->text, &statement);
        if (with_data && statement.kind == STATEMENT_COPY)
            add_data(&out->text, script);
    }
    must(!script_next(script, &statement));
    out->ended = script_ended(script);
    must(out->ended == !script_failed(script));
    must(out->ended == (out->err.kind == DUET_ERROR_NONE));
    script_checksum(script, out->checksum);
}

static bool
is_same_outcome(const struct outcome *one, const struct outcome *other)
{
    return one->text.len == other->text.len &&
           memcmp(buf_data(&one->text), buf_data(&other->text),
                  one->text.len) == 0 &&
           strcmp(one->checksum, other->checksum) == 0 &&
           strcmp(one->err.text, other->err.text) == 0 &&
           one->ended == other->ended;
}

/* What is no character has no place of its own. */
static bool
is_within_character(const char *at)
{
    return ((unsigned char)*at & 0xC0) == 0x80;
}

/* The place of a line and a column, which are characters. */
static const char *
find_place(const char *text, const char *end, size_t line, size_t column)
{
    if (strncmp(text, "\xEF\xBB\xBF", 3) == 0)
        text += 3;
    for (; line > 1; line--)
        text = (const char *)memchr(text, '\n', (size_t)(end - text)) + 1;
    while (text < end && is_within_character(text))
        text++; /* what begins a line belongs to no character */
    for (; column > 1; column--)
        do
            text++;
        while (text < end && is_within_character(text));
    return text;
}

static void
check_places(const char *text, size_t len, enum sql_language language)
{
    SCOPED(script_close) struct script *script = NULL;
    const struct script_source source = {.name = "x", .text = text};
    struct statement statement;
    const char *at = text;

    must(script_open(&script, &source, language, NULL));
    for (size_t number = 1; script_next(script, &statement); number++) {
        const char *place = is_within_character(statement.text)
                                ? at
                                : find_place(text, text + len, statement.line,
                                             statement.column);
        const char *data;
        size_t data_len;

        must(statement.number == number && place >= at &&
             statement.len <= (size_t)(text + len - place));
        if (!is_within_character(statement.text))
            must(memcmp(place, statement.text, statement.len) == 0);
        at = place + statement.len;
        while (script_data(script, &data, &data_len)) {
            must(data_len <= (size_t)(text + len - at));
            for (at++; memcmp(at, data, data_len) != 0; at++)
                must(data_len < (size_t)(text + len - at));
            at += data_len;
        }
    }
}

/* The checksum of the tokens, where there is nothing but SQL. */
static void
check_checksum(const char *text, enum sql_language language,
               const struct outcome *outcome)
{
    struct tokens tokens = {.at = text,
                            .postgres = language == LANGUAGE_POSTGRES};
    struct token token;
    struct digest all;
    char checksum[DIGEST_LEN];

    if (!outcome->ended || strchr(text, '\\') != NULL ||
        strchr(text, '#') != NULL || strchr(text, '.') != NULL ||
        strncmp(text, "\xEF\xBB\xBF", 3) == 0)
        return;
    digest_start(&all);
    while (token_next(&tokens, &token)) {
        digest_add(&all, token.text, token.len);
        digest_add(&all, "", 1);
    }
    digest_write(&all, checksum);
    must(strcmp(checksum, outcome->checksum) == 0);
}

/* A file that is there as long as the program is. */
static const char *
write_file(const void *data, size_t len)
{
    static char path[64];
    static FILE *file;

    if (file == NULL) {
        (void)snprintf(path, sizeof path, "/proc/self/fd/%d",
                       fileno(file = tmpfile()));
        must(file != NULL);
    }
    rewind(file);
    must(ftruncate(fileno(file), 0) == 0);
    must(fwrite(data, 1, len, file) == len && fflush(file) == 0);
    return path;
}

/* PATH has what TEXT has, and maybe a NUL and more behind it. */
static void
check_file(const char *path, size_t len, size_t window,
           enum sql_language language, const struct outcome *want)
{
    struct script_source source = {.name = path, .end = len, .window = window};
    SCOPED(release) struct outcome whole = {0};
    SCOPED(release) struct outcome bare = {0};

    if (len == 0)
        return;
    read_script(&whole, &source, language, true);
    must(whole.ended == want->ended && whole.text.len == want->text.len &&
         memcmp(buf_data(&whole.text), buf_data(&want->text), whole.text.len) ==
             0 &&
         strcmp(whole.checksum, want->checksum) == 0);
    read_script(&bare, &source, language, false);
    must(bare.ended == want->ended &&
         strcmp(bare.checksum, want->checksum) == 0);
}

static bool
ends_with(const char *text, const char *end, enum sql_language language)
{
    SCOPED(buf_release) struct buf all = {0};
    SCOPED(release) struct outcome outcome = {0};

    buf_printf(&all, "%s\n%s", text, end);
    read_script(&outcome,
                &(struct script_source){.name = "x", .text = buf_data(&all)},
                language, true);
    return outcome.ended;
}

/* A command ends it (\q, .quit): what is behind its text does not matter. */
static bool
quits(const char *text, enum sql_language language)
{
    static const char *const quotes[] = {"'", "''", "*/'"};

    for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++)
        if (!ends_with(text, quotes[i], language))
            return false;
    return true;
}

/*
 * A NUL is an error, and what is given is what is given without it.  Behind the
 * end it may have been read already, or not.
 */
static void
check_nul(const char *path, const char *text, size_t window,
          enum sql_language language, const struct outcome *want)
{
    const struct script_source source = {.name = path, .window = window};
    SCOPED(release) struct outcome cut = {0};

    read_script(&cut, &source, language, true);
    must(!cut.ended || quits(text, language));
    must(*text == '\0' || cut.text.len <= want->text.len);
}

static void
check(const char *text, size_t text_len, const char *path, size_t len,
      size_t window, enum sql_language language)
{
    const struct script_source source = {.name = "x", .text = text};
    const struct script_source narrow = {
        .name = "x", .text = text, .window = window};
    SCOPED(release) struct outcome outcome = {0};
    SCOPED(release) struct outcome other = {0};

    read_script(&outcome, &source, language, true);
    read_script(&other, &narrow, language, true);
    must(is_same_outcome(&outcome, &other));
    check_places(text, text_len, language);
    check_checksum(text, language, &outcome);
    check_file(path, text_len, window, language, &outcome);
    if (len > text_len)
        check_nul(path, text, window, language, &outcome);
}

/* A block of its own and no larger, so that reading on is noticed. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    size_t window = len > 0 ? 1 + data[0] : 1;
    size_t all_len = len > 0 ? len - 1 : 0;
    const char *all = len > 0 ? (const char *)data + 1 : "";
    size_t text_len = strnlen(all, all_len);
    char *text = malloc(text_len + 1);
    const char *path = write_file(all, all_len);

    must(text != NULL);
    memcpy(text, all, text_len);
    text[text_len] = '\0';
    check(text, text_len, path, all_len, window, LANGUAGE_POSTGRES);
    check(text, text_len, path, all_len, window, LANGUAGE_SQLITE);
    free(text);
    return 0;
}
