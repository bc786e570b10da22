#include "cli/fleet_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/err.h"
#include "db/url.h"
#include "profile/migrations.h"

/* The trees that members share. */
struct fleet_tree {
    struct fleet_tree *next;
    const char *directory; /* NULL: that of a profile's storage */
    const char *engine;
    struct tree tree;
    bool readable;
    struct duet_error err;
};

/* ------------------------------------------------------------------------
 * The list
 */

static bool
is_same(const char *one, const char *other)
{
    return one == other ||
           (one != NULL && other != NULL && strcmp(one, other) == 0);
}

static struct fleet_tree *
find_tree(struct fleet_list *list, const char *directory, const char *engine)
{
    struct arena *arena = list->invocation->arena;
    struct fleet_tree *tree = list->trees;

    while (tree != NULL && (!is_same(tree->directory, directory) ||
                            strcmp(tree->engine, engine) != 0))
        tree = tree->next;
    if (tree != NULL)
        return tree;
    tree = arena_alloc(arena, sizeof *tree);
    tree->next = list->trees;
    tree->directory = arena_text(arena, directory);
    tree->engine = engine;
    tree->readable = migrating_read(&tree->tree, list->invocation->args,
                                    directory, engine, &tree->err);
    list->trees = tree;
    return tree;
}

/* MIGRATIONS are its own directory, or NULL. */
static struct fleet_member *
add(struct fleet_list *list, const struct place *place, const char *name,
    const char *migrations)
{
    struct arena *arena = list->invocation->arena;
    const struct migrating_args *args = list->invocation->args;
    const struct fleet_tree *tree =
        find_tree(list, migrations_find(args->migrations, migrations),
                  place->kind->engine);
    struct fleet_member *member;

    list->members = arena_grow(arena, list->members, list->count, &list->size,
                               sizeof *list->members);
    list->places = arena_grow(arena, list->places, list->count,
                              &list->places_size, sizeof *list->places);
    list->places[list->count] = *place;
    member = &list->members[list->count++];
    *member = (struct fleet_member){
        .name = name, .url = place->url, .tree = &tree->tree};
    if (!tree->readable) {
        member->outcome = FLEET_FAILED;
        member->err = tree->err;
    }
    return member;
}

/* ------------------------------------------------------------------------
 * Duplicates
 */

struct known {
    const struct fleet_list *list;
    size_t number;
};

static int
compare_known(const void *a, const void *b)
{
    const struct known *one = a;
    const struct known *other = b;
    const struct fleet_list *list = one->list;
    int order = strcmp(list->places[one->number].shown,
                       list->places[other->number].shown);

    if (order != 0)
        return order;
    return (one->number > other->number) - (one->number < other->number);
}

static bool
is_twin(const struct fleet_list *list, size_t one, size_t other)
{
    return strcmp(list->places[one].shown, list->places[other].shown) == 0 &&
           list->members[one].tree == list->members[other].tree;
}

static void
mark_duplicate(struct fleet_member *member, const struct fleet_member *of)
{
    if (member->outcome != FLEET_NOT_STARTED)
        return;
    member->outcome = FLEET_DUPLICATE;
    (void)err_set(&member->err, DUET_ERROR_NONE, "the same database as '%s'",
                  of->name);
}

/* Of a database that is named twice the first counts. */
static void
mark_duplicates(struct fleet_list *list)
{
    struct known *known =
        arena_array(list->invocation->arena, list->count, sizeof *known);
    size_t first = 0;

    for (size_t i = 0; i < list->count; i++)
        known[i] = (struct known){list, i};
    qsort(known, list->count, sizeof *known, compare_known);
    for (size_t i = 1; i < list->count; i++) {
        if (!is_twin(list, known[i].number, known[first].number)) {
            first = i;
            continue;
        }
        mark_duplicate(&list->members[known[i].number],
                       &list->members[known[first].number]);
    }
}

/* ------------------------------------------------------------------------
 * Profiles
 */

static bool
add_profile(struct fleet_list *list, const struct profile *profile,
            struct duet_error *err)
{
    struct place place;

    if (!place_init(&place, list->invocation->arena, profile->url, NULL, err))
        return err_wrap(err, "profile '%s'", profile->name);
    (void)add(list, &place, profile->name, profile->migrations);
    return true;
}

static bool
add_profiles(struct fleet_list *list, struct duet_error *err)
{
    struct profile *profiles;
    size_t count;

    if (!profile_list(list->invocation->arena, &profiles, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!add_profile(list, &profiles[i], err))
            return false;
    if (count > 0)
        return true;
    (void)err_set(err, DUET_ERROR_USAGE, "there are no profiles");
    return err_hint(err, "duet presto makes one");
}

/* ------------------------------------------------------------------------
 * URLs
 */

struct url_file {
    const char *name;
    FILE *file;
    char *line;
    size_t size;
    size_t number;
};

static void
url_file_close(struct url_file *file)
{
    if (file->file != NULL && file->file != stdin)
        (void)fclose(file->file);
    free(file->line);
}

static bool
url_file_open(struct url_file *file, const char *path, struct duet_error *err)
{
    struct stat status;
    bool is_stdin = strcmp(path, "-") == 0;

    file->name = is_stdin ? "standard input" : path;
    file->file = is_stdin ? stdin : fopen(path, "re");
    if (file->file == NULL)
        return err_errno(err, "'%s'", path);
    if (fstat(fileno(file->file), &status) == 0 && S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return err_errno(err, "'%s'", path);
    }
    return true;
}

/* Without the blanks around it; NULL: there is nothing on it. */
static char *
trim(char *line)
{
    static const char blank[] = " \t\r\n\f\v";
    char *start = line + strspn(line, blank);
    size_t len = strlen(start);

    while (len > 0 && strchr(blank, start[len - 1]) != NULL)
        start[--len] = '\0';
    return *start == '\0' || *start == '#' ? NULL : start;
}

static const char byte_order_mark[] = "\xEF\xBB\xBF";

static bool
add_line(struct fleet_list *list, struct url_file *file, size_t len,
         struct duet_error *err)
{
    struct arena *arena = list->invocation->arena;
    size_t mark = sizeof byte_order_mark - 1;
    char *line = file->line;
    const char *url;
    struct place place;

    if (strlen(line) != len)
        return err_set(err, DUET_ERROR_USAGE, "%s:%zu: a NUL byte", file->name,
                       file->number);
    if (file->number == 1 && strncmp(line, byte_order_mark, mark) == 0)
        line += mark;
    url = trim(line);
    if (url == NULL)
        return true;
    if (!place_init(&place, arena, arena_text(arena, url), NULL, err))
        return err_wrap(err, "%s:%zu", file->name, file->number);
    (void)add(list, &place, place.shown, NULL);
    return true;
}

static bool
add_urls(struct fleet_list *list, const char *path, struct duet_error *err)
{
    SCOPED(url_file_close) struct url_file file = {0};
    ssize_t len;

    if (!url_file_open(&file, path, err))
        return false;
    errno = 0;
    while ((len = getline(&file.line, &file.size, file.file)) >= 0) {
        file.number++;
        if (!add_line(list, &file, (size_t)len, err))
            return false;
    }
    if (ferror(file.file))
        return err_errno(err, "'%s'", file.name);
    if (list->count > 0)
        return true;
    (void)err_set(err, DUET_ERROR_USAGE, "'%s' names no database", file.name);
    return err_hint(err, "write a URL on each line: sqlite:PATH or "
                         "postgres://HOST/DATABASE");
}

/* ------------------------------------------------------------------------
 * Schemas
 */

/* PATTERN as LIKE has it: `a_*` is `a\_%`. */
static const char *
like(struct arena *arena, const char *pattern)
{
    SCOPED(buf_release) struct buf out = {0};

    for (; *pattern != '\0'; pattern++) {
        if (strchr("%_\\", *pattern) != NULL)
            buf_char(&out, '\\');
        buf_char(&out, *pattern == '*'   ? '%'
                       : *pattern == '?' ? '_'
                                         : *pattern);
    }
    return arena_text(arena, buf_data(&out));
}

static void
add_schema(struct fleet_list *list, const struct place *place,
           const char *migrations, const char *schema)
{
    struct arena *arena = list->invocation->arena;
    struct place own = *place;
    struct fleet_member *member;

    schema = arena_text(arena, schema);
    own.url = url_with_schema(arena, place->url, schema);
    own.shown = schema;
    member = add(list, &own, schema, migrations);
    member->schema = schema;
}

static bool
add_matching(struct fleet_list *list, struct db *db, const struct place *place,
             const char *migrations, const char *pattern,
             struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    const char *sql = db_sql(db, SQL_POSTGRES_SCHEMAS);
    const struct db_value args[] = {
        db_text(like(list->invocation->arena, pattern))};

    if (sql == NULL) {
        (void)err_set(err, DUET_ERROR_USAGE, "database '%s' has no schemas",
                      place->shown);
        return err_hint(err, "--schemas is for PostgreSQL");
    }
    if (!db_query(db, &rows, sql, args, 1, err))
        return false;
    while (rows_next(&rows))
        add_schema(list, place, migrations, row_text(&rows, 0));
    return rows_ended(&rows);
}

static bool
add_schemas(struct fleet_list *list, const char *pattern,
            struct duet_error *err)
{
    SCOPED(database_close) struct db *db = NULL;
    struct invocation *invocation = list->invocation;
    struct profile profile;
    struct place place;

    if (!invocation_profile(invocation, &profile, err) ||
        !place_init(&place, invocation->arena, profile.url, NULL, err) ||
        !invocation_open_url(invocation, place.url, NULL, &db, err) ||
        !add_matching(list, db, &place, profile.migrations, pattern, err))
        return false;
    if (list->count > 0)
        return true;
    (void)err_set(err, DUET_ERROR_USAGE, "no schema of '%s' matches '%s'",
                  place.shown, pattern);
    return err_hint(err, "* stands for any text, ? for one character");
}

/* ------------------------------------------------------------------------ */

bool
fleet_list_read(struct fleet_list *list, struct invocation *invocation,
                const struct fleet_args *args, struct duet_error *err)
{
    bool done;

    list->invocation = invocation;
    if (args->all_profiles)
        done = add_profiles(list, err);
    else if (args->urls != NULL)
        done = add_urls(list, args->urls, err);
    else
        done = add_schemas(list, args->schemas, err);
    if (done)
        mark_duplicates(list);
    return done;
}

void
fleet_list_clear(struct fleet_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        fleet_member_clear(&list->members[i]);
    for (struct fleet_tree *tree = list->trees; tree != NULL; tree = tree->next)
        tree_clear(&tree->tree);
}
