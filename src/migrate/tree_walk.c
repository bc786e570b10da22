/*
 * Which files a tree has.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/path.h"
#include "migrate/tree_part.h"

enum { MAX_DEPTH = 8 };

struct walk {
    struct tree_files *files;
    struct arena *arena;
    const char *engine;
};

/* Where it is. */
struct place {
    const char *dir;
    const char *folder; /* see struct tree_file */
    const char *engine; /* likewise */
    unsigned depth;
};

static void
close_directory(DIR **dir)
{
    if (*dir != NULL)
        (void)closedir(*dir);
}

void
tree_files_add(struct tree_files *files, struct arena *arena,
               const struct tree_file *file)
{
    files->list = arena_grow(arena, files->list, files->count, &files->size,
                             sizeof *files->list);
    files->list[files->count++] = *file;
}

/* What is written in another language looks like `00002_fill.go`. */
static bool
is_program(const char *name, const char *ending)
{
    static const char *const endings[] = {".go",  ".py",   ".js", ".ts",  ".rb",
                                          ".php", ".java", ".kt", ".fizz"};

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (strcmp(ending, endings[i]) == 0)
            return strstr(name, "_test.") == NULL;
    return false;
}

/* By its name, so that nothing need be asked of the system for it. */
static bool
is_wanted(const char *name)
{
    const char *ending = strrchr(name, '.');
    size_t len;

    if (ending == NULL)
        return false;
    len = (size_t)(ending - name);
    return strcasecmp(ending, ".sql") == 0 ||
           (len > 4 && memcmp(ending - 4, ".sql", 4) == 0 &&
            (strcmp(ending, ".conf") == 0 ||
             tree_engine(ending + 1, strlen(ending + 1)) != NULL)) ||
           strcmp(name, "metadata.toml") == 0 ||
           strcmp(name, "migration_lock.toml") == 0 || is_program(name, ending);
}

/* The engine that a folder is for: postgres, migrations_postgres; or NULL. */
static const char *
folder_engine(const char *name)
{
    static const char prefix[] = "migrations_";

    if (strncmp(name, prefix, sizeof prefix - 1) == 0)
        name += sizeof prefix - 1;
    return tree_engine(name, strlen(name));
}

static bool walk_folder(const struct walk *walk, const struct place *place,
                        struct duet_error *err);

static bool
walk_into(const struct walk *walk, const struct place *place, const char *name,
          const char *path, struct duet_error *err)
{
    const char *engine = folder_engine(name);
    struct place below = *place;

    below.dir = path;
    below.depth++;
    if (engine == NULL)
        below.folder = arena_printf(walk->arena, "%s%s/", place->folder, name);
    else
        below.engine = engine;
    if (engine == NULL || strcmp(engine, walk->engine) == 0)
        return walk_folder(walk, &below, err);
    walk->files->other = path;
    return true;
}

static bool
take_entry(const struct walk *walk, const struct place *place,
           const char *entry, struct duet_error *err)
{
    const struct tree_file file = {
        .path = path_join(walk->arena, place->dir, entry),
        .folder = place->folder,
        .name = arena_text(walk->arena, entry),
        .engine = place->engine,
    };

    if (is_wanted(entry))
        tree_files_add(walk->files, walk->arena, &file);
    else if (*entry != '.' && path_is_directory(file.path))
        return walk_into(walk, place, file.name, file.path, err);
    return true;
}

static bool
walk_folder(const struct walk *walk, const struct place *place,
            struct duet_error *err)
{
    SCOPED(close_directory) DIR *open = NULL;
    const struct dirent *entry;

    if (place->depth > MAX_DEPTH)
        return err_set(err, DUET_ERROR_USAGE,
                       "migrations in '%s' are in too many folders",
                       place->dir);
    open = opendir(place->dir);
    if (open == NULL)
        return err_errno(err, "migrations in '%s'", place->dir);
    while (errno = 0, (entry = readdir(open)) != NULL)
        if (!take_entry(walk, place, entry->d_name, err))
            return false;
    return errno == 0 || err_errno(err, "migrations in '%s'", place->dir);
}

static int
by_path(const void *one, const void *other)
{
    return strcmp(((const struct tree_file *)one)->path,
                  ((const struct tree_file *)other)->path);
}

bool
tree_walk(struct tree_files *files, struct arena *arena, const char *dir,
          const char *engine, struct duet_error *err)
{
    const struct walk walk = {files, arena, engine};
    const struct place top = {.dir = dir, .folder = ""};

    if (!walk_folder(&walk, &top, err)) {
        if (!path_is_directory(dir))
            (void)err_hint(err, "name the directory of the migrations with "
                                "--migrations or DUET_MIGRATIONS");
        return false;
    }
    if (files->count > 1)
        qsort(files->list, files->count, sizeof *files->list, by_path);
    return true;
}
