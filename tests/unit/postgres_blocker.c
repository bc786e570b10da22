/*
 * Who is in the way of a statement that waits for a lock, as errors name them.
 */
#include "db/postgres_blocker.h"

#include "lib/locking.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE = 1500 }; /* of it two thirds are left for a look */

static struct duet_error err;

static const char want_it[] = "lock table t in access share mode";

/* Waits in a queue for the table, and goes when it is killed or had it. */
static int
queue(const char *url)
{
    struct db *db = session_open(url, false);

    session_run(db, "set lock_timeout = 0; begin");
    helper_tell();
    session_run(db, "lock table t");
    db_close(&db);
    return 0;
}

static const struct locking_helper helpers[] = {{"queue", queue}, {NULL, NULL}};

/* SQL needs the table and does not get it. */
static void
must_wait(const char *url, const char *sql)
{
    struct db *db = NULL;

    if (!db_open(&db, url, &(struct db_options){.lock_timeout = PATIENCE},
                 &err) ||
        !db_begin(db, &err)) {
        printf("Bail out! %s\n", err.text);
        exit(1);
    }
    OK(!db_exec(db, sql, &err) && err.kind == DUET_ERROR_BUSY,
       "'%.40s' does not get the table", sql);
    db_close(&db);
}

static bool
hint_has(const char *text)
{
    return strstr(err.hint, text) != NULL;
}

static void
test_holder(struct ground *ground, struct db *holder)
{
    char want[128];

    session_run(holder, "begin; lock table t");
    sleep_milliseconds(1100);
    session_run(holder, "set application_name = 'psql';"
                        "select 'secret1', /* secret2 */ 'se''cret3',\n"
                        "   $$secret4$$, E'\\'secret5', 7 -- secret6");
    must_wait(ground->url, want_it);
    snprintf(want, sizeof want,
             "process %lld (psql, postgres, idle in transaction for ",
             (long long)session_number(holder, "select pg_backend_pid()"));
    session_run(holder, "rollback");
    OK(strncmp(err.hint, want, strlen(want)) == 0, "who has it is named: %s",
       err.hint);
    OK(hint_has(" s, transaction open for ") && hint_has(") holds it; "),
       "and since when");
    OK(hint_has("it last ran: set application_name = '...';select"),
       "and with what");
    OK(!hint_has("secret"), "no value is shown");
}

static void
test_worked_before(struct ground *ground, struct db *holder)
{
    session_run(holder, "begin; lock table t");
    must_wait(ground->url, "do $$begin perform pg_sleep(1);"
                           " lock table t in access share mode; end$$");
    session_run(holder, "rollback");
    OK(hint_has("holds it"), "who has it is named to who has worked before: %s",
       err.hint);
}

static void
test_queue(struct ground *ground, struct db *holder, const char *program)
{
    struct helper helper;
    char want[64];

    session_run(holder, "begin; lock table t in access share mode");
    helper = helper_start(program, "queue", ground);
    helper_wait(&helper);
    while (ground_number(ground, "select count(*) from pg_locks"
                                 " where not granted") == 0)
        sleep_milliseconds(5);
    must_wait(ground->url, "lock table t");
    snprintf(want, sizeof want, "process %lld ",
             (long long)session_number(holder, "select pg_backend_pid()"));
    OK(strncmp(err.hint, want, strlen(want)) == 0,
       "not the queue but who has it is named: %s", err.hint);
    OK(hint_has("holds it, 1 more stands before this one"),
       "and how many wait before");
    session_run(holder, "rollback");
    IS_INT(helper_end(&helper), 0, "the queue moves on");
}

static void
test_privilege(struct ground *ground, struct db *holder)
{
    struct ground guest = *ground;

    ground_run(
        ground,
        "do $$begin create role duet_pooled login;"
        " exception when duplicate_object or unique_violation then end$$;"
        "grant all on t to duet_pooled");
    locking_connect_with(&guest, "user=duet_pooled");
    session_run(holder, "begin; lock table t");
    must_wait(guest.cleaner, want_it);
    session_run(holder, "rollback");
    OK(hint_has("(duet, postgres) holds it; ") && hint_has("pg_read_all_stats"),
       "who may not see what it does is told so: %s", err.hint);
    ground_run(ground, "drop table t");
}

/* The last look may come when the server has given up the wait. */
static void
test_late_look(struct ground *ground, struct db *holder)
{
    SCOPED(postgres_witness_close) struct postgres_witness witness = {0};
    int backend = (int)session_number(holder, "select pg_backend_pid()");
    char text[] = "process 1 holds it";

    postgres_blocker(&witness, ground->url, backend, text, sizeof text);
    IS_TEXT(text, "process 1 holds it",
            "a look after the wait leaves what an earlier one has seen");
}

/* An idle transaction that the server ends is a lost connection. */
static void
test_ended_by_server(struct ground *ground)
{
    SCOPED(db_close) struct db *db = ground_session(ground);

    session_run(db, "set idle_in_transaction_session_timeout = 50; begin");
    sleep_milliseconds(1000);
    OK(!db_exec(db, "select 1", &err) && err.kind == DUET_ERROR_CONNECT,
       "a session that the server has ended is a lost one: %s", err.text);
}

int
main(int argc, char **argv)
{
    struct ground ground;
    struct db *holder;

    setenv("TEST_POOLER", "none", 0); /* none is needed */
    locking_main(argc, argv, helpers);
    if (!ground_open(&ground, "postgres"))
        return tap_done();
    ground_run(&ground, "create table t (i integer)");
    holder = ground_session(&ground);
    test_holder(&ground, holder);
    test_worked_before(&ground, holder);
    test_queue(&ground, holder, argv[0]);
    test_privilege(&ground, holder);
    test_late_look(&ground, holder);
    test_ended_by_server(&ground);
    db_close(&holder);
    ground_close(&ground);
    return tap_done();
}
