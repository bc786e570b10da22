/*
 * Property: the password of a URL that libpq accepts is not in what is shown
 * of it, neither as it is nor percent-encoded, unless the URL says the same
 * somewhere else as well; and what is shown ends where its place does.
 */
#include <ctype.h>
#include <libpq-fe.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { MAX_LEN = 500, MIN_PASSWORD = 2 };

static void
must(int holds)
{
    if (!holds)
        abort();
}

static int
count(const char *text, const char *part)
{
    int found = 0;

    for (; (text = strstr(text, part)) != NULL; text++)
        found++;
    return found;
}

/* TEXT without percent-encoding, which only a URL has. */
static void
decode(const char *text, char *out)
{
    int is_url = strncmp(text, "postgres", 8) == 0;

    while (*text != '\0') {
        char digits[3] = {text[0] == '%' ? text[1] : '\0', '\0', '\0'};

        if (digits[0] != '\0')
            digits[1] = text[2];
        if (is_url && isxdigit((unsigned char)digits[0]) &&
            isxdigit((unsigned char)digits[1]) && strcmp(digits, "00") != 0) {
            *out++ = (char)strtol(digits, NULL, 16);
            text += 3;
        } else {
            *out++ = *text++;
        }
    }
    *out = '\0';
}

static int
count_decoded(const char *text, const char *part)
{
    char decoded[2 * MAX_LEN + 64];

    decode(text, decoded);
    return count(decoded, part);
}

static void
check_option(const char *url, const char *shown, const PQconninfoOption *option)
{
    const char *value = option->val;

    if (value == NULL || strlen(value) < MIN_PASSWORD ||
        strlen(value) > MAX_LEN ||
        (strcmp(option->keyword, "password") != 0 &&
         strcmp(option->keyword, "sslpassword") != 0))
        return;
    if (count_decoded(url, value) == 1)
        must(count_decoded(shown, value) == 0);
}

static void
check_parsed(const char *url, const char *shown)
{
    PQconninfoOption *options = PQconninfoParse(url, NULL);
    char message[64];

    for (PQconninfoOption *at = options; at != NULL && at->keyword; at++)
        check_option(url, shown, at);
    PQconninfoFree(options);
    url_redact_message(url, shown, message, sizeof message);
    must(strlen(message) < sizeof message);
}

/* So that they are not taken for a part of the password. */
static void
remove_stars(char *shown)
{
    for (char *at; (at = strstr(shown, "***")) != NULL;)
        memset(at, '\1', 3);
}

static void
check(const char *url)
{
    char whole[2 * MAX_LEN + 64];
    char small[16];

    memset(whole, '#', sizeof whole);
    url_redact(url, whole, sizeof whole);
    must(strlen(whole) <= 2 * strlen(url) + 32);
    url_redact(url, small, sizeof small);
    must(strncmp(small, whole, strlen(small)) == 0);
    if (strstr(url, "***") == NULL && strchr(url, '\1') == NULL) {
        remove_stars(whole);
        check_parsed(url, whole);
    }
}

/* The input as it is, and behind the scheme. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    char url[MAX_LEN + 32];

    if (len > MAX_LEN)
        return 0;
    snprintf(url, sizeof url, "%.*s", (int)len, (const char *)data);
    check(url);
    snprintf(url, sizeof url, "postgres://%.*s", (int)len, (const char *)data);
    check(url);
    return 0;
}
