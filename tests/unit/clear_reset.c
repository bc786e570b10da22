/*
 * Resetting: clearing and a seed in one transaction.
 */
#include <pthread.h>
#include <string.h>

#include "lib/ground.h"
#include "lib/tap.h"

static void
make_seeded(struct ground *ground)
{
    ground_renew(ground);
    ground_run(ground, "create table a (id integer primary key);"
                       "create table b (id integer primary key,"
                       " a integer references a);"
                       "create table log (what text);"
                       "insert into a values (1), (2);"
                       "insert into b values (1, 1), (2, 2)");
    if (ground->is_server)
        ground_run(
            ground,
            "create function note() returns trigger language plpgsql as"
            " 'begin insert into public.log values (tg_op); return new; end';"
            "create trigger noted after insert or delete on a"
            " for each row execute function note()");
    else
        ground_run(ground, "create trigger noted after insert on a begin"
                           " insert into log values ('INSERT'); end;"
                           "create trigger noted2 after delete on a begin"
                           " insert into log values ('DELETE'); end");
}

static void
is_left(struct ground *ground, const char *want, const char *name)
{
    SCOPED(buf_release) struct buf rows = {0};

    ground_rows(ground, &rows);
    IS_TEXT(buf_data(&rows), want, "%s: %s", ground->who, name);
}

static void
fails_to_reset(struct ground *ground, struct duet_cleaner *cleaner,
               const char *seed, enum duet_error_kind kind, const char *name)
{
    SCOPED(buf_release) struct buf before = {0};
    SCOPED(buf_release) struct buf after = {0};
    struct duet_error err = {0};
    bool done;

    ground_rows(ground, &before);
    done = duet_reset(cleaner, seed, NULL, &err);
    ground_rows(ground, &after);
    if (!OK(!done && err.kind == kind && strncmp(err.text, "seed:1:", 7) == 0 &&
                strcmp(buf_data(&before), buf_data(&after)) == 0,
            "%s: %s", ground->who, name))
        tap_diag("%d %s: %s (%s)\n%s", done, duet_error_name(err.kind),
                 err.text, err.hint, buf_data(&after));
}

static void
try_reset(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    SCOPED(buf_release) struct buf text = {0};
    struct duet_clear_report report;
    struct duet_error err = {0};

    make_seeded(ground);
    ground_run(ground, "delete from log");
    cleaner = ground_cleaner(ground, NULL);
    OK(duet_reset(cleaner,
                  "insert into a values (7); -- seven\n"
                  "insert into b values (1, 7);",
                  &report, &err),
       "%s: reset clears and runs the seed", ground->who);
    report_text(&report, &text);
    IS_TEXT(buf_data(&text), "a 2, b 2", "%s: it reports what it deleted",
            ground->who);
    is_left(ground, "a 1, b 1, log 1", "the seed is what is left");
    IS_INT(ground_number(ground, "select count(*) from log"
                                 " where what = 'INSERT'"),
           1, "%s: triggers act on what it writes, not on the clearing",
           ground->who);
    OK(duet_reset(cleaner, "insert into a values (7)", &report, &err) &&
           report.rows == 3,
       "%s: reset again", ground->who);
    OK(duet_clear(cleaner, &report, &err) && report.rows == 2,
       "%s: a clear finds the seed's rows", ground->who);
    OK(duet_reset(cleaner, "insert into a values (8)", &report, &err) &&
           report.rows == 0,
       "%s: reset of an empty database only seeds", ground->who);
    OK(duet_reset(cleaner, NULL, &report, &err) && report.rows == 2 &&
           duet_reset(cleaner, "", &report, &err) &&
           duet_reset(cleaner, " -- nothing\n", &report, &err),
       "%s: reset without a seed clears", ground->who);
    is_left(ground, "", "and nothing is left");
}

static void
try_broken_seeds(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    struct duet_error err = {0};

    make_seeded(ground);
    cleaner = ground_cleaner(ground, NULL);
    fails_to_reset(ground, cleaner,
                   "insert into a values (7); insert into nowhere values (1)",
                   DUET_ERROR_SQL, "a broken seed leaves all as it was");
    fails_to_reset(ground, cleaner, "insert into a values (7), (7)",
                   DUET_ERROR_CONSTRAINT, "so does one that breaks a key");
    fails_to_reset(ground, cleaner, "insert into a values (7); commit",
                   DUET_ERROR_USAGE, "one that commits is refused");
    fails_to_reset(ground, cleaner,
                   "/* x */ ROLLBACK; insert into a values (7)",
                   DUET_ERROR_USAGE, "and one that rolls back");
    fails_to_reset(ground, cleaner, "begin; insert into a values (7); end",
                   DUET_ERROR_USAGE, "and one in a transaction of its own");
    OK(!duet_reset(cleaner, "insert into b values (1, 99)", NULL, &err) &&
           err.kind == DUET_ERROR_CONSTRAINT,
       "%s: a seed that violates a foreign key is refused", ground->who);
    is_left(ground, "a 2, b 2", "and leaves all as it was");
    OK(duet_reset(cleaner,
                  "savepoint s; insert into a values (9);"
                  " rollback to s; insert into a values (8); release s",
                  NULL, &err),
       "%s: savepoints are a seed's own matter", ground->who);
    is_left(ground, "a 1, log 1", "and do what they should");
}

/* What is wrong is told, and where: a line and a column of the seed. */
static void
try_places(struct ground *ground)
{
    static const struct {
        const char *seed;
        const char *server; /* what it says, or how that begins */
        const char *file;
    } cases[] = {
        {"insert into a values (7);\n  insert into a values (7);",
         "seed:2:3: unique constraint", "seed:2:3: unique constraint"},
        {"insert into a values (7);\n\n insert into nowhere\nvalues (1)",
         "seed:3:14: relation \"nowhere\"", "seed:3:2: no such table: nowhere"},
        {"select 'ä', nix;", "seed:1:13: column \"nix\"",
         "seed:1:13: no such column"},
        {"select 1;\n select 'x", "seed:2:9: ' is not closed",
         "seed:2:9: ' is not closed"},
        {"select 1;\n /**/ commit;", "seed:2:7: 'commit' would end",
         "seed:2:7: 'commit' would end"},
        {"select 1;\n\\i more.sql\n", "seed:2:1: '\\i' can't be done here",
         "seed:2:1: "},
        {"select 1;\n.read more.sql\n", "seed:2:1: syntax error",
         "seed:2:1: '.read' can't be done here"},
    };
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;

    make_seeded(ground);
    cleaner = ground_cleaner(ground, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *want = ground->is_server ? cases[i].server : cases[i].file;
        struct duet_error err = {0};

        (void)duet_reset(cleaner, cases[i].seed, NULL, &err);
        if (!OK(strncmp(err.text, want, strlen(want)) == 0, "%s: %s",
                ground->who, want))
            tap_diag("%s", err.text);
    }
}

/* Rows as a dump has them, and what psql is told beside it. */
static void
try_dump(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    struct duet_error err = {0};
    const char *seed =
        ground->is_server
            ? "\xEF\xBB\xBF\\restrict x\n\\set ON_ERROR_STOP on\n"
              "copy a from stdin;\n7\n8\n\\.\n\n\\unrestrict x\n"
            : "\xEF\xBB\xBF.bail on\ninsert into a values (7), (8);\n.exit\n";

    make_seeded(ground);
    ground_run(ground, "delete from log");
    cleaner = ground_cleaner(ground, NULL);
    if (!OK(duet_reset(cleaner, seed, NULL, &err), "%s: a dump may be a seed",
            ground->who))
        tap_diag("%s", err.text);
    is_left(ground, "a 2, log 2", "all its rows are there");
    if (!ground->is_server)
        return;
    OK(!duet_reset(cleaner, "\ncopy a from stdin;\n7\nx\n\\.\n", NULL, &err) &&
           strncmp(err.text, "seed:2:1: COPY a, line 2", 24) == 0,
       "%s: an error in its rows is one in its statement", ground->who);

    OK(!duet_reset(cleaner, "\ncopy a from stdin;\n7\n", NULL, &err) &&
           strcmp(err.text, "seed:2:1: the data of COPY has no end") == 0,
       "%s: half of it is nothing", ground->who);
}

/* A seed that a dump tool wrote sets whatever it likes. */
static void
try_settings_of_seeds(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    struct duet_error err = {0};
    const char *seed =
        ground->is_server
            ? "set lock_timeout = 0; set search_path = '';"
              "set row_security = on;"
              "set default_transaction_isolation = serializable;"
              "insert into public.a values (1);"
              "insert into public.b values (1, 1)"
            : "create trigger stop before delete on b begin"
              " select case when 1 then raise(abort, 'no') end; end;"
              "insert into a values (1); insert into b values (1, 1)";

    make_seeded(ground);
    if (ground->is_server)
        ground_run(ground,
                   "create function stop() returns trigger language plpgsql as"
                   " 'begin raise exception ''no''; end';"
                   "create trigger stop before delete on b"
                   " for each row execute function stop()");
    cleaner = ground_cleaner(ground, NULL);
    if (ground->is_server && !ground->is_owner)
        OK(duet_reset(cleaner,
                      "set session_replication_role = origin;"
                      "set role pg_monitor",
                      NULL, &err),
           "%s: a seed may set a role", ground->who);
    OK(duet_reset(cleaner, seed, NULL, &err), "%s: a seed may change settings",
       ground->who);
    if (err.kind != DUET_ERROR_NONE)
        tap_diag("%s", err.text);
    OK(duet_clear(cleaner, NULL, &err), "%s: which do not last after it",
       ground->who);
    if (err.kind != DUET_ERROR_NONE)
        tap_diag("%s", err.text);
    is_left(ground, "", "so the next clear works");
}

static void *
cancel_soon(void *cleaner)
{
    for (int i = 0; i < 20; i++) {
        sleep_milliseconds(20);
        duet_cleaner_cancel(cleaner);
    }
    return NULL;
}

static void
try_cancel(struct ground *ground)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *cleaner = NULL;
    const char *seed =
        ground->is_server
            ? "insert into a values (7); select pg_sleep(20)"
            : "insert into a values (7); insert into a with recursive n (i) as"
              " (select 8 union all select i + 1 from n) select i from n"
              " where i < 9";
    struct duet_error err = {0};
    int64_t begun = milliseconds();
    pthread_t thread;
    bool done;

    make_seeded(ground);
    cleaner = ground_cleaner(ground, NULL);
    pthread_create(&thread, NULL, cancel_soon, cleaner);
    done = duet_reset(cleaner, seed, NULL, &err);
    pthread_join(thread, NULL);
    OK(!done && err.kind == DUET_ERROR_CANCELLED &&
           milliseconds() - begun < 15000,
       "%s: another thread can stop a reset", ground->who);
    is_left(ground, "a 2, b 2", "all is as it was");
    OK(duet_clear(cleaner, NULL, &err), "%s: and the handle goes on",
       ground->who);
}

int
main(void)
{
    static const char *const engines[] = {"sqlite", "postgres",
                                          "postgres as an owner"};
    struct ground ground;

    for (size_t i = 0; i < 3; i++) {
        if (!ground_open(&ground, engines[i])) {
            tap_skip(1, "no PostgreSQL server");
            continue;
        }
        try_reset(&ground);
        try_broken_seeds(&ground);
        try_places(&ground);
        try_dump(&ground);
        try_settings_of_seeds(&ground);
        try_cancel(&ground);
        ground_close(&ground);
    }
    return tap_done();
}
