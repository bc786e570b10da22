/*
 * The history of a profile's storage, run by the bare drivers: it leads to what
 * is declared, each step back restores what there was, and the rows of a
 * profile that AiiDA made come along.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/bare.h"
#include "lib/findings.h"
#include "lib/ground.h"
#include "lib/same_schema.h"
#include "lib/shown.h"
#include "lib/storage_sql.h"
#include "lib/tap.h"
#include "migrate/tree.h"
#include "schema/compare.h"
#include "schema/reflect.h"

enum { MOST = 16 };

struct history {
    struct ground ground;
    struct place place; /* the same for the bare drivers */
    struct tree tree;
    const char *first_settings; /* as a column of the first version has them */
    const char *settings;       /* and as text */
    const char *before[MOST];
    struct schema declared; /* what is there when the declaration is made */
    struct arena arena;
};

_Noreturn static void
give_up(const struct duet_error *err)
{
    tap_diag("%s (%s)", err->text, err->hint);
    puts("Bail out!");
    exit(1);
}

/* The rows of the first version, every column given, for nothing has a default.
 * Nodes 1 and 5 have a hash that is to go. */
static const char rows[] =
    "insert into db_dbuser values (1, 'ada@example.org', 'Ada', '', '');"
    "insert into db_dbcomputer values"
    " (1, '00000000-0000-4000-8000-000000000001', 'localhost', 'localhost', '',"
    "  'core.direct', 'core.local', '{\"workdir\": \"/scratch/{username}\"}');"
    "insert into db_dbauthinfo values (1, 1, 1, '{}', '{}', true);"
    "insert into db_dbgroup values"
    " (1, '00000000-0000-4000-8000-000000000002', 'g', 'core',"
    "  '2024-02-29 12:00:00.000001', '', '{}', 1);"
    "insert into db_dbnode (id, uuid, node_type, label, description, ctime,"
    " mtime, attributes, extras, repository_metadata, dbcomputer_id, user_id)"
    " values"
    " (1, '00000000-0000-4000-8000-000000000011',"
    "  'process.calculation.calcjob.CalcJobNode.', '', '',"
    "  '2024-02-29 12:00:00.000001', '2024-02-29 12:00:00.000001', '{}',"
    "  '{\"_aiida_hash\": \"abc\", \"kept_as_it_is\": 1}', '{}', 1, 1),"
    " (2, '00000000-0000-4000-8000-000000000012',"
    "  'process.calculation.calcjob.CalcJobNode.', '', '',"
    "  '2024-02-29 12:00:00.000001', '2024-02-29 12:00:00.000001', '{}',"
    "  '{\"kept_as_it_is\": 2}', '{}', 1, 1),"
    " (3, '00000000-0000-4000-8000-000000000013',"
    "  'process.calculation.calcfunction.CalcFunctionNode.', '', '',"
    "  '2024-02-29 12:00:00.000001', '2024-02-29 12:00:00.000001', '{}',"
    "  '{\"_aiida_hash\": \"def\"}', '{}', null, 1),"
    " (4, '00000000-0000-4000-8000-000000000014',"
    "  'process.calculation.calcjob.CalcJobNode.', '', '',"
    "  '2024-02-29 12:00:00.000001', '2024-02-29 12:00:00.000001', null, null,"
    "  '{}', null, 1),"
    " (5, '00000000-0000-4000-8000-000000000015',"
    "  'process.calculation.calcjob.CalcJobNode.', '', '',"
    "  '2024-02-29 12:00:00.000001', '2024-02-29 12:00:00.000001', '{}',"
    "  '{\"_aiida_hash\": null}', '{}', null, 1);"
    "insert into db_dblink values (1, 1, 3, 'result', 'create');"
    "insert into db_dblink values (2, 1, 3, 'result', 'return');"
    "insert into db_dbgroup_dbnodes values (1, 3, 1);"
    "insert into db_dbcomment values"
    " (1, '00000000-0000-4000-8000-000000000021', 1,"
    "  '2024-02-29 12:00:00.000001', '2024-02-29 12:00:00.000001', 1, 'c');"
    "insert into db_dblog values"
    " (1, '00000000-0000-4000-8000-000000000031', '2024-02-29 12:00:00.000001',"
    "  'aiida', 'REPORT', 1, 'm', '{}')";

static const char settings[] =
    "insert into db_dbsetting values"
    " (1, 'repository|uuid', '\"0123\"', '', '2024-02-29 12:00:00.000001'),"
    " (2, 'half', '0.5', '', '2024-02-29 12:00:00.000001'),"
    " (3, 'long', '10000000000000000000000', '', '2024-02-29 12:00:00.000001')";

static const char hashes[] =
    "1 {\"_aiida_hash\":\"abc\",\"kept_as_it_is\":1}, 2 {\"kept_as_it_is\":2},"
    " 3 {\"_aiida_hash\":\"def\"}, 4 none, 5 {\"_aiida_hash\":null}";

static const char no_hashes[] =
    "1 {\"kept_as_it_is\":1}, 2 {\"kept_as_it_is\":2}, 3 "
    "{\"_aiida_hash\":\"def\"}, 4 none, 5 {}";

static const char counts[] =
    "db_dbauthinfo 1, db_dbcomment 1, db_dbcomputer 1, db_dbgroup 1,"
    " db_dbgroup_dbnodes 1, db_dblink 2, db_dblog 1, db_dbnode 5,"
    " db_dbsetting 3, db_dbuser 1";

/* ------------------------------------------------------------------- tools */

/* As a program that knows nothing of duet would. */
static void
run_bare(struct history *history, const char *sql)
{
    if (history->ground.is_server) {
        PGconn *conn = bare_postgres(&history->place);
        PGresult *result = PQexec(conn, sql);

        /* A step that does nothing is one, too. */
        if (PQresultStatus(result) == PGRES_EMPTY_QUERY)
            PQclear(result);
        else
            bare_expect(conn, result, PGRES_COMMAND_OK);
        PQfinish(conn);
    } else {
        sqlite3 *handle = bare_sqlite(&history->place);

        bare_exec(handle, sql);
        sqlite3_close(handle);
    }
}

static void
up(struct history *history, size_t i)
{
    run_bare(history, history->tree.list[i].up.text);
}

static void
down(struct history *history, size_t i)
{
    run_bare(history, history->tree.list[i].down.text);
}

static void
reflect(struct history *history, struct schema *out)
{
    struct duet_error err = {0};

    if (!schema_reflect(out, history->ground.db, &err))
        give_up(&err);
}

static const char *
shown(struct history *history)
{
    SCOPED(schema_clear) struct schema schema = {0};
    SCOPED(buf_release) struct buf out = {0};

    reflect(history, &schema);
    show_schema(&out, &schema);
    return arena_text(&history->arena, buf_data(&out));
}

/* The rows of two columns: "ID TEXT, ID TEXT". */
static const char *
listed(struct history *history, const char *sql)
{
    SCOPED(rows_clear) struct rows found = {0};
    SCOPED(buf_release) struct buf out = {0};
    struct duet_error err = {0};

    if (!db_query(history->ground.db, &found, sql, NULL, 0, &err))
        give_up(&err);
    while (rows_next(&found))
        buf_printf(&out, "%s%s %s", out.len > 0 ? ", " : "",
                   row_text(&found, 0), row_text(&found, 1));
    if (!rows_ended(&found))
        give_up(&err);
    return arena_text(&history->arena, buf_data(&out));
}

static const char *
extras(struct history *history)
{
    return listed(history,
                  "select id, coalesce(replace(cast(extras as text), ' ', ''),"
                  " 'none') from db_dbnode order by id");
}

static const char *
values(struct history *history)
{
    return listed(history, "select key, cast(val as text) from db_dbsetting"
                           " order by id");
}

static const char *
counted(struct history *history)
{
    SCOPED(buf_release) struct buf out = {0};

    ground_rows(&history->ground, &out);
    return arena_text(&history->arena, buf_data(&out));
}

static size_t
find(const struct history *history, const char *version)
{
    size_t i = 0;

    while (i < history->tree.count &&
           strcmp(history->tree.list[i].version, version) != 0)
        i++;
    if (i == history->tree.count) {
        tap_diag("there is no migration '%s'", version);
        puts("Bail out!");
        exit(1);
    }
    return i;
}

/* ------------------------------------------------------------------- tests */

/* The same from the files as from the program, and all can be undone. */
static void
test_embedded(const struct history *history)
{
    SCOPED(tree_clear) struct tree files = {0};
    const struct tree *tree = &history->tree;
    const char *who = history->ground.who;
    struct duet_error err = {0};
    size_t same = 0;
    size_t undone = 0;

    if (!tree_read(&files, "migrations", who, STYLE_AUTO, &err))
        give_up(&err);
    for (size_t i = 0; i < tree->count && i < files.count; i++) {
        same += strcmp(tree->list[i].version, files.list[i].version) == 0 &&
                strcmp(tree->list[i].checksum, files.list[i].checksum) == 0;
        undone += tree->list[i].has_down;
    }
    OK(tree->count > 0 && tree->count < MOST && same == tree->count &&
           same == files.count,
       "%s: the %zu files of migrations/ are in the program", who, files.count);
    IS_INT(undone, tree->count, "%s: each can be undone", who);
}

static void
make_declared(struct history *history)
{
    struct db *db = history->ground.db;

    session_run(db, "begin");
    storage_run(db);
    reflect(history, &history->declared);
    session_run(db, "rollback");
}

/* Up, back and up again, one by one, without rows. */
static void
test_steps(struct history *history)
{
    const char *who = history->ground.who;

    for (size_t i = 0; i < history->tree.count; i++) {
        const char *version = history->tree.list[i].version;
        const char *after;

        history->before[i] = shown(history);
        up(history, i);
        after = shown(history);
        down(history, i);
        IS_TEXT(shown(history), history->before[i], "%s: %s can be undone", who,
                version);
        up(history, i);
        IS_TEXT(shown(history), after, "%s: %s can be done again", who,
                version);
    }
}

static void
test_head(struct history *history)
{
    SCOPED(schema_clear) struct schema head = {0};
    SCOPED(comparison_clear) struct comparison comparison = {0};
    SCOPED(buf_release) struct buf why = {0};
    const char *who = history->ground.who;
    struct lines lines;

    reflect(history, &head);
    if (!OK(same_schema(&history->declared, &head, &why),
            "%s: the head is what is declared", who))
        tap_diag("%s", buf_data(&why));
    schema_compare(&comparison, &history->declared, &head);
    findings_read(&lines, &history->arena, &comparison, false, false);
    IS_TEXT(lines_text(&history->arena, &lines), "",
            "%s: a comparison finds nothing", who);
}

static void
test_way_back(struct history *history)
{
    const char *who = history->ground.who;

    for (size_t i = history->tree.count; i > 0; i--) {
        down(history, i - 1);
        IS_TEXT(shown(history), history->before[i - 1],
                "%s: from the head back past %s", who,
                history->tree.list[i - 1].version);
    }
}

static void
test_rows(struct history *history)
{
    const char *who = history->ground.who;
    size_t hash = find(history, "0002_forget_hashes");
    size_t last = find(history, "0004_defaults_and_checks");

    up(history, 0);
    run_bare(history, rows);
    IS_TEXT(extras(history), hashes, "%s: nodes with hashes and without", who);
    up(history, hash);
    IS_TEXT(extras(history), no_hashes, "%s: calculation jobs have none now",
            who);
    up(history, hash);
    IS_TEXT(extras(history), no_hashes, "%s: ... which may be done twice", who);
    for (size_t i = hash + 1; i < last; i++)
        up(history, i);
    run_bare(history, settings);
    IS_TEXT(values(history), history->first_settings, "%s: settings", who);
    up(history, last);
    IS_TEXT(counted(history), counts, "%s: all rows are at the head", who);
    IS_TEXT(extras(history), no_hashes, "%s: and say the same", who);
    IS_TEXT(values(history), history->settings, "%s: settings, too, in text",
            who);
    down(history, last);
    up(history, last);
    IS_TEXT(counted(history), counts, "%s: and after a step back and up", who);
    IS_TEXT(extras(history), no_hashes, "%s: they say the same", who);
    IS_TEXT(values(history), history->settings, "%s: settings, too", who);
}

/* What SQLite let in, and what no engine had kept out. */
static void
test_bad_rows(struct history *history)
{
    static const struct {
        const char *update;
        const char *check;
    } bad[] = {
        {"update db_dbcomputer set hostname = ' '",
         "ck_db_dbcomputer_hostname_not_blank"},
        {"update db_dblink set type = 'made'", "ck_db_dblink_type_known"},
        {"update db_dbnode set extras = 'no JSON'", "ck_db_dbnode_extras_json"},
    };
    struct db *db = history->ground.db;
    size_t last = find(history, "0004_defaults_and_checks");
    const char *before = NULL;

    down(history, last);
    before = shown(history);
    if (!history->ground.is_server)
        session_run(db, "pragma foreign_keys = off");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct duet_error err = {0};

        /* PostgreSQL's types do not let that in. */
        if (history->ground.is_server && strstr(bad[i].update, "no JSON"))
            continue;
        OK(db_begin(db, &err) && db_exec(db, bad[i].update, &err) &&
               !db_exec(db, history->tree.list[last].up.text, &err) &&
               strstr(err.text, bad[i].check) != NULL,
           "%s: rows that %s forbids are told by its name", history->ground.who,
           bad[i].check);
        if (strstr(err.text, bad[i].check) == NULL)
            tap_diag("%s", err.text);
        db_rollback(db);
        IS_TEXT(shown(history), before, "%s: and nothing has changed",
                history->ground.who);
    }
}

/* One that was made at once has the table that 0003 brings. */
static void
test_made_at_once(struct history *history)
{
    size_t setting;

    if (history->ground.is_server)
        return;
    setting = find(history, "0003_settings");
    up(history, setting);
    IS_TEXT(values(history), history->first_settings,
            "%s: settings that are there stay", history->ground.who);
}

static bool
test_engine(const char *engine, const char *first_settings,
            const char *settings_as_text)
{
    struct history history = {.first_settings = first_settings,
                              .settings = settings_as_text};
    struct duet_error err = {0};

    if (!ground_open(&history.ground, engine))
        return false;
    snprintf(history.place.url, sizeof history.place.url, "%s",
             history.ground.url);
    snprintf(history.place.path, sizeof history.place.path, "%s",
             history.ground.path);
    if (!tree_embedded(&history.tree, engine, &err))
        give_up(&err);
    test_embedded(&history);
    make_declared(&history);
    test_steps(&history);
    test_head(&history);
    test_way_back(&history);
    test_rows(&history);
    test_bad_rows(&history);
    test_made_at_once(&history);
    schema_clear(&history.declared);
    tree_clear(&history.tree);
    arena_clear(&history.arena);
    ground_close(&history.ground);
    return true;
}

int
main(void)
{
    static const char exact[] = "repository|uuid \"0123\", half 0.5,"
                                " long 10000000000000000000000";

    /* SQLite's column for JSON makes a number of what looks like one. */
    (void)test_engine("sqlite",
                      "repository|uuid \"0123\", half 0.5,"
                      " long 1.0e+22",
                      "repository|uuid \"0123\", half 0.5,"
                      " long 1.0e+22");
    if (!test_engine("postgres", exact, exact))
        tap_skip(1, "no PostgreSQL server");
    return tap_done();
}
