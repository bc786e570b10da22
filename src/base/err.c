#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/*
 * An error is one line: what a library put on several is joined, no control
 * character from a name reaches a terminal, and a text that had to be cut does
 * not end within a UTF-8 sequence.
 */
static void
make_one_line(char *text)
{
    size_t len = strlen(text);
    char *end;

    for (char *at = text; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || *at == '\177')
            *at = ' ';
    while (len > 0 && text[len - 1] == ' ')
        text[--len] = '\0';
    end = text + len;
    while (end > text && ((unsigned char)end[-1] & 0xC0) == 0x80)
        end--;
    if (end > text && (unsigned char)end[-1] >= 0xC0) {
        size_t have = len - (size_t)(end - 1 - text);
        unsigned char lead = (unsigned char)end[-1];
        size_t want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;

        if (have < want)
            end[-1] = '\0';
    }
}

bool
err_set(struct duet_error *err, enum duet_error_kind kind, const char *fmt, ...)
{
    va_list args;

    if (err == NULL)
        return false;
    *err = (struct duet_error){.kind = kind};
    va_start(args, fmt);
    (void)vsnprintf(err->text, sizeof err->text, fmt, args);
    va_end(args);
    make_one_line(err->text);
    return false;
}

bool
err_wrap(struct duet_error *err, const char *fmt, ...)
{
    enum { SIZE = sizeof err->text };
    char whole[2 * SIZE]; /* room for both, before the end is cut */
    va_list args;
    size_t len;

    if (err == NULL)
        return false;
    va_start(args, fmt);
    (void)vsnprintf(whole, SIZE, fmt, args);
    va_end(args);
    len = strlen(whole);
    (void)snprintf(whole + len, sizeof whole - len, ": %s", err->text);
    whole[SIZE - 1] = '\0';
    make_one_line(whole);
    memcpy(err->text, whole, SIZE);
    return false;
}

bool
err_hint(struct duet_error *err, const char *fmt, ...)
{
    va_list args;

    if (err == NULL)
        return false;
    va_start(args, fmt);
    (void)vsnprintf(err->hint, sizeof err->hint, fmt, args);
    va_end(args);
    make_one_line(err->hint);
    return false;
}

bool
err_errno(struct duet_error *err, const char *fmt, ...)
{
    int number = errno;
    char text[sizeof err->text];
    char why[128] = ""; /* strerror() may have but one for all threads */
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    (void)strerror_r(number, why, sizeof why);
    return err_set(err, DUET_ERROR_IO, "%s: %s", text, why);
}
