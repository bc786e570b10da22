/*
 * How PostgreSQL's catalog is read: in a fixed number of round trips, as of one
 * moment, by any role, and without a trace in the session.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/ground.h"
#include "lib/shown.h"
#include "lib/tap.h"
#include "schema/reflect.h"

#define GUEST "duet_reflect_guest"

enum { ROUND_TRIPS = 17, TABLES = 300, READINGS = 30 };

/* The model as text; what was wrong, if it could not be read. */
static void
read_shown(struct db *db, struct buf *out)
{
    SCOPED(schema_clear) struct schema schema = {0};
    struct duet_error err = {0};

    buf_clear(out);
    if (schema_reflect(&schema, db, &err))
        show_schema(out, &schema);
    else
        buf_printf(out, "%s (%s)", err.text, err.hint);
}

static bool
has(const struct buf *shown, const char *line)
{
    if (strstr(buf_data(shown), line) != NULL)
        return true;
    tap_diag("no '%s' in\n%s", line, buf_data(shown));
    return false;
}

/* ------------------------------------------------------------ round trips */

static void
count_statement(void *context, const char *sql, int64_t microseconds)
{
    int *count = context;

    *count += *sql != '\0' && microseconds >= 0;
}

/* The model as text, read by a session that counts into *COUNT. */
static void
read_counted(const struct ground *ground, struct buf *out, int *count)
{
    SCOPED(db_close) struct db *db = NULL;
    struct duet_error err = {0};
    const struct db_options options = {.trace = {count_statement, count}};

    if (!db_open(&db, ground->url, &options, &err))
        tap_diag("%s", err.text);
    *count = 0;
    read_shown(db, out);
}

static int
count_round_trips(const struct ground *ground)
{
    SCOPED(buf_release) struct buf shown = {0};
    int count = 0;

    read_counted(ground, &shown, &count);
    return count;
}

static void
try_round_trips(struct ground *ground)
{
    int few;

    ground_run(ground, "create table t (a int primary key, b text)");
    few = count_round_trips(ground);
    OK(few <= ROUND_TRIPS - 8, "one table takes few (%d)", few);
    ground_run(ground, "create function f() returns trigger language plpgsql as"
                       " 'begin return null; end';"
                       "create trigger g after insert on t for each row"
                       " execute function f();"
                       "create schema s; comment on schema s is 'ss';"
                       "create type e as enum ('x'); create sequence q;"
                       "alter table t enable row level security;"
                       "grant select on t to public");
    few = count_round_trips(ground);
    IS_INT(few, ROUND_TRIPS, "some of everything takes that many");
    ground_run(ground,
               "do 'begin for i in 1 .. %d loop execute format("
               "''create table t%%s (id serial primary key, a text unique,"
               " t int references t, check (t > 0)); create index on t%%1$s"
               " (lower(a)); create view v%%1$s as select 1 as one;"
               " create sequence s%%1$s; create type e%%1$s as enum (''''x'''')"
               "'', i); end loop; end'",
               (int)TABLES);
    IS_INT(count_round_trips(ground), few, "%d tables as many", TABLES);
}

/* ---------------------------------------------------------------- session */

static void
try_session(struct ground *ground)
{
    SCOPED(buf_release) struct buf shown = {0};

    ground_renew(ground);
    ground_run(ground, "create table t (a timestamptz default"
                       " '2024-01-01 00:00+00'); create schema s;"
                       "create table s.u (b t); set search_path = s, public;"
                       "set timezone = 'Asia/Tokyo'; set quote_all_identifiers"
                       " = on; set datestyle = 'German'");
    read_shown(ground->db, &shown);
    OK(has(&shown, "table u\n  column b: type=public.t") &&
           has(&shown, "table public.t\n  column a: type=timestamptz "
                       "default='2024-01-01 00:00:00+00'::"),
       "names go without the current schema only, constants as in any session");
    OK(ground_number(ground, "select (current_setting('search_path') ="
                             " 's, public' and current_setting('timezone') ="
                             " 'Asia/Tokyo')::int"),
       "the settings are as they were");
    ground_run(ground, "begin; create table v (i int)");
    read_shown(ground->db, &shown);
    OK(has(&shown, "table v\n") && db_in_transaction(ground->db),
       "in a transaction what that has made is read, and it goes on");
    OK(ground_number(ground, "select (current_setting('search_path') ="
                             " 's, public' and current_setting("
                             "'quote_all_identifiers') = 'on')::int"),
       "with its settings");
    ground_run(ground, "commit");
    IS_INT(ground_number(ground, "select count(*) from s.v"), 0,
           "and can be committed");
    ground_run(ground, "set search_path = nosuch");
    read_shown(ground->db, &shown);
    OK(has(&shown, "table public.t\n") && has(&shown, "table s.u\n"),
       "without a current schema all names are told in full");
    ground_run(ground, "reset all");
}

/* ---------------------------------------------------------------- failure */

static void
try_failure(struct ground *ground)
{
    SCOPED(schema_clear) struct schema schema = {0};
    struct duet_error err = {0};
    struct db *db = ground_session(ground);

    ground_renew(ground);
    ground_run(ground, "create table t (a int)");
    session_run(db, "set statement_timeout = 1; set jit = off");
    session_run(db, "begin");
    (void)db_exec(db, "nonsense", &err);
    err = (struct duet_error){0};
    OK(!schema_reflect(&schema, db, &err) && err.kind != DUET_ERROR_NONE &&
           schema.nobjects == 0,
       "in a transaction that has failed that is the error: %s", err.text);
    db_close(&db);
}

/* -------------------------------------------------------------- other roles */

static void
try_guest(struct ground *ground)
{
    SCOPED(buf_release) struct buf owners = {0};
    SCOPED(buf_release) struct buf guests = {0};
    SCOPED(db_close) struct db *guest = NULL;

    ground_renew(ground);
    ground_run(ground,
               "create schema hidden; create table hidden.t (a serial, b text"
               " default 'x', check (b <> '')); create type hidden.e as enum"
               " ('x'); create table u (a int primary key, e hidden.e);"
               "create view v as select t.a, u.e from hidden.t, u;"
               "create index on u (a) where a > 3; create policy p on u using"
               " (a > 0); alter table u enable row level security;"
               "create function f() returns int language sql as 'select 1';"
               "revoke execute on function f() from public;"
               "create foreign data wrapper w; create server s foreign data"
               " wrapper w; create user mapping for public server s options"
               " (password 'secret'); create subscription b connection"
               " 'host=x password=secret' publication c with (connect = false,"
               " slot_name = none)");
    ground_run(ground, "do 'begin create role " GUEST " login;"
                       " exception when duplicate_object then end'");
    guest = session_open(ground->url, false);
    session_run(guest, "set session authorization " GUEST);
    read_shown(ground->db, &owners);
    read_shown(guest, &guests);
    OK(has(&owners, "table hidden.t\n") && has(&owners, "user mapping\n") &&
           has(&owners, "what=subscription\n"),
       "who may do everything sees everything");
    IS_TEXT(buf_data(&guests), buf_data(&owners),
            "who may do nothing sees the same");
    OK(strstr(buf_data(&owners), "secret") == NULL, "and nobody a password");
    ground_run(ground, "drop subscription b");
}

/* ----------------------------------------------------------------- moments */

/*
 * From one state to the other and back, each at once: a column is called
 * otherwise in a check, an index, a default, a view and a trigger, which the
 * catalog looks up when it is asked for their texts.
 */
static const char there[] =
    "begin; alter table t rename a to b; alter table t rename to u;"
    " alter type e rename value 'x' to 'y'; alter function f rename to g;"
    " commit";
static const char and_back[] =
    "begin; alter table u rename b to a; alter table u rename to t;"
    " alter type e rename value 'y' to 'x'; alter function g rename to f;"
    " commit";

static void
make_state(struct ground *ground)
{
    ground_run(ground,
               "create type e as enum ('x'); create function f(int) returns"
               " int language sql immutable as 'select 1';"
               "create function tf() returns trigger language plpgsql as"
               " 'begin return null; end';"
               "create table t (a int, k e default 'x', z int default f(1),"
               " check (a > 0 and k <> 'x'));"
               "create index i on t (f(a), (a + 1)) where a > 1;"
               "create view v as select x.a + 1 as one from t x, t;"
               "create trigger tr after update of a on t for each row"
               " when (new.a > 0) execute function tf();"
               "create policy p on t using (a > 0)");
}

/*
 * Every now and then, by PAUSE in milliseconds, until it is killed or who would
 * do that is gone.
 */
static int
change_all_the_time(const char *pause, const char *url)
{
    struct db *db = session_open(url, false);
    pid_t parent = getppid();
    int most = (int)strtol(pause, NULL, 10);

    helper_tell();
    while (getppid() == parent) {
        session_run(db, "%s", there);
        sleep_milliseconds(rand() % most);
        session_run(db, "%s", and_back);
        sleep_milliseconds(rand() % most);
    }
    db_close(&db);
    return 0;
}

/* On a machine that is much busier than a moment ago it may come to that. */
static bool
has_given_up(const struct buf *shown)
{
    return strstr(buf_data(shown), "the schema was changed each time") != NULL;
}

static void
try_moments(struct ground *ground, const char *program)
{
    SCOPED(buf_release) struct buf one = {0};
    SCOPED(buf_release) struct buf other = {0};
    SCOPED(buf_release) struct buf shown = {0};
    struct helper helper;
    char pause[32];
    int64_t start;
    int seen[2] = {0, 0};
    int mixed = 0;
    int again = 0;
    int count = 0;

    ground_renew(ground);
    make_state(ground);
    read_shown(ground->db, &one);
    ground_run(ground, "%s", there);
    read_shown(ground->db, &other);
    ground_run(ground, "%s", and_back);
    OK(has(&one, "table t\n") && has(&other, "table u\n"), "two states");
    /* About as often as not while it is being read. */
    start = milliseconds();
    read_counted(ground, &shown, &count);
    snprintf(pause, sizeof pause, "%d", (int)(milliseconds() - start) * 4 + 20);
    helper = helper_start(program, pause, ground);
    helper_wait(&helper);
    for (int i = 0; i < READINGS || (again == 0 && i < 10 * READINGS); i++) {
        read_counted(ground, &shown, &count);
        again += count > ROUND_TRIPS;
        if (strcmp(buf_data(&shown), buf_data(&one)) == 0)
            seen[0]++;
        else if (strcmp(buf_data(&shown), buf_data(&other)) == 0)
            seen[1]++;
        else if (!has_given_up(&shown) && mixed++ == 0)
            tap_diag("%s", buf_data(&shown));
    }
    kill(helper.process, SIGKILL);
    (void)helper_end(&helper);
    OK(seen[0] > 0 && seen[1] > 0, "while they change both are read (%d, %d)",
       seen[0], seen[1]);
    OK(again > 0, "what changed meanwhile is read again (%d)", again);
    IS_INT(mixed, 0, "but never some of either");
}

int
main(int argc, char **argv)
{
    struct ground ground;

    if (argc > 1)
        return change_all_the_time(argv[1], argv[2]);
    if (!ground_open(&ground, "postgres"))
        tap_skip_all("no PostgreSQL server");
    try_round_trips(&ground);
    try_session(&ground);
    try_failure(&ground);
    try_guest(&ground);
    try_moments(&ground, argv[0]);
    ground_close(&ground);
    return tap_done();
}
