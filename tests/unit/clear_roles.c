/*
 * Clearing as a role that may not do everything (PostgreSQL): what it may do
 * it does, and what it may not is an error, never a row that stays unseen.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/ground.h"
#include "lib/tap.h"

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})
#define GUEST     "duet_ground_guest"
#define FAMILY                                        \
    "create table a (id int primary key, b int);"     \
    "create table b (id int primary key,"             \
    " a int references a on delete restrict,"         \
    " up int references b);"                          \
    "alter table a add foreign key (b) references b;" \
    "insert into a values (1, null), (2, null);"      \
    "insert into b values (1, 1, 1), (2, 2, 1);"      \
    "update a set b = 3 - id;"
#define KEEP_ROWS                                     \
    "create function keep() returns trigger language" \
    " plpgsql as 'begin return null; end';"           \
    "create trigger keeper before delete on b"        \
    " for each row execute function keep();"

/* The guest owns nothing and may read and delete. */
static void
make(struct ground *ground, const char *sql)
{
    ground_renew(ground);
    ground_run(ground, "%s", sql);
    ground_run(ground, "grant select, delete on all tables in schema public"
                       " to " GUEST);
    ground_clear_as(ground, GUEST);
}

static void
try_guest(struct ground *ground)
{
    make(ground, FAMILY);
    ground_clears(ground, NULL, "",
                  "who may read and delete can clear a cycle");
    make(ground, "create table p (id int primary key) partition by list (id);"
                 "create table p1 partition of p for values in (1);"
                 "create table p2 partition of p default;"
                 "create table c (p int references p on delete cascade,"
                 " q int references p deferrable initially deferred);"
                 "insert into p values (1), (2); insert into c values (1, 2)");
    ground_clears(ground, NULL, "", "and partitions, cascades");
    make(ground, FAMILY);
    ground_refuses(ground, &(struct duet_clear_options){.only = LIST("a")},
                   DUET_ERROR_USAGE, "b(a) -> a",
                   "a path of foreign keys binds it, too");
    make(ground, "create table a (id serial); insert into a default values");
    ground_refuses(
        ground, &(struct duet_clear_options){.restart_sequences = true},
        DUET_ERROR_DENIED, "a_id_seq", "it can't restart a sequence");
}

static void
try_missing_privileges(struct ground *ground)
{
    make(ground, FAMILY);
    ground_run(ground, "revoke delete on b from " GUEST);
    ground_refuses(ground, NULL, DUET_ERROR_DENIED,
                   "permission denied for table b",
                   "without DELETE on one of the tables nothing happens");
    make(ground, FAMILY);
    ground_run(ground, "revoke select on b from " GUEST);
    ground_refuses(ground, NULL, DUET_ERROR_DENIED,
                   "permission denied for table b", "nor without SELECT");
    ground_refuses(ground, NULL, DUET_ERROR_DENIED, "--keep",
                   "the hint says that it can be kept");
    make(ground, "create schema theirs; create table theirs.t (i int);"
                 "insert into theirs.t values (1);"
                 "create table t (i int); insert into t values (1)");
    ground_refuses(ground, NULL, DUET_ERROR_DENIED,
                   "permission denied for schema theirs",
                   "nor without USAGE of a schema");
    ground_clears(ground,
                  &(struct duet_clear_options){.keep = LIST("theirs.*")},
                  "theirs.t 1", "unless that is kept");
    make(ground, FAMILY);
    ground_run(ground,
               "alter role " GUEST " set default_transaction_read_only = on");
    ground_refuses(ground, NULL, DUET_ERROR_DENIED, "read-only",
                   "nor for a role that only reads");
    ground_run(ground,
               "alter role " GUEST " reset default_transaction_read_only");
}

static void
try_settings(struct ground *ground)
{
    make(ground, FAMILY);
    ground_run(ground, "alter role " GUEST
                       " set default_transaction_isolation = serializable;"
                       "alter role " GUEST " set row_security = on;"
                       "alter role " GUEST " set search_path = pg_catalog");
    {
        SCOPED(duet_cleaner_close)
        struct duet_cleaner *cleaner = ground_cleaner(ground, NULL);
        SCOPED(buf_release) struct buf text = {0};
        struct duet_clear_report report = {0};

        OK(duet_clear(cleaner, &report, NULL),
           "%s: a role with settings of its own clears as well", ground->who);
        report_text(&report, &text);
        IS_TEXT(buf_data(&text), "public.a 2, public.b 2",
                "%s: and tables it does not see have their schema",
                ground->who);
    }
    ground_run(ground, "alter role " GUEST " reset all");
}

static void
try_guest_and_triggers(struct ground *ground)
{
    SCOPED(buf_release) struct buf text = {0};
    struct duet_clear_report report = {0};

    make(ground, FAMILY KEEP_ROWS);
    ground_refuses(ground, NULL, DUET_ERROR_CONSTRAINT,
                   "trigger 'keeper' of 'b'",
                   "a trigger that keeps the children of rows is named");
    make(ground, "create table b (i int); insert into b values (1);" KEEP_ROWS);
    ground_refuses(ground, NULL, DUET_ERROR_DENIED, "'b' are still there",
                   "a trigger that keeps rows is an error");
    ground_refuses(ground, NULL, DUET_ERROR_DENIED, "trigger 'keeper' of 'b'",
                   "which names it");
    make(ground, FAMILY "create rule r as on delete to b do instead nothing");
    ground_refuses(ground, NULL, DUET_ERROR_SQL, "rule 'r' of 'b'",
                   "so is a rule that does");
    make(ground, FAMILY
         "create table audit (what text); grant insert on audit to " GUEST ";"
         "create function note() returns trigger language plpgsql as"
         " 'begin insert into audit values (old.id); return old; end';"
         "create trigger noted after delete on a for each row"
         " execute function note()");
    {
        SCOPED(duet_cleaner_close)
        struct duet_cleaner *cleaner = ground_cleaner(ground, NULL);

        OK(duet_clear(cleaner, &report, NULL),
           "%s: a trigger that does no harm acts", ground->who);
        report_text(&report, &text);
        IS_TEXT(buf_data(&text), "a 2, audit 2, b 2",
                "%s: what it wrote is deleted and reported", ground->who);
    }
    ground_rows(ground, &text);
    IS_TEXT(buf_data(&text), "", "%s: and nothing is left", ground->who);
}

/* Neither the owner nor a superuser, but no foreign keys act for it. */
static void
try_granted_role(struct ground *ground)
{
    if (ground_number(ground, "show server_version_num") < 150000) {
        tap_skip(3, "before PostgreSQL 15 a parameter can't be granted");
        return;
    }
    make(ground, FAMILY);
    ground_run(ground,
               "grant set on parameter session_replication_role to " GUEST);
    ground_clears(ground, NULL, "", "who may set the replica role clears");
    make(ground, FAMILY KEEP_ROWS);
    ground_clears(ground, NULL, "", "past triggers of others");
    make(ground, FAMILY KEEP_ROWS "alter table b enable always trigger keeper");
    ground_refuses(ground, NULL, DUET_ERROR_DENIED, "trigger 'keeper' of 'b'",
                   "but not past one that always acts");
    ground_run(ground,
               "revoke set on parameter session_replication_role from " GUEST);
}

#define POLICY                                               \
    "create table t (i int); insert into t values (1), (2);" \
    "create policy seen on t using (i = 1);"                 \
    "alter table t enable row level security;"

static void
try_policies(struct ground *ground)
{
    make(ground, POLICY);
    ground_refuses(ground, NULL, DUET_ERROR_DENIED,
                   "row-level security policy for table \"t\"",
                   "rows that a policy hides are an error");
    ground_run(ground, "create table u (i int); insert into u values (1);"
                       "grant select, delete on u to " GUEST);
    ground_clears(ground, &(struct duet_clear_options){.keep = LIST("t")},
                  "t 2", "unless that table is kept");
    make(ground, POLICY);
    ground_run(ground, "alter table t owner to " GUEST);
    ground_clears(ground, NULL, "", "the owner is not bound by a policy");
    make(ground, POLICY);
    ground_run(ground, "alter table t owner to " GUEST
                       "; alter table t force row level security");
    ground_refuses(ground, NULL, DUET_ERROR_DENIED,
                   "row-level security policy for table \"t\"",
                   "unless it is forced");
    make(ground, POLICY "alter table t force row level security");
    ground_run(ground, "alter role " GUEST " bypassrls");
    ground_clears(ground, NULL, "", "who may bypass policies does");
    ground_run(ground, "alter role " GUEST " nobypassrls");
    make(ground, POLICY "alter table t force row level security");
    snprintf(ground->cleaner, sizeof ground->cleaner, "%s", ground->url);
    ground_clears(ground, NULL, "", "and so does a superuser");
}

/* The policy comes when the statements are prepared already. */
static void
try_late_policy(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    struct duet_error err = {0};

    make(ground, "create table t (i int); insert into t values (1), (2)");
    cleaner = ground_cleaner(ground, NULL);
    OK(duet_clear(cleaner, NULL, &err), "%s: before there is a policy",
       ground->who);
    ground_run(ground, "insert into t values (1), (2);"
                       "create policy seen on t using (i = 1);"
                       "alter table t enable row level security");
    OK(!duet_clear(cleaner, NULL, &err) && err.kind == DUET_ERROR_DENIED &&
           ground_number(ground, "select count(*) from t") == 2,
       "%s: the same handle notices it", ground->who);
    ground_run(ground, "alter table t disable row level security;"
                       "revoke delete on t from " GUEST);
    OK(!duet_clear(cleaner, NULL, &err) && err.kind == DUET_ERROR_DENIED &&
           ground_number(ground, "select count(*) from t") == 2,
       "%s: and that a privilege is gone", ground->who);
    ground_run(ground, "grant delete on t to " GUEST);
    OK(duet_clear(cleaner, NULL, &err) &&
           ground_number(ground, "select count(*) from t") == 0,
       "%s: and there again", ground->who);
}

int
main(void)
{
    struct ground ground;

    if (!ground_open(&ground, "postgres"))
        tap_skip_all("no PostgreSQL server");
    ground_run(&ground, "do 'begin create role " GUEST " login;"
                        " exception when duplicate_object then end'");
    try_guest(&ground);
    try_missing_privileges(&ground);
    try_settings(&ground);
    try_guest_and_triggers(&ground);
    try_granted_role(&ground);
    try_policies(&ground);
    try_late_policy(&ground);
    ground_run(&ground, "drop owned by " GUEST "; drop role " GUEST);
    ground_close(&ground);
    return tap_done();
}
