/*
 * kill -9 at random moments of a reset: the database is as it was before or as
 * it is after, never between.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "lib/ground.h"
#include "lib/soak.h"
#include "lib/storage_sql.h"
#include "lib/tap.h"

/* Fewer than FEW might all come in time by chance. */
enum { KILLS = 200, FEW = 30, ROWS = 40, PRACTICE = 5 };

static const char *const tables[] = {
    "db_dbuser", "db_dbcomputer", "db_dbauthinfo",      "db_dbgroup",
    "db_dbnode", "db_dblink",     "db_dbgroup_dbnodes", "db_dbcomment",
    "db_dblog",  "db_dbsetting"};
enum { TABLES = sizeof tables / sizeof *tables };

/* What stands in the rows of each table; i is the number of the row. */
static const char *const values[TABLES][2] = {
    {"id, email", "i, 'u' || i || '@x'"},
    {"id, label, hostname", "i, 'c' || i, 'h'"},
    {"id, aiidauser_id, dbcomputer_id", "i, i, i"},
    {"id, label, user_id", "i, 'g' || i, i"},
    {"id, user_id, dbcomputer_id", "i, i, i"},
    {"id, input_id, output_id, label, type", "i, i, i, 'l', 'create'"},
    {"id, dbnode_id, dbgroup_id", "i, i, i"},
    {"id, dbnode_id, user_id, content", "i, i, i, 'text'"},
    {"id, loggername, levelname, dbnode_id", "i, 'n', 'INFO', i"},
    {"id, key", "i, 'k' || i"},
};

static const char seed[] =
    "insert into db_dbuser (email) values ('duet@localhost');"
    "insert into db_dbcomputer (label, hostname, uuid) values"
    " ('localhost', 'localhost', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11');"
    "insert into db_dbauthinfo (aiidauser_id, dbcomputer_id) values (1, 1);"
    "insert into db_dbsetting (key, time) values"
    " ('seeded', '2024-05-01 10:00:00.000000')";

struct trial {
    struct ground ground;
    int64_t window; /* a kill comes within so many microseconds */
    uint64_t lots;
    struct buf before;
    struct buf after;
    struct buf now;
    int unchanged;
    int done;
};

/* ------------------------------------------------------------------------
 * What is in the database
 */

/* Fill the tables, in place of what a reset leaves. */
static void
fill(struct trial *trial)
{
    ground_run(&trial->ground, "delete from db_dbauthinfo; "
                               "delete from db_dbcomputer; "
                               "delete from db_dbuser; "
                               "delete from db_dbsetting");
    for (int i = 0; i < TABLES; i++) {
        ground_run(&trial->ground,
                   "insert into %s (%s) with recursive n (i) as (select 1 "
                   "union all select i + 1 from n where i < %d) "
                   "select %s from n",
                   tables[i], values[i][0], ROWS, values[i][1]);
        if (trial->ground.is_server)
            ground_run(&trial->ground, "select setval('%s_id_seq', %d)",
                       tables[i], ROWS);
    }
}

static void
add_rows(struct trial *trial, struct buf *out, const char *sql)
{
    SCOPED(rows_clear) struct rows rows = {0};
    struct duet_error err = {0};

    if (!db_query(trial->ground.db, &rows, sql, NULL, 0, &err))
        abort();
    while (rows_next(&rows)) {
        for (size_t i = 0; i < rows_columns(&rows); i++) {
            const char *text = row_text(&rows, i);

            buf_printf(out, "%s|", text ? text : "NULL");
        }
        buf_char(out, '\n');
    }
    if (!rows_ended(&rows))
        tap_diag("%s: %s", sql, err.text);
}

/* All rows of all tables in order, and where the ids go on. */
static void
take_content(struct trial *trial, struct buf *out)
{
    char sql[128];

    buf_clear(out);
    for (int i = 0; i < TABLES; i++) {
        buf_printf(out, "%s\n", tables[i]);
        (void)snprintf(sql, sizeof sql, "select * from %s order by id",
                       tables[i]);
        add_rows(trial, out, sql);
        if (!trial->ground.is_server)
            continue;
        (void)snprintf(sql, sizeof sql,
                       "select last_value, is_called from %s_id_seq",
                       tables[i]);
        add_rows(trial, out, sql);
    }
}

/* ------------------------------------------------------------------------
 * One that resets
 */

struct victim {
    pid_t process;
    int report; /* a byte when it begins, another when it has ended */
};

_Noreturn static void
reset_once(const struct trial *trial, int report)
{
    const struct duet_clear_options options = {.restart_sequences = true};
    struct duet_cleaner *cleaner = NULL;
    struct duet_error err;

    if (!duet_cleaner_open(&cleaner, trial->ground.url, &options, &err) ||
        write(report, "b", 1) != 1 || !duet_reset(cleaner, seed, NULL, &err))
        _exit(1);
    (void)!write(report, "e", 1);
    duet_cleaner_close(&cleaner);
    _exit(0);
}

/* Returns when it has begun.  SQLite must have no file open across a fork. */
static bool
victim_start(struct trial *trial, struct victim *victim)
{
    int ends[2];
    char byte = 0;

    if (!trial->ground.is_server)
        db_close(&trial->ground.db);
    if (pipe(ends) != 0)
        abort();
    victim->process = fork();
    if (victim->process == 0) {
        (void)close(ends[0]);
        reset_once(trial, ends[1]);
    }
    (void)close(ends[1]);
    victim->report = ends[0];
    return read(victim->report, &byte, 1) == 1;
}

/* A server goes on for a while with what a dead client has asked for. */
static void
wait_for_servers(struct trial *trial)
{
    static const char others[] =
        "select count(*) from pg_catalog.pg_stat_activity "
        "where datname = current_database() and backend_type = "
        "'client backend' and pid <> pg_backend_pid()";

    while (ground_number(&trial->ground, others) > 0)
        sleep_microseconds(500);
}

static void
victim_end(struct trial *trial, struct victim *victim)
{
    (void)close(victim->report);
    (void)waitpid(victim->process, NULL, 0);
    if (trial->ground.is_server)
        wait_for_servers(trial);
    else
        trial->ground.db = ground_session(&trial->ground);
}

/* How long a reset takes that nobody disturbs; -1 if it fails. */
static int64_t
undisturbed(struct trial *trial)
{
    struct victim victim;
    int64_t time = microseconds();
    char byte = 0;
    bool ok = victim_start(trial, &victim);

    if (ok) {
        time = microseconds();
        ok = read(victim.report, &byte, 1) == 1;
        time = microseconds() - time;
    }
    victim_end(trial, &victim);
    return ok ? time : -1;
}

static bool
practise(struct trial *trial)
{
    int64_t longest = 0;

    for (int i = 0; i < PRACTICE; i++) {
        int64_t time = undisturbed(trial);

        if (time < 0)
            return false;
        longest = time > longest ? time : longest;
        if (i == 0)
            take_content(trial, &trial->after);
    }
    trial->window = 2 * longest;
    return true;
}

static void
kill_one(struct trial *trial)
{
    struct victim victim;

    if (victim_start(trial, &victim))
        sleep_microseconds(lot_draw(&trial->lots, (uint32_t)trial->window + 1));
    (void)kill(victim.process, SIGKILL);
    victim_end(trial, &victim);
}

/* ------------------------------------------------------------------------
 * Many of them
 */

static bool
is_same(const struct buf *one, const struct buf *other)
{
    return one->len == other->len &&
           memcmp(buf_data(one), buf_data(other), one->len) == 0;
}

/*
 * The state after a kill.  The window follows, so that about as many come too
 * late as in time, however loaded the machine is.
 */
static bool
judge(struct trial *trial)
{
    take_content(trial, &trial->now);
    if (is_same(&trial->now, &trial->before)) {
        trial->unchanged++;
        trial->window += trial->window / 16 + 1;
        return true;
    }
    trial->window -= trial->window / 16;
    if (!is_same(&trial->now, &trial->after))
        return false;
    trial->done++;
    fill(trial);
    take_content(trial, &trial->before);
    return true;
}

static void
kill_many(struct trial *trial, const char *who, int kills)
{
    int i = 0;

    kills = kills < FEW ? FEW : kills;
    fill(trial);
    take_content(trial, &trial->before);
    do
        kill_one(trial);
    while (judge(trial) && ++i < kills);
    if (!OK(i == kills, "%s: killed %d times, it is never between", who, kills))
        tap_diag("after %d kills:\n%.2000s", i + 1, buf_data(&trial->now));
    OK(trial->unchanged > 0 && trial->done > 0,
       "%s: some kills came in time, some too late", who);
    tap_diag("%s: %d times as before, %d times as after", who, trial->unchanged,
             trial->done);
}

static void
test_engine(const char *engine, const char *mode, int kills)
{
    struct trial trial = {.lots = lot_seed()};
    char who[64];

    (void)snprintf(who, sizeof who, "%s %s", engine, mode);
    if (!ground_open(&trial.ground, engine)) {
        tap_skip(1, "no PostgreSQL server");
        return;
    }
    tap_diag("%s: SEED=%llu", who, (unsigned long long)trial.lots);
    if (!trial.ground.is_server)
        ground_run(&trial.ground, "pragma journal_mode = %s", mode);
    storage_run(trial.ground.db);
    fill(&trial);
    if (OK(practise(&trial), "%s: a reset that nobody disturbs succeeds",
           who)) {
        tap_diag("%s: it takes up to %lld us", who,
                 (long long)trial.window / 2);
        kill_many(&trial, who, soak_count(kills));
    }
    buf_release(&trial.before);
    buf_release(&trial.after);
    buf_release(&trial.now);
    ground_close(&trial.ground);
}

int
main(void)
{
    test_engine("sqlite", "delete", KILLS / 2);
    test_engine("sqlite", "wal", KILLS / 2);
    test_engine("postgres", "server", KILLS);
    return tap_done();
}
