/*
 * Keys of every kind: partial, deferrable, with NULLs or with collations of
 * their own; and tables that don't do with a row what they are told.
 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "lib/getting.h"
#include "lib/subject.h"
#include "lib/tap.h"
#include "sql/predicate.h"

/* ------------------------------------------------------------------------
 * Partial indexes
 */

static void
test_predicate_text(void)
{
    static const struct {
        const char *definition;
        const char *predicate;
    } cases[] = {
        {"create unique index i on t (a)", NULL},
        {"create unique index i on t (a) where b", " b"},
        {"CREATE UNIQUE INDEX i ON t(a)WHERE(b)", "(b)"},
        {"create unique index \"where\" on t (a) where b = '(where)'",
         " b = '(where)'"},
        {"create unique index [a(] on t (a, lower(b)) where c", " c"},
        {"create unique index `i)` on \"t)\"\"(\" (')', \"(\") where c", " c"},
        {"create unique index i on t (a) -- where x\nwhere b", " b"},
        {"create unique index i on t (a) /* where x */ where b /* y */ > 1",
         " b /* y */ > 1"},
        {"create unique index i on t (a) where b -- end", " b"},
        {"create unique index i on t (a) where b = '--' /* open", " b = '--'"},
        {"create unique index i on t (a) where b - 1 / 2 -- x\n -- y\n",
         " b - 1 / 2"},
        {"create unique index i on t (a collate nocase desc)", NULL},
        {"create unique index i on t (a) wherever", NULL},
        {"create unique index i on t (a", NULL},
        {"create unique index \"i on t (a) where b", NULL},
        {"", NULL},
    };
    SCOPED(arena_clear) struct arena arena = {0};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        IS_TEXT(index_predicate(&arena, cases[i].definition),
                cases[i].predicate, "the predicate of %s", cases[i].definition);
}

static void
test_partial(struct db *db, const char *who)
{
    must_run(db, "create table soft (id integer primary key, label text not "
                 "null, gone integer not null default 0, x integer)");
    must_run(db, "create unique index soft_label on soft (label) "
                 "where gone = 0 /* not deleted */ -- yet");
    must_run(db, "insert into soft values (1, 'a', 1, null), "
                 "(2, 'a', 2, null)");
    IS_TEXT(got(db, "soft", "label=a", "id=3"), "created 3",
            "%s: rows outside a partial index are no hits", who);
    IS_TEXT(got(db, "soft", "label=a", ""), "found 3",
            "%s: the row inside is one", who);
    IS_TEXT(got(db, "soft", "label=a", "x=5"),
            "different 3: x is NULL, not '5'", "%s: or a different one", who);
    IS_TEXT(got(db, "soft", "label=b", "id=4|gone=1"), "usage",
            "%s: a row outside can't be created", who);
    OK(got_says("would not cover") && got_says("gone = 0"),
       "%s: the hint has the predicate", who);
    IS_TEXT(ask(db, "select count(*) from soft where label = 'b'"), "0",
            "%s: nothing of it is left", who);
    OK(!db_in_transaction(db), "%s: no transaction either", who);
    must_run(db, "begin; insert into soft (id, label) values (9, 'mine')");
    IS_TEXT(got(db, "soft", "label=b", "id=4|gone=1"), "usage",
            "%s: nor in the caller's transaction", who);
    IS_TEXT(got(db, "soft", "label=c", "id=5"), "created 5",
            "%s: which goes on", who);
    must_run(db, "commit");
    IS_TEXT(ask(db, "select count(*) from soft where label in "
                    "('b', 'c', 'mine')"),
            "2", "%s: and commits what it has", who);
}

static void
test_partial_rivals(struct db *db, const char *who)
{
    must_run(db, "create table kinds (id integer primary key, label text, "
                 "kind text)");
    must_run(db, "create unique index kinds_a on kinds (label) "
                 "where kind = 'a'");
    must_run(db, "create unique index kinds_b on kinds (label) "
                 "where kind = 'b'");
    IS_TEXT(got(db, "kinds", "label=x", "id=1|kind=b"), "usage",
            "%s: which of two partial indexes is not guessed", who);
    OK(got_says("kinds_a") && got_says("kinds_b"), "%s: both are named", who);
    must_run(db, "create unique index kinds_all on kinds (label)");
    IS_TEXT(got(db, "kinds", "label=x", "id=1|kind=b"), "created 1",
            "%s: a whole one wins", who);
    IS_TEXT(got(db, "kinds", "label=x", "kind=a"),
            "different 1: kind is 'b', not 'a'", "%s: and is looked up by",
            who);
}

/* ------------------------------------------------------------------------
 * Collations, twins
 */

static void
test_twins(struct db *db, const char *who)
{
    must_run(db, "create table two (id integer primary key, k text unique, "
                 "n integer)");
    must_run(db, "create unique index two_k on two (k)");
    must_run(db, "create unique index two_kn on two (k, n)");
    IS_TEXT(got(db, "two", "k=a", "id=1|n=7"), "created 1",
            "%s: a key that has two indexes", who);
    IS_TEXT(got(db, "two", "k=a", "id=1"), "found 1", "%s: is one key", who);
    IS_TEXT(got(db, "two", "n=7|k=a", ""), "found 1",
            "%s: an index on more columns is another", who);
}

static void
test_nocase(struct db *db, const char *who)
{
    must_run(db,
             "create table ci (id integer primary key, "
             "k text collate nocase unique, v text collate nocase, w text)");
    must_run(db, "create unique index ci_v on ci (v collate binary)");
    must_run(db, "create unique index ci_w on ci (w collate nocase)");
    IS_TEXT(got(db, "ci", "k=Abc", "id=1"), "created 1",
            "%s: a column without case", who);
    IS_TEXT(got(db, "ci", "k=aBC", ""), "found 1",
            "%s: is looked up without it", who);
    IS_TEXT(got(db, "ci", "v=Abc", "id=2"), "created 2",
            "%s: an index with case on such a column", who);
    IS_TEXT(got(db, "ci", "v=aBC", "id=3"), "created 3",
            "%s: is looked up with it", who);
    IS_TEXT(got(db, "ci", "v=aBC", "id=3"), "found 3", "%s: and found by it",
            who);
    IS_TEXT(got(db, "ci", "w=Abc", "id=4"), "created 4",
            "%s: an index without case on a column with it", who);
    IS_TEXT(got(db, "ci", "w=aBC", "id=4"), "found 4",
            "%s: is looked up without it", who);
}

static void
test_icu(struct db *db, const char *who)
{
    if (!db_exec(db,
                 "create collation nocase (provider = icu, "
                 "locale = 'und-u-ks-level2', deterministic = false)",
                 NULL)) {
        tap_skip(1, "the server has no ICU");
        return;
    }
    must_run(db,
             "create table ci (id serial primary key, "
             "k text collate nocase unique, v text collate nocase, w text)");
    must_run(db, "create unique index ci_v on ci (v collate \"C\")");
    must_run(db, "create unique index ci_w on ci (w collate nocase)");
    must_run(db, "create unique index ci_w2 on ci (w collate \"C\")");
    IS_TEXT(got(db, "ci", "k=Abc", ""), "created 1",
            "%s: a column without case", who);
    IS_TEXT(got(db, "ci", "k=aBC", ""), "found 1",
            "%s: is looked up without it", who);
    IS_TEXT(got(db, "ci", "v=Abc", ""), "created 2",
            "%s: an index with case on such a column", who);
    IS_TEXT(got(db, "ci", "v=aBC", ""), "created 3", "%s: is looked up with it",
            who);
    IS_TEXT(got(db, "ci", "v=aBC", ""), "found 3", "%s: and found by it", who);
    IS_TEXT(got(db, "ci", "w=Abc", ""), "created 4",
            "%s: of two indexes with and without case", who);
    IS_TEXT(got(db, "ci", "w=aBC", ""), "found 4",
            "%s: the one that comes first counts", who);
}

/* ------------------------------------------------------------------------
 * NULL
 */

static void
test_nulls(struct db *db, const char *who)
{
    if (!db_exec(db,
                 "create table nd (id serial, a integer, b text, "
                 "c text default 'c', "
                 "constraint nd_ab unique nulls not distinct (a, b))",
                 NULL)) {
        tap_skip(1, "PostgreSQL before 15 has no NULLS NOT DISTINCT");
        return;
    }
    IS_TEXT(got(db, "nd", "a|b=x", ""), "created NULL,x",
            "%s: NULL is a key where it is not distinct", who);
    IS_TEXT(got(db, "nd", "a|b=x", "c=c"), "found NULL,x", "%s: and is found",
            who);
    IS_TEXT(got(db, "nd", "a|b=x", "c=d"),
            "different NULL,x: c is 'c', not 'd'", "%s: or different", who);
    IS_TEXT(got(db, "nd", "a=1|b=x", ""), "created 1,x", "%s: beside a value",
            who);
    IS_TEXT(got(db, "nd", "a|b", ""), "created NULL,NULL", "%s: twice", who);
    IS_TEXT(got(db, "nd", "a|b", ""), "found NULL,NULL", "%s: and again", who);
    IS_TEXT(ask(db, "select count(*) from nd"), "3", "%s: three rows", who);
}

/* ------------------------------------------------------------------------
 * Deferrable
 */

static void
test_deferrable(struct db *db, const char *who, const char *how)
{
    char sql[512];

    (void)snprintf(sql, sizeof sql,
                   "drop table if exists late; create table late (id integer, "
                   "k text, constraint late_k unique (k) deferrable %s, "
                   "constraint late_id unique (id))",
                   how);
    must_run(db, sql);
    IS_TEXT(got(db, "late", "k=a", "id=1"), "created a", "%s: %s: created", who,
            how);
    IS_TEXT(got(db, "late", "k=a", "id=1"), "found a", "%s: %s: found", who,
            how);
    IS_TEXT(got(db, "late", "k=b", "id=1"), "constraint",
            "%s: %s: another key's clash", who, how);
    IS_TEXT(got_err.constraint, "late_id", "%s: %s: is named", who, how);
    OK(!db_in_transaction(db), "%s: %s: nothing is left open", who, how);
    must_run(db, "begin; savepoint mine; insert into late values (7, 'mine')");
    IS_TEXT(got(db, "late", "k=b", "id=1"), "constraint",
            "%s: %s: in a transaction too", who, how);
    IS_TEXT(got(db, "late", "k=c", "id=3"), "created c",
            "%s: %s: which goes on", who, how);
    IS_TEXT(got(db, "late", "k=c", "id=3"), "found c", "%s: %s: and on", who,
            how);
    must_run(db, "rollback to mine; insert into late values (8, 'kept')");
    must_run(db, "commit");
    IS_TEXT(ask(db, "select string_agg(k, ' ' order by id) from late"),
            "a kept", "%s: %s: the caller's savepoint is still the caller's",
            who, how);
}

/* What is to be checked at the end is not checked before. */
static void
test_late_stays_late(struct db *db, const char *who)
{
    must_run(db, "begin");
    IS_TEXT(got(db, "late", "k=new", "id=9"), "created new",
            "%s: a row in a transaction", who);
    OK(db_exec(db, "update late set k = 'kept' where k = 'a'", NULL) &&
           db_exec(db, "update late set k = 'a' where id = 8", NULL),
       "%s: later statements are checked at the end, as before", who);
    OK(db_exec(db, "commit", NULL), "%s: and pass", who);
    must_run(db, "begin; insert into late values (20, 'a')");
    IS_TEXT(got(db, "late", "k=z", "id=21"), "constraint",
            "%s: what the caller broke before is the caller's error", who);
    IS_TEXT(got_err.constraint, "late_k", "%s: by its name", who);
    must_run(db, "rollback");
}

/* ------------------------------------------------------------------------
 * Tables that are none, or that change what they get
 */

static void
refused(struct db *db, const char *who, const char *table, const char *key,
        const char *says)
{
    IS_TEXT(got(db, table, key, ""), "usage", "%s: %s is refused", who, table);
    if (!OK(got_says(says), "%s: %s: it says why", who, table))
        tap_diag("%s (%s)", got_err.text, got_err.hint);
}

static void
hidden(struct db *db, const char *who, const char *table, const char *key,
       const char *index)
{
    IS_TEXT(got(db, table, key, ""), "busy", "%s: %s: gives up", who, table);
    if (!OK(got_says(index) && got_says("policy"), "%s: %s: names the index",
            who, table))
        tap_diag("%s (%s)", got_err.text, got_err.hint);
    must_run(db, "begin");
    IS_TEXT(got(db, table, key, ""), "busy",
            "%s: %s: in a transaction too, where to run it again is no help",
            who, table);
    must_run(db, "rollback");
}

static void
test_file_tables(struct db *db, const char *who)
{
    must_run(db, "create table seen (k text primary key) without rowid; "
                 "create view looked as select k from seen; "
                 "create trigger looked_at instead of insert on looked "
                 "begin insert into seen values (new.k); end; "
                 "create table dull (id integer primary key, k text unique); "
                 "create trigger dull_skips before insert on dull "
                 "begin select raise(ignore); end; "
                 "create table kept (id integer primary key autoincrement, "
                 "k text unique on conflict replace, v text unique); "
                 "create table strictly (n integer unique, a any) strict");
    IS_TEXT(got(db, "seen", "k=a", ""), "created a",
            "%s: a table without rowid", who);
    IS_TEXT(got(db, "seen", "k=a", ""), "found a", "%s: and again", who);
    IS_TEXT(got(db, "SEEN", "k=a", ""), "found a",
            "%s: in capitals, as SQLite has it", who);
    refused(db, who, "looked", "k=a", "view");
    if (db_exec(db, "create virtual table text using fts5 (k)", NULL)) {
        refused(db, who, "text", "k=a", "virtual table");
        refused(db, who, "text_config", "k=a", "virtual table");
    }
    hidden(db, who, "dull", "k=a", "sqlite_autoindex_dull_1");
    IS_TEXT(got(db, "kept", "k=a", "v=1"), "created 1",
            "%s: ON CONFLICT REPLACE in the table", who);
    IS_TEXT(got(db, "kept", "k=a", "v=2"), "different 1: v is '1', not '2'",
            "%s: does not act", who);
    for (int i = 0; i < 100; i++)
        (void)got(db, "kept", "k=a", "");
    IS_TEXT(ask(db, "select seq from sqlite_sequence"), "1",
            "%s: AUTOINCREMENT is not moved by hits", who);
    IS_TEXT(got(db, "strictly", "n=5", "a=x"), "created 5",
            "%s: a strict table", who);
    IS_TEXT(got(db, "strictly", "n=05", "a=x"), "found 5", "%s: has types",
            who);
    IS_TEXT(got(db, "strictly", "n=five", "a=x"), "sql",
            "%s: and refuses others", who);
    must_run(db, "create temp table seen (k text unique, t text)");
    IS_TEXT(got(db, "seen", "k=b", ""), "created b",
            "%s: a temporary table of that name is another", who);
    IS_TEXT(got(db, "temp.seen", "k=b", "t=t"), "created b",
            "%s: which can be asked for", who);
    must_run(db, "create temp table tp (k text, gone integer); create unique "
                 "index temp.tp_k on tp (k) where gone = 0");
    IS_TEXT(got(db, "temp.tp", "k=b", "gone=0"), "created b",
            "%s: with a partial index", who);
    IS_TEXT(got(db, "temp.tp", "k=b", "gone=0"), "found b", "%s: and again",
            who);
    must_run(db, "attach ':memory:' as far; create table far.tp (k text, "
                 "gone integer); create unique index far.tp_k on tp (k) "
                 "where gone = 0");
    IS_TEXT(got(db, "far.tp", "k=b", "gone=0"), "usage",
            "%s: the partial index of an attached database is left out", who);
}

static void
test_server_tables(struct db *db, const char *who)
{
    must_run(db, "create table seen (k text primary key); "
                 "create view looked as select k from seen; "
                 "create materialized view stored as select k from seen; "
                 "create table ruled (k text primary key); "
                 "create rule r as on insert to ruled do also "
                 "insert into seen values (new.k); "
                 "create table parted (id serial, k text, n integer, "
                 "primary key (k, n)) partition by list (n); "
                 "create table parted_1 partition of parted for values in (1);"
                 "create table parted_2 partition of parted for values in (2);"
                 "create extension file_fdw; create server files foreign data "
                 "wrapper file_fdw; create foreign table far (k text) server "
                 "files options (filename '/dev/null')");
    refused(db, who, "looked", "k=a", "view");
    refused(db, who, "stored", "k=a", "view");
    refused(db, who, "ruled", "k=a", "rule");
    refused(db, who, "far", "k=a", "foreign table");
    refused(db, who, "files", "k=a", "no table");
    IS_TEXT(got(db, "parted", "n=2|k=a", ""), "created a,2",
            "%s: a partitioned table", who);
    IS_TEXT(got(db, "parted", "k=a|n=2", ""), "found a,2", "%s: and again",
            who);
    IS_TEXT(got(db, "parted", "k=a|n=3", ""), "constraint",
            "%s: no partition takes the row", who);
    IS_TEXT(got(db, "parted_2", "k=a|n=2", ""), "found a,2", "%s: a partition",
            who);
}

static void
test_triggers(struct db *db, const char *who)
{
    must_run(db, "create table dull (id serial, k text constraint dull_k "
                 "unique); "
                 "create function skip() returns trigger language plpgsql as "
                 "$$begin return null; end$$; "
                 "create trigger t before insert on dull for each row execute "
                 "function skip(); "
                 "create table loud (id serial primary key, k text constraint "
                 "loud_k unique); "
                 "create function shout() returns trigger language plpgsql as "
                 "$$begin new.k := upper(new.k); return new; end$$; "
                 "create trigger t before insert on loud for each row execute "
                 "function shout(); "
                 "create table cut (k varchar(3) constraint cut_k unique)");
    hidden(db, who, "dull", "k=a", "dull_k");
    IS_TEXT(got(db, "loud", "k=a", ""), "created 1",
            "%s: a trigger that changes the key", who);
    hidden(db, who, "loud", "k=a", "loud_k");
    IS_TEXT(got(db, "loud", "k=A", ""), "found 1", "%s: it is there", who);
    IS_TEXT(got(db, "cut", "k=abcd", ""), "sql",
            "%s: a key that is too long is not cut", who);
    must_run(db, "insert into cut values ('abc')");
    IS_TEXT(got(db, "cut", "k=abcd", ""), "sql", "%s: nor found by its start",
            who);
}

/* As other sessions' transactions may, so often; a sequence is not undone. */
static void
test_serialization(struct db *db, const char *who)
{
    must_run(db, "create table contended (id integer, k text constraint "
                 "contended_k unique); create sequence turn; "
                 "create function fail() returns trigger language plpgsql as "
                 "$$begin if nextval('turn') <= 15 then raise 'not yet' using "
                 "errcode = 'serialization_failure'; end if; return new; "
                 "end$$; "
                 "create trigger t before insert on contended for each row "
                 "execute function fail()");
    IS_TEXT(got(db, "contended", "k=a", "id=1"), "created a",
            "%s: serialization failures are waited out", who);
    IS_TEXT(ask(db, "select last_value from turn"), "16",
            "%s: one after the other", who);
    must_run(db, "alter sequence turn minvalue -1000000000 restart with "
                 "-1000000000");
    OK(db_lock_timeout(db, 200, NULL), "%s: with less patience", who);
    IS_TEXT(got(db, "contended", "k=b", "id=1"), "busy",
            "%s: one that does not pass is given up", who);
    OK(got_says("not yet") && got_says("try again later"), "%s: it says why",
       who);
    OK(db_lock_timeout(db, DEFAULT_LOCK_TIMEOUT, NULL), "%s: with more", who);
}

static void
test_policy(struct db *db, const char *who)
{
    char sql[1024];
    const char *schema = ask(db, "select current_schema()");

    (void)snprintf(sql, sizeof sql,
                   "create table owned (id serial primary key, k text "
                   "constraint owned_k unique, who text default "
                   "current_user); "
                   "alter table owned enable row level security; "
                   "create policy p on owned using (who = current_user); "
                   "insert into owned (k) values ('a'); "
                   "drop role if exists duet_guest; create role duet_guest; "
                   "grant usage on schema %s to duet_guest; "
                   "grant all on all tables in schema %s to duet_guest; "
                   "grant all on all sequences in schema %s to duet_guest; "
                   "create table closed (k text primary key); "
                   "set role duet_guest",
                   schema, schema, schema);
    must_run(db, sql);
    IS_TEXT(got(db, "owned", "k=b", "id=50"), "created 50",
            "%s: a row that the policy shows", who);
    hidden(db, who, "owned", "k=a", "owned_k");
    IS_TEXT(got(db, "owned", "k=c", "who=postgres"), "denied",
            "%s: a row that it forbids", who);
    IS_TEXT(got(db, "closed", "k=a", ""), "denied",
            "%s: a table without the privilege", who);
    must_run(db, "reset role; drop owned by duet_guest; drop role duet_guest");
}

static void
test_common(struct db *db, const char *who)
{
    test_partial(db, who);
    test_partial_rivals(db, who);
    test_twins(db, who);
}

static void
test_sqlite(void)
{
    SCOPED(db_close) struct db *db = NULL;
    struct subject subject;

    subject_sqlite(&subject, NULL);
    subject_wrap(&subject, WRAP_NOT);
    db = subject_open(&subject, NULL);
    test_common(db, subject.who);
    test_nocase(db, subject.who);
    test_file_tables(db, subject.who);
    subject_release(&subject);
}

static void
test_postgres(void)
{
    SCOPED(db_close) struct db *db = NULL;
    struct subject subject;

    if (!subject_postgres(&subject)) {
        tap_skip(1, "no PostgreSQL server");
        return;
    }
    subject_wrap(&subject, WRAP_NOT);
    db = subject_open(&subject, NULL);
    test_common(db, subject.who);
    test_icu(db, subject.who);
    test_nulls(db, subject.who);
    test_deferrable(db, subject.who, "initially immediate");
    test_deferrable(db, subject.who, "initially deferred");
    test_late_stays_late(db, subject.who);
    test_server_tables(db, subject.who);
    test_triggers(db, subject.who);
    test_serialization(db, subject.who);
    test_policy(db, subject.who);
    subject_release(&subject);
}

int
main(void)
{
    test_predicate_text();
    test_sqlite();
    test_postgres();
    return tap_done();
}
