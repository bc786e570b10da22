/*
 * How long it takes to read the schema of a hundred tables, and to compare two.
 *
 *     build/bench/compare
 *     build/bench/compare postgres read
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "db/db.h"
#include "lib/bare.h"
#include "lib/bench.h"
#include "schema/compare.h"
#include "schema/reflect.h"
#include "sql_text.h"

enum { TABLES = 100 };

static const char about[] =
    "A hundred tables of six columns, with a primary key, a unique and a\n"
    "foreign key, a check and two indexes each.  To read them is to take "
    "under\n"
    "50 ms a side, on a connection that is open.\n"
    "The floor is the bare driver, and all answers looked at:\n"
    "  q  the queries of the catalog that it takes here (PostgreSQL)\n"
    "  t  the stored texts, and the pragmas for columns (SQLite)\n"
    "'pg_dump -s' and 'sqlite3 .schema' are whole processes.\n";

struct bed {
    struct place place;
    struct db *db;
    struct schema left;
    struct schema right;
    PGconn *bare;
    sqlite3 *bare_handle;
    const char *command; /* of the usual tool */
};

static void
create_sql(struct buf *sql, const char *key, const char *time)
{
    for (int i = 0; i < TABLES; i++)
        buf_printf(sql,
                   "create table t%d (\n"
                   "    id %s primary key,\n"
                   "    parent integer references t%d (id),\n"
                   "    label varchar(100) not null unique,\n"
                   "    amount integer not null default 0,\n"
                   "    made %s not null default current_timestamp,\n"
                   "    note text,\n"
                   "    check (amount >= 0));\n"
                   "create index t%d_amount on t%d (amount);\n"
                   "create index t%d_made on t%d (made desc)"
                   " where amount > 0;\n",
                   i, key, i > 0 ? i - 1 : 0, time, i, i, i, i);
}

static void
read_duet(void *context)
{
    struct bed *bed = context;
    struct schema schema = {0};
    struct duet_error err = {0};

    bench_must(schema_reflect(&schema, bed->db, &err), &err);
    if (schema.nobjects != TABLES)
        bench_fail("%zu objects", schema.nobjects);
    schema_clear(&schema);
}

static void
compare_duet(void *context)
{
    struct bed *bed = context;
    struct comparison comparison = {0};

    schema_compare(&comparison, &bed->left, &bed->right);
    if (comparison.nidentical == 0)
        bench_fail("nothing was compared");
    comparison_clear(&comparison);
}

static void
run_usual(void *context)
{
    const struct bed *bed = context;
    FILE *tool = popen(bed->command, "r"); /* NOLINT(cert-env33-c) */
    char text[4096];
    size_t len = 0;

    while (tool != NULL && fgets(text, sizeof text, tool) != NULL)
        len += strlen(text);
    if (tool == NULL || pclose(tool) != 0 || len == 0)
        bench_fail("'%s' fails", bed->command);
}

/* ---------------------------------------------------------- PostgreSQL */

static void
look_at(const PGresult *result, size_t *len)
{
    for (int row = 0; row < PQntuples(result); row++)
        for (int column = 0; column < PQnfields(result); column++)
            *len += (size_t)PQgetlength(result, row, column);
}

static void
ask_catalog(struct bed *bed, enum sql_id query, size_t *len)
{
    PGresult *result = PQexec(bed->bare, sql_text_postgres[query]);

    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        bench_fail("%s", PQerrorMessage(bed->bare));
    look_at(result, len);
    PQclear(result);
}

static void
read_catalog(void *context)
{
    static const enum sql_id queries[] = {
        SQL_POSTGRES_MARK,    SQL_POSTGRES_PIN,         SQL_POSTGRES_RELATIONS,
        SQL_POSTGRES_COLUMNS, SQL_POSTGRES_CONSTRAINTS, SQL_POSTGRES_INDEXES,
    };
    struct bed *bed = context;
    size_t len = 0;

    bare_run(bed->bare, "begin isolation level repeatable read, read only");
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        ask_catalog(bed, queries[i], &len);
    bare_run(bed->bare, "commit");
    ask_catalog(bed, SQL_POSTGRES_MARK, &len);
    if (len == 0)
        bench_fail("an empty catalog");
}

static const struct bench_way postgres_read[] = {
    {BENCH_DUET, "duet", read_duet, 0, 0, 0},
    {BENCH_FLOOR, "queries", read_catalog, 0, 0, 0},
    {BENCH_OTHER, "pg_dump -s", run_usual, 0, 0, 0},
    {0},
};

/* -------------------------------------------------------------- SQLite */

static void
read_all(sqlite3 *handle, const char *sql, size_t *len)
{
    sqlite3_stmt *statement = bare_statement(handle, sql);

    while (sqlite3_step(statement) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(statement); i++)
            if (sqlite3_column_text(statement, i) != NULL)
                *len += (size_t)sqlite3_column_bytes(statement, i);
    sqlite3_finalize(statement);
}

static void
read_texts(void *context)
{
    struct bed *bed = context;
    size_t len = 0;

    bare_exec(bed->bare_handle, "begin");
    read_all(bed->bare_handle, "select type, name, sql from sqlite_schema",
             &len);
    read_all(bed->bare_handle,
             "select m.name, c.* from sqlite_schema m"
             " join pragma_table_xinfo(m.name) c where m.type = 'table'",
             &len);
    bare_exec(bed->bare_handle, "commit");
    if (len == 0)
        bench_fail("an empty catalog");
}

static const struct bench_way sqlite_read[] = {
    {BENCH_DUET, "duet", read_duet, 0, 0, 0},
    {BENCH_FLOOR, "texts", read_texts, 0, 0, 0},
    {BENCH_OTHER, "sqlite3 .schema", run_usual, 0, 0, 0},
    {0},
};

static const struct bench_way only_compare[] = {
    {BENCH_DUET, "duet", compare_duet, 0, 0, 0},
    {0},
};

/* ---------------------------------------------------------------------- */

static void
open_db(struct bed *bed)
{
    struct duet_error err = {0};

    bench_must(db_open(&bed->db, bed->place.url, NULL, &err), &err);
}

static void
run(struct bed *bed, const char *engine, const char *name,
    const struct bench_way *ways)
{
    if (bench_wanted(engine, name))
        bench_run(&(struct bench_work){
            .engine = engine, .name = name, .ways = ways, .context = bed});
}

static bool
open_postgres(struct bed *bed)
{
    struct buf sql = {0};
    static char command[2048];

    if (!place_postgres(&bed->place, "compare"))
        return false;
    create_sql(&sql, "serial", "timestamptz");
    bed->bare = bare_postgres(&bed->place);
    bare_run(bed->bare, buf_data(&sql));
    buf_release(&sql);
    open_db(bed);
    snprintf(command, sizeof command, "'%s/pg_dump' -s '%s'",
             getenv("PG_BIN") ? getenv("PG_BIN") : "/usr/bin", bed->place.url);
    bed->command = command;
    return true;
}

static void
open_sqlite(struct bed *bed)
{
    struct buf sql = {0};
    static char command[1024];

    place_sqlite(&bed->place, "compare", false);
    create_sql(&sql, "integer", "timestamptz_text");
    bed->bare_handle = bare_sqlite(&bed->place);
    bare_exec(bed->bare_handle, buf_data(&sql));
    buf_release(&sql);
    open_db(bed);
    snprintf(command, sizeof command, "sqlite3 '%s' .schema", bed->place.path);
    bed->command = command;
}

static void
close_bed(struct bed *bed)
{
    db_close(&bed->db);
    PQfinish(bed->bare);
    sqlite3_close(bed->bare_handle);
    schema_clear(&bed->left);
    schema_clear(&bed->right);
    place_remove(&bed->place);
}

static void
reflect(struct schema *out, struct bed *bed)
{
    struct duet_error err = {0};

    bench_must(schema_reflect(out, bed->db, &err), &err);
}

int
main(int argc, char **argv)
{
    struct bed postgres = {0};
    struct bed sqlite = {0};
    bool is_server;

    (void)argc;
    bench_start("compare", argv, about);
    is_server = open_postgres(&postgres);
    open_sqlite(&sqlite);
    if (is_server)
        run(&postgres, "postgres", "read 100 tables", postgres_read);
    run(&sqlite, "sqlite", "read 100 tables", sqlite_read);
    reflect(&sqlite.left, &sqlite);
    reflect(&sqlite.right, is_server ? &postgres : &sqlite);
    run(&sqlite, is_server ? "both" : "sqlite", "compare 100 tables",
        only_compare);
    if (is_server)
        close_bed(&postgres);
    close_bed(&sqlite);
    return bench_end(bare_versions());
}
