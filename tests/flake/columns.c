/*
 * Does a lookup by four columns miss, where one of them alone is unique?
 *
 * The fixture of the report looks a computer up by label, hostname, scheduler
 * and transport.  Somebody has made one of that label that is different in one
 * of the others.
 */
#include <string.h>

#include "lib/flake.h"
#include "rows/get_or_create.h"

enum { TRIES = 20, COLUMNS = 4 };

static const char *const names[COLUMNS] = {"label", "hostname",
                                           "scheduler_type", "transport_type"};

/* What the row has that is there, and what is looked for. */
struct computer {
    const char *variant;
    const char *variant_of_duet;
    const char *values[COLUMNS];
    enum flake_verdict expected;
};

static const char *const wanted[COLUMNS] = {"localhost", "localhost",
                                            "core.direct", "core.local"};

static const struct computer computers[] = {
    {"the same row",
     "duet, the same row",
     {"localhost", "localhost", "core.direct", "core.local"},
     FLAKE_CANNOT},
    {"another hostname",
     "duet, another hostname",
     {"localhost", "example.org", "core.direct", "core.local"},
     FLAKE_CAN},
    {"another scheduler",
     "duet, another scheduler",
     {"localhost", "localhost", "core.slurm", "core.local"},
     FLAKE_CAN},
    {"another transport",
     "duet, another transport",
     {"localhost", "localhost", "core.direct", "core.ssh"},
     FLAKE_CAN},
};

static bool
insert(struct db *db, const char *const *values, struct duet_error *err)
{
    struct db_value args[COLUMNS];

    for (int i = 0; i < COLUMNS; i++)
        args[i] = db_text(values[i]);
    return db_execute(
        db,
        "insert into db_dbcomputer (label, hostname, scheduler_type,"
        " transport_type) values ($1, $2, $3, $4)",
        args, COLUMNS, NULL, err);
}

static bool
look(struct db *db)
{
    SCOPED(rows_clear) struct rows rows = {0};
    struct db_value args[COLUMNS];
    struct duet_error err;
    bool found = false;

    for (int i = 0; i < COLUMNS; i++)
        args[i] = db_text(wanted[i]);
    if (!db_query(db, &rows,
                  "select id from db_dbcomputer where label = $1 and"
                  " hostname = $2 and scheduler_type = $3 and"
                  " transport_type = $4",
                  args, COLUMNS, &err))
        tap_bail_out("%s", err.text);
    while (rows_next(&rows))
        found = true;
    return found;
}

static void
make_row(struct db *db, const struct computer *computer)
{
    struct duet_error err;

    session_run(db, "delete from db_dbcomputer");
    if (!insert(db, computer->values, &err))
        tap_bail_out("%s", err.text);
}

/* On the error it looks once more, by the same columns, as the report's does.
 */
static void
get_naively(struct flake *flake, struct db *db)
{
    struct duet_error err = {0};

    flake->tries++;
    if (look(db))
        return;
    flake->misses++;
    if (insert(db, wanted, &err))
        return;
    if (!look(db))
        flake_count_error(flake, &err);
}

static void
try_naively(struct db *db, const char *engine, const struct computer *computer)
{
    struct flake flake = {.engine = engine, .variant = computer->variant};

    for (int i = 0; i < soak_count(TRIES); i++) {
        make_row(db, computer);
        get_naively(&flake, db);
    }
    flake_judge(&flake, computer->expected);
}

static void
try_duet(struct db *db, const char *engine, const struct computer *computer)
{
    struct flake flake = {.engine = engine,
                          .variant = computer->variant_of_duet};
    struct duet_getter *getter = NULL;
    struct duet_error err = {0};
    long different = 0;

    if (!getter_open(&getter, db, "db_dbcomputer", names, 1, names + 1,
                     COLUMNS - 1, &err))
        tap_bail_out("%s", err.text);
    for (int i = 0; i < soak_count(TRIES); i++) {
        struct duet_row row = {0};

        make_row(db, computer);
        flake.tries++;
        if (!get_or_create(getter, wanted, wanted + 1, &row, &err))
            flake_count_error(&flake, &err);
        different += row.outcome == DUET_DIFFERENT;
    }
    getter_close(&getter);
    flake_judge(&flake, FLAKE_CANNOT);
    IS_INT(different, computer->expected == FLAKE_CAN ? flake.tries : 0,
           "%s, %s: and it says which is different", engine,
           computer->variant_of_duet);
}

static void
run(struct ground *ground, const char *engine)
{
    struct db *db = ground_session(ground);

    for (size_t i = 0; i < sizeof computers / sizeof *computers; i++) {
        try_naively(db, engine, &computers[i]);
        try_duet(db, engine, &computers[i]);
    }
    db_close(&db);
}

int
main(int argc, char **argv)
{
    (void)argc;
    flake_begin(argv[0],
                "a lookup by four columns misses, where one is unique");
    flake_each_engine(run);
    return flake_end();
}
