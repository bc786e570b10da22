/*
 * Clearing while others write without a pause (PostgreSQL): whether foreign
 * keys act on the clearing session or not, no row ever references one that is
 * gone.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/ground.h"
#include "lib/tap.h"

enum { WRITERS = 3, MILLISECONDS = 1000 };

static const char *program;

/* Every way in which a row may depend on another one. */
static const char schema[] =
    "create table p (id serial primary key, n int);"
    "create table c (id serial primary key, p int not null references p);"
    "create table g (id serial primary key, c int not null references c);"
    "create table casc (id serial, p int not null references p"
    " on delete cascade on update cascade);"
    "create table self (id serial primary key, up int references self);"
    "create table pp (id int primary key) partition by hash (id);"
    "create table pp0 partition of pp for values with (modulus 2, remainder 0);"
    "create table pp1 partition of pp for values with (modulus 2, remainder 1);"
    "create table cc (id serial, pp int references pp) partition by hash (id);"
    "create table cc0 partition of cc for values with (modulus 2, remainder 0);"
    "create table cc1 partition of cc for values with (modulus 2, remainder 1);"
    "create table late (id serial, p int references p"
    " deferrable initially deferred);"
    "create sequence numbers;";

static const char dangling[] =
    "select (select count(*) from c where p not in (select id from p))"
    " + (select count(*) from g where c not in (select id from c))"
    " + (select count(*) from casc where p not in (select id from p))"
    " + (select count(*) from late where p not in (select id from p))"
    " + (select count(*) from self where up not in (select id from self))"
    " + (select count(*) from cc where pp not in (select id from pp))";

/* One transaction each; what a foreign key refuses is as good. */
static const char *const writes[] = {
    "insert into p (n) values (1), (2)",
    "insert into c (p) select id from p order by random() limit 1",
    "insert into g (c) select id from c order by random() limit 1",
    "insert into casc (p) select id from p order by random() limit 1",
    "insert into late (p) select id from p order by random() limit 1",
    "insert into self (up) select id from self order by random() limit 1",
    "insert into self (up) values (null)",
    "insert into pp values (nextval('numbers')), (nextval('numbers'))",
    "insert into cc (pp) select id from pp order by random() limit 1",
    "begin; insert into p (n) values (3);"
    " insert into c (p) select max(id) from p; select pg_sleep(0.002);"
    " insert into g (c) select max(id) from c; commit",
    "begin; insert into c (p) select id from p order by random() limit 1;"
    " select pg_sleep(0.003); commit",
    "begin; insert into cc (pp) select id from pp order by random() limit 1;"
    " select pg_sleep(0.003); commit",
    "begin; insert into self (up) select id from self order by random()"
    " limit 1; select pg_sleep(0.003); commit",
    "update p set id = nextval('numbers') + 1000000 where id ="
    " (select max(id) from p) and not exists (select from c where p = p.id)",
    "delete from self where id = (select max(id) from self)",
};

static int
be_writer(const char *url)
{
    struct db *db = session_open(url, false);
    int64_t end = milliseconds() + MILLISECONDS;
    uint64_t chance = (uint64_t)session_number(db, "select pg_backend_pid()");

    helper_tell();
    while (milliseconds() < end) {
        chance = chance * 6364136223846793005u + 1442695040888963407u;
        (void)db_exec(db,
                      writes[(chance >> 33) % (sizeof writes / sizeof *writes)],
                      NULL);
        (void)db_exec(db, "rollback", NULL);
    }
    db_close(&db);
    return 0;
}

/* Somebody makes and drops tables that reference ours. */
static int
be_builder(const char *url)
{
    struct db *db = session_open(url, false);
    int64_t end = milliseconds() + MILLISECONDS;

    helper_tell();
    while (milliseconds() < end) {
        (void)db_exec(db,
                      "create table new (p int references p);"
                      "insert into new select id from p limit 1",
                      NULL);
        sleep_milliseconds(3);
        (void)db_exec(db, "drop table if exists new", NULL);
        sleep_milliseconds(3);
    }
    db_close(&db);
    return 0;
}

struct tally {
    int runs, busy, failed;
    int64_t rows, dangling;
    struct duet_error err;
};

static void
clear_for_a_while(struct ground *ground, struct duet_cleaner *cleaner,
                  struct tally *tally)
{
    int64_t end = milliseconds() + MILLISECONDS;

    while (milliseconds() < end) {
        struct duet_clear_report report = {0};
        struct duet_error err = {0};

        if (duet_clear(cleaner, &report, &err)) {
            tally->runs++;
            tally->rows += report.rows;
        } else if (err.kind == DUET_ERROR_BUSY ||
                   err.kind == DUET_ERROR_RETRY) {
            tally->busy++;
        } else {
            tally->failed++;
            tally->err = err;
        }
        tally->dangling += ground_number(ground, dangling);
    }
}

static void
try_writers(struct ground *ground, const char *others, const char *isolation)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    SCOPED(buf_release) struct buf left = {0};
    struct helper helpers[WRITERS + 1];
    struct tally tally = {0};

    ground_renew(ground);
    ground_run(ground, "%s", schema);
    ground_run(ground,
               "reset role; alter database %s set"
               " default_transaction_isolation = '%s'",
               ground->name, isolation);
    cleaner = ground_cleaner(ground, NULL);
    for (int i = 0; i <= WRITERS; i++)
        helpers[i] =
            helper_start(program, i < WRITERS ? "writer" : others, ground);
    for (int i = 0; i <= WRITERS; i++)
        helper_wait(&helpers[i]);
    clear_for_a_while(ground, cleaner, &tally);
    for (int i = 0; i <= WRITERS; i++)
        (void)helper_end(&helpers[i]);
    IS_INT(tally.dangling, 0, "%s: no row dangles, %s and a %s", ground->who,
           isolation, others);
    OK(tally.failed == 0 && tally.runs > 0,
       "%s: it clears, or says that it is too busy", ground->who);
    tap_diag("%d runs, %d times busy, %" PRId64 " rows%s%s%s", tally.runs,
             tally.busy, tally.rows, tally.failed ? ": " : "", tally.err.text,
             tally.err.hint);
    OK(duet_clear(cleaner, NULL, NULL), "%s: and when they rest, all goes",
       ground->who);
    ground_rows(ground, &left);
    IS_TEXT(buf_data(&left), "", "%s: to the last row", ground->who);
}

/*
 * The control: every table in one message, foreign keys off as duet has them,
 * and no look at what has come meanwhile.
 */
static const char unproved[] =
    "set session_replication_role = replica;"
    "delete from g; delete from c; delete from casc; delete from late;"
    "delete from self; delete from cc; delete from p; delete from pp";

static void
try_unproved(struct ground *ground)
{
    struct helper helpers[WRITERS];
    struct db *db;
    int64_t end;
    int64_t found = 0;

    ground_renew(ground);
    ground_run(ground, "%s", schema);
    db = ground_session(ground);
    for (int i = 0; i < WRITERS; i++)
        helpers[i] = helper_start(program, "writer", ground);
    for (int i = 0; i < WRITERS; i++)
        helper_wait(&helpers[i]);
    end = milliseconds() + MILLISECONDS;
    while (milliseconds() < end) {
        (void)db_exec(db, unproved, NULL); /* deadlocks, now and then */
        found += ground_number(ground, dangling);
    }
    for (int i = 0; i < WRITERS; i++)
        (void)helper_end(&helpers[i]);
    db_close(&db);
    OK(found > 0, "the control, which proves nothing, leaves rows that dangle");
    tap_diag("%" PRId64 " of them", found);
}

int
main(int argc, char **argv)
{
    static const char *const engines[] = {"postgres", "postgres as an owner"};
    struct ground ground;

    program = argv[0];
    if (argc == 3)
        return strcmp(argv[1], "builder") == 0 ? be_builder(argv[2])
                                               : be_writer(argv[2]);
    for (size_t i = 0; i < 2; i++) {
        if (!ground_open(&ground, engines[i]))
            tap_skip_all("no PostgreSQL server");
        try_writers(&ground, "writer", "read committed");
        try_writers(&ground, "writer", "repeatable read");
        try_writers(&ground, "builder", "read committed");
        if (i == 0)
            try_unproved(&ground);
        ground_close(&ground);
    }
    return tap_done();
}
