/*
 * How long duet_clear() takes.
 *
 * `make bench` runs it on one processor (tests/lib/on-one-processor); by hand:
 *
 *     build/bench/clear            all of it
 *     build/bench/clear 500        of 500 tables
 *     build/bench/clear sqlite none
 *
 * The tables are a chain of foreign keys, with two indexes each besides the
 * primary key.  Those that are dirty stand side by side, and each row
 * references one of the table before.  They are the same each time, or "any":
 * others nearly each time, for who expects what he met before.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "duet.h"
#include "lib/bare.h"
#include "lib/bench.h"

enum {
    /* So many tables one statement looks at: what is quickest. */
    PROBES = 200,
    PROBES_SQLITE = 20,
    CHECKED = 8, /* one of so many measurements is */
    PLACES = 8   /* of the tables that are dirty, at most */
};

/*
 * A connection each, as duet has one: who used one more often than the rest
 * would find the caches warmer, on either side of it.
 */
enum {
    FLOOR_MARK,
    FLOOR_PROBE,
    FLOOR_ALL,
    FLOOR_TOLD,
    FLOORS_SQLITE,
    FLOOR_PROBE_UNPROVED = FLOORS_SQLITE,
    FLOOR_ALL_UNPROVED,
    FLOORS
};

static const char about[] =
    "The floor is the quickest of these, on the bare driver, prepared, with\n"
    "foreign keys and triggers off:\n"
    "  p  look which tables have rows, then delete those, in two round trips\n"
    "  a  delete from all tables, in one round trip\n"
    "  m  ask whether anything was written since, in one round trip\n"
    "On PostgreSQL, where others may write meanwhile, p and a end with a\n"
    "proof that nobody has: they fail where rows were left, or left to\n"
    "dangle.  Those 'unproved' leave them; so does 'told which', which has\n"
    "not to look which tables are dirty.\n";

/* A connection to SQLite, and what a floor has prepared on it. */
struct bare_cleaner {
    sqlite3 *handle;
    sqlite3_stmt *begin;
    sqlite3_stmt *commit;
    sqlite3_stmt *mark;
    sqlite3_stmt **probes;
    sqlite3_stmt **deletes;
};

struct bed {
    struct place place;
    struct duet_cleaner *cleaner;
    size_t ntables;
    size_t first; /* of the tables that are dirty now */
    size_t ndirty;
    size_t nplaces; /* where they may be */
    size_t nrows;
    size_t measured;
    size_t checked;
    bool *dirty;
    struct arena arena;

    PGconn *app;    /* clears them in the usual ways */
    PGconn *helper; /* makes them dirty, and counts */
    PGconn *bare[FLOORS];
    const char **deletes; /* names of prepared statements */
    const char **probes;
    const char *dirty_sql[PLACES];
    const char *vacuum_sql;
    const char *truncate_sql;

    sqlite3 *app_handle;
    struct bare_cleaner cleaners[FLOORS_SQLITE];
};

static void
clear_duet(void *context)
{
    struct bed *bed = context;
    struct duet_error err;

    bench_must(duet_clear(bed->cleaner, NULL, &err), &err);
}

/* One statement for each table from FROM on, COUNT of them. */
static const char *
for_tables(struct bed *bed, size_t from, size_t count, const char *before,
           const char *after, const char *between)
{
    SCOPED(buf_release) struct buf sql = {0};

    for (size_t i = 0; i < count; i++)
        buf_printf(&sql, "%s%st%zu%s", i ? between : "", before, from + i,
                   after);
    return arena_text(&bed->arena, buf_data(&sql));
}

static const char *
create_sql(struct bed *bed, const char *key)
{
    SCOPED(buf_release) struct buf sql = {0};

    for (size_t i = 0; i < bed->ntables; i++)
        buf_printf(&sql,
                   "create table t%zu (\n"
                   "    id     %s primary key,\n"
                   "    parent integer references t%zu (id),\n"
                   "    label  text not null,\n"
                   "    amount integer not null);\n"
                   "create index t%zu_label on t%zu (label);\n"
                   "create index t%zu_amount on t%zu (amount);\n",
                   i, key, i ? i - 1 : 0, i, i, i, i);
    return arena_text(&bed->arena, buf_data(&sql));
}

/* The places are as far from each other as there is room. */
static size_t
place_first(const struct bed *bed, size_t place)
{
    return (bed->ntables - bed->ndirty) * place /
           (bed->nplaces > 1 ? bed->nplaces - 1 : 1);
}

static const char *
next_place(struct bed *bed)
{
    size_t place = bed->measured++ % bed->nplaces;

    bed->first = place_first(bed, place);
    return bed->dirty_sql[place];
}

static const char *
insert_sql(struct bed *bed, size_t first)
{
    SCOPED(buf_release) struct buf sql = {0};

    for (size_t i = first; i < first + bed->ndirty; i++) {
        buf_printf(&sql, "insert into t%zu values ", i);
        for (size_t row = 1; row <= bed->nrows; row++) {
            buf_printf(&sql, "%s(%zu, ", row > 1 ? ", " : "", row);
            buf_printf(&sql, i > first ? "%zu" : "null", row);
            buf_printf(&sql, ", 'row %zu', %zu)", row, row);
        }
        buf_text(&sql, ";\n");
    }
    return arena_text(&bed->arena, buf_data(&sql));
}

static const char *
probe_sql(struct bed *bed, size_t from, size_t count)
{
    return arena_printf(
        &bed->arena, "select %s",
        for_tables(bed, from, count, "exists (select 1 from ", ")", ", "));
}

static const char *
rows_sql(struct bed *bed)
{
    return arena_printf(
        &bed->arena, "select count(*) from (%s) rows",
        for_tables(bed, 0, bed->ntables, "select 1 from ", "", " union all "));
}

static bool
is_checked(struct bed *bed)
{
    return bed->checked++ % CHECKED == 0;
}

static void
check_empty(const struct bed *bed, long rows)
{
    if (rows != 0)
        bench_fail("%ld of %zu rows are left", rows, bed->ndirty * bed->nrows);
}

/* ---------------------------------------------------------- PostgreSQL */

static void
dirty_postgres(void *context)
{
    struct bed *bed = context;

    bare_run(bed->helper, next_place(bed));
}

static void
check_postgres(void *context)
{
    struct bed *bed = context;

    if (is_checked(bed))
        check_empty(bed, bare_number(bed->helper, "execute count_rows"));
}

static void
vacuum(void *context)
{
    struct bed *bed = context;

    if (bed->ndirty > 0)
        bare_run(bed->helper, bed->vacuum_sql);
}

static void
ask_mark_postgres(void *context)
{
    struct bed *bed = context;
    PGresult *result =
        PQexecPrepared(bed->bare[FLOOR_MARK], "mark", 0, NULL, NULL, NULL, 0);

    if (PQntuples(result) != 1)
        bench_fail("%s", PQerrorMessage(bed->bare[FLOOR_MARK]));
    PQclear(result);
}

static void
send_deletes(struct bed *bed, PGconn *bare)
{
    for (size_t i = 0; i < bed->ntables; i++)
        if (bed->dirty[i])
            bare_send(bare, bed->deletes[i], 0, NULL);
}

static void
read_deletes(struct bed *bed, PGconn *bare)
{
    for (size_t i = 0; i < bed->ntables; i++)
        if (bed->dirty[i])
            PQclear(bare_answer(bare));
}

static void
delete_unproved(struct bed *bed, PGconn *bare)
{
    bare_pipeline(bare);
    send_deletes(bed, bare);
    bare_sync(bare);
    read_deletes(bed, bare);
    bare_end(bare);
}

/* MARK is NULL where it is not known before. */
static void
delete_proved(struct bed *bed, PGconn *bare, const char *mark)
{
    bare_pipeline(bare);
    if (mark == NULL)
        bare_send(bare, "keep_mark", 0, NULL);
    send_deletes(bed, bare);
    if (mark == NULL)
        bare_send(bare, "same_as_kept", 0, NULL);
    else
        bare_send(bare, "same_as", 1, &mark);
    bare_sync(bare);
    if (mark == NULL)
        PQclear(bare_answer(bare));
    read_deletes(bed, bare);
    PQclear(bare_answer(bare));
    bare_end(bare);
}

static void
send_probes(struct bed *bed, PGconn *bare)
{
    for (size_t i = 0; i < bed->ntables; i += PROBES)
        bare_send(bare, bed->probes[i / PROBES], 0, NULL);
}

static void
read_probes(struct bed *bed, PGconn *bare)
{
    for (size_t i = 0; i < bed->ntables; i += PROBES) {
        PGresult *result = bare_answer(bare);

        for (int j = 0; j < PQnfields(result); j++)
            bed->dirty[i + (size_t)j] = *PQgetvalue(result, 0, j) == 't';
        PQclear(result);
    }
}

static void
probe_and_delete_postgres(void *context)
{
    struct bed *bed = context;
    PGconn *bare = bed->bare[FLOOR_PROBE];
    PGresult *mark;

    bare_pipeline(bare);
    bare_send(bare, "mark", 0, NULL);
    send_probes(bed, bare);
    bare_sync(bare);
    mark = bare_answer(bare);
    read_probes(bed, bare);
    bare_end(bare);
    delete_proved(bed, bare, PQgetvalue(mark, 0, 0));
    PQclear(mark);
}

static void
probe_and_delete_unproved(void *context)
{
    struct bed *bed = context;
    PGconn *bare = bed->bare[FLOOR_PROBE_UNPROVED];

    bare_pipeline(bare);
    send_probes(bed, bare);
    bare_sync(bare);
    read_probes(bed, bare);
    bare_end(bare);
    delete_unproved(bed, bare);
}

static void
delete_all_postgres(void *context)
{
    struct bed *bed = context;

    memset(bed->dirty, true, bed->ntables);
    delete_proved(bed, bed->bare[FLOOR_ALL], NULL);
}

static void
delete_all_unproved(void *context)
{
    struct bed *bed = context;

    memset(bed->dirty, true, bed->ntables);
    delete_unproved(bed, bed->bare[FLOOR_ALL_UNPROVED]);
}

static void
delete_told_postgres(void *context)
{
    struct bed *bed = context;

    memset(bed->dirty, false, bed->ntables);
    memset(bed->dirty + bed->first, true, bed->ndirty);
    delete_unproved(bed, bed->bare[FLOOR_TOLD]);
}

/* One DELETE a table and a round trip each, children first. */
static void
delete_each_postgres(void *context)
{
    struct bed *bed = context;
    char sql[64];

    for (size_t i = bed->ntables; i-- > 0;) {
        snprintf(sql, sizeof sql, "delete from t%zu", i);
        bare_run(bed->app, sql);
    }
}

static void
truncate_all(void *context)
{
    struct bed *bed = context;

    bare_run(bed->app, bed->truncate_sql);
}

static void
name_statements(struct bed *bed)
{
    struct arena *arena = &bed->arena;
    size_t count = bed->ntables;

    bed->deletes = arena_array(arena, count, sizeof *bed->deletes);
    bed->probes = arena_array(arena, count, sizeof *bed->probes);
    for (size_t i = 0; i < count; i += PROBES)
        bed->probes[i / PROBES] = arena_printf(arena, "probe%zu", i);
    for (size_t i = 0; i < count; i++)
        bed->deletes[i] = arena_printf(arena, "delete%zu", i);
}

/*
 * What takes the least time of what tells that nobody has committed since:
 * the mark of then is known, or was kept when the transaction began.
 */
static void
prepare_proof(PGconn *bare)
{
    bare_prepare(bare, "mark", "select pg_current_snapshot()::text");
    bare_prepare(bare, "keep_mark",
                 "select set_config('bench.mark',"
                 " pg_current_snapshot()::text, true)");
    bare_prepare(bare, "same_as_kept",
                 "select case when pg_current_snapshot()::text"
                 " = current_setting('bench.mark')"
                 " then '1' else 'disturbed' end::integer");
    bare_prepare(bare, "same_as",
                 "select case when pg_current_snapshot()::text = $1"
                 " then '1' else 'disturbed' end::integer");
}

static PGconn *
prepare_bare_postgres(struct bed *bed)
{
    size_t count = bed->ntables;
    PGconn *bare = bare_postgres(&bed->place);

    bare_run(bare, "set session_replication_role = replica");
    for (size_t i = 0; i < count; i += PROBES)
        bare_prepare(
            bare, bed->probes[i / PROBES],
            probe_sql(bed, i, count - i < PROBES ? count - i : PROBES));
    for (size_t i = 0; i < count; i++)
        bare_prepare(bare, bed->deletes[i],
                     for_tables(bed, i, 1, "delete from ", "", ""));
    prepare_proof(bare);
    return bare;
}

static const char *
vacuum_text(struct bed *bed)
{
    const char *sql = "vacuum ";

    for (size_t i = 0; i < bed->nplaces; i++)
        sql = arena_printf(
            &bed->arena, "%s%s%s", sql, i ? ", " : "",
            for_tables(bed, place_first(bed, i), bed->ndirty, "", "", ", "));
    return sql;
}

/* Functions, which keep their plans: there is much to insert. */
static void
prepare_helper(struct bed *bed)
{
    struct arena *arena = &bed->arena;

    bed->helper = bare_postgres(&bed->place);
    bare_run(bed->helper, "set session_replication_role = replica");
    for (size_t i = 0; i < bed->nplaces; i++) {
        bare_run(bed->helper,
                 arena_printf(arena,
                              "create function make_dirty_%zu() returns void "
                              "language plpgsql as $$ begin\n%send $$",
                              i, insert_sql(bed, place_first(bed, i))));
        bare_run(bed->helper, arena_printf(arena,
                                           "prepare make_dirty_%zu as "
                                           "select make_dirty_%zu()",
                                           i, i));
        bed->dirty_sql[i] = arena_printf(arena, "execute make_dirty_%zu", i);
    }
    bare_run(bed->helper,
             arena_printf(arena, "prepare count_rows as %s", rows_sql(bed)));
    bed->vacuum_sql = vacuum_text(bed);
    bed->truncate_sql = arena_printf(
        arena, "truncate %s", for_tables(bed, 0, bed->ntables, "", "", ", "));
}

static const struct bench_way postgres_none[] = {
    {BENCH_DUET, "duet", clear_duet, 1.3, 50, 0},
    {BENCH_FLOOR, "mark", ask_mark_postgres, 0, 50, 0},
    {BENCH_OTHER, "DELETE each", delete_each_postgres, 0, 0, 0},
    {BENCH_OTHER, "TRUNCATE all", truncate_all, 0, 0, 0},
    {0},
};

static const struct bench_way postgres_dirty[] = {
    {BENCH_DUET, "duet", clear_duet, 1.3, 0, 0},
    {BENCH_FLOOR, "probe", probe_and_delete_postgres, 0, 0, 0},
    {BENCH_FLOOR, "all", delete_all_postgres, 0, 0, 0},
    {BENCH_INFO, "probe, unproved", probe_and_delete_unproved, 0, 0, 0},
    {BENCH_INFO, "all, unproved", delete_all_unproved, 0, 0, 0},
    {BENCH_INFO, "told which", delete_told_postgres, 0, 0, 0},
    {BENCH_OTHER, "DELETE each", delete_each_postgres, 0, 0, 0},
    {BENCH_OTHER, "TRUNCATE all", truncate_all, 0, 0, 0},
    {0},
};

/* The same with the target that TRUNCATE of so many tables is beside. */
static const struct bench_way postgres_many[] = {
    {BENCH_DUET, "duet", clear_duet, 1.3, 0, 0},
    {BENCH_FLOOR, "probe", probe_and_delete_postgres, 0, 0, 0},
    {BENCH_FLOOR, "all", delete_all_postgres, 0, 0, 0},
    {BENCH_INFO, "probe, unproved", probe_and_delete_unproved, 0, 0, 0},
    {BENCH_INFO, "all, unproved", delete_all_unproved, 0, 0, 0},
    {BENCH_INFO, "told which", delete_told_postgres, 0, 0, 0},
    {BENCH_OTHER, "DELETE each", delete_each_postgres, 0, 0, 0},
    {BENCH_OTHER, "TRUNCATE all", truncate_all, 100, 0, 0},
    {0},
};

static void
run_postgres(struct bed *bed, const char *name)
{
    const struct bench_way *ways = bed->ndirty == 0 ? postgres_none
                                   : bed->ntables == 500 && bed->ndirty == 4
                                       ? postgres_many
                                       : postgres_dirty;
    struct duet_error err;

    if (!place_postgres(&bed->place, "clear"))
        return;
    bed->app = bare_postgres(&bed->place);
    bare_run(bed->app, create_sql(bed, "serial"));
    name_statements(bed);
    for (size_t i = 0; i < FLOORS; i++)
        bed->bare[i] = prepare_bare_postgres(bed);
    prepare_helper(bed);
    bench_must(duet_cleaner_open(&bed->cleaner, bed->place.url, NULL, &err),
               &err);
    bench_run(&(struct bench_work){
        .engine = "postgres",
        .name = name,
        .ways = ways,
        .context = bed,
        .before = bed->ndirty > 0 ? dirty_postgres : NULL,
        .after = check_postgres,
        .level = vacuum,
    });
    duet_cleaner_close(&bed->cleaner);
    PQfinish(bed->app);
    PQfinish(bed->helper);
    for (size_t i = 0; i < FLOORS; i++)
        PQfinish(bed->bare[i]);
    place_remove(&bed->place);
}

/* -------------------------------------------------------------- SQLite */

static void
dirty_sqlite(void *context)
{
    struct bed *bed = context;

    bare_exec(bed->app_handle, next_place(bed));
}

static void
check_sqlite(void *context)
{
    struct bed *bed = context;
    long rows = 0;

    /* Not all in one statement: so many make no compound SELECT. */
    for (size_t i = bed->first; is_checked(bed) && i < bed->first + bed->ndirty;
         i++)
        rows +=
            bare_count(bed->app_handle,
                       for_tables(bed, i, 1, "select count(*) from ", "", ""));
    check_empty(bed, rows);
}

static void
ask_mark_sqlite(void *context)
{
    struct bed *bed = context;

    bare_step(bed->cleaners[FLOOR_MARK].mark);
}

static void
delete_marked_sqlite(struct bed *bed, const struct bare_cleaner *bare)
{
    for (size_t i = 0; i < bed->ntables; i++)
        if (bed->dirty[i])
            bare_step(bare->deletes[i]);
}

static void
probe_sqlite(struct bed *bed, const struct bare_cleaner *bare)
{
    for (size_t i = 0; i < bed->ntables; i += PROBES_SQLITE) {
        sqlite3_stmt *probe = bare->probes[i / PROBES_SQLITE];

        if (sqlite3_step(probe) != SQLITE_ROW)
            bench_fail("%s", sqlite3_errmsg(bare->handle));
        for (int j = 0; j < sqlite3_column_count(probe); j++)
            bed->dirty[i + (size_t)j] = sqlite3_column_int(probe, j) != 0;
        sqlite3_reset(probe);
    }
}

static void
probe_and_delete_sqlite(void *context)
{
    struct bed *bed = context;
    const struct bare_cleaner *bare = &bed->cleaners[FLOOR_PROBE];

    bare_step(bare->begin);
    probe_sqlite(bed, bare);
    delete_marked_sqlite(bed, bare);
    bare_step(bare->commit);
}

static void
delete_all_sqlite(void *context)
{
    struct bed *bed = context;
    const struct bare_cleaner *bare = &bed->cleaners[FLOOR_ALL];

    memset(bed->dirty, true, bed->ntables);
    bare_step(bare->begin);
    delete_marked_sqlite(bed, bare);
    bare_step(bare->commit);
}

static void
delete_told_sqlite(void *context)
{
    struct bed *bed = context;
    const struct bare_cleaner *bare = &bed->cleaners[FLOOR_TOLD];

    memset(bed->dirty, false, bed->ntables);
    memset(bed->dirty + bed->first, true, bed->ndirty);
    bare_step(bare->begin);
    delete_marked_sqlite(bed, bare);
    bare_step(bare->commit);
}

/* Children first, in a transaction. */
static void
delete_each_sqlite(void *context)
{
    struct bed *bed = context;
    char sql[64];

    bare_exec(bed->app_handle, "begin immediate");
    for (size_t i = bed->ntables; i-- > 0;) {
        snprintf(sql, sizeof sql, "delete from t%zu", i);
        bare_exec(bed->app_handle, sql);
    }
    bare_exec(bed->app_handle, "commit");
}

static void
open_bare_sqlite(struct bed *bed, struct bare_cleaner *bare)
{
    sqlite3 *handle = bare_sqlite(&bed->place);
    size_t count = bed->ntables;

    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    bare->handle = handle;
    bare->begin = bare_statement(handle, "begin immediate");
    bare->commit = bare_statement(handle, "commit");
    bare->mark = bare_statement(handle, "pragma data_version");
    bare->probes = arena_array(&bed->arena, count, sizeof(sqlite3_stmt *));
    for (size_t i = 0; i < count; i += PROBES_SQLITE)
        bare->probes[i / PROBES_SQLITE] = bare_statement(
            handle,
            probe_sql(bed, i,
                      count - i < PROBES_SQLITE ? count - i : PROBES_SQLITE));
    bare->deletes = arena_array(&bed->arena, count, sizeof(sqlite3_stmt *));
    for (size_t i = 0; i < count; i++)
        bare->deletes[i] = bare_statement(
            handle, for_tables(bed, i, 1, "delete from ", "", ""));
}

static void
close_bare_sqlite(struct bare_cleaner *bare, size_t count)
{
    sqlite3_finalize(bare->begin);
    sqlite3_finalize(bare->commit);
    sqlite3_finalize(bare->mark);
    for (size_t i = 0; i < count; i++) {
        sqlite3_finalize(bare->probes[i]);
        sqlite3_finalize(bare->deletes[i]);
    }
    sqlite3_close(bare->handle);
}

static const struct bench_way sqlite_none[] = {
    {BENCH_DUET, "duet", clear_duet, 1.3, 500, 0},
    {BENCH_FLOOR, "mark", ask_mark_sqlite, 0, 500, 0},
    {BENCH_OTHER, "DELETE each", delete_each_sqlite, 0, 0, 0},
    {0},
};

static const struct bench_way sqlite_dirty[] = {
    {BENCH_DUET, "duet", clear_duet, 1.3, 0, 0},
    {BENCH_FLOOR, "probe", probe_and_delete_sqlite, 0, 0, 0},
    {BENCH_FLOOR, "all", delete_all_sqlite, 0, 0, 0},
    {BENCH_INFO, "told which", delete_told_sqlite, 0, 0, 0},
    {BENCH_OTHER, "DELETE each", delete_each_sqlite, 0, 0, 0},
    {0},
};

static void
run_sqlite(struct bed *bed, const char *name, bool wal)
{
    struct duet_error err;

    place_sqlite(&bed->place, "clear", wal);
    bed->app_handle = bare_sqlite(&bed->place);
    bare_exec(bed->app_handle, create_sql(bed, "integer"));
    bare_exec(bed->app_handle, "pragma foreign_keys = on");
    for (size_t i = 0; i < bed->nplaces; i++)
        bed->dirty_sql[i] = arena_printf(&bed->arena, "begin;\n%scommit",
                                         insert_sql(bed, place_first(bed, i)));
    for (size_t i = 0; i < FLOORS_SQLITE; i++)
        open_bare_sqlite(bed, &bed->cleaners[i]);
    bench_must(duet_cleaner_open(&bed->cleaner, bed->place.url, NULL, &err),
               &err);
    bench_run(&(struct bench_work){
        .engine = wal ? "sqlite wal" : "sqlite",
        .name = name,
        .ways = bed->ndirty == 0 ? sqlite_none : sqlite_dirty,
        .context = bed,
        .before = bed->ndirty > 0 ? dirty_sqlite : NULL,
        .after = check_sqlite,
    });
    duet_cleaner_close(&bed->cleaner);
    for (size_t i = 0; i < FLOORS_SQLITE; i++)
        close_bare_sqlite(&bed->cleaners[i], bed->ntables);
    sqlite3_close(bed->app_handle);
    place_remove(&bed->place);
}

/* ---------------------------------------------------------------------- */

enum dirt { NONE, FOUR, ANY_FOUR, ALL };

static void
run_on(const char *engine, size_t ntables, enum dirt dirt)
{
    static const char *const words[] = {"none", "4", "any 4", "all"};
    struct bed bed = {
        .ntables = ntables,
        .ndirty = dirt == NONE  ? 0
                  : dirt == ALL ? ntables
                                : 4,
        .nplaces = dirt == ANY_FOUR ? PLACES : 1,
        .nrows = dirt == ALL ? 10 : 5,
    };
    char name[64];

    snprintf(name, sizeof name, "%zu tables, %s dirty", ntables, words[dirt]);
    if (!bench_wanted(engine, name))
        return;
    bed.dirty = arena_array(&bed.arena, ntables, sizeof *bed.dirty);
    if (strcmp(engine, "postgres") == 0)
        run_postgres(&bed, name);
    else
        run_sqlite(&bed, name, strcmp(engine, "sqlite wal") == 0);
    arena_clear(&bed.arena);
}

int
main(int argc, char **argv)
{
    static const char *const engines[] = {"postgres", "sqlite", "sqlite wal"};
    static const enum dirt dirts[] = {FOUR, ANY_FOUR, NONE, ALL};
    static const size_t sizes[] = {12, 100, 500};

    (void)argc;
    bench_start("clear", argv, about);
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++)
            for (size_t k = 0; k < 4; k++)
                run_on(engines[i], sizes[j], dirts[k]);
    return bench_end(bare_versions());
}
