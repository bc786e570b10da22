/*
 * A worker's profile as SQLite has it: a file, copied from a template.
 */
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/path.h"
#include "db/db.h"
#include "worker/own_profile_part.h"
#include "worker/template.h"
#include "worker/template_tree.h"

#define FILE_NAME "profile.db"

/* A test may fill it well beyond what the template has. */
enum { ROOM = 16 << 20 };

/* ------------------------------------------------------------------------
 * The template
 */

struct file_recipe {
    struct recipe recipe; /* first */
    const struct tree *tree;
    const char *seed;
};

/* The file alone has to hold everything: it is what is copied. */
static bool
settle(const char *url, struct duet_error *err)
{
    SCOPED(db_close) struct db *db = NULL;

    return db_open(&db, url, NULL, err) &&
           db_exec(db, "pragma wal_checkpoint(truncate)", err);
}

static bool
make(const struct recipe *recipe, struct arena *arena, const char *dir,
     const char **version, struct duet_error *err)
{
    const struct file_recipe *own = (const struct file_recipe *)recipe;
    const char *data = path_join(arena, dir, "data");
    const char *url = arena_printf(arena, "sqlite:%s/" FILE_NAME, data);

    *version = DUET_VERSION;
    if (mkdir(data, 0700) != 0)
        return err_errno(err, "'%s'", data);
    return template_fill(url, own->tree, own->seed, err) && settle(url, err);
}

static bool
find_template(struct template *out, struct opening *opening,
              struct duet_error *err)
{
    struct file_recipe recipe = {
        .recipe = {.make = make},
        .tree = &opening->tree,
        .seed = opening->out->seed,
    };

    if (!opening_find_key(opening, err))
        return false;
    recipe.recipe.name =
        arena_printf(opening->arena, "sqlite-%.16s", opening->key);
    return template_find(out, opening->arena, &recipe.recipe, err);
}

/* ------------------------------------------------------------------------
 * The copy
 */

static bool
start(void *context, struct arena *arena, const char *dir, struct buf *about,
      pid_t *server, struct duet_error *err)
{
    const char *home = path_join(arena, dir, "home");

    (void)server;
    about_put(about, "url", arena_printf(arena, "sqlite:%s/" FILE_NAME, home));
    return template_copy_all(context, home, NULL, err);
}

static const struct ephemeral_kind kind = {
    .name = "profile", .room = ROOM, .start = start};

/* A template may turn out not to be whole, and then be made anew, once. */
static bool
open_place(struct template *template, struct opening *opening,
           const struct ephemeral_request *request, struct duet_error *err)
{
    struct ephemeral *place = &opening->out->place;

    return find_template(template, opening, err) &&
           (ephemeral_open(place, opening->arena, request, err) ||
            (template_discard(template) &&
             find_template(template, opening, err) &&
             ephemeral_open(place, opening->arena, request, err)));
}

static bool
open_file(struct opening *opening, struct duet_error *err)
{
    const struct own_profile_options *options = opening->options;
    struct own_profile *out = opening->out;
    struct template template;
    struct ephemeral_request request = {.kind = &kind,
                                        .context = &template,
                                        .name = opening->directory,
                                        .time_to_live = options->time_to_live,
                                        .keep = options->keep};

    memcpy(request.owners, options->owners, sizeof request.owners);
    if (!open_place(&template, opening, &request, err))
        return false;
    out->url = about_get(opening->arena, out->place.about, "url");
    out->own_url = out->url;
    return out->url != NULL ||
           err_set(err, DUET_ERROR_USAGE,
                   "'%s' is in use, and no profile in a file", out->place.name);
}

const struct own_profile_engine own_profile_file = {
    .name = "sqlite",
    .open = open_file,
};
