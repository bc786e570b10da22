/*
 * The lock of a run of migrations: taking it, checking it, losing it.
 */
#include "lib/locking.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "lib/script.h"
#include "lib/subject.h"

enum { SHORT = 200, LONG = 60000, QUICK_EXPIRY = 900 };

static struct duet_error err;

static void
must(bool done, const char *what)
{
    if (!done)
        tap_bail_out("%s: %s (%s)", what, err.text, err.hint);
}

/* It is free, or not. */
static bool
is_free(const struct ground *ground, enum way way)
{
    SCOPED(db_close) struct db *db = locking_session(ground);
    SCOPED(migrate_lock_release)
    struct migrate_lock *lock = locking_take(db, ground, way, SHORT, 0, &err);

    return lock != NULL;
}

/* ---------------------------------------------------------------- taking it */

struct told {
    int times;
    char holder[256];
};

static void
keep_holder(void *context, const char *holder)
{
    struct told *told = context;

    told->times++;
    snprintf(told->holder, sizeof told->holder, "%s", holder);
}

static void
expect_holder(char *want, size_t size, struct db *db, enum way way)
{
    if (way == WAY_SESSION)
        snprintf(want, size, "process %lld (duet, postgres, idle for ",
                 (long long)session_number(db, "select pg_backend_pid()"));
    else
        snprintf(want, size, "process %ld on ", (long)getpid());
}

static void
test_taking(const struct ground *ground, enum way way)
{
    SCOPED(db_close) struct db *one = locking_session(ground);
    SCOPED(db_close) struct db *two = locking_session(ground);
    SCOPED(migrate_lock_release) struct migrate_lock *lock = NULL;
    SCOPED(migrate_lock_release) struct migrate_lock *other = NULL;
    struct told told = {0};
    const struct migrate_lock_options options = {.wait = SHORT * 3,
                                                 .waiting = keep_holder,
                                                 .context = &told,
                                                 .lease = way == WAY_LEASE};
    int64_t start = milliseconds();
    int waited;
    char want[128];

    IS_INT(db_pooled(one), way == WAY_POOLER, "%s: a pooler is noticed",
           ground->who);
    lock = locking_take(one, ground, way, 0, 0, &err);
    OK(lock != NULL && milliseconds() - start < 2000,
       "%s: a lock that nobody has is had at once", ground->who);
    start = milliseconds();
    OK(!migrate_lock_take(&other, two, ground->cleaner, &options, &err) &&
           other == NULL && err.kind == DUET_ERROR_BUSY,
       "%s: one that another has is not: %s", ground->who, err.text);
    waited = (int)(milliseconds() - start);
    OK(waited >= SHORT * 3 && waited < SHORT * 3 + 2000,
       "%s: it was waited for (%d ms)", ground->who, waited);
    expect_holder(want, sizeof want, one, way);
    OK(strncmp(err.hint, want, strlen(want)) == 0, "%s: who has it is told: %s",
       ground->who, err.hint);
    OK(told.times == 1 && strncmp(told.holder, want, strlen(want)) == 0,
       "%s: and who waits is told, once: %s", ground->who, told.holder);
    migrate_lock_release(&lock);
    OK(lock == NULL, "%s: it is given back", ground->who);
    OK(migrate_lock_take(&other, two, ground->cleaner, &options, &err),
       "%s: the other has it then", ground->who);
    OK(!is_free(ground, way), "%s: alone", ground->who);
}

/* -------------------------------------------------------------- checking it */

static void
test_checking(const struct ground *ground, enum way way)
{
    SCOPED(db_close) struct db *db = locking_session(ground);
    SCOPED(migrate_lock_release)
    struct migrate_lock *lock = locking_take(db, ground, way, 0, 0, &err);
    char sql[1024];
    bool held = lock != NULL;

    for (int i = 0; i < 100 && held; i++)
        held = migrate_lock_check(lock, db, &err);
    OK(held, "%s: it is held, however often one asks", ground->who);
    OK(!is_free(ground, way), "%s: and stays so", ground->who);
    OK(db_begin(db, &err) && migrate_lock_check(lock, db, &err) &&
           db_commit(db, &err),
       "%s: within a transaction, too", ground->who);
    snprintf(sql, sizeof sql, "select case when %s then 1 else 0 end",
             migrate_lock_condition(lock));
    IS_INT(session_number(db, sql), 1, "%s: a condition says the same",
           ground->who);
    OK(db_begin(db, &err) && !db_exec(db, "select 1/0", &err) &&
           !migrate_lock_check(lock, db, &err) && err.kind == DUET_ERROR_SQL,
       "%s: a transaction that has failed is another matter", ground->who);
    db_rollback(db);
    OK(migrate_lock_check(lock, db, &err), "%s: and leaves the lock alone",
       ground->who);
}

static void
test_statements_release(const struct ground *ground)
{
    static const char *const releasing[] = {
        "discard all", "select pg_advisory_unlock_all()",
        "select pg_advisory_unlock(classid::int, objid::bigint::bit(32)::int),"
        " pg_advisory_unlock(classid::int, objid::bigint::bit(32)::int)"
        " from pg_locks where locktype = 'advisory'"
        " and pid = pg_backend_pid()"};

    for (size_t i = 0; i < sizeof releasing / sizeof *releasing; i++) {
        SCOPED(db_close) struct db *db = locking_session(ground);
        SCOPED(migrate_lock_release)
        struct migrate_lock *lock =
            locking_take(db, ground, WAY_SESSION, SHORT, 0, &err);
        char sql[1024];

        must(lock != NULL && db_exec(db, releasing[i], &err), releasing[i]);
        OK(!migrate_lock_check(lock, db, &err) && err.kind == DUET_ERROR_BUSY &&
               *err.hint != '\0',
           "'%.40s' loses it, and that is seen: %s", releasing[i], err.text);
        snprintf(sql, sizeof sql, "select case when %s then 1 else 0 end",
                 migrate_lock_condition(lock));
        IS_INT(session_number(db, sql), 0, "by the condition, too");
        OK(is_free(ground, WAY_SESSION), "others can have it");
    }
}

/* ----------------------------------------------------------------- leases */

static const char steal[] = "update duet_lease set owner = 'x a thief'";

static void
forget_leases(struct ground *ground)
{
    ground_run(ground, "delete from duet_lease");
}

/* Another has it; what runs is cancelled by the thread, soon. */
static void
test_stolen(struct ground *ground, enum way way)
{
    SCOPED(db_close) struct db *db = locking_session(ground);
    SCOPED(migrate_lock_release)
    struct migrate_lock *lock =
        locking_take(db, ground, way, SHORT, QUICK_EXPIRY, &err);
    int64_t start = milliseconds();

    must(lock != NULL, "take");
    ground_run(ground, steal);
    OK(!db_exec(db, "select pg_sleep(20)", &err) &&
           err.kind == DUET_ERROR_CANCELLED && milliseconds() - start < 5000,
       "%s: what runs without the lease is cancelled", ground->who);
    OK(!migrate_lock_check(lock, db, &err) && err.kind == DUET_ERROR_BUSY &&
           strstr(err.hint, "lease") != NULL,
       "%s: it is not held any more: %s", ground->who, err.text);
    migrate_lock_release(&lock);
    IS_INT(ground_number(ground, "select count(*) from duet_lease"), 1,
           "%s: the other keeps it", ground->who);
    forget_leases(ground);
}

static void
test_stolen_unseen(struct ground *ground, enum way way)
{
    SCOPED(db_close) struct db *db = locking_session(ground);
    SCOPED(migrate_lock_release)
    struct migrate_lock *lock =
        locking_take(db, ground, way, SHORT, LONG, &err);

    must(lock != NULL, "take");
    ground_run(ground, steal);
    OK(db_begin(db, &err) && !migrate_lock_check(lock, db, &err) &&
           err.kind == DUET_ERROR_BUSY,
       "%s: a check sees it before the thread does", ground->who);
    db_rollback(db);
    migrate_lock_release(&lock);
    forget_leases(ground);
}

/* The row's lock is no obstacle to renewing. */
static void
test_renewed(struct ground *ground, enum way way)
{
    SCOPED(db_close) struct db *db = locking_session(ground);
    SCOPED(migrate_lock_release)
    struct migrate_lock *lock =
        locking_take(db, ground, way, SHORT, QUICK_EXPIRY, &err);

    must(lock != NULL && db_begin(db, &err) &&
             migrate_lock_check(lock, db, &err),
         "check");
    sleep_milliseconds((int64_t)QUICK_EXPIRY * 2);
    IS_INT(ground_number(ground, "select count(*) from duet_lease"
                                 " where expires_at > clock_timestamp()"),
           1, "%s: it is renewed while its transaction runs", ground->who);
    must(db_commit(db, &err), "commit");
    sleep_milliseconds(QUICK_EXPIRY);
    OK(!is_free(ground, way) && migrate_lock_check(lock, db, &err),
       "%s: and afterwards", ground->who);
}

/* Even after its expiry nobody has it before the transaction ends. */
static void
test_fenced(struct ground *ground, enum way way)
{
    SCOPED(db_close) struct db *db = locking_session(ground);
    SCOPED(migrate_lock_release)
    struct migrate_lock *lock =
        locking_take(db, ground, way, SHORT, LONG, &err);

    must(lock != NULL && db_begin(db, &err) &&
             migrate_lock_check(lock, db, &err),
         "check");
    ground_run(ground, "update duet_lease set expires_at = '-infinity'");
    OK(!is_free(ground, way), "%s: a transaction keeps an expired lease: %s",
       ground->who, err.hint);
    OK(!is_free(ground, WAY_SESSION), "%s: from a session, too", ground->who);
    must(db_commit(db, &err), "commit");
    OK(is_free(ground, way), "%s: its end gives it away", ground->who);
    OK(!migrate_lock_check(lock, db, &err), "%s: which is seen", ground->who);
}

/* Who is not there any more does not renew. */
static void
test_thread_ends(struct ground *ground, enum way way)
{
    SCOPED(db_close) struct db *blocker = ground_session(ground);
    struct db *db = NULL;
    struct migrate_lock *lock = NULL;
    int threads = locking_threads();
    int64_t start;

    must(db_open(&db, ground->cleaner,
                 &(struct db_options){.lock_timeout = 300}, &err),
         "open");
    lock = locking_take(db, ground, way, SHORT, QUICK_EXPIRY, &err);
    must(lock != NULL, "take");
    IS_INT(locking_threads(), threads + 1, "%s: a thread renews it",
           ground->who);
    session_run(blocker, "begin; lock table duet_lease");
    sleep_milliseconds(QUICK_EXPIRY / 2);
    start = milliseconds();
    migrate_lock_release(&lock);
    OK(milliseconds() - start < 3000,
       "%s: it ends although somebody keeps it waiting (%d ms)", ground->who,
       (int)(milliseconds() - start));
    IS_INT(locking_threads(), threads, "%s: and is gone", ground->who);
    session_run(blocker, "rollback");
    db_close(&db);
    forget_leases(ground);
}

/* ----------------------------------------------------------- who else is in */

static void
test_mixed(struct ground *ground)
{
    static const enum way pairs[][2] = {{WAY_SESSION, WAY_LEASE},
                                        {WAY_LEASE, WAY_SESSION}};

    for (int i = 0; i < 2; i++) {
        SCOPED(db_close) struct db *db = locking_session(ground);
        SCOPED(migrate_lock_release)
        struct migrate_lock *lock =
            locking_take(db, ground, pairs[i][0], SHORT, 0, &err);

        must(lock != NULL, "take");
        OK(!is_free(ground, pairs[i][1]) && err.kind == DUET_ERROR_BUSY &&
               strstr(err.hint, "process ") == err.hint,
           "one lock sees the other: %s", err.hint);
        OK(migrate_lock_check(lock, db, &err), "which stays as it was");
        migrate_lock_release(&lock);
        OK(is_free(ground, pairs[i][1]), "and then it is free");
    }
    ground_run(ground, "insert into duet_lease values"
                       " ('migrations', 'x somebody', '-infinity')");
    OK(is_free(ground, WAY_SESSION), "a lease that has expired is none");
    IS_INT(ground_number(ground, "select count(*) from duet_lease"), 0,
           "and is removed");
}

/* A tenant's schema is a database of its own to its migrations. */
static void
test_schemas(struct ground *ground, enum way way)
{
    struct ground tenants[2] = {*ground, *ground};
    struct db *dbs[2];
    struct migrate_lock *locks[2];

    for (int i = 0; i < 2; i++) {
        ground_run(ground, "create schema \"tenant %d\"", i);
        locking_connect_with(
            &tenants[i],
            "options=-csearch_path%%3D%%22tenant%%5C%%20%d%%22,public", i);
        dbs[i] = locking_session(&tenants[i]);
        locks[i] = locking_take(dbs[i], &tenants[i], way, SHORT, 0, &err);
        OK(locks[i] != NULL, "%s: tenant %d has its own lock", ground->who, i);
    }
    OK(!is_free(&tenants[0], way), "%s: but only one", ground->who);
    for (int i = 0; i < 2; i++) {
        migrate_lock_release(&locks[i]);
        db_close(&dbs[i]);
        ground_run(ground, "drop schema \"tenant %d\" cascade", i);
    }
}

/* Who may not create tables needs none, unless there is a pooler. */
static void
test_without_privilege(struct ground *ground, enum way way)
{
    SCOPED(db_close) struct db *db = NULL;
    SCOPED(migrate_lock_release) struct migrate_lock *lock = NULL;
    struct ground guest = *ground;

    ground_run(
        ground,
        "do $$begin create role duet_pooled login;"
        " exception when duplicate_object or unique_violation then end$$;"
        "drop table if exists duet_lease;"
        "revoke create on schema public from public");
    locking_connect_with(&guest, "user=duet_pooled");
    db = locking_session(&guest);
    lock = locking_take(db, &guest, way, SHORT, 0, &err);
    if (way == WAY_SESSION) {
        OK(lock != NULL, "who may create no table has the lock as well");
        return;
    }
    OK(lock == NULL && err.kind == DUET_ERROR_DENIED &&
           strstr(err.text, "duet_lease") != NULL &&
           strstr(err.hint, "pooler") != NULL,
       "%s: who may create no table is told so: %s", ground->who, err.text);
}

/* ------------------------------------------------------------ other places */

static void
test_sqlite(void)
{
    struct ground ground;
    SCOPED(migrate_lock_release) struct migrate_lock *one = NULL;
    SCOPED(migrate_lock_release) struct migrate_lock *two = NULL;

    ground_open(&ground, "sqlite");
    OK(migrate_lock_take(&one, ground.db, ground.url, NULL, &err) &&
           migrate_lock_take(&two, ground.db, ground.url, NULL, &err),
       "sqlite: the lock is none");
    OK(migrate_lock_check(one, ground.db, &err) &&
           strcmp(migrate_lock_condition(one), "true") == 0,
       "sqlite: and always held");
    migrate_lock_release(&one);
    migrate_lock_release(&two);
    ground_close(&ground);
}

static void
test_replica(const struct ground *ground)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(db_close)
    struct db *db = scripted_open(db_dialect(ground->db));
    SCOPED(migrate_lock_release) struct migrate_lock *lock = NULL;

    script_expect(db, arena_printf(&arena, "%s <- true",
                                   db_sql(db, SQL_POSTGRES_LOCK_TAKE)));
    script_row(
        db, (const char *const[]){"f", "1", "public", "t", "f", "ticket"}, 6);
    OK(!migrate_lock_take(&lock, db, "postgres:///", NULL, &err) &&
           err.kind == DUET_ERROR_DENIED && *err.hint != '\0',
       "a replica is refused: %s", err.text);
}

int
main(int argc, char **argv)
{
    struct ground ground;

    locking_main(argc, argv, NULL);
    if (!ground_open(&ground, "postgres"))
        return tap_done();
    for (enum way way = 0; locking_begin(&ground, way); way++) {
        test_taking(&ground, way);
        test_checking(&ground, way);
        if (way == WAY_SESSION) {
            test_statements_release(&ground);
        } else {
            test_stolen(&ground, way);
            test_stolen_unseen(&ground, way);
            test_renewed(&ground, way);
            test_fenced(&ground, way);
            test_thread_ends(&ground, way);
        }
        if (way != WAY_POOLER)
            test_schemas(&ground, way);
    }
    locking_begin(&ground, WAY_SESSION);
    test_mixed(&ground);
    for (enum way way = 0; locking_begin(&ground, way); way++)
        test_without_privilege(&ground, way);
    test_sqlite();
    test_replica(&ground);
    ground_close(&ground);
    return tap_done();
}
