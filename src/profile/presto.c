#include "profile/presto.h"

#include <stdlib.h>

#include "base/err.h"
#include "profile/storage.h"
#include "rows/get_or_create.h"

/* A row of one table, by columns and values. */
struct wanted {
    const char *table;
    const char *const *key;
    size_t nkey;
    const char *const *set;
    size_t nset;
    const char *const *key_values;
    const char *const *set_values;
};

/* One that differs is a row that the user has changed: it stays. */
static bool
get(struct db *db, const struct wanted *wanted, struct arena *arena,
    const char **id, struct duet_error *err)
{
    SCOPED(getter_close) struct duet_getter *getter = NULL;
    struct duet_row row;

    if (!getter_open(&getter, db, wanted->table, wanted->key, wanted->nkey,
                     wanted->set, wanted->nset, err) ||
        !get_or_create(getter, wanted->key_values, wanted->set_values, &row,
                       err))
        return false;
    *id = arena_text(arena, row.id[0]);
    return true;
}

static bool
get_metadata(struct db *db, struct arena *arena, const char *workdir,
             const char **metadata, struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    const struct db_value args[] = {db_text(workdir)};

    if (!db_query(db, &rows, db_sql(db, SQL_STORAGE_METADATA), args, 1, err))
        return false;
    while (rows_next(&rows))
        *metadata = arena_text(arena, row_text(&rows, 0));
    return rows_ended(&rows);
}

static bool
get_computer(struct db *db, struct arena *arena, const char *workdir,
             const char **id, struct duet_error *err)
{
    const char *metadata = NULL;

    if (!get_metadata(db, arena, workdir, &metadata, err))
        return false;
    return get(
        db,
        &(struct wanted){
            .table = "db_dbcomputer",
            .key = (const char *const[]){"label"},
            .nkey = 1,
            .set = (const char *const[]){"hostname", "description", "metadata"},
            .nset = 3,
            .key_values = (const char *const[]){PRESTO_COMPUTER},
            .set_values = (const char *const[]){"localhost", PRESTO_DESCRIPTION,
                                                metadata},
        },
        arena, id, err);
}

static bool
get_authinfo(struct db *db, struct arena *arena, const char *user,
             const char *computer, struct duet_error *err)
{
    const char *id;

    return get(
        db,
        &(struct wanted){
            .table = "db_dbauthinfo",
            .key = (const char *const[]){"aiidauser_id", "dbcomputer_id"},
            .nkey = 2,
            .set = (const char *const[]){"auth_params"},
            .nset = 1,
            .key_values = (const char *const[]){user, computer},
            .set_values = (const char *const[]){"{\"safe_interval\": 0}"},
        },
        arena, &id, err);
}

bool
presto_rows(struct db *db, struct arena *arena, const char *workdir,
            int64_t *computer, struct duet_error *err)
{
    const char *user;
    const char *id;

    if (!storage_user(db, arena, &user, err))
        return err_wrap(err, "the default user");
    if (!get_computer(db, arena, workdir, &id, err) ||
        !get_authinfo(db, arena, user, id, err))
        return err_wrap(err, "computer 'localhost'");
    *computer = strtoll(id, NULL, 10);
    return true;
}
