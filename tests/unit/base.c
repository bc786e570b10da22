/*
 * Memory, texts that grow, and errors.
 */
#include "lib/tap.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

static bool
is_zero(const char *data, size_t len)
{
    while (len > 0 && data[len - 1] == 0)
        len--;
    return len == 0;
}

static void
test_arena(void)
{
    SCOPED(arena_clear) struct arena arena = {0};
    char *before;
    bool aligned = true;
    bool zeroed = true;

    for (size_t len = 0; len < 9000; len += len / 3 + 1) {
        char *data = arena_alloc(&arena, len);

        aligned = aligned && (uintptr_t)data % _Alignof(max_align_t) == 0;
        zeroed = zeroed && is_zero(data, len);
        memset(data, 0xFF, len);
    }
    OK(aligned, "memory is aligned for anything");
    OK(zeroed, "memory is zeroed");
    arena_reuse(&arena);
    zeroed = is_zero(arena_alloc(&arena, 1000), 1000);
    OK(zeroed, "also when it is used again");
    before = arena_text(&arena, "kept");
    for (int i = 0; i < 1000; i++)
        arena_printf(&arena, "%d", i);
    IS_TEXT(before, "kept", "what was given stays");
    IS_TEXT(arena_printf(&arena, "%s-%05d", "x", 7), "x-00007", "printf");
    IS_TEXT(arena_copy(&arena, "a\0b", 3), "a", "a copy of bytes");
    IS_TEXT(arena_copy(&arena, NULL, 0), "", "of none");
    IS_TEXT(arena_text(&arena, NULL), NULL, "a text of NULL is NULL");
    OK(is_zero(arena_array(&arena, 3, 5), 15), "an array");
    OK(arena_array(&arena, 0, 5) != NULL, "an array of nothing is something");
    arena_clear(&arena);
    arena_clear(&arena);
    arena_reuse(&arena);
    IS_TEXT(arena_text(&arena, "x"), "x", "a cleared arena can be used");
}

static void
test_buf(void)
{
    SCOPED(buf_release) struct buf buf = {0};

    IS_TEXT(buf_data(&buf), "", "at first a text is empty");
    buf_clear(&buf);
    buf_add(&buf, NULL, 0);
    IS_TEXT(buf_data(&buf), "", "nothing may be added");
    for (int i = 0; i < 10000; i++)
        buf_char(&buf, 'x');
    OK(buf.len == 10000 && strlen(buf.data) == 10000, "it grows");
    buf_clear(&buf);
    IS_TEXT(buf_data(&buf), "", "it can be emptied");
    buf_text(&buf, "a");
    buf_add(&buf, "\0b", 2);
    buf_printf(&buf, "%s%d", "c", 9);
    OK(buf.len == 5 && memcmp(buf.data, "a\0bc9", 6) == 0,
       "it can hold a NUL and ends in one");
    buf_clear(&buf);
    buf_printf(&buf, "%*d", 500, 7);
    IS_INT(buf.len, 500, "what is printed may be long");
    buf_clear(&buf);
    buf_quoted(&buf, "a'b''", 5, '\'');
    IS_TEXT(buf_data(&buf), "'a''b'''''", "quotes are doubled");
    buf_clear(&buf);
    buf_quoted(&buf, "", 0, '"');
    IS_TEXT(buf_data(&buf), "\"\"", "also around nothing");
}

static void
test_err(void)
{
    struct duet_error err;

    OK(!err_set(&err, DUET_ERROR_IO, "no %s", "way"), "to fail is false");
    OK(err.kind == DUET_ERROR_IO && *err.code == '\0' && *err.hint == '\0' &&
           *err.constraint == '\0',
       "an error is filled anew");
    IS_TEXT(err.text, "no way", "with its text");
    err_hint(&err, "turn %s", "back");
    err_wrap(&err, "road '%d'", 7);
    IS_TEXT(err.text, "road '7': no way", "what was being done comes first");
    IS_TEXT(err.hint, "turn back", "the hint stays");
    IS_INT(err.kind, DUET_ERROR_IO, "and the kind");
    err_set(&err, DUET_ERROR_SQL, "one\ntwo\r\nthree\t\033[31mfour\177\n\n");
    IS_TEXT(err.text, "one two  three  [31mfour", "an error is one line");
    err_hint(&err, "a\nb\n");
    IS_TEXT(err.hint, "a b", "so is a hint");
    errno = ENOENT;
    err_errno(&err, "file '%s'", "x");
    IS_TEXT(err.text, "file 'x': No such file or directory", "errno is told");
    IS_INT(err.kind, DUET_ERROR_IO, "as a matter of files");
    OK(!err_set(NULL, DUET_ERROR_IO, "x") && !err_wrap(NULL, "x") &&
           !err_hint(NULL, "x") && !err_errno(NULL, "x"),
       "an error may have no place");
}

/* Every sequence is whole: as long as its first byte says. */
static bool
is_utf8(const char *text)
{
    while (*text != '\0') {
        unsigned char lead = (unsigned char)*text++;
        int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;

        if (lead >= 0x80 && lead < 0xC0)
            return false;
        for (; more > 0; more--)
            if (((unsigned char)*text++ & 0xC0) != 0x80)
                return false;
    }
    return true;
}

static void
test_cut(void)
{
    static const char *const letters[] = {"\xC3\xA4", "\xE6\xBC\xA2",
                                          "\xF0\x9F\x98\x80"};
    struct duet_error err;
    char text[2048];

    for (size_t i = 0; i < 12; i++) {
        size_t len = i / 3;

        memset(text, 'x', len);
        while (len + 4 < sizeof text)
            len += (size_t)snprintf(text + len, sizeof text - len, "%s",
                                    letters[i % 3]);
        err_set(&err, DUET_ERROR_IO, "%s", text);
        err_hint(&err, "%s", text);
        OK(is_utf8(err.text) && strlen(err.text) >= sizeof err.text - 4 &&
               is_utf8(err.hint),
           "a text that is cut has whole letters (%zu)", i);
        err_wrap(&err, "%.*s", (int)i, "xxxxxxxxxxxx");
        OK(is_utf8(err.text), "so it has with a word before it");
    }
    err_set(&err, DUET_ERROR_IO, "%s", text);
    err_wrap(&err, "%s", text);
    OK(is_utf8(err.text) && strlen(err.text) < sizeof err.text,
       "both may be too long");
}

int
main(void)
{
    test_arena();
    test_buf();
    test_err();
    test_cut();
    return tap_done();
}
