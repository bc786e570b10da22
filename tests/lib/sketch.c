#include "lib/sketch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void
give_up(const char *what, const char *text)
{
    printf("Bail out! a sketch has no %s in '%s'\n", what, text);
    exit(2);
}

/* Cut at the first MARK that is in no parentheses; returns what follows. */
static char *
cut(char *text, char mark)
{
    int depth = 0;

    for (; *text != '\0'; text++) {
        depth += *text == '(';
        depth -= *text == ')';
        if (*text == mark && depth == 0) {
            *text = '\0';
            return text + 1;
        }
    }
    return NULL;
}

static enum object_kind
kind_of(const char *text, const char **name)
{
    for (int i = 0; i < OBJECT_KINDS; i++) {
        size_t len = strlen(kind_specs[i].name);

        if (strncmp(text, kind_specs[i].name, len) == 0 &&
            (text[len] == ' ' || text[len] == '\0')) {
            *name = text + len + (text[len] == ' ');
            return (enum object_kind)i;
        }
    }
    give_up("kind", text);
}

static bool
ends(char *text, const char *word)
{
    size_t len = strlen(text);
    size_t end = strlen(word);

    if (len < end || strcmp(text + len - end, word) != 0)
        return false;
    text[len - end] = '\0';
    return true;
}

static const char *
take_value(char *text, const char *mark)
{
    char *found = strstr(text, mark);

    if (found == NULL)
        return NULL;
    *found = '\0';
    return found + strlen(mark);
}

static void
add_part(struct schema *schema, struct object *object, char *text)
{
    struct key_part *part = schema_add_part(schema, object);

    text += strspn(text, " ");
    part->included = ends(text, " include");
    part->nulls_first = ends(text, " nulls");
    part->descending = ends(text, " desc");
    part->operator_class = take_value(text, " class=");
    part->collation = take_value(text, " collate=");
    part->target = take_value(text, " -> ");
    if (strchr(text, '(') != NULL)
        part->expression = text;
    else
        part->column = text;
}

static void
add_parts(struct schema *schema, struct object *object, char *text)
{
    size_t len = strlen(text);

    text[len - 1] = '\0';
    for (char *next = text + 1; next != NULL;) {
        char *part = next;

        next = cut(part, ',');
        add_part(schema, object, part);
    }
}

static void
add_attribute(struct object *object, char *text)
{
    const char *value = take_value(text, "=");

    if (strcmp(text, "schema") == 0) {
        object->schema = value;
        return;
    }
    for (int i = 0; i < ATTRIBUTES; i++)
        if (strcmp(attribute_specs[i].name, text) == 0) {
            object->text[i] = value ? value : "yes";
            return;
        }
    give_up("attribute", text);
}

static struct object *
add_object(struct schema *schema, struct object *table, char *line)
{
    char *rest = cut(line, '|');
    const char *name = NULL;
    enum object_kind kind = kind_of(line, &name);
    struct object *object =
        schema_add(schema, kind, kind_specs[kind].owned ? table : NULL, name);

    if (schema->engine != NULL && strcmp(schema->engine, "sqlite") == 0)
        object->language = LANGUAGE_SQLITE;
    while (rest != NULL) {
        char *word = rest;

        rest = cut(word, '|');
        if (*word == '(')
            add_parts(schema, object, word);
        else
            add_attribute(object, word);
    }
    return object;
}

void
sketch(struct schema *out, const char *engine, const char *text)
{
    struct object *table = NULL;

    out->engine = engine;
    for (char *next = arena_text(&out->arena, text); next != NULL;) {
        char *line = next;

        next = cut(line, '\n');
        if (*line == '\0')
            continue;
        if (strncmp(line, "table", 5) == 0)
            table = add_object(out, NULL, line);
        else
            (void)add_object(out, table, line);
    }
    schema_sort(out);
}
