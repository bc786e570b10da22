/*
 * For each constraint and each type of the profile's storage the corpus of
 * storage.t has a row that it refuses, on both engines.  What is to be refused
 * is told by the model; that it is so is for storage.t to prove.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "lib/tap.h"
#include "schema/declaration.h"
#include "schema/guard.h"

/* What the two engines say of a row: "refuse check NAME". */
struct verdicts {
    const char *sqlite;
    const char *postgres;
};

struct corpus {
    struct arena arena;
    struct verdicts *list;
    size_t count;
    size_t size;
};

_Noreturn static void
give_up(const struct duet_error *err)
{
    tap_diag("%s (%s)", err->text, err->hint);
    puts("Bail out!");
    exit(1);
}

/* ----------------------------------------------------------------- corpus */

static void
add_case(struct corpus *corpus)
{
    corpus->list = arena_grow(&corpus->arena, corpus->list, corpus->count,
                              &corpus->size, sizeof *corpus->list);
    corpus->list[corpus->count++] = (struct verdicts){"", ""};
}

/* What stands behind WORD at the beginning of LINE, or NULL. */
static const char *
behind(const char *line, const char *word)
{
    size_t len = strlen(word);

    return strncmp(line, word, len) == 0 && line[len] == ' ' ? line + len + 1
                                                             : NULL;
}

static void
read_line(struct corpus *corpus, const char *line)
{
    struct verdicts *last;

    if (behind(line, "case") != NULL)
        add_case(corpus);
    if (corpus->count == 0)
        return;
    last = &corpus->list[corpus->count - 1];
    if (behind(line, "expect") != NULL)
        last->sqlite = last->postgres = behind(line, "expect");
    if (behind(line, "sqlite") != NULL && behind(line, "sqlite run") == NULL)
        last->sqlite = behind(line, "sqlite");
    if (behind(line, "postgres") != NULL &&
        behind(line, "postgres run") == NULL)
        last->postgres = behind(line, "postgres");
}

static void
read_corpus(struct corpus *corpus)
{
    struct duet_error err = {0};
    const char *text;

    if (!path_read(&corpus->arena, "tests/golden/storage/corpus", &text, &err))
        give_up(&err);
    for (const char *at = text; at != NULL && *at != '\0';) {
        size_t len = strcspn(at, "\n");

        read_line(corpus, arena_copy(&corpus->arena, at, len));
        at += len + (at[len] != '\0');
    }
}

static bool
is_verdict(const char *verdict, const char *what, const char *name)
{
    const char *rest = behind(verdict, "refuse");

    if (rest == NULL || what == NULL)
        return rest != NULL;
    rest = behind(rest, what);
    return rest != NULL && strcmp(rest, name) == 0;
}

/*
 * There is a row that both engines refuse, for that reason; a NULL means that
 * the engine has reasons of its own, a type.
 */
static bool
is_refused(const struct corpus *corpus, const char *sqlite,
           const char *postgres, const char *name)
{
    for (size_t i = 0; i < corpus->count; i++)
        if (is_verdict(corpus->list[i].sqlite, sqlite, name) &&
            is_verdict(corpus->list[i].postgres, postgres, name))
            return true;
    return false;
}

/* ------------------------------------------------------------------ model */

static const char *
reason_of(enum object_kind kind)
{
    switch (kind) {
    case OBJECT_PRIMARY_KEY:
    case OBJECT_UNIQUE:
        return "unique";
    case OBJECT_FOREIGN_KEY:
        return "foreign key";
    case OBJECT_CHECK:
        return "check";
    default:
        return NULL;
    }
}

/* What the type of a column is on one engine a check is on the other. */
static void
try_guards(const struct corpus *corpus, const struct schema *schema,
           const struct object *column, enum sql_language language)
{
    SCOPED(arena_clear) struct arena arena = {0};
    bool on_sqlite = language == LANGUAGE_SQLITE;
    struct type_guard guards[TYPE_GUARDS];
    unsigned count = guard_list(&arena, schema, column, language, guards);

    if (on_sqlite)
        OK(count > 0, "the type of %s.%s is checked on SQLite",
           column->owner->name, column->name);
    for (unsigned i = 0; i < count; i++) {
        const char *name = guard_name(&arena, column, guards[i].kind);

        OK(is_refused(corpus, on_sqlite ? "check" : NULL,
                      on_sqlite ? NULL : "check", name),
           "both refuse what breaks %s", name);
    }
}

/* An id that is NULL is the next one on SQLite. */
static void
try_null(const struct corpus *corpus, const struct object *column)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *name =
        arena_printf(&arena, "%s.%s", column->owner->name, column->name);

    if (object_is(column, ATTRIBUTE_NOT_NULL) &&
        !object_is(column, ATTRIBUTE_IDENTITY))
        OK(is_refused(corpus, "not null", "not null", name),
           "both refuse NULL for %s", name);
}

static void
try_object(const struct corpus *corpus, const struct schema *schema,
           const struct object *object)
{
    const char *reason = reason_of(object->kind);

    if (reason != NULL)
        OK(is_refused(corpus, reason, reason, object->name),
           "both refuse what breaks %s", object->name);
    if (object->kind != OBJECT_COLUMN)
        return;
    try_guards(corpus, schema, object, LANGUAGE_SQLITE);
    try_guards(corpus, schema, object, LANGUAGE_POSTGRES);
    try_null(corpus, object);
}

static void
corpus_clear(struct corpus *corpus)
{
    arena_clear(&corpus->arena);
}

int
main(void)
{
    SCOPED(corpus_clear) struct corpus corpus = {0};
    SCOPED(schema_clear) struct schema schema = {0};
    struct duet_error err = {0};

    read_corpus(&corpus);
    if (!declaration_read(&schema, "schema", NULL, &err))
        give_up(&err);
    IS_INT(schema.nobjects, 10, "there are ten tables");
    for (size_t i = 0; i < schema.nobjects; i++)
        for (size_t j = 0; j < schema.objects[i]->nchildren; j++)
            try_object(&corpus, &schema, schema.objects[i]->children[j]);
    return tap_done();
}
