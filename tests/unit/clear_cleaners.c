/*
 * Several processes that clear one database over and over, each its own part
 * and in its own way (PostgreSQL): none ever waits for another that waits for
 * it, so that none is ended for that and has to begin again.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/ground.h"
#include "lib/soak.h"
#include "lib/tap.h"
#include "rows/cleaner.h"

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

enum { RUNS = 60, WRITES = 11 };

static const char *program;

/* Cycles of foreign keys, one to itself, actions, partitions. */
static const char schema[] =
    "create sequence numbers;"
    "create table a (id int primary key, b int);"
    "create table b (id int primary key, c int);"
    "create table c (id int primary key, a int references a);"
    "alter table a add foreign key (b) references b;"
    "alter table b add foreign key (c) references c on delete set null;"
    "create table d (id int primary key, up int references d);"
    "create table e (id int primary key) partition by hash (id);"
    "create table e0 partition of e for values with (modulus 2, remainder 0);"
    "create table e1 partition of e for values with (modulus 2, remainder 1);"
    "create table f (id serial primary key,"
    " e int references e on delete cascade);"
    "create table g (id serial primary key, a int references a"
    " deferrable initially deferred);"
    "create table h (id serial primary key, f int references f);";

/*
 * One statement a transaction, no key is checked, and no number comes twice as
 * it would from a sequence that is restarted: who writes these waits for nobody
 * while he holds what others wait for.
 */
static const char writer[] =
    "reset role; create function write(sql text) returns void"
    " language plpgsql security definer"
    " set session_replication_role = replica as 'begin execute sql; end'";

static const char *const writes[WRITES] = {
    "insert into a select nextval('numbers'), (select max(id) from b)"
    " from generate_series(1, 3)",
    "insert into b select nextval('numbers'), (select max(id) from c)"
    " from generate_series(1, 3)",
    "insert into c select nextval('numbers'), (select max(id) from a)"
    " from generate_series(1, 3)",
    "insert into d select nextval('numbers'), (select max(id) from d)"
    " from generate_series(1, 3)",
    "insert into e select nextval('numbers') from generate_series(1, 4)",
    "insert into f select nextval('numbers'), max(id) from e",
    "insert into g select nextval('numbers'), max(id) from a",
    "insert into h select nextval('numbers'), max(id) from f",
    "select nextval('f_id_seq')",
    "select nextval('g_id_seq')",
    "select nextval('h_id_seq')",
};

/* In the order in which no cleaner deletes, and with keys that clash. */
static const char seed[] = "insert into d values (-1);"
                           "insert into c values (-1);"
                           "insert into b values (-1, -1);"
                           "insert into a values (-1, -1);";

static const struct way {
    const char *name;
    struct duet_clear_options options;
    const char *seed;
} ways[] = {
    {"all", {0}, NULL},
    {"part", {.only = LIST("g", "h", "f")}, NULL},
    {"kept", {.keep = LIST("a", "b", "c", "d")}, NULL},
    {"reset", {0}, seed},
    {"restart", {.restart_sequences = true}, NULL},
};

enum { WAYS = sizeof ways / sizeof *ways };

/* Without what keeps cleaners apart. */
static void
unlock(struct duet_cleaner *cleaner)
{
    struct duet_error err;

    if (!db_prepare(cleaner->db, &cleaner->lock, "select 1", &err))
        tap_bail_out("%s", err.text);
}

static void
write_rows(struct db *db, uint64_t *chance)
{
    uint32_t drawn = lot_draw(chance, 1u << WRITES);

    for (int i = 0; i < WRITES; i++)
        if (drawn >> i & 1)
            (void)db_execute(db, "select write($1)",
                             (struct db_value[]){db_text(writes[i])}, 1, NULL,
                             NULL);
}

/* One that locks nothing is expected to fail. */
static bool
clear_in_its_way(struct duet_cleaner *cleaner, const struct way *way,
                 bool is_locking)
{
    struct duet_error err = {0};

    if (duet_reset(cleaner, way->seed, NULL, &err))
        return true;
    if (!is_locking)
        return false;
    fprintf(stderr, "# %s: %s: %s (%s)\n", way->name, duet_error_name(err.kind),
            err.text, err.hint);
    return false;
}

/* WHAT is the number of a way, behind a "-" for one that locks nothing. */
static int
be_cleaner(const char *what, const char *url)
{
    const struct way *way = &ways[strtol(what + strspn(what, "-"), NULL, 10)];
    struct duet_cleaner *cleaner = NULL;
    struct db *db = session_open(url, false);
    uint64_t chance = (uint64_t)session_number(db, "select pg_backend_pid()");
    int failed = 0;

    if (!duet_cleaner_open(&cleaner, url, &way->options, NULL))
        return 3;
    if (*what == '-')
        unlock(cleaner);
    helper_tell();
    for (int i = soak_count(RUNS); i > 0; i--) {
        write_rows(db, &chance);
        failed += !clear_in_its_way(cleaner, way, *what != '-');
    }
    duet_cleaner_close(&cleaner);
    db_close(&db);
    return failed ? 4 : 0;
}

/* A session tells of its deadlocks when it ends. */
static int64_t
deadlocks(struct ground *ground)
{
    while (ground_number(ground, "select count(*) - 1 from pg_stat_activity"
                                 " where datname = current_database()") > 0)
        sleep_milliseconds(10);
    return ground_number(ground, "select deadlocks from pg_stat_database"
                                 " where datname = current_database()");
}

/* How many of them failed. */
static int
clear_at_once(struct ground *ground, const char *how)
{
    struct helper helpers[2 * WAYS];
    int failed = 0;

    ground_renew(ground);
    ground_run(ground, "%s", schema);
    ground_run(ground, "%s", writer);
    for (int i = 0; i < 2 * WAYS; i++) {
        char what[16];

        snprintf(what, sizeof what, "%s%d", how, i % WAYS);
        helpers[i] = helper_start(program, what, ground);
    }
    for (int i = 0; i < 2 * WAYS; i++)
        failed += helper_end(&helpers[i]) != 0;
    return failed;
}

static void
try_cleaners(const char *engine)
{
    struct ground ground;
    int failed;

    if (!ground_open(&ground, engine))
        tap_skip_all("no PostgreSQL server");
    ground_run(&ground,
               "reset role; alter database %s set deadlock_timeout = '10ms'",
               ground.name);
    failed = clear_at_once(&ground, "");
    IS_INT(failed, 0, "%s: all cleaners get by", ground.who);
    IS_INT(deadlocks(&ground), 0, "%s: and none is ended for another",
           ground.who);
    ground_close(&ground);
}

/* Where all is slow it may take more than one try. */
static void
try_without_lock(void)
{
    struct ground ground;
    int64_t found = 0;
    int failed = 0;

    (void)ground_open(&ground, "postgres");
    ground_run(&ground, "alter database %s set deadlock_timeout = '10ms'",
               ground.name);
    for (int i = 0; i < 10 && found == 0; i++) {
        failed += clear_at_once(&ground, "-");
        found = deadlocks(&ground);
    }
    OK(found > 0, "control: without their lock, some are");
    tap_diag("%" PRId64 " deadlocks, %d failed", found, failed);
    ground_close(&ground);
}

int
main(int argc, char **argv)
{
    program = argv[0];
    if (argc == 3)
        return be_cleaner(argv[1], argv[2]);
    try_cleaners("postgres");
    try_cleaners("postgres as an owner");
    try_without_lock();
    return tap_done();
}
