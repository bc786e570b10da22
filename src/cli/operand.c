#include "cli/operand.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "migrate/ledger.h"
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
        return err_hint(err, "a database's URL, profile:NAME, or schema:DIR");
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

static bool
parse_migrations(struct invocation *invocation, const char *path,
                 struct operand *out, struct duet_error *err)
{
    (void)invocation;
    (void)out;
    (void)err_set(err, DUET_ERROR_USAGE,
                  "migrations in '%s' can't be replayed yet", path);
    return err_hint(err, "apply them to a database, and name that");
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

bool
operand_load(struct invocation *invocation, struct operand *operand,
             const char *engine, struct duet_error *err)
{
    if (operand->url != NULL)
        return load_database(invocation, operand, err);
    operand->engine = engine;
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
