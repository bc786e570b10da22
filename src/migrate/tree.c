#include "migrate/tree.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "sql/checksum.h"

static const struct {
    const char *engine;
    enum sql_language language;
} engines[] = {{"sqlite", LANGUAGE_SQLITE}, {"postgres", LANGUAGE_POSTGRES}};

enum { ENGINES = sizeof engines / sizeof *engines };

/* What the name of a file says. */
struct stem {
    const char *version;
    const char *engine; /* NULL: both */
    bool is_up;
};

/* Take ENDING off NAME, if it ends so. */
static bool
take_ending(char *name, const char *ending)
{
    size_t len = strlen(name);
    size_t ending_len = strlen(ending);

    if (len <= ending_len || strcmp(name + len - ending_len, ending) != 0)
        return false;
    name[len - ending_len] = '\0';
    return true;
}

/* False: it is no migration. */
static bool
read_stem(struct arena *arena, const char *file, struct stem *out)
{
    char *name = arena_text(arena, file);

    *out = (struct stem){0};
    if (!isdigit((unsigned char)*name))
        return false;
    out->is_up = take_ending(name, ".up.sql");
    if (!out->is_up && !take_ending(name, ".down.sql"))
        return false;
    for (size_t i = 0; i < ENGINES && out->engine == NULL; i++)
        if (take_ending(name, arena_printf(arena, ".%s", engines[i].engine)))
            out->engine = engines[i].engine;
    out->version = name;
    return true;
}

static enum sql_language
language_of(const char *engine)
{
    size_t i = 0;

    while (i + 1 < ENGINES && strcmp(engines[i].engine, engine) != 0)
        i++;
    return engines[i].language;
}

static struct migration *
find(const struct tree *tree, const char *version)
{
    for (size_t i = 0; i < tree->count; i++)
        if (strcmp(tree->list[i].version, version) == 0)
            return &tree->list[i];
    return NULL;
}

static bool
add(struct tree *tree, const char *dir, const char *file,
    const struct stem *stem, const char *engine, struct duet_error *err)
{
    struct migration *migration = find(tree, stem->version);
    const char *rest = stem->version + strspn(stem->version, "0123456789");
    struct migration read = {
        .version = stem->version,
        .number = strtoull(stem->version, NULL, 10),
        .name = *rest == '_' ? rest + 1 : rest,
        .path = path_join(&tree->arena, dir, file),
    };

    if (migration != NULL && stem->engine == NULL)
        return true; /* the engine's own is there already */
    if (!path_read(&tree->arena, read.path, &read.up, err))
        return false;
    if (read.up == NULL)
        return err_set(err, DUET_ERROR_IO, "migration '%s' is no file",
                       read.path);
    sql_checksum(language_of(engine), read.up, read.checksum);
    if (migration == NULL) {
        tree->list = arena_grow(&tree->arena, tree->list, tree->count,
                                &tree->size, sizeof *tree->list);
        migration = &tree->list[tree->count++];
    }
    *migration = read;
    return true;
}

static bool
not_a_migration(const char *dir, const char *file, struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_USAGE, "'%s/%s' is no migration", dir, file);
    return err_hint(err, "one is called 0001_name.up.sql, or "
                         "0001_name.sqlite.up.sql for one engine");
}

static bool
take_file(struct tree *tree, const char *dir, const char *file,
          const char *engine, struct duet_error *err)
{
    size_t len = strlen(file);
    struct stem stem;

    if (len < 4 || strcmp(file + len - 4, ".sql") != 0)
        return true;
    if (!read_stem(&tree->arena, file, &stem))
        return not_a_migration(dir, file, err);
    if (!stem.is_up ||
        (stem.engine != NULL && strcmp(stem.engine, engine) != 0))
        return true;
    return add(tree, dir, file, &stem, engine, err);
}

static int
order(const void *a, const void *b)
{
    const struct migration *one = a;
    const struct migration *other = b;

    if (one->number != other->number)
        return one->number < other->number ? -1 : 1;
    return strcmp(one->version, other->version);
}

static void
close_directory(DIR **dir)
{
    if (*dir != NULL)
        (void)closedir(*dir);
}

bool
tree_read(struct tree *tree, const char *dir, const char *engine,
          struct duet_error *err)
{
    SCOPED(close_directory) DIR *open = opendir(dir);
    const struct dirent *entry;

    if (open == NULL)
        return err_errno(err, "migrations in '%s'", dir);
    while ((entry = readdir(open)) != NULL)
        if (!take_file(tree, dir, entry->d_name, engine, err))
            return false;
    if (tree->count > 1)
        qsort(tree->list, tree->count, sizeof *tree->list, order);
    return true;
}

void
tree_clear(struct tree *tree)
{
    arena_clear(&tree->arena);
    *tree = (struct tree){0};
}
