/*
 * The driver for PostgreSQL behind a pooler in transaction mode, where from one
 * transaction to the next the session may be another client's.
 */
#include "lib/locking.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE = 1000 };

static struct duet_error err;

static void
must(bool done, const char *what)
{
    if (!done)
        tap_bail_out("%s: %s (%s)", what, err.text, err.hint);
}

/* A database that nobody has connected to through the pooler yet. */
struct pool {
    struct ground ground;
    struct db *one;
    struct db *two;
};

static bool
pool_open(struct pool *pool)
{
    if (!ground_open(&pool->ground, "postgres") ||
        !locking_begin(&pool->ground, WAY_POOLER))
        return false;
    pool->one = locking_session(&pool->ground);
    pool->two = locking_session(&pool->ground);
    return true;
}

static void
pool_close(struct pool *pool)
{
    db_close(&pool->one);
    db_close(&pool->two);
    ground_close(&pool->ground);
}

/* What the lease is for.  The one session there is goes to who begins. */
static void
test_session_lock(void)
{
    struct pool pool;

    if (!pool_open(&pool))
        return;
    session_run(pool.one, "select pg_advisory_lock(7)");
    session_run(pool.two, "begin");
    IS_INT(session_number(pool.one,
                          "select case when pg_advisory_unlock(7) then 1 end"),
           0, "control: a session's lock can't be given back");
    session_run(pool.two, "rollback");
    IS_INT(ground_number(&pool.ground,
                         "select count(*) from pg_locks"
                         " where locktype = 'advisory' and objid = 7"),
           1, "control: it stays");
    pool_close(&pool);
}

static const char leaked[] =
    "select case when current_setting('search_path') = 'pg_catalog'"
    " and current_user = 'pg_monitor' then 1 else 0 end";

static void
test_settings(void)
{
    struct pool pool;

    if (!pool_open(&pool))
        return;
    IS_INT(session_number(pool.two, "select setting::int from pg_settings"
                                    " where name = 'lock_timeout'"),
           0, "what a connection sets does not leak to others");
    session_run(pool.one, "set search_path = pg_catalog; set role pg_monitor");
    IS_INT(session_number(pool.two, leaked), 1,
           "control: what a script sets does");
    must(db_begin(pool.two, &err), "begin");
    IS_INT(session_number(pool.two, leaked), 0,
           "a transaction has its own role and path");
    IS_INT(session_number(pool.two, "select setting::int from pg_settings"
                                    " where name = 'lock_timeout'"),
           5000, "and waits for locks as it should");
    must(db_commit(pool.two, &err), "commit");
    IS_INT(session_number(pool.two, leaked), 1, "which ends with it");
    OK(db_renew(pool.one, &err), "to renew such a session is nothing");
    pool_close(&pool);
}

static void
test_unguarded(void)
{
    static const char replica[] =
        "select case when current_setting('session_replication_role')"
        " = 'replica' then 1 else 0 end";
    struct db *db = NULL;
    struct pool pool;

    if (!pool_open(&pool))
        return;
    must(db_open(&db, pool.ground.cleaner,
                 &(struct db_options){.unguarded = true}, &err),
         "open");
    OK(!db_unguarded(db), "nobody is unguarded at others' expense");
    IS_INT(session_number(pool.two, replica), 0, "theirs is the same session");
    db_close(&db);
    pool_close(&pool);
}

static void
test_prepared(void)
{
    SCOPED(statement_free) struct db_statement *seven = NULL;
    SCOPED(statement_free) struct db_statement *eight = NULL;
    const struct db_value number = db_integer(1);
    struct db_call calls[2];
    struct pool pool;

    if (!pool_open(&pool))
        return;
    must(db_prepare(pool.one, &seven, "select 6 + $1::int", &err) &&
             db_prepare(pool.two, &eight, "select 7 + $1::int", &err),
         "prepare");
    for (int i = 0; i < 2; i++)
        calls[i] = (struct db_call){.args = &number, .nargs = 1};
    session_run(pool.two, "begin");
    calls[0].statement = calls[1].statement = seven;
    OK(db_run(pool.one, calls, 2, &err) && strcmp(calls[1].answer, "7") == 0,
       "prepared statements run wherever they come to");
    session_run(pool.two, "rollback");
    calls[0].statement = calls[1].statement = eight;
    OK(db_run(pool.two, calls, 2, &err) && strcmp(calls[1].answer, "8") == 0,
       "and are not another client's");
    statement_free(&seven);
    statement_free(&eight);
    pool_close(&pool);
}

static void
test_busy(void)
{
    struct pool pool;
    char want[64];

    if (!pool_open(&pool))
        return;
    session_run(pool.one, "create table t (i integer)");
    must(db_begin(pool.one, &err), "begin");
    session_run(pool.one, "lock table t");
    snprintf(want, sizeof want, "process %lld ",
             (long long)session_number(pool.one, "select pg_backend_pid()"));
    OK(db_lock_timeout(pool.two, PATIENCE, &err) && db_begin(pool.two, &err) &&
           !db_exec(pool.two, "insert into t values (1)", &err) &&
           err.kind == DUET_ERROR_BUSY,
       "a lock that is not had in time is told apart");
    OK(strncmp(err.hint, want, strlen(want)) == 0, "and who holds it: %s",
       err.hint);
    db_rollback(pool.two);
    db_rollback(pool.one);
    pool_close(&pool);
}

int
main(int argc, char **argv)
{
    locking_main(argc, argv, NULL);
    test_session_lock();
    test_settings();
    test_unguarded();
    test_prepared();
    test_busy();
    return tap_done();
}
