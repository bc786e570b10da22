#include "profile/computer.h"

#include <stdlib.h>

#include "base/err.h"
#include "profile/storage.h"
#include "rows/get_or_create.h"

struct computers {
    struct db *db;
    struct duet_getter *computer;
    struct duet_getter *access;
    struct arena arena; /* for one call */
};

static bool
open_getters(struct computers *computers, struct duet_error *err)
{
    static const char *const label[] = {"label"};
    static const char *const said[] = {"hostname", "description",
                                       "scheduler_type", "transport_type",
                                       "metadata"};
    static const char *const whose[] = {"aiidauser_id", "dbcomputer_id"};
    static const char *const how[] = {"auth_params"};

    return getter_open(&computers->computer, computers->db, "db_dbcomputer",
                       label, 1, said, sizeof said / sizeof *said, err) &&
           getter_open(&computers->access, computers->db, "db_dbauthinfo",
                       whose, 2, how, 1, err);
}

bool
computers_open(struct computers **out, struct db *db, struct duet_error *err)
{
    SCOPED(computers_close)
    struct computers *computers = must_alloc(sizeof *computers);

    *computers = (struct computers){.db = db};
    if (!open_getters(computers, err))
        return false;
    *out = computers;
    computers = NULL;
    return true;
}

static bool
get_metadata(struct computers *computers, const char *workdir,
             const char **metadata, struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    const struct db_value args[] = {db_text(workdir)};

    *metadata = NULL;
    if (!db_query(computers->db, &rows,
                  db_sql(computers->db, SQL_STORAGE_METADATA), args, 1, err))
        return false;
    while (rows_next(&rows))
        *metadata = arena_text(&computers->arena, row_text(&rows, 0));
    return rows_ended(&rows);
}

/* One that differs is a row that the user has changed: it stays. */
static bool
give_access(struct computers *computers, const char *computer,
            struct duet_error *err)
{
    struct duet_row row;
    const char *user;

    if (!storage_user(computers->db, &computers->arena, &user, err))
        return err_wrap(err, "the default user");
    return get_or_create(
        computers->access, (const char *const[]){user, computer},
        (const char *const[]){"{\"safe_interval\": 0}"}, &row, err);
}

static bool
get(struct computers *computers, const struct computer *computer,
    struct duet_row *row, struct duet_error *err)
{
    const char *metadata;

    arena_reuse(&computers->arena);
    return get_metadata(computers, computer->workdir, &metadata, err) &&
           get_or_create(
               computers->computer, (const char *const[]){computer->label},
               (const char *const[]){computer->hostname, computer->description,
                                     computer->scheduler, computer->transport,
                                     metadata},
               row, err) &&
           give_access(computers, row->id[0], err);
}

bool
computers_get(struct computers *computers, const struct computer *computer,
              struct duet_row *row, struct duet_error *err)
{
    return get(computers, computer, row, err) ||
           err_wrap(err, "computer '%s'", computer->label);
}

void
computers_close(struct computers **computers)
{
    if (*computers == NULL)
        return;
    getter_close(&(*computers)->access);
    getter_close(&(*computers)->computer);
    arena_clear(&(*computers)->arena);
    free(*computers);
    *computers = NULL;
}
