#include "worker/template_server.h"

#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "worker/child.h"
#include "worker/template_part.h"

/* "15.18" of "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)". */
static bool
ask_version(struct arena *arena, const struct server *server, const char *dir,
            const char **out, struct duet_error *err)
{
    static const char mark[] = "(PostgreSQL) ";
    const char *log = path_join(arena, dir, "version");
    const char *const words[] = {path_join(arena, server->bin, "postgres"),
                                 "-V", NULL};
    const struct child child = {
        .argv = words, .user = server->user, .log = log};
    const char *text = NULL;
    const char *at;

    if (!child_run(&child, err) || !path_read(arena, log, &text, err))
        return false;
    at = text != NULL ? strstr(text, mark) : NULL;
    if (at == NULL)
        return err_set(err, DUET_ERROR_IO, "'%s' does not say its version",
                       words[0]);
    at += strlen(mark);
    *out = arena_copy(arena, at, strcspn(at, " \n"));
    return true;
}

static bool
make(const struct recipe *recipe, struct arena *arena, const char *dir,
     const char **version, struct duet_error *err)
{
    const struct server_recipe *own = (const struct server_recipe *)recipe;
    const char *data = path_join(arena, dir, "data");
    const struct server server = {
        .bin = own->wanted->bin,
        .data = data,
        .log = path_join(arena, dir, "log"),
        .socket = data,
        .port = SERVER_PORT,
        .settings = own->wanted->settings,
        .user = own->wanted->user,
    };

    return own->fill(own, &server, err) &&
           ask_version(arena, &server, dir, version, err);
}

struct server_recipe
server_recipe(const char *name, const struct server_template *wanted)
{
    return (struct server_recipe){
        .recipe = {.name = name, .make = make},
        .wanted = wanted,
    };
}

bool
template_find_server(struct template *out, struct arena *arena,
                     const struct server_template *wanted,
                     struct duet_error *err)
{
    struct template base;
    struct server_recipe recipe;

    if (!recipe_empty(&recipe, arena, wanted, err) ||
        !template_find(&base, arena, &recipe.recipe, err))
        return false;
    if (wanted->tree == NULL && wanted->seed == NULL) {
        *out = base;
        return true;
    }
    return recipe_migrated(&recipe, arena, wanted, &base, err) &&
           template_find(out, arena, &recipe.recipe, err);
}
