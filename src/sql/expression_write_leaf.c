/*
 * Writes literals and names.
 */
#include <string.h>

#include "sql/expression_build.h"
#include "sql/expression_writer.h"
#include "sql/quote.h"

static bool
is_control(char c)
{
    return ((unsigned char)c < 0x20 && c != '\0') || c == 0x7F;
}

static bool
has_control(const char *text)
{
    for (; *text != '\0'; text++)
        if (is_control(*text))
            return true;
    return false;
}

/* E'\t\n': what can't be seen is spelt out. */
static void
write_escaped_text(struct expression_writer *writer, const char *text)
{
    static const char named[] = "b\bf\fn\nr\rt\t";

    expression_write(writer, "E'");
    for (; *text != '\0'; text++) {
        const char *name = NULL;

        for (const char *at = named; *at != '\0'; at += 2)
            if (at[1] == *text)
                name = at;
        if (name != NULL)
            buf_printf(&writer->buf, "\\%c", *name);
        else if (is_control(*text))
            buf_printf(&writer->buf, "\\x%02x", (unsigned char)*text);
        else if (*text == '\'' || *text == '\\')
            buf_printf(&writer->buf, "%c%c", *text, *text);
        else
            buf_char(&writer->buf, *text);
    }
    buf_char(&writer->buf, '\'');
}

/* LEN characters, of which each is a control character or a blank. */
static void
write_characters(struct expression_writer *writer, const char *text, size_t len)
{
    expression_write(writer, "char(");
    for (size_t i = 0; i < len; i++)
        buf_printf(&writer->buf, "%s%d", i > 0 ? ", " : "", text[i]);
    buf_char(&writer->buf, ')');
}

/* How many characters at TEXT are of one sort: such that can be seen, or not.
 */
static size_t
run_len(const char *text)
{
    bool control = is_control(*text);
    size_t len = 0;

    while (text[len] != '\0' &&
           (is_control(text[len]) || (control && text[len] == ' ')) == control)
        len++;
    return len;
}

/* 'a' || char(9, 10) || 'b' */
static void
write_joined_text(struct expression_writer *writer, const char *text,
                  enum strength least)
{
    bool alone = text[run_len(text)] == '\0';

    if (!alone && least > OPERATION)
        buf_char(&writer->buf, '(');
    for (const char *at = text; *at != '\0'; at += run_len(at)) {
        if (at != text)
            expression_write(writer, " || ");
        if (is_control(*at))
            write_characters(writer, at, run_len(at));
        else
            buf_quoted(&writer->buf, at, run_len(at), '\'');
    }
    if (!alone && least > OPERATION)
        buf_char(&writer->buf, ')');
}

void
expression_write_text(struct expression_writer *writer, const char *text,
                      enum strength least)
{
    if (!has_control(text))
        buf_quoted(&writer->buf, text, strlen(text), '\'');
    else if (writes_sqlite(writer))
        write_joined_text(writer, text, least);
    else
        write_escaped_text(writer, text);
}

static void
write_blob(struct expression_writer *writer, const char *digits)
{
    if (writes_sqlite(writer))
        buf_printf(&writer->buf, "x'%s'", digits);
    else
        buf_printf(&writer->buf, "cast('\\x%s' as bytea)", digits);
}

static void
write_boolean(struct expression_writer *writer, const char *text)
{
    if (!writes_sqlite(writer))
        expression_write(writer, text);
    else
        expression_write(writer, strcmp(text, "true") == 0 ? "1" : "0");
}

static void
write_clock(struct expression_writer *writer, const char *name,
            enum strength least)
{
    const struct clock_row *clock = find_clock(name);
    const char *text = writes_sqlite(writer) ? clock->sqlite : clock->postgres;
    bool joined = strstr(text, " || ") != NULL && least > OPERATION;

    buf_printf(&writer->buf, joined ? "(%s)" : "%s", text);
}

void
expression_write_leaf(struct expression_writer *writer,
                      const struct expression *node, enum strength least)
{
    switch (node->kind) {
    case EXPRESSION_NULL:
        expression_write(writer, "null");
        break;
    case EXPRESSION_BOOLEAN:
        write_boolean(writer, node->text);
        break;
    case EXPRESSION_TEXT:
        expression_write_text(writer, node->text, least);
        break;
    case EXPRESSION_BLOB:
        write_blob(writer, node->text);
        break;
    case EXPRESSION_COLUMN:
        expression_write(writer, sql_name(&writer->arena, node->text));
        break;
    case EXPRESSION_CLOCK:
        write_clock(writer, node->text, least);
        break;
    case EXPRESSION_UUID:
        expression_write(writer, writes_sqlite(writer) ? uuid_on_sqlite
                                                       : "gen_random_uuid()");
        break;
    default: /* a number or a keyword */
        expression_write(writer, node->text);
        break;
    }
}
