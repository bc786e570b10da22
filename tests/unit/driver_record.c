/*
 * The drivers that wrap: record (a dry run's), trace, and the script driver of
 * the tests.
 */
#include "lib/script.h"
#include "lib/subject.h"
#include "lib/tap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "db/literal.h"
#include "db/reads.h"
#include "db/record.h"
#include "db/trace.h"

static struct duet_error err;

static void
must(bool done, const char *what)
{
    if (done)
        return;
    printf("Bail out! %s: %s\n", what, err.text);
    exit(1);
}

static const char *
ask(struct db *db, const char *sql)
{
    static char text[256];
    SCOPED(rows_clear) struct rows rows = {0};

    snprintf(text, sizeof text, "(no row)");
    if (!db_query(db, &rows, sql, NULL, 0, &err))
        return "(failed)";
    if (rows_next(&rows))
        snprintf(text, sizeof text, "%s",
                 row_text(&rows, 0) ? row_text(&rows, 0) : "(null)");
    return text;
}

/* ------------------------------------------------------- reads and writes */

static const char *const reads[] = {"select 1",
                                    "  /* x */ SELECT 1; -- y",
                                    "values (1)",
                                    "(select 1)",
                                    "with a as (select 1) select * from a",
                                    "select 'delete from t'",
                                    "select \"insert\" from t",
                                    "select update from t",
                                    "select is_insertable_into from t",
                                    "explain select 1",
                                    "select replace(a, 'x', 'y') from t",
                                    "select a.delete from t a",
                                    "",
                                    ";"};

static const char *const writes[] = {
    "insert into t values (1)",
    "delete from t",
    "update t set a = 1",
    "select 1; delete from t",
    "with a as (select 1) delete from t",
    "with a as (delete from t returning 1) select * from a",
    "with a as materialized (insert into t values (1)) select * from a",
    "select 1 into t",
    "select * from t for update",
    "select * from t for no key update",
    "select nextval('s')",
    "select pg_catalog.setval('s', 1)",
    "explain analyze delete from t",
    "create table t (i)",
    "drop table t",
    "begin",
    "commit",
    "vacuum",
    "set x = 1",
    "lock table t",
    "call f()",
    "do 'x'",
    "truncate t",
    "nonsense",
    "with a as (select 1) replace into t select * from a",
    "select load_extension('x')",
    "copy t to '/tmp/x'"};

static const char *const sqlite_reads[] = {
    "pragma table_info(t)",          "pragma main.table_info('t')",
    "PRAGMA foreign_keys",           "pragma foreign_key_check",
    "select [delete from t] from t", "select `;delete from t` from t"};

static const char *const sqlite_writes[] = {
    "pragma foreign_keys = on",
    "pragma foreign_keys(0)",
    "pragma journal_mode = wal",
    "pragma journal_mode(wal)",
    "pragma user_version = 7",
    "pragma optimize",
    "pragma wal_checkpoint",
    "pragma",
    "pragma main.",
    "attach 'x' as y",
    "pragma table_info(t); delete from t"};

static const char *const postgres_reads[] = {
    "show search_path", "table t", "select $$; delete from t$$",
    "select $x$; delete $$ $x$, E'\\'; delete from t'",
    "select /* /* */ ; delete from t */ 1"};

static const char *const postgres_writes[] = {"select $$x$$; delete from t",
                                              "select pg_advisory_lock(1)"};

#define EACH(list, dialect, want)                                            \
    for (size_t i = 0; i < sizeof(list) / sizeof *(list); i++)               \
    OK(sql_only_reads(&(dialect), (list)[i]) == (want), "%s: %s", (list)[i], \
       (want) ? "reads" : "may write")

static void
test_reads(void)
{
    const struct dialect sqlite = {.has_dollar_quotes = false};
    const struct dialect postgres = {.has_dollar_quotes = true};

    EACH(reads, sqlite, true);
    EACH(reads, postgres, true);
    EACH(writes, sqlite, false);
    EACH(writes, postgres, false);
    EACH(sqlite_reads, sqlite, true);
    EACH(sqlite_writes, sqlite, false);
    EACH(postgres_reads, postgres, true);
    EACH(postgres_writes, postgres, false);
}

/* ------------------------------------------------------------- the record */

static const char create[] =
    "create table v (id integer primary key, t text, i bigint, "
    "f double precision, b bytea, o boolean)";

static const struct db_value *
values(void)
{
    static struct db_value args[6];

    args[0] = db_integer(-5);
    args[1] = db_text("it's; -- $1");
    args[2] = db_integer(INT64_MIN);
    args[3] = db_float(-0.1);
    args[4] = db_blob("\0'\xFF", 3);
    args[5] = db_boolean(true);
    return args;
}

static const char insert[] =
    "insert into v (id, t, i, f, b, o) /* $2 */ "
    "values (- cast($1 as integer), $2, $3, $4, $5, $6); -- done\n";

static const char all[] = "select id || t || i, f, b, o from v";

/* What was collected runs as it stands, and does what was asked for. */
static void
test_script(struct subject *s, struct db *plain, const char *script)
{
    SCOPED(rows_clear) struct rows rows = {0};
    size_t len = 0;
    const void *blob;

    if (!OK(db_exec(plain, script, &err), "%s: the script runs", s->who))
        tap_diag("%s\n%s", err.text, script);
    must(db_query(plain, &rows, all, NULL, 0, &err) && rows_next(&rows), all);
    IS_TEXT(row_text(&rows, 0), "5it's; -- $1-9223372036854775808",
            "%s: and writes the texts and integers", s->who);
    OK(row_float(&rows, 1) == -0.1, "%s: floats", s->who);
    blob = row_blob(&rows, 2, &len);
    OK(len == 3 && memcmp(blob, "\0'\xFF", 3) == 0, "%s: blobs", s->who);
    OK(row_boolean(&rows, 3), "%s: booleans", s->who);
    OK(!rows_next(&rows), "%s: and nothing else", s->who);
}

static void
test_record_calls(struct subject *s, struct db *db)
{
    SCOPED(statement_free) struct db_statement *count = NULL;
    SCOPED(statement_free) struct db_statement *write = NULL;
    struct db_value one = db_integer(1);
    struct db_call calls[2];

    must(db_prepare(db, &count, "select 40 + 2", &err) &&
             db_prepare(db, &write, "delete from v where id = $1", &err),
         "prepare");
    calls[0] = (struct db_call){.statement = write,
                                .args = &one,
                                .nargs = 1,
                                .affected = -1,
                                .answer = "?"};
    calls[1] = (struct db_call){.statement = count};
    OK(db_run(db, calls, 2, &err), "%s: calls are run or collected", s->who);
    IS_TEXT(calls[1].answer, "42", "%s: what reads has its answer", s->who);
    IS_INT(calls[0].affected, 0, "%s: what writes has written nothing", s->who);
    OK(strstr(record_text(db), "delete from v where id = ") != NULL,
       "%s: and is collected", s->who);
}

static void
test_record(struct subject *s)
{
    SCOPED(db_close) struct db *plain = subject_open(s, NULL);
    SCOPED(db_close) struct db *db = record_open(subject_open(s, NULL));
    SCOPED(rows_clear) struct rows rows = {0};
    int64_t affected = -1;
    char *before;

    must(db_exec(plain, create, &err), create);
    IS_TEXT(record_text(db), "", "%s: at first there is no script", s->who);
    OK(strcmp(ask(db, "select count(*) from v"), "0") == 0 &&
           *record_text(db) == '\0',
       "%s: what reads is answered", s->who);
    OK(db_begin(db, &err) && db_in_transaction(db) && db_commit(db, &err) &&
           *record_text(db) == '\0',
       "%s: an empty transaction is nothing", s->who);
    OK(db_begin(db, &err) &&
           db_execute(db, insert, values(), 6, &affected, &err) &&
           affected == 0 && db_commit(db, &err) && !db_in_transaction(db),
       "%s: what writes is collected", s->who);
    IS_TEXT(ask(plain, "select count(*) from v"), "0", "%s: and not executed",
            s->who);
    before = strdup(record_text(db));
    OK(db_begin(db, &err) && db_exec(db, "delete from v", &err),
       "%s: so is another transaction", s->who);
    db_rollback(db);
    IS_TEXT(record_text(db), before, "%s: a rollback takes it back", s->who);
    OK(!db_commit(db, &err), "%s: there is nothing to commit then", s->who);
    OK(!db_execute(db, "delete from v where id = $1", NULL, 0, NULL, &err) &&
           strcmp(record_text(db), before) == 0,
       "%s: a parameter without a value is an error", s->who);
    OK(db_query(db, &rows, "delete from v returning id", NULL, 0, &err) &&
           rows_columns(&rows) == 0 && !rows_next(&rows) && rows_ended(&rows),
       "%s: what is collected has no rows", s->who);
    test_record_calls(s, db);
    test_script(s, plain, before);
    free(before);
}

/* The words of a statement do not tell what its functions do. */
static void
test_hidden_write(struct subject *s)
{
    static const char *const hide[] = {
        "create view w as select 1",
        "create function w() returns integer language sql as"
        " 'insert into v (id) values (9) returning 1'"};
    SCOPED(db_close) struct db *plain = subject_open(s, NULL);
    SCOPED(db_close) struct db *db = record_open(subject_open(s, NULL));

    must(db_exec(plain, hide[s->is_server], &err), "hide");
    if (s->is_server)
        OK(strcmp(ask(db, "select w()"), "(no row)") == 0 &&
               err.kind == DUET_ERROR_DENIED,
           "%s: a function that writes is refused", s->who);
    IS_TEXT(ask(plain, "select count(*) from v where id = 9"), "0",
            "%s: nothing passes by mistake", s->who);
}

static void
test_literals(struct subject *s)
{
    static const double numbers[] = {0,      -1.5,     123456789e-3,
                                     5e-324, HUGE_VAL, -HUGE_VAL};
    SCOPED(db_close) struct db *db = subject_open(s, NULL);
    SCOPED(buf_release) struct buf sql = {0};

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        SCOPED(rows_clear) struct rows rows = {0};
        struct db_value value = db_float(numbers[i]);

        buf_clear(&sql);
        must(literal_fill(&sql, db_dialect(db),
                          "select cast($1 as double precision)", &value, 1,
                          &err),
             "fill");
        OK(db_query(db, &rows, buf_data(&sql), NULL, 0, &err) &&
               rows_next(&rows) && row_float(&rows, 0) == numbers[i],
           "%s: the literal of %g is the same number", s->who, numbers[i]);
    }
    if (!s->is_server) {
        SCOPED(rows_clear) struct rows rows = {0};
        struct db_value value = {DB_TEXT, .as.data = "a\0'b", .len = 4};

        buf_clear(&sql);
        must(literal_fill(&sql, db_dialect(db), "select $1, typeof($1)", &value,
                          1, &err),
             "fill");
        OK(db_query(db, &rows, buf_data(&sql), NULL, 0, &err) &&
               rows_next(&rows) && row_len(&rows, 0) == 4 &&
               memcmp(row_text(&rows, 0), "a\0'b", 4) == 0 &&
               strcmp(row_text(&rows, 1), "text") == 0,
           "%s: a text with a NUL has a literal", s->who);
        buf_clear(&sql);
        OK(literal_fill(&sql, db_dialect(db), "select :a, ?1, $a", NULL, 0,
                        &err) &&
               strcmp(buf_data(&sql), "select :a, ?1, $a") == 0,
           "%s: parameters of other names stay", s->who);
    }
}

/* -------------------------------------------------------------- the trace */

struct told {
    char sql[512];
    int count;
    int64_t spent;
};

static void
tell(void *context, const char *sql, int64_t microseconds)
{
    struct told *told = context;

    snprintf(told->sql, sizeof told->sql, "%s", sql);
    told->count++;
    told->spent = microseconds;
}

static void
test_trace(struct subject *s)
{
    static const char slow[] =
        "with recursive c(i) as (select 1 union all select i + 1 from c "
        "where i < 200000) select count(*) from c";
    struct told told = {.count = 0};
    struct db_trace trace = {tell, &told};
    SCOPED(db_close) struct db *db = trace_open(subject_open(s, NULL), &trace);
    SCOPED(statement_free) struct db_statement *statement = NULL;
    SCOPED(rows_clear) struct rows rows = {0};
    struct db_call calls[2];

    must(db_query(db, &rows, slow, NULL, 0, &err), slow);
    IS_INT(told.count, 0, "%s: a query that runs is not told yet", s->who);
    must(rows_next(&rows) && !rows_next(&rows) && rows_ended(&rows), slow);
    IS_INT(told.count, 1, "%s: with its first row it is", s->who);
    IS_TEXT(told.sql, slow, "%s: as it was asked", s->who);
    OK(told.spent > 1000, "%s: with the time it took (%lld)", s->who,
       (long long)told.spent);
    must(db_query(db, &rows, "select 1", NULL, 0, &err), "query");
    rows_clear(&rows);
    IS_INT(told.count, 2, "%s: one that is dropped is told as well", s->who);
    OK(!db_exec(db, "nonsense", &err) && told.count == 3 &&
           strcmp(told.sql, "nonsense") == 0,
       "%s: one that fails too", s->who);
    OK(db_begin(db, &err) && told.count == 4 &&
           strcmp(told.sql, db_dialect(db)->begin_write) == 0,
       "%s: a transaction is told", s->who);
    db_rollback(db);
    OK(told.count == 5 && strcmp(told.sql, "rollback") == 0, "%s: to its end",
       s->who);
    db_rollback(db);
    IS_INT(told.count, 5, "%s: a rollback of nothing is nothing", s->who);
    must(db_prepare(db, &statement, "select 2", &err), "prepare");
    calls[0] = calls[1] = (struct db_call){.statement = statement};
    OK(db_run(db, calls, 2, &err) && strcmp(calls[1].answer, "2") == 0 &&
           calls[1].statement == statement && told.count == 7 &&
           strcmp(told.sql, "select 2") == 0,
       "%s: calls are told each", s->who);
    OK(statement_query(statement, &rows, NULL, 0, &err) && rows_next(&rows) &&
           told.count == 8,
       "%s: so is a prepared statement", s->who);
}

/* ------------------------------------------------------------- the script */

static void
test_by_hand(void)
{
    SCOPED(db_close) struct db *real = NULL;
    SCOPED(db_close) struct db *db = NULL;
    SCOPED(rows_clear) struct rows rows = {0};

    must(db_open(&real, "sqlite::memory:", NULL, &err), "open");
    db = scripted_open(db_dialect(real));
    script_expect(db, "begin immediate");
    script_expect(db, "select label from t where id = $1 <- 7");
    script_row(db, (const char *const[]){"localhost", NULL}, 2);
    script_expect(db, "delete from t");
    script_refuse(db, DUET_ERROR_DENIED, "not you");
    script_expect(db, "select 1");
    script_row(db, (const char *const[]){"1"}, 1);
    script_refuse(db, DUET_ERROR_CONNECT, "lost");
    OK(db_begin(db, &err) && db_in_transaction(db), "a script begins");
    OK(db_query(db, &rows, "select label from t where id = $1",
                (struct db_value[]){db_integer(7)}, 1, &err) &&
           rows_next(&rows) && rows_columns(&rows) == 2,
       "it has an answer");
    IS_TEXT(row_text(&rows, 0), "localhost", "with values");
    IS_TEXT(row_text(&rows, 1), NULL, "and NULL");
    OK(!rows_next(&rows) && rows_ended(&rows), "that ends");
    OK(!db_exec(db, "delete from u", &err) &&
           strstr(err.text, "expected 'delete from t', got 'delete from u'"),
       "what is not expected is an error that shows both");
    OK(!db_exec(db, "delete from t", &err) && err.kind == DUET_ERROR_DENIED,
       "it can refuse");
    IS_TEXT(script_left(db), "select 1", "it knows what is left");
    must(db_query(db, &rows, "select 1", NULL, 0, &err), "query");
    OK(rows_next(&rows) && !rows_next(&rows) && !rows_ended(&rows) &&
           err.kind == DUET_ERROR_CONNECT,
       "rows can end in an error");
    IS_TEXT(script_left(db), NULL, "and that nothing is");
    OK(!db_exec(db, "select 1", &err) && strstr(err.text, "nothing more"),
       "more is too much");
}

static void
run_all(struct subject *s)
{
    subject_wrap(s, WRAP_NOT);
    test_record(s);
    test_hidden_write(s);
    test_literals(s);
    test_trace(s);
    subject_release(s);
}

int
main(void)
{
    struct subject subject;

    test_reads();
    test_by_hand();
    subject_sqlite(&subject, scratch_make());
    run_all(&subject);
    if (subject_postgres(&subject))
        run_all(&subject);
    else
        tap_skip(1, "TEST_POSTGRES names no server");
    scratch_remove();
    return tap_done();
}
