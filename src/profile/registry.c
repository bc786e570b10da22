#include "profile/registry.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"

enum {
    VERSION = 1,
    APPLICATION = 0x64756574 /* "duet" */
};

/*
 * This is the one database of duet's own, and always SQLite's: its statements
 * have no second form, so they stand here.
 */
static const char schema[] =
    "create table profile (\n"
    "    name       text    not null primary key,\n"
    "    url        text    not null,\n"
    "    created    text    not null,\n"
    "    ready      integer not null,\n"
    "    is_default integer not null default 0,\n"
    "    made       text    not null\n"
    "        default (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),\n"
    "    migrations text,\n"
    "    schema     text\n"
    ") strict;\n"
    "create unique index profile_default on profile (is_default)\n"
    " where is_default;\n";

#define COLUMNS \
    "name, url, created, ready, is_default, made, migrations, schema"

static const char select_one[] =
    "select " COLUMNS " from profile"
    " where case when $1 is null then is_default else name = $1 end";
static const char select_ready[] =
    "select " COLUMNS " from profile where ready order by name";
static const char put[] =
    "insert into profile (name, url, created, ready, migrations, schema)"
    " values ($1, $2, $3, $4, $5, $6)"
    " on conflict (name) do update"
    " set (url, created, ready, migrations, schema) ="
    " (excluded.url, excluded.created, excluded.ready, excluded.migrations,"
    " excluded.schema)"
    " where (url, created, ready, migrations, schema) is not"
    " (excluded.url, excluded.created, excluded.ready, excluded.migrations,"
    " excluded.schema)";
static const char set_first_default[] =
    "update profile set is_default = 1"
    " where name = $1"
    " and not exists (select 1 from profile where is_default)";
static const char unset_default[] =
    "update profile set is_default = 0 where is_default";
static const char set_default[] =
    "update profile set is_default = 1 where name = $1 and ready";
static const char delete_one[] = "delete from profile where name = $1";

/*
 * That the file is damaged is not what "could not be reached" means, and the
 * way out of it is another one than for a database of the user.
 */
static bool
failed(const struct registry *registry, struct duet_error *err)
{
    (void)err_wrap(err, "the registry of profiles '%s'", registry->path);
    if (err != NULL && err->kind == DUET_ERROR_CONNECT)
        err->kind = DUET_ERROR_IO;
    return false;
}

const char *
registry_path(struct arena *arena, const char *home)
{
    return path_join(arena, home, "profiles.db");
}

void
registry_close(struct registry *registry)
{
    db_close(&registry->db);
}

/* What a file must hold to be the registry. */
struct state {
    bool empty;
    int64_t version;
    int64_t application;
};

static bool
read_state(struct registry *registry, struct state *state,
           struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};

    if (!db_query(registry->db, &rows,
                  "select (select count(*) from sqlite_schema),"
                  " (select user_version from pragma_user_version),"
                  " (select application_id from pragma_application_id)",
                  NULL, 0, err))
        return false;
    while (rows_next(&rows)) {
        state->empty = row_integer(&rows, 0) == 0;
        state->version = row_integer(&rows, 1);
        state->application = row_integer(&rows, 2);
    }
    return rows_ended(&rows);
}

static bool
check_state(const struct state *state, struct duet_error *err)
{
    if (state->empty)
        return true;
    if (state->application != APPLICATION) {
        (void)err_set(err, DUET_ERROR_IO,
                      "the file is a database of something else");
        return err_hint(err, "move it away, or set DUET_HOME to another "
                             "directory");
    }
    if (state->version > VERSION) {
        (void)err_set(err, DUET_ERROR_IO,
                      "a newer duet wrote it (format %lld, this one knows "
                      "%d)",
                      (long long)state->version, VERSION);
        return err_hint(err, "use that duet, or set DUET_HOME to another "
                             "directory");
    }
    return true;
}

static bool
make_tables(struct registry *registry, struct duet_error *err)
{
    struct state state = {0};
    char settings[96];

    (void)snprintf(settings, sizeof settings,
                   "pragma user_version = %d; pragma application_id = %d",
                   VERSION, APPLICATION);
    if (!db_begin(registry->db, err))
        return false;
    /* Asked again under the lock: another process may have made them. */
    if (read_state(registry, &state, err) && check_state(&state, err) &&
        (!state.empty || (db_exec(registry->db, schema, err) &&
                          db_exec(registry->db, settings, err))) &&
        db_commit(registry->db, err))
        return true;
    db_rollback(registry->db);
    return false;
}

/*
 * The file is made here and not by SQLite: for its mode, and because it has
 * to keep a rollback journal, which works on a network's file system, too.
 */
static bool
make_file(const char *home, const char *path, struct duet_error *err)
{
    struct stat info;
    bool made;

    if (stat(path, &info) == 0) {
        if ((info.st_mode & 077) != 0)
            (void)chmod(path, info.st_mode & 0700);
        return true;
    }
    return path_make_directory(home, 0700, err) &&
           path_make_file(path, 0600, &made, err);
}

static bool
open_file(struct registry *registry, const char *path, enum registry_mode mode,
          struct duet_error *err)
{
    char url[4200];
    struct state state = {0};

    (void)snprintf(url, sizeof url, "sqlite:%s", path);
    if (!db_open(&registry->db, url, NULL, err)) {
        if (access(path, R_OK) == 0)
            (void)err_hint(err, "move the file away; duet profile create "
                                "--register NAME -u URL enters a database "
                                "again");
        return false;
    }
    if (!read_state(registry, &state, err) || !check_state(&state, err))
        return false;
    if (!state.empty)
        return true;
    if (mode == REGISTRY_WRITE)
        return make_tables(registry, err);
    registry_close(registry);
    return true;
}

bool
registry_open(struct registry *registry, struct arena *arena, const char *home,
              enum registry_mode mode, struct duet_error *err)
{
    const char *path = registry_path(arena, home);
    struct stat info;

    *registry = (struct registry){.path = path};
    if (mode == REGISTRY_READ && stat(path, &info) != 0)
        return errno == ENOENT || errno == ENOTDIR ||
               err_errno(err, "the registry of profiles '%s'", path);
    if (mode == REGISTRY_WRITE && !make_file(home, path, err))
        return failed(registry, err);
    if (open_file(registry, path, mode, err))
        return true;
    registry_close(registry);
    return failed(registry, err);
}

static const char *const created_names[] = {
    [CREATED_NOTHING] = "nothing",
    [CREATED_FILE] = "file",
    [CREATED_DATABASE] = "database",
    [CREATED_TABLES] = "tables",
};

const char *
profile_created_name(enum profile_created created)
{
    return created_names[created];
}

/* A word that is not known is what nothing may be taken away for. */
static enum profile_created
created_of(const char *name)
{
    for (size_t i = 0; i < sizeof created_names / sizeof *created_names; i++)
        if (strcmp(created_names[i], name) == 0)
            return (enum profile_created)i;
    return CREATED_NOTHING;
}

static void
read_profile(const struct rows *rows, struct arena *arena, struct profile *out)
{
    *out = (struct profile){
        .name = arena_text(arena, row_text(rows, 0)),
        .url = arena_text(arena, row_text(rows, 1)),
        .created = created_of(row_text(rows, 2)),
        .ready = row_boolean(rows, 3),
        .is_default = row_boolean(rows, 4),
        .made = arena_text(arena, row_text(rows, 5)),
        .migrations = arena_text(arena, row_text(rows, 6)),
        .schema = arena_text(arena, row_text(rows, 7)),
    };
}

bool
registry_get(struct registry *registry, struct arena *arena, const char *name,
             struct profile *out, bool *found, struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    const struct db_value args[] = {db_text(name)};

    *found = false;
    if (registry->db == NULL)
        return true;
    if (!db_query(registry->db, &rows, select_one, args, 1, err))
        return false;
    while (rows_next(&rows)) {
        read_profile(&rows, arena, out);
        *found = true;
    }
    return rows_ended(&rows);
}

bool
registry_list(struct registry *registry, struct arena *arena,
              struct profile **out, size_t *count, struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    struct profile *list = NULL;
    size_t size = 0;

    *count = 0;
    *out = NULL;
    if (registry->db == NULL)
        return true;
    if (!db_query(registry->db, &rows, select_ready, NULL, 0, err))
        return false;
    while (rows_next(&rows)) {
        if (*count == size) {
            size = size ? size * 2 : 16;
            list = arena_array(arena, size, sizeof *list);
            if (*count > 0)
                memcpy(list, *out, *count * sizeof *list);
            *out = list;
        }
        read_profile(&rows, arena, &list[(*count)++]);
    }
    return rows_ended(&rows);
}

bool
registry_put(struct registry *registry, const struct profile *profile,
             struct duet_error *err)
{
    const struct db_value args[] = {
        db_text(profile->name),
        db_text(profile->url),
        db_text(profile_created_name(profile->created)),
        db_boolean(profile->ready),
        db_text(profile->migrations),
        db_text(profile->schema),
    };

    return db_execute(registry->db, put, args, sizeof args / sizeof *args, NULL,
                      err) ||
           failed(registry, err);
}

bool
registry_put_ready(struct registry *registry, const struct profile *profile,
                   bool *is_default, struct duet_error *err)
{
    const struct db_value args[] = {db_text(profile->name)};
    struct profile ready = *profile;
    int64_t changed = 0;

    ready.ready = true;
    if (!db_begin(registry->db, err))
        return failed(registry, err);
    if (registry_put(registry, &ready, err) &&
        ((db_execute(registry->db, set_first_default, args, 1, &changed, err) &&
          db_commit(registry->db, err)) ||
         failed(registry, err))) {
        *is_default = changed > 0;
        return true;
    }
    db_rollback(registry->db);
    return false;
}

bool
registry_set_default(struct registry *registry, const char *name, bool *found,
                     struct duet_error *err)
{
    const struct db_value args[] = {db_text(name)};
    int64_t changed = 0;

    if (!db_begin(registry->db, err))
        return failed(registry, err);
    if (!db_exec(registry->db, unset_default, err) ||
        !db_execute(registry->db, set_default, args, 1, &changed, err) ||
        (changed > 0 && !db_commit(registry->db, err))) {
        db_rollback(registry->db);
        return failed(registry, err);
    }
    db_rollback(registry->db);
    *found = changed > 0;
    return true;
}

bool
registry_remove(struct registry *registry, const char *name,
                struct duet_error *err)
{
    const struct db_value args[] = {db_text(name)};

    return db_execute(registry->db, delete_one, args, 1, NULL, err) ||
           failed(registry, err);
}
