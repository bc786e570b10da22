/*
 * Property: any text is a declaration or an error that says where, in either
 * language and for both engines; what is declared has all its names, and keys
 * that are of columns or expressions.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "schema/declaration.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(int holds)
{
    if (!holds)
        abort();
}

static void
check_object(const struct object *object)
{
    must(object->name != NULL);
    must(object->place.line > 0 && object->place.column > 0);
    must(kind_specs[object->kind].owned == (object->owner != NULL));
    must((object->kind == OBJECT_COLUMN) ==
         (object->text[ATTRIBUTE_TYPE] != NULL &&
          object->kind != OBJECT_SEQUENCE));
    must(object->kind != OBJECT_OTHER ||
         object->text[ATTRIBUTE_DEFINITION] != NULL);
    for (size_t i = 0; i < object->nparts; i++)
        must((object->parts[i].column == NULL) !=
             (object->parts[i].expression == NULL));
    for (size_t i = 0; i < object->nchildren; i++)
        check_object(object->children[i]);
}

static void
check(const char *text, const char *engine)
{
    SCOPED(schema_clear) struct schema schema = {.engine = engine};
    struct duet_error err = {0};

    if (!declaration_add(&schema, "f", text, engine == NULL, &err)) {
        must(err.kind == DUET_ERROR_SQL && strncmp(err.text, "f:", 2) == 0);
        return;
    }
    must(err.kind == DUET_ERROR_NONE);
    for (size_t i = 0; i < schema.nobjects; i++)
        check_object(schema.objects[i]);
    schema_sort(&schema);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *text = arena_copy(&arena, (const char *)data, len);

    check(text, NULL);
    check(text, "postgres");
    check(text, "sqlite");
    return 0;
}
