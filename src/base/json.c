#include "base/json.h"

#include "base/utf8.h"

static void
add_plain(struct buf *buf, const char *text, size_t len)
{
    static const char short_forms[] = "\"\"\\\\\bb\ff\nn\rr\tt";

    for (const char *pair = short_forms; *pair != '\0'; pair += 2) {
        if (text[0] == pair[0]) {
            buf_char(buf, '\\');
            buf_char(buf, pair[1]);
            return;
        }
    }
    if ((unsigned char)text[0] < 0x20 || text[0] == 0x7F)
        buf_printf(buf, "\\u%04x", (unsigned)text[0]);
    else
        buf_add(buf, text, len);
}

static void
add_string(struct buf *buf, const char *text)
{
    buf_char(buf, '"');
    while (*text != '\0') {
        size_t len = utf8_len(text);

        if (len == 0)
            buf_text(buf, UTF8_REPLACEMENT);
        else
            add_plain(buf, text, len);
        text += len ? len : 1;
    }
    buf_char(buf, '"');
}

static void
add_key(struct json *json, const char *key)
{
    if (json->comma)
        buf_char(&json->buf, ',');
    json->comma = true;
    if (key == NULL)
        return;
    add_string(&json->buf, key);
    buf_char(&json->buf, ':');
}

void
json_open(struct json *json, const char *key, char bracket)
{
    add_key(json, key);
    buf_char(&json->buf, bracket);
    json->comma = false;
}

void
json_close(struct json *json, char bracket)
{
    buf_char(&json->buf, bracket);
    json->comma = true;
}

void
json_text(struct json *json, const char *key, const char *text)
{
    add_key(json, key);
    if (text == NULL)
        buf_text(&json->buf, "null");
    else
        add_string(&json->buf, text);
}

void
json_number(struct json *json, const char *key, const char *digits)
{
    add_key(json, key);
    buf_text(&json->buf, digits);
}

void
json_integer(struct json *json, const char *key, int64_t integer)
{
    add_key(json, key);
    buf_printf(&json->buf, "%lld", (long long)integer);
}

void
json_boolean(struct json *json, const char *key, bool boolean)
{
    add_key(json, key);
    buf_text(&json->buf, boolean ? "true" : "false");
}

void
json_print(struct json *json, FILE *file)
{
    buf_char(&json->buf, '\n');
    (void)fwrite(json->buf.data, 1, json->buf.len, file);
    buf_clear(&json->buf);
    json->comma = false;
}

void
json_release(struct json *json)
{
    buf_release(&json->buf);
}
