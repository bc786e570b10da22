/*
 * Property: what is read as an expression, in either language, can be written
 * in that language, and where it can be written in the other one, too, it is
 * read there as the same, or the same by a rule (SQLite writes 1 for true).
 * What is written is the same text again if it is read.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "sql/expression.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(int holds)
{
    if (!holds)
        abort();
}

static void
check_written(struct arena *arena, enum sql_language language,
              const struct expression *source, const char *text)
{
    const struct expression *back = expression_read(arena, language, text);

    must(back != NULL);
    must(expression_is_same(source, back) ||
         expression_rule(source, back) != NULL);
    must(strcmp(expression_text(arena, language, back), text) == 0);
}

static void
check(enum sql_language language, enum sql_language other, const char *text)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const struct expression *source = expression_read(&arena, language, text);
    const char *there;

    if (source == NULL)
        return;
    must(expression_is_same(source, source));
    must(expression_rule(source, source) == NULL);
    there = expression_text(&arena, language, source);
    must(there != NULL);
    check_written(&arena, language, source, there);
    there = expression_text(&arena, other, source);
    if (there != NULL)
        check_written(&arena, other, source, there);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *text = arena_copy(&arena, (const char *)data, len);

    check(LANGUAGE_POSTGRES, LANGUAGE_SQLITE, text);
    check(LANGUAGE_SQLITE, LANGUAGE_POSTGRES, text);
    return 0;
}
