/*
 * What SQLite's driver sees of the statements that it prepares, and what it
 * puts back of what they left in the session.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/buf.h"
#include "db/db.h"
#include "lib/soak.h"
#include "lib/subject.h"
#include "lib/tap.h"

static struct duet_error err;

static void
must(bool done, const char *what)
{
    if (!done)
        tap_bail_out("%s: %s (%s)", what, err.text, err.hint);
}

static struct db *
open_at(const char *path)
{
    const struct db_options options = {.create = true};
    struct db *db = NULL;
    char url[600];

    (void)snprintf(url, sizeof url, "sqlite:%s", path);
    must(db_open(&db, url, &options, &err), url);
    return db;
}

static const char *
ask(struct db *db, const char *sql)
{
    static char text[512];
    SCOPED(arena_clear) struct arena arena = {0};
    const char *answer = NULL;

    if (!db_ask(db, &arena, sql, NULL, 0, &answer, &err))
        return "(failed)";
    (void)snprintf(text, sizeof text, "%s", answer ? answer : "(no row)");
    return text;
}

/* ------------------------------------------------------------------- watch */

static bool
keep_touches(void *context, const struct db_touch *touches, size_t count,
             struct duet_error *error)
{
    static const char *const kinds[] = {"delete", "update", "drop", "alter",
                                        "insert"};

    (void)error;
    for (size_t i = 0; i < count; i++) {
        buf_printf(context, "%s %s", kinds[touches[i].kind], touches[i].table);
        if (touches[i].trigger != NULL)
            buf_printf(context, " by %s", touches[i].trigger);
        buf_text(context, i + 1 < count ? ", " : "; ");
    }
    return true;
}

static const struct {
    const char *setup;
    const char *sql;
    const char *touches;
} watched[] = {
    {"",
     "create table x (i); insert into x values (1);"
     "create index y on x (i); create view z as select * from x",
     ""},
    {"", "alter table p add column x", "alter p; "},
    {"", "alter table p drop column name", "alter p; "},
    {"", "alter table p rename to q", "alter p; "},
    {"", "alter table main.p rename name to label", "alter p; "},
    {"", "drop table p", "drop p, delete p, delete c, update g; "},
    {"pragma foreign_keys = off", "drop table p", "drop p, delete p; "},
    {"", "drop table g; drop table c; drop table p",
     "drop g, delete g; drop c, delete c; drop p, delete p; "},
    {"", "delete from p", "delete p, delete c, update g; "},
    {"", "with x as (select 1) delete from p where id in x",
     "delete p, delete c, update g; "},
    {"", "update p set name = 'x'", "update p; "},
    {"", "update p set id = 9", "update p, update c; "},
    {"", "insert or replace into p values (1, 'x')",
     "insert p, delete c, update g; "},
    {"", "replace into p values (1, 'x')", "insert p, delete c, update g; "},
    {"", "insert into p values (1, 'x') on conflict (id) do nothing", ""},
    {"",
     "insert into p values (1, 'x') on conflict (id) do update set name = 1",
     "insert p, update p; "},
    {"", "insert into p values (4, 'x') returning id", ""},
    {"create table s (id integer primary key, up references s on delete"
     " cascade)",
     "drop table s", "drop s, delete s; "},
    {"create table w (id text primary key) without rowid; create table x (id"
     " text primary key, w references w on delete cascade) without rowid",
     "drop table w", "drop w, delete w, delete x; "},
    {"create table log (i); create trigger t after delete on c begin"
     " delete from log; update log set i = 1; insert into log values (1); end",
     "drop table p",
     "drop p, delete p, delete c, delete log by t, update log by t, update "
     "g; "},
    {"create table log (i); create trigger t after insert on p begin"
     " insert into log values (1); end",
     "insert into p values (7, 'x')", "insert p, delete log by t; "},
    {"create table log (i)",
     "create trigger t after insert on p begin delete from log; end", ""},
    {"create view v as select * from g; create trigger t instead of delete on v"
     " begin delete from g; end",
     "delete from v; drop view v",
     "delete v, delete g by t; drop v, delete v; "},
    {"create temp table t (i); attach ':memory:' as other;"
     "create table other.p (i)",
     "delete from t; drop table t; delete from other.p; drop table other.p",
     ""},
    {"create temp table t (i); create temp trigger tt after insert on t begin"
     " delete from g; end",
     "insert into t values (1)", "delete g by tt; "},
    {"create virtual table f using fts5 (x); insert into f values ('a b')",
     "insert into f values ('c'); delete from f where x match 'a';"
     "update f set x = 'd'; drop table f",
     "delete f; update f; drop f, delete f; "},
    {"create table q (id integer primary key autoincrement)",
     "insert into q default values; delete from sqlite_sequence; drop table q",
     "drop q, delete q; "},
    {"",
     "explain delete from g; pragma writable_schema = off; reindex;"
     "analyze",
     "delete g; "},
    {"", "savepoint x; delete from g; rollback to x; release x", "delete g; "},
    {"create table \"it's \"\"so\"\"\" (i)", "delete from \"it's \"\"so\"\"\"",
     "delete it's \"so\"; "},
};

static void
test_watch(size_t number)
{
    SCOPED(db_close) struct db *db = open_at(":memory:");
    SCOPED(buf_release) struct buf touches = {0};
    const struct db_watch watch = {keep_touches, &touches};

    must(db_exec(db,
                 "create table p (id integer primary key, name text);"
                 "create table c (id integer primary key, p references p"
                 " on delete cascade on update cascade);"
                 "create table g (c references c on delete set null);"
                 "insert into p values (1, 'x'); insert into c values (1, 1);"
                 "insert into g values (1)",
                 &err) &&
             db_exec(db, watched[number].setup, &err),
         watched[number].setup);
    db_watch(db, &watch);
    if (!OK(db_exec(db, watched[number].sql, &err), "'%s' runs",
            watched[number].sql))
        tap_diag("%s", err.text);
    IS_TEXT(buf_data(&touches), watched[number].touches,
            "'%s' touches what it should", watched[number].sql);
}

/* BEFORE may do whatever it likes, and is not told of it. */
static bool
meddle(void *context, const struct db_touch *touches, size_t count,
       struct duet_error *error)
{
    struct db *db = *(struct db **)context;

    return count == 1 && strcmp(touches[0].table, "a") == 0 &&
           strcmp(ask(db, "select count(*) from a"), "2") == 0 &&
           db_exec(db, "delete from b; create table x (i)", error) &&
           count == 1 && strcmp(touches[0].table, "a") == 0;
}

static void
test_meddling(void)
{
    SCOPED(db_close) struct db *db = open_at(":memory:");
    const struct db_watch watch = {meddle, &db};

    must(db_exec(db,
                 "create table a (i); create table b (i);"
                 "insert into a values (1), (2); insert into b values (1)",
                 &err),
         "create");
    db_watch(db, &watch);
    OK(db_exec(db, "delete from a", &err),
       "who watches may write, and is not told of that");
    IS_TEXT(ask(db, "select (select count(*) from a) + count(*) from b"), "0",
            "both were done");
}

/* ------------------------------------------------------------------- renew */

static const struct {
    const char *sql;
    const char *query;
} leftovers[] = {
    {"pragma foreign_keys = off", "pragma foreign_keys"},
    {"pragma FOREIGN_KEYS(0)", "pragma foreign_keys"},
    {"pragma legacy_alter_table = on", "pragma legacy_alter_table"},
    {"pragma recursive_triggers = on", "pragma recursive_triggers"},
    {"pragma case_sensitive_like = on", "select 'a' like 'A'"},
    {"pragma ignore_check_constraints = on", "pragma ignore_check_constraints"},
    {"pragma writable_schema = on", "pragma writable_schema"},
    {"pragma defer_foreign_keys = on", "pragma defer_foreign_keys"},
    {"pragma query_only = on", "pragma query_only"},
    {"pragma reverse_unordered_selects = on",
     "pragma reverse_unordered_selects"},
    {"pragma cell_size_check = on", "pragma cell_size_check"},
    {"pragma synchronous = off", "pragma synchronous"},
    {"pragma main.synchronous = extra", "pragma synchronous"},
    {"pragma temp_store = memory", "pragma temp_store"},
    {"pragma cache_size = 77", "pragma cache_size"},
    {"pragma cache_spill = off", "pragma cache_spill"},
    {"pragma locking_mode = exclusive", "pragma locking_mode"},
    {"pragma count_changes = on", "pragma count_changes"},
    {"pragma trusted_schema = off", "pragma trusted_schema"},
    {"pragma max_page_count = 1000", "pragma max_page_count"},
    {"pragma wal_autocheckpoint = 7", "pragma wal_autocheckpoint"},
    {"pragma journal_size_limit = 7", "pragma journal_size_limit"},
    {"pragma mmap_size = 4096", "pragma mmap_size"},
    {"pragma automatic_index = off", "pragma automatic_index"},
    {"pragma journal_mode = off", "pragma journal_mode"},
    {"pragma journal_mode = memory", "pragma journal_mode"},
    {"pragma query_only = on; pragma locking_mode = exclusive;"
     "pragma writable_schema = on; pragma foreign_keys = off",
     "select (select query_only from pragma_query_only) ||"
     " (select foreign_keys from pragma_foreign_keys)"},
    {"attach ':memory:' as other; create table other.t (i)",
     "select group_concat(name) from pragma_database_list"},
    {"attach ':memory:' as \"a \"\"b\"\" c\"",
     "select group_concat(name) from pragma_database_list where seq <> 1"},
    {"create temp table t (i); create temp view v as select * from t;"
     "create temp trigger r after insert on t begin select 1; end;"
     "create index temp.i on t (i); create temp table \"a\"\"b\" (x)",
     "select count(*) from temp.sqlite_schema"},
    {"create table temp.t as select 1", "select count(*) from "
                                        "temp.sqlite_schema"},
    {"create virtual table temp.f using fts5 (x)",
     "select count(*) from temp.sqlite_schema"},
};

static void
test_leftover(const char *path, size_t number)
{
    const char *sql = leftovers[number].sql;
    SCOPED(db_close) struct db *db = NULL;
    SCOPED(db_close) struct db *other = NULL;
    char before[512];

    (void)unlink(path);
    other = open_at(path);
    must(db_exec(other, "pragma journal_mode = delete; create table t (i)",
                 &err),
         "create");
    db = open_at(path);
    must(db_renew(db, &err), "renew");
    (void)snprintf(before, sizeof before, "%s",
                   ask(db, leftovers[number].query));
    must(db_exec(db, sql, &err), sql);
    OK(strcmp(ask(db, leftovers[number].query), before) != 0,
       "'%s' changes something", sql);
    if (!OK(db_renew(db, &err), "'%s' can be put back", sql))
        tap_diag("%s", err.text);
    IS_TEXT(ask(db, leftovers[number].query), before, "'%s' is put back", sql);
    OK(db_exec(db, "insert into t values (1)", &err) &&
           db_exec(other, "insert into t values (1)", &err),
       "'%s' hinders nobody any more", sql);
}

static void
test_lock_timeout(const char *path)
{
    const struct db_options options = {.create = true, .lock_timeout = 200};
    SCOPED(db_close) struct db *db = NULL;
    SCOPED(db_close) struct db *other = NULL;
    char url[600];

    (void)unlink(path);
    other = open_at(path);
    (void)snprintf(url, sizeof url, "sqlite:%s", path);
    must(db_open(&db, url, &options, &err) && db_renew(db, &err) &&
             db_exec(db, "pragma busy_timeout = 60000", &err) &&
             db_renew(db, &err) && db_begin(other, &err),
         "lock");
    (void)alarm(patience(30));
    OK(!db_begin(db, &err) && err.kind == DUET_ERROR_BUSY,
       "the patience with a lock is what it was");
    (void)alarm(0);
}

static void
test_journal(const char *path)
{
    SCOPED(db_close) struct db *db = NULL;

    (void)unlink(path);
    db = open_at(path);
    must(db_renew(db, &err) &&
             db_exec(db, "pragma journal_mode = delete", &err) &&
             db_renew(db, &err),
         "renew");
    IS_TEXT(ask(db, "pragma journal_mode"), "delete",
            "a journal mode that the file keeps stays");
    must(db_exec(db, "pragma journal_mode = wal", &err) && db_renew(db, &err),
         "renew");
    IS_TEXT(ask(db, "pragma journal_mode"), "wal", "so does WAL");
    must(db_exec(db, "pragma journal_mode = off", &err), "off");
    OK(db_renew(db, &err), "and WAL that was switched off");
    IS_TEXT(ask(db, "pragma journal_mode"), "delete",
            "comes back as a journal, for without one nothing rolls back");
}

/* What the caller has set stays. */
static void
test_attached_handle(void)
{
    sqlite3 *handle = NULL;
    struct db *db = NULL;

    (void)sqlite3_open(":memory:", &handle);
    (void)sqlite3_exec(handle,
                       "pragma cache_size = 55; attach ':memory:' as mine;"
                       "create temp table kept (i); pragma busy_timeout = 77",
                       NULL, NULL, NULL);
    db_attach_sqlite(&db, handle);
    must(db_renew(db, &err) &&
             db_exec(db,
                     "pragma cache_size = 66; attach ':memory:' as theirs;"
                     "create temp table gone (i); pragma foreign_keys = on;"
                     "pragma busy_timeout = 88",
                     &err) &&
             db_renew(db, &err),
         "renew");
    IS_TEXT(ask(db, "pragma cache_size"), "55", "an attached handle: settings");
    IS_TEXT(ask(db, "pragma foreign_keys"), "0", "foreign keys");
    IS_TEXT(ask(db, "pragma busy_timeout"), "77", "patience");
    IS_TEXT(ask(db, "select group_concat(name) from pragma_database_list where "
                    "seq <> 1"),
            "main,mine", "databases");
    IS_TEXT(ask(db, "select group_concat(name) from temp.sqlite_schema"),
            "kept", "and temporary tables are the caller's again");
    db_close(&db);
    OK(sqlite3_exec(handle, "select * from kept", NULL, NULL, NULL) ==
           SQLITE_OK,
       "who can use the handle after that");
    (void)sqlite3_close(handle);
}

static int
deny(void *context, int action, const char *first, const char *second,
     const char *third, const char *fourth)
{
    (void)context;
    (void)action;
    (void)first;
    (void)second;
    (void)third;
    (void)fourth;
    return SQLITE_DENY;
}

/* An authorizer of the caller's can't be asked for: it is left alone. */
static void
test_authorizer(void)
{
    sqlite3 *handle = NULL;
    struct db *db = NULL;

    (void)sqlite3_open(":memory:", &handle);
    db_attach_sqlite(&db, handle);
    must(db_renew(db, &err), "renew");
    (void)sqlite3_set_authorizer(handle, deny, NULL);
    OK(!db_exec(db, "create table t (i)", &err) &&
           err.kind == DUET_ERROR_DENIED,
       "the caller's authorizer acts while nobody watches");
    (void)db_renew(db, &err);
    OK(!db_exec(db, "create table t (i)", &err), "and after renewing");
    db_close(&db);
    OK(sqlite3_exec(handle, "create table t (i)", NULL, NULL, NULL) ==
           SQLITE_AUTH,
       "and afterwards");
    (void)sqlite3_close(handle);
}

int
main(void)
{
    char path[512];

    (void)snprintf(path, sizeof path, "%s/session.db", scratch_make());
    for (size_t i = 0; i < sizeof watched / sizeof *watched; i++)
        test_watch(i);
    test_meddling();
    for (size_t i = 0; i < sizeof leftovers / sizeof *leftovers; i++)
        test_leftover(path, i);
    test_lock_timeout(path);
    test_journal(path);
    test_attached_handle();
    test_authorizer();
    scratch_remove();
    return tap_done();
}
