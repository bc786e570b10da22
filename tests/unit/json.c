/*
 * Writing JSON.
 */
#include "base/json.h"
#include "tap.h"

static void
writes(const char *text, const char *want, const char *name)
{
    struct json json = {0};

    json_text(&json, NULL, text);
    IS_TEXT(buf_data(&json.buf), want, "%s", name);
    json_release(&json);
}

static void
test_text(void)
{
    writes(NULL, "null", "NULL is null");
    writes("", "\"\"", "an empty text");
    writes("a \"b\" \\ /", "\"a \\\"b\\\" \\\\ /\"", "quotes, backslashes");
    writes("\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"", "the short forms");
    writes("\001\033\177", "\"\\u0001\\u001b\\u007f\"", "control characters");
    writes("gr\xC3\xBC\xC3\x9F \xF0\x9F\xA6\x86",
           "\"gr\xC3\xBC\xC3\x9F \xF0\x9F\xA6\x86\"", "UTF-8 stays");
}

#define MARK "\xEF\xBF\xBD"

static void
test_invalid(void)
{
    writes("a\xFFz", "\"a" MARK "z\"", "a byte that UTF-8 has not");
    writes("\x80", "\"" MARK "\"", "a continuation of nothing");
    writes("\xC3", "\"" MARK "\"", "a character cut by the end");
    writes("\xE2\x82z", "\"" MARK MARK "z\"", "and by another");
    writes("\xC0\xAF", "\"" MARK MARK "\"", "too long a form");
    writes("\xE0\x80\xAF", "\"" MARK MARK MARK "\"", "and a longer one");
    writes("\xED\xA0\x80", "\"" MARK MARK MARK "\"", "a surrogate");
    writes("\xF4\x90\x80\x80", "\"" MARK MARK MARK MARK "\"",
           "beyond U+10FFFF");
}

static void
test_structure(void)
{
    struct json json = {0};

    json_open(&json, NULL, '{');
    json_open(&json, "empty", '[');
    json_close(&json, ']');
    json_integer(&json, "least", INT64_MIN);
    json_boolean(&json, "yes", true);
    json_open(&json, "rows", '[');
    json_open(&json, NULL, '{');
    json_close(&json, '}');
    json_integer(&json, NULL, 7);
    json_close(&json, ']');
    json_text(&json, "\n", "last");
    json_close(&json, '}');
    IS_TEXT(buf_data(&json.buf),
            "{\"empty\":[],\"least\":-9223372036854775808,\"yes\":true,"
            "\"rows\":[{},7],\"\\n\":\"last\"}",
            "commas stand between values only");
    json_release(&json);
}

int
main(void)
{
    test_text();
    test_invalid();
    test_structure();
    return tap_done();
}
