/*
 * What the guard lets pass, what it remarks, and that it costs nothing where
 * there is nothing to lose.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "db/db.h"
#include "lib/one_migration.h"
#include "lib/script.h"
#include "lib/tap.h"
#include "migrate/guard.h"

static struct duet_error err;

static void
must(bool done, const char *what)
{
    if (!done)
        tap_bail_out("%s: %s (%s)", what, err.text, err.hint);
}

/* ------------------------------------------------------------ what is asked */

static const struct {
    const char *name;
    const char *sql;
    size_t queries; /* how many there are besides the statements */
} costs[] = {
    {"an ordinary migration",
     "create table x (i integer primary key, p references p);"
     "create index xi on x (p); insert into x values (1, 1), (2, 1);"
     "alter table c add column note text; alter table c rename column note to"
     " remark; alter table c rename to d; create view w as select * from x;"
     "create trigger xt after insert on x begin delete from c; end",
     0},
    {"a table that is named is updated", "update p set name = 'x'", 1},
    {"rows of a table that is named are deleted", "delete from c", 1},
    {"a table of nobody is dropped", "drop table lonely", 9},
};

struct tally {
    size_t count;
};

static void
count_statement(void *context, const char *sql, int64_t microseconds)
{
    (void)sql;
    (void)microseconds;
    ((struct tally *)context)->count++;
}

static size_t
count_semicolons(const char *sql)
{
    size_t count = 0;

    for (; *sql != '\0'; sql++)
        count += *sql == ';' && strncmp(sql, "; end", 5) != 0;
    return count;
}

static const char family[] =
    "create table p (id integer primary key, name text);"
    "create table c (id integer primary key, p references p on delete"
    " cascade); create table lonely (i);"
    "insert into p values (1, 'one'), (2, 'two');"
    "insert into c values (1, 1), (2, 1), (3, 1)";

/* How many statements are sent to run SQL as the first migration. */
static size_t
cost_of(const char *sql)
{
    struct tally tally = {0};
    const struct db_options options = {.trace = {count_statement, &tally}};
    SCOPED(db_close) struct db *db = NULL;
    SCOPED(buf_release) struct buf notes = {0};

    must(db_open(&db, "sqlite::memory:", &options, &err) &&
             db_exec(db, family, &err) && db_renew(db, &err),
         "open");
    tally.count = 0;
    must(one_migration(db, sql, &notes, &err), sql);
    return tally.count;
}

/* Beyond what the runner does for a migration that writes nothing. */
static void
test_costs(void)
{
    size_t own = cost_of("select 1") - 1;

    for (size_t i = 0; i < sizeof costs / sizeof *costs; i++)
        IS_INT(cost_of(costs[i].sql) - own - count_semicolons(costs[i].sql) - 1,
               costs[i].queries, "%s: costs %zu queries", costs[i].name,
               costs[i].queries);
}

/* An engine that deletes nothing by itself is asked nothing at all. */
static void
test_other_engine(void)
{
    static const struct dialect dialect = {.name = "other"};
    SCOPED(db_close) struct db *db = scripted_open(&dialect);
    SCOPED(guard_clear) struct guard guard = {0};

    guard_mention(&guard, "drop table t", LANGUAGE_POSTGRES);
    OK(guard_start(&guard, db, &err) && guard_check(&guard, &err),
       "an engine that deletes nothing by itself is asked nothing");
    guard_clear(&guard);
    OK(guard_start(&guard, db, &err) && guard_check(&guard, &err),
       "a guard that was cleared can be used again");
}

/* -------------------------------------------------------------- what passes */

#define OFF "pragma foreign_keys = off;"
#define REBUILD(columns)                                                   \
    "create table new_p (" columns "); insert into new_p select * from p;" \
    "drop table p; alter table new_p rename to p;"
#define SAME "id integer primary key, name text not null"

static const struct {
    const char *name;
    const char *setup;
    const char *sql;
    const char *notes; /* NULL: it is refused, */
    const char *says;  /* with this */
} cases[] = {
    {"the child is dropped, then its parent", "", "drop table c; drop table p",
     "", NULL},
    {"the parent is dropped, then its child", "", "drop table p; drop table c",
     "", NULL},
    {"the rows of the child are deleted, then those of the parent", "",
     "delete from c where p = 1; delete from p", "", NULL},
    {"the child is named in another spelling", "",
     "delete from [C]; delete from \"P\"", "", NULL},
    {"names in single quotes", "", "drop table 'c'; drop table 'p'", "", NULL},
    {"rows are saved, lost and written anew", "",
     "create table kept as select * from c;" REBUILD(
         SAME) "insert into c select * from kept; drop table kept",
     "", NULL},
    {"rows are saved, lost and not all written anew", "",
     "create table kept as select * from c;" REBUILD(
         SAME) "insert into c select * from kept where id > 1; drop table kept",
     NULL, "table 'c' would lose 1 row: dropping 'p' deletes from it"},
    {"a child that refers to nobody is deleted from later",
     "update c set p = null", REBUILD(SAME) "delete from c where id = 1", "",
     NULL},
    {"a child that lost its rows is renamed", "",
     REBUILD(SAME) "alter table c rename to d", NULL,
     "table 'd' would lose 3 rows"},
    {"a child that lost its references is rid of the column",
     "drop table c; create table c (id integer primary key, p references p"
     " on delete set null); insert into c values (1, 1), (2, 1)",
     REBUILD(SAME) "alter table c rename to old_c; create table c (id integer"
                   " primary key); insert into c select id from old_c;"
                   "drop table old_c",
     "", NULL},
    {"a parent without children", "delete from c", REBUILD(SAME), "", NULL},
    {"keys off", "", OFF REBUILD(SAME), "", NULL},
    {"a child is inserted whose parent never comes", "",
     OFF "insert into c values (7, 99)", NULL,
     "table 'c' would have 1 row that references rows of 'p' that do not"},
    {"a child is inserted before its parent", "",
     OFF "insert into c values (7, 99); insert into p values (99, 'x')", "",
     NULL},
    {"a parent is gone for good", "", OFF "drop table p", NULL,
     "table 'c' would have 3 rows that reference rows of 'p'"},
    {"a parent is gone for good, and was nobody's", "delete from c",
     OFF "drop table p", "table 'c' still references 'p', which is gone\n",
     NULL},
    {"what dangled before may dangle on", OFF "insert into c values (8, 98)",
     OFF REBUILD(SAME), "", NULL},
    {"but not more of it", OFF "insert into c values (8, 98)",
     OFF "insert into c values (9, 97);" REBUILD(SAME), NULL,
     "table 'c' would have 1 row that references"},
    {"what dangled before, in a table that is renamed",
     OFF "insert into c values (8, 98)",
     OFF "alter table c rename to d;" REBUILD(SAME), "", NULL},
    {"a key that never fitted its table",
     "create table misfit (p references p (name))", OFF REBUILD(SAME), "",
     NULL},
    {"a rebuild that leaves rows out", "",
     OFF "create table new_p (" SAME
         "); insert into new_p select * from p where"
         " id = 1; drop table p; alter table new_p rename to p",
     "table 'p' has lost 1 row in being rebuilt\n", NULL},
    {"a rebuild that leaves references out", "",
     "create table new_c (id integer primary key, p references p);"
     "insert into new_c (id) select id from c; drop table c;"
     "alter table new_c rename to c",
     "table 'c' has lost 3 references in column 'p' in being rebuilt\n", NULL},

    /* Indexes. */
    {"an index", "create index i on p (name)", OFF REBUILD(SAME),
     "index 'i' is gone with the old table 'p'\n", NULL},
    {"an index that is made again", "create index i on p (name)",
     OFF REBUILD(SAME) "create index i on p (name)", "", NULL},
    {"an index by another name", "create index i on p (name)",
     OFF REBUILD(SAME) "create index j on p (NAME)", "", NULL},
    {"an index that is dropped", "create index i on p (name)",
     OFF "drop index i;" REBUILD(SAME), "", NULL},
    {"a unique index that becomes a constraint",
     "create unique index i on p (name)",
     OFF REBUILD("id integer primary key, name text unique"), "", NULL},
    {"a unique index that becomes a plain one",
     "create unique index i on p (name)",
     OFF REBUILD(SAME) "create index j on p (name)", NULL,
     "unique index 'i' of table 'p' would be lost"},
    {"a unique index on a column that is gone",
     "create unique index i on p (name)",
     OFF "create table new_p (id integer primary key); insert into new_p select"
         " id from p; drop table p; alter table new_p rename to p",
     "", NULL},
    {"an index of a table that is dropped",
     "create unique index i on lonely"
     " (i)",
     "drop table lonely", "", NULL},
    {"a unique index that becomes a partial one",
     "create unique index i on p (name)",
     OFF REBUILD(SAME) "create unique index j on p (name) where id > 1", NULL,
     "unique index 'i' of table 'p' would be lost"},
    {"a partial unique index that becomes one of all rows",
     "create unique index i on p (name) where id > 1",
     OFF REBUILD(SAME) "create unique index j on p (name)", "", NULL},

    /* Triggers. */
    {"a trigger that is made again",
     "create trigger t after insert on p begin select 1; end",
     OFF REBUILD(SAME) "create trigger t after insert on p begin select 1; end",
     "", NULL},
    {"a trigger that is dropped",
     "create trigger t after insert on p begin select 1; end",
     OFF "drop trigger t;" REBUILD(SAME), "", NULL},
    {"a trigger of the old table, which was renamed",
     "delete from c; create trigger t after insert on p begin select 1; end",
     OFF "pragma legacy_alter_table = on; alter table p rename to old_p;"
         "create table p (" SAME "); insert into p select * from old_p;"
         "drop table old_p",
     NULL, "trigger 't' of table 'p' would be lost"},
    {"a trigger elsewhere that writes to a table that is gone",
     "create trigger t after insert on p begin insert into lonely values (1);"
     " end",
     "drop table lonely", NULL,
     "trigger 't' would not work any more: no such table: "
     "main.lonely"},
    {"a trigger in place of a view's INSERT, whose table is gone",
     "create view v as select 1 as i; create trigger t instead of insert on v"
     " begin insert into lonely values (1); end",
     "drop table lonely", NULL,
     "trigger 't' would not work any more: no such table: main.lonely"},
    {"a trigger that never worked",
     "create trigger t after insert on p begin insert into nowhere values (1);"
     " end",
     "drop table lonely", "", NULL},
    {"a trigger that goes with a table",
     "create trigger t after insert on lonely begin delete from c; end",
     "drop table lonely", "", NULL},

    /* Views. */
    {"a view that never worked", "create view v as select * from nowhere",
     "drop table lonely", "", NULL},
    {"a view that is dropped", "create view v as select * from lonely",
     "drop table lonely; drop view v", "", NULL},
    {"a view that is made anew", "create view v as select * from p",
     OFF "drop view v;" REBUILD(SAME) "create view v as select name from p", "",
     NULL},
    {"a view of a view that is dropped",
     "create view v as select * from p; create view w as select * from v",
     "drop view v", NULL, "view 'w' would not work any more"},
    {"a view of a table function",
     "create view v as select * from"
     " pragma_table_info('p')",
     "drop table lonely", "", NULL},

    /* Ids. */
    {"ids without AUTOINCREMENT any more",
     "create table t (id integer primary key autoincrement);"
     "insert into t values (9); delete from t",
     "create table n (id integer primary key, \"autoincrement\");"
     "insert into n (id) select * from t; drop table t;"
     "alter table n rename to t",
     "", NULL},
    {"ids that the file sees to itself",
     "create table t (id integer primary key autoincrement);"
     "insert into t values (9); delete from t",
     "create table n (id integer primary key autoincrement);"
     "drop table t; alter table n rename to t;"
     "insert into sqlite_sequence values ('t', 3)",
     "", NULL},
    {"ids that go on by themselves",
     "create table t (id integer primary key autoincrement);"
     "insert into t values (9)",
     "create table n (id integer primary key autoincrement);"
     "insert into n select * from t; drop table t; alter table n rename to t",
     "", NULL},

    /* Others. */
    {"a full-text index that follows its table",
     "create virtual table f using fts5 (name, content=p, content_rowid=id);"
     "insert into f (f) values ('rebuild'); delete from c;"
     "create trigger t after delete on p begin insert into f (f, rowid, name)"
     " values ('delete', old.id, old.name); end",
     "delete from p where id = 1", "", NULL},
    {"what is temporary", "",
     "create temp table t as select * from p; delete from t; drop table t", "",
     NULL},
    {"strange names",
     "create table \"a \"\"b\"\" [c]\" (\"x y\" integer primary key);"
     "create table \"it's\" (\"r;s\" references \"a \"\"b\"\" [c]\" on delete"
     " cascade); insert into \"a \"\"b\"\" [c]\" values (1);"
     "insert into \"it's\" values (1)",
     "drop table \"a \"\"b\"\" [c]\"", NULL,
     "table 'it's' would lose 1 row: dropping 'a \"b\" [c]' deletes from it"},
};

static void
rows_of(struct db *db, struct buf *out)
{
    static const char sql[] =
        "select 'p ' || count(*) || ' c ' || (select count(*) from c) from p";
    SCOPED(rows_clear) struct rows rows = {0};

    must(db_query(db, &rows, sql, NULL, 0, &err), sql);
    while (rows_next(&rows))
        buf_text(out, row_text(&rows, 0));
}

static void
test_case(size_t number)
{
    SCOPED(db_close) struct db *db = NULL;
    SCOPED(buf_release) struct buf notes = {0};
    SCOPED(buf_release) struct buf before = {0};
    SCOPED(buf_release) struct buf after = {0};
    const char *name = cases[number].name;
    bool done;

    must(db_open(&db, "sqlite::memory:", NULL, &err) && db_renew(db, &err) &&
             db_exec(db, family, &err) &&
             db_exec(db, cases[number].setup, &err),
         name);
    rows_of(db, &before);
    done = one_migration(db, cases[number].sql, &notes, &err);
    if (cases[number].says == NULL) {
        if (!OK(done, "%s: passes", name))
            tap_diag("%s", err.text);
        IS_TEXT(buf_data(&notes), cases[number].notes, "%s: its remarks", name);
        return;
    }
    OK(!done && err.kind == DUET_ERROR_CONSTRAINT && *err.hint != '\0',
       "%s: is refused", name);
    if (!OK(strstr(err.text, cases[number].says) != NULL, "%s: told why", name))
        tap_diag("%s", done ? "(done)" : err.text);
    IS_TEXT(buf_data(&notes), "", "%s: and nothing is remarked", name);
    rows_of(db, &after);
    IS_TEXT(buf_data(&after), buf_data(&before), "%s: all rows are there",
            name);
}

/* A handle on which the caller has foreign keys off, as SQLite comes. */
static void
test_attached(void)
{
    SCOPED(buf_release) struct buf notes = {0};
    sqlite3 *handle = NULL;
    struct db *db = NULL;

    (void)sqlite3_open(":memory:", &handle);
    db_attach_sqlite(&db, handle);
    must(db_exec(db, family, &err), family);
    OK(one_migration(db, REBUILD(SAME), &notes, &err),
       "a caller's handle, keys off: a rebuild passes");
    OK(!one_migration(db, "delete from p", &notes, &err) &&
           err.kind == DUET_ERROR_CONSTRAINT,
       "references that would dangle do not, though nobody wrote the pragma");
    db_close(&db);
    (void)sqlite3_close(handle);
}

int
main(void)
{
    test_costs();
    test_other_engine();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        test_case(i);
    test_attached();
    return tap_done();
}
