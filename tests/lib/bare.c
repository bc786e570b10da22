#include "lib/bare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/bench.h"

static int server_version;

/* URL with another database: `postgresql://HOST/THIS?PARAMETERS`. */
static void
write_url(char *out, size_t size, const char *url, const char *name)
{
    const char *host = strstr(url, "://");
    const char *from = host ? host + strlen("://") : url;
    const char *path = from + strcspn(from, "/?");

    snprintf(out, size, "%.*s/%s%s", (int)(path - url), url, name,
             path + strcspn(path, "?"));
}

static PGconn *
connect_to(const char *url)
{
    PGconn *conn = PQconnectdb(url);

    if (PQstatus(conn) != CONNECTION_OK)
        bench_fail("%s", PQerrorMessage(conn));
    return conn;
}

static void
on_server(const char *fmt, const char *name)
{
    PGconn *conn = connect_to(getenv("TEST_POSTGRES"));
    char sql[256];

    snprintf(sql, sizeof sql, "set client_min_messages = warning");
    bare_run(conn, sql);
    snprintf(sql, sizeof sql, "%s \"%s\"", fmt, name);
    bare_run(conn, sql);
    server_version = PQserverVersion(conn);
    PQfinish(conn);
}

bool
place_postgres(struct place *place, const char *name)
{
    const char *server = getenv("TEST_POSTGRES");

    if (server == NULL || *server == '\0')
        return false;
    *place = (struct place){0};
    snprintf(place->name, sizeof place->name, "duet_bench_%s_%ld", name,
             (long)getpid());
    write_url(place->url, sizeof place->url, server, place->name);
    on_server("drop database if exists", place->name);
    on_server("create database", place->name);
    return true;
}

/*
 * In memory where there is such a place, as the server writes without fsync:
 * a disk's would hide everything else.
 */
static const char *
directory(void)
{
    const char *tmp = getenv("TMPDIR");

    if (tmp != NULL)
        return tmp;
    return access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
}

void
place_sqlite(struct place *place, const char *name, bool wal)
{
    sqlite3 *handle;

    *place = (struct place){0};
    snprintf(place->path, sizeof place->path, "%s/duet-bench-%s-%ld.db",
             directory(), name, (long)getpid());
    snprintf(place->url, sizeof place->url, "sqlite:%s", place->path);
    unlink(place->path);
    handle = bare_sqlite(place);
    bare_exec(handle, wal ? "pragma journal_mode = wal"
                          : "pragma journal_mode = delete");
    sqlite3_close(handle);
}

void
place_remove(struct place *place)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    char path[600];

    if (*place->name != '\0')
        on_server("drop database", place->name);
    for (size_t i = 0; *place->path != '\0' && i < 4; i++) {
        snprintf(path, sizeof path, "%s%s", place->path, suffixes[i]);
        unlink(path);
    }
}

PGconn *
bare_postgres(const struct place *place)
{
    PGconn *conn = connect_to(place->url);

    bare_run(conn, "set client_min_messages = warning");
    return conn;
}

void
bare_expect(PGconn *conn, PGresult *result, ExecStatusType status)
{
    if (PQresultStatus(result) != status)
        bench_fail("%s", PQerrorMessage(conn));
    PQclear(result);
}

void
bare_run(PGconn *conn, const char *sql)
{
    PGresult *result = PQexec(conn, sql);

    if (PQresultStatus(result) != PGRES_COMMAND_OK &&
        PQresultStatus(result) != PGRES_TUPLES_OK)
        bench_fail("%s\n%.200s", PQerrorMessage(conn), sql);
    PQclear(result);
}

long
bare_number(PGconn *conn, const char *sql)
{
    PGresult *result = PQexec(conn, sql);
    long number;

    if (PQntuples(result) != 1)
        bench_fail("%s", PQerrorMessage(conn));
    number = strtol(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return number;
}

void
bare_prepare(PGconn *conn, const char *name, const char *sql)
{
    bare_expect(conn, PQprepare(conn, name, sql, 0, NULL), PGRES_COMMAND_OK);
}

void
bare_pipeline(PGconn *conn)
{
    if (!PQenterPipelineMode(conn))
        bench_fail("%s", PQerrorMessage(conn));
}

void
bare_send(PGconn *conn, const char *name, int count, const char *const *values)
{
    if (!PQsendQueryPrepared(conn, name, count, values, NULL, NULL, 0))
        bench_fail("%s", PQerrorMessage(conn));
}

void
bare_sync(PGconn *conn)
{
    if (!PQpipelineSync(conn))
        bench_fail("%s", PQerrorMessage(conn));
}

PGresult *
bare_answer(PGconn *conn)
{
    PGresult *result = PQgetResult(conn);

    if (PQresultStatus(result) != PGRES_COMMAND_OK &&
        PQresultStatus(result) != PGRES_TUPLES_OK)
        bench_fail("%s", PQerrorMessage(conn));
    /* In a pipeline, a NULL stands between two statements. */
    if (PQgetResult(conn) != NULL)
        bench_fail("more than one result");
    return result;
}

void
bare_end(PGconn *conn)
{
    bare_expect(conn, PQgetResult(conn), PGRES_PIPELINE_SYNC);
    if (!PQexitPipelineMode(conn))
        bench_fail("%s", PQerrorMessage(conn));
}

sqlite3 *
bare_sqlite(const struct place *place)
{
    sqlite3 *handle = NULL;

    if (sqlite3_open(place->path, &handle) != SQLITE_OK)
        bench_fail("%s: %s", place->path, sqlite3_errmsg(handle));
    sqlite3_busy_timeout(handle, 5000);
    return handle;
}

void
bare_exec(sqlite3 *handle, const char *sql)
{
    if (sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        bench_fail("%s\n%.200s", sqlite3_errmsg(handle), sql);
}

sqlite3_stmt *
bare_statement(sqlite3 *handle, const char *sql)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v3(handle, sql, -1, SQLITE_PREPARE_PERSISTENT,
                           &statement, NULL) != SQLITE_OK)
        bench_fail("%s\n%.200s", sqlite3_errmsg(handle), sql);
    return statement;
}

long
bare_count(sqlite3 *handle, const char *sql)
{
    sqlite3_stmt *statement = bare_statement(handle, sql);
    long number = -1;

    if (sqlite3_step(statement) == SQLITE_ROW)
        number = (long)sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

void
bare_step(sqlite3_stmt *statement)
{
    while (sqlite3_step(statement) == SQLITE_ROW)
        continue;
    if (sqlite3_reset(statement) != SQLITE_OK)
        bench_fail("%s", sqlite3_errmsg(sqlite3_db_handle(statement)));
}

const char *
bare_versions(void)
{
    static char text[256];
    size_t len = (size_t)snprintf(text, sizeof text, "SQLite %s in %s",
                                  sqlite3_libversion(), directory());

    if (server_version != 0)
        snprintf(text + len, sizeof text - len,
                 ", PostgreSQL %d.%d through libpq %d.%d",
                 server_version / 10000, server_version % 10000,
                 PQlibVersion() / 10000, PQlibVersion() % 10000);
    return text;
}
