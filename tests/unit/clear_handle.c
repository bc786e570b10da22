/*
 * A cleaner that is kept open while others write and alter the schema: it
 * never believes that a database is clean, or is what it was, when it is not.
 */
#include <string.h>

#include "lib/ground.h"
#include "lib/tap.h"
#include "rows/cleaner.h"
#include "rows/clear.h"
#include "sql_text.h"

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Clear and compare the report with WANT, in the words of ground_rows(). */
static void
finds(struct ground *ground, struct duet_cleaner *cleaner, const char *want,
      const char *name)
{
    SCOPED(buf_release) struct buf text = {0};
    struct duet_clear_report report = {0};
    struct duet_error err = {0};

    if (!duet_clear(cleaner, &report, &err)) {
        OK(false, "%s: %s", ground->who, name);
        tap_diag("%s (%s)", err.text, err.hint);
        return;
    }
    report_text(&report, &text);
    IS_TEXT(buf_data(&text), want, "%s: %s", ground->who, name);
}

static void
fails(struct ground *ground, struct duet_cleaner *cleaner, const char *says,
      const char *name)
{
    struct duet_error err = {0};

    OK(!duet_clear(cleaner, NULL, &err) && strstr(err.text, says) != NULL,
       "%s: %s", ground->who, name);
}

/* --------------------------------------------------------- the change mark */

static void
try_open_transactions(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    SCOPED(db_close) struct db *one = NULL;
    SCOPED(db_close) struct db *two = NULL;

    ground_renew(ground);
    ground_run(ground, "create table a (i int); create table b (i int);"
                       "insert into a values (1)");
    cleaner = ground_cleaner(ground, NULL);
    one = ground_session(ground);
    two = ground_session(ground);
    session_run(one, "begin; insert into a values (1)");
    finds(ground, cleaner, "a 1", "beside a transaction that has written");
    finds(ground, cleaner, "", "which is not seen while it is open");
    session_run(one, "commit");
    finds(ground, cleaner, "a 1", "but is after its commit");
    finds(ground, cleaner, "", "once");
    session_run(one, "begin; insert into a values (1)");
    session_run(two, "begin; insert into b values (1), (2)");
    finds(ground, cleaner, "", "two of them");
    session_run(two, "commit");
    finds(ground, cleaner, "b 2", "the later one commits first");
    session_run(one, "commit");
    finds(ground, cleaner, "a 1", "and then the earlier one");
    session_run(one, "begin; insert into a values (1); savepoint s;"
                     "insert into b values (1); release s");
    finds(ground, cleaner, "", "one with a savepoint");
    session_run(one, "rollback");
    finds(ground, cleaner, "", "that is rolled back");
    session_run(one, "begin; insert into a values (1); savepoint s;"
                     "insert into b values (1); rollback to s");
    session_run(two, "insert into b values (1)");
    finds(ground, cleaner, "b 1", "one that is rolled back in part");
    session_run(one, "commit");
    finds(ground, cleaner, "a 1", "and then committed");
    session_run(one, "begin isolation level serializable; select * from a");
    session_run(two, "insert into a values (1)");
    session_run(one, "insert into a values (2)");
    finds(ground, cleaner, "a 1", "an old snapshot is open");
    session_run(one, "commit");
    finds(ground, cleaner, "a 1", "and ends");
}

static void
try_prepared_transactions(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;

    if (ground_number(ground, "show max_prepared_transactions") == 0) {
        tap_skip(3, "max_prepared_transactions is 0");
        return;
    }
    ground_renew(ground);
    ground_run(ground, "create table a (i int); insert into a values (1)");
    cleaner = ground_cleaner(ground, NULL);
    ground_run(ground, "begin; insert into a values (2);"
                       "prepare transaction 'ground'");
    finds(ground, cleaner, "a 1", "beside a prepared transaction");
    finds(ground, cleaner, "", "which is not seen yet");
    ground_run(ground, "commit prepared 'ground'");
    finds(ground, cleaner, "a 1", "but is after its commit");
}

static const char *program;

static void
write_in_another_process(const struct ground *ground, const char *sql)
{
    struct helper helper = helper_start(program, sql, ground);

    (void)helper_end(&helper);
}

static int
be_helper(const char *sql, const char *url)
{
    struct db *db = session_open(url, false);

    session_run(db, "%s", sql);
    db_close(&db);
    return 0;
}

static void
try_other_writers(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *one = NULL;
    SCOPED(duet_cleaner_close) struct duet_cleaner *two = NULL;

    ground_renew(ground);
    ground_run(ground, "create table a (i integer); create table b (i int);"
                       "insert into a values (1), (2)");
    one = ground_cleaner(ground, NULL);
    two = ground_cleaner(ground, NULL);
    finds(ground, one, "a 2", "rows that were there before the handle");
    finds(ground, two, "", "another handle finds none of them");
    ground_run(ground, "insert into b values (1)");
    finds(ground, two, "b 1", "that which comes first finds a row");
    finds(ground, one, "", "and the other none");
    write_in_another_process(ground, "insert into a values (1)");
    finds(ground, one, "a 1", "a row of another process");
    ground_run(ground, "begin; insert into a values (1); rollback");
    finds(ground, one, "", "nothing of what was rolled back");
    ground_run(ground,
               "begin; insert into a values (1); delete from a; commit");
    finds(ground, one, "", "nor what is gone again");
    for (int i = 0; i < 20; i++)
        (void)duet_clear(one, NULL, NULL);
    ground_run(ground, "insert into a values (1)");
    finds(ground, one, "a 1", "a row after many times without one");
}

static void
count_statement(void *context, const char *sql, int64_t microseconds)
{
    *(int *)context += *sql != '\0' && microseconds >= 0;
}

/* On a server another test may write; but here nobody does. */
static void
try_shortcut(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    int count = 0;
    const struct db_trace trace = {count_statement, &count};

    ground_renew(ground);
    for (int i = 0; i < 300; i++)
        ground_run(ground, "create table t%d (i int)", i);
    ground_run(ground, "insert into t7 values (1)");
    OK(cleaner_open(&cleaner, ground->url, NULL, &trace, NULL) &&
           duet_clear(cleaner, NULL, NULL),
       "%s: 300 tables", ground->who);
    count = 0;
    OK(duet_clear(cleaner, NULL, NULL) && count == 1,
       "%s: while nothing has changed, one statement tells so", ground->who);
    if (count != 1)
        tap_diag("%d statements", count);
}

/* --------------------------------------------------------- the schema mark */

/* After the same tables twice running, others: the cleaner may have guessed. */
static void
try_wrong_guesses(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    static const char again[] = "insert into a values (1)";

    ground_renew(ground);
    ground_run(ground, "create table a (i int); create table b (i int)");
    cleaner = ground_cleaner(ground, NULL);
    for (int i = 0; i < 3; i++) {
        ground_run(ground, again);
        finds(ground, cleaner, "a 1", "the same table");
    }
    ground_run(ground, "insert into a values (1); insert into b values (2)");
    finds(ground, cleaner, "a 1, b 1", "and then one more");
    for (int i = 0; i < 3; i++) {
        ground_run(ground, again);
        finds(ground, cleaner, "a 1", "the same table again");
    }
    ground_run(ground, "insert into b values (1)");
    finds(ground, cleaner, "b 1", "and then another");
    for (int i = 0; i < 3; i++) {
        ground_run(ground, again);
        finds(ground, cleaner, "a 1", "and once more the same");
    }
    ground_run(ground, "insert into a values (1); create table c (i int);"
                       "insert into c values (1)");
    finds(ground, cleaner, "a 1, c 1", "and then a new table");
}

static void
try_new_tables(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;

    ground_renew(ground);
    ground_run(ground, "create table a (i integer primary key);"
                       "create table b (i integer primary key);"
                       "create table c (i integer primary key);"
                       "insert into a values (1)");
    cleaner = ground_cleaner(ground, NULL);
    finds(ground, cleaner, "a 1", "before the schema changes");
    ground_run(ground, "create table d (i int references a);"
                       "insert into a values (1); insert into d values (1)");
    finds(ground, cleaner, "a 1, d 1", "a new table that references one");
    ground_run(ground, "drop table d; insert into a values (1)");
    finds(ground, cleaner, "a 1", "the newest is dropped");
    ground_run(ground, "drop table b; insert into c values (1)");
    finds(ground, cleaner, "c 1", "one that is older is dropped");
    ground_run(ground, "drop table c; create table c (j text);"
                       "insert into c values (1), (2)");
    finds(ground, cleaner, "c 2", "one is made anew");
    ground_run(ground, "alter table c rename to e; insert into e values (1)");
    finds(ground, cleaner, "e 1", "one is renamed");
    ground_run(ground, "alter table a rename to t; alter table e rename to a;"
                       "alter table t rename to e; insert into a values (1)");
    finds(ground, cleaner, "a 1", "two change their names");
    ground_run(ground, "alter table a add column k int;"
                       "insert into a values (1, 2)");
    finds(ground, cleaner, "a 1", "one gets a column");
    ground_run(ground, "drop table a; drop table e");
    finds(ground, cleaner, "", "all are dropped");
    finds(ground, cleaner, "", "and nothing is left to do");
    ground_run(ground, "create table a (i int); insert into a values (1)");
    finds(ground, cleaner, "a 1", "the first table of an empty database");
}

/* A session that makes things as who owns them. */
static struct db *
maker_session(const struct ground *ground)
{
    struct db *db = ground_session(ground);

    if (ground->is_owner)
        session_run(db, "set role " GROUND_OWNER);
    return db;
}

/*
 * What another session is making while the handle reads the schema has a lower
 * oid than what a third one has made since.
 */
static void
try_tables_in_the_making(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    SCOPED(db_close) struct db *other = NULL;

    ground_renew(ground);
    ground_run(ground, "create table a (i int); create table b (i int);"
                       "create function f() returns trigger language plpgsql as"
                       " 'begin insert into b values (7); return old; end'");
    other = maker_session(ground);
    session_run(other, "begin; create table early (i int);"
                       "create trigger f after delete on a for each row"
                       " execute function f();"
                       "alter table a enable always trigger f");
    ground_run(ground, "create table late (i int)");
    cleaner = ground_cleaner(ground, NULL);
    session_run(other, "commit; insert into early values (1);"
                       "insert into a values (1)");
    finds(ground, cleaner, "a 1, early 1",
          "a table that was in the making while the schema was read");
    IS_INT(ground_number(ground, "select count(*) from b"), 0,
           "%s: and a trigger likewise", ground->who);
}

/*
 * The same where it has begun last, so that no transaction with a higher number
 * has ended by then, but has made something before another one.
 */
static void
try_newest_in_the_making(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    SCOPED(db_close) struct db *older = NULL;
    SCOPED(db_close) struct db *newer = NULL;

    ground_renew(ground);
    older = maker_session(ground);
    newer = maker_session(ground);
    session_run(older, "begin; select pg_current_xact_id()");
    session_run(newer, "begin; create table early (i int)");
    session_run(older, "create table late (i int); commit");
    cleaner = ground_cleaner(ground, NULL);
    session_run(newer, "commit; insert into early values (1)");
    finds(ground, cleaner, "early 1",
          "a table of the newest transaction, which was older than another");
}

/* A table that is made before each reading of the schema, and goes behind it.
 */
struct passing_table {
    struct db *db;
    int rounds; /* to come */
};

static void
make_or_drop(void *context, const char *sql, int64_t microseconds)
{
    struct passing_table *table = context;

    (void)microseconds;
    if (table->rounds > 0 && strncmp(sql, "begin", 5) == 0)
        session_run(table->db, "create table if not exists passing (i int)");
    if (table->rounds > 0 &&
        strcmp(sql, sql_text_postgres[SQL_SCHEMA_MARK]) == 0) {
        table->rounds--;
        session_run(table->db, "drop table passing");
    }
}

/* Somebody who alters the schema again and again comes to an end, too. */
static void
try_dropped_while_read(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    struct passing_table table = {.rounds = 3 * CLEANER_TURNS};
    const struct db_trace trace = {make_or_drop, &table};
    struct duet_error err = {0};

    ground_renew(ground);
    ground_run(ground, "create table a (i int); insert into a values (1)");
    table.db = maker_session(ground);
    if (!OK(cleaner_open(&cleaner, ground->cleaner, NULL, &trace, &err),
            "%s: tables that go while the schema is read", ground->who))
        tap_diag("%d rounds to come: %s", table.rounds, err.text);
    else
        finds(ground, cleaner, "a 1", "until they are gone");
    db_close(&table.db);
}

static void
count_plans(void *context, const char *sql, int64_t microseconds)
{
    *(int *)context += microseconds >= 0 &&
                       strcmp(sql, sql_text_postgres[SQL_SCHEMA_MARK]) == 0;
}

/* The schema is not read anew for every transaction that has come to its end.
 */
static void
try_nothing_in_the_making(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    struct db *others[4];
    int count = 0;
    const struct db_trace trace = {count_plans, &count};

    ground_renew(ground);
    ground_run(ground, "create table a (i int)");
    for (int i = 0; i < 4; i++) {
        others[i] = ground_session(ground);
        session_run(others[i], "begin; insert into a values (%d)", i);
    }
    OK(cleaner_open(&cleaner, ground->cleaner, NULL, &trace, NULL) &&
           count == 1,
       "%s: the schema is read once", ground->who);
    for (int i = 0; i < 4; i++) {
        session_run(others[i], "commit");
        finds(ground, cleaner, "a 1", "a transaction has ended");
        db_close(&others[i]);
    }
    IS_INT(count, 1, "%s: which was no reason to read the schema again",
           ground->who);
}

static void
try_kept_tables(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    struct duet_error err = {0};

    ground_renew(ground);
    ground_run(ground, "create table kept (i int); create table a (i integer"
                       " primary key); create table b (i int);"
                       "insert into kept values (1); insert into a values (1)");
    cleaner = ground_cleaner(
        ground, &(struct duet_clear_options){.keep = LIST("kept")});
    finds(ground, cleaner, "a 1", "a handle that keeps a table");
    ground_run(ground, "alter table kept rename to other;"
                       "alter table b rename to kept;"
                       "insert into kept values (1), (2)");
    finds(ground, cleaner, "other 1", "a kept table is one by its name");
    ground_run(ground, "drop table kept; insert into a values (1)");
    fails(ground, cleaner, "no table matches 'kept'",
          "without the kept table it is an error");
    fails(ground, cleaner, "no table matches 'kept'", "and again");
    OK(!duet_clear_preview(cleaner, NULL, &err) &&
           !duet_reset(cleaner, "insert into a values (2)", NULL, &err) &&
           err.kind == DUET_ERROR_USAGE,
       "%s: whatever is called", ground->who);
    IS_INT(ground_number(ground, "select count(*) from a"), 1,
           "%s: and nothing is cleared", ground->who);
    ground_run(ground, "create table kept (i int references a);"
                       "insert into kept values (1)");
    fails(ground, cleaner, "kept(i) -> a",
          "a new one that references a table is an error");
    ground_run(ground, "drop table kept; create table kept (i int);"
                       "insert into kept values (1)");
    finds(ground, cleaner, "a 1", "one that does not is kept");
}

/* Nothing but the name of a table that is kept, and so not asked, changes. */
static void
try_kept_names(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;

    ground_renew(ground);
    ground_run(ground, "create table k1 (i int); create table k2 (i int);"
                       "create table a (i int); insert into k1 values (1);"
                       "insert into k2 values (1); insert into a values (1)");
    cleaner = ground_cleaner(ground,
                             &(struct duet_clear_options){.keep = LIST("k?")});
    finds(ground, cleaner, "a 1", "a handle that keeps tables by a pattern");
    ground_run(ground, "alter table k1 rename to b; insert into a values (1)");
    finds(ground, cleaner, "a 1, b 1", "one of them gets another name");
    ground_run(ground, "alter table b rename to k1; insert into a values (1);"
                       "insert into k1 values (1)");
    finds(ground, cleaner, "a 1", "and its own again");
}

static void
try_objects_of_postgres(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;

    ground_renew(ground);
    ground_run(ground, "create table a (i int); create table b (i int);"
                       "create table p (i int) partition by list (i);"
                       "create table p1 partition of p for values in (1);"
                       "create table k (i int);"
                       "create function f() returns trigger language plpgsql as"
                       " 'begin insert into b values (7); return old; end';"
                       "create function g() returns trigger language plpgsql as"
                       " 'begin return null; end';"
                       "insert into a values (1)");
    cleaner =
        ground_cleaner(ground, &(struct duet_clear_options){.keep = LIST("k")});
    finds(ground, cleaner, "a 1", "before anything is altered");
    ground_run(ground,
               "create trigger f after delete on a for each row"
               " execute function f(); alter table a enable always trigger f;"
               "insert into a values (1)");
    finds(ground, cleaner, "a 1", "a trigger is made that writes elsewhere");
    ground_run(ground, "alter table a disable trigger f;"
                       "insert into a values (1)");
    finds(ground, cleaner, "a 1", "it is disabled");
    IS_INT(ground_number(ground, "select count(*) from pg_trigger"
                                 " where tgname = 'f' and tgenabled = 'D'"),
           1, "%s: and stays so", ground->who);
    ground_run(ground, "alter table a enable always trigger f;"
                       "insert into a values (1)");
    finds(ground, cleaner, "a 1", "and enabled");
    IS_INT(ground_number(ground, "select count(*) from b"), 0,
           "%s: which leaves no row elsewhere", ground->who);
    ground_run(ground, "drop trigger f on a; insert into a values (1);"
                       "create trigger g before delete on a for each row"
                       " execute function g(); insert into a values (1)");
    finds(ground, cleaner, "a 2", "another one is made");
    ground_run(ground, "alter table a enable replica trigger g;"
                       "insert into a values (1)");
    finds(ground, cleaner, "a 1", "and acts in another way");
    ground_run(ground,
               "create rule r as on delete to b do also"
               " insert into a values (8);"
               "alter table b disable rule r; insert into b values (1)");
    finds(ground, cleaner, "b 1", "a rule is made");
    ground_run(ground, "alter table b enable always rule r;"
                       "insert into b values (1)");
    finds(ground, cleaner, "b 1", "and enabled");
    IS_INT(ground_number(ground, "select count(*) from a"), 0,
           "%s: which leaves no row elsewhere, either", ground->who);
    ground_run(ground, "alter table p detach partition p1;"
                       "insert into p1 values (1)");
    finds(ground, cleaner, "p1 1", "a partition is detached");
    ground_run(ground, "alter table p attach partition p1 for values in (1);"
                       "insert into p values (1)");
    finds(ground, cleaner, "p 1", "and attached");
    ground_run(ground, "create schema s; alter table a set schema s;"
                       "insert into s.a values (1)");
    finds(ground, cleaner, "s.a 1", "a table moves to another schema");
    ground_run(ground,
               "alter schema s rename to t; insert into t.a values (1)");
    finds(ground, cleaner, "t.a 1", "which is renamed");
    ground_run(ground,
               "alter table k set schema t; alter table t.k rename to l;"
               "create table k (i int); insert into t.l values (1)");
    finds(ground, cleaner, "t.l 1", "a kept table moves away");
    ground_run(ground, "drop schema t cascade; insert into b values (1)");
    finds(ground, cleaner, "b 1", "a schema is dropped");
    ground_run(ground, "alter table b set unlogged; insert into b values (1)");
    finds(ground, cleaner, "b 1", "a table is rewritten");
    ground_run(ground, "alter table b alter i type text;"
                       "insert into b values (1)");
    finds(ground, cleaner, "b 1", "a column gets another type");
    ground_run(ground, "vacuum full");
    ground_run(ground, "truncate b; insert into b values (1)");
    finds(ground, cleaner, "b 1", "the catalog is rewritten");
}

static void
try_sequences(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    struct duet_clear_report report = {0};

    ground_renew(ground);
    ground_run(ground, "create table a (i int); create sequence q;"
                       "select nextval('q')");
    cleaner = ground_cleaner(
        ground, &(struct duet_clear_options){.restart_sequences = true});
    OK(duet_clear(cleaner, &report, NULL) && report.sequences == 0,
       "%s: a sequence that no table uses", ground->who);
    ground_run(ground, "alter table a add j int default nextval('q')");
    OK(duet_clear(cleaner, &report, NULL) && report.sequences == 1,
       "%s: comes into use", ground->who);
    ground_run(ground, "alter table a add k serial; select nextval('a_k_seq')");
    OK(duet_clear(cleaner, &report, NULL) && report.sequences == 1,
       "%s: and a new one", ground->who);
    ground_run(ground, "create unlogged table u (id serial)");
    OK(duet_clear(cleaner, &report, NULL) && report.sequences == 0,
       "%s: that of a table without a log", ground->who);
    ground_run(ground, "select nextval('u_id_seq')");
    OK(duet_clear(cleaner, &report, NULL) && report.sequences == 1,
       "%s: moves without any other trace", ground->who);
}

static void
try_leaks(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    bool done = true;

    ground_renew(ground);
    ground_run(ground, "create table a (i integer primary key);"
                       "create table b (i int references a)");
    cleaner = ground_cleaner(ground, NULL);
    for (int i = 0; i < 40; i++) {
        ground_run(ground,
                   "drop table b; create table b (i int references a);"
                   "insert into a values (1); insert into b values (1)");
        done =
            done && duet_clear(cleaner, NULL, NULL) &&
            duet_reset(cleaner, "insert into a values (2)", NULL, NULL) &&
            !duet_reset(cleaner, "insert into nowhere values (2)", NULL, NULL);
    }
    OK(done, "%s: the schema changes forty times", ground->who);
    if (ground->is_server)
        OK(session_number(cleaner->db,
                          "select count(*) from pg_prepared_statements") <= 10,
           "%s: and no prepared statement is left behind", ground->who);
}

int
main(int argc, char **argv)
{
    static const char *const engines[] = {"sqlite", "postgres",
                                          "postgres as an owner"};
    struct ground ground;

    program = argv[0];
    if (argc == 3)
        return be_helper(argv[1], argv[2]);
    for (size_t i = 0; i < 3; i++) {
        if (!ground_open(&ground, engines[i])) {
            tap_skip(1, "no PostgreSQL server");
            continue;
        }
        try_other_writers(&ground);
        try_wrong_guesses(&ground);
        try_new_tables(&ground);
        try_kept_tables(&ground);
        try_kept_names(&ground);
        try_leaks(&ground);
        if (ground.is_server) {
            try_open_transactions(&ground);
            try_prepared_transactions(&ground);
            try_tables_in_the_making(&ground);
            try_newest_in_the_making(&ground);
            try_nothing_in_the_making(&ground);
            try_dropped_while_read(&ground);
            try_objects_of_postgres(&ground);
            try_sequences(&ground);
        } else {
            try_shortcut(&ground);
        }
        ground_close(&ground);
    }
    return tap_done();
}
