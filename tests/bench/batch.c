/*
 * How long batch_run() takes for 10,000 rows of CSV.
 *
 *     build/bench/batch            all of it
 *     build/bench/batch sqlite hits
 *
 * The table is the computers of a profile.  It has other rows, too: the plans
 * of a table that is empty are not those of one that is used.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "duet.h"
#include "lib/bare.h"
#include "lib/bench.h"
#include "lib/storage_sql.h"
#include "rows/batch.h"

enum {
    ROWS = 10000,
    CHUNK = 1000,
    CHUNKS = ROWS / CHUNK,
    ALONE = 500 /* of the rows, where each is a transaction of its own */
};

static const char about[] =
    "10,000 rows, the time is for one.  duet reads CSV and tells all ids.\n"
    "The floor is the bare driver, prepared, in one transaction:\n"
    "  l  lists of 1,000 rows, put together in advance, in binary: select, "
    "and\n"
    "     insert where rows are new; all in one round trip (PostgreSQL)\n"
    "  w  the same with one list of 10,000 rows, for which the planner reads\n"
    "     the whole table: that pays as long as the table has hardly more\n"
    "  e  select, and insert where it is new, for each row (SQLite)\n"
    "'one by one' is duet_get_or_create() for each row, alone and in one\n"
    "transaction; 'insert only' and 'copy' would take ids from the sequence\n"
    "for hits, too.\n";

#define GIVEN                                                    \
    "(select unnest($1::text[]) as l, unnest($2::text[]) as h, " \
    "unnest($3::text[]) as d, "                                  \
    "generate_series(1, cardinality($1::text[])) as n) u"
#define FIND                                                                 \
    "select u.n, t.id, t.hostname = u.h and t.description = u.d from " GIVEN \
    " cross join lateral "                                                   \
    "(select * from db_dbcomputer where label = u.l limit 1) t"
#define FIND_WHOLE                                                           \
    "select u.n, t.id, t.hostname = u.h and t.description = u.d from " GIVEN \
    " join db_dbcomputer t on t.label = u.l"
#define CREATE                                                  \
    "insert into db_dbcomputer (label, hostname, description) " \
    "select l, h, d from " GIVEN " order by l returning label, id"
#define CREATE_ONLY                                                 \
    "insert into db_dbcomputer (label, hostname, description) "     \
    "select l, h, d from " GIVEN " on conflict (label) do nothing " \
    "returning label, id"
#define COPIED                                                  \
    "insert into db_dbcomputer (label, hostname, description) " \
    "select l, h, d from given on conflict (label) do nothing " \
    "returning label, id"

struct row {
    const char *values[3];
};

/* Values of a column, as PostgreSQL takes an array of text in binary. */
struct list {
    const char *data;
    int len;
};

struct bed {
    struct place place;
    bool is_postgres;
    bool is_new; /* the rows are new each time */
    struct duet_db *db;
    struct duet_getter *getter;
    size_t next; /* row to ask for alone */
    size_t answers;
    struct row *rows;
    struct buf csv;
    struct arena arena;

    PGconn *app;
    PGconn *bare;
    struct list chunks[CHUNKS][3];
    struct list whole[3];

    sqlite3 *app_handle;
    sqlite3 *bare_handle;
    sqlite3_stmt *find;
    sqlite3_stmt *create;
};

static void
count_answer(void *context, const struct batch_event *event)
{
    struct bed *bed = context;

    bed->answers += *event->row->id[0] != '\0';
}

static void
check_answers(struct bed *bed, size_t count)
{
    if (bed->answers != count)
        bench_fail("%zu answers for %zu rows", bed->answers, count);
    bed->answers = 0;
}

static void
duet_batch(void *context)
{
    static const char *const key[] = {"label"};
    struct bed *bed = context;
    const struct batch_options options = {
        .key = key, .nkey = 1, .event = count_answer, .context = bed};
    FILE *file = fmemopen(bed->csv.data, bed->csv.len, "r");
    struct batch_event total;
    struct duet_error err;

    bench_must(batch_run((struct db *)bed->db, "db_dbcomputer", file, "rows",
                         &options, &total, &err),
               &err);
    fclose(file);
    if (total.created != (bed->is_new ? ROWS : 0))
        bench_fail("%d rows were created", (int)total.created);
    check_answers(bed, ROWS);
}

static void
duet_row(struct bed *bed, const struct row *given)
{
    struct duet_row row;
    struct duet_error err;

    bench_must(duet_get_or_create(bed->getter, given->values, given->values + 1,
                                  &row, &err),
               &err);
    if (row.outcome != (bed->is_new ? DUET_CREATED : DUET_FOUND))
        bench_fail("'%s': outcome %d", given->values[0], (int)row.outcome);
    bed->answers += *row.id[0] != '\0';
}

/* Some of the rows only, which takes long enough. */
static void
duet_alone(void *context)
{
    struct bed *bed = context;

    for (size_t i = 0; i < ALONE; i++)
        duet_row(bed, &bed->rows[bed->next++ % ROWS]);
    check_answers(bed, ALONE);
}

static void
run_duet(struct bed *bed, const char *sql)
{
    struct duet_error err;

    bench_must(db_exec((struct db *)bed->db, sql, &err), &err);
}

static void
duet_together(void *context)
{
    struct bed *bed = context;

    run_duet(bed, "begin");
    for (size_t i = 0; i < ROWS; i++)
        duet_row(bed, &bed->rows[i]);
    run_duet(bed, "commit");
    check_answers(bed, ROWS);
}

static void
make_rows(struct bed *bed)
{
    bed->rows = arena_array(&bed->arena, ROWS, sizeof *bed->rows);
    buf_text(&bed->csv, "label,hostname,description\n");
    for (size_t i = 0; i < ROWS; i++) {
        struct row *row = &bed->rows[i];

        row->values[0] = arena_printf(&bed->arena, "computer %zu", i);
        row->values[1] = "node.example.org";
        row->values[2] = "A computer like any other";
        buf_printf(&bed->csv, "%s,%s,%s\n", row->values[0], row->values[1],
                   row->values[2]);
    }
}

static void
open_duet(struct bed *bed)
{
    static const char *const key[] = {"label"};
    static const char *const set[] = {"hostname", "description"};
    struct duet_error err;

    bench_must(duet_open(&bed->db, bed->place.url, NULL, &err), &err);
    bench_must(duet_getter_open(&bed->getter, bed->db, "db_dbcomputer", key, 1,
                                set, 2, &err),
               &err);
    bed->is_new = true;
    duet_batch(bed);
    bed->is_new = false;
}

static void
close_duet(struct bed *bed)
{
    duet_getter_close(&bed->getter);
    duet_close(&bed->db);
    place_remove(&bed->place);
}

/* ---------------------------------------------------------- PostgreSQL */

static void
send_lists(struct bed *bed, const char *name, const struct list lists[3])
{
    const char *data[3] = {lists[0].data, lists[1].data, lists[2].data};
    const int lens[3] = {lists[0].len, lists[1].len, lists[2].len};
    static const int binary[3] = {1, 1, 1};

    if (!PQsendQueryPrepared(bed->bare, name, 3, data, lens, binary, 0))
        bench_fail("%s", PQerrorMessage(bed->bare));
}

/* FIND and CREATE are prepared statements, or NULL. */
static void
send_all(struct bed *bed, const char *find, const char *create)
{
    bare_pipeline(bed->bare);
    bare_send(bed->bare, "begin", 0, NULL);
    for (size_t i = 0; i < CHUNKS; i++) {
        if (find != NULL)
            send_lists(bed, find, bed->chunks[i]);
        if (create != NULL)
            send_lists(bed, create, bed->chunks[i]);
    }
    bare_send(bed->bare, "commit", 0, NULL);
    bare_sync(bed->bare);
}

static void
read_all(struct bed *bed, size_t statements)
{
    for (size_t i = 0; i < statements; i++) {
        PGresult *result = bare_answer(bed->bare);

        for (int row = 0; row < PQntuples(result); row++)
            bed->answers += *PQgetvalue(result, row, 1) != '\0';
        PQclear(result);
    }
    bare_end(bed->bare);
    check_answers(bed, ROWS);
}

static void
postgres_lists(void *context)
{
    struct bed *bed = context;

    send_all(bed, "find", bed->is_new ? "create" : NULL);
    read_all(bed, 2 + (bed->is_new ? 2 : 1) * CHUNKS);
}

static void
postgres_whole(void *context)
{
    struct bed *bed = context;

    bare_pipeline(bed->bare);
    bare_send(bed->bare, "begin", 0, NULL);
    send_lists(bed, "find whole", bed->whole);
    bare_send(bed->bare, "commit", 0, NULL);
    bare_sync(bed->bare);
    read_all(bed, 3);
}

static void
postgres_insert(void *context)
{
    send_all(context, NULL, "create only");
    read_all(context, 2 + CHUNKS);
}

static void
put_rows(struct bed *bed)
{
    SCOPED(buf_release) struct buf data = {0};

    for (size_t i = 0; i < ROWS; i++)
        buf_printf(&data, "%s\t%s\t%s\n", bed->rows[i].values[0],
                   bed->rows[i].values[1], bed->rows[i].values[2]);
    bare_expect(bed->bare, PQexec(bed->bare, "copy given (l, h, d) from stdin"),
                PGRES_COPY_IN);
    if (PQputCopyData(bed->bare, buf_data(&data), (int)data.len) != 1 ||
        PQputCopyEnd(bed->bare, NULL) != 1)
        bench_fail("%s", PQerrorMessage(bed->bare));
    PQclear(bare_answer(bed->bare));
}

static void
postgres_copy(void *context)
{
    struct bed *bed = context;
    PGresult *result;

    bare_run(bed->bare, "begin; truncate given");
    put_rows(bed);
    result = PQexec(bed->bare, bed->is_new ? COPIED
                                           : "select t.label, t.id from given "
                                             "join db_dbcomputer t "
                                             "on t.label = l");
    for (int row = 0; row < PQntuples(result); row++)
        bed->answers += *PQgetvalue(result, row, 1) != '\0';
    PQclear(result);
    bare_run(bed->bare, "commit");
    check_answers(bed, ROWS);
}

static void
postgres_fresh(void *context)
{
    struct bed *bed = context;

    bare_run(bed->app, "delete from db_dbcomputer where label like 'c%'");
    bare_run(bed->app, "vacuum analyze db_dbcomputer");
}

static const struct bench_way postgres_hits[] = {
    {BENCH_DUET, "duet", duet_batch, 0, 0, ROWS},
    {BENCH_FLOOR, "lists", postgres_lists, 0, 0, ROWS},
    {BENCH_FLOOR, "whole", postgres_whole, 0, 0, ROWS},
    {BENCH_INFO, "copy", postgres_copy, 0, 0, ROWS},
    {BENCH_INFO, "one by one", duet_alone, 20, 0, ALONE},
    {BENCH_OTHER, "one by one, in one transaction", duet_together, 0, 0, ROWS},
    {0},
};

static const struct bench_way postgres_new[] = {
    {BENCH_DUET, "duet", duet_batch, 0, 0, ROWS},
    {BENCH_FLOOR, "lists", postgres_lists, 0, 0, ROWS},
    {BENCH_INFO, "insert only", postgres_insert, 0, 0, ROWS},
    {BENCH_INFO, "copy", postgres_copy, 0, 0, ROWS},
    {BENCH_INFO, "one by one", duet_alone, 10, 0, ALONE},
    {BENCH_OTHER, "one by one, in one transaction", duet_together, 0, 0, ROWS},
    {0},
};

static void
add_number(struct buf *buf, size_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_char(buf, (char)(number >> shift));
}

static struct list
list_of(struct bed *bed, size_t from, size_t count, size_t column)
{
    SCOPED(buf_release) struct buf list = {0};
    const size_t head[] = {1, 0, 25, count, 1}; /* 25 is text */

    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        add_number(&list, head[i]);
    for (size_t i = from; i < from + count; i++) {
        const char *value = bed->rows[i].values[column];

        add_number(&list, strlen(value));
        buf_text(&list, value);
    }
    return (struct list){arena_copy(&bed->arena, buf_data(&list), list.len),
                         (int)list.len};
}

static void
open_postgres(struct bed *bed)
{
    bed->app = bare_postgres(&bed->place);
    bare_run(bed->app, storage_text(&bed->arena, "postgres"));
    bare_run(bed->app, "insert into db_dbcomputer (label, hostname) "
                       "select 'other ' || i, 'node.example.org' "
                       "from generate_series(1, 1000) i");
    bare_run(bed->app, "vacuum analyze db_dbcomputer");
    bed->bare = bare_postgres(&bed->place);
    bare_run(bed->bare, "create temp table given (l text, h text, d text)");
    bare_prepare(bed->bare, "begin", "begin");
    bare_prepare(bed->bare, "commit", "commit");
    bare_prepare(bed->bare, "find", FIND);
    bare_prepare(bed->bare, "find whole", FIND_WHOLE);
    bare_prepare(bed->bare, "create", CREATE);
    bare_prepare(bed->bare, "create only", CREATE_ONLY);
    for (size_t column = 0; column < 3; column++) {
        bed->whole[column] = list_of(bed, 0, ROWS, column);
        for (size_t i = 0; i < CHUNKS; i++)
            bed->chunks[i][column] = list_of(bed, i * CHUNK, CHUNK, column);
    }
}

static void
run_postgres(struct bed *bed, bool is_new, const char *name)
{
    if (!place_postgres(&bed->place, "batch"))
        return;
    open_postgres(bed);
    open_duet(bed);
    bare_run(bed->app, "vacuum analyze db_dbcomputer");
    bed->is_new = is_new;
    bench_run(&(struct bench_work){
        .engine = "postgres",
        .name = name,
        .ways = is_new ? postgres_new : postgres_hits,
        .context = bed,
        .before = is_new ? postgres_fresh : NULL,
    });
    PQfinish(bed->app);
    PQfinish(bed->bare);
    close_duet(bed);
}

/* -------------------------------------------------------------- SQLite */

static void
bind(sqlite3_stmt *statement, const struct row *row)
{
    for (int i = 0; i < 3; i++)
        sqlite3_bind_text(statement, i + 1, row->values[i], -1, SQLITE_STATIC);
}

static void
sqlite_row(struct bed *bed, const struct row *row)
{
    bind(bed->find, row);
    if (sqlite3_step(bed->find) == SQLITE_ROW) {
        bed->answers += sqlite3_column_int64(bed->find, 0) > 0 &&
                        sqlite3_column_int(bed->find, 1) == 1;
        sqlite3_reset(bed->find);
        return;
    }
    sqlite3_reset(bed->find);
    bind(bed->create, row);
    if (sqlite3_step(bed->create) != SQLITE_ROW)
        bench_fail("%s", sqlite3_errmsg(bed->bare_handle));
    bed->answers += sqlite3_column_int64(bed->create, 0) > 0;
    bare_step(bed->create);
}

static void
sqlite_each(void *context)
{
    struct bed *bed = context;

    bare_exec(bed->bare_handle, "begin immediate");
    for (size_t i = 0; i < ROWS; i++)
        sqlite_row(bed, &bed->rows[i]);
    bare_exec(bed->bare_handle, "commit");
    check_answers(bed, ROWS);
}

static void
sqlite_fresh(void *context)
{
    struct bed *bed = context;

    bare_exec(bed->app_handle,
              "delete from db_dbcomputer where label like 'c%'");
}

static const struct bench_way sqlite_ways[] = {
    {BENCH_DUET, "duet", duet_batch, 0, 0, ROWS},
    {BENCH_FLOOR, "each", sqlite_each, 0, 0, ROWS},
    {BENCH_INFO, "one by one", duet_alone, 0, 0, ALONE},
    {BENCH_OTHER, "one by one, in one transaction", duet_together, 0, 0, ROWS},
    {0},
};

static void
open_sqlite(struct bed *bed)
{
    bed->app_handle = bare_sqlite(&bed->place);
    bare_exec(bed->app_handle, storage_text(&bed->arena, "sqlite"));
    bare_exec(bed->app_handle,
              "insert into db_dbcomputer (label, hostname) "
              "with recursive n (i) as (select 1 union all "
              "select i + 1 from n where i < 1000) "
              "select 'other ' || i, 'node.example.org' from n");
    bed->bare_handle = bare_sqlite(&bed->place);
    bed->find = bare_statement(
        bed->bare_handle,
        "select id, hostname = ?2 and description = ?3 from db_dbcomputer "
        "where label = ?1");
    bed->create = bare_statement(
        bed->bare_handle,
        "insert into db_dbcomputer (label, hostname, description) "
        "values (?1, ?2, ?3) on conflict (label) do nothing returning id");
}

static void
run_sqlite(struct bed *bed, bool is_new, bool wal, const char *name)
{
    place_sqlite(&bed->place, "batch", wal);
    open_sqlite(bed);
    open_duet(bed);
    bed->is_new = is_new;
    bench_run(&(struct bench_work){
        .engine = wal ? "sqlite wal" : "sqlite",
        .name = name,
        .ways = sqlite_ways,
        .context = bed,
        .before = is_new ? sqlite_fresh : NULL,
    });
    sqlite3_finalize(bed->find);
    sqlite3_finalize(bed->create);
    sqlite3_close(bed->bare_handle);
    sqlite3_close(bed->app_handle);
    close_duet(bed);
}

/* ---------------------------------------------------------------------- */

static void
run(const char *engine, bool is_new)
{
    const char *name = is_new ? "new rows" : "hits";
    struct bed bed = {0};

    if (!bench_wanted(engine, name))
        return;
    make_rows(&bed);
    if (strcmp(engine, "postgres") == 0)
        run_postgres(&bed, is_new, name);
    else
        run_sqlite(&bed, is_new, strcmp(engine, "sqlite wal") == 0, name);
    buf_release(&bed.csv);
    arena_clear(&bed.arena);
}

int
main(int argc, char **argv)
{
    static const char *const engines[] = {"postgres", "sqlite", "sqlite wal"};

    (void)argc;
    bench_start("get or create, batch", argv, about);
    for (size_t i = 0; i < 3; i++) {
        run(engines[i], false);
        run(engines[i], true);
    }
    return bench_end(bare_versions());
}
