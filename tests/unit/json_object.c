/*
 * Reading JSON objects: what is one, and what becomes of its members.
 */
#include <string.h>

#include "base/buf.h"
#include "lib/tap.h"
#include "rows/json_object.h"

static struct json_reader *reader;

/* "name=value" of each member with a letter for its kind, or the error. */
static const char *
members(const char *text, size_t len)
{
    static const char letters[] = {
        [JSON_NULL] = '0', [JSON_BOOLEAN] = 'b', [JSON_NUMBER] = 'n',
        [JSON_TEXT] = 't', [JSON_OBJECT] = 'o',  [JSON_ARRAY] = 'a'};
    static struct buf out;
    SCOPED(arena_clear) struct arena arena = {0};
    struct json_object object;
    struct duet_error err = {0};

    buf_release(&out);
    if (!json_read(reader, &arena, text, len, &object, &err)) {
        buf_printf(&out, "%s: %s", duet_error_name(err.kind), err.text);
        return buf_data(&out);
    }
    for (size_t i = 0; i < object.count; i++) {
        const struct json_member *member = &object.members[i];

        buf_printf(&out, "%s%s=%s %c", i ? ", " : "", member->name,
                   member->value ? member->value : "NULL",
                   letters[member->kind]);
    }
    return buf_data(&out);
}

static void
reads(const char *text, const char *want, const char *name)
{
    IS_TEXT(members(text, strlen(text)), want, "%s", name);
}

static void
refuses(const char *text)
{
    IS_TEXT(members(text, strlen(text)), "usage: not a JSON object",
            "no object: %.20s", text);
}

int
main(void)
{
    static const char *const wrong[] = {
        "",
        " ",
        "[]",
        "1",
        "\"{}\"",
        "null",
        "{",
        "}",
        "{]",
        "{}{}",
        "{} x",
        "{a:1}",
        "{'a':1}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,}",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":.5}",
        "{\"a\":0x1}",
        "{\"a\":NaN}",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\\x41\"}",
        "{\"a\":1 /**/}",
        "\xEF\xBB\xBF{}",
    };
    static const char nul[] = "{\"a\":\"\0\"}";
    struct duet_error err;
    struct buf deep = {0};

    if (!json_reader_open(&reader, &err))
        tap_bail_out("%s", err.text);
    reads(" {\t}\r\n", "", "an object may be empty");
    reads("{\"a\": null, \"b\": true, \"c\": false, \"d\": \"\"}",
          "a=NULL 0, b=true b, c=false b, d= t", "each kind of value");
    reads("{\"a\": {\"x\": [1, \"{\"]}, \"b\": [ 1 , {} ]}",
          "a={\"x\":[1,\"{\"]} o, b=[1,{}] a", "what is within stays JSON");
    reads("{\"a\": -0.10, \"b\": 1e400, \"c\": 123456789012345678901}",
          "a=-0.10 n, b=1e400 n, c=123456789012345678901 n",
          "a number keeps its digits");
    reads("{\"a.b\": 1.50, \"c\\\"[0]\": 2, \"\": 3}",
          "a.b=1.50 n, c\"[0]=2 n, =3 n", "whatever its name is");
    reads("{\"a\": \"1\", \"a\": \"3\"}", "a=1 t, a=3 t",
          "a name that is there twice is given twice");
    reads("{\"\\u00e9\": \"\\ud83d\\ude00\\\\u0000\\n\"}",
          "\xC3\xA9=\xF0\x9F\x98\x80\\u0000\n t", "escapes are characters");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        refuses(wrong[i]);
    buf_text(&deep, "{\"a\":");
    for (int i = 0; i < 100000; i++)
        buf_char(&deep, '[');
    refuses(buf_data(&deep));
    buf_release(&deep);
    IS_TEXT(members(nul, sizeof nul - 1), "usage: a NUL character",
            "a NUL is none that can be stored");
    reads("{\"a\":\"\\u0000\"}", "usage: a NUL character", "nor its escape");
    reads("{\"a\":\"\xFF\"}", "usage: a text that is not UTF-8", "nor a byte");
    reads("{\"a\":\"\\ud800\"}", "usage: half a surrogate pair",
          "nor half a character");
    reads("{\"\\udc00\":1}", "usage: half a surrogate pair", "nor in a name");
    json_reader_close(&reader);
    return tap_done();
}
