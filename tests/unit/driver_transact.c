/*
 * db_transact() on each driver: all of a transaction or nothing, and which of
 * its statements has failed, and where.
 */
#include <stdio.h>
#include <string.h>

#include "lib/subject.h"
#include "lib/tap.h"

static struct duet_error err;

/* The first column of the last row, or "(none)". */
static const char *
ask(struct db *db, const char *sql)
{
    static char text[256];
    SCOPED(arena_clear) struct arena arena = {0};
    const char *answer = NULL;

    if (!db_ask(db, &arena, sql, NULL, 0, &answer, &err))
        tap_bail_out("%s: %s", sql, err.text);
    snprintf(text, sizeof text, "%s", answer != NULL ? answer : "(none)");
    return text;
}

static bool
transact(struct db *db, struct db_transaction *transaction)
{
    size_t done;

    return db_transact(db, transaction, 1, &done, &err);
}

static void
must(struct db *db, const char *sql)
{
    if (!db_exec(db, sql, &err))
        tap_bail_out("%s: %s", sql, err.text);
}

enum { MOST = 4, NOWHERE = MOST };

/* $ is where the error is: it is taken out. */
static const struct trial {
    const char *name;
    const char *before;
    const char *statements[MOST];
    const char *last;
    enum duet_error_kind kind;
    size_t failed; /* NOWHERE: none of the statements */
} trials[] = {
    {"the first statement",
     NULL,
     {"insert into nothing values (1)", "insert into log values ('a')"},
     NULL,
     DUET_ERROR_SQL,
     0},
    {"a column in the third one",
     "select 1",
     {"insert into log values ('h\xC3\xA9\xF0\x9F\x98\x80')",
      "insert into log values ('b')",
      "insert into log\nselect 'h\xC3\xA9\xE6\xBC\xA2', $nothing from log",
      "insert into log values ('c')"},
     "insert into log values ('last')",
     DUET_ERROR_SQL,
     2},
    {"a mistake in the second one",
     "select 1",
     {"insert into log values ('\xC3\xA9')", "insert into log $valves ('b')"},
     "insert into log values ('last')",
     DUET_ERROR_SQL,
     1},
    {"a row of the last one",
     NULL,
     {"insert into log values ('a')", "insert into log values ('a')"},
     NULL,
     DUET_ERROR_CONSTRAINT,
     1},
    {"what comes last",
     "select 1",
     {"insert into log values ('a')"},
     "insert into log values ('a')",
     DUET_ERROR_CONSTRAINT,
     NOWHERE},
    {"what comes before",
     "select nothing",
     {"insert into log values ('a')"},
     "insert into log values ('b')",
     DUET_ERROR_SQL,
     NOWHERE},
    {"COMMIT",
     NULL,
     {"insert into log values ('a')", "insert into part values (1, 99)"},
     "insert into log values ('b')",
     DUET_ERROR_CONSTRAINT,
     NOWHERE},
};

static struct db_transaction
transaction_of(const struct trial *trial, const char *const *statements)
{
    struct db_transaction transaction = {
        .before = trial->before, .statements = statements, .last = trial->last};

    while (transaction.count < MOST && statements[transaction.count] != NULL)
        transaction.count++;
    return transaction;
}

/* The byte of the dollar in SQL, from 1, which is left out in OUT; or 0. */
static size_t
take_mark(const char *sql, char *out, size_t size)
{
    size_t before = strcspn(sql, "$");

    snprintf(out, size, "%.*s%s", (int)before, sql,
             sql[before] == '$' ? sql + before + 1 : "");
    return sql[before] == '$' ? before + 1 : 0;
}

static void
test_failure(struct subject *s, struct db *db, const struct trial *trial)
{
    char texts[MOST][256];
    const char *statements[MOST] = {NULL};
    struct db_transaction transaction;
    size_t position = 0;

    for (size_t i = 0; i < MOST && trial->statements[i] != NULL; i++) {
        size_t mark =
            take_mark(trial->statements[i], texts[i], sizeof texts[i]);

        position = mark > 0 ? mark : position;
        statements[i] = texts[i];
    }
    transaction = transaction_of(trial, statements);
    OK(!transact(db, &transaction) && err.kind == trial->kind,
       "%s: %s fails: %s", s->who, trial->name, err.text);
    db_rollback(db);
    IS_INT(transaction.failed,
           trial->failed == NOWHERE ? transaction.count : trial->failed,
           "%s: %s is told to have failed", s->who, trial->name);
    if (position > 0)
        IS_INT(transaction.position, position, "%s: and where in it", s->who);
    IS_TEXT(ask(db, "select count(*) from log"), "0",
            "%s: nothing of it is there", s->who);
}

static void
test_success(struct subject *s, struct db *db)
{
    const char *const statements[] = {"insert into log values ('a')",
                                      "select * from log",
                                      "insert into log values ('b')"};
    struct db_transaction transaction = {
        .statements = statements,
        .count = 3,
        .last = "insert into log select 'last' "
                "where (select count(*) from log) = 2"};
    struct db_transaction empty = {0};

    OK(transact(db, &transaction), "%s: a transaction: %s", s->who, err.text);
    OK(!db_in_transaction(db), "%s: it is over", s->who);
    IS_TEXT(ask(db, "select count(*) from log where at = 'last'"), "1",
            "%s: all of it was done, in its order", s->who);
    OK(transact(db, &empty), "%s: one may be empty", s->who);
    must(db, "delete from log");
}

/* ------------------------------------------------------------------------
 * Several
 */

enum { SEVERAL = 4 };

/* The third of four fails: what it does, and what comes last in it. */
static const struct {
    const char *name;
    const char *statement;
    const char *last;
    bool of_server; /* it needs one */
} thirds[] = {
    {"is told to have failed", "insert into nothing values (1)", NULL, false},
    {"has a syntax error", "insert into log valves ('c')", NULL, false},
    {"has no characters", "insert into log values ('\xFF')", NULL, true},
    {"fails at its last statement", "insert into log values ('c')",
     "insert into log values ($1)", false},
    {"fails at COMMIT", "insert into part values (1, 99)", NULL, false},
    {"uses what is not prepared", "execute nothing", NULL, true},
};

/* All of LIST, in as many calls as it takes; how many are done. */
static size_t
transact_all(struct db *db, struct db_transaction *list, size_t count, bool *ok)
{
    size_t done = 0;

    for (*ok = true; *ok && done < count;) {
        size_t some;

        *ok = db_transact(db, list + done, count - done, &some, &err);
        if (*ok && some == 0)
            tap_bail_out("nothing was done, and that is no failure");
        done += some;
    }
    return done;
}

static void
test_third(struct subject *s, struct db *db, size_t number)
{
    const struct db_value first = db_text("1");
    const char *const texts[SEVERAL] = {
        "insert into log values ('a')", "insert into log values ('b')",
        thirds[number].statement, "insert into log values ('d')"};
    struct db_transaction list[SEVERAL];
    size_t done;
    bool ok;

    for (size_t i = 0; i < SEVERAL; i++)
        list[i] = (struct db_transaction){.before = "select 1",
                                          .statements = &texts[i],
                                          .count = 1,
                                          .args = &first,
                                          .nargs = 1};
    list[0].last = "insert into log values ($1)";
    list[2].last = thirds[number].last;
    done = transact_all(db, list, SEVERAL, &ok);
    OK(!ok && done == 2, "%s: the third of several %s: %s", s->who,
       thirds[number].name, err.text);
    db_rollback(db);
    IS_INT(list[2].failed,
           thirds[number].last != NULL ||
                   strstr(thirds[number].name, "COMMIT") != NULL
               ? 1
               : 0,
           "%s: and where is told", s->who);
    IS_TEXT(ask(db, "select max(at) from log where (select count(*) from log) "
                    "= 3 and (select count(*) from part) = 0"),
            "b", "%s: those before it are done, and none behind", s->who);
    must(db, "delete from log");
}

static void
test_several(struct subject *s, struct db *db)
{
    const char *const texts[SEVERAL] = {
        "insert into log values ('a')", "insert into log values ('b')",
        "insert into log values ('c')", "insert into log values ('d')"};
    struct db_value args[SEVERAL];
    struct db_transaction list[SEVERAL];
    size_t done = 0;
    bool ok;

    for (size_t i = 0; i < SEVERAL; i++) {
        args[i] = db_integer(10 + (int64_t)i);
        list[i] = (struct db_transaction){
            .before = "select 1",
            .statements = &texts[i],
            .count = 1,
            .last = "insert into log values ($1) returning at || '!'",
            .args = &args[i],
            .nargs = 1};
    }
    OK(db_transact(db, list, SEVERAL, &done, &err), "%s: several: %s", s->who,
       err.text);
    IS_INT(done, s->is_server && s->wrapping == WRAP_NOT ? SEVERAL : 1,
           "%s: so many at once", s->who);
    done += transact_all(db, list + done, SEVERAL - done, &ok);
    OK(ok && done == SEVERAL, "%s: and then the others: %s", s->who, err.text);
    for (size_t i = 0; i < SEVERAL; i++) {
        char want[32];

        snprintf(want, sizeof want, "%d!", 10 + (int)i);
        IS_TEXT(list[i].answer, want, "%s: each has its answer", s->who);
    }
    IS_TEXT(ask(db, "select count(*) from log"), "8", "%s: all is done",
            s->who);
    must(db, "delete from log");
    for (size_t i = 0; i < sizeof thirds / sizeof *thirds; i++)
        if (s->is_server || !thirds[i].of_server)
            test_third(s, db, i);
}

/* What a function has left or thrown away is no matter to the next one. */
static void
test_meddling(struct subject *s, struct db *db)
{
    const char *const texts[SEVERAL] = {
        "insert into log select meddle()",
        "insert into log select current_setting('work_mem')",
        "insert into log select meddle() || '2'",
        "insert into log values ('d')"};
    struct db_transaction list[SEVERAL];
    size_t done;
    bool ok;

    must(db, "create function meddle() returns text language plpgsql as "
             "$$ begin deallocate all; "
             "perform set_config('work_mem', '77MB', false); "
             "return 'meddled'; end $$");
    for (size_t i = 0; i < SEVERAL; i++)
        list[i] = (struct db_transaction){.before = "select 1",
                                          .statements = &texts[i],
                                          .count = 1,
                                          .last = "select 'last'"};
    done = transact_all(db, list, SEVERAL, &ok);
    OK(ok && done == SEVERAL,
       "%s: what they have in common may be deallocated: %s", s->who,
       ok ? "" : err.text);
    IS_TEXT(ask(db, "select count(*) from log where at <> '77MB'"), "4",
            "%s: and no setting reaches the next", s->who);
    must(db, "drop function meddle");
    must(db, "delete from log");
}

/* ------------------------------------------------------------------------
 * One
 */

/* What was set in the session before, and in the transaction, is gone. */
static void
test_renewed(struct subject *s, struct db *db)
{
    const char *const statements[] = {
        "insert into log select current_setting('work_mem')",
        "insert into log select 'level ' || "
        "current_setting('transaction_isolation')"};
    struct db_transaction transaction = {
        .before = "select pg_sleep(0)", .statements = statements, .count = 2};

    must(db, "set work_mem = '77MB'");
    must(db, "set session characteristics as transaction isolation level "
             "serializable");
    must(db, "set default_transaction_read_only = on");
    OK(transact(db, &transaction), "%s: after some settings: %s", s->who,
       err.text);
    IS_TEXT(ask(db, "select count(*) from log where at = '77MB'"), "0",
            "%s: the session was renewed", s->who);
    IS_TEXT(ask(db, "select at from log where at like 'level%'"),
            "level read committed", "%s: and the transaction is as always",
            s->who);
    must(db, "delete from log");
    must(db, "set work_mem = '77MB'");
    transaction.statements = (const char *const[]){"select nothing"};
    transaction.count = 1;
    OK(!transact(db, &transaction), "%s: one fails", s->who);
    db_rollback(db);
    OK(strcmp(ask(db, "show work_mem"), "77MB") != 0,
       "%s: the session stays renewed", s->who);
}

static void
test_kind_of_transaction(struct subject *s, struct db *db)
{
    const char *const statements[] = {
        "set transaction isolation level serializable",
        "insert into log select current_setting('transaction_isolation')"};
    struct db_transaction transaction = {
        .before = "select 1", .statements = statements, .count = 2};

    OK(transact(db, &transaction),
       "%s: the first statement may say of what kind it is: %s", s->who,
       err.text);
    IS_TEXT(ask(db, "select at from log"), "serializable", "%s: and it is so",
            s->who);
    must(db, "delete from log");
}

/* The server refuses all of a message that has them. */
static void
test_no_characters(struct subject *s, struct db *db)
{
    const char *const statements[] = {"insert into log values ('a')",
                                      "insert into log values ('\xFF')"};
    struct db_transaction transaction = {.statements = statements, .count = 2};

    OK(!transact(db, &transaction) && strcmp(err.code, "22021") == 0,
       "%s: bytes may be no characters: %s", s->who, err.text);
    db_rollback(db);
    IS_INT(transaction.failed, 1, "%s: which has them is told", s->who);
    IS_TEXT(ask(db, "select count(*) from log"), "0", "%s: nothing is done",
            s->who);
}

/* Lost within a statement it is not done; at COMMIT nobody knows. */
static void
test_lost(struct subject *s, struct db *db)
{
    static const char die[] = "select pg_terminate_backend(pg_backend_pid())";
    static const char dying_commit[] =
        "create or replace function die() returns trigger language plpgsql as "
        "$$ begin perform pg_terminate_backend(pg_backend_pid()); "
        "return null; end $$; "
        "create constraint trigger dies after insert on log "
        "deferrable initially deferred for each row execute function die()";
    const char *const statements[] = {"insert into log values ('a')", die,
                                      "insert into log values ('b')"};
    SCOPED(db_close) struct db *victim = subject_open(s, NULL);
    struct db_transaction transaction = {.statements = statements, .count = 3};

    OK(!transact(victim, &transaction) && err.kind == DUET_ERROR_CONNECT,
       "%s: a session that is ended before COMMIT: %s", s->who, err.text);
    IS_INT(transaction.failed, 1, "%s: the statement is told", s->who);
    OK(!transact(victim, &transaction) && err.kind == DUET_ERROR_CONNECT,
       "%s: and one that is gone: %s", s->who, err.text);
    IS_TEXT(ask(db, "select count(*) from log"), "0", "%s: nothing is done",
            s->who);
    must(db, dying_commit);
    db_close(&victim);
    victim = subject_open(s, NULL);
    {
        struct db_transaction list[] = {
            {.last = "select 1"},
            {.statements = statements, .count = 1},
            {.last = "insert into log values ('b')"}};
        size_t done = 0;
        bool ok;

        done = transact_all(victim, list, 3, &ok);
        OK(!ok && done == 1 && err.kind == DUET_ERROR_UNCERTAIN,
           "%s: the second of several is ended within COMMIT: %s", s->who,
           err.text);
    }
    db_close(&victim);
    victim = subject_open(s, NULL);
    transaction.count = 1;
    OK(!transact(victim, &transaction) && err.kind == DUET_ERROR_UNCERTAIN,
       "%s: one that is ended within COMMIT: %s", s->who, err.text);
    db_close(&victim);
    victim = subject_open(s, NULL);
    must(victim, "begin");
    must(victim, statements[0]);
    OK(!db_commit_with(victim, "select 1", &err) &&
           err.kind == DUET_ERROR_UNCERTAIN &&
           strstr(err.text, "lost during COMMIT") != NULL,
       "%s: the same in steps: %s", s->who, err.text);
    must(db, "drop trigger dies on log");
}

static void
run_suite(struct subject *s)
{
    SCOPED(db_close) struct db *db = subject_open(s, NULL);

    must(db, "create table log (at varchar(100) unique)");
    must(db, "create table whole (id integer primary key)");
    must(db, "create table part (id integer primary key, whole integer "
             "references whole deferrable initially deferred)");
    test_success(s, db);
    for (size_t i = 0; i < sizeof trials / sizeof *trials; i++)
        test_failure(s, db, &trials[i]);
    test_several(s, db);
    if (!s->is_server)
        return;
    test_meddling(s, db);
    test_renewed(s, db);
    test_kind_of_transaction(s, db);
    test_no_characters(s, db);
    test_lost(s, db);
}

static void
run_wrapped(struct subject *s)
{
    for (enum wrapping wrapping = 0; wrapping < WRAP_COUNT; wrapping++) {
        subject_wrap(s, wrapping);
        run_suite(s);
    }
    subject_release(s);
}

int
main(void)
{
    struct subject subject;

    subject_sqlite(&subject, scratch_make());
    run_wrapped(&subject);
    if (subject_postgres(&subject))
        run_wrapped(&subject);
    scratch_remove();
    return tap_done();
}
