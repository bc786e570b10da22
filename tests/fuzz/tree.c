/*
 * Properties of how a tree is read, whatever its files are called and say: a
 * migration has a version; its sections lie in the text, one behind the other;
 * an error names the file; and versions have an order.
 *
 * The first line of the input is a path below the tree, the second another
 * one, and the rest the text.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "migrate/tree_part.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(int holds)
{
    if (!holds)
        abort();
}

static const char *
take_line(struct arena *arena, const char **at)
{
    size_t len = strcspn(*at, "\n");
    const char *line = arena_copy(arena, *at, len);

    *at += len + ((*at)[len] == '\n');
    return line;
}

static void
check_order(enum tree_style style, const char *one, const char *other)
{
    int order = version_compare(style, one, other);
    int reverse = version_compare(style, other, one);

    must((order > 0) == (reverse < 0) && (order == 0) == (reverse == 0));
    must(version_compare(style, one, one) == 0);
    must(version_same_number(style, one, other) ==
         version_same_number(style, other, one));
}

static void
check_text(struct arena *arena, const struct tree_part *part,
           enum tree_style style, const char *body)
{
    size_t len = strlen(body);
    struct tree_text text;
    struct duet_error err = {0};

    if (!tree_text_read(arena, part, style, &text, &err)) {
        must(err.kind == DUET_ERROR_USAGE && strstr(err.text, "FILE") != NULL);
        return;
    }
    must(text.up.found && text.written.start <= len && text.written.end <= len);
    must(text.written.end == 0 || text.written.start <= text.written.end);
    if (text.down.found)
        must(text.written.end != 0 &&
             text.down.source.start >= text.up.source.end);
}

static void
check_name(struct arena *arena, const char *path, const char *body)
{
    const char *slash = strrchr(path, '/');
    const size_t len = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    const struct tree_file file = {.path = "FILE",
                                   .folder = arena_copy(arena, path, len),
                                   .name = path + len,
                                   .text = body};

    for (int i = 1; i < STYLES; i++) {
        struct tree_part part = {.file = &file};

        part.text = part.head = body;
        check_text(arena, &part, (enum tree_style)i, body);
        if (!tree_styles[i].part(arena, &file, &part))
            continue;
        must(part.kind == PART_TREE || part.kind == PART_HOOK ||
             (part.version != NULL && *part.version != '\0' &&
              part.name != NULL));
        must(part.engine == NULL || *part.engine != '\0');
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *at = arena_copy(&arena, (const char *)data, len);
    const char *one = take_line(&arena, &at);
    const char *other = take_line(&arena, &at);

    for (int i = 0; i < STYLES; i++)
        check_order((enum tree_style)i, one, other);
    check_name(&arena, one, at);
    return 0;
}
