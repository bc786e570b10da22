/*
 * How long a tree of small migrations takes, and `up` with nothing to do.
 *
 *     build/bench/migrate
 *     build/bench/migrate sqlite all
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "lib/bare.h"
#include "lib/bench.h"
#include "migrate/migrate.h"

enum { SQLITE_FILES = 700, POSTGRES_FILES = 350 };

static const char about[] =
    "A tree of small migrations, applied to an empty database: a table in\n"
    "each fifth, columns, indexes, rows and updates in the others.  Files are\n"
    "read and transactions committed one by one, on a connection that is\n"
    "open.\n"
    "The floor is the same files through the bare driver, each in one call\n"
    "that is one transaction; it keeps no ledger.  'with a row' does: nothing\n"
    "but the insertion, in the same call.\n"
    "'nothing' is a whole process that finds nothing to do, beside one that\n"
    "opens the database with the bare driver's shell and reads the ledger.\n";

struct bed {
    char directory[256];
    size_t count;
    const char *engine;
    struct place place;
    struct db *db;
    PGconn *bare;
    sqlite3 *bare_handle;
    char duet[2048];
    char usual[2048];
};

static void
file_text(struct buf *out, size_t number)
{
    size_t table = number / 5;

    switch (number % 5) {
    case 0:
        buf_printf(out,
                   "-- table %zu\n"
                   "create table t%zu (\n"
                   "    id integer primary key,\n"
                   "    label varchar(100) not null unique,\n"
                   "    amount integer not null default 0\n);\n",
                   table, table);
        break;
    case 1:
        buf_printf(out, "create index t%zu_amount on t%zu (amount);\n", table,
                   table);
        break;
    case 2:
        buf_printf(out,
                   "insert into t%zu (id, label) values (1, 'it''s; one');\n"
                   "insert into t%zu (id, label) values (2, 'two');\n",
                   table, table);
        break;
    case 3:
        buf_printf(out, "alter table t%zu add column note text;\n", table);
        break;
    default:
        buf_printf(out, "update t%zu set note = label where amount = 0;\n",
                   table);
        break;
    }
}

static void
write_files(struct bed *bed)
{
    SCOPED(buf_release) struct buf text = {0};
    char path[4096];

    for (size_t i = 0; i < bed->count; i++) {
        FILE *file;

        buf_clear(&text);
        file_text(&text, i);
        snprintf(path, sizeof path, "%s/%04zu_step.up.sql", bed->directory,
                 i + 1);
        file = fopen(path, "we");
        if (file == NULL || fputs(buf_data(&text), file) < 0 ||
            fclose(file) != 0)
            bench_fail("'%s' can't be written", path);
    }
}

/* ------------------------------------------------------------- all files */

static void
apply_duet(void *context)
{
    struct bed *bed = context;
    struct tree tree = {0};
    struct duet_error err = {0};
    const struct migrate_options options = {.url = bed->place.url};
    struct migrate_report report;

    bench_must(tree_read(&tree, bed->directory, bed->engine, STYLE_AUTO, &err),
               &err);
    bench_must(migrate_up(bed->db, &tree, &options, &report, &err), &err);
    if (report.done != bed->count)
        bench_fail("%zu were applied", report.done);
    tree_clear(&tree);
}

/* What it has to write, and no more: nobody looks at a lock or a session. */
static void
add_row(struct buf *out, const char *sql, size_t number)
{
    char *row = sqlite3_mprintf(
        "insert into duet_migration (version, name, checksum, position, "
        "duration, statements, attempted, state, duet, script) "
        "values ('%04d_step', 'step', '%064d', %d, 1000, 1, 1, "
        "'applied', '0.1.0', %Q);",
        (int)number + 1, (int)number, (int)number + 1, sql);

    buf_text(out, row);
    sqlite3_free(row);
}

static void
apply_bare(struct bed *bed, void (*run)(struct bed *bed, const char *sql),
           bool with_rows)
{
    SCOPED(buf_release) struct buf both = {0};
    struct arena arena = {0};
    char path[4096];

    for (size_t i = 0; i < bed->count; i++) {
        const char *text = NULL;

        snprintf(path, sizeof path, "%s/%04zu_step.up.sql", bed->directory,
                 i + 1);
        if (!path_read(&arena, path, &text, NULL) || text == NULL)
            bench_fail("'%s' can't be read", path);
        buf_clear(&both);
        buf_text(&both, text);
        if (with_rows)
            add_row(&both, text, i);
        run(bed, buf_data(&both));
    }
    arena_clear(&arena);
}

static void
run_postgres(struct bed *bed, const char *sql)
{
    bare_run(bed->bare, sql);
}

static void
run_sqlite(struct bed *bed, const char *sql)
{
    bare_exec(bed->bare_handle, "begin immediate");
    bare_exec(bed->bare_handle, sql);
    bare_exec(bed->bare_handle, "commit");
}

static void
apply_bare_postgres(void *context)
{
    apply_bare(context, run_postgres, false);
}

static void
apply_rows_postgres(void *context)
{
    struct bed *bed = context;

    bare_run(bed->bare, db_sql(bed->db, SQL_LEDGER_CREATE));
    apply_bare(bed, run_postgres, true);
}

static void
apply_bare_sqlite(void *context)
{
    apply_bare(context, run_sqlite, false);
}

static void
apply_rows_sqlite(void *context)
{
    struct bed *bed = context;

    bare_exec(bed->bare_handle, db_sql(bed->db, SQL_LEDGER_CREATE));
    apply_bare(bed, run_sqlite, true);
}

static void
empty(void *context)
{
    struct bed *bed = context;
    struct duet_error err = {0};

    if (bed->bare != NULL) {
        bare_run(bed->bare, "set client_min_messages = warning;"
                            "drop schema public cascade; create schema public");
        return;
    }
    db_close(&bed->db);
    sqlite3_close(bed->bare_handle);
    (void)remove(bed->place.path);
    bed->bare_handle = NULL;
    bench_must(db_open(&bed->db, bed->place.url,
                       &(struct db_options){.create = true}, &err),
               &err);
    bed->bare_handle = bare_sqlite(&bed->place);
}

/* ------------------------------------------------------------ nothing to do */

static void
run_command(const char *command)
{
    if (system(command) != 0) /* NOLINT(cert-env33-c) */
        bench_fail("'%s' fails", command);
}

static void
nothing_duet(void *context)
{
    run_command(((struct bed *)context)->duet);
}

static void
nothing_usual(void *context)
{
    run_command(((struct bed *)context)->usual);
}

static const struct bench_way nothing[] = {
    {BENCH_DUET, "duet up", nothing_duet, 0, 0, 0},
    {BENCH_FLOOR, "shell", nothing_usual, 0, 0, 0},
    {0},
};

/* ---------------------------------------------------------------------- */

static void
run(struct bed *bed, const char *name, const struct bench_way *ways,
    void (*before)(void *))
{
    if (bench_wanted(bed->engine, name))
        bench_run(&(struct bench_work){.engine = bed->engine,
                                       .name = name,
                                       .ways = ways,
                                       .context = bed,
                                       .before = before});
}

static void
prepare(struct bed *bed, size_t count, const char *engine)
{
    struct duet_error err = {0};

    bed->engine = engine;
    bed->count = count;
    snprintf(bed->directory, sizeof bed->directory,
             "/tmp/duet-bench-migrate-%s-%ld", engine, (long)getpid());
    if (mkdir(bed->directory, 0700) != 0)
        bench_fail("'%s' can't be made", bed->directory);
    write_files(bed);
    bench_must(db_open(&bed->db, bed->place.url, NULL, &err), &err);
}

static void
close_bed(struct bed *bed)
{
    char command[512];

    db_close(&bed->db);
    snprintf(command, sizeof command, "rm -r '%s'", bed->directory);
    run_command(command);
    PQfinish(bed->bare);
    sqlite3_close(bed->bare_handle);
    place_remove(&bed->place);
}

static void
bench_sqlite(void)
{
    static const struct bench_way ways[] = {
        {BENCH_DUET, "duet", apply_duet, 1.2, 0, 0},
        {BENCH_FLOOR, "bare", apply_bare_sqlite, 0, 0, 0},
        {BENCH_INFO, "with a row", apply_rows_sqlite, 0, 0, 0},
        {0},
    };
    struct bed bed = {0};

    place_sqlite(&bed.place, "migrate", true);
    prepare(&bed, SQLITE_FILES, "sqlite");
    run(&bed, "all 700", ways, empty);
    empty(&bed);
    apply_duet(&bed);
    snprintf(bed.duet, sizeof bed.duet,
             "build/duet up --quiet --migrations '%s' --url '%s'",
             bed.directory, bed.place.url);
    snprintf(bed.usual, sizeof bed.usual,
             "sqlite3 '%s' 'select * from duet_migration' >/dev/null",
             bed.place.path);
    run(&bed, "nothing of 700", nothing, NULL);
    close_bed(&bed);
}

static void
bench_postgres(void)
{
    static const struct bench_way ways[] = {
        {BENCH_DUET, "duet", apply_duet, 1.2, 0, 0},
        {BENCH_FLOOR, "bare", apply_bare_postgres, 0, 0, 0},
        {BENCH_INFO, "with a row", apply_rows_postgres, 0, 0, 0},
        {0},
    };
    struct bed bed = {0};

    if (!place_postgres(&bed.place, "migrate"))
        return;
    bed.bare = bare_postgres(&bed.place);
    prepare(&bed, POSTGRES_FILES, "postgres");
    run(&bed, "all 350", ways, empty);
    empty(&bed);
    apply_duet(&bed);
    snprintf(bed.duet, sizeof bed.duet,
             "build/duet up --quiet --migrations '%s' --url '%s'",
             bed.directory, bed.place.url);
    snprintf(bed.usual, sizeof bed.usual,
             "psql -qAtX '%s' -c 'table duet_migration' >/dev/null",
             bed.place.url);
    run(&bed, "nothing of 350", nothing, NULL);
    close_bed(&bed);
}

int
main(int argc, char **argv)
{
    (void)argc;
    bench_start("migrate", argv, about);
    bench_postgres();
    bench_sqlite();
    return bench_end(bare_versions());
}
