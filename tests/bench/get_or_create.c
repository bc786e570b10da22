/*
 * How long duet_get_or_create() takes for one row.
 *
 *     build/bench/get_or_create               all of it
 *     build/bench/get_or_create sqlite hit    what the words are in
 *
 * The table is the computers of a profile, with 1000 rows.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "duet.h"
#include "lib/bare.h"
#include "lib/bench.h"
#include "lib/storage_sql.h"

enum { ROWS = 1000 };

static const char about[] =
    "The floor is the quicker of these, on the bare driver, prepared:\n"
    "  s  select the id, and whether the other columns are as asked for\n"
    "  c  select the id and the other columns, and compare them in C\n"
    "for a miss: s, then insert .. on conflict do nothing returning.\n"
    "'get, insert' is not prepared, and inserts in a transaction.\n"
    "'insert only' would take an id from the sequence for each hit, too.\n";

#define SELECT_SAME                                                     \
    "select id, hostname = $2 and description = $3 from db_dbcomputer " \
    "where label = $1"
#define SELECT_ROW                                         \
    "select id, hostname, description from db_dbcomputer " \
    "where label = $1"
#define INSERT                                                  \
    "insert into db_dbcomputer (label, hostname, description) " \
    "values ($1, $2, $3) on conflict (label) do nothing returning id"
#define INSERT_PLAIN                                            \
    "insert into db_dbcomputer (label, hostname, description) " \
    "values ($1, $2, $3) returning id"

struct bed {
    struct place place;
    struct duet_db *db;
    struct duet_getter *getter;
    size_t next; /* row; one that is not there from ROWS on */
    char label[32];
    const char *values[3]; /* label, hostname, description */

    PGconn *bare;
    PGconn *app;

    sqlite3 *bare_handle;
    sqlite3 *app_handle;
    sqlite3_stmt *same;
    sqlite3_stmt *row;
    sqlite3_stmt *insert;
};

static void
next_hit(struct bed *bed)
{
    snprintf(bed->label, sizeof bed->label, "computer %zu", bed->next++ % ROWS);
}

static void
next_miss(struct bed *bed)
{
    snprintf(bed->label, sizeof bed->label, "new computer %zu", bed->next++);
}

static void
duet_row(struct bed *bed, enum duet_outcome outcome)
{
    struct duet_row row;
    struct duet_error err;

    bench_must(duet_get_or_create(bed->getter, bed->values, bed->values + 1,
                                  &row, &err),
               &err);
    if (row.outcome != outcome || *row.id[0] == '\0')
        bench_fail("'%s': outcome %d", bed->label, (int)row.outcome);
}

static void
duet_hit(void *context)
{
    next_hit(context);
    duet_row(context, DUET_FOUND);
}

static void
duet_miss(void *context)
{
    next_miss(context);
    duet_row(context, DUET_CREATED);
}

static void
expect(const struct bed *bed, bool found)
{
    if (!found)
        bench_fail("'%s' is not as it should be", bed->label);
}

static void
open_duet(struct bed *bed)
{
    static const char *const key[] = {"label"};
    static const char *const set[] = {"hostname", "description"};
    struct duet_error err;

    bed->values[0] = bed->label;
    bed->values[1] = "node.example.org";
    bed->values[2] = "A computer like any other";
    bench_must(duet_open(&bed->db, bed->place.url, NULL, &err), &err);
    bench_must(duet_getter_open(&bed->getter, bed->db, "db_dbcomputer", key, 1,
                                set, 2, &err),
               &err);
}

static void
close_duet(struct bed *bed)
{
    duet_getter_close(&bed->getter);
    duet_close(&bed->db);
    place_remove(&bed->place);
}

/* ---------------------------------------------------------- PostgreSQL */

static PGresult *
execute(struct bed *bed, const char *name, int count)
{
    return PQexecPrepared(bed->bare, name, count, bed->values, NULL, NULL, 0);
}

static PGresult *
query(struct bed *bed, const char *sql, int count)
{
    return PQexecParams(bed->app, sql, count, NULL, bed->values, NULL, NULL, 0);
}

static bool
is_row(const struct bed *bed, const PGresult *result)
{
    return PQntuples(result) == 1 &&
           strcmp(PQgetvalue(result, 0, 1), bed->values[1]) == 0 &&
           strcmp(PQgetvalue(result, 0, 2), bed->values[2]) == 0;
}

static void
postgres_hit_same(void *context)
{
    struct bed *bed = context;
    PGresult *result;

    next_hit(bed);
    result = execute(bed, "same", 3);
    expect(bed, PQntuples(result) == 1 && *PQgetvalue(result, 0, 1) == 't');
    PQclear(result);
}

static void
postgres_hit_compared(void *context)
{
    struct bed *bed = context;
    PGresult *result;

    next_hit(bed);
    result = execute(bed, "row", 1);
    expect(bed, is_row(bed, result));
    PQclear(result);
}

static void
postgres_hit_usual(void *context)
{
    struct bed *bed = context;
    PGresult *result;

    next_hit(bed);
    result = query(bed, SELECT_ROW, 1);
    expect(bed, is_row(bed, result));
    PQclear(result);
}

static void
postgres_insert(struct bed *bed)
{
    PGresult *result = execute(bed, "insert", 3);

    expect(bed, PQntuples(result) == 1);
    PQclear(result);
}

static void
postgres_miss_floor(void *context)
{
    struct bed *bed = context;
    PGresult *result;

    next_miss(bed);
    result = execute(bed, "same", 3);
    expect(bed, PQntuples(result) == 0);
    PQclear(result);
    postgres_insert(bed);
}

static void
postgres_miss_insert(void *context)
{
    next_miss(context);
    postgres_insert(context);
}

static void
postgres_miss_usual(void *context)
{
    struct bed *bed = context;
    PGresult *result;

    next_miss(bed);
    result = query(bed, SELECT_ROW, 1);
    expect(bed, PQntuples(result) == 0);
    PQclear(result);
    bare_run(bed->app, "begin");
    result = query(bed, INSERT_PLAIN, 3);
    expect(bed, PQntuples(result) == 1);
    PQclear(result);
    bare_run(bed->app, "commit");
}

static void
postgres_fresh(void *context)
{
    struct bed *bed = context;

    bare_run(bed->app, "delete from db_dbcomputer where label like 'new%'");
    bare_run(bed->app, "vacuum analyze db_dbcomputer");
}

static const struct bench_way postgres_hit[] = {
    {BENCH_DUET, "duet", duet_hit, 1.15, 0, 0},
    {BENCH_FLOOR, "same", postgres_hit_same, 0, 0, 0},
    {BENCH_FLOOR, "compared", postgres_hit_compared, 0, 0, 0},
    {BENCH_OTHER, "get, compare", postgres_hit_usual, 0, 0, 0},
    {0},
};

static const struct bench_way postgres_miss[] = {
    {BENCH_DUET, "duet", duet_miss, 0, 0, 0},
    {BENCH_FLOOR, "select, insert", postgres_miss_floor, 0, 0, 0},
    {BENCH_INFO, "insert only", postgres_miss_insert, 0, 0, 0},
    {BENCH_OTHER, "get, insert", postgres_miss_usual, 0, 0, 0},
    {0},
};

static void
open_postgres(struct bed *bed)
{
    SCOPED(arena_clear) struct arena arena = {0};

    bed->app = bare_postgres(&bed->place);
    bare_run(bed->app, storage_text(&arena, "postgres"));
    bare_run(bed->app,
             "insert into db_dbcomputer (label, hostname, description) "
             "select 'computer ' || i, 'node.example.org', "
             "'A computer like any other' from generate_series(0, 999) i");
    postgres_fresh(bed);
    bed->bare = bare_postgres(&bed->place);
    bare_prepare(bed->bare, "same", SELECT_SAME);
    bare_prepare(bed->bare, "row", SELECT_ROW);
    bare_prepare(bed->bare, "insert", INSERT);
}

static void
run_postgres(bool miss, const char *name)
{
    struct bed bed = {0};

    if (!place_postgres(&bed.place, "getter"))
        return;
    open_postgres(&bed);
    open_duet(&bed);
    bench_run(&(struct bench_work){
        .engine = "postgres",
        .name = name,
        .ways = miss ? postgres_miss : postgres_hit,
        .context = &bed,
        .repeat = 20,
        .level = miss ? postgres_fresh : NULL,
    });
    PQfinish(bed.app);
    PQfinish(bed.bare);
    close_duet(&bed);
}

/* -------------------------------------------------------------- SQLite */

static void
bind(const struct bed *bed, sqlite3_stmt *statement, int count)
{
    for (int i = 0; i < count; i++)
        sqlite3_bind_text(statement, i + 1, bed->values[i], -1, SQLITE_STATIC);
}

/* With ?1, as SQLite numbers $1, $2, .. by where they appear first. */
static const char select_same[] =
    "select id, hostname = ?2 and description = ?3 from db_dbcomputer "
    "where label = ?1";
static const char select_row[] =
    "select id, hostname, description from db_dbcomputer where label = ?1";

static bool
is_column(sqlite3_stmt *statement, int column, const char *value)
{
    const unsigned char *text = sqlite3_column_text(statement, column);

    return text != NULL && strcmp((const char *)text, value) == 0;
}

static bool
is_same_row(const struct bed *bed, sqlite3_stmt *statement)
{
    return sqlite3_step(statement) == SQLITE_ROW &&
           sqlite3_column_int64(statement, 0) > 0 &&
           is_column(statement, 1, bed->values[1]) &&
           is_column(statement, 2, bed->values[2]);
}

static bool
is_same(sqlite3_stmt *statement)
{
    return sqlite3_step(statement) == SQLITE_ROW &&
           sqlite3_column_int64(statement, 0) > 0 &&
           sqlite3_column_int(statement, 1) == 1;
}

static void
sqlite_hit_same(void *context)
{
    struct bed *bed = context;

    next_hit(bed);
    bind(bed, bed->same, 3);
    expect(bed, is_same(bed->same));
    sqlite3_reset(bed->same);
}

static void
sqlite_hit_compared(void *context)
{
    struct bed *bed = context;

    next_hit(bed);
    bind(bed, bed->row, 1);
    expect(bed, is_same_row(bed, bed->row));
    sqlite3_reset(bed->row);
}

static void
sqlite_hit_usual(void *context)
{
    struct bed *bed = context;
    sqlite3_stmt *statement;

    next_hit(bed);
    statement = bare_statement(bed->app_handle, select_row);
    bind(bed, statement, 1);
    expect(bed, is_same_row(bed, statement));
    sqlite3_finalize(statement);
}

static void
sqlite_insert(struct bed *bed, sqlite3_stmt *statement)
{
    bind(bed, statement, 3);
    expect(bed, sqlite3_step(statement) == SQLITE_ROW &&
                    sqlite3_step(statement) == SQLITE_DONE);
    sqlite3_reset(statement);
}

static void
sqlite_miss_floor(void *context)
{
    struct bed *bed = context;

    next_miss(bed);
    bind(bed, bed->same, 3);
    expect(bed, sqlite3_step(bed->same) == SQLITE_DONE);
    sqlite3_reset(bed->same);
    sqlite_insert(bed, bed->insert);
}

static void
sqlite_miss_insert(void *context)
{
    struct bed *bed = context;

    next_miss(bed);
    sqlite_insert(bed, bed->insert);
}

static void
sqlite_miss_usual(void *context)
{
    struct bed *bed = context;
    sqlite3_stmt *select;
    sqlite3_stmt *insert;

    next_miss(bed);
    select = bare_statement(bed->app_handle, select_row);
    bind(bed, select, 1);
    expect(bed, sqlite3_step(select) == SQLITE_DONE);
    sqlite3_finalize(select);
    bare_exec(bed->app_handle, "begin");
    insert = bare_statement(bed->app_handle, INSERT_PLAIN);
    sqlite_insert(bed, insert);
    sqlite3_finalize(insert);
    bare_exec(bed->app_handle, "commit");
}

static void
sqlite_fresh(void *context)
{
    struct bed *bed = context;

    bare_exec(bed->app_handle,
              "delete from db_dbcomputer where label like 'new%'");
}

static const struct bench_way sqlite_hit[] = {
    {BENCH_DUET, "duet", duet_hit, 1.5, 0, 0},
    {BENCH_FLOOR, "same", sqlite_hit_same, 0, 0, 0},
    {BENCH_FLOOR, "compared", sqlite_hit_compared, 0, 0, 0},
    {BENCH_OTHER, "get, compare", sqlite_hit_usual, 0, 0, 0},
    {0},
};

static const struct bench_way sqlite_miss[] = {
    {BENCH_DUET, "duet", duet_miss, 0, 0, 0},
    {BENCH_FLOOR, "select, insert", sqlite_miss_floor, 0, 0, 0},
    {BENCH_INFO, "insert only", sqlite_miss_insert, 0, 0, 0},
    {BENCH_OTHER, "get, insert", sqlite_miss_usual, 0, 0, 0},
    {0},
};

static void
open_sqlite(struct bed *bed)
{
    SCOPED(arena_clear) struct arena arena = {0};

    bed->app_handle = bare_sqlite(&bed->place);
    bare_exec(bed->app_handle, storage_text(&arena, "sqlite"));
    bare_exec(bed->app_handle,
              "insert into db_dbcomputer (label, hostname, description) "
              "with recursive n (i) as (select 0 union all "
              "select i + 1 from n where i < 999) "
              "select 'computer ' || i, 'node.example.org', "
              "'A computer like any other' from n");
    bed->bare_handle = bare_sqlite(&bed->place);
    bed->same = bare_statement(bed->bare_handle, select_same);
    bed->row = bare_statement(bed->bare_handle, select_row);
    bed->insert = bare_statement(bed->bare_handle, INSERT);
}

static void
close_sqlite(struct bed *bed)
{
    sqlite3_finalize(bed->same);
    sqlite3_finalize(bed->row);
    sqlite3_finalize(bed->insert);
    sqlite3_close(bed->bare_handle);
    sqlite3_close(bed->app_handle);
}

static void
run_sqlite(bool wal, bool miss, const char *name)
{
    struct bed bed = {0};

    place_sqlite(&bed.place, "getter", wal);
    open_sqlite(&bed);
    open_duet(&bed);
    bench_run(&(struct bench_work){
        .engine = wal ? "sqlite wal" : "sqlite",
        .name = name,
        .ways = miss ? sqlite_miss : sqlite_hit,
        .context = &bed,
        .repeat = miss ? 5 : 200,
        .level = miss ? sqlite_fresh : NULL,
    });
    close_sqlite(&bed);
    close_duet(&bed);
}

/* ---------------------------------------------------------------------- */

int
main(int argc, char **argv)
{
    static const char *const names[] = {"hit", "miss"};
    static const char *const engines[] = {"postgres", "sqlite", "sqlite wal"};

    (void)argc;
    bench_start("get or create, one row", argv, about);
    for (int engine = 0; engine < 3; engine++)
        for (int miss = 0; miss < 2; miss++) {
            if (!bench_wanted(engines[engine], names[miss]))
                continue;
            if (engine == 0)
                run_postgres(miss, names[miss]);
            else
                run_sqlite(engine == 2, miss, names[miss]);
        }
    return bench_end(bare_versions());
}
