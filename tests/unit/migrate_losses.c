/*
 * What migrations lose on SQLite, and do not lose here.  Each case is run by a
 * naive runner first, the control: it has to lose what the case is about, or to
 * be refused, else the case shows nothing.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "db/db.h"
#include "lib/naive.h"
#include "lib/one_migration.h"
#include "lib/tap.h"

struct loss {
    const char *name;
    const char *setup;
    const char *migration;
    const char *probe; /* what must not change, as one value */
    const char *naive; /* what the naive runner makes of it; NULL: refused */
    const char *says;  /* why duet refuses; NULL: it runs */
    const char *note;  /* what it remarks, or NULL */
};

/* Parents 1 and 2, and three children of the first. */
#define FAMILY(action)                                    \
    "create table p (id integer primary key, name text);" \
    "create table c (id integer primary key,"             \
    " p integer references p (id) " action ");"           \
    "insert into p values (1, 'one'), (2, 'two');"        \
    "insert into c values (1, 1), (2, 1), (3, 1);"
#define REBUILD                                                        \
    "create table new_p (id integer primary key, name text not null);" \
    "insert into new_p select * from p;"                               \
    "drop table p;"                                                    \
    "alter table new_p rename to p;"
#define OFF   "pragma foreign_keys = off;"
#define ON    "pragma foreign_keys = on;"
#define DEFER "pragma defer_foreign_keys = on;"
#define ROWS  "select count(*) || ' rows, ' || count(p) || ' references' from c"
#define ALL   "3 rows, 3 references"

#define DELETES "table 'c' would lose 3 rows: dropping 'p' deletes from it"
#define NULLS                                                        \
    "table 'c' would lose 3 references in column 'p': dropping 'p' " \
    "sets it to null"

/* What SQLite refuses itself. */
#define REFUSED "a row would reference one that does not exist"

static const struct loss losses[] = {
    /* Section 1 of the facts, its table: the actions of foreign keys. */
    {"CASCADE, keys off within", FAMILY("on delete cascade"), OFF REBUILD ON,
     ROWS, "0 rows, 0 references", NULL, NULL},
    {"CASCADE, deferred", FAMILY("on delete cascade"), DEFER REBUILD, ROWS,
     "0 rows, 0 references", DELETES " (foreign key c.p ON DELETE CASCADE)",
     NULL},
    {"CASCADE, keys on", FAMILY("on delete cascade"), REBUILD, ROWS,
     "0 rows, 0 references", DELETES, NULL},
    {"SET NULL, keys off within", FAMILY("on delete set null"), OFF REBUILD ON,
     ROWS, "3 rows, 0 references", NULL, NULL},
    {"SET NULL, deferred", FAMILY("on delete set null"), DEFER REBUILD, ROWS,
     "3 rows, 0 references", NULLS " (foreign key c.p ON DELETE SET NULL)",
     NULL},
    {"SET NULL, keys on", FAMILY("on delete set null"), REBUILD, ROWS,
     "3 rows, 0 references", NULLS, NULL},
    {"SET DEFAULT without a default, keys off within",
     FAMILY("on delete set default"), OFF REBUILD ON, ROWS,
     "3 rows, 0 references", NULL, NULL},
    {"SET DEFAULT without a default, deferred", FAMILY("on delete set default"),
     DEFER REBUILD, ROWS, "3 rows, 0 references", NULLS, NULL},
    {"SET DEFAULT with one, keys off within",
     FAMILY("on delete set default default 9"), OFF REBUILD ON, ROWS, NULL,
     NULL, NULL},
    {"SET DEFAULT with one, deferred",
     FAMILY("on delete set default default 9"), DEFER REBUILD, ROWS, NULL,
     "table 'c' would have 3 rows that reference rows of 'p' that do not",
     NULL},
    {"NO ACTION, keys off within", FAMILY(""), OFF REBUILD ON, ROWS, NULL, NULL,
     NULL},
    {"NO ACTION, deferred", FAMILY(""), DEFER REBUILD, ROWS, NULL, REFUSED,
     NULL},
    {"NO ACTION, keys on", FAMILY(""), REBUILD, ROWS, NULL, REFUSED, NULL},
    {"DEFERRABLE, keys off within", FAMILY("deferrable initially deferred"),
     OFF REBUILD ON, ROWS, NULL, NULL, NULL},
    {"DEFERRABLE, keys on", FAMILY("deferrable initially deferred"), REBUILD,
     ROWS, NULL, REFUSED, NULL},

    /* Further away. */
    {"a grandchild",
     "create table g (id integer primary key);"
     "create table p (id integer primary key, g references g"
     " on delete cascade);"
     "create table c (id integer primary key, p references p"
     " on delete cascade); insert into g values (1);"
     "insert into p values (1, 1); insert into c values (1, 1), (2, 1), (3, 1)",
     "create table new_g (id integer primary key, x);"
     "insert into new_g (id) select id from g; drop table g;"
     "alter table new_g rename to g",
     ROWS, "0 rows, 0 references", "dropping 'g' deletes from it", NULL},
    {"a child's trigger",
     FAMILY("on delete cascade") "create table log (i);"
                                 "insert into log values (1), (2); delete from "
                                 "c where id > 1;"
                                 "create trigger t after delete on c begin "
                                 "delete from log; end;",
     REBUILD, "select count(*) from log", "0", "would lose", NULL},
    {"a child WITHOUT ROWID",
     "create table p (id text primary key) without rowid;"
     "create table c (id text primary key, p references p on delete cascade)"
     " without rowid; insert into p values ('a'); insert into c values"
     " ('x', 'a'), ('y', 'a'), ('z', 'a')",
     "create table new_p (id text primary key) without rowid;"
     "insert into new_p select * from p; drop table p;"
     "alter table new_p rename to p",
     ROWS, "0 rows, 0 references", DELETES, NULL},
    {"a child of two columns",
     "create table p (a, b, primary key (a, b)); create table c (id integer"
     " primary key, p, q, foreign key (p, q) references p on delete set null);"
     "insert into p values (1, 2); insert into c values (1, 1, 2), (2, 1, 2),"
     " (3, 1, 2)",
     "create table new_p (a, b, primary key (a, b)); insert into new_p select *"
     " from p; drop table p; alter table new_p rename to p",
     ROWS, "3 rows, 0 references",
     "dropping 'p' sets it to null (foreign key c.p, c.q ON DELETE SET NULL)",
     NULL},
    {"a child that is named", FAMILY("on delete cascade"),
     REBUILD "create index c_p on c (p);", ROWS, "0 rows, 0 references",
     DELETES, NULL},
    {"parent and child rebuilt, the child after", FAMILY("on delete cascade"),
     REBUILD "create table new_c (id integer primary key, p integer not null"
             " references p (id) on delete cascade);"
             "insert into new_c select * from c; drop table c;"
             "alter table new_c rename to c;",
     ROWS, "0 rows, 0 references", DELETES, NULL},
    {"parent and child rebuilt, the child before", FAMILY("on delete cascade"),
     "create table new_c (id integer primary key, p integer not null"
     " references p (id) on delete cascade);"
     "insert into new_c select * from c; drop table c;"
     "alter table new_c rename to c;" REBUILD,
     ROWS, "0 rows, 0 references", DELETES, NULL},
    {"both copied, then both dropped", FAMILY("on delete cascade"),
     "create table new_p (id integer primary key, name text not null);"
     "create table new_c (id integer primary key, p integer not null"
     " references p (id) on delete cascade);"
     "insert into new_p select * from p; insert into new_c select * from c;"
     "drop table p; drop table c; alter table new_p rename to p;"
     "alter table new_c rename to c;",
     ROWS, "0 rows, 0 references", "would lose 3 rows: dropping 'p'", NULL},

    /* Without a DROP. */
    {"INSERT OR REPLACE", FAMILY("on delete cascade"),
     "insert or replace into p values (1, 'uno')", ROWS, "0 rows, 0 references",
     "table 'c' would lose 3 rows: writing to 'p' deletes from it (foreign key "
     "c.p ON DELETE CASCADE)",
     NULL},
    {"DELETE", FAMILY("on delete cascade"), "delete from p where id = 1", ROWS,
     "0 rows, 0 references", "deleting from 'p' deletes from it", NULL},
    {"UPDATE of a key", FAMILY("on update set null"),
     "update p set id = 9 where id = 1", ROWS, "3 rows, 0 references",
     "updating 'p' sets it to null (foreign key c.p ON UPDATE SET NULL)", NULL},
    {"a trigger",
     FAMILY("") "create trigger gone after insert on p begin delete from c;"
                " end;",
     "insert into p values (3, 'three')", ROWS, "0 rows, 0 references",
     "writing to 'p' deletes from it (trigger gone)", NULL},
    {"a trigger that replaces",
     "create table p (id integer primary key); create table c (id integer"
     " primary key, p unique); insert into c values (1, 1), (2, 2), (3, 3);"
     "create trigger t after insert on p begin"
     " insert or replace into c values (1, 2); end",
     "insert into p values (7)", ROWS, "2 rows, 2 references",
     "table 'c' would lose 1 row: writing to 'p' deletes from it (trigger t)",
     NULL},

    /* References that dangle. */
    {"a copy that leaves a parent out", FAMILY("on delete cascade"),
     OFF "create table new_p (id integer primary key, name text);"
         "insert into new_p select * from p where id > 1; drop table p;"
         "alter table new_p rename to p;" ON,
     ROWS, "0 rows, 0 references",
     "table 'c' would have 3 rows that reference rows of 'p' that do not "
     "exist, such as row 1",
     NULL},
    {"a key to what is not unique any more",
     "create table p (id integer primary key, name text unique);"
     "create table c (id integer primary key, p references p (name)"
     " on delete cascade); insert into p values (1, 'x');"
     "insert into c values (1, 'x'), (2, 'x'), (3, 'x')",
     OFF REBUILD ON, ROWS, "0 rows, 0 references",
     "the foreign keys would not fit their tables: foreign key mismatch", NULL},
    {"renaming the old table first", FAMILY("") "delete from c;",
     OFF "alter table p rename to old_p; create table p (id integer primary"
         " key, name text not null); insert into p select * from old_p;"
         "drop table old_p;" ON,
     "select \"table\" from pragma_foreign_key_list('c')", "old_p",
     "table 'c' would reference 'old_p', which is gone: renaming 'p' to that "
     "took the foreign key along",
     NULL},
    {"renaming the old table first, with rows", FAMILY("on delete cascade"),
     OFF "alter table p rename to old_p; create table p (id integer primary"
         " key, name text not null); insert into p select * from old_p;"
         "drop table old_p;" ON,
     ROWS, "0 rows, 0 references", "which is gone", NULL},

    /* What goes with a table. */
    {"a view over it fails the RENAME",
     FAMILY("") "create view v as select name from p;", OFF REBUILD ON,
     "select count(*) from v", NULL, "error in view v", NULL},
    {"a view over it, the old way of renaming",
     FAMILY("on delete cascade") "create view v as select name from p;",
     OFF "pragma legacy_alter_table = on;" REBUILD ON, ROWS,
     "0 rows, 0 references", NULL, NULL},
    {"a view over a column that is gone",
     FAMILY("") "delete from c; create view v as select name from p;",
     "pragma legacy_alter_table = on; create table new_p (id integer primary"
     " key); insert into new_p select id from p; drop table p;"
     "alter table new_p rename to p",
     "select count(*) from v", "(failed)",
     "view 'v' would not work any more: no such column: name", NULL},
    {"a view over a table that is gone",
     FAMILY("") "create view v as select p from c;", "drop table c",
     "select count(*) from v", "(failed)",
     "view 'v' would not work any more: no such table: main.c", NULL},
    {"a trigger",
     FAMILY("") "delete from c; create trigger t after insert on p begin"
                " select 1; end;",
     REBUILD, "select count(*) from sqlite_schema where type = 'trigger'", "0",
     "trigger 't' of table 'p' would be lost", NULL},
    {"a unique index",
     FAMILY("") "delete from c; create unique index u on p (name);", REBUILD,
     "select count(*) from sqlite_schema where name = 'u'", "0",
     "unique index 'u' of table 'p' would be lost", NULL},
    {"the highest id",
     "create table t (id integer primary key autoincrement, x);"
     "insert into t values (1, 'a'), (41, 'b'); delete from t where id = 41",
     "create table n (id integer primary key autoincrement, x not null);"
     "insert into n select * from t; drop table t; alter table n rename to t",
     "select seq from sqlite_sequence where name = 't'", "1", NULL,
     "table 't': ids go on after 41, the highest one given"},
    {"the highest id of a table that is empty",
     "create table t (id integer primary key autoincrement, x);"
     "insert into t values (41, 'b'); delete from t",
     "create table n (id integer primary key autoincrement, x not null);"
     "insert into n select * from t; drop table t; alter table n rename to t",
     "select seq from sqlite_sequence where name = 't'", "0", NULL,
     "table 't': ids go on after 41, the highest one given"},

    /* The files of other tools, which trust that nobody wraps them. */
    {"Drizzle", FAMILY("on delete cascade"),
     "PRAGMA foreign_keys=OFF;--> statement-breakpoint\n"
     "CREATE TABLE `__new_p` (`id` integer PRIMARY KEY NOT NULL, `name` text"
     " NOT NULL);\n--> statement-breakpoint\n"
     "INSERT INTO `__new_p`(\"id\", \"name\") SELECT \"id\", \"name\" FROM"
     " `p`;--> statement-breakpoint\nDROP TABLE `p`;--> statement-breakpoint\n"
     "ALTER TABLE `__new_p` RENAME TO `p`;--> statement-breakpoint\n"
     "PRAGMA foreign_keys=ON;",
     ROWS, "0 rows, 0 references", NULL, NULL},
    {"Prisma", FAMILY("ON DELETE CASCADE ON UPDATE CASCADE"),
     "-- CreateTable\nCREATE TABLE \"Tag\" (\"id\" TEXT NOT NULL PRIMARY KEY);"
     "\n-- RedefineTables\nPRAGMA defer_foreign_keys=ON;\n"
     "PRAGMA foreign_keys=OFF;\nCREATE TABLE \"new_p\" (\n    \"id\" INTEGER "
     "NOT NULL PRIMARY KEY AUTOINCREMENT,\n    \"name\" TEXT NOT NULL\n);\n"
     "INSERT INTO \"new_p\" (\"id\", \"name\") SELECT \"id\", \"name\" FROM"
     " \"p\";\nDROP TABLE \"p\";\nALTER TABLE \"new_p\" RENAME TO \"p\";\n"
     "PRAGMA foreign_keys=ON;\nPRAGMA defer_foreign_keys=OFF;\n",
     ROWS, "0 rows, 0 references", NULL, NULL},
    {"Atlas", FAMILY("ON DELETE SET NULL"),
     "-- Disable the enforcement of foreign-keys constraints\n"
     "PRAGMA foreign_keys = off;\n-- Create \"new_p\" table\n"
     "CREATE TABLE `new_p` (`id` integer NULL, `name` text NOT NULL, PRIMARY "
     "KEY (`id`));\n-- Copy rows from old table \"p\" to new temporary table"
     " \"new_p\"\nINSERT INTO `new_p` (`id`, `name`) SELECT `id`,"
     " IFNULL(`name`, '') AS `name` FROM `p`;\n-- Drop \"p\" table after "
     "copying rows\nDROP TABLE `p`;\n-- Rename temporary table\n"
     "ALTER TABLE `new_p` RENAME TO `p`;\n"
     "-- Enable back the enforcement of foreign-keys constraints\n"
     "PRAGMA foreign_keys = on;\n",
     ROWS, "3 rows, 0 references", NULL, NULL},
    {"ent", FAMILY("ON DELETE CASCADE"),
     "-- disable the enforcement of foreign-keys constraints\n"
     "PRAGMA foreign_keys = off;\n-- create \"new_p\" table\n"
     "CREATE TABLE `new_p` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,"
     " `name` text NOT NULL);\n"
     "INSERT INTO `new_p` (`id`, `name`) SELECT `id`, `name` FROM `p`;\n"
     "DROP TABLE `p`;\nALTER TABLE `new_p` RENAME TO `p`;\n"
     "PRAGMA foreign_keys = on;\n",
     ROWS, "0 rows, 0 references", NULL, NULL},
    {"pocket-id, with a transaction of its own", FAMILY("ON DELETE CASCADE"),
     "PRAGMA foreign_keys=OFF;\nBEGIN;\n" REBUILD
     "\nCOMMIT;\nPRAGMA foreign_keys=ON;\n",
     ROWS, NULL, NULL, NULL},
};

static struct duet_error err;

static void
bail_out(const char *what, const char *why)
{
    printf("Bail out! %s: %s\n", what, why);
    exit(1);
}

/* ------------------------------------------------------------- the control */

static void
bare_run(sqlite3 *handle, const char *sql)
{
    if (sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        bail_out(sql, sqlite3_errmsg(handle));
}

static void
bare_probe(sqlite3 *handle, const char *sql, char *out, size_t size)
{
    sqlite3_stmt *statement = NULL;

    (void)snprintf(out, size, "(failed)");
    if (sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) == SQLITE_OK)
        (void)snprintf(out, size, "%s",
                       sqlite3_step(statement) == SQLITE_ROW
                           ? (const char *)sqlite3_column_text(statement, 0)
                           : "(no row)");
    (void)sqlite3_finalize(statement);
}

static void
test_naive(const struct loss *loss)
{
    sqlite3 *handle = NULL;
    char message[256], before[256], after[256];
    bool done;

    (void)sqlite3_open(":memory:", &handle);
    bare_run(handle, ON);
    bare_run(handle, loss->setup);
    bare_probe(handle, loss->probe, before, sizeof before);
    done = naive_migrate(handle, loss->migration, message);
    bare_probe(handle, loss->probe, after, sizeof after);
    if (loss->naive == NULL)
        OK(!done, "control, %s: is refused (%s)", loss->name, message);
    else
        OK(done && strcmp(after, loss->naive) == 0 &&
               strcmp(after, before) != 0,
           "control, %s: '%s' becomes '%s' (%s)", loss->name, before, after,
           message);
    (void)sqlite3_close(handle);
}

/* -------------------------------------------------------------------- duet */

static void
probe(struct db *db, const char *sql, char *out, size_t size)
{
    SCOPED(rows_clear) struct rows rows = {0};
    struct duet_error ignored;

    (void)snprintf(out, size, "(failed)");
    if (db_query(db, &rows, sql, NULL, 0, &ignored))
        (void)snprintf(out, size, "%s",
                       rows_next(&rows) ? row_text(&rows, 0) : "(no row)");
}

/* What a user is told to do about an error that says SAYS. */
static const char *
hint_for(const char *says)
{
    static const struct {
        const char *says;
        const char *hint;
    } hints[] = {{"dropping '", "begin the file with \"pragma foreign_keys"},
                 {"would lose", "begin the file with \"pragma foreign_keys"},
                 {REFUSED, "foreign_keys = off"},
                 {"such as row 1", "copy those rows of 'p' too"},
                 {"would have 3 rows", "begin the file with \"pragma foreign"},
                 {"foreign keys would not fit", "have a unique index"},
                 {"which is gone", "drop the old table and rename the new"},
                 {"error in view", "drop it first and create it again"},
                 {"would not work any more", "create it again at the end"},
                 {"would be lost", "create it again at the end of the file"}};

    if (strstr(says, "writing to") != NULL ||
        strstr(says, "deleting from") != NULL ||
        strstr(says, "updating") != NULL)
        return "if that is meant, say so by a statement on 'c' before it";
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
        if (strstr(says, hints[i].says) != NULL)
            return hints[i].hint;
    return "(no hint is known for this)";
}

static void
check_outcome(const struct loss *loss, bool done, const char *notes)
{
    if (loss->says != NULL) {
        OK(!done && strstr(err.text, loss->says) != NULL, "%s: is refused",
           loss->name);
        if (done || strstr(err.text, loss->says) == NULL)
            tap_diag("said: %s", done ? "(nothing)" : err.text);
        OK(strstr(err.hint, hint_for(loss->says)) != NULL,
           "%s: and told what to do", loss->name);
        if (strstr(err.hint, hint_for(loss->says)) == NULL)
            tap_diag("told: %s", err.hint);
    } else if (!OK(done, "%s: runs", loss->name)) {
        tap_diag("%s", err.text);
    }
    if (loss->note != NULL)
        OK(strstr(notes, loss->note) != NULL, "%s: remarks so", loss->name);
    else
        IS_TEXT(notes, "", "%s: has no remark", loss->name);
}

static void
test_duet(const struct loss *loss)
{
    SCOPED(db_close) struct db *db = NULL;
    SCOPED(buf_release) struct buf notes = {0};
    char before[256], after[256];
    bool done;

    if (!db_open(&db, "sqlite::memory:", NULL, &err) || !db_renew(db, &err) ||
        !db_exec(db, loss->setup, &err))
        bail_out(loss->name, err.text);
    probe(db, loss->probe, before, sizeof before);
    err = (struct duet_error){0};
    done = one_migration(db, loss->migration, &notes, &err);
    check_outcome(loss, done, buf_data(&notes));
    probe(db, loss->probe, after, sizeof after);
    IS_TEXT(after, before, "%s: nothing is lost", loss->name);
    probe(db, "pragma foreign_keys", after, sizeof after);
    OK(db_renew(db, &err), "%s: the session is renewed", loss->name);
    probe(db, "pragma foreign_keys", after, sizeof after);
    IS_TEXT(after, "1", "%s: foreign keys act again", loss->name);
}

int
main(void)
{
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        test_naive(&losses[i]);
        test_duet(&losses[i]);
    }
    return tap_done();
}
