#include "schema/declaration.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/path.h"
#include "schema/enum_guard.h"
#include "schema/guard.h"
#include "schema/parse.h"
#include "sql_text.h"

/* In which language what an engine alone has is declared. */
static const struct {
    const char *engine;
    enum sql_language language;
} engines[] = {
    {"sqlite", LANGUAGE_SQLITE},
    {"postgres", LANGUAGE_POSTGRES},
};

enum { ENGINES = sizeof engines / sizeof *engines };

/* The name of ENGINE that lives on. */
static bool
find_engine(const char *engine, const char **out, struct duet_error *err)
{
    *out = NULL;
    for (size_t i = 0; engine != NULL && i < ENGINES; i++)
        if (strcmp(engine, engines[i].engine) == 0)
            *out = engines[i].engine;
    return engine == NULL || *out != NULL ||
           err_set(err, DUET_ERROR_USAGE, "there is no engine '%s'", engine);
}

static enum sql_language
language_of(const char *engine)
{
    for (size_t i = 0; engine != NULL && i < ENGINES; i++)
        if (strcmp(engine, engines[i].engine) == 0)
            return engines[i].language;
    return LANGUAGE_POSTGRES;
}

/* -------------------------------------------------------------- contents */

static bool
is_guarded(const struct object *table)
{
    for (size_t i = 0; i < table->nchildren; i++)
        if (object_is(table->children[i], ATTRIBUTE_GUARD))
            return true;
    return false;
}

/*
 * A table in a file of one engine's own may be written with the guards of its
 * columns, as a database has them.
 */
static void
absorb_guards(struct schema *schema)
{
    size_t count = schema->nobjects;

    for (size_t i = 0; i < count; i++) {
        struct object *table = schema->objects[i];

        if (table->kind != OBJECT_TABLE || is_guarded(table))
            continue;
        if (table->language == LANGUAGE_SQLITE)
            enum_guards_read(schema, table);
        (void)guard_absorb(schema, table, table->language);
    }
}

static bool
add_text(struct parser *parser, const char *file, const char *text, bool common,
         struct duet_error *err)
{
    const struct source source = {
        .file = file,
        .text = text,
        .language =
            common ? LANGUAGE_POSTGRES : language_of(parser->schema->engine),
        .common = common,
    };

    return parse_source(parser, &source, err);
}

static bool
finish(struct parser *parser, struct duet_error *err)
{
    if (!parse_names(parser, false, err))
        return false;
    absorb_guards(parser->schema);
    return true;
}

bool
declaration_add(struct schema *out, const char *file, const char *text,
                bool common, struct duet_error *err)
{
    SCOPED(parser_clear) struct parser parser = {.schema = out};

    parser_know(&parser);
    return add_text(&parser, file, text, common, err) && finish(&parser, err);
}

/* ------------------------------------------------------------------ files */

struct file {
    const char *path;
    const char *engine; /* NULL: for both */
};

struct files {
    struct arena arena;
    struct file *list;
    size_t count;
    size_t size;
};

static void
files_clear(struct files *files)
{
    arena_clear(&files->arena);
}

static bool
ends_in(const char *name, const char *end)
{
    size_t len = strlen(name);
    size_t end_len = strlen(end);

    return len > end_len && strcmp(name + len - end_len, end) == 0;
}

/* For which engine alone a file is, by its name: NULL for both. */
static const char *
engine_of(const char *path)
{
    for (size_t i = 0; i < ENGINES; i++) {
        SCOPED(arena_clear) struct arena arena = {0};

        if (ends_in(path, arena_printf(&arena, ".%s.sql", engines[i].engine)))
            return engines[i].engine;
    }
    return NULL;
}

static void
add_file(struct files *files, const char *path)
{
    files->list = arena_grow(&files->arena, files->list, files->count,
                             &files->size, sizeof *files->list);
    files->list[files->count++] =
        (struct file){arena_text(&files->arena, path), engine_of(path)};
}

/* seed.sql and seed.ENGINE.sql have the rows of a new database. */
static int
is_declaration(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && ends_in(entry->d_name, ".sql") &&
           strncmp(entry->d_name, "seed.", 5) != 0;
}

static int
by_path(const void *one, const void *other)
{
    const struct file *a = one;
    const struct file *b = other;

    return strcmp(a->path, b->path);
}

static bool
list_directory(struct files *files, const char *path, struct duet_error *err)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_declaration, NULL);

    if (count < 0)
        return err_errno(err, "'%s'", path);
    for (int i = 0; i < count; i++) {
        add_file(files, path_join(&files->arena, path, entries[i]->d_name));
        free(entries[i]);
    }
    free(entries);
    if (count > 0) {
        qsort(files->list, files->count, sizeof *files->list, by_path);
        return true;
    }
    (void)err_set(err, DUET_ERROR_IO, "there is no declaration in '%s'", path);
    return err_hint(err, "a declaration is in files whose names end in .sql");
}

static bool
is_there(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0;
}

/* NAME.sql, and NAME.sqlite.sql beside it. */
static void
list_file(struct files *files, const char *path, const char *engine)
{
    add_file(files, path);
    if (engine == NULL || engine_of(path) != NULL || !ends_in(path, ".sql"))
        return;
    path = arena_printf(&files->arena, "%.*s.%s.sql", (int)strlen(path) - 4,
                        path, engine);
    if (is_there(path))
        add_file(files, path);
}

static bool
read_file(struct parser *parser, const struct file *file,
          struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *text;

    if (!path_read(&arena, file->path, &text, err))
        return false;
    if (text == NULL)
        return err_set(err, DUET_ERROR_IO, "there is no file '%s'", file->path);
    return add_text(parser, file->path, text, file->engine == NULL, err);
}

static bool
is_for(const char *engine, const char *of)
{
    return engine == NULL || of == NULL ? engine == of
                                        : strcmp(engine, of) == 0;
}

/* Those of ENGINE, or those for both. */
static bool
read_files(struct parser *parser, const struct files *files, const char *engine,
           struct duet_error *err)
{
    for (size_t i = 0; i < files->count; i++)
        if (is_for(engine, files->list[i].engine) &&
            !read_file(parser, &files->list[i], err))
            return false;
    return true;
}

static bool
check_engine(const struct files *files, const char *path, const char *engine,
             struct duet_error *err)
{
    const char *of = files->list[0].engine;

    if (files->count > 1 || of == NULL || engine == NULL ||
        strcmp(of, engine) == 0)
        return true;
    return err_set(err, DUET_ERROR_USAGE, "'%s' is for %s alone, not for %s",
                   path, of, engine);
}

static bool
list_files(struct files *files, const char *path, const char *engine,
           struct duet_error *err)
{
    if (path_is_directory(path))
        return list_directory(files, path, err);
    list_file(files, path, engine);
    return check_engine(files, path, engine, err);
}

bool
declaration_read(struct schema *out, const char *path, const char *engine,
                 struct duet_error *err)
{
    SCOPED(schema_clear) struct schema schema = {0};
    SCOPED(parser_clear) struct parser parser = {.schema = &schema};
    SCOPED(files_clear) struct files files = {0};

    if (!find_engine(engine, &schema.engine, err) ||
        !list_files(&files, path, engine, err) ||
        !read_files(&parser, &files, NULL, err) ||
        (engine != NULL && !read_files(&parser, &files, engine, err)) ||
        !finish(&parser, err))
        return false;
    schema_sort(&schema);
    *out = schema;
    schema = (struct schema){0};
    return true;
}

/* -------------------------------------------------------------- embedded */

static bool
read_embedded(struct parser *parser, const char *engine, struct duet_error *err)
{
    for (const struct sql_declaration *d = sql_declarations; d->path; d++)
        if (is_for(engine, d->engine) &&
            !add_text(parser, d->path, d->text, d->engine == NULL, err))
            return false;
    return true;
}

bool
declaration_embedded(struct schema *out, const char *engine,
                     struct duet_error *err)
{
    SCOPED(schema_clear) struct schema schema = {0};
    SCOPED(parser_clear) struct parser parser = {.schema = &schema};

    if (!find_engine(engine, &schema.engine, err) ||
        !read_embedded(&parser, NULL, err) ||
        (engine != NULL && !read_embedded(&parser, engine, err)) ||
        !finish(&parser, err))
        return false;
    schema_sort(&schema);
    *out = schema;
    schema = (struct schema){0};
    return true;
}
