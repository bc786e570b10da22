/*
 * Properties of the file of accepted differences: any text is read, or refused
 * with a place in it; a table of any name is covered by the line that is
 * suggested for it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "schema/accepted.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(int holds)
{
    if (!holds)
        abort();
}

static unsigned
count_lines(const char *text)
{
    unsigned lines = 1;

    for (; *text != '\0'; text++)
        lines += *text == '\n';
    return lines;
}

static void
check_file(const char *text)
{
    SCOPED(accepted_clear) struct accepted accepted = {0};
    struct duet_error err = {0};
    unsigned long line;
    char *at;

    if (!accepted_add(&accepted, "f", text, &err)) {
        must(err.kind == DUET_ERROR_USAGE);
        must(strncmp(err.text, "f:", 2) == 0);
        line = strtoul(err.text + 2, &at, 10);
        must(line >= 1 && line <= count_lines(text) && *at == ':');
        must(strtoul(at + 1, &at, 10) >= 1 && *at == ':');
    }
    for (size_t i = 0; i < accepted.nrules; i++)
        must(*accepted.rules[i].text != '\0' &&
             accepted.rules[i].place.line <= count_lines(text));
}

static void
check_name(const char *name)
{
    SCOPED(accepted_clear) struct accepted accepted = {0};
    SCOPED(comparison_clear) struct comparison comparison = {0};
    SCOPED(schema_clear) struct schema left = {.engine = "sqlite"};
    SCOPED(schema_clear) struct schema right = {.engine = "postgres"};
    struct duet_error err = {0};
    const char *line;

    schema_add(&left, OBJECT_TABLE, NULL, name);
    schema_compare(&comparison, &left, &right);
    line = accepted_suggest(&accepted.arena, &comparison.findings[0]);
    must(accepted_add(&accepted, "f", line, &err));
    accepted_apply(&accepted, &comparison);
    must(accepted.nrules == 1 && comparison.findings[0].accepted != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *text = arena_copy(&arena, (const char *)data, len);

    check_file(text);
    if (*text != '\0')
        check_name(text);
    return 0;
}
