/*
 * How long a clear takes that another process asks for over `duet serve`.
 *
 *     build/bench/serve
 *     build/bench/serve sqlite 4
 *
 * The tables are a chain of foreign keys with an index each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "duet.h"
#include "lib/bare.h"
#include "lib/bench.h"

enum { TABLES = 12, ROWS = 5 };

static const char about[] =
    "The floor is duet_clear() in the process itself, without another that is\n"
    "woken up, reads the request and writes the answer, which 'url' does and\n"
    "nothing else.\n";

struct bed {
    struct place place;
    struct duet_cleaner *cleaner;
    pid_t server;
    FILE *requests;
    FILE *answers;
    char *answer;
    size_t size;
    size_t ndirty;
    const char *dirty_sql;
    PGconn *app;
    sqlite3 *app_handle;
    struct arena arena;
};

/* ------------------------------------------------------------ the server */

static void
become_server(const struct bed *bed, int in, int out)
{
    const char *build = getenv("BUILD");
    char path[512];

    (void)snprintf(path, sizeof path, "%s/duet", build ? build : "build");
    (void)dup2(in, STDIN_FILENO);
    (void)dup2(out, STDOUT_FILENO);
    execl(path, path, "serve", "--url", bed->place.url, (char *)NULL);
    _exit(127);
}

static void
start_server(struct bed *bed)
{
    int in[2], out[2];

    (void)fflush(stdout);
    if (pipe(in) != 0 || pipe(out) != 0)
        bench_fail("no pipe");
    bed->server = fork();
    if (bed->server == 0) {
        (void)close(in[1]);
        (void)close(out[0]);
        become_server(bed, in[0], out[1]);
    }
    (void)close(in[0]);
    (void)close(out[1]);
    bed->requests = fdopen(in[1], "w");
    bed->answers = fdopen(out[0], "r");
}

static void
end_server(struct bed *bed)
{
    (void)fclose(bed->requests);
    (void)waitpid(bed->server, NULL, 0);
    (void)fclose(bed->answers);
    free(bed->answer);
}

static void
request(struct bed *bed, const char *what)
{
    (void)fprintf(bed->requests, "{\"id\":1,\"do\":\"%s\"}\n", what);
    (void)fflush(bed->requests);
    if (getline(&bed->answer, &bed->size, bed->answers) < 0)
        bench_fail("the server has ended");
    if (strncmp(bed->answer, "{\"id\":1,\"result\":{", 18) != 0)
        bench_fail("%s", bed->answer);
}

static void
clear_served(void *context)
{
    request(context, "clear");
}

static void
ask_url(void *context)
{
    request(context, "url");
}

static void
clear_here(void *context)
{
    struct bed *bed = context;
    struct duet_error err;

    bench_must(duet_clear(bed->cleaner, NULL, &err), &err);
}

/* ------------------------------------------------------------- the tables */

static const char *
create_sql(struct bed *bed)
{
    SCOPED(buf_release) struct buf sql = {0};

    for (int i = 0; i < TABLES; i++)
        buf_printf(&sql,
                   "create table t%d (id integer primary key, label text,"
                   " parent integer references t%d (id));"
                   "create index t%d_label on t%d (label);",
                   i, i ? i - 1 : 0, i, i);
    return arena_text(&bed->arena, buf_data(&sql));
}

/* Rows that 'url' has left are there already. */
static const char *
insert_sql(struct bed *bed)
{
    SCOPED(buf_release) struct buf sql = {0};

    buf_text(&sql, "begin;");
    for (size_t i = 0; i < bed->ndirty; i++)
        for (int row = 1; row <= ROWS; row++)
            buf_printf(&sql,
                       "insert into t%zu values (%d, 'row %d', null)"
                       " on conflict do nothing;",
                       i, row, row);
    buf_text(&sql, "commit");
    return arena_text(&bed->arena, buf_data(&sql));
}

static void
make_dirty(void *context)
{
    struct bed *bed = context;

    if (bed->app != NULL)
        bare_run(bed->app, bed->dirty_sql);
    else
        bare_exec(bed->app_handle, bed->dirty_sql);
}

static void
check_empty(void *context)
{
    static const char sql[] = "select count(*) from t0";
    struct bed *bed = context;
    long rows = bed->app != NULL ? bare_number(bed->app, sql)
                                 : bare_count(bed->app_handle, sql);

    if (rows != 0)
        bench_fail("%ld rows are left", rows);
}

static void
vacuum(void *context)
{
    struct bed *bed = context;

    if (bed->app != NULL)
        bare_run(bed->app, "vacuum t0, t1, t2, t3");
}

/* ----------------------------------------------------------------------- */

static const struct bench_way ways[] = {
    {BENCH_DUET, "serve", clear_served, 2, 0, 0},
    {BENCH_FLOOR, "library", clear_here, 0, 0, 0},
    {BENCH_INFO, "url", ask_url, 0, 0, 0},
    {0},
};

static bool
open_place(struct bed *bed, const char *engine)
{
    if (strcmp(engine, "postgres") != 0) {
        place_sqlite(&bed->place, "serve", strcmp(engine, "sqlite wal") == 0);
        bed->app_handle = bare_sqlite(&bed->place);
        bare_exec(bed->app_handle, create_sql(bed));
        return true;
    }
    if (!place_postgres(&bed->place, "serve"))
        return false;
    bed->app = bare_postgres(&bed->place);
    bare_run(bed->app, create_sql(bed));
    return true;
}

static void
run_on(const char *engine, size_t ndirty)
{
    struct bed bed = {.ndirty = ndirty};
    struct duet_error err;
    char name[64];

    (void)snprintf(name, sizeof name, "%d tables, %zu dirty", TABLES, ndirty);
    if (!bench_wanted(engine, name) || !open_place(&bed, engine))
        return;
    bed.dirty_sql = insert_sql(&bed);
    start_server(&bed);
    bench_must(duet_cleaner_open(&bed.cleaner, bed.place.url, NULL, &err),
               &err);
    bench_run(&(struct bench_work){
        .engine = engine,
        .name = name,
        .ways = ways,
        .context = &bed,
        .before = make_dirty,
        .level = vacuum,
    });
    clear_served(&bed);
    check_empty(&bed);
    duet_cleaner_close(&bed.cleaner);
    end_server(&bed);
    PQfinish(bed.app);
    sqlite3_close(bed.app_handle);
    place_remove(&bed.place);
    arena_clear(&bed.arena);
}

int
main(int argc, char **argv)
{
    static const char *const engines[] = {"postgres", "sqlite", "sqlite wal"};

    (void)argc;
    bench_start("serve", argv, about);
    for (size_t i = 0; i < sizeof engines / sizeof *engines; i++) {
        run_on(engines[i], 4);
        run_on(engines[i], TABLES);
    }
    return bench_end(bare_versions());
}
