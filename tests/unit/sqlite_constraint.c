/*
 * How SQLite's driver finds out what constraint a row broke: whatever the
 * schema is called, and without a trace in the caller's transaction.
 */
#include "lib/tap.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "db/db.h"
#include "db/sqlite_create.h"

static struct duet_error err;

static sqlite3 *
open_handle(void)
{
    sqlite3 *handle = NULL;

    if (sqlite3_open(":memory:", &handle) != SQLITE_OK)
        exit(1);
    sqlite3_exec(handle, "pragma foreign_keys = on", NULL, NULL, NULL);
    return handle;
}

static void
must(struct db *db, const char *sql)
{
    if (db_exec(db, sql, &err))
        return;
    printf("Bail out! %s: %s\n", sql, err.text);
    exit(1);
}

static int
number(struct db *db, const char *sql)
{
    SCOPED(rows_clear) struct rows rows = {0};

    if (!db_query(db, &rows, sql, NULL, 0, &err) || !rows_next(&rows))
        return -1;
    return (int)row_integer(&rows, 0);
}

/* One table each, and one statement that breaks its constraint. */
static const struct {
    const char *create, *sql, *name, *object;
} cases[] = {
    {"create table t (a constraint n unique)", "insert into t values (1), (1)",
     "n", "'t'"},
    {"create table t (a constraint \"n\"\"q\" unique)",
     "insert into t values (1), (1)", "n\"q", "'t'"},
    {"create table t (a constraint [n b] unique)",
     "insert into t values (1), (1)", "n b", "'t'"},
    {"create table t (a constraint `n``b` unique)",
     "insert into t values (1), (1)", "n`b", "'t'"},
    {"create table t (a constraint 'it''s' unique)",
     "insert into t values (1), (1)", "it's", "'t'"},
    {"CREATE TABLE t (a CONSTRAINT N UNIQUE ON CONFLICT FAIL, b)",
     "insert into t values (1, 1), (1, 1)", "N", "'t'"},
    {"create table t (a, b, constraint n unique (b collate nocase desc, a))",
     "insert into t values (1, 'x'), (1, 'X')", "n", "'t'"},
    {"create table t (a, b, constraint n unique (b, a), "
     "constraint m unique (a, b))",
     "insert into t values (1, 2), (1, 2)", "m", "'t'"},
    {"create table t (a /* , constraint x unique (a) */, -- constraint y\n"
     "constraint /* z */ n unique (a))",
     "insert into t values (1), (1)", "n", "'t'"},
    {"create table t (a varchar(10, 2) default (1 + (2)) constraint n unique)",
     "insert into t values (1), (1)", "n", "'t'"},
    {"create table t (a default 'constraint x unique' unique)",
     "insert into t values (1), (1)", "", "'t'"},
    {"create table t (a constraint nn not null unique)",
     "insert into t values (1), (1)", "", "'t'"},
    {"create table t (a integer constraint pk primary key)",
     "insert into t values (1), (1)", "pk", "'t'"},
    {"create table t (a integer, constraint pk primary key (a)) "
     "without rowid",
     "insert into t values (1), (1)", "pk", "'t'"},
    {"create table t (a, b, c, constraint u unique (b, c), "
     "constraint pk primary key (a, b))",
     "insert into t values (1, 1, 1), (1, 1, 2)", "pk", "'t'"},
    {"create table t (a); create unique index \"i, 'x\" on t (a)",
     "insert into t values (1), (1)", "i, 'x", "'t'"},
    {"create table t (a); create unique index \"index '\" on t (a + 1)",
     "insert into t values (1), (1)", "index '", "'t'"},
    {"create table t (a, b); create unique index i on t (a) where b > 1",
     "insert into t values (1, 2), (1, 2)", "i", "'t'"},
    {"create table \"t.a, t\" (\"x, y.z\" constraint n unique)",
     "insert into \"t.a, t\" values (1), (1)", "n", "'t.a, t'"},
    {"create table \"t.a\" (b constraint wrong unique); "
     "create table t (\"a.b\" constraint right unique)",
     "insert into t values (1), (1)", "right", "'t'"},
    {"create table t (a)", "insert into t (rowid) values (1), (1)", "",
     "'t.rowid'"},
    {"create table t (a constraint n check (a > 0))",
     "insert into t values (0)", "n", "'t'"},
    {"create table t (a, check (a > (0) and ')' <> '('), "
     "constraint n check (a < 9))",
     "insert into t values (9)", "n", "'t'"},
    {"create table t (a check ( length(a) > 3 /* ) */ ) )",
     "insert into t values (0)", "", "'t'"},
    {"create table t (a check ( \"a\" > 3 ))", "insert into t values (0)", "",
     "'t'"},
    {"create table t (a constraint \"c: d\" not null)",
     "insert into t values (null)", "", "'t.a'"},
    {"create table \"t: u\" (a not null)", "insert into \"t: u\" values (null)",
     "", "'t: u.a'"},
    {"create table p (i primary key);"
     "create table p2 (x, y, primary key (x, y));"
     "create table t (a constraint f1 references p,"
     " b constraint f2 references p on delete set null deferrable"
     " constraint f3 references p, constraint f4 foreign key (a, b)"
     " references p2 (x, y))",
     "insert into t (b) values (1)", "f3", "'t'"},
    {"create table p (i primary key);"
     "create table t (a, c constraint f1 references p);"
     "alter table t add column b constraint f2 references p",
     "insert into t (b) values (1)", "f2", "'t'"},
    {"create table p (i primary key);"
     "create table t (a references p not null constraint f unique)",
     "insert into t (a) values (1)", "", "'t'"},
    {"create table p (i primary key); insert into p values (1);"
     "create table t (a constraint r references p on delete restrict);"
     "insert into t values (1)",
     "delete from p", "r", "'t'"},
    {"create table p (i primary key); insert into p values (1);"
     "create table t (a integer primary key, b constraint c references p"
     " on delete cascade); insert into t values (7, 1);"
     "create table u (a constraint deep references t);"
     "insert into u values (7)",
     "delete from p", "deep", "'u'"},
    {"create table p (i primary key);"
     "create table t (a); create table u (a constraint f references p);"
     "create trigger x after insert on t begin"
     " insert into u values (new.a); end",
     "insert into t values (1)", "f", "'u'"},
    {"create table p (i primary key); insert into p values (1);"
     "create table t (a constraint r references p);"
     "insert into t values (1)",
     "drop table p", "r", "'t'"},
};

static void
test_names(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        SCOPED(db_close) struct db *db = NULL;
        sqlite3 *handle = open_handle();

        db_attach_sqlite(&db, handle);
        must(db, cases[i].create);
        OK(!db_exec(db, cases[i].sql, &err) &&
               err.kind == DUET_ERROR_CONSTRAINT &&
               strstr(err.text, cases[i].object),
           "%s: is told apart", cases[i].create);
        if (!IS_TEXT(err.constraint, cases[i].name, "and by name"))
            tap_diag("%s", err.text);
        db_close(&db);
        sqlite3_close(handle);
    }
}

/* A foreign key's name costs a second run, of which nothing may be left. */
static void
test_no_trace(int deferred)
{
    SCOPED(db_close) struct db *db = NULL;
    sqlite3 *handle = open_handle();
    const char *how = deferred ? "deferred by the caller" : "as usual";

    db_attach_sqlite(&db, handle);
    must(db, "create table p (i integer primary key);"
             "create table before (a constraint was_broken references p);"
             "create table t (a integer primary key autoincrement,"
             " b constraint f references p on delete restrict);"
             "create table after (a constraint was_broken references p);"
             "pragma foreign_keys = off;"
             "insert into before values (5); insert into after values (5);"
             "pragma foreign_keys = on;"
             "insert into p values (1); insert into t (b) values (1)");
    must(db, "begin; insert into p values (2); insert into t (b) values (2)");
    if (deferred)
        must(db, "pragma defer_foreign_keys = on");
    else
        OK(!db_exec(db, "insert into t (b) values (3)", &err) &&
               strcmp(err.constraint, "f") == 0,
           "%s: the new violation is named, not the old one", how);
    if (!deferred)
        OK(!db_exec(db, "delete from p", &err) &&
               strcmp(err.constraint, "f") == 0,
           "%s: ON DELETE RESTRICT too", how);
    IS_INT(sqlite3_last_insert_rowid(handle), 2,
           "%s: the last row id is the caller's", how);
    OK(db_in_transaction(db), "%s: so is the transaction", how);
    IS_INT(number(db, "pragma defer_foreign_keys"), deferred,
           "%s: and the deferring", how);
    IS_INT(number(db, "select count(*) from t"), 2,
           "%s: with what was written before", how);
    IS_INT(number(db, "select seq from sqlite_sequence"), 2,
           "%s: and the sequence", how);
    if (deferred) {
        must(db, "insert into t (b) values (3)");
        OK(!db_exec(db, "commit", &err) && err.kind == DUET_ERROR_CONSTRAINT &&
               db_in_transaction(db),
           "%s: a commit by hand that fails stays open", how);
    } else {
        OK(!db_exec(db, "insert into t (b) values (3)", &err),
           "%s: foreign keys act on", how);
        OK(db_exec(db, "commit", &err), "%s: and it can be committed", how);
        IS_INT(number(db, "select count(*) from t"), 2, "%s: to the end", how);
    }
    db_close(&db);
    sqlite3_close(handle);
}

/* What could undo more than a savepoint brings back is not run twice. */
static void
test_rolling_back(void)
{
    SCOPED(db_close) struct db *db = NULL;
    sqlite3 *handle = open_handle();

    db_attach_sqlite(&db, handle);
    must(db, "create table p (i integer primary key);"
             "create table t (b constraint f references p);"
             "begin; insert into p values (1)");
    OK(!db_exec(db, "insert or Rollback into t values (3)", &err) &&
           err.kind == DUET_ERROR_CONSTRAINT && *err.constraint == '\0' &&
           strstr(err.text, "foreign key"),
       "a statement that may roll back stays without a name");
    OK(db_in_transaction(db) && number(db, "select count(*) from p") == 1,
       "and its transaction is whole");
    db_close(&db);
    sqlite3_close(handle);
}

static int
deny_pragmas(void *context, int action, const char *a, const char *b,
             const char *c, const char *d)
{
    (void)context, (void)a, (void)b, (void)c, (void)d;
    return action == SQLITE_PRAGMA || action == SQLITE_SAVEPOINT ? SQLITE_DENY
                                                                 : SQLITE_OK;
}

static void
test_without_help(void)
{
    SCOPED(db_close) struct db *db = NULL;
    sqlite3 *handle = open_handle();

    db_attach_sqlite(&db, handle);
    must(db, "create table p (i integer primary key);"
             "create table t (a constraint n unique,"
             " b constraint f references p);"
             "create unique index i on t (a, b)");
    sqlite3_set_authorizer(handle, deny_pragmas, NULL);
    OK(!db_exec(db, "insert into t (b) values (3)", &err) &&
           err.kind == DUET_ERROR_CONSTRAINT && *err.constraint == '\0',
       "where pragmas are forbidden a foreign key has no name");
    OK(!db_in_transaction(db), "and no transaction is left");
    sqlite3_set_authorizer(handle, NULL, NULL);
    OK(!db_exec(db, "insert into t (b) values (3)", NULL),
       "without a place for the error it is only false");
    db_close(&db);
    sqlite3_close(handle);
}

static void
test_raise(void)
{
    SCOPED(db_close) struct db *db = NULL;
    sqlite3 *handle = open_handle();

    db_attach_sqlite(&db, handle);
    must(db, "create table t (a integer) strict;"
             "create trigger x before delete on t begin"
             " select raise(abort, 'not this: row'); end;"
             "insert into t values (1)");
    OK(!db_exec(db, "delete from t", &err) && err.kind == DUET_ERROR_SQL,
       "what a trigger refuses is no constraint");
    IS_TEXT(err.text, "not this: row", "and its words are kept");
    OK(!db_exec(db, "insert into t values ('x')", &err) &&
           err.kind == DUET_ERROR_SQL,
       "nor is a value of the wrong type");
    db_close(&db);
    sqlite3_close(handle);
}

/* The stored text is SQLite's own, but a file may come from anywhere. */
static void
test_odd_texts(void)
{
    static const char *const texts[] = {
        NULL,
        "",
        "(",
        ")",
        "create table t",
        "create table t (",
        "create table t (,,,)",
        "create table t (a constraint",
        "create table t (a constraint)",
        "create table t (a unique (",
        "create table t (a check",
        "create table t (a check (",
        "create table t (a check )",
        "create table t (unique ()",
        "create table t (primary",
        "create table t (a 'x",
        "create table t ([",
        "create table t (a /*",
        "create table t (a --",
        "((((((((((",
        "create table t (constraint constraint constraint)",
        "create table t (a references",
        "create table t (foreign key",
        "create table t (check (a)",
        "create table t (check ()) x ) ( y"};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        SCOPED(arena_clear) struct arena arena = {0};
        const struct declared *at = declared_read(&arena, "t", texts[i]);
        bool whole = true;

        for (; at != NULL; at = at->next)
            whole = whole && at->name != NULL && at->message != NULL;
        OK(whole, "the text '%s' can be read", texts[i] ? texts[i] : "NULL");
    }
}

int
main(void)
{
    test_names();
    test_no_trace(0);
    test_no_trace(1);
    test_rolling_back();
    test_without_help();
    test_raise();
    test_odd_texts();
    return tap_done();
}
