/*
 * Many databases at once: what becomes of each is what would have become of it
 * alone, and what is cancelled or fails is taken up again by the next run.
 *
 * This is the test to build with the thread sanitizer.
 */
#include "migrate/fleet.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "db/url.h"
#include "lib/ground.h"
#include "lib/subject.h"
#include "lib/tap.h"

enum { MANY = 40, JOBS = 8 };

static const char endless[] =
    "create table slow as with recursive n (i) as (select 1 union all "
    "select i + 1 from n where i < 4000000000) select count(*) as c from n;";

/* Members, what is done in them, and what was called back. */
struct bed {
    struct arena arena;
    const char *directory;
    struct tree tree;
    struct fleet_member *list;
    size_t count;
    struct migrate_options migrate;
    struct fleet_options options;
    struct fleet fleet;
    pthread_t caller;
    size_t calls; /* of progress */
    bool is_orderly;
    struct fleet_counts counts;
    size_t cancel_after; /* so many calls; 0: never */
    atomic_size_t made;
    atomic_size_t statements;
};

/* ------------------------------------------------------------------------
 * Making and running
 */

static const char *
in(struct bed *bed, const char *name)
{
    return path_join(&bed->arena, bed->directory, name);
}

static void
put_file(struct bed *bed, const char *name, const char *text)
{
    scratch_file(bed->directory, name, text);
}

static void
read_migrations(struct bed *bed, const char *engine)
{
    struct duet_error err;

    tree_clear(&bed->tree);
    if (tree_read(&bed->tree, in(bed, "migrations"), engine, STYLE_DUET, &err))
        return;
    tap_diag("%s (%s)", err.text, err.hint);
    exit(1);
}

static void
watch_progress(void *context, const struct fleet_counts *counts)
{
    struct bed *bed = context;

    bed->is_orderly &= pthread_equal(pthread_self(), bed->caller) &&
                       counts->ended >= bed->counts.ended &&
                       counts->failed >= bed->counts.failed &&
                       counts->failed <= counts->ended;
    bed->counts = *counts;
    if (++bed->calls == bed->cancel_after)
        fleet_cancel(&bed->fleet);
}

static void
bed_make(struct bed *bed)
{
    *bed = (struct bed){.directory = scratch_make()};
    put_file(bed, "migrations/0001_t.up.sql", "create table t (a integer);");
    put_file(bed, "migrations/0002_u.up.sql",
             "create table u (a integer);\ninsert into t values (2);");
}

static void
bed_clear(struct bed *bed)
{
    scratch_remove();
    tree_clear(&bed->tree);
    for (size_t i = 0; i < bed->count; i++)
        fleet_member_clear(&bed->list[i]);
    arena_clear(&bed->arena);
}

/* Forget what came of them, and of the callbacks. */
static void
renew(struct bed *bed)
{
    for (size_t i = 0; i < bed->count; i++) {
        struct fleet_member *member = &bed->list[i];
        struct fleet_member fresh = {.name = member->name,
                                     .url = member->url,
                                     .schema = member->schema,
                                     .tree = &bed->tree};

        fleet_member_clear(member);
        *member = fresh;
    }
    bed->fleet = (struct fleet){
        .list = bed->list, .count = bed->count, .options = &bed->options};
    bed->calls = 0;
    bed->counts = (struct fleet_counts){0};
    bed->is_orderly = true;
    bed->caller = pthread_self();
    bed->options.migrate = &bed->migrate;
    bed->options.progress = watch_progress;
    bed->options.context = bed;
}

static void
run(struct bed *bed)
{
    struct duet_error err;

    if (!fleet_run(&bed->fleet, &err))
        tap_diag("%s (%s)", err.text, err.hint);
}

static void
run_anew(struct bed *bed)
{
    renew(bed);
    run(bed);
}

static size_t
count(const struct bed *bed, enum fleet_outcome outcome)
{
    size_t number = 0;

    for (size_t i = 0; i < bed->count; i++)
        number += bed->list[i].outcome == outcome;
    return number;
}

/* Files that are there, with nothing in them. */
static void
make_files(struct bed *bed, size_t number)
{
    bed->list = arena_array(&bed->arena, number, sizeof *bed->list);
    bed->count = number;
    for (size_t i = 0; i < number; i++) {
        const char *name = arena_printf(&bed->arena, "%zu.db", i);

        put_file(bed, name, "");
        bed->list[i].name = name;
        bed->list[i].url =
            arena_printf(&bed->arena, "sqlite:%s", in(bed, name));
    }
    read_migrations(bed, "sqlite");
}

static int64_t
ask(const char *url, const char *sql)
{
    struct db *db = session_open(url, false);
    int64_t number = session_number(db, sql);

    db_close(&db);
    return number;
}

static void
alter(const char *url, const char *sql)
{
    struct db *db = session_open(url, false);

    session_run(db, "%s", sql);
    db_close(&db);
}

/* How many of them have it: what SQL asks for is 1. */
static size_t
count_where(const struct bed *bed, const char *sql)
{
    size_t number = 0;

    for (size_t i = 0; i < bed->count; i++)
        number += ask(bed->list[i].url, sql) == 1;
    return number;
}

static const char applied[] =
    "select case when count(*) = 2 then 1 else 0 end from duet_migration";

/* ------------------------------------------------------------------------
 * SQLite
 */

static bool
fill_in(void *context, const struct fleet_member *member,
        struct duet_error *err)
{
    struct bed *bed = context;
    bool made;

    atomic_fetch_add(&bed->made, 1);
    return path_make_file(member->url + strlen("sqlite:"), 0600, &made, err);
}

static void
count_statement(void *context, const struct fleet_member *member,
                const char *sql, int64_t microseconds)
{
    struct bed *bed = context;

    if (member->name != NULL && *sql != '\0' && microseconds >= 0)
        atomic_fetch_add(&bed->statements, 1);
}

static void
test_many(void)
{
    SCOPED(bed_clear) struct bed bed;
    size_t told = 0;

    bed_make(&bed);
    make_files(&bed, MANY);
    (void)unlink(in(&bed, "7.db"));
    bed.options.jobs = JOBS;
    bed.options.make = fill_in;
    bed.options.statement = count_statement;
    run_anew(&bed);
    IS_INT(count(&bed, FLEET_DONE), MANY, "all are done");
    IS_INT(count_where(&bed, applied), MANY, "and their ledgers are whole");
    IS_INT(bed.made, 1, "one that was missing is made");
    OK(bed.statements > (size_t)2 * MANY, "their statements are told");
    for (size_t i = 0; i < bed.count; i++)
        told += bed.list[i].report.done == 2 && bed.list[i].nevents == 2 &&
                strcmp(bed.list[i].report.version, "0002_u") == 0 &&
                bed.list[i].events[1].kind == EVENT_APPLIED &&
                strcmp(bed.list[i].events[1].title, "0002_u") == 0;
    IS_INT(told, MANY, "what was applied is told of each");
    OK(bed.calls > 0 && bed.is_orderly, "progress is told to the caller alone");
    IS_INT(bed.counts.ended, MANY, "up to the last");
    run_anew(&bed);
    IS_INT(count(&bed, FLEET_NOTHING_TO_DO), MANY,
           "another time there is nothing to do");
    IS_TEXT(bed.list[5].report.version, "0002_u", "and each says where it is");
}

static void
test_look(void)
{
    SCOPED(bed_clear) struct bed bed;

    bed_make(&bed);
    make_files(&bed, 3);
    bed.migrate.to = "0001_t";
    bed.count = 2;
    run_anew(&bed);
    bed.count = 3;
    renew(&bed);
    bed.options.migrate = NULL;
    run(&bed);
    OK(bed.list[1].states[HISTORY_APPLIED] == 1 &&
           bed.list[1].states[HISTORY_PENDING] == 1 &&
           bed.list[2].states[HISTORY_PENDING] == 2,
       "looking tells what is pending");
    IS_TEXT(bed.list[0].report.version, "0001_t", "and where each is");
    IS_INT(ask(bed.list[2].url, "select count(*) from sqlite_schema"), 0,
           "and changes nothing");
}

static void
test_failures(void)
{
    SCOPED(bed_clear) struct bed bed;

    bed_make(&bed);
    make_files(&bed, 10);
    put_file(&bed, "3.db", "this is not a database, not even nearly one");
    alter(bed.list[6].url, "create table u (x)");
    bed.options.jobs = 3;
    run_anew(&bed);
    IS_INT(count(&bed, FLEET_DONE), 8, "a failure does not stop the others");
    OK(bed.list[3].outcome == FLEET_FAILED &&
           bed.list[6].outcome == FLEET_FAILED,
       "those that failed are told");
    OK(strstr(bed.list[6].err.text, "0002_u") != NULL, "and why: %s",
       bed.list[6].err.text);
    IS_TEXT(bed.list[6].report.version, "0001_t", "and how far they came");
    IS_INT(bed.counts.failed, 2, "they are counted");
    alter(bed.list[6].url, "drop table u");
    run_anew(&bed);
    OK(bed.list[6].outcome == FLEET_DONE && bed.list[6].report.done == 1,
       "another run does what is left");
    IS_INT(count(&bed, FLEET_NOTHING_TO_DO), 8, "and that alone");
}

static void
test_fail_fast(void)
{
    SCOPED(bed_clear) struct bed bed;

    bed_make(&bed);
    make_files(&bed, 6);
    put_file(&bed, "2.db", "this is not a database, not even nearly one");
    bed.options.fail_fast = true;
    run_anew(&bed);
    OK(count(&bed, FLEET_DONE) == 2 && count(&bed, FLEET_FAILED) == 1 &&
           count(&bed, FLEET_NOT_STARTED) == 3,
       "none is started after the first failure, if that is wished");
    put_file(&bed, "2.db", "");
    renew(&bed);
    bed.list[1].outcome = FLEET_DUPLICATE;
    bed.list[4].outcome = FLEET_FAILED;
    run(&bed);
    OK(bed.list[1].outcome == FLEET_DUPLICATE &&
           bed.list[3].outcome == FLEET_DONE &&
           bed.list[5].outcome == FLEET_NOT_STARTED && bed.counts.ended == 5,
       "what has an outcome before is left alone, and counts");
}

static void
test_cancel(struct bed *bed, size_t jobs)
{
    bed->options.jobs = jobs;
    bed->cancel_after = 4;
    run_anew(bed);
    IS_INT(count(bed, FLEET_FAILED), jobs, "%s: those that run are cancelled",
           bed->tree.engine);
    OK(bed->list[0].err.kind == DUET_ERROR_CANCELLED, "... which is told: %s",
       bed->list[0].err.text);
    IS_INT(count(bed, FLEET_NOT_STARTED), bed->count - jobs,
           "... the others are not started");
    bed->cancel_after = 0;
    renew(bed);
    fleet_cancel(&bed->fleet);
    run(bed);
    IS_INT(count(bed, FLEET_NOT_STARTED), bed->count,
           "... nor is any of one that is cancelled before");
}

static void
test_cancel_sqlite(void)
{
    SCOPED(bed_clear) struct bed bed;

    bed_make(&bed);
    put_file(&bed, "migrations/0002_u.up.sql", endless);
    make_files(&bed, 7);
    test_cancel(&bed, 4);
    IS_INT(ask(bed.list[0].url, "select count(*) from duet_migration"), 1,
           "... and nothing is half done");
    put_file(&bed, "migrations/0002_u.up.sql", "create table slow (c)");
    read_migrations(&bed, "sqlite");
    run_anew(&bed);
    IS_INT(count(&bed, FLEET_DONE), 7, "... another run does what is left");
    OK(bed.list[0].report.done == 1 && bed.list[6].report.done == 2,
       "... and no more than that");
}

/* Under names that nobody can tell are the same. */
static void
test_one_file(void)
{
    SCOPED(bed_clear) struct bed bed;
    size_t done = 0;

    bed_make(&bed);
    make_files(&bed, JOBS);
    for (size_t i = 1; i < bed.count; i++) {
        const char *name = in(&bed, bed.list[i].name);

        if (unlink(name) != 0 || symlink("0.db", name) != 0)
            exit(1);
    }
    bed.options.jobs = JOBS;
    run_anew(&bed);
    for (size_t i = 0; i < bed.count; i++)
        done += bed.list[i].report.done;
    IS_INT(count(&bed, FLEET_FAILED), 0, "one file under several names");
    IS_INT(ask(bed.list[0].url, "select count(*) from t"), 1,
           "has each migration once");
    OK(done >= 2, "and %zu were told", done);
}

/* ------------------------------------------------------------------------
 * Schemas of PostgreSQL
 */

static void
is_with_schema(const char *url, const char *want, const char *name)
{
    SCOPED(arena_clear) struct arena arena = {0};

    IS_TEXT(url_with_schema(&arena, url, "t"), want, "%s", name);
}

static void
test_url(void)
{
    SCOPED(arena_clear) struct arena arena = {0};

    (void)unsetenv("PGOPTIONS");
    is_with_schema("postgres://h/d",
                   "postgres://h/d?options=-csearch_path%3D%22t%22",
                   "a schema goes into the URL");
    is_with_schema("postgres:///d?host=/tmp",
                   "postgres:///d?host=/tmp&options=-csearch_path%3D%22t%22",
                   "behind other parameters");
    is_with_schema("postgres:///d?",
                   "postgres:///d?options=-csearch_path%3D%22t%22",
                   "or where there are none");
    is_with_schema("postgres://u:a?b@h/d",
                   "postgres://u:a?b@h/d?options=-csearch_path%3D%22t%22",
                   "and not into the password");
    is_with_schema("postgres:///d?options=x&%6Fptions=-c%20geqo=off&host=h",
                   "postgres:///d?options=x&%6Fptions=-c%20geqo=off&host=h"
                   "&options=-c%20geqo%3Doff%20-csearch_path%3D%22t%22",
                   "other options stay");
    (void)setenv("PGOPTIONS", "-c jit=off", 1);
    is_with_schema("postgres://h/d",
                   "postgres://h/d?options="
                   "-c%20jit%3Doff%20-csearch_path%3D%22t%22",
                   "and so do those of PGOPTIONS");
    (void)unsetenv("PGOPTIONS");
    IS_TEXT(url_with_schema(&arena, "postgres://h/d", "a \"\\,b"),
            "postgres://h/d?options="
            "-csearch_path%3D%22a%5C%20%22%22%5C%5C%2Cb%22",
            "whatever it is called");
}

static const char *const tenants[] = {
    "plain",       "Upper",    "a b",      "quo\"te", "back\\slash", "a,b",
    "dollar$user", "\xC3\xBC", "per%cent", "it's",    "tab\there",   "select",
};

enum { TENANTS = sizeof tenants / sizeof *tenants };

static void
make_tenants(struct bed *bed, struct ground *ground)
{
    bed->list = arena_array(&bed->arena, TENANTS, sizeof *bed->list);
    bed->count = TENANTS;
    for (size_t i = 0; i < TENANTS; i++) {
        SCOPED(buf_release) struct buf name = {0};

        buf_quoted(&name, tenants[i], strlen(tenants[i]), '"');
        ground_run(ground, "create schema %s", buf_data(&name));
        bed->list[i].name = bed->list[i].schema = tenants[i];
        bed->list[i].url =
            url_with_schema(&bed->arena, ground->url, tenants[i]);
    }
}

static const char of_all_tenants[] =
    "select count(distinct n.nspname) from pg_class c "
    "join pg_namespace n on n.oid = c.relnamespace where relname = ";

static void
test_tenants(struct bed *bed, struct ground *ground)
{
    const char *ledgers =
        arena_printf(&bed->arena, "%s'duet_migration'", of_all_tenants);
    const char *tables = arena_printf(&bed->arena, "%s'u'", of_all_tenants);

    put_file(bed, "migrations/0001_t.up.sql",
             "create table t (a integer);\nset search_path = public;");
    read_migrations(bed, "postgres");
    bed->options.jobs = 4;
    run_anew(bed);
    IS_INT(count(bed, FLEET_DONE), TENANTS, "each schema is done");
    for (size_t i = 0; i < bed->count; i++)
        if (bed->list[i].outcome == FLEET_FAILED)
            tap_diag("%s: %s", bed->list[i].name, bed->list[i].err.text);
    IS_INT(ground_number(ground, ledgers), TENANTS, "each has its ledger");
    IS_INT(ground_number(ground, tables), TENANTS,
           "whatever a script has done to the search path");
    IS_INT(ground_number(ground, "select count(*) from pg_class where "
                                 "relnamespace = 'public'::regnamespace"),
           0, "and nothing is anywhere else");
    run_anew(bed);
    IS_INT(count(bed, FLEET_NOTHING_TO_DO), TENANTS,
           "another time there is nothing to do");
}

static void
test_schema_lost(struct bed *bed, struct ground *ground)
{
    ground_run(ground, "drop schema plain cascade");
    run_anew(bed);
    OK(bed->list[0].outcome == FLEET_FAILED &&
           strstr(bed->list[0].err.text, "'plain'") != NULL,
       "a schema that is gone is told: %s", bed->list[0].err.text);
    IS_INT(count(bed, FLEET_NOTHING_TO_DO), TENANTS - 1,
           "and the others are as they were");
}

static void
test_postgres(void)
{
    SCOPED(bed_clear) struct bed bed;
    struct ground ground;

    bed_make(&bed);
    if (!ground_open(&ground, "postgres")) {
        tap_skip(1, "no PostgreSQL server");
        return;
    }
    make_tenants(&bed, &ground);
    test_tenants(&bed, &ground);
    test_schema_lost(&bed, &ground);
    put_file(&bed, "migrations/0003_slow.up.sql", "select pg_sleep(100)");
    read_migrations(&bed, "postgres");
    bed.list++;
    bed.count--;
    test_cancel(&bed, 3);
    ground_close(&ground);
}

int
main(void)
{
    test_many();
    test_look();
    test_failures();
    test_fail_fast();
    test_cancel_sqlite();
    test_one_file();
    test_url();
    test_postgres();
    return tap_done();
}
