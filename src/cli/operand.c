#include "cli/operand.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "migrate/ledger.h"
#include "migrate/replay.h"
#include "profile/migrations.h"
#include "profile/place.h"
#include "schema/declaration.h"
#include "schema/reflect.h"

const char *
declaration_path(const char *option)
{
    const char *variable = getenv("DUET_SCHEMA");

    if (option != NULL)
        return option;
    if (variable != NULL && *variable != '\0')
        return variable;
    return path_is_directory("schema") ? "schema" : NULL;
}

static bool
parse_url(struct invocation *invocation, const char *url, struct operand *out,
          struct duet_error *err)
{
    if (!place_is_url(url)) {
        (void)err_set(err, DUET_ERROR_USAGE, "'%s' names no schema", url);
        return err_hint(err, "a database's URL, profile:NAME, schema:DIR, or "
                             "migrations:DIR");
    }
    out->url = url;
    out->engine = place_engine(url);
    out->text = place_shown(invocation->arena, url);
    return true;
}

static bool
parse_profile(struct invocation *invocation, const char *name,
              struct operand *out, struct duet_error *err)
{
    struct profile profile;

    if (!profile_find(invocation->arena, name, &profile, err) ||
        !parse_url(invocation, profile.url, out, err))
        return false;
    out->text = arena_printf(invocation->arena, "profile:%s", name);
    return true;
}

/* Without a path and a directory of that name: the storage of a profile. */
static bool
parse_schema(struct invocation *invocation, const char *path,
             struct operand *out, struct duet_error *err)
{
    (void)err;
    out->declaration = declaration_path(*path == '\0' ? NULL : path);
    out->text = arena_printf(invocation->arena, "schema:%s",
                             out->declaration ? out->declaration : "");
    return true;
}

/* "DIR@VERSION", unless there is a directory of that very name. */
static void
split_version(struct arena *arena, const char *text, struct operand *out)
{
    const char *at = strrchr(text, '@');

    if (at == NULL || path_is_directory(text)) {
        out->migrations = text;
        return;
    }
    out->migrations = arena_copy(arena, text, (size_t)(at - text));
    out->version = at + 1;
}

static bool
parse_migrations(struct invocation *invocation, const char *text,
                 struct operand *out, struct duet_error *err)
{
    (void)err;
    out->is_replayed = true;
    split_version(invocation->arena, text, out);
    if (*out->migrations == '\0')
        out->migrations = migrations_find(NULL, NULL);
    out->text =
        arena_printf(invocation->arena, "migrations:%s%s%s",
                     out->migrations ? out->migrations : "",
                     out->version ? "@" : "", out->version ? out->version : "");
    return true;
}

bool
operand_parse(struct invocation *invocation, const char *text,
              struct operand *out, struct duet_error *err)
{
    static const struct {
        const char *prefix;
        bool (*parse)(struct invocation *invocation, const char *rest,
                      struct operand *out, struct duet_error *err);
    } forms[] = {{"profile:", parse_profile},
                 {"schema:", parse_schema},
                 {"migrations:", parse_migrations}};

    *out = (struct operand){0};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        size_t len = strlen(forms[i].prefix);

        if (strncmp(text, forms[i].prefix, len) == 0)
            return forms[i].parse(invocation, text + len, out, err);
    }
    return parse_url(invocation, text, out, err);
}

/* The first column of the one row. */
static bool
ask(struct db *db, struct arena *arena, enum sql_id id, const char **out,
    struct duet_error *err)
{
    return db_ask(db, arena, db_sql(db, id), NULL, 0, out, err);
}

static bool
load_database(struct invocation *invocation, struct operand *operand,
              struct duet_error *err)
{
    SCOPED(database_close) struct db *db = NULL;
    struct arena *arena = invocation->arena;

    if (!invocation_open_url(invocation, operand->url, NULL, &db, err) ||
        !ask(db, arena, SQL_DATABASE_COLLATION, &operand->collation, err) ||
        !ask(db, arena, SQL_CURRENT_SCHEMA, &operand->current, err) ||
        !schema_reflect(&operand->schema, db, err))
        return false;
    ledger_hide(&operand->schema);
    return true;
}

static void
on_scratch(void *context, struct scratch *scratch)
{
    (void)context;
    interrupt_scratch(scratch);
}

static bool
is_server_of(const char *url, const char *engine)
{
    return url != NULL && strcmp(place_engine(url), engine) == 0;
}

static bool
find_server(struct invocation *invocation, struct operand *operand,
            struct duet_error *err)
{
    if (!scratch_needs_server(operand->engine) ||
        is_server_of(operand->server, operand->engine) ||
        (invocation_url(invocation, &operand->server, NULL) &&
         is_server_of(operand->server, operand->engine)))
        return true;
    (void)err_set(err, DUET_ERROR_USAGE,
                  "'%s' can't be tried on %s without a server", operand->text,
                  operand->engine);
    return err_hint(err, "name a database on one with -u URL; its own is not "
                         "touched");
}

static bool
read_migrations(struct operand *operand, struct tree *tree,
                struct duet_error *err)
{
    return operand->migrations == NULL
               ? tree_embedded(tree, operand->engine, err)
               : tree_read(tree, operand->migrations, operand->engine,
                           STYLE_AUTO, err);
}

static bool
replay_migrations(struct invocation *invocation, struct operand *operand,
                  const char *current, struct duet_error *err)
{
    SCOPED(tree_clear) struct tree tree = {0};
    SCOPED(replay_close) struct replay replay = {0};
    struct replay_options options = {.current = current, .scratch = on_scratch};

    if (!find_server(invocation, operand, err))
        return false;
    options.server = operand->server;
    return (read_migrations(operand, &tree, err) &&
            replay_open(&replay, &tree, &options, err) &&
            replay_up(&replay, operand->version, NULL, err) &&
            replay_reflect(&replay, &operand->schema, err)) ||
           err_wrap(err, "%s", operand->text);
}

bool
operand_load(struct invocation *invocation, struct operand *operand,
             const char *engine, const char *current, struct duet_error *err)
{
    if (operand->url != NULL)
        return load_database(invocation, operand, err);
    operand->engine = engine;
    if (operand->is_replayed)
        return replay_migrations(invocation, operand, current, err);
    if (operand->declaration == NULL)
        return declaration_embedded(&operand->schema, engine, err);
    return declaration_read(&operand->schema, operand->declaration, engine,
                            err);
}

void
operand_clear(struct operand *operand)
{
    schema_clear(&operand->schema);
}
