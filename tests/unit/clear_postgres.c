/*
 * Clearing what only PostgreSQL has: schemas, partitions, rules, roles.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/ground.h"
#include "lib/tap.h"

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Both who may switch off what checks a row and who owns all come to this. */
static const struct {
    const char *name;
    const char *sql;
    const char *left;
} cases[] = {
    {"tables in other schemas, one name in two of them",
     "create schema \"Other.One\"; create schema b;"
     "create table t (id int primary key);"
     "create table b.t (id int primary key references t);"
     "create table \"Other.One\".t (id int references b.t);"
     "create table \"Other.One\".\"only here\" (id int);"
     "insert into t values (1); insert into b.t values (1);"
     "insert into \"Other.One\".t values (1), (1);"
     "insert into \"Other.One\".\"only here\" values (1)",
     ""},
    {"partitions of several levels, and one for the rest",
     "create table p (a int, b int, primary key (a, b))"
     " partition by list (a);"
     "create table p1 partition of p for values in (1) partition by list (b);"
     "create table p11 partition of p1 for values in (1);"
     "create table p12 partition of p1 default;"
     "create table p2 partition of p default;"
     "create table none_yet (i int) partition by range (i);"
     "create table c (a int, b int, foreign key (a, b) references p);"
     "insert into p values (1, 1), (1, 2), (2, 1), (3, 1);"
     "insert into c values (1, 1), (3, 1)",
     ""},
    {"a foreign key from a partition and one to a partition",
     "create table o (id int primary key);"
     "create table p (a int primary key, o int) partition by list (a);"
     "create table p1 partition of p for values in (1);"
     "create table p2 partition of p for values in (2);"
     "alter table p1 add foreign key (o) references o;"
     "create table c (a int references p2);"
     "insert into o values (1); insert into p values (1, 1), (2, null);"
     "insert into c values (2)",
     ""},
    {"inheritance, each table for itself",
     "create table m (id int primary key); create table n () inherits (m);"
     "create table o (x int) inherits (n);"
     "insert into m values (1); insert into n values (1), (2);"
     "insert into o values (1, 1), (2, 2), (3, 3)",
     ""},
    {"unlogged tables",
     "create unlogged table u (id serial primary key);"
     "insert into u default values",
     ""},
    {"a BEFORE DELETE trigger that returns NULL",
     "create table t (i int); insert into t values (1), (2);"
     "create function f() returns trigger language plpgsql as"
     " 'begin return null; end';"
     "create trigger a before delete on t for each row execute function f()",
     ""},
    {"triggers that raise, of a row, a statement and a constraint",
     "create table t (i int); insert into t values (1), (2);"
     "create table u (i int); insert into u values (1);"
     "create table v (i int); insert into v values (1);"
     "create function f() returns trigger language plpgsql as"
     " 'begin raise exception ''no''; end';"
     "create trigger a after delete on t for each row execute function f();"
     "create trigger b before delete on u execute function f();"
     "create constraint trigger c after delete on v"
     " deferrable initially deferred for each row execute function f()",
     ""},
    {"audit triggers, which do not act",
     "create table t (i int); insert into t values (1), (2);"
     "create table audit (what text);"
     "create function f() returns trigger language plpgsql as"
     " 'begin insert into audit values (tg_op); return old; end';"
     "create trigger a before delete on t for each row execute function f();"
     "create trigger b after delete on t execute function f()",
     ""},
    {"triggers enabled ALWAYS, for a REPLICA, and not at all",
     "create table a (i int); insert into a values (1), (2);"
     "create table b (i int); insert into b values (1);"
     "create table c (i int); insert into c values (1);"
     "create table d (i int); insert into d values (1);"
     "create function f() returns trigger language plpgsql as"
     " 'begin return null; end';"
     "create trigger f before delete on a for each row execute function f();"
     "create trigger f before delete on b for each row execute function f();"
     "create trigger f before delete on c for each row execute function f();"
     "create trigger \"F\"\"\" before delete on d"
     " for each row execute function f();"
     "alter table a enable always trigger f;"
     "alter table b enable replica trigger f;"
     "alter table c disable trigger f;"
     "alter table d enable always trigger \"F\"\"\"",
     ""},
    {"a trigger of a partitioned table, not the same in each partition",
     "create table p (i int) partition by list (i);"
     "create table p1 partition of p for values in (1);"
     "create table p2 partition of p for values in (2);"
     "create table p3 partition of p for values in (3);"
     "create function f() returns trigger language plpgsql as"
     " 'begin return null; end';"
     "create trigger f before delete on p for each row execute function f();"
     "alter table p enable always trigger f;"
     "alter table p1 disable trigger f; alter table p2 enable trigger f;"
     "insert into p values (1), (2), (3)",
     ""},
    {"rules that act instead of a DELETE, also, and on a condition",
     "create table a (i int); insert into a values (1), (2);"
     "create table b (i int); insert into b values (1);"
     "create table c (i int); insert into c values (1), (2);"
     "create table log (i int);"
     "create rule r as on delete to a do instead nothing;"
     "create rule r as on delete to b do also insert into log values (old.i);"
     "create rule r as on delete to c where old.i = 1 do instead nothing",
     ""},
    {"rules enabled ALWAYS, for a REPLICA, and not at all",
     "create table a (i int); insert into a values (1), (2);"
     "create table b (i int); insert into b values (1);"
     "create table c (i int); insert into c values (1);"
     "create rule r as on delete to a do instead nothing;"
     "create rule r as on delete to b do instead nothing;"
     "create rule r as on delete to c do instead nothing;"
     "alter table a enable always rule r;"
     "alter table b enable replica rule r;"
     "alter table c disable rule r",
     ""},
    {"views with rules and triggers, and a materialized view",
     "create table t (i int); insert into t values (1), (2);"
     "create view v as select * from t;"
     "create rule r as on delete to v do instead delete from t where false;"
     "create materialized view m as select * from t;"
     "create recursive view w (i) as select 1",
     ""},
    {"row-level security that does not bind the owner",
     "create table t (i int); insert into t values (1), (2);"
     "create policy seen on t using (i = 1);"
     "alter table t enable row level security",
     ""},
    {"generated columns, domains, exclusion constraints, a typed table",
     "create domain d as int check (value > 0);"
     "create type y as (i int, j text);"
     "create table a (i d, g d generated always as (i * 2) stored);"
     "create table b (i int, exclude (i with =)); create table c of y;"
     "insert into a (i) values (1); insert into b values (1), (2);"
     "insert into c values (1, 'x')",
     ""},
    {"ON UPDATE and ON DELETE actions across partitions",
     "create table p (i int primary key) partition by list (i);"
     "create table p1 partition of p for values in (1);"
     "create table p2 partition of p for values in (2);"
     "create table c (i int references p on delete cascade,"
     " up int references p on delete set null) partition by list (i);"
     "create table c1 partition of c default;"
     "insert into p values (1), (2); insert into c values (1, 2), (2, 1)",
     ""},
    {"an ALWAYS trigger that makes a row elsewhere",
     "create table a (i int); insert into a values (1);"
     "create table b (i int);"
     "create function f() returns trigger language plpgsql as"
     " 'begin insert into b values (1); return old; end';"
     "create trigger f after delete on a for each row execute function f();"
     "alter table a enable always trigger f",
     ""},
    {"a deferred foreign key of a table with a trigger",
     "create table a (i int primary key);"
     "create table b (i int references a deferrable initially deferred);"
     "create function f() returns trigger language plpgsql as"
     " 'begin return null; end';"
     "create trigger f before delete on a for each row execute function f();"
     "insert into a values (1); insert into b values (1)",
     ""},
    {"a ledger in a schema of its own",
     "create schema drizzle; create table drizzle.__drizzle_migrations (i int);"
     "create table t (i int); insert into t values (1);"
     "insert into drizzle.__drizzle_migrations values (1)",
     "drizzle.__drizzle_migrations 1"},
};

static void
try_cases(struct ground *ground)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ground_renew(ground);
        ground_run(ground, "%s", cases[i].sql);
        ground_clears(ground, NULL, cases[i].left, "%s", cases[i].name);
    }
}

/* --------------------------------------------------------------- selection */

static void
make_schemas(struct ground *ground)
{
    ground_renew(ground);
    ground_run(ground,
               "create schema x; create schema y;"
               "create table t (i int); create table x.t (i int);"
               "create table y.t (i int); create table y.u (i int);"
               "insert into t values (1); insert into x.t values (1);"
               "insert into y.t values (1); insert into y.u values (1)");
}

static void
try_selection(struct ground *ground)
{
    make_schemas(ground);
    ground_clears(ground,
                  &(struct duet_clear_options){.keep = LIST("y.*", "x.t")},
                  "x.t 1, y.t 1, y.u 1", "a schema is kept, and schema.table");
    make_schemas(ground);
    ground_clears(ground, &(struct duet_clear_options){.only = LIST("y.*")},
                  "t 1, x.t 1", "one schema alone");
    make_schemas(ground);
    ground_clears(ground, &(struct duet_clear_options){.keep = LIST("t")},
                  "t 1, x.t 1, y.t 1", "a name keeps it in every schema");
    ground_refuses(ground, &(struct duet_clear_options){.only = LIST("t")},
                   DUET_ERROR_USAGE, "public.t",
                   "but a name of several is not enough to clear");
    make_schemas(ground);
    ground_refuses(ground, &(struct duet_clear_options){.only = LIST("x*")},
                   DUET_ERROR_USAGE, "no table matches 'x*'",
                   "a pattern without a dot is for names, not schemas");
}

static void
try_kept_children(struct ground *ground)
{
    ground_renew(ground);
    ground_run(ground, "create table m (id int); create table n () inherits"
                       " (m); create table o () inherits (m);"
                       "insert into m values (1); insert into n values (1);"
                       "insert into o values (1)");
    ground_clears(ground, &(struct duet_clear_options){.keep = LIST("n")},
                  "n 1", "an inheriting table is kept, its parent is not");
    ground_run(ground, "insert into m values (1)");
    ground_clears(ground, &(struct duet_clear_options){.keep = LIST("m")},
                  "m 1", "and the other way round");
    ground_renew(ground);
    ground_run(ground, "create table o (id int primary key);"
                       "create table p (a int, o int) partition by list (a);"
                       "create table p1 partition of p for values in (1);"
                       "alter table p1 add foreign key (o) references o");
    ground_refuses(ground, &(struct duet_clear_options){.keep = LIST("p")},
                   DUET_ERROR_USAGE, "p1(o) -> o (p1_o_fkey)",
                   "a foreign key of a partition binds its table");
    ground_refuses(ground, &(struct duet_clear_options){.keep = LIST("p1")},
                   DUET_ERROR_USAGE, "a partition goes with its table",
                   "which can't be kept in part");
}

/* --------------------------------------------------------------- sequences */

static void
try_sequences(struct ground *ground)
{
    const struct duet_clear_options restart = {.restart_sequences = true,
                                               .keep = LIST("kept")};
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    struct duet_clear_report report = {0};
    struct duet_error err = {0};

    ground_renew(ground);
    ground_run(ground,
               "create sequence free; create sequence shared;"
               "create sequence two; create schema \"S 1\";"
               "create sequence \"S 1\".\"we\"\"ird\" start 10 increment 5;"
               "create table kept (id serial, s int default nextval('shared'));"
               "create table a (id serial, s int default nextval('shared'),"
               " b int default nextval('two'));"
               "create table b (id int generated by default as identity"
               " (start 100), b int default nextval('two'),"
               " w int default nextval('\"S 1\".\"we\"\"ird\"'));"
               "create table p (i int, s serial) partition by list (i);"
               "create table p1 partition of p default;"
               "create table moved (id serial);"
               "insert into kept default values;"
               "insert into a default values; insert into b default values;"
               "insert into p values (1); select nextval('free');"
               "select setval('moved_id_seq', 7, false)");
    cleaner = ground_cleaner(ground, &restart);
    OK(duet_clear(cleaner, &report, &err), "%s: sequences of every kind",
       ground->who);
    /* a_id_seq, b_id_seq, two, p_s_seq, we"ird, moved_id_seq */
    IS_INT(report.sequences, 6, "%s: six of them are restarted", ground->who);
    ground_run(ground, "insert into kept default values;"
                       "insert into a default values;"
                       "insert into b default values; insert into p values (1);"
                       "insert into moved default values");
    IS_INT(ground_number(ground, "select id * 100 + b from a"), 101,
           "%s: a serial, and one that cleared tables share", ground->who);
    IS_INT(ground_number(ground, "select id * 100 + w from b"), 10010,
           "%s: an identity and a sequence of another schema start where they "
           "were declared to",
           ground->who);
    IS_INT(ground_number(ground, "select s from p"), 1,
           "%s: that of a partitioned table", ground->who);
    IS_INT(ground_number(ground, "select id from moved"), 1,
           "%s: one that was set and not yet asked", ground->who);
    IS_INT(ground_number(ground, "select max(id) * 10 + max(s) from kept"), 23,
           "%s: what a kept table uses goes on, shared or not", ground->who);
    IS_INT(ground_number(ground, "select nextval('free')"), 2,
           "%s: so does what no table uses", ground->who);
}

/* ------------------------------------------------------------- not our own */

static void
try_foreign_tables(struct ground *ground)
{
    ground_renew(ground);
    ground_run(ground, "create extension file_fdw;"
                       "create server files foreign data wrapper file_fdw;"
                       "create foreign table f (i int) server files"
                       " options (filename '/nonexistent');"
                       "create table t (i int); insert into t values (1)");
    ground_clears(ground, NULL, "", "a foreign table is left alone");
    ground_run(ground, "create foreign table g () inherits (t) server files"
                       " options (filename '/nonexistent');"
                       "insert into t values (1)");
    ground_clears(ground, NULL, "", "also one that inherits");
    ground_run(ground, "drop foreign table g;"
                       "create table p (i int) partition by list (i);"
                       "create table p1 partition of p for values in (1)"
                       " partition by list (i);"
                       "create foreign table p2 partition of p1"
                       " for values in (1) server files"
                       " options (filename '/nonexistent')");
    {
        SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
        struct duet_error err = {0};

        OK(!duet_cleaner_open(&cleaner, ground->cleaner, NULL, &err) &&
               err.kind == DUET_ERROR_USAGE &&
               strstr(err.text, "'p2' is a foreign table") != NULL &&
               strstr(err.hint, "--keep p") != NULL,
           "%s: a table with a foreign partition is refused", ground->who);
        OK(duet_cleaner_open(&cleaner, ground->cleaner,
                             &(struct duet_clear_options){.keep = LIST("p")},
                             &err) &&
               duet_clear(cleaner, NULL, &err),
           "%s: unless it is kept", ground->who);
    }
}

static void
try_extensions(struct ground *ground)
{
    ground_renew(ground);
    ground_run(ground,
               "create extension citext; create table t (id int primary key);"
               "create table theirs (id int primary key);"
               "alter extension citext add table theirs;"
               "insert into t values (1); insert into theirs values (1)");
    ground_clears(ground, NULL, "theirs 1", "an extension's tables stay");
    ground_run(ground, "alter table theirs add foreign key (id) references t"
                       " not valid");
    ground_refuses(ground, NULL, DUET_ERROR_USAGE, "theirs(id) -> t",
                   "so what they reference is refused");
}

static void
try_temporary_tables(struct ground *ground)
{
    ground_renew(ground);
    ground_run(ground, "create temporary table t (i int);"
                       "create table public.t (i int);"
                       "insert into t values (1);"
                       "insert into public.t values (1)");
    {
        SCOPED(duet_cleaner_close)
        struct duet_cleaner *cleaner = ground_cleaner(ground, NULL);
        struct duet_clear_report report = {0};

        OK(duet_clear(cleaner, &report, NULL) && report.rows == 1 &&
               ground_number(ground, "select count(*) from t") == 1 &&
               ground_number(ground, "select count(*) from public.t") == 0,
           "%s: another session's temporary table is not ours", ground->who);
    }
    ground_run(ground, "drop table pg_temp.t");
}

static void
try_many_tables(struct ground *ground)
{
    ground_renew(ground);
    ground_run(ground,
               "do 'begin for i in 1..700 loop execute format("
               "''create table t%%s (i int); insert into t%%s values (1)'',"
               " i, i); end loop; end'");
    {
        SCOPED(duet_cleaner_close)
        struct duet_cleaner *cleaner = ground_cleaner(ground, NULL);
        struct duet_clear_report report = {0};
        struct duet_error err = {0};

        OK(duet_clear(cleaner, &report, &err) && report.ntables == 700 &&
               report.rows == 700,
           "%s: 700 tables with rows", ground->who);
        ground_run(ground, "insert into t699 values (1), (2)");
        OK(duet_clear(cleaner, &report, &err) && report.rows == 2 &&
               strcmp(report.tables[0].table, "t699") == 0,
           "%s: one of 700", ground->who);
    }
}

int
main(void)
{
    static const char *const engines[] = {"postgres", "postgres as an owner"};
    struct ground ground;

    for (size_t i = 0; i < 2; i++) {
        if (!ground_open(&ground, engines[i]))
            tap_skip_all("no PostgreSQL server");
        try_cases(&ground);
        try_selection(&ground);
        try_kept_children(&ground);
        try_sequences(&ground);
        try_temporary_tables(&ground);
        try_many_tables(&ground);
        if (!ground.is_owner) {
            try_foreign_tables(&ground);
            try_extensions(&ground);
        }
        ground_close(&ground);
    }
    return tap_done();
}
