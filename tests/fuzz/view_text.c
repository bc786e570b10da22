/*
 * Properties of what compares texts: a text is the same as itself with blanks
 * before it, and a query with a semicolon behind it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "schema/spelling.h"
#include "schema/view_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(int holds)
{
    if (!holds)
        abort();
}

static void
check(struct arena *arena, enum sql_language language, const char *text)
{
    const char *spaced = arena_printf(arena, " \n%s", text);
    const char *ended = arena_printf(arena, "%s\n;", text);
    const char *form = view_text(arena, language, text);

    must(spelling_is_same(language, text, text));
    /* Only behind another blank SQLite takes a vertical tab for one. */
    if (*text != '\v') {
        must(spelling_is_same(language, text, spaced));
        must(strcmp(form, view_text(arena, language, spaced)) == 0);
    }
    /* What is not closed would have the semicolon in it. */
    if (!spelling_is_same(language, text, ended) &&
        strcspn(text, "'\"`[$/") == strlen(text))
        must(strcmp(form, view_text(arena, language, ended)) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *text = arena_copy(&arena, (const char *)data, len);

    check(&arena, LANGUAGE_SQLITE, text);
    check(&arena, LANGUAGE_POSTGRES, text);
    return 0;
}
