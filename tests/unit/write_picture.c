/*
 * A model as JSON, as a picture for Graphviz or Mermaid, and as a tree: what
 * tests/golden/schema/NAME.sql declares is NAME.dot, NAME.mermaid, ...
 */
#include "schema/write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/tap.h"
#include "schema/declaration.h"

#define GOLDEN "tests/golden/schema/"

static void
write_utf8_tree(struct buf *out, const struct schema *schema)
{
    write_tree(out, schema, true);
}

static void
write_ascii_tree(struct buf *out, const struct schema *schema)
{
    write_tree(out, schema, false);
}

/* A line for each object: a difference can be seen. */
static void
write_json_lines(struct buf *out, const struct schema *schema)
{
    SCOPED(buf_release) struct buf json = {0};

    write_json(&json, schema);
    for (const char *at = buf_data(&json); *at != '\0'; at++) {
        if (*at == '{' && out->len > 0 && strchr("[,", at[-1]) != NULL)
            buf_char(out, '\n');
        buf_char(out, *at);
    }
}

static const struct {
    const char *format;
    void (*write)(struct buf *out, const struct schema *schema);
} formats[] = {
    {"dot", write_dot},         {"mermaid", write_mermaid},
    {"tree", write_utf8_tree},  {"ascii", write_ascii_tree},
    {"json", write_json_lines},
};

static bool
read_file(const char *path, struct buf *out)
{
    FILE *file = fopen(path, "r");
    char data[4096];
    size_t len;

    if (file == NULL)
        return false;
    while ((len = fread(data, 1, sizeof data, file)) > 0)
        buf_add(out, data, len);
    (void)fclose(file);
    return true;
}

static void
test_golden(const char *name, const char *engine)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(schema_clear) struct schema schema = {0};
    struct duet_error err = {0};

    OK(declaration_read(&schema, arena_printf(&arena, GOLDEN "%s.sql", name),
                        engine, &err),
       "%s is read for %s", name, engine);
    if (err.text[0] != '\0')
        tap_diag("%s", err.text);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        SCOPED(buf_release) struct buf got = {0};
        SCOPED(buf_release) struct buf want = {0};

        formats[i].write(&got, &schema);
        OK(read_file(
               arena_printf(&arena, GOLDEN "%s.%s", name, formats[i].format),
               &want),
           "%s has a golden file", formats[i].format);
        IS_TEXT(buf_data(&got), buf_data(&want), "%s as %s", name,
                formats[i].format);
    }
}

int
main(void)
{
    test_golden("shop", "postgres");
    test_golden("hostile", "sqlite");
    return tap_done();
}
