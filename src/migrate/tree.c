#include "migrate/tree.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "migrate/tree_part.h"
#include "sql_text.h"

static void
reader_clear(struct tree_reader *reader)
{
    arena_clear(&reader->arena);
}

static struct script_source *
hook_of(struct tree_hooks *hooks, enum tree_hook hook)
{
    switch (hook) {
    case HOOK_BEFORE_UP:
        return &hooks->before_up;
    case HOOK_AFTER_UP:
        return &hooks->after_up;
    case HOOK_AFTER_EACH:
        return &hooks->after_each;
    case HOOK_SEED:
        return &hooks->seed;
    case HOOK_NONE:
        break;
    }
    return NULL;
}

static int
by_version(const void *a, const void *b)
{
    const struct tree_part *one = a;
    const struct tree_part *other = b;
    int order = strcmp(one->version ? one->version : "",
                       other->version ? other->version : "");

    if (order == 0)
        order = (int)one->kind - (int)other->kind;
    if (order == 0)
        order = (int)one->hook - (int)other->hook;
    if (order == 0)
        order = (one->engine == NULL) - (other->engine == NULL);
    return order ? order : strcmp(one->file->path, other->file->path);
}

/* Both say the same thing of the same version. */
static bool
is_same_part(const struct tree_part *one, const struct tree_part *other)
{
    return strcmp(one->version ? one->version : "",
                  other->version ? other->version : "") == 0 &&
           one->kind == other->kind && one->hook == other->hook;
}

static bool
claimed_twice(struct tree_reader *reader, const struct tree_part *one,
              const struct tree_part *other)
{
    (void)err_set(reader->err, DUET_ERROR_USAGE,
                  "'%s' and '%s' are the same migration", one->file->path,
                  other->file->path);
    return err_hint(reader->err, "rename or remove one of them");
}

static bool
provider_is_ours(struct tree_reader *reader, const struct tree_part *part)
{
    const char *provider = strstr(part->text, "provider");
    const char *name = provider == NULL ? NULL : strchr(provider, '"');
    const char *engine =
        name == NULL ? NULL : tree_engine(name + 1, strcspn(name + 1, "\""));

    if (engine == NULL || strcmp(engine, reader->tree->engine) == 0)
        return true;
    (void)err_set(reader->err, DUET_ERROR_USAGE,
                  "the migrations in '%s' are not for %s", reader->tree->dir,
                  reader->tree->engine);
    return err_hint(reader->err, "'%s' names another provider",
                    part->file->path);
}

/* `run_in_transaction = false`, `executeInTransaction=false` */
static bool
says_no_transaction(const char *text)
{
    static const char *const names[] = {"run_in_transaction",
                                        "executeInTransaction"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *at = strstr(text, names[i]);

        if (at == NULL)
            continue;
        at += strlen(names[i]);
        at += strspn(at, " \t=");
        if (strncmp(at, "false", 5) == 0)
            return true;
    }
    return false;
}

static struct migration *
add_migration(struct tree *tree, const struct tree_part *part)
{
    struct migration *migration;

    tree->list = arena_grow(&tree->arena, tree->list, tree->count, &tree->size,
                            sizeof *tree->list);
    migration = &tree->list[tree->count++];
    *migration = (struct migration){
        .version = part->version,
        .name = part->name,
        .repeatable = part->repeatable,
        .is_baseline = part->is_baseline,
        .no_transaction = part->no_transaction,
    };
    return migration;
}

/* The checksum is of the file as it is, whatever the environment says. */
static bool
take_up(struct tree_reader *reader, const struct tree_part *part)
{
    struct tree *tree = reader->tree;
    struct migration *migration = add_migration(tree, part);
    struct tree_text text;

    if (!tree_text_read(&tree->arena, part, tree->style, &text, reader->err) ||
        !script_checksum_all(&text.written, tree->language, migration->checksum,
                             reader->err))
        return false;
    migration->up = text.up.source;
    migration->no_transaction |= text.up.no_transaction;
    migration->out_of_order = text.up.out_of_order;
    migration->lock_timeout = text.up.lock_timeout;
    migration->has_down = text.down.found;
    migration->down = text.down.source;
    migration->down_no_transaction = text.down.no_transaction;
    migration->down_lock_timeout = text.down.lock_timeout;
    return true;
}

/* Some engine has what goes up. */
static bool
others_go_up(const struct tree_reader *reader, const char *version)
{
    for (size_t i = 0; i < reader->nothers; i++)
        if (reader->others[i].kind == PART_UP &&
            strcmp(reader->others[i].version, version) == 0)
            return true;
    return false;
}

static bool
take_down(struct tree_reader *reader, const struct tree_part *part,
          struct migration *migration)
{
    if (migration == NULL) {
        if (part->engine == NULL && others_go_up(reader, part->version))
            return true;
        (void)err_set(reader->err, DUET_ERROR_USAGE,
                      "'%s' goes down from what nothing goes up to",
                      part->file->path);
        return err_hint(reader->err, "the file that goes up is missing, or "
                                     "called otherwise");
    }
    migration->has_down = true;
    migration->down = (struct script_source){.name = part->file->path,
                                             .text = part->file->text};
    migration->down_no_transaction = part->no_transaction;
    return true;
}

static bool
take_hook(struct tree_reader *reader, const struct tree_part *part)
{
    struct script_source *hook = hook_of(&reader->tree->hooks, part->hook);

    if (hook != NULL)
        *hook = (struct script_source){.name = part->file->path,
                                       .text = part->text};
    return true;
}

/* MIGRATION is that of the part's version, or NULL. */
static bool
take_part(struct tree_reader *reader, const struct tree_part *part,
          struct migration *migration)
{
    switch (part->kind) {
    case PART_UP:
        return take_up(reader, part);
    case PART_DOWN:
        return take_down(reader, part, migration);
    case PART_OPTIONS:
        if (migration != NULL && says_no_transaction(part->text))
            migration->no_transaction = migration->down_no_transaction = true;
        return true;
    case PART_TREE:
        return provider_is_ours(reader, part);
    case PART_HOOK:
        break;
    }
    return take_hook(reader, part);
}

/* Of the parts of a kind and version our engine's own is the first. */
static bool
take_parts(struct tree_reader *reader)
{
    const struct tree_part *last = NULL;

    struct tree *tree = reader->tree;

    if (reader->count > 1)
        qsort(reader->parts, reader->count, sizeof *reader->parts, by_version);
    tree->size = reader->count; /* at most */
    tree->list = arena_array(&tree->arena, tree->size, sizeof *tree->list);
    for (size_t i = 0; i < reader->count; i++) {
        const struct tree_part *part = &reader->parts[i];
        struct migration *migration =
            tree->count > 0 ? &tree->list[tree->count - 1] : NULL;

        if (last != NULL && is_same_part(last, part)) {
            if ((last->engine == NULL) == (part->engine == NULL) &&
                part->kind != PART_TREE)
                return claimed_twice(reader, last, part);
            continue;
        }
        last = part;
        if (migration != NULL &&
            (part->version == NULL ||
             strcmp(migration->version, part->version) != 0))
            migration = NULL;
        if (!take_part(reader, part, migration))
            return false;
    }
    return true;
}

static bool
is_number_taken(const struct tree *tree, size_t i)
{
    const struct migration *one = &tree->list[i - 1];
    const struct migration *other = &tree->list[i];

    return !one->is_baseline && !other->is_baseline &&
           version_same_number(tree->style, one->version, other->version);
}

/* What looked like sqlx's is not if files share a number. */
static bool
check_numbers(struct tree_reader *reader, bool guessed)
{
    struct tree *tree = reader->tree;

    if (!tree_styles[tree->style].unique_numbers)
        return true;
    for (size_t i = 1; i < tree->count; i++) {
        if (!is_number_taken(tree, i))
            continue;
        if (guessed && tree->style == STYLE_SQLX) {
            tree->style = STYLE_PLAIN;
            return true;
        }
        (void)err_set(reader->err, DUET_ERROR_USAGE,
                      "migrations '%s' and '%s' have the same number",
                      tree->list[i - 1].up.name, tree->list[i].up.name);
        return err_hint(reader->err, "%s tells them by it: rename one of them",
                        style_names[tree->style]);
    }
    return true;
}

/* ------------------------------------------------------------------------
 * Trees
 */

/* Most trees are in order as soon as their files are. */
static void
put_in_order(struct tree *tree)
{
    int (*order)(const void *, const void *) = tree_styles[tree->style].order;

    for (size_t i = 1; i < tree->count; i++)
        if (order(&tree->list[i - 1], &tree->list[i]) > 0) {
            qsort(tree->list, tree->count, sizeof *tree->list, order);
            return;
        }
}

static bool
read_files(struct tree_reader *reader, enum tree_style style)
{
    if (!tree_parts_read(reader, style) || !take_parts(reader))
        return false;
    put_in_order(reader->tree);
    return check_numbers(reader, style == STYLE_AUTO);
}

static const struct {
    const char *engine;
    enum sql_language language;
} engines[] = {{"sqlite", LANGUAGE_SQLITE}, {"postgres", LANGUAGE_POSTGRES}};

static bool
tree_init(struct tree *tree, const char *dir, const char *engine,
          struct duet_error *err)
{
    *tree = (struct tree){0};
    for (size_t i = 0; i < sizeof engines / sizeof *engines; i++)
        if (strcmp(engines[i].engine, engine) == 0) {
            tree->engine = engines[i].engine;
            tree->language = engines[i].language;
        }
    tree->dir = arena_text(&tree->arena, dir);
    return tree->engine != NULL ||
           err_set(err, DUET_ERROR_USAGE, "there is no engine '%s'", engine);
}

bool
tree_read(struct tree *tree, const char *dir, const char *engine,
          enum tree_style style, struct duet_error *err)
{
    SCOPED(reader_clear) struct tree_reader reader = {.tree = tree, .err = err};

    if (tree_init(tree, dir, engine, err) &&
        tree_walk(&reader.files, &tree->arena, tree->dir, tree->engine, err) &&
        read_files(&reader, style))
        return true;
    tree_clear(tree);
    return false;
}

bool
tree_read_down(const struct tree *tree, const struct migration *migration,
               struct arena *arena, struct migration *out,
               struct duet_error *err)
{
    const struct tree_file file = {.path = migration->down.name,
                                   .text = migration->down.text};
    struct tree_part part = {.file = &file};
    struct tree_text text;

    *out = *migration;
    if (!out->has_down || out->down.start != 0)
        return true;
    if (!tree_text_load(arena, &part, err) ||
        !tree_text_read(arena, &part, tree->style, &text, err))
        return false;
    out->down = text.up.source;
    out->down_no_transaction |= text.up.no_transaction;
    out->down_lock_timeout = text.up.lock_timeout;
    return true;
}

bool
tree_read_script(const struct script_source *script, bool *no_transaction,
                 unsigned *lock_timeout, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const struct tree_file file = {.path = script->name};
    const struct tree_part part = {.file = &file, .text = script->text};
    struct tree_text text;

    if (!tree_text_read(&arena, &part, STYLE_DUET, &text, err))
        return false;
    *no_transaction = text.up.no_transaction;
    *lock_timeout = text.up.lock_timeout;
    return true;
}

bool
tree_embedded(struct tree *tree, const char *engine, struct duet_error *err)
{
    SCOPED(reader_clear) struct tree_reader reader = {.tree = tree, .err = err};

    if (!tree_init(tree, "migrations", engine, err))
        return false;
    for (const struct sql_migration *at = sql_migrations; at->path; at++) {
        const struct tree_file file = {
            .path = at->path,
            .folder = "",
            .name = strrchr(at->path, '/') + 1,
            .text = at->text,
        };

        tree_files_add(&reader.files, &reader.arena, &file);
    }
    if (read_files(&reader, STYLE_DUET))
        return true;
    tree_clear(tree);
    return false;
}

void
tree_clear(struct tree *tree)
{
    arena_clear(&tree->arena);
    *tree = (struct tree){0};
}
