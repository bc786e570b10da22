#include "sql/script_state.h"

#include <string.h>

#include "base/err.h"

/* psql reads the data first, then what stands behind the semicolon. */
bool
script_skip_to_data(struct script *script)
{
    const char *end;

    if (!script_find_line_end(script, script->at, &end))
        return false;
    if (!is_rest_of_line(reader_at(&script->reader, script->at), end))
        return script_fail(script, script->at,
                           "the line goes on behind COPY ... FROM stdin",
                           "have the data begin on the next line, and the next "
                           "statement behind the line \\.");
    script->at = script_place_of(script, *end == '\n' ? end + 1 : end);
    script->in_data = true;
    script->within_line = false;
    return true;
}

enum line_kind { LINE_DATA, LINE_LAST, LINE_CUT };

/* A line of data; LINE_CUT: more of it has to be there to tell. */
static enum line_kind
line_kind(const struct script *script, const char *at)
{
    size_t len = (size_t)(reader_end(&script->reader) - at);
    bool ended = script->reader.ended && !script->reader.has_nul;

    if (len == 0 || at[0] != '\\')
        return len == 0 ? LINE_CUT : LINE_DATA;
    if (len == 1 || at[1] != '.')
        return len == 1 && !ended ? LINE_CUT : LINE_DATA;
    if (len > 2 && at[2] == '\r')
        at++, len--;
    if (len == 2)
        return ended ? LINE_LAST : LINE_CUT;
    return at[2] == '\n' ? LINE_LAST : LINE_DATA;
}

/* The data in the window, up to a line that is none or may be none. */
static const char *
data_end(struct script *script, enum line_kind *kind)
{
    const char *at = reader_at(&script->reader, script->at);
    const char *end = reader_end(&script->reader);

    for (*kind = LINE_DATA; at < end;) {
        const char *newline;

        if (!script->within_line) {
            *kind = line_kind(script, at);
            if (*kind != LINE_DATA)
                return at;
        }
        newline = memchr(at, '\n', (size_t)(end - at));
        script->within_line = newline == NULL;
        at = newline == NULL ? end : newline + 1;
    }
    return at;
}

static void
skip_last_line(struct script *script)
{
    const char *at = reader_at(&script->reader, script->at);
    const char *newline = strchr(at, '\n');

    script->in_data = false;
    script->line_is_blank = true;
    script->at = newline != NULL
                     ? script_place_of(script, newline + 1)
                     : script_place_of(script, reader_end(&script->reader));
    script_hash(script, "", 0);
}

static bool
fail_in_data(struct script *script)
{
    if (script->reader.has_nul)
        return script_fail_at_nul(script);
    (void)err_set(script->err, DUET_ERROR_USAGE, "the data of COPY has no end");
    (void)err_hint(script->err, "put the line \\. behind it");
    return script_fail_at(script, &script->progress.start);
}

bool
script_next_data(struct script *script, const char **data, size_t *len)
{
    for (;;) {
        enum line_kind kind;
        const char *end = data_end(script, &kind);

        *data = reader_at(&script->reader, script->at);
        *len = (size_t)(end - *data);
        if (*len > 0) {
            digest_add(&script->digest, *data, *len);
            script->at += *len;
            return true;
        }
        if (kind == LINE_LAST) {
            skip_last_line(script);
            return false;
        }
        if (script->reader.ended)
            return fail_in_data(script);
        if (!script_read_more(script))
            return false;
    }
}
