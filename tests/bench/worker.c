/*
 * What a clean profile costs a worker.
 *
 *     build/bench/worker           on both engines
 *     build/bench/worker sqlite
 *
 * A test has made a computer: three rows of the profile's storage.  The next
 * one is to begin with the default user alone.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "duet.h"
#include "lib/bare.h"
#include "lib/bench.h"

static const char about[] =
    "A profile with three rows is made clean: cleared and seeded, in one\n"
    "transaction.  The floor deletes from the three tables and inserts the\n"
    "user, on the bare driver in one round trip, and is told which they are.\n"
    "The usual ways make a new database of a template: a copy of the file, or\n"
    "CREATE DATABASE on a server that syncs nothing.\n";

/* For PostgreSQL one text, for SQLite as prepared statements. */
static const char *const statements[] = {
    "begin",
    "delete from db_dbauthinfo",
    "delete from db_dbcomputer",
    "delete from db_dbuser",
    "insert into db_dbuser (email) values ('duet@localhost')",
    "commit",
};

enum { STATEMENTS = sizeof statements / sizeof *statements };

struct bed {
    struct duet_worker *worker;
    PGconn *conn;
    sqlite3 *handle;
    sqlite3_stmt *prepared[STATEMENTS];
    char all[1024];
    char template[4096];
    char copy[4096];
};

static void
make_dirty(void *context)
{
    struct bed *bed = context;
    struct duet_error err;
    struct duet_row row;

    bench_must(duet_worker_computer(bed->worker, NULL, &row, &err), &err);
}

static void
clean(void *context)
{
    struct bed *bed = context;
    struct duet_error err;

    bench_must(duet_worker_clean(bed->worker, NULL, &err), &err);
}

static void
open_worker(struct bed *bed, const char *engine)
{
    const struct duet_worker_options options = {.engine = engine};
    struct duet_error err;

    bench_must(duet_worker_open(&bed->worker, &options, &err), &err);
}

/* -------------------------------------------------------------- SQLite */

static void
clean_sqlite(void *context)
{
    struct bed *bed = context;

    for (size_t i = 0; i < STATEMENTS; i++)
        bare_step(bed->prepared[i]);
}

static void
copy_sqlite(void *context)
{
    struct bed *bed = context;
    char data[65536];
    int from = open(bed->template, O_RDONLY);
    int to = open(bed->copy, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    sqlite3 *handle;
    ssize_t len;

    while ((len = read(from, data, sizeof data)) > 0)
        if (write(to, data, (size_t)len) != len)
            bench_fail("a copy that fails");
    (void)close(from);
    (void)close(to);
    if (sqlite3_open(bed->copy, &handle) != SQLITE_OK ||
        bare_count(handle, "select count(*) from db_dbuser") != 1)
        bench_fail("a copy without its user");
    (void)sqlite3_close(handle);
}

static const struct bench_way sqlite_ways[] = {
    {BENCH_DUET, "clean profile", clean, 0, 0, 0},
    {BENCH_FLOOR, "told which", clean_sqlite, 0, 0, 0},
    {BENCH_OTHER, "copy the file", copy_sqlite, 0, 0, 0},
    {0},
};

static void
open_sqlite(struct bed *bed)
{
    struct place place = {0};
    char sql[8192];

    (void)snprintf(place.path, sizeof place.path, "%s",
                   duet_worker_url(bed->worker) + strlen("sqlite:"));
    (void)snprintf(bed->copy, sizeof bed->copy, "%s.copy", place.path);
    (void)snprintf(bed->template, sizeof bed->template, "%s.template",
                   place.path);
    bed->handle = bare_sqlite(&place);
    (void)snprintf(sql, sizeof sql, "vacuum into '%s'", bed->template);
    bare_exec(bed->handle, sql);
    for (size_t i = 0; i < STATEMENTS; i++)
        bed->prepared[i] = bare_statement(bed->handle, statements[i]);
}

static void
run_sqlite(struct bed *bed)
{
    open_worker(bed, "sqlite");
    clean(bed);
    open_sqlite(bed);
    bench_run(&(struct bench_work){
        .engine = "sqlite",
        .name = "worker",
        .ways = sqlite_ways,
        .context = bed,
        .before = make_dirty,
    });
    for (size_t i = 0; i < STATEMENTS; i++)
        (void)sqlite3_finalize(bed->prepared[i]);
    (void)sqlite3_close(bed->handle);
    duet_worker_close(&bed->worker);
}

/* ---------------------------------------------------------- PostgreSQL */

static void
clean_postgres(void *context)
{
    struct bed *bed = context;

    bare_run(bed->conn, bed->all);
}

/* The one before goes; a test would connect to it, too. */
static void
create_database(void *context)
{
    struct bed *bed = context;

    bare_run(bed->conn, "drop database if exists clone");
    bare_run(bed->conn, "create database clone template stencil");
}

static const struct bench_way postgres_ways[] = {
    {BENCH_DUET, "clean profile", clean, 0, 0, 0},
    {BENCH_FLOOR, "told which", clean_postgres, 0, 0, 0},
    {BENCH_OTHER, "CREATE DATABASE", create_database, 0, 0, 0},
    {0},
};

static PGconn *
connect_to(const char *url)
{
    PGconn *conn = PQconnectdb(url);

    if (PQstatus(conn) != CONNECTION_OK)
        bench_fail("%s", PQerrorMessage(conn));
    return conn;
}

/* A template with the same in it; while it is made nobody may be in there. */
static void
make_stencil(struct bed *bed)
{
    const char *url = duet_worker_url(bed->worker);
    const char *name = strstr(url, "/postgres?");
    char other[4096];
    PGconn *conn;

    (void)snprintf(other, sizeof other, "%.*s/template1%s", (int)(name - url),
                   url, name + strlen("/postgres"));
    conn = connect_to(other);
    bare_run(conn, "create database stencil template postgres");
    PQfinish(conn);
}

static void
run_postgres(struct bed *bed)
{
    size_t len = 0;

    open_worker(bed, "postgres");
    make_stencil(bed);
    bed->conn = connect_to(duet_worker_url(bed->worker));
    bare_run(bed->conn, "set client_min_messages = error");
    for (size_t i = 0; i < STATEMENTS; i++)
        len += (size_t)snprintf(bed->all + len, sizeof bed->all - len, "%s; ",
                                statements[i]);
    bench_run(&(struct bench_work){
        .engine = "postgres",
        .name = "worker",
        .ways = postgres_ways,
        .context = bed,
        .before = make_dirty,
    });
    PQfinish(bed->conn);
    duet_worker_close(&bed->worker);
}

int
main(int argc, char **argv)
{
    struct bed bed = {0};

    (void)argc;
    /* Not where there are migrations: those of a profile's storage are meant.
     */
    if (chdir("/") != 0)
        bench_fail("no root directory");
    bench_start("A worker's clean profile", argv, about);
    if (bench_wanted("sqlite", "worker"))
        run_sqlite(&bed);
    if (bench_wanted("postgres", "worker") && getenv("TEST_POSTGRES") != NULL)
        run_postgres(&bed);
    return bench_end(bare_versions());
}
