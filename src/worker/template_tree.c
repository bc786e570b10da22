#include "worker/template_tree.h"

#include <string.h>

#include "base/path.h"
#include "db/db.h"
#include "migrate/migrate.h"
#include "rows/seed.h"

static bool
sow(struct db *db, const char *seed, struct duet_error *err)
{
    if (seed == NULL)
        return true;
    if (!seed_check(db_dialect(db), seed, err) || !db_begin(db, err))
        return false;
    if (seed_run(db, seed, err) && db_commit(db, err))
        return true;
    db_rollback(db);
    return false;
}

bool
template_fill(const char *url, const struct tree *tree, const char *seed,
              struct duet_error *err)
{
    SCOPED(db_close) struct db *db = NULL;
    const struct migrate_options options = {.url = url};
    struct migrate_report report;

    return db_open(&db, url, &(struct db_options){.create = true}, err) &&
           (tree == NULL || migrate_up(db, tree, &options, &report, err)) &&
           sow(db, seed, err);
}

static bool
add_script(struct digest *digest, const struct script_source *source,
           struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *text = source->text;

    if (source->name != NULL && text == NULL &&
        !path_read(&arena, source->name, &text, err))
        return false;
    digest_text(digest, text != NULL ? text : "");
    return true;
}

static bool
add_scripts(struct digest *digest, const struct tree *tree,
            struct duet_error *err)
{
    for (size_t i = 0; i < tree->count; i++) {
        digest_text(digest, tree->list[i].version);
        digest_text(digest, tree->list[i].checksum);
        if (!add_script(digest, &tree->list[i].up, err))
            return false;
    }
    return add_script(digest, &tree->hooks.before_up, err) &&
           add_script(digest, &tree->hooks.after_up, err) &&
           add_script(digest, &tree->hooks.after_each, err);
}

bool
template_add_tree(struct digest *digest, const struct tree *tree,
                  const char *seed, struct duet_error *err)
{
    digest_text(digest, DUET_VERSION);
    digest_text(digest, seed != NULL ? seed : "");
    return tree == NULL || add_scripts(digest, tree, err);
}
