/*
 * A template whose database is where a tree of migrations brings it.
 */
#include <signal.h>
#include <string.h>

#include "base/digest.h"
#include "worker/cluster.h"
#include "worker/cluster_part.h"
#include "worker/template_part.h"
#include "worker/template_tree.h"

/* It ends in peace, so that no copy of it has to recover. */
static bool
fill(const struct server_recipe *recipe, const struct server *server,
     struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *url =
        cluster_own_url(&arena, cluster_socket_url(&arena, server->socket));
    pid_t pid;
    bool done;

    if (!template_copy_all(recipe->base, server->data, server->user, err) ||
        !server_start(server, &pid, err))
        return false;
    done = template_fill(url, recipe->wanted->tree, recipe->wanted->seed, err);
    server_stop(pid, done ? SIGINT : SIGQUIT);
    return done;
}

/* ------------------------------------------------------------------------
 * What makes it another one
 */

bool
recipe_migrated(struct server_recipe *out, struct arena *arena,
                const struct server_template *wanted,
                const struct template *base, struct duet_error *err)
{
    const char *const *setting = wanted->settings;
    char hash[DIGEST_LEN];
    struct digest digest;

    digest_start(&digest);
    digest_text(&digest, strrchr(base->dir, '/'));
    for (; setting != NULL && *setting != NULL; setting++)
        digest_text(&digest, *setting);
    if (!template_add_tree(&digest, wanted->tree, wanted->seed, err))
        return false;
    digest_write(&digest, hash);
    *out = server_recipe(arena_printf(arena, "pg-%.16s", hash), wanted);
    out->base = base;
    out->fill = fill;
    return true;
}
