/*
 * What the statements of a script are: kinds, and the names that a statement
 * outside of transactions is about.
 */
#include <string.h>

#include "base/buf.h"
#include "lib/tap.h"
#include "sql/script.h"

struct kind_case {
    const char *text;
    enum statement_kind kind;
    enum outside_form outside;
    const char *object;
    const char *table;
};

static const char *
or_none(const char *text)
{
    return text != NULL ? text : "(none)";
}

static void
try_case(enum sql_language language, const struct kind_case *wanted)
{
    const struct script_source source = {.name = "x", .text = wanted->text};
    SCOPED(script_close) struct script *script = NULL;
    struct statement got = {0};

    if (!OK(script_open(&script, &source, language, NULL) &&
                script_next(script, &got) && got.kind == wanted->kind &&
                got.outside == wanted->outside &&
                strcmp(or_none(got.object), or_none(wanted->object)) == 0 &&
                strcmp(or_none(got.table), or_none(wanted->table)) == 0,
            "%s", wanted->text))
        tap_diag("kind %d, %d; %s of %s", (int)got.kind, (int)got.outside,
                 or_none(got.object), or_none(got.table));
}

static const struct kind_case postgres[] = {
    /* Transactions. */
    {"begin", STATEMENT_BEGIN, 0, NULL, NULL},
    {"BEGIN WORK isolation level serializable", STATEMENT_BEGIN, 0, NULL, NULL},
    {"start /* x */ transaction", STATEMENT_BEGIN, 0, NULL, NULL},
    {"commit", STATEMENT_COMMIT, 0, NULL, NULL},
    {"commit and chain", STATEMENT_COMMIT, 0, NULL, NULL},
    {"end", STATEMENT_COMMIT, 0, NULL, NULL},
    {"prepare transaction 'x'", STATEMENT_COMMIT, 0, NULL, NULL},
    {"rollback", STATEMENT_ROLLBACK, 0, NULL, NULL},
    {"abort work", STATEMENT_ROLLBACK, 0, NULL, NULL},
    {"rollback to s", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"rollback work to savepoint s", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"savepoint s", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"release s", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"\"begin\"", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"(select 1)", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"do $$ begin commit; end $$", STATEMENT_ORDINARY, 0, NULL, NULL},
    /* Outside of them. */
    {"create index concurrently i on t (a)", STATEMENT_OUTSIDE,
     OUTSIDE_CREATE_INDEX, "i", "t"},
    {"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"I x\" ON ONLY "
     "s . \"T\" (a)",
     STATEMENT_OUTSIDE, OUTSIDE_CREATE_INDEX, "s .\"I x\"", "s . \"T\""},
    {"create index concurrently on s.t (a)", STATEMENT_OUTSIDE,
     OUTSIDE_CREATE_INDEX, NULL, "s.t"},
    {"create index concurrently if on t (a)", STATEMENT_OUTSIDE,
     OUTSIDE_CREATE_INDEX, "if", "t"},
    {"create index i on t (concurrently)", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"create index \"concurrently\" on t (a)", STATEMENT_ORDINARY, 0, NULL,
     NULL},
    {"drop index concurrently s.i", STATEMENT_OUTSIDE, OUTSIDE_DROP_INDEX,
     "s.i", NULL},
    {"drop index concurrently if exists i cascade", STATEMENT_OUTSIDE,
     OUTSIDE_DROP_INDEX, "i", NULL},
    {"drop index i", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"reindex index concurrently i", STATEMENT_OUTSIDE, OUTSIDE_REINDEX, "i",
     NULL},
    {"reindex (verbose) table concurrently t", STATEMENT_OUTSIDE,
     OUTSIDE_REINDEX, NULL, "t"},
    {"reindex (tablespace x, concurrently) table s.t", STATEMENT_OUTSIDE,
     OUTSIDE_REINDEX, NULL, "s.t"},
    {"reindex (concurrently true, verbose) index i", STATEMENT_OUTSIDE,
     OUTSIDE_REINDEX, "i", NULL},
    {"reindex (concurrently off) table t", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"reindex (concurrently off) schema s", STATEMENT_OUTSIDE, OUTSIDE_AGAIN,
     NULL, NULL},
    {"reindex table t", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"reindex schema s", STATEMENT_OUTSIDE, OUTSIDE_AGAIN, NULL, NULL},
    {"reindex (verbose) database d", STATEMENT_OUTSIDE, OUTSIDE_AGAIN, NULL,
     NULL},
    {"reindex system d", STATEMENT_OUTSIDE, OUTSIDE_AGAIN, NULL, NULL},
    {"vacuum", STATEMENT_OUTSIDE, OUTSIDE_AGAIN, NULL, NULL},
    {"vacuum (full) t", STATEMENT_OUTSIDE, OUTSIDE_AGAIN, NULL, NULL},
    {"cluster", STATEMENT_OUTSIDE, OUTSIDE_AGAIN, NULL, NULL},
    {"cluster verbose", STATEMENT_OUTSIDE, OUTSIDE_AGAIN, NULL, NULL},
    {"cluster (verbose)", STATEMENT_OUTSIDE, OUTSIDE_AGAIN, NULL, NULL},
    {"cluster t using i", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"create database d", STATEMENT_OUTSIDE, OUTSIDE_CREATE_DATABASE, "d",
     NULL},
    {"drop database if exists \"d e\"", STATEMENT_OUTSIDE,
     OUTSIDE_DROP_DATABASE, "\"d e\"", NULL},
    {"alter database d set tablespace x", STATEMENT_OUTSIDE, OUTSIDE_AGAIN, "d",
     NULL},
    {"alter database d set search_path = x", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"create tablespace x location '/x'", STATEMENT_OUTSIDE,
     OUTSIDE_CREATE_TABLESPACE, "x", NULL},
    {"drop tablespace x", STATEMENT_OUTSIDE, OUTSIDE_DROP_TABLESPACE, "x",
     NULL},
    {"alter system set work_mem = '1MB'", STATEMENT_OUTSIDE, OUTSIDE_AGAIN,
     NULL, NULL},
    {"alter table s.p detach partition q concurrently", STATEMENT_OUTSIDE,
     OUTSIDE_DETACH_PARTITION, "q", "s.p"},
    {"alter table if exists p detach partition s.q concurrently",
     STATEMENT_OUTSIDE, OUTSIDE_DETACH_PARTITION, "s.q", "p"},
    {"alter table p detach partition q", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"alter table p detach partition q finalize", STATEMENT_ORDINARY, 0, NULL,
     NULL},
    {"create subscription s connection '' publication p", STATEMENT_OUTSIDE,
     OUTSIDE_CREATE_SUBSCRIPTION, "s", NULL},
    {"create subscription s connection '' publication p with (connect = "
     "false)",
     STATEMENT_ORDINARY, 0, NULL, NULL},
    {"drop subscription if exists s", STATEMENT_OUTSIDE,
     OUTSIDE_DROP_SUBSCRIPTION, "s", NULL},
    {"alter subscription s refresh publication", STATEMENT_OUTSIDE,
     OUTSIDE_AGAIN, "s", NULL},
    {"alter subscription s set publication p", STATEMENT_OUTSIDE,
     OUTSIDE_ALTER_SUBSCRIPTION, "s", NULL},
    {"alter subscription s add publication p with (refresh = off)",
     STATEMENT_ORDINARY, 0, NULL, NULL},
    {"alter subscription s disable", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"commit prepared 'x'", STATEMENT_OUTSIDE, OUTSIDE_COMMIT_PREPARED, "'x'",
     NULL},
    {"rollback prepared 'x'", STATEMENT_OUTSIDE, OUTSIDE_ROLLBACK_PREPARED,
     "'x'", NULL},
    {"discard all", STATEMENT_OUTSIDE, OUTSIDE_AGAIN, NULL, NULL},
    /* The session. */
    {"discard plans", STATEMENT_SESSION, 0, NULL, NULL},
    {"set search_path = x", STATEMENT_SESSION, 0, NULL, NULL},
    {"set session authorization x", STATEMENT_SESSION, 0, NULL, NULL},
    {"set local search_path = x", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"set constraints all deferred", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"set transaction read only", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"reset role", STATEMENT_SESSION, 0, NULL, NULL},
    {"listen x", STATEMENT_SESSION, 0, NULL, NULL},
    {"prepare x as select 1", STATEMENT_SESSION, 0, NULL, NULL},
    {"create temp table t (a int)", STATEMENT_SESSION, 0, NULL, NULL},
    {"create or replace temporary view v as select 1", STATEMENT_SESSION, 0,
     NULL, NULL},
    {"create table temp (a int)", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"declare c cursor with hold for select 1", STATEMENT_SESSION, 0, NULL,
     NULL},
    {"select set_config('a.b', 'c', false)", STATEMENT_ORDINARY, 0, NULL, NULL},
    /* COPY. */
    {"copy s.t from stdin", STATEMENT_COPY, 0, NULL, "s.t"},
    {"copy binary t from stdin", STATEMENT_COPY, 0, NULL, "t"},
    {"copy t (a, \"b)\") from stdin with csv", STATEMENT_COPY, 0, NULL, "t"},
    {"copy t from stdout", STATEMENT_COPY, 0, NULL, "t"},
    {"copy t to stdin", STATEMENT_ORDINARY, 0, NULL, NULL},
};

static const struct kind_case sqlite[] = {
    {"begin", STATEMENT_BEGIN, 0, NULL, NULL},
    {"begin immediate transaction", STATEMENT_BEGIN, 0, NULL, NULL},
    {"commit transaction", STATEMENT_COMMIT, 0, NULL, NULL},
    {"end", STATEMENT_COMMIT, 0, NULL, NULL},
    {"END transaction", STATEMENT_COMMIT, 0, NULL, NULL},
    {"rollback", STATEMENT_ROLLBACK, 0, NULL, NULL},
    {"rollback transaction x", STATEMENT_ROLLBACK, 0, NULL, NULL},
    {"rollback to x", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"rollback transaction to savepoint x", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"rollback transaction x to y", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"savepoint x", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"release x", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"explain begin", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"vacuum", STATEMENT_OUTSIDE, OUTSIDE_AGAIN, NULL, NULL},
    {"vacuum main", STATEMENT_OUTSIDE, OUTSIDE_AGAIN, NULL, NULL},
    {"vacuum main into 'x'", STATEMENT_OUTSIDE, OUTSIDE_WRITE_FILE, "'x'",
     NULL},
    {"vacuum into 'x'", STATEMENT_OUTSIDE, OUTSIDE_WRITE_FILE, "'x'", NULL},
    {"detach x", STATEMENT_OUTSIDE, OUTSIDE_AGAIN, NULL, NULL},
    {"attach 'x' as y", STATEMENT_SESSION, 0, NULL, NULL},
    {"create temp table t (a)", STATEMENT_SESSION, 0, NULL, NULL},
    {"pragma foreign_keys = off", STATEMENT_PRAGMA, 0, NULL, NULL},
    {"PRAGMA Main . \"Foreign_Keys\" ( 0 )", STATEMENT_PRAGMA, 0, NULL, NULL},
    {"pragma foreign_keys", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"pragma foreign_key_check(t)", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"pragma table_info(t)", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"pragma journal_mode = wal", STATEMENT_PRAGMA, 0, NULL, NULL},
    {"pragma journal_mode", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"pragma wal_checkpoint", STATEMENT_PRAGMA, 0, NULL, NULL},
    {"pragma main.wal_checkpoint(full)", STATEMENT_PRAGMA, 0, NULL, NULL},
    {"pragma synchronous = off", STATEMENT_PRAGMA, 0, NULL, NULL},
    {"pragma defer_foreign_keys = on", STATEMENT_SESSION, 0, NULL, NULL},
    {"pragma legacy_alter_table(1)", STATEMENT_SESSION, 0, NULL, NULL},
    {"pragma user_version = 7", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"pragma application_id = 7", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"pragma", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"pragma main.", STATEMENT_ORDINARY, 0, NULL, NULL},
    {"create index i on t (a)", STATEMENT_ORDINARY, 0, NULL, NULL},
};

int
main(void)
{
    for (size_t i = 0; i < sizeof postgres / sizeof *postgres; i++)
        try_case(LANGUAGE_POSTGRES, &postgres[i]);
    for (size_t i = 0; i < sizeof sqlite / sizeof *sqlite; i++)
        try_case(LANGUAGE_SQLITE, &sqlite[i]);
    return tap_done();
}
