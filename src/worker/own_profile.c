#include "worker/own_profile.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "profile/migrations.h"
#include "profile/registry.h"
#include "worker/own_profile_part.h"
#include "worker/template_tree.h"

const char *const own_profile_engines[] = {"sqlite", "postgres", NULL};

static const struct own_profile_engine *const engines[] = {
    &own_profile_file, &own_profile_cluster};

/* The engine called NAME, or NULL. */
static const struct own_profile_engine *
find_engine(const char *name, struct duet_error *err)
{
    const char *variable = getenv("DUET_ENGINE");

    if (name == NULL && variable != NULL && *variable != '\0')
        name = variable;
    for (size_t i = 0; i < sizeof engines / sizeof *engines; i++)
        if (name == NULL || strcmp(engines[i]->name, name) == 0)
            return engines[i];
    (void)err_set(err, DUET_ERROR_USAGE, "there is no engine '%s'", name);
    (void)err_hint(err, "take 'sqlite' or 'postgres'");
    return NULL;
}

/* ------------------------------------------------------------------------
 * The tree and its seed
 */

/* One that is given, else the tree's own file, else the storage's rows. */
static bool
find_seed(struct opening *opening, struct duet_error *err)
{
    const char *file = opening->tree.hooks.seed.name;
    const char *seed = opening->options->seed;

    if (seed == NULL && file != NULL &&
        !path_read(opening->arena, file, &seed, err))
        return false;
    if (seed == NULL && opening->migrations == NULL)
        seed = sql_text_sqlite[SQL_SEED];
    opening->out->seed = seed != NULL ? arena_text(opening->arena, seed) : "";
    return true;
}

static bool
read_tree(struct opening *opening, const char *engine, struct duet_error *err)
{
    const struct own_profile_options *options = opening->options;
    enum tree_style style;

    opening->migrations = migrations_find(options->migrations, NULL);
    return tree_style_find(options->style, &style, err) &&
           migrations_read(&opening->tree, opening->migrations, engine, style,
                           err) &&
           find_seed(opening, err);
}

/* ------------------------------------------------------------------------
 * What leads there
 */

void
opening_export(struct opening *opening, const char *name, const char *value)
{
    buf_printf(&opening->variables, "%s=%s", name, value);
    buf_char(&opening->variables, '\0');
}

static const char *const *
take_variables(struct arena *arena, const struct buf *variables)
{
    const char *all = arena_copy(arena, buf_data(variables), variables->len);
    const char **list = NULL;
    size_t count = 0;
    size_t have = 0;

    for (size_t at = 0; at < variables->len; at += strlen(all + at) + 1) {
        list = arena_grow(arena, list, count, &have, sizeof *list);
        list[count++] = all + at;
    }
    list = arena_grow(arena, list, count, &have, sizeof *list);
    list[count] = NULL;
    return list;
}

static void
export_all(struct opening *opening, const struct identity *identity)
{
    struct own_profile *out = opening->out;

    opening_export(opening, "DATABASE_URL", out->url);
    opening_export(opening, "DUET_PROFILE", out->name);
    opening_export(opening, "DUET_HOME", out->home);
    opening_export(opening, "DUET_WORKER", identity->worker);
    opening_export(opening, "DUET_RUN", identity->run);
    opening_export(opening, "DUET_ENGINE", out->engine);
    out->environment = take_variables(opening->arena, &opening->variables);
}

/*
 * The registry that other programs find it by.  Several may do so at once, and
 * all write the same.
 */
static bool
enter(struct opening *opening, struct duet_error *err)
{
    SCOPED(registry_close) struct registry registry = {0};
    const struct own_profile *out = opening->out;
    struct profile profile = {
        .name = out->name, .url = out->url, .created = CREATED_NOTHING};
    bool is_default;

    if (opening->migrations != NULL &&
        !path_absolute(opening->arena, opening->migrations, &profile.migrations,
                       err))
        return false;
    return registry_open(&registry, opening->arena, out->home, REGISTRY_WRITE,
                         err) &&
           registry_put_ready(&registry, &profile, &is_default, err);
}

/* ------------------------------------------------------------------------
 * Opening
 */

bool
opening_find_key(struct opening *opening, struct duet_error *err)
{
    struct digest digest;

    if (opening->key[0] != '\0')
        return true;
    digest_start(&digest);
    if (!template_add_tree(&digest, &opening->tree, opening->out->seed, err))
        return false;
    digest_write(&digest, opening->key);
    return true;
}

/*
 * One that is shared has the same in each call of the worker: at most 63
 * bytes, since an identity has 45.
 */
static bool
name_directory(struct opening *opening, const struct identity *identity,
               struct duet_error *err)
{
    if (!opening->options->shared)
        return true;
    if (!opening_find_key(opening, err))
        return false;
    opening->directory =
        arena_printf(opening->arena, "%s-%.8s-%s", opening->out->engine,
                     opening->key, identity_text(identity, opening->arena));
    return true;
}

/* One that was there is in use. */
static bool
leave(const struct opening *opening)
{
    if (!opening->out->place.was_there)
        (void)ephemeral_close(&opening->out->place, NULL);
    opening->out->place = (struct ephemeral){0};
    return false;
}

static bool
open_with(struct opening *opening, const struct own_profile_engine *engine,
          const struct identity *identity, struct duet_error *err)
{
    struct own_profile *out = opening->out;

    out->engine = engine->name;
    out->name = arena_printf(opening->arena, "worker-%s", identity->worker);
    if (!read_tree(opening, engine->name, err) ||
        !name_directory(opening, identity, err) || !engine->open(opening, err))
        return false;
    out->home = path_join(opening->arena, out->place.dir, "home");
    export_all(opening, identity);
    return enter(opening, err) || leave(opening);
}

static void
opening_clear(struct opening *opening)
{
    tree_clear(&opening->tree);
    buf_release(&opening->variables);
}

bool
own_profile_open(struct own_profile *out, struct arena *arena,
                 const struct identity *identity,
                 const struct own_profile_options *options,
                 struct duet_error *err)
{
    SCOPED(opening_clear)
    struct opening opening = {.arena = arena, .options = options, .out = out};
    const struct own_profile_engine *engine = find_engine(options->engine, err);

    *out = (struct own_profile){0};
    return engine != NULL && (open_with(&opening, engine, identity, err) ||
                              err_wrap(err, "worker '%s'", identity->worker));
}

bool
own_profile_close(const struct own_profile *profile, struct duet_error *err)
{
    return ephemeral_close(&profile->place, err);
}
