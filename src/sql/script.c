#include "sql/script.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "sql/script_part.h"
#include "sql/script_state.h"

/* Before more is read: that may move the text. */
static void
uncut(struct script *script)
{
    if (script->cut != NULL)
        *script->cut = script->cut_character;
    script->cut = NULL;
}

/* The statement that was given last is no longer needed. */
static void
restore(struct script *script)
{
    uncut(script);
    script->progress.begun = false;
}

bool
script_data(struct script *script, const char **data, size_t *len)
{
    restore(script);
    return script->in_data && !script->failed &&
           script_next_data(script, data, len);
}

static void
cut(struct script *script, struct statement *out)
{
    const struct progress *progress = &script->progress;

    out->text = reader_at(&script->reader, progress->start.place);
    out->len = (size_t)(progress->end - progress->start.place);
    script->cut = reader_at(&script->reader, progress->end);
    script->cut_character = *script->cut;
    *script->cut = '\0';
}

static bool
give(struct script *script, struct statement *out)
{
    const struct progress *progress = &script->progress;

    *out = (struct statement){.number = ++script->number,
                              .line = progress->start.line,
                              .column = progress->start.column};
    arena_reuse(&script->arena);
    cut(script, out);
    statement_classify(&script->arena, script->language, out);
    if (script->language == LANGUAGE_POSTGRES &&
        statement_turns_escapes_on(out->text)) {
        uncut(script);
        return script_fail(
            script, progress->start.place,
            "a backslash in quotes would be an escape from here on",
            "leave it out, and write E'...' where one is meant");
    }
    if (out->kind != STATEMENT_COPY)
        return true;
    uncut(script);
    if (!script_skip_to_data(script))
        return false;
    cut(script, out);
    return true;
}

/* Go on to the end of a statement, or of the script. */
static bool
read_statement(struct script *script)
{
    struct token token;
    enum step step = STEP_ON;

    script->progress = (struct progress){0};
    while (step == STEP_ON && script_next_token(script, &token)) {
        step = script->language == LANGUAGE_POSTGRES
                   ? script_take_psql(script, &token)
                   : script_take_shell(script, &token);
        if (step == STEP_DONE && !script->progress.begun) {
            script->progress = (struct progress){0};
            step = STEP_ON; /* there was nothing before the semicolon */
        }
    }
    if (script->failed)
        return false;
    if (step == STEP_ON && !token.closed &&
        script->language == LANGUAGE_POSTGRES)
        return script_fail(script, script_place_of(script, token.text),
                           "/* is not closed", NULL);
    script->ended = script->ended || step != STEP_DONE;
    return script->progress.begun;
}

static bool
go_on(struct script *script)
{
    const char *data;
    size_t len;

    restore(script);
    while (script->in_data && !script->failed)
        (void)script_next_data(script, &data, &len);
    return !script->failed && !script->ended && read_statement(script);
}

bool
script_next(struct script *script, struct statement *out)
{
    return go_on(script) && give(script, out);
}

/* What a statement is matters only where data may follow it. */
static bool
skip(struct script *script)
{
    struct statement statement;

    return go_on(script) &&
           (script->language == LANGUAGE_SQLITE || give(script, &statement));
}

bool
script_ended(const struct script *script)
{
    return script->ended && !script->failed && !script->in_data;
}

bool
script_failed(const struct script *script)
{
    return script->failed;
}

void
script_checksum(const struct script *script, char out[DIGEST_LEN])
{
    digest_write(&script->digest, out);
}

bool
script_checksum_all(const struct script_source *source,
                    enum sql_language language, char out[DIGEST_LEN],
                    struct duet_error *err)
{
    SCOPED(script_close) struct script *script = NULL;

    if (!script_open(&script, source, language, err))
        return false;
    while (skip(script))
        continue;
    script_checksum(script, out);
    return script_ended(script);
}

/* What a Windows editor puts first is no part of the first statement. */
static bool
skip_byte_order_mark(struct script *script)
{
    static const char mark[] = "\xEF\xBB\xBF";

    while (!script->reader.ended && script->reader.len < sizeof mark - 1)
        if (!script_read_more(script))
            return false;
    if (strncmp(script->reader.data, mark, sizeof mark - 1) == 0) {
        script->at = sizeof mark - 1;
        script->counted.place = script->at;
    }
    return true;
}

bool
script_open(struct script **out, const struct script_source *source,
            enum sql_language language, struct duet_error *err)
{
    struct script *script = must_alloc(sizeof *script);

    script->language = language;
    script->err = err;
    script->line_is_blank = true;
    script->counted.line = source->line > 0 ? source->line : 1;
    script->counted.column = 1;
    digest_start(&script->digest);
    if (reader_open(&script->reader, source, err) &&
        (source->start > 0 || skip_byte_order_mark(script))) {
        *out = script;
        return true;
    }
    script_close(&script);
    return false;
}

void
script_close(struct script **script)
{
    struct script *closed = script != NULL ? *script : NULL;

    if (closed == NULL)
        return;
    reader_release(&closed->reader);
    arena_clear(&closed->arena);
    free(closed);
    *script = NULL;
}
