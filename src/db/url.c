#include "db/url.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"

/* What was written stays a text; what has no room any more is dropped. */
struct out {
    char *at;
    size_t left; /* the NUL included */
};

static void
add(struct out *out, const char *text, size_t len)
{
    if (out->left == 0)
        return;
    if (len >= out->left)
        len = out->left - 1;
    memcpy(out->at, text, len);
    out->at += len;
    out->left -= len;
    *out->at = '\0';
}

static void
add_stars(struct out *out)
{
    add(out, "***", 3);
}

static int
digit_of(char c)
{
    const char *digits = "0123456789abcdef";
    const char *found = c == '\0' ? NULL : strchr(digits, c | 0x20);

    return found == NULL ? -1 : (int)(found - digits);
}

/* The character that FROM begins with, and how long it is written. */
static char
decoded(const char *from, size_t *len)
{
    int high = *from == '%' ? digit_of(from[1]) : -1;
    int low = high >= 0 ? digit_of(from[2]) : -1;

    *len = low >= 0 ? 3 : 1;
    return low >= 0 ? (char)(high * 16 + low) : *from;
}

/* A parameter's name, which may be percent-encoded, ends in WORD. */
static bool
ends_in(const char *name, size_t len, const char *word)
{
    size_t word_len = strlen(word);
    char tail[16] = {0}; /* the last letters of it */

    for (size_t at = 0, step; at < len; at += step) {
        memmove(tail, tail + 1, sizeof tail - 1);
        tail[sizeof tail - 1] = decoded(name + at, &step);
    }
    return strncasecmp(tail + sizeof tail - word_len, word, word_len) == 0;
}

static bool
is_secret(const char *name, size_t len)
{
    return ends_in(name, len, "password") || ends_in(name, len, "passwd") ||
           ends_in(name, len, "secret");
}

/*
 * Where the user and password end: at the last '@' that can be theirs, for an
 * '@' or '/' in a password may lack its encoding.  NULL without a password.
 */
static const char *
password_end(const char *start)
{
    const char *first = start + strcspn(start, "@/");
    const char *question = strchr(*first == '@' ? first : start, '?');
    const char *end = NULL;

    for (const char *at = strchr(start, '@'); at != NULL;
         at = strchr(at + 1, '@')) {
        /* One behind "?name=" is the parameter's. */
        if (question != NULL && question < at &&
            memchr(question, '=', (size_t)(at - question)) != NULL)
            break;
        end = at;
    }
    return end;
}

/* The parameters of a URL: name=value, with '?' and '&' before each. */
static void
add_parameters(struct out *out, const char *at)
{
    while (*at != '\0') {
        size_t name_len = strcspn(at, "=?&");
        size_t len = name_len;

        if (at[name_len] == '=' && is_secret(at, name_len)) {
            add(out, at, name_len + 1);
            add_stars(out);
            at += name_len + strcspn(at + name_len, "&");
            continue;
        }
        len += at[len] != '\0';
        add(out, at, len);
        at += len;
    }
}

/*
 * What follows the host's colon where no '@' does: a port, or a password whose
 * host was forgotten.  Where that ends, or NULL for ports.
 */
static const char *
lost_password_end(const char *colon)
{
    const char *end = colon + strcspn(colon, "/?");

    for (const char *at = colon; at < end; at++)
        if (strchr("0123456789", *at) == NULL) {
            const char *next = strchr(at, ':');

            if (*at != ',' || next == NULL || next > end)
                return end;
            at = next;
        }
    return NULL;
}

static const char *
host_colon(const char *start)
{
    const char *from = *start == '[' ? start + strcspn(start, "]") : start;
    const char *colon = from + strcspn(from, ":/?");

    return *colon == ':' ? colon : NULL;
}

/* Where the password begins, and in END where it ends; NULL without one. */
static const char *
find_password(const char *start, const char **end)
{
    const char *colon;

    *end = password_end(start);
    if (*end != NULL) {
        colon = memchr(start, ':', (size_t)(*end - start));
        return colon == NULL ? NULL : colon + 1;
    }
    colon = host_colon(start);
    if (colon == NULL)
        return NULL;
    *end = lost_password_end(colon + 1);
    return *end == NULL ? NULL : colon + 1;
}

/* The length of "scheme://", or 0. */
static size_t
scheme_len(const char *url)
{
    size_t len = strspn(url, "abcdefghijklmnopqrstuvwxyz"
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    return len > 0 && strncmp(url + len, "://", 3) == 0 ? len + 3 : 0;
}

/* A URL, or one whose scheme was forgotten: "ada:secret@host". */
static bool
is_url(const char *url)
{
    return scheme_len(url) > 0 ||
           (url[strcspn(url, ":= \t\r\n")] == ':' && strchr(url, '@') != NULL);
}

static void
redact_url(struct out *out, const char *url)
{
    const char *start = url + scheme_len(url);
    const char *end;
    const char *password = find_password(start, &end);

    add(out, url, (size_t)(start - url));
    if (password != NULL) {
        add(out, start, (size_t)(password - start));
        add_stars(out);
        start = end;
    }
    add_parameters(out, start);
}

/* Behind a value of libpq's other form, `password = 'it\'s' host=x`. */
static const char *
skip_value(const char *at)
{
    bool quoted = *at == '\'';

    for (at += quoted; *at != '\0'; at++) {
        if (*at == '\\' && at[1] != '\0')
            at++;
        else if (quoted ? *at == '\'' : strchr(" \t\r\n", *at) != NULL)
            return at + quoted;
    }
    return at;
}

static void
redact_words(struct out *out, const char *at)
{
    static const char blank[] = " \t\r\n\f\v";

    while (*at != '\0') {
        size_t name_len = strcspn(at, "= \t\r\n\f\v");
        const char *value = at + name_len + strspn(at + name_len, blank);

        if (*value == '=')
            value += 1 + strspn(value + 1, blank);
        else
            value = at + name_len + (at[name_len] != '\0');
        add(out, at, (size_t)(value - at));
        if (is_secret(at, name_len)) {
            at = skip_value(value);
            add_stars(out);
        } else {
            at = value;
        }
    }
}

void
url_redact(const char *url, char *out, size_t size)
{
    struct out to = {out, size};

    add(&to, "", 0);
    if (strncmp(url, "sqlite:", strlen("sqlite:")) == 0)
        add(&to, url, strlen(url));
    else if (is_url(url))
        redact_url(&to, url);
    else
        redact_words(&to, url);
}

static bool
has_part(const char *text, const char *part, size_t len)
{
    size_t text_len = strlen(text);

    for (size_t i = 0; i + len <= text_len; i++)
        if (memcmp(text + i, part, len) == 0)
            return true;
    return false;
}

void
url_redact_message(const char *url, const char *message, char *out, size_t size)
{
    struct out to = {out, size};
    char shown[1024];

    add(&to, "", 0);
    url_redact(url, shown, sizeof shown);
    /* Then nobody can tell where a quotation ends. */
    if (strchr(url, '"') != NULL)
        message = "the URL holds a quotation mark";
    for (const char *open; (open = strchr(message, '"')) != NULL;) {
        size_t len = strcspn(open + 1, "\"");

        add(&to, message, (size_t)(open + 1 - message));
        if (has_part(url, open + 1, len) && !has_part(shown, open + 1, len))
            add_stars(&to);
        else
            add(&to, open + 1, len);
        message = open + 1 + len;
        if (*message == '"')
            add(&to, message++, 1);
    }
    add(&to, message, strlen(message));
}

/* ------------------------------------------------------------------------
 * A schema of the database
 */

/* Behind the '?' of the URL, or NULL; one before an '@' is the user's. */
static const char *
find_query(const char *url)
{
    const char *start = url + scheme_len(url);
    const char *end = start + strcspn(start, "@/");
    const char *question = strchr(*end == '@' ? end : start, '?');

    return question == NULL ? NULL : question + 1;
}

static void
add_decoded(struct buf *out, const char *at, const char *end)
{
    size_t len;

    for (; at < end; at += len)
        buf_char(out, decoded(at, &len));
}

/* The last `options=` of a query wins, in libpq too. */
static bool
read_options(const char *query, struct buf *out)
{
    bool found = false;

    for (const char *at = query; at != NULL && *at != '\0'; at += *at == '&') {
        const char *end = at + strcspn(at, "&");
        const char *equals = at + strcspn(at, "=&");
        SCOPED(buf_release) struct buf name = {0};

        add_decoded(&name, at, equals);
        if (equals < end && strcmp(buf_data(&name), "options") == 0) {
            buf_clear(out);
            add_decoded(out, equals + 1, end);
            found = true;
        }
        at = end;
    }
    return found;
}

/* As a word of options=, where blanks and backslashes have one before. */
static void
add_search_path(struct buf *out, const char *schema)
{
    SCOPED(buf_release) struct buf name = {0};

    buf_quoted(&name, schema, strlen(schema), '"');
    buf_text(out, "-csearch_path=");
    for (const char *at = buf_data(&name); *at != '\0'; at++) {
        if (strchr(" \t\r\n\f\v\\", *at) != NULL)
            buf_char(out, '\\');
        buf_char(out, *at);
    }
}

static void
add_encoded(struct buf *out, const char *text)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz0123456789-_.~";

    for (; *text != '\0'; text++)
        if (strchr(plain, *text) != NULL)
            buf_char(out, *text);
        else
            buf_printf(out, "%%%02X", (unsigned char)*text);
}

char *
url_with_schema(struct arena *arena, const char *url, const char *schema)
{
    SCOPED(buf_release) struct buf options = {0};
    SCOPED(buf_release) struct buf out = {0};
    const char *query = find_query(url);
    const char *variable = getenv("PGOPTIONS");

    if (!read_options(query, &options) && variable != NULL)
        buf_text(&options, variable);
    if (options.len > 0)
        buf_char(&options, ' ');
    add_search_path(&options, schema);
    buf_printf(&out, "%s%soptions=", url,
               query == NULL    ? "?"
               : *query == '\0' ? ""
                                : "&");
    add_encoded(&out, buf_data(&options));
    return arena_text(arena, buf_data(&out));
}
