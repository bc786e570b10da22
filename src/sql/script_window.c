#include "sql/script_state.h"

#include <string.h>

#include "base/err.h"

static void
count(struct position *position, const char *text, size_t len)
{
    for (const char *end = text + len; text < end; text++) {
        if (*text == '\n') {
            position->line++;
            position->column = 1;
        } else if (((unsigned char)*text & 0xC0) != 0x80) {
            position->column++;
        }
    }
    position->place += len;
}

void
statement_locate(const struct statement *statement, size_t byte, size_t *line,
                 size_t *column)
{
    struct position position = {.line = statement->line,
                                .column = statement->column};

    if (byte > 0 && byte <= statement->len + 1)
        count(&position, statement->text, byte - 1);
    *line = position.line;
    *column = position.column;
}

/* Of a place that is not before those that were counted. */
struct position
script_position_of(const struct script *script, uint64_t place)
{
    struct position position = script->counted;

    count(&position, reader_at(&script->reader, position.place),
          (size_t)(place - position.place));
    return position;
}

bool
script_fail_at(struct script *script, const struct position *position)
{
    script->failed = true;
    return err_wrap(script->err, "%s:%zu:%zu", script->reader.name,
                    position->line, position->column);
}

bool
script_fail(struct script *script, uint64_t place, const char *text,
            const char *hint)
{
    struct position position = script_position_of(script, place);

    (void)err_set(script->err, DUET_ERROR_USAGE, "%s", text);
    if (hint != NULL)
        (void)err_hint(script->err, "%s", hint);
    return script_fail_at(script, &position);
}

uint64_t
script_place_of(const struct script *script, const char *at)
{
    return script->reader.place + (uint64_t)(at - script->reader.data);
}

/* What is needed of it: the statement, or what was not read. */
static uint64_t
kept_place(const struct script *script)
{
    return script->progress.begun ? script->progress.start.place : script->at;
}

bool
script_read_more(struct script *script)
{
    uint64_t keep = kept_place(script);

    if (script->counted.place < keep)
        script->counted = script_position_of(script, keep);
    if (reader_more(&script->reader, keep, script->err))
        return true;
    script->failed = true;
    return false;
}

bool
script_fail_at_nul(struct script *script)
{
    return script_fail(
        script, script_place_of(script, reader_end(&script->reader)),
        "a NUL byte, which no SQL can have", "write the script in UTF-8");
}

/* PLACE is before the end of a line, which *OUT is then. */
bool
script_find_line_end(struct script *script, uint64_t place, const char **out)
{
    for (;;) {
        const char *at = reader_at(&script->reader, place);
        const char *end = reader_end(&script->reader);
        const char *newline = memchr(at, '\n', (size_t)(end - at));

        *out = newline != NULL ? newline : end;
        if (newline != NULL ||
            (script->reader.ended && !script->reader.has_nul))
            return true;
        if (script->reader.ended)
            return script_fail_at_nul(script);
        if (!script_read_more(script))
            return false;
    }
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* Go on to AT: is all of its line blank, so far? */
void
script_advance(struct script *script, const char *at)
{
    const char *from = reader_at(&script->reader, script->at);
    const char *behind = at;

    while (behind > from && is_blank(behind[-1]))
        behind--;
    if (behind > from)
        script->line_is_blank = behind[-1] == '\n';
    script->at = script_place_of(script, at);
}

/* False at the end and on an error; TOKEN is what token_next() makes of it. */
bool
script_next_token(struct script *script, struct token *token)
{
    const struct reader *reader = &script->reader;

    for (;;) {
        struct tokens tokens = {.at = reader_at(reader, script->at),
                                .postgres =
                                    script->language == LANGUAGE_POSTGRES};
        bool found = token_next(&tokens, token);

        if ((found && token_is_certain(&tokens, token, reader_end(reader))) ||
            (reader->ended && !reader->has_nul)) {
            script_advance(script, token->text);
            return found;
        }
        if (reader->ended)
            return script_fail_at_nul(script);
        if (!found) {
            tokens.at = reader_at(reader, script->at);
            token_skip_blank(&tokens);
            script_advance(script, tokens.at);
        }
        if (!script_read_more(script))
            return false;
    }
}

void
script_hash(struct script *script, const char *text, size_t len)
{
    char whole[64]; /* with a NUL: two steps would take twice as long */

    if (len < sizeof whole) {
        memcpy(whole, text, len);
        whole[len] = '\0';
        digest_add(&script->digest, whole, len + 1);
        return;
    }
    digest_add(&script->digest, text, len);
    digest_add(&script->digest, "", 1);
}

bool
is_rest_of_line(const char *at, const char *end)
{
    while (at < end && is_blank(*at))
        at++;
    return at == end || (end - at >= 2 && at[0] == '-' && at[1] == '-');
}
