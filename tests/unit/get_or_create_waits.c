/*
 * Getting or creating a row in a transaction of the caller's, on a connection
 * of the caller's, and while another session is about to do the same.
 */
#include <libpq-fe.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/getting.h"
#include "lib/subject.h"
#include "lib/tap.h"

static const char item_sql[] =
    "create table item (id integer primary key, k text not null "
    "constraint item_k unique, v text)";

static void
pause_ms(long ms)
{
    (void)nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

/* ------------------------------------------------------------------------
 * One that waits for another
 */

struct waiter {
    struct db *db;
    char backend[16]; /* its process, or "" */
    char answer[256];
};

static void *
wait_for_row(void *context)
{
    struct waiter *waiter = context;

    (void)snprintf(waiter->answer, sizeof waiter->answer, "%s",
                   got(waiter->db, "item", "k=a", "id=2"));
    return NULL;
}

/* Other tests have sessions of their own on the server. */
static void
tell_backend(const struct subject *subject, struct waiter *waiter)
{
    waiter->backend[0] = '\0';
    if (subject->is_server)
        (void)snprintf(waiter->backend, sizeof waiter->backend, "%s",
                       ask(waiter->db, "select pg_backend_pid()"));
}

/* Until its backend waits for a lock, or for so long that it must. */
static void
wait_until_stuck(const struct waiter *waiter, struct db *db)
{
    char stuck[160];

    if (waiter->backend[0] == '\0') {
        pause_ms(100);
        return;
    }
    (void)snprintf(stuck, sizeof stuck,
                   "select count(*) from pg_catalog.pg_stat_activity "
                   "where wait_event_type = 'Lock' and pid = %s",
                   waiter->backend);
    for (int i = 0; i < 1000 && strcmp(ask(db, stuck), "0") == 0; i++)
        pause_ms(5);
}

/* A inserts, B asks for the same row within BEGIN and blocks, A says END. */
static const char *
blocked(struct subject *subject, const char *begin, const char *end)
{
    static struct waiter waiter;
    struct db *a = subject_open(subject, NULL);
    struct db *other = subject_open(subject, NULL);
    pthread_t thread;

    waiter.db = subject_open(subject, NULL);
    must_run(a, "delete from item");
    tell_backend(subject, &waiter);
    must_run(waiter.db, begin);
    must_run(a, subject->is_server ? "begin" : "begin immediate");
    must_run(a, "insert into item values (1, 'a', null)");
    (void)pthread_create(&thread, NULL, wait_for_row, &waiter);
    wait_until_stuck(&waiter, other);
    must_run(a, end);
    (void)pthread_join(thread, NULL);
    db_close(&a);
    db_close(&other);
    if (*begin != '\0' && strcmp(waiter.answer, "retry") == 0) {
        must_run(waiter.db, "rollback");
        must_run(waiter.db, begin);
        OK(strncmp(got(waiter.db, "item", "k=a", "id=2"), "different 1", 11) ==
               0,
           "%s: after ROLLBACK it is found", begin);
    }
    if (*begin != '\0')
        must_run(waiter.db, "commit");
    db_close(&waiter.db);
    return waiter.answer;
}

static void
test_blocked(struct subject *subject, const char *mode)
{
    struct db *db = subject_open(subject, NULL);

    must_run(db, item_sql);
    IS_TEXT(blocked(subject, "", "commit"), "different 1: id is '1', not '2'",
            "%s%s: waits for another, which commits", subject->who, mode);
    IS_TEXT(blocked(subject, "", "rollback"), "created 2",
            "%s%s: waits for another, which rolls back", subject->who, mode);
    must_run(db, "drop table item");
    db_close(&db);
}

static void
test_blocked_levels(struct subject *subject)
{
    static const struct {
        const char *begin;
        const char *committed;
    } levels[] = {
        {"begin isolation level read committed",
         "different 1: id is '1', not '2'"},
        {"begin isolation level repeatable read", "retry"},
        {"begin isolation level serializable", "retry"},
        {"set default_transaction_isolation = serializable; begin; commit; "
         "begin isolation level read committed",
         "different 1: id is '1', not '2'"},
    };
    struct db *db = subject_open(subject, NULL);

    must_run(db, item_sql);
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        IS_TEXT(blocked(subject, levels[i].begin, "commit"),
                levels[i].committed, "%s: waits for a commit", levels[i].begin);
        IS_TEXT(blocked(subject, levels[i].begin, "rollback"), "created 2",
                "%s: waits for a rollback", levels[i].begin);
    }
    must_run(db, "drop table item");
    db_close(&db);
}

/* ------------------------------------------------------------------------
 * PostgreSQL: a connection of the caller's
 */

static PGconn *
server_connect(const struct subject *subject)
{
    PGconn *conn = PQconnectdb(subject->url);

    if (PQstatus(conn) == CONNECTION_OK)
        return conn;
    printf("Bail out! %s\n", PQerrorMessage(conn));
    exit(1);
}

static struct db *
attach(PGconn *conn)
{
    struct duet_error err;
    struct db *db = NULL;

    if (db_attach_postgres(&db, conn, &err))
        return db;
    printf("Bail out! %s\n", err.text);
    exit(1);
}

static void
test_server_level(struct subject *subject, struct db *other, const char *level,
                  const char *unseen)
{
    SCOPED(db_close) struct db *db = NULL;
    PGconn *conn = server_connect(subject);
    char begin[64];

    (void)snprintf(begin, sizeof begin, "begin isolation level %s", level);
    db = attach(conn);
    must_run(other, "delete from item");
    must_run(db, begin);
    IS_TEXT(ask(db, "select count(*) from item"), "0",
            "%s: a transaction that has read", level);
    must_run(other, "insert into item values (1, 'a', 'v')");
    IS_TEXT(got(db, "item", "k=a", "id=1|v=v"), unseen,
            "%s: a row that came after that", level);
    if (strcmp(unseen, "retry") == 0) {
        OK(PQtransactionStatus(conn) == PQTRANS_INERROR && got_says("again"),
           "%s: the transaction is over, and says so", level);
        IS_TEXT(got(db, "item", "k=a", "id=1|v=v"), "sql", "%s: it stays so",
                level);
        OK(got_says("roll back first"), "%s: and says what to do", level);
    }
    must_run(db, "rollback");
    must_run(db, begin);
    IS_TEXT(got(db, "item", "k=a", "id=1|v=v"), "found 1",
            "%s: run again, it is "
            "found",
            level);
    must_run(db, "savepoint mine");
    IS_TEXT(got(db, "item", "k=b", "id=2"), "created 2",
            "%s: so is another "
            "created",
            level);
    IS_TEXT(got(db, "item", "k=c", "id=2"), "constraint",
            "%s: what breaks a rule", level);
    OK(db_exec(db, "rollback to mine", NULL),
       "%s: the caller's savepoint is "
       "there",
       level);
    IS_TEXT(got(db, "item", "k=d", "id=4"), "created 4", "%s: and used", level);
    must_run(db, "commit");
    IS_TEXT(ask(other, "select string_agg(k, ' ' order by k) from item"), "a d",
            "%s: all else is committed", level);
    PQfinish(conn);
}

static const char settings[] =
    "select md5(string_agg(name || setting, ' ' order by name)) "
    "from pg_catalog.pg_settings where name not like 'transaction%'";

static void
test_server_settings(struct subject *subject)
{
    struct db *db = NULL;
    PGconn *conn = server_connect(subject);
    char before[64];

    db = attach(conn);
    must_run(db, "set lock_timeout = 77; set client_encoding = latin1; "
                 "set application_name = mine; set datestyle = german");
    (void)snprintf(before, sizeof before, "%s", ask(db, settings));
    (void)got(db, "item", "k=e", "id=5");
    (void)got(db, "item", "k=f", "id=5");
    must_run(db, "begin");
    (void)got(db, "item", "k=e", "id=6");
    must_run(db, "commit");
    IS_TEXT(ask(db, settings), before, "postgres: no setting is changed");
    IS_TEXT(ask(db, "select count(*) from pg_catalog.pg_prepared_statements"),
            "0", "postgres: no prepared statement stays behind");
    OK(PQsetErrorVerbosity(conn, PQERRORS_DEFAULT) == PQERRORS_DEFAULT,
       "postgres: nor does libpq's");
    db_close(&db);
    IS_INT(PQstatus(conn), CONNECTION_OK, "postgres: it stays open");
    PQfinish(conn);
}

/* A deferrable key: no conflict tells of the row that can't be seen. */
static void
test_server_deferrable(struct subject *subject, struct db *other)
{
    SCOPED(db_close) struct db *db = subject_open(subject, NULL);

    must_run(other, "create table late (k text unique deferrable initially "
                    "deferred, v integer)");
    must_run(db, "begin isolation level repeatable read; "
                 "create temp table mine (x integer)");
    (void)ask(db, "select count(*) from late");
    must_run(other, "insert into late values ('a', 1)");
    IS_TEXT(got(db, "late", "k=a", "v=1"), "retry",
            "postgres: a deferrable key that can't be seen");
    OK(got_says("can't see"), "postgres: it says so");
    OK(db_exec(db, "insert into mine values (1)", NULL),
       "postgres: what else the transaction did is still there");
    must_run(db, "rollback; begin");
    IS_TEXT(got(db, "late", "k=a", "v=1"), "found a",
            "postgres: run again, it is found");
    must_run(db, "rollback; drop table if exists late");
}

/* Serializable by default, and no transaction of the caller's. */
static void
test_server_default(struct subject *subject)
{
    struct subject strict = *subject;
    size_t len = strlen(strict.url);
    struct db *db;

    (void)snprintf(strict.url + len, sizeof strict.url - len,
                   "%%20-cdefault_transaction_isolation%%3Dserializable");
    db = subject_open(&strict, NULL);
    IS_TEXT(ask(db, "show transaction_isolation"), "serializable",
            "a server that is serializable by default");
    must_run(db, item_sql);
    IS_TEXT(blocked(&strict, "", "commit"), "different 1: id is '1', not '2'",
            "serializable: runs again by itself");
    IS_TEXT(blocked(&strict, "", "rollback"), "created 2",
            "serializable: or has the row created");
    must_run(db, "drop table item");
    db_close(&db);
}

static void
test_server(struct subject *subject)
{
    struct db *other = subject_open(subject, NULL);

    must_run(other, item_sql);
    test_server_level(subject, other, "read committed", "found 1");
    test_server_level(subject, other, "repeatable read", "retry");
    test_server_level(subject, other, "serializable", "retry");
    test_server_settings(subject);
    test_server_deferrable(subject, other);
    must_run(other, "drop table item");
    test_blocked_levels(subject);
    test_server_default(subject);
    db_close(&other);
}

/* ------------------------------------------------------------------------
 * SQLite: a connection of the caller's
 */

static sqlite3 *
file_open(const struct subject *subject)
{
    sqlite3 *handle;

    if (sqlite3_open(subject->url + strlen("sqlite:"), &handle) == SQLITE_OK)
        return handle;
    printf("Bail out! %s\n", sqlite3_errmsg(handle));
    exit(1);
}

/* The first transaction has read; the other one has written since. */
static void
test_file_stale(struct subject *subject, struct db *other)
{
    SCOPED(db_close) struct db *db = NULL;
    sqlite3 *handle = file_open(subject);

    db_attach_sqlite(&db, handle);
    must_run(other, "delete from item");
    must_run(db, "begin");
    (void)ask(db, "select count(*) from item");
    must_run(other, "insert into item values (1, 'a', 'v')");
    IS_TEXT(got(db, "item", "k=a", "v=v"), "retry",
            "wal: a transaction that has read an older state");
    OK(got_says("again") && sqlite3_get_autocommit(handle) == 0,
       "wal: it says what to do, and leaves that to the caller");
    must_run(db, "rollback; begin");
    IS_TEXT(got(db, "item", "k=a", "v=v"), "found 1",
            "wal: run again, it is found");
    must_run(db, "commit");
    must_run(other, "begin immediate; insert into item values (2, 'b', 'v')");
    must_run(db, "begin");
    (void)ask(db, "select count(*) from item");
    IS_TEXT(got(db, "item", "k=a", "v=v"), "found 1",
            "wal: a hit writes nothing, and needs no lock");
    IS_TEXT(got(db, "item", "k=b", "v=v"), "retry",
            "wal: a miss while another writes");
    must_run(other, "rollback");
    must_run(db, "rollback");
    db_close(&db);
    (void)sqlite3_close(handle);
}

static void
test_file_upgrade(struct subject *subject)
{
    sqlite3 *handles[2] = {file_open(subject), file_open(subject)};
    struct db *dbs[2];

    for (int i = 0; i < 2; i++) {
        db_attach_sqlite(&dbs[i], handles[i]);
        must_run(dbs[i], "pragma busy_timeout = 2000; begin");
        (void)ask(dbs[i], "select count(*) from item");
    }
    IS_TEXT(got(dbs[0], "item", "k=up", "id=11"), "created 11",
            "rollback journal: the first of two readers to write");
    IS_TEXT(got(dbs[1], "item", "k=up", "id=12"), "retry",
            "rollback journal: the second has to give way");
    must_run(dbs[1], "rollback");
    must_run(dbs[0], "commit");
    must_run(dbs[1], "begin");
    IS_TEXT(got(dbs[1], "item", "k=up", "id=12"),
            "different 11: id is '11', not '12'",
            "rollback journal: and then sees what the first wrote");
    must_run(dbs[1], "rollback");
    for (int i = 0; i < 2; i++) {
        db_close(&dbs[i]);
        (void)sqlite3_close(handles[i]);
    }
}

/* A statement half read is a transaction that nobody began. */
static void
test_file_half_read(struct subject *subject, struct db *other)
{
    sqlite3 *handle = file_open(subject);
    sqlite3_stmt *statement = NULL;
    struct db *db;

    must_run(other, "insert into item values (21, 'half', 'x')");
    (void)sqlite3_prepare_v2(handle, "select * from item", -1, &statement,
                             NULL);
    (void)sqlite3_step(statement);
    must_run(other, "insert into item values (22, 'read', 'x')");
    db_attach_sqlite(&db, handle);
    IS_TEXT(got(db, "item", "k=read", "v=x"), "retry",
            "wal: a statement of the caller's that is half read");
    OK(got_says("another connection has written"),
       "wal: it says what the matter is");
    (void)sqlite3_finalize(statement);
    IS_TEXT(got(db, "item", "k=read", "v=x"), "found 22",
            "wal: it is found afterwards");
    db_close(&db);
    (void)sqlite3_close(handle);
}

static const char pragmas[] =
    "select (select foreign_keys from pragma_foreign_keys) || ' ' || "
    "(select timeout from pragma_busy_timeout) || ' ' || "
    "(select journal_mode from pragma_journal_mode) || ' ' || "
    "(select synchronous from pragma_synchronous) || ' ' || "
    "(select query_only from pragma_query_only) || ' ' || "
    "(select defer_foreign_keys from pragma_defer_foreign_keys)";

static void
test_file_settings(struct subject *subject, const char *mode)
{
    sqlite3 *handle = file_open(subject);
    struct db *db;
    char before[64];

    db_attach_sqlite(&db, handle);
    must_run(db, "pragma foreign_keys = off; pragma busy_timeout = 77; "
                 "pragma synchronous = off");
    (void)snprintf(before, sizeof before, "%s", ask(db, pragmas));
    must_run(db, "begin; savepoint mine; insert into item values (7, 'g', 1)");
    IS_TEXT(got(db, "item", "k=h", "id=8"), "created 8",
            "%s: within a savepoint", mode);
    IS_TEXT(got(db, "item", "k=i", "id=8"), "constraint",
            "%s: what breaks a rule", mode);
    IS_TEXT(got(db, "item", "k=h", "id=8"), "found 8",
            "%s: takes nothing else back", mode);
    must_run(db, "rollback to mine; insert into item values (9, 'j', 1)");
    must_run(db, "commit");
    IS_TEXT(ask(db, "select group_concat(k) from item where id in (7, 8, 9)"),
            "j", "%s: the caller's savepoint is the caller's", mode);
    IS_TEXT(ask(db, pragmas), before, "%s: no setting is changed", mode);
    must_run(db, "delete from item where id = 9");
    db_close(&db);
    IS_INT(sqlite3_close(handle), SQLITE_OK, "%s: no statement stays behind",
           mode);
}

static void
test_file(struct subject *subject)
{
    struct db *other = subject_open(subject, NULL);

    test_blocked(subject, " wal");
    must_run(other, item_sql);
    test_file_settings(subject, "wal");
    test_file_stale(subject, other);
    test_file_half_read(subject, other);
    db_close(&other);
    other = subject_open(subject, NULL);
    must_run(other, "pragma journal_mode = delete");
    test_file_settings(subject, "rollback journal");
    test_file_upgrade(subject);
    must_run(other, "drop table item");
    test_blocked(subject, " rollback journal");
    db_close(&other);
}

int
main(void)
{
    struct subject subject;

    subject_sqlite(&subject, scratch_make());
    subject_wrap(&subject, WRAP_NOT);
    test_file(&subject);
    subject_release(&subject);
    scratch_remove();
    if (subject_postgres(&subject)) {
        subject_wrap(&subject, WRAP_NOT);
        test_blocked(&subject, "");
        test_server(&subject);
        subject_release(&subject);
    } else {
        tap_skip(1, "no PostgreSQL server");
    }
    return tap_done();
}
