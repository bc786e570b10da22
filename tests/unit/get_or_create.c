/*
 * Getting or creating a row: its outcomes, when two values are the same, and
 * what is refused.  Keys of every kind are in get_or_create_keys.c, other
 * sessions in get_or_create_between.c and get_or_create_waits.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/getting.h"
#include "lib/storage_sql.h"
#include "lib/subject.h"
#include "lib/tap.h"
#include "rows/get_or_create.h"

/* ------------------------------------------------------------------------
 * Outcomes
 */

static void
test_outcomes(struct db *db, const char *who)
{
    must_run(db, "create table host (id integer primary key, label text not "
                 "null unique, name text default 'none', port integer)");
    if (strcmp(db_dialect(db)->name, "postgres") == 0)
        must_run(db, "create sequence host_ids; "
                     "alter table host alter id set default "
                     "nextval('host_ids')");
    IS_TEXT(got(db, "host", "label=a", "port=1"), "created 1",
            "%s: what is not there is created", who);
    IS_TEXT(got(db, "host", "label=a", "port=1"), "found 1",
            "%s: what is there is found", who);
    IS_TEXT(ask(db, "select name from host"), "none",
            "%s: what is not named has its default", who);
    IS_TEXT(got(db, "host", "label=a", "port=2|name=x"),
            "different 1: port is '1', not '2', name is 'none', not 'x'",
            "%s: what differs is told with both values", who);
    IS_TEXT(got(db, "host", "label=a", "port=1|name"),
            "different 1: name is 'none', not NULL",
            "%s: NULL is a value to differ from", who);
    IS_TEXT(got(db, "host", "label=b", "port"), "created 2",
            "%s: NULL is a value to create with", who);
    IS_TEXT(got(db, "host", "label=b", "port"), "found 2",
            "%s: NULL is the same as NULL", who);
    IS_TEXT(got(db, "host", "label=b", "port=0"),
            "different 2: port is NULL, not '0'",
            "%s: NULL differs from a value", who);
    IS_TEXT(got(db, "host", "label=a", ""), "found 1",
            "%s: no columns to set are all right", who);
    IS_TEXT(got(db, "host", "id=7", "label=g"), "created 7",
            "%s: the primary key is a key", who);
    IS_TEXT(got(db, "host", "id=07", "label=g"), "found 7",
            "%s: a key is compared as its type is", who);
    OK(strncmp(got(db, "host", "label=", ""), "created", 7) == 0,
       "%s: an empty text is a key", who);
    IS_TEXT(ask(db, "select count(*) from host"), "4",
            "%s: only what was created is there", who);
}

static void
test_answer(struct db *db, const char *who)
{
    SCOPED(getter_close)
    struct duet_getter *getter = getter_for(db, "host", "label", "port");
    const char *const key[] = {"a"};
    const char *const ports[] = {"nine", "9", "1"};
    struct duet_row row = {.nidentity = 77};
    struct duet_error err = {.text = "untouched"};

    OK(get_or_create(getter, key, &ports[1], &row, &err) &&
           row.outcome == DUET_DIFFERENT && row.ndifferent == 1 &&
           strcmp(row.different[0].stored, "1") == 0,
       "%s: a getter answers", who);
    OK(get_or_create(getter, key, &ports[2], &row, &err) &&
           row.outcome == DUET_FOUND && row.ndifferent == 0 &&
           strcmp(row.identity[0], "id") == 0 && strcmp(row.id[0], "1") == 0,
       "%s: and again", who);
    IS_TEXT(err.text, "untouched", "%s: success leaves the error alone", who);
    row.nidentity = 77;
    OK(!get_or_create(getter, (const char *const[]){NULL}, ports, &row, &err) &&
           row.nidentity == 77,
       "%s: failure leaves the answer alone", who);
    OK(!get_or_create(getter, (const char *const[]){NULL}, ports, &row, NULL),
       "%s: the error may be NULL", who);
}

/* ------------------------------------------------------------------------
 * Values
 */

/* A column of TYPE that holds STORED; GIVEN is the same, or not. */
struct value_case {
    const char *type;
    const char *stored;
    const char *given;
    bool same;
};

static void
try_value(struct db *db, const char *who, const struct value_case *at)
{
    char sql[512];
    char set[512];
    const char *outcome;

    (void)snprintf(sql, sizeof sql,
                   "drop table if exists v; "
                   "create table v (k integer primary key, v %s)",
                   at->type);
    must_run(db, sql);
    (void)snprintf(set, sizeof set, "v=%s", at->stored);
    outcome = got(db, "v", "k=1", set);
    if (strcmp(outcome, "created 1") != 0) {
        OK(false, "%s: %s takes %s: %s", who, at->type, at->stored,
           got_err.text);
        return;
    }
    IS_TEXT(got(db, "v", "k=1", set), "found 1", "%s: %s %s is itself", who,
            at->type, at->stored);
    (void)snprintf(set, sizeof set, "v=%s", at->given);
    outcome = got(db, "v", "k=1", set);
    if (!OK(strncmp(outcome, at->same ? "found 1" : "different 1", 7) == 0,
            "%s: %s %s %s %s", who, at->type, at->stored,
            at->same ? "is" : "is not", at->given))
        tap_diag("%s %s", outcome, got_err.text);
}

static const struct value_case common_values[] = {
    {"integer", "1", "01", true},
    {"integer", "1", "2", false},
    {"boolean", "true", "t", true},
    {"boolean", "true", "1", true},
    {"boolean", "1", "YES", true},
    {"boolean", "off", "0", true},
    {"boolean", "true", "false", false},
    {"text", "a", "A", false},
    {"text", "1", "1.0", false},
    {"text", "", " ", false},
    {"varchar(5)", "a", "a ", false},
    {"numeric", "1", "1.0", true},
    {"numeric", "1.5", "1.50", true},
    {"numeric", "1", "1.01", false},
    {"double precision", "0.1", "1e-1", true},
    {"jsonb", "{\"a\": 1, \"b\": [1, {\"c\": null}]}",
     "{\"b\":[1.0,{\"c\":null}],\"a\":1}", true},
    {"jsonb", "[1, 2]", "[2, 1]", false},
    {"jsonb", "[1]", "[\"1\"]", false},
    {"jsonb", "[true]", "[1]", false},
    {"jsonb", "{}", "[]", false},
    {"jsonb", "null", "0", false},
    {"jsonb", "{\"a\": {\"b\": 1}}", "{\"a.b\": 1}", false},
    {"jsonb", "{\"a\": null}", "{}", false},
    {"jsonb", "\"x\"", "\"\\u0078\"", true},
    {"json", "{\"a\": 1, \"b\": 2}", "{\"b\": 2, \"a\": 1.0}", true},
    {"json", "{\"a\": 1}", "{\"a\": 2}", false},
};

static const struct value_case server_values[] = {
    {"timestamptz", "2024-05-01 12:00:00+02", "2024-05-01T10:00:00Z", true},
    {"timestamptz", "2024-05-01 12:00:00+02", "2024-05-01 12:00:00+00", false},
    {"timestamp(0)", "2024-05-01 12:00:00.4", "2024-05-01 12:00:00", true},
    {"timestamp(0)[]", "{2024-05-01 12:00:00.4}", "{2024-05-01 12:00:00}",
     true},
    {"date", "2024-05-01", "May 1, 2024", true},
    {"interval", "1 day", "24 hours", true},
    {"uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
     "A0EEBC999C0B4EF8BB6D6BB9BD380A11", true},
    {"char(4)", "a", "a  ", true},
    {"char(4)", "a", "b", false},
    {"\"char\"", "a", "a", true},
    {"name", "a", "a", true},
    {"bit(3)", "101", "101", true},
    {"varbit(3)", "1", "10", false},
    {"citext", "Abc", "aBC", true},
    {"integer[]", "{1,2}", "{ 01 ,2}", true},
    {"integer[]", "{1,2}", "{2,1}", false},
    {"varchar(3)[]", "{abc}", "{abcd}", false},
    {"varchar(3)", "abc", "abcd", false},
    {"json[]", "{\"{\\\"a\\\": 1}\"}", "{\"{\\\"a\\\":1.0}\"}", true},
    {"point[]", "{\"(1,2)\"}", "{\"(1, 2)\"}", true},
    {"mood", "sad", "sad", true},
    {"mood", "sad", "ok", false},
    {"even", "2", "02", true},
    {"doc", "{\"a\": 1}", "{\"a\":1}", true},
    {"pair", "(1,a)", "( 1,a)", true},
    {"pair", "(1,a)", "(1,b)", false},
    {"bytea", "\\x6162", "ab", true},
    {"bytea", "\\x6162", "\\x6163", false},
    {"xml", "<a/>", "<a/>", true},
    {"xml", "<a/>", "<b/>", false},
    {"point", "(1,2)", "1,2", true},
    {"point", "(1,2)", "(1,3)", false},
    {"box", "(1,1),(0,0)", "(3,1),(2,0)", false},
    {"circle", "<(0,0),1>", "<(1,0),1>", false},
    {"int4range", "[1,3]", "[1,4)", true},
    {"inet", "10.0.0.1/32", "10.0.0.1", true},
    {"numeric(6,2)", "1.005", "1.01", true},
    {"numeric(6,2)", "1.004", "1.01", false},
    {"money", "1", "1.00", true},
    {"tsvector", "b a", "a b", true},
    {"jsonpath", "$.a", "$.\"a\"", true},
    {"oid", "1", "01", true},
};

static const struct value_case file_values[] = {
    {"text collate nocase", "a", "A", true},
    {"real", "1", "1.0", true},
    {"jsonb_text", "{\"a\": 1, \"b\": 2}", "{\"b\":2,\"a\":1}", true},
    {"json_text", "not json", "not json", true},
    {"json_text", "not json", "{}", false},
    {"json", "1", "1.0", true},
    {"boolean", "maybe", "true", false},
    {"", "1", "1", true},
    {"", "1", "01", false},
    {"blob", "ab", "AB", false},
};

static void
test_values(struct db *db, const char *who, const struct value_case *cases,
            size_t count)
{
    for (size_t i = 0; i < count; i++)
        try_value(db, who, &cases[i]);
}

static void
make_types(struct db *db)
{
    must_run(db, "create extension citext; "
                 "create type mood as enum ('sad', 'ok'); "
                 "create domain even as integer check (value % 2 = 0); "
                 "create domain doc0 as json; create domain doc as doc0; "
                 "create type pair as (n integer, t text)");
}

/* ------------------------------------------------------------------------
 * What is refused
 */

static void
refused(struct db *db, const char *who, const char *key, const char *set,
        const char *what, const char *says)
{
    const char *kind = got(db, "item", key, set);

    IS_TEXT(kind, "usage", "%s: %s", who, what);
    if (!OK(got_says(says), "%s: %s: it says so", who, what))
        tap_diag("%s (%s)", got_err.text, got_err.hint);
}

static void
test_refusals(struct db *db, const char *who)
{
    must_run(db, "create table item (a integer, b integer, c integer, d text "
                 "not null default 'd', constraint item_ab unique (a, b), "
                 "constraint item_pkey primary key (c)); "
                 "create unique index item_d on item (lower(d))");
    must_run(db, "create table bare (a integer)");
    refused(db, who, "d=x", "", "an expression is no column", "an expression");
    refused(db, who, "a=1", "", "half a key is none", "(a, b)");
    refused(db, who, "a=1|b=1|c=1", "", "more than a key is none",
            "no unique index is on just (a, b, c)");
    refused(db, who, "a=1|b=1", "e=1", "a column that is not there",
            "its columns are a, b, c, d");
    refused(db, who, "e=1", "", "a key that is not there", "no column 'e'");
    refused(db, who, "a=1|b=2", "c=1|c=2", "a column given twice", "twice");
    refused(db, who, "a=1|a=2", "", "a key given twice", "twice");
    refused(db, who, "a=1|b=1", "a=2", "a key that is set", "twice");
    refused(db, who, "a|b=1", "", "NULL in a key", "is NULL");
    refused(db, who, "", "a=1", "no key at all", "no unique index");
    IS_TEXT(got(db, "nowhere", "a=1", ""), "usage", "%s: no such table", who);
    OK(got_says("'nowhere'"), "%s: it is named", who);
    IS_TEXT(got(db, "bare", "a=1", ""), "usage", "%s: no unique index", who);
    OK(got_says("none at all"), "%s: the hint says why", who);
    IS_TEXT(ask(db, "select count(*) from item"), "0",
            "%s: nothing was created", who);
    IS_TEXT(got(db, "item", "b=1|a=2", "c=3"), "created 3",
            "%s: the names of a key may stand in any order", who);
    IS_TEXT(got(db, "item", "a=2|b=1", "c=3"), "found 3", "%s: and in another",
            who);
    IS_TEXT(ask(db, "select a from item"), "2", "%s: each has its value", who);
}

static void
test_broken(struct db *db, const char *who)
{
    must_run(db, "create table parent (id integer primary key)");
    must_run(db, "create table rule (id integer primary key, "
                 "a text constraint rule_a unique, "
                 "b text constraint rule_b unique, "
                 "c text not null, "
                 "d integer constraint rule_d check (d > 0), "
                 "e integer constraint rule_e references parent (id))");
    must_run(db, "insert into rule (id, a, b, c) values (1, 'a', 'b', 'c')");
    IS_TEXT(got(db, "rule", "a=x", "id=2|b=b|c=c"), "constraint",
            "%s: another key is no hit", who);
    IS_TEXT(got_err.constraint, "rule_b", "%s: that key is named", who);
    IS_TEXT(got(db, "rule", "a=x", "id=1|b=y|c=c"), "constraint",
            "%s: nor is the primary key", who);
    IS_TEXT(got(db, "rule", "a=x", "id=2|b=y"), "constraint",
            "%s: a column without a value", who);
    OK(got_says("rule.c"), "%s: it is named", who);
    IS_TEXT(got(db, "rule", "a=x", "id=2|c=c|d=0"), "constraint", "%s: a check",
            who);
    IS_TEXT(got_err.constraint, "rule_d", "%s: it is named", who);
    IS_TEXT(got(db, "rule", "a=x", "id=2|c=c|e=7"), "constraint",
            "%s: a foreign key", who);
    IS_TEXT(got_err.constraint, "rule_e", "%s: it is named", who);
    IS_TEXT(ask(db, "select count(*) from rule"), "1",
            "%s: nothing was created", who);
    OK(!db_in_transaction(db), "%s: no transaction is left open", who);
}

/* ------------------------------------------------------------------------
 * Names
 */

static void
test_names(struct db *db, const char *who)
{
    static const char *const names[] = {
        "select", "a b",      "a\"b", "a'b; drop table x; --",
        "$?",     "x$?",      "&L",   "$1",
        "where",  "\xC3\xA4", "%s",   "a.b",
        "duet 1", "a`b`$?"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *name = names[i];
        SCOPED(getter_close) struct duet_getter *getter = NULL;
        struct duet_error err = {0};
        char quoted[64];
        char sql[256];
        size_t len = 0;

        for (const char *at = name; *at != '\0'; at++) {
            if (*at == '"')
                quoted[len++] = '"';
            quoted[len++] = *at;
        }
        quoted[len] = '\0';
        (void)snprintf(sql, sizeof sql,
                       "create table \"t%s\" (\"%s\" text unique, \"j%s\" "
                       "json)",
                       quoted, quoted, quoted);
        must_run(db, sql);
        (void)snprintf(sql, sizeof sql, "t%s", name);
        (void)snprintf(quoted, sizeof quoted, "j%s", name);
        if (!OK(getter_open(&getter, db, sql, &name, 1,
                            (const char *const[]){quoted}, 1, &err),
                "%s: a column called %s", who, name)) {
            tap_diag("%s", err.text);
            continue;
        }
        (void)got_again(getter, &name, (const char *const[]){"[1]"});
        (void)snprintf(sql, sizeof sql, "found %s", name);
        IS_TEXT(got_again(getter, &name, (const char *const[]){"[1]"}), sql,
                "%s: a row by %s is found", who, name);
        (void)snprintf(sql, sizeof sql, "different %s: %s is '[1]', not '[2]'",
                       name, quoted);
        IS_TEXT(got_again(getter, &name, (const char *const[]){"[2]"}), sql,
                "%s: %s is a name as any", who, name);
    }
}

static void
test_schema(struct db *db, const char *who, const char *create)
{
    must_run(db, create);
    must_run(db, "create table twin (id integer primary key, k text unique)");
    must_run(db, "create table other.twin (id integer, k text primary key, "
                 "x integer)");
    must_run(db, "create table other.\"a.b\" (k text primary key)");
    IS_TEXT(got(db, "other.twin", "k=a", "x=1"), "created a",
            "%s: a table in another schema", who);
    IS_TEXT(got(db, "other.twin", "k=a", "x=2"),
            "different a: x is '1', not '2'", "%s: it is found there", who);
    IS_TEXT(got(db, "twin", "k=a", "id=4"), "created 4",
            "%s: its twin is another table", who);
    IS_TEXT(got(db, "other.a.b", "k=a", ""), "created a",
            "%s: a dot in the table's name", who);
    IS_TEXT(got(db, "third.twin", "k=a", ""), "usage",
            "%s: a schema that is not there", who);
    OK(got_says("third.twin"), "%s: it is named", who);
}

/* ------------------------------------------------------------------------
 * The profile storage
 */

static void
test_profile(struct db *db, const char *who)
{
    SCOPED(getter_close) struct duet_getter *getter = NULL;
    static const char *const key[] = {"localhost"};
    static const char *const set[] = {"localhost", "{\"b\": 2, \"a\": 1.0}"};
    int found = 0;

    storage_run(db);
    getter = getter_for(db, "db_dbcomputer", "label", "hostname|metadata");
    IS_TEXT(got_again(getter, key, set), "created 1", "%s: a computer", who);
    IS_TEXT(got(db, "db_dbcomputer", "label=localhost",
                "metadata={\"a\":1,\"b\":2}"),
            "found 1", "%s: its metadata are compared by value", who);
    for (int i = 0; i < 1000; i++)
        found += strcmp(got_again(getter, key, set), "found 1") == 0;
    IS_INT(found, 1000, "%s: a thousand hits", who);
    IS_TEXT(got(db, "db_dbcomputer", "label=other", "hostname=x"), "created 2",
            "%s: burn no id", who);
    IS_TEXT(ask(db, "select count(*) from db_dbcomputer where "
                    "length(cast(uuid as text)) = 36 and scheduler_type = "
                    "'core.direct'"),
            "2", "%s: defaults are the schema's", who);
    IS_TEXT(got(db, "db_dbcomputer", "label= ", "hostname=x"), "constraint",
            "%s: so are its rules", who);
    IS_TEXT(got_err.constraint, "ck_db_dbcomputer_label_not_blank",
            "%s: by name", who);
    IS_TEXT(got(db, "db_dbcomputer",
                "uuid=a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
                "label=localhost|hostname=x"),
            "constraint", "%s: the label's clash is none of the uuid", who);
    IS_TEXT(got_err.constraint, "uq_db_dbcomputer_label", "%s: by name", who);
    IS_TEXT(got(db, "db_dbauthinfo", "dbcomputer_id=1|aiidauser_id=1",
                "enabled=yes"),
            "constraint", "%s: a deferred foreign key fails here", who);
    IS_TEXT(got(db, "db_dbuser", "email=a@b", ""), "created 1",
            "%s: with its user", who);
    IS_TEXT(got(db, "db_dbauthinfo", "dbcomputer_id=1|aiidauser_id=1",
                "id=1|enabled=yes"),
            "created 1", "%s: it holds", who);
    IS_TEXT(got(db, "db_dbauthinfo", "aiidauser_id=1|dbcomputer_id=1",
                "enabled=on|auth_params={ }"),
            "found 1", "%s: the same row, asked for otherwise", who);
}

/* SQLite takes a name in double quotes that is no column for a text. */
static void
test_column_gone(struct db *db, const char *who)
{
    static const char *const key[] = {"a"};
    static const char *const set[] = {"more"};
    SCOPED(getter_close) struct duet_getter *getter = NULL;
    const char *const one[] = {"1"};
    struct duet_error err = {0};
    struct duet_row row;

    must_run(db, "create table shrinking (a integer unique, more text)");
    OK(getter_open(&getter, db, "shrinking", key, 1, set, 1, &err) &&
           get_or_create(getter, one, one, &row, &err),
       "%s: a column is there", who);
    must_run(db, "alter table shrinking drop column more");
    OK(!get_or_create(getter, one, one, &row, &err) &&
           err.kind == DUET_ERROR_SQL && strstr(err.text, "more") != NULL,
       "%s: once it is dropped that is an error", who);
}

static void
test_subject(struct subject *subject)
{
    SCOPED(db_close) struct db *db = NULL;
    const char *who = subject->who;

    subject_wrap(subject, WRAP_NOT);
    db = subject_open(subject, NULL);
    if (subject->is_server)
        make_types(db);
    test_outcomes(db, who);
    test_answer(db, who);
    test_values(db, who, common_values,
                sizeof common_values / sizeof *common_values);
    if (subject->is_server)
        test_values(db, who, server_values,
                    sizeof server_values / sizeof *server_values);
    else
        test_values(db, who, file_values,
                    sizeof file_values / sizeof *file_values);
    test_refusals(db, who);
    test_broken(db, who);
    test_names(db, who);
    test_column_gone(db, who);
    test_schema(db, who,
                subject->is_server ? "create schema other"
                                   : "attach ':memory:' as other");
    if (subject->is_server)
        must_run(db, "drop schema other cascade");
    test_profile(db, who);
}

int
main(void)
{
    struct subject subject;

    subject_sqlite(&subject, scratch_make());
    test_subject(&subject);
    subject_release(&subject);
    scratch_remove();
    if (subject_postgres(&subject)) {
        test_subject(&subject);
        subject_release(&subject);
    } else {
        tap_skip(1, "no PostgreSQL server");
    }
    return tap_done();
}
