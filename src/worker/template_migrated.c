/*
 * A template whose database is where a tree of migrations brings it.
 */
#include <signal.h>
#include <string.h>

#include "base/digest.h"
#include "base/err.h"
#include "base/path.h"
#include "db/db.h"
#include "migrate/migrate.h"
#include "rows/seed.h"
#include "worker/cluster_part.h"
#include "worker/template_part.h"

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

static bool
fill(const struct recipe *recipe, const char *url, struct duet_error *err)
{
    SCOPED(db_close) struct db *db = NULL;
    const struct migrate_options options = {.url = url};
    const struct tree *tree = recipe->request->tree;
    struct migrate_report report;

    return db_open(&db, url, NULL, err) &&
           (tree == NULL || migrate_up(db, tree, &options, &report, err)) &&
           sow(db, recipe->request->seed, err);
}

/* It ends in peace, so that no copy of it has to recover. */
static bool
make(const struct recipe *recipe, const struct server *server,
     struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *url = cluster_socket_url(&arena, server->socket);
    pid_t pid;
    bool done;

    if (!template_copy_all(recipe->base, server->data, server->user, err) ||
        !server_start(server, &pid, err))
        return false;
    done = fill(recipe, url, err);
    server_stop(pid, done ? SIGINT : SIGQUIT);
    return done;
}

/* ------------------------------------------------------------------------
 * What makes it another one
 */

static void
add_text(struct digest *digest, const char *text)
{
    digest_add(digest, text, strlen(text) + 1);
}

/* With its length before it, no two lists of texts look the same. */
static bool
add_script(struct digest *digest, const struct script_source *source,
           struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *text = source->text;

    if (source->name == NULL)
        return true;
    if (text == NULL && !path_read(&arena, source->name, &text, err))
        return false;
    add_text(digest, text != NULL ? text : "");
    return true;
}

static bool
add_tree(struct digest *digest, const struct tree *tree, struct duet_error *err)
{
    for (size_t i = 0; i < tree->count; i++) {
        add_text(digest, tree->list[i].version);
        add_text(digest, tree->list[i].checksum);
        if (!add_script(digest, &tree->list[i].up, err))
            return false;
    }
    return add_script(digest, &tree->hooks.before_up, err) &&
           add_script(digest, &tree->hooks.after_up, err) &&
           add_script(digest, &tree->hooks.after_each, err);
}

bool
recipe_migrated(struct recipe *out, struct arena *arena,
                const struct template_request *request,
                const struct template *base, struct duet_error *err)
{
    const char *const *setting = request->settings;
    char hash[DIGEST_LEN];
    struct digest digest;

    digest_start(&digest);
    add_text(&digest, strrchr(base->dir, '/'));
    add_text(&digest, duet_version());
    for (; setting != NULL && *setting != NULL; setting++)
        add_text(&digest, *setting);
    add_text(&digest, request->seed != NULL ? request->seed : "");
    if (request->tree != NULL && !add_tree(&digest, request->tree, err))
        return false;
    digest_write(&digest, hash);
    *out = (struct recipe){
        .request = request,
        .base = base,
        .name = arena_printf(arena, "pg-%.16s", hash),
        .make = make,
    };
    return true;
}
