/*
 * Get-or-create for a file of rows on an engine that handles many of them in
 * one statement: keys of all types, what stands between found and new rows, and
 * another session that creates a row in between.
 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "db/db.h"
#include "lib/getting.h"
#include "lib/subject.h"
#include "lib/tap.h"
#include "rows/batch.h"

static struct duet_error err;
static char told[512]; /* each row as `fc:id`, in order */

static void
listen(void *context, const struct batch_event *event)
{
    static const char letters[] = "fcd";
    size_t len = strlen(told);

    (void)context;
    (void)snprintf(told + len, sizeof told - len, "%s%c:%s", len ? " " : "",
                   letters[event->row->outcome], event->row->id[0]);
}

/* What became of the rows of TEXT, or the error. */
static const char *
run(struct db *db, const char *table, const char *key, const char *text)
{
    const struct batch_options options = {.key = &key,
                                          .nkey = key != NULL,
                                          .ignore_differences = true,
                                          .event = listen};
    FILE *file = tmpfile();
    bool ok;

    told[0] = '\0';
    (void)fputs(text, file);
    rewind(file);
    ok = batch_run(db, table, file, "rows", &options, NULL, &err);
    (void)fclose(file);
    return ok ? told : err.text;
}

/* ----------------------------------------------------------------- types */

/* Two values of a type, each in two ways to write it. */
static const struct {
    const char *type, *first, *second, *first_again, *second_again;
} types[] = {
    {"text", "a\"\"b", "{\\}", "a\"\"b", "{\\}"},
    {"text", "NULL", "", "NULL", ""},
    {"varchar(5)", "a,b", "it's", "a,b", "it's"},
    {"char(5)", "ab", " c", "ab   ", " c"},
    {"smallint", "-7", "32767", "-007", "+32767"},
    {"integer", "7", "-1", "007", "-01"},
    {"bigint", "9223372036854775807", "0", " 9223372036854775807", "-0"},
    {"numeric", "1.50", "12345678901234567890.1", "1.5",
     "12345678901234567890.10"},
    {"numeric(6,2)", "1.005", "2", "1.01", "2.001"},
    {"real", "0.1", "1e10", "0.10", "10000000000"},
    {"double precision", "NaN", "-Infinity", "nan", "-inf"},
    {"boolean", "true", "f", "yes", "0"},
    {"date", "2026-02-28", "infinity", "20260228", "infinity"},
    {"time", "23:59:59.5", "00:00", "23:59:59.50", "12:00 AM"},
    {"timestamp(0)", "2026-01-02 03:04:05.4", "2026-01-02T03:04:06",
     "2026-01-02 03:04:05", "2026-01-02 03:04:06"},
    {"timestamptz", "2026-01-02 03:04:05+00", "2026-01-02 03:04:05+02",
     "2026-01-02 05:04:05+02", "2026-01-02 01:04:05Z"},
    {"interval", "90 minutes", "-1 day", "01:30", "-24 hours"},
    {"uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
     "00000000-0000-0000-0000-000000000000",
     "{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}",
     "00000000000000000000000000000000"},
    {"bytea", "\\x00ff", "", "\\000\\377", "\\x"},
    {"jsonb", "{\"\"a\"\": [1, null]}", "\"\"x\"\"", "{\"\"a\"\":[1,null]}",
     " \"\"x\"\""},
    {"inet", "10.0.0.1", "::1", "10.0.0.1/32", "0:0:0:0:0:0:0:1"},
    {"integer[]", "{1,NULL}", "{}", "{ 1 , null }", "{}"},
    {"mood", "fair", "foul", "fair", "foul"},
    {"positive", "3", "4", "03", "+4"},
    {"shout", "a", "b", "a", "b"},
};

static const char types_sql[] =
    "create type mood as enum ('fair', 'foul');"
    "create domain positive as integer check (value > 0);"
    "create domain shout as text";

/* As the key, then as what is to be set. */
static void
test_type(struct db *db, size_t i)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *create = arena_printf(&arena, "k,id\n\"%s\",1\n\"%s\",2\n",
                                      types[i].first, types[i].second);
    const char *again = arena_printf(
        &arena, "k,id\n\"%s\",1\n\"%s\",2\n\"%s\",1\n", types[i].first_again,
        types[i].second_again, types[i].second_again);

    must_run(db, arena_printf(&arena,
                              "create table t (id integer primary key, "
                              "k %s not null unique)",
                              types[i].type));
    IS_TEXT(run(db, "t", "k", create), "c:1 c:2", "%s: rows are created",
            types[i].type);
    IS_TEXT(run(db, "t", "k", again), "f:1 f:2 d:2",
            "%s: found by a key that is written in another way", types[i].type);
    IS_TEXT(run(db, "t", "id", again), "f:1 f:2 d:1",
            "%s: and compared where it is no key", types[i].type);
    must_run(db, "drop table t");
}

static void
test_types(struct db *db)
{
    must_run(db, types_sql);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        test_type(db, i);
}

/* --------------------------------------------------------------- outcomes */

static const char item_sql[] =
    "create table item (id serial primary key, k text not null "
    "constraint item_k unique, v text constraint item_v check (v <> 'bad'))";

static void
test_mixed(struct db *db)
{
    must_run(db, item_sql);
    must_run(db, "insert into item (k, v) values ('a', 'x'), ('b', null)");
    IS_TEXT(run(db, "item", "k", "k,v\nb,\nc,x\na,y\nd,\nc,x\nd,x\na,x\n"),
            "f:2 c:3 d:1 c:4 f:3 d:4 f:1",
            "found, new, different rows and a key that comes twice mix");
    IS_TEXT(run(db, "item", "k", "k,v\na,x\nb,\nc,x\n"), "f:1 f:2 f:3",
            "rows that are all there");
    IS_TEXT(ask(db, "select nextval('item_id_seq')"), "5",
            "a row that is found takes no number");
    IS_TEXT(run(db, "item", "k", "k,v\ne,x\nf,bad\ng,x\n"),
            "rows:3: table 'item': check constraint 'item_v' of 'item': "
            "the row does not fulfil it",
            "a row that is refused is told by its line");
    IS_TEXT(ask(db, "select count(*) from item"), "4",
            "and nothing is written");
    must_run(db, "drop table item");
}

/* ------------------------------------------------------------------ races */

/* What the other session runs when ours has looked for rows, COUNT times. */
struct meddler {
    struct db *other;
    const char *run;
    int count;
    int looks;
};

static void
meddle(void *context, const char *sql, int64_t microseconds)
{
    struct meddler *meddler = context;

    (void)microseconds;
    if (strncmp(sql, "select given", 12) != 0)
        return;
    meddler->looks++;
    if (meddler->count-- > 0)
        must_run(meddler->other, meddler->run);
}

static const char *
run_against(struct subject *subject, struct meddler *meddler, const char *text)
{
    const struct db_options options = {.trace = {meddle, meddler}};
    SCOPED(db_close) struct db *db = subject_open(subject, &options);

    must_run(meddler->other, "truncate item restart identity");
    must_run(meddler->other, "insert into item (k, v) values ('a', 'x')");
    meddler->looks = 0;
    return run(db, "item", "k", text);
}

static void
test_races(struct subject *subject)
{
    static const char rows[] = "k,v\na,x\nb,x\nc,x\n";
    struct meddler meddler = {.other = subject_open(subject, NULL)};

    must_run(meddler.other, item_sql);
    IS_TEXT(run_against(subject, &meddler, rows), "f:1 c:2 c:3", "alone");
    IS_INT(meddler.looks, 1, "it looks once");
    meddler.run = "insert into item values (100, 'c', 'x')";
    meddler.count = 1;
    IS_TEXT(run_against(subject, &meddler, rows), "f:1 c:4 f:100",
            "a row that another has created after the look is found");
    IS_INT(meddler.looks, 2, "by another look");
    meddler.run = "insert into item values (100, 'c', 'y')";
    meddler.count = 1;
    IS_TEXT(run_against(subject, &meddler, rows), "f:1 c:4 d:100",
            "or is different");
    meddler.run = "delete from item where k = 'c'; "
                  "insert into item values (100, 'b', 'x')";
    meddler.count = 1;
    IS_TEXT(run_against(subject, &meddler, "k,v\nb,x\nb,y\nd,x\nd,x\ne,bad\n"),
            "rows:6: table 'item': check constraint 'item_v' of 'item': "
            "the row does not fulfil it",
            "what fails after that is told by its line");
    IS_TEXT(ask(meddler.other, "select string_agg(k, '' order by k) from item"),
            "ab", "and changes nothing");
    must_run(meddler.other, "drop table item");
    db_close(&meddler.other);
}

/* Rows of a partial key are asked for singly, between lists of others. */
static void
test_two_keys(struct subject *subject)
{
    struct meddler meddler = {.other = subject_open(subject, NULL)};
    const struct db_options options = {.trace = {meddle, &meddler}};
    struct db *db = subject_open(subject, &options);

    must_run(db, "create table item (id serial primary key, "
                 "a text constraint item_a unique, b text)");
    must_run(db, "create unique index item_b on item (b) where b <> ''");
    must_run(db, "insert into item (a) values ('x')");
    meddler.run = "insert into item (id, a) values (100, 'z') "
                  "on conflict do nothing";
    meddler.count = 2;
    IS_TEXT(run(db, "item", NULL,
                "{\"a\": \"x\"}\n{\"b\": \"y\"}\n{\"a\": \"w\"}\n"),
            "f:1 c:2 c:3", "lines with other keys");
    must_run(db, "delete from item where a in ('z', 'w') or b = 'y'");
    meddler.count = 2;
    meddler.run = "insert into item (id, a) select 100, 'z' "
                  "where (select last_value from item_id_seq) > 3";
    IS_TEXT(run(db, "item", NULL,
                "{\"a\": \"x\"}\n{\"b\": \"y\"}\n{\"a\": \"z\"}\n"),
            "f:1 c:4 f:100", "one of which another creates meanwhile");
    IS_TEXT(ask(db, "select string_agg(b, '') from item"), "y",
            "what was created between stays");
    must_run(db, "drop table item");
    db_close(&db);
    db_close(&meddler.other);
}

int
main(void)
{
    struct subject subject;

    if (subject_postgres(&subject)) {
        SCOPED(db_close) struct db *db = NULL;

        subject_wrap(&subject, WRAP_NOT);
        db = subject_open(&subject, NULL);
        test_types(db);
        test_mixed(db);
        test_races(&subject);
        test_two_keys(&subject);
        db_close(&db);
        subject_release(&subject);
    } else {
        tap_skip(1, "no PostgreSQL server");
    }
    return tap_done();
}
