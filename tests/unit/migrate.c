/*
 * A run over a tree: what it asks the database, what its outline is, and what
 * the history says of each migration.
 */
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "lib/subject.h"
#include "lib/tap.h"
#include "migrate/migrate.h"
#include "migrate/outline.h"
#include "migrate/run.h"

static struct arena arena;

/* ------------------------------------------------------------------------
 * Trees in memory
 */

static struct migration
migration_of(const char *version, const char *up)
{
    const struct script_source source = {.name = version, .text = up};

    return (struct migration){
        .version = version, .name = version, .up = source};
}

static void
check_in(struct tree *tree, struct migration *list, size_t count,
         const char *engine)
{
    *tree = (struct tree){.engine = engine,
                          .language = strcmp(engine, "postgres") == 0
                                          ? LANGUAGE_POSTGRES
                                          : LANGUAGE_SQLITE,
                          .style = STYLE_DUET,
                          .list = list,
                          .count = count};
    for (size_t i = 0; i < count; i++)
        (void)script_checksum_all(&list[i].up, tree->language, list[i].checksum,
                                  NULL);
}

/* ------------------------------------------------------------------------
 * Round trips
 */

static int
statements_of(struct subject *subject, struct db *db, const struct tree *tree,
              size_t *done)
{
    const struct migrate_options options = {.url = subject->url};
    struct migrate_report report = {0};
    struct duet_error err = {0};
    int before = subject->traced;

    OK(migrate_up(db, tree, &options, &report, &err), "%s: up: %s",
       subject->who, err.text);
    *done = report.done;
    return subject->traced - before;
}

static void
test_round_trips(struct subject *subject)
{
    struct migration list[] = {
        migration_of("1", "create table one (a integer)"),
        migration_of("2", "create table two (a integer)"),
        migration_of("3", "create table three (a integer)"),
    };
    SCOPED(db_close) struct db *db = NULL;
    struct tree tree;
    size_t done;
    int three;
    int two;

    subject_wrap(subject, WRAP_TRACE);
    db = subject_open(subject, NULL);
    check_in(&tree, list, 1, db_dialect(db)->name);
    (void)statements_of(subject, db, &tree, &done);
    IS_INT(done, 1, "%s: one is applied", subject->who);
    /* The session's setting up is the third, and part of connecting. */
    IS_INT(statements_of(subject, db, &tree, &done), 2,
           "%s: with nothing to do it asks twice", subject->who);
    IS_INT(done, 0, "%s: and does nothing", subject->who);
    tree.count = 2;
    check_in(&tree, list, 2, db_dialect(db)->name);
    two = statements_of(subject, db, &tree, &done);
    check_in(&tree, list, 3, db_dialect(db)->name);
    three = statements_of(subject, db, &tree, &done);
    IS_INT(two, three, "%s: a longer ledger takes no more statements",
           subject->who);
}

/* ------------------------------------------------------------------------
 * Positions
 */

/* What runs besides the migrations takes no place among them. */
static void
test_positions(struct subject *subject)
{
    struct migration list[] = {
        migration_of("1", "create table one (a integer)"),
        migration_of("2", "create table two (a integer)"),
    };
    const struct migrate_options options = {.url = subject->url};
    SCOPED(db_close) struct db *db = NULL;
    struct migrate_report report;
    struct duet_error err = {0};
    const char *last = NULL;
    struct tree tree;

    subject_wrap(subject, WRAP_NOT);
    db = subject_open(subject, NULL);
    check_in(&tree, list, 2, db_dialect(db)->name);
    tree.hooks.after_each =
        (struct script_source){.name = "after-each.sql", .text = "select 1;"};
    OK(migrate_up(db, &tree, &options, &report, &err) && report.done == 2,
       "%s: up with a script after each: %s", subject->who, err.text);
    OK(db_ask(db, &arena, "select max(position) from duet_migration", NULL, 0,
              &last, &err),
       "%s: the ledger is asked", subject->who);
    IS_TEXT(last, "2", "%s: migrations alone are counted", subject->who);
}

/* ------------------------------------------------------------------------
 * In one message
 */

static const struct {
    const char *text;
    bool fits;
} parcels[] = {
    {"create table t (a integer); insert into t values (1)", true},
    {"begin; create table t (a integer); commit", true},
    {"", true},
    {"create table t (a integer); copy t from stdin;\n1\n\\.\n", false},
    {"copy t to '/nowhere'", false},
    {"copy (select 1) to stdout", false},
    {"set search_path = x; create table t (a integer)", false},
    {"set local client_encoding = latin1; select 1", false},
    {"select set_config('search_path', 'x', false)", false},
    {"do $$ begin end $$", false},
    {"call p()", false},
    {"vacuum", false},
    {"begin; select 1; commit; begin; select 2; commit", false},
};

static void
test_parcels(struct subject *subject)
{
    const struct migrate_options options = {0};
    SCOPED(db_close) struct db *db = NULL;
    struct tree tree;

    subject_wrap(subject, WRAP_NOT);
    db = subject_open(subject, NULL);
    for (size_t i = 0; i < sizeof parcels / sizeof *parcels; i++) {
        struct migration migration = migration_of("1", parcels[i].text);
        SCOPED(outline_clear) struct outline outline = {0};
        const struct task task = {
            .kind = TASK_UP, .script = &migration.up, .migration = &migration};
        struct run run;

        check_in(&tree, &migration, 1, db_dialect(db)->name);
        run = run_make(db, &tree, &options);
        IS_INT(outline_read(&outline, task.script, tree.language, false, NULL,
                            NULL) &&
                   task_fits_at_once(&run, &task, &outline),
               parcels[i].fits, "%s: in one message: '%s'", subject->who,
               parcels[i].text);
    }
}

/* The same is said of a mistake whichever way the script goes. */
static void
test_mistake(struct subject *subject, enum wrapping wrapping)
{
    struct migration list[] = {
        migration_of("1", "create table one (a varchar(100))"),
        migration_of("2", "insert into one values ('h\xC3\xA9');\n"
                          "-- \xF0\x9F\x98\x80\n"
                          "  insert into one\n"
                          "    select 'h\xC3\xA9', nothing;\n"
                          "insert into one values ('c');\n"),
    };
    const struct migrate_options options = {.url = subject->url};
    SCOPED(db_close) struct db *db = NULL;
    struct migrate_report report;
    struct duet_error err = {0};
    const char *rows = NULL;
    struct tree tree;

    subject_wrap(subject, wrapping);
    db = subject_open(subject, NULL);
    check_in(&tree, list, 2, db_dialect(db)->name);
    OK(!migrate_up(db, &tree, &options, &report, &err) && report.done == 1 &&
           strncmp(err.text, "migration '2': 2:4:18: ", 23) == 0,
       "%s: a mistake is told with its place: %s", subject->who, err.text);
    OK(db_ask(db, &arena, "select count(*) from one", NULL, 0, &rows, &err) &&
           strcmp(rows, "0") == 0,
       "%s: nothing of the migration is there", subject->who);
    list[1] = migration_of("2", "insert into one values ('a')");
    check_in(&tree, list, 2, db_dialect(db)->name);
    OK(migrate_up(db, &tree, &options, &report, &err) && report.done == 1 &&
           db_ask(db, &arena,
                  "select max(position) from duet_migration "
                  "where duration between 1 and 60000000",
                  NULL, 0, &rows, &err) &&
           strcmp(rows, "2") == 0,
       "%s: mended, it gets its place and its time: %s", subject->who,
       err.text);
}

/* ------------------------------------------------------------------------
 * Many
 */

enum { MANY = 20, BAD = 12 };

/* What is told while they run, and who is in the way until then. */
struct told {
    struct buf applied; /* "1 2 3 " */
    struct buf retried;
    int64_t duration; /* of all */
    struct db *other; /* its transaction ends when one is tried again */
};

static void
tell(void *context, const struct migrate_event *event)
{
    struct told *told = context;

    if (event->kind == EVENT_APPLIED) {
        buf_printf(&told->applied, "%s ", event->title);
        told->duration += event->duration;
    } else if (event->kind == EVENT_RETRY) {
        buf_printf(&told->retried, "%s ", event->title);
        db_rollback(told->other);
    }
}

static void
told_release(struct told *told)
{
    buf_release(&told->applied);
    buf_release(&told->retried);
}

/* A row each, into a table that is there; that of BAD is what SQL says. */
static void
make_many(struct migration *list, const char *bad)
{
    for (int i = 0; i < MANY; i++) {
        const char *version = arena_printf(&arena, "%d", i + 1);
        const char *text =
            arena_printf(&arena, "insert into log values ('%d')", i + 1);

        list[i] = migration_of(version, i + 1 == BAD ? bad : text);
    }
}

static const char *
ask(struct db *db, const char *sql)
{
    struct duet_error err = {0};
    const char *answer = NULL;

    if (!db_ask(db, &arena, sql, NULL, 0, &answer, &err))
        tap_bail_out("%s: %s", sql, err.text);
    return answer;
}

/* The numbers up to LAST, as they are told. */
static const char *
up_to(int last)
{
    char *text = arena_text(&arena, "");

    for (int i = 1; i <= last; i++)
        text = arena_printf(&arena, "%s%d ", text, i);
    return text;
}

static struct db *
open_log(struct subject *subject, enum wrapping wrapping)
{
    struct db *db;

    subject_wrap(subject, wrapping);
    db = subject_open(subject, NULL);
    (void)ask(db, "create table log (at varchar(100))");
    return db;
}

static void
test_one_of_many(struct subject *subject, enum wrapping wrapping)
{
    static const char *const mistakes[] = {
        "insert into log values ('12');\n  insert into nothing values (1)",
        "insert into log values ('12');\n  insert into log valves (1)",
        "insert into log values ('12');\n  insert into log select nothing"};
    const struct migrate_options options = {.url = subject->url};

    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        SCOPED(db_close) struct db *db = open_log(subject, wrapping);
        struct migration list[MANY];
        struct migrate_report report;
        struct duet_error err = {0};
        struct tree tree;

        make_many(list, mistakes[i]);
        check_in(&tree, list, MANY, db_dialect(db)->name);
        OK(!migrate_up(db, &tree, &options, &report, &err) &&
               strncmp(err.text, "migration '12': 12:2:", 21) == 0,
           "%s: one of many fails, and where: %s", subject->who, err.text);
        IS_INT(report.done, BAD - 1, "%s: those before it are applied",
               subject->who);
        IS_TEXT(report.version, "11", "%s: as the ledger says", subject->who);
        IS_TEXT(ask(db, "select count(*) from log"), "11",
                "%s: and nothing of it, nor those behind", subject->who);
    }
}

/* SLEEP takes some time where the engine can, which is counted once. */
static void
test_many(struct subject *subject, enum wrapping wrapping, const char *sleep)
{
    SCOPED(told_release) struct told told = {.other = NULL};
    const struct migrate_options options = {
        .url = subject->url, .event = tell, .context = &told};
    SCOPED(db_close) struct db *db = open_log(subject, wrapping);
    struct migration list[MANY];
    struct migrate_report report;
    struct duet_error err = {0};
    struct tree tree;
    int64_t started = clock_microseconds();

    make_many(list, sleep);
    check_in(&tree, list, MANY, db_dialect(db)->name);
    OK(migrate_up(db, &tree, &options, &report, &err) && report.done == MANY,
       "%s: many: %s", subject->who, err.text);
    OK(told.duration <= clock_microseconds() - started,
       "%s: the time of each is its own", subject->who);
    IS_TEXT(buf_data(&told.applied), up_to(MANY),
            "%s: each is told once, in order", subject->who);
    IS_TEXT(ask(db, "select count(*) from duet_migration "
                    "where cast(position as varchar(9)) = version "
                    "and duration >= 0 and script like 'insert %'"),
            "19", "%s: and in the ledger", subject->who);
}

/* Where a lock is not had those before are done, and are not done again. */
static void
test_many_retried(struct subject *subject)
{
    struct migration list[MANY];
    SCOPED(told_release) struct told told = {.other = NULL};
    const struct migrate_options options = {
        .url = subject->url, .event = tell, .context = &told};
    SCOPED(db_close) struct db *db = NULL;
    SCOPED(db_close) struct db *other = NULL;
    struct migrate_report report;
    struct duet_error err = {0};
    struct tree tree;

    other = told.other = open_log(subject, WRAP_NOT);
    db = subject_open(subject, &(struct db_options){.lock_timeout = 100});
    (void)ask(db, "create table part (at varchar(100))");
    make_many(list, "alter table part add column more text");
    check_in(&tree, list, MANY, db_dialect(db)->name);
    if (!db_begin(other, &err) || !db_exec(other, "lock table part", &err))
        tap_bail_out("%s", err.text);
    OK(migrate_up(db, &tree, &options, &report, &err) && report.done == MANY,
       "%s: many, one of which waits for a lock: %s", subject->who, err.text);
    IS_TEXT(buf_data(&told.retried), "12 ", "%s: that one is tried again",
            subject->who);
    IS_TEXT(buf_data(&told.applied), up_to(MANY), "%s: and each is told once",
            subject->who);
    IS_TEXT(ask(db, "select count(*) from log"), "19", "%s: and done once",
            subject->who);
}

/* ------------------------------------------------------------------------
 * Outlines
 */

static const char *
outline_text(const char *sql, enum sql_language language, bool by_steps)
{
    SCOPED(outline_clear) struct outline outline = {0};
    SCOPED(buf_release) struct buf out = {0};
    const struct script_source source = {.name = "f.sql", .text = sql};
    struct duet_error err = {0};

    if (!outline_read(&outline, &source, language, by_steps, NULL, &err))
        return arena_text(&arena, err.text);
    for (size_t i = 0; i < outline.nbefore; i++)
        buf_printf(&out, "<%s> ", outline.before[i].text);
    buf_text(&out, outline.reason ? "steps" : "whole");
    if (outline.begin > 0)
        buf_printf(&out, " %zu-%zu", outline.begin, outline.commit);
    for (size_t i = 0; i < outline.nafter; i++)
        buf_printf(&out, " <%s>", outline.after[i].text);
    return arena_text(&arena, buf_data(&out));
}

static void
test_outlines(void)
{
    static const struct {
        enum sql_language language;
        bool by_steps;
        const char *sql;
        const char *want;
    } cases[] = {
        {LANGUAGE_SQLITE, false, "", "whole"},
        {LANGUAGE_SQLITE, false, "create table t (a)", "whole"},
        {LANGUAGE_SQLITE, true, "create table t (a)", "steps"},
        {LANGUAGE_SQLITE, false, "begin; create table t (a); commit",
         "whole 1-3"},
        {LANGUAGE_SQLITE, false,
         "pragma foreign_keys = off; begin; drop table t; end;"
         " pragma foreign_keys = on",
         "<pragma foreign_keys = off> whole 2-4 <pragma foreign_keys = on>"},
        {LANGUAGE_SQLITE, false,
         "drop table t; pragma foreign_keys = off; drop table s",
         "<pragma foreign_keys = off> whole"},
        {LANGUAGE_SQLITE, false, "begin; select 1; commit; select 2", "steps"},
        {LANGUAGE_SQLITE, false, "select 1; begin; select 2; commit", "steps"},
        {LANGUAGE_SQLITE, false, "begin; select 1; rollback", "steps"},
        {LANGUAGE_SQLITE, false, "begin; select 1; commit; begin; end",
         "steps"},
        {LANGUAGE_SQLITE, false, "vacuum", "steps"},
        {LANGUAGE_POSTGRES, false, "create index concurrently i on t (a)",
         "steps"},
        {LANGUAGE_POSTGRES, false, "begin; create index i on t (a); commit;",
         "whole 1-3"},
        {LANGUAGE_POSTGRES, false,
         "begin isolation level serializable; select 1; commit", "steps"},
        {LANGUAGE_POSTGRES, false, "select 1; savepoint s; rollback to s",
         "whole"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        IS_TEXT(
            outline_text(cases[i].sql, cases[i].language, cases[i].by_steps),
            cases[i].want, "outline of '%s'", cases[i].sql);
}

/* ------------------------------------------------------------------------
 * Histories
 */

/* "1=applied 2=pending" */
static const char *
history_text(const struct tree *tree, struct ledger_entry *entries,
             size_t count, const char *const *out_of_order)
{
    SCOPED(history_clear) struct history history = {0};
    SCOPED(buf_release) struct buf out = {0};
    const struct ledger ledger = {.list = entries, .count = count};

    history_make(&history, tree, &ledger, out_of_order);
    for (size_t i = 0; i < history.count; i++) {
        const struct history_item *item = &history.list[i];

        buf_printf(&out, "%s%s=%s", out.len ? " " : "",
                   item->migration ? item->migration->version
                                   : item->entry->version,
                   history_state_name(item->state));
    }
    return arena_text(&arena, buf_data(&out));
}

static void
test_histories(void)
{
    static const char *const two[] = {"2", NULL};
    struct migration list[] = {
        migration_of("1", "select 1"), migration_of("2", "select 2"),
        migration_of("3", "select 3"), migration_of("R", "select 4")};
    struct ledger_entry entries[4] = {{.version = "1"}, {.version = "3"}};
    struct tree tree;

    list[3].repeatable = true;
    check_in(&tree, list, 4, "sqlite");
    entries[0].checksum = list[0].checksum;
    entries[1].checksum = list[2].checksum;
    IS_TEXT(history_text(&tree, entries, 0, NULL),
            "1=pending 2=pending 3=pending R=pending",
            "without a ledger all are pending");
    IS_TEXT(history_text(&tree, entries, 1, NULL),
            "1=applied 2=pending 3=pending R=pending",
            "what is in the ledger is applied");
    IS_TEXT(history_text(&tree, entries, 2, NULL),
            "1=applied 2=out of order 3=applied R=pending",
            "one below an applied one is out of order");
    IS_TEXT(history_text(&tree, entries, 2, two),
            "1=applied 2=pending 3=applied R=pending",
            "... unless it is named");
    list[1].out_of_order = true;
    IS_TEXT(history_text(&tree, entries, 2, NULL),
            "1=applied 2=pending 3=applied R=pending",
            "... or its file says so");
    list[1].out_of_order = false;
    entries[0].checksum = "another";
    entries[1] = (struct ledger_entry){.version = "2a", .checksum = "x"};
    IS_TEXT(history_text(&tree, entries, 2, NULL),
            "1=changed 2=out of order 2a=missing 3=pending R=pending",
            "changed and missing ones are told, in their places");
    entries[0] =
        (struct ledger_entry){.version = "R", .checksum = list[3].checksum};
    IS_TEXT(history_text(&tree, entries, 1, NULL),
            "1=pending 2=pending 3=pending R=applied",
            "a repeatable one puts nothing out of order");
    entries[0].checksum = "another";
    IS_TEXT(history_text(&tree, entries, 1, NULL),
            "1=pending 2=pending 3=pending R=pending",
            "... and is pending again when it has changed");
    entries[0] = (struct ledger_entry){
        .version = "1", .checksum = "part", .state = LEDGER_RUNNING};
    IS_TEXT(history_text(&tree, entries, 1, NULL),
            "1=running 2=pending 3=pending R=pending",
            "one that is done in part is running");
    list[1].is_baseline = true;
    IS_TEXT(history_text(&tree, entries, 0, NULL),
            "1=superseded 2=pending 3=pending R=pending",
            "a baseline stands for those before it");
    entries[0] =
        (struct ledger_entry){.version = "1", .checksum = list[0].checksum};
    IS_TEXT(history_text(&tree, entries, 1, NULL),
            "1=applied 2=superseded 3=pending R=pending",
            "... in an empty database only");
}

int
main(void)
{
    struct subject subject;

    test_outlines();
    test_histories();
    subject_sqlite(&subject, NULL);
    test_round_trips(&subject);
    test_positions(&subject);
    test_mistake(&subject, WRAP_NOT);
    test_mistake(&subject, WRAP_TRACE);
    test_one_of_many(&subject, WRAP_NOT);
    test_one_of_many(&subject, WRAP_TRACE);
    test_many(&subject, WRAP_NOT, "select 1");
    test_many(&subject, WRAP_TRACE, "select 1");
    subject_release(&subject);
    if (subject_postgres(&subject)) {
        test_round_trips(&subject);
        test_positions(&subject);
        test_mistake(&subject, WRAP_NOT);
        test_mistake(&subject, WRAP_TRACE);
        test_one_of_many(&subject, WRAP_NOT);
        test_one_of_many(&subject, WRAP_TRACE);
        test_many(&subject, WRAP_NOT, "select pg_sleep(0.1)");
        test_many(&subject, WRAP_TRACE, "select pg_sleep(0.1)");
        test_many_retried(&subject);
        test_parcels(&subject);
        subject_release(&subject);
    }
    arena_clear(&arena);
    return tap_done();
}
