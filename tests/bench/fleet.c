/*
 * How long `duet up` takes where there is nothing to do, in many databases.
 *
 *     build/bench/fleet            all of it
 *     build/bench/fleet sqlite
 *
 * Measured is the program from its start to its end, -j 2.  The databases have
 * 60 tables with an index each, and 60 migrations.
 */
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/path.h"
#include "duet.h"
#include "lib/bare.h"
#include "lib/bench.h"

extern char **environ;

enum { PROFILES = 1000, SCHEMAS = 200, MIGRATIONS = 60, THREADS = 2 };

static const char about[] =
    "The floor is the quicker of these, on the bare driver: open each "
    "database,\n"
    "read its ledger, close it, in\n"
    "  1  one thread\n"
    "  2  two threads\n"
    "1,000 profiles are to take less than 2 s.\n";

static const char ledger[] =
    "select version, checksum, state from duet_migration order by position";

struct bed {
    struct arena arena;
    const char *directory;
    struct place place; /* of PostgreSQL */
    const char *const *up;
    const char **places; /* the files, or the URLs */
    size_t count;
    size_t nthreads;
    void (*read)(const char *place);
};

/* One of the threads: it takes each NTHREADS-th database. */
struct hand {
    pthread_t thread;
    struct bed *bed;
    size_t first;
};

/* ------------------------------------------------------------------------
 * What is timed
 */

static void
run_program(const char *const *words)
{
    char **argv;
    pid_t process;
    posix_spawn_file_actions_t actions;
    int status;

    memcpy(&argv, &words, sizeof argv);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", 1, 0);
    if (posix_spawn(&process, argv[0], &actions, NULL, argv, environ) != 0 ||
        waitpid(process, &status, 0) != process || status != 0)
        bench_fail("%s %s failed", argv[0], argv[1]);
    posix_spawn_file_actions_destroy(&actions);
}

static void
run_fleet(void *context)
{
    const struct bed *bed = context;

    run_program(bed->up);
}

static void *
read_some(void *context)
{
    const struct hand *hand = context;
    const struct bed *bed = hand->bed;

    for (size_t i = hand->first; i < bed->count; i += bed->nthreads)
        bed->read(bed->places[i]);
    return NULL;
}

static void
read_all(struct bed *bed, size_t nthreads)
{
    struct hand hands[THREADS];

    bed->nthreads = nthreads;
    for (size_t i = 0; i < nthreads; i++) {
        hands[i] = (struct hand){.bed = bed, .first = i};
        if (pthread_create(&hands[i].thread, NULL, read_some, &hands[i]) != 0)
            bench_fail("no thread");
    }
    for (size_t i = 0; i < nthreads; i++)
        (void)pthread_join(hands[i].thread, NULL);
}

static void
read_in_one(void *context)
{
    read_all(context, 1);
}

static void
read_in_two(void *context)
{
    read_all(context, THREADS);
}

static void
read_sqlite(const char *path)
{
    sqlite3 *handle = NULL;
    sqlite3_stmt *statement;
    int rows = 0;

    if (sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, NULL) !=
        SQLITE_OK)
        bench_fail("%s", path);
    statement = bare_statement(handle, ledger);
    while (sqlite3_step(statement) == SQLITE_ROW)
        rows++;
    sqlite3_finalize(statement);
    sqlite3_close(handle);
    if (rows != MIGRATIONS)
        bench_fail("%s: %d migrations", path, rows);
}

static void
read_postgres(const char *url)
{
    PGconn *conn = PQconnectdb(url);
    PGresult *result = PQexec(conn, ledger);

    if (PQntuples(result) != MIGRATIONS)
        bench_fail("%s", PQerrorMessage(conn));
    PQclear(result);
    PQfinish(conn);
}

/* ------------------------------------------------------------------------
 * What is there
 */

static const char *
in(struct bed *bed, const char *name)
{
    return path_join(&bed->arena, bed->directory, name);
}

static void
put_file(const char *path, const char *text, size_t len)
{
    FILE *file = fopen(path, "w");

    if (file == NULL || fwrite(text, 1, len, file) != len || fclose(file) != 0)
        bench_fail("%s could not be written", path);
}

static void
make_migrations(struct bed *bed)
{
    struct duet_error err;

    bench_must(path_make_directory(in(bed, "migrations"), 0700, &err), &err);
    for (int i = 1; i <= MIGRATIONS; i++) {
        const char *name =
            arena_printf(&bed->arena, "migrations/%04d_table.up.sql", i);
        const char *text = arena_printf(
            &bed->arena,
            "create table t%d (id integer primary key, label text not null,\n"
            "    other integer references t%d (id));\n"
            "create index t%d_other on t%d (other);\n",
            i, i, i, i);

        put_file(in(bed, name), text, strlen(text));
    }
}

static void
make_bed(struct bed *bed, size_t count)
{
    const char *tmp = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    char *directory =
        arena_printf(&bed->arena, "%s/duet-bench-fleet.XXXXXX", tmp);

    if (mkdtemp(directory) == NULL)
        bench_fail("%s could not be made", directory);
    bed->directory = directory;
    bed->count = count;
    bed->places = arena_array(&bed->arena, count, sizeof *bed->places);
    (void)setenv("DUET_HOME", in(bed, "home"), 1);
    (void)setenv("DUET_MIGRATIONS", in(bed, "migrations"), 1);
    make_migrations(bed);
}

static void
remove_bed(struct bed *bed)
{
    run_program((const char *const[]){"/bin/rm", "-rf", bed->directory, NULL});
    arena_clear(&bed->arena);
}

static const char *const *
words_of(struct bed *bed, const char *const *words, size_t count)
{
    const char **copy = arena_array(&bed->arena, count + 2, sizeof *copy);
    const char *build = getenv("BUILD");

    copy[0] = arena_printf(&bed->arena, "%s/duet", build ? build : "build");
    memcpy(copy + 1, words, count * sizeof *words);
    return copy;
}

static void
read_file(const char *path, struct buf *out)
{
    char piece[4096];
    size_t len;
    FILE *file = fopen(path, "r");

    while (file != NULL && (len = fread(piece, 1, sizeof piece, file)) > 0)
        buf_add(out, piece, len);
    if (file == NULL || fclose(file) != 0)
        bench_fail("%s", path);
}

/* A copy of the first file for each profile, and the profiles. */
static void
make_profiles(struct bed *bed)
{
    SCOPED(buf_release) struct buf sql = {0};
    struct place registry = {0};
    SCOPED(buf_release) struct buf first = {0};
    sqlite3 *handle;

    read_file(bed->places[0], &first);
    for (size_t i = 1; i < bed->count; i++) {
        put_file(bed->places[i], buf_data(&first), first.len);
        buf_printf(&sql,
                   "insert into profile (name, url, created, ready) "
                   "values ('p%zu', 'sqlite:%s', 'nothing', 1);",
                   i, bed->places[i]);
    }
    snprintf(registry.path, sizeof registry.path, "%s/home/profiles.db",
             bed->directory);
    handle = bare_sqlite(&registry);
    bare_exec(handle, "begin");
    bare_exec(handle, buf_data(&sql));
    bare_exec(handle, "commit");
    sqlite3_close(handle);
}

static const struct bench_way ways[] = {
    {BENCH_DUET, "duet", run_fleet, 0, 0, 0},
    {BENCH_FLOOR, "1", read_in_one, 0, 0, 0},
    {BENCH_FLOOR, "2", read_in_two, 0, 0, 0},
    {0},
};

static void
run_sqlite(const char *name)
{
    static const char *const up[] = {"up", "--all-profiles", "-j", "2", "-q"};
    struct bed bed = {.read = read_sqlite};
    const char *url;

    make_bed(&bed, PROFILES);
    for (size_t i = 0; i < bed.count; i++)
        bed.places[i] = in(&bed, arena_printf(&bed.arena, "%zu.db", i));
    url = arena_printf(&bed.arena, "sqlite:%s", bed.places[0]);
    put_file(bed.places[0], "", 0);
    bed.up = words_of(&bed, up, 5);
    run_program(
        words_of(&bed, (const char *const[]){"up", "-u", url, "-q"}, 4));
    run_program(words_of(&bed,
                         (const char *const[]){"profile", "create", "p0",
                                               "--register", "-u", url, "-q"},
                         7));
    make_profiles(&bed);
    bench_run(&(struct bench_work){
        .engine = "sqlite", .name = name, .ways = ways, .context = &bed});
    remove_bed(&bed);
}

static void
make_schemas(struct bed *bed)
{
    PGconn *conn = bare_postgres(&bed->place);

    for (size_t i = 0; i < bed->count; i++) {
        bare_run(conn,
                 arena_printf(&bed->arena, "create schema tenant_%zu", i));
        bed->places[i] = arena_printf(
            &bed->arena, "%s%coptions=-csearch_path%%3Dtenant_%zu",
            bed->place.url, strchr(bed->place.url, '?') ? '&' : '?', i);
    }
    PQfinish(conn);
    run_program(bed->up);
}

static void
run_postgres(const char *name)
{
    struct bed bed = {.read = read_postgres};
    const char *const up[] = {"up",       "-u", bed.place.url, "--schemas",
                              "tenant_*", "-j", "2",           "-q"};

    if (!place_postgres(&bed.place, "fleet"))
        return;
    make_bed(&bed, SCHEMAS);
    bed.up = words_of(&bed, up, 8);
    make_schemas(&bed);
    bench_run(&(struct bench_work){
        .engine = "postgres", .name = name, .ways = ways, .context = &bed});
    place_remove(&bed.place);
    remove_bed(&bed);
}

int
main(int argc, char **argv)
{
    (void)argc;
    bench_start("up in many databases, nothing to do", argv, about);
    if (bench_wanted("postgres", "200 schemas"))
        run_postgres("200 schemas");
    if (bench_wanted("sqlite", "1,000 profiles"))
        run_sqlite("1,000 profiles");
    return bench_end(bare_versions());
}
