/*
 * One suite for all drivers: what holds for a connection holds for each.
 *
 * It is run on SQLite (a file, memory) and, where TEST_POSTGRES names a server,
 * on PostgreSQL; on each of them plain, through the trace driver, through a
 * tape recorder, and once more replayed from the tape by the script driver.
 */
#include "lib/ground.h"
#include "lib/soak.h"
#include "lib/subject.h"
#include "lib/tap.h"

#include <float.h>
#include <malloc.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "db/driver.h"
#include "db/literal.h"
#include "sql/quote.h"

enum {
    BIG_LEN = 10 * 1024 * 1024,
    MANY_ROWS = 1000000,
    FEW_ROWS = 20000,
    MOST_MEMORY = 512 * 1024, /* for rows that come one by one */
    MANY_CALLS = 1000,
    PATIENCE = 1000, /* milliseconds to wait for a lock */
    STUCK = 60       /* seconds after which the suite has hung */
};

static struct duet_error err;

#define ARGS(...)                                        \
    (const struct db_value[]){__VA_ARGS__},              \
        sizeof((const struct db_value[]){__VA_ARGS__}) / \
            sizeof(struct db_value)

/* The first column of the only row, or "(no row)". */
static const char *
ask(struct db *db, const char *sql)
{
    static char text[256];
    SCOPED(rows_clear) struct rows rows = {0};

    snprintf(text, sizeof text, "(no row)");
    if (!db_query(db, &rows, sql, NULL, 0, &err))
        return "(failed)";
    if (rows_next(&rows))
        snprintf(text, sizeof text, "%s",
                 row_text(&rows, 0) ? row_text(&rows, 0) : "(null)");
    return text;
}

static void
must(bool done, const char *what)
{
    if (!done)
        tap_bail_out("%s: %s (%s)", what, err.text, err.hint);
}

/* -------------------------------------------------------------- values */

static const char create_values[] =
    "create table v (id integer primary key, t text, i bigint, "
    "f double precision, b bytea, o boolean)";

/* Write VALUE into COLUMN and position ROWS on what is read back. */
static bool
there_and_back(struct db *db, struct rows *rows, const char *column,
               struct db_value value)
{
    char sql[128];

    rows_clear(rows);
    snprintf(sql, sizeof sql, "insert into v (id, %s) values ($1, $2)", column);
    if (!db_exec(db, "delete from v", &err) ||
        !db_execute(db, sql, ARGS(db_integer(1), value), NULL, &err))
        return false;
    snprintf(sql, sizeof sql, "select %s from v where id = $1", column);
    return db_query(db, rows, sql, ARGS(db_integer(1)), &err) &&
           rows_next(rows);
}

static void
test_texts(struct subject *s, struct db *db)
{
    static const char *const texts[] = {"",
                                        "x",
                                        "it's \"so\" `and` \\ [so] $1 %s",
                                        "\xC3\xA9\xE6\xBC\xA2 \xF0\x9F\x98\x80",
                                        "two\nlines\ttab",
                                        "'; drop table v; --",
                                        "null",
                                        " "};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        SCOPED(rows_clear) struct rows rows = {0};

        OK(there_and_back(db, &rows, "t", db_text(texts[i])) &&
               strcmp(row_text(&rows, 0), texts[i]) == 0 &&
               row_len(&rows, 0) == strlen(texts[i]),
           "%s: text %zu comes back as it was", s->who, i);
    }
}

static void
test_nulls(struct subject *s, struct db *db)
{
    static const char *const columns[] = {"t", "i", "f", "b", "o"};

    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        SCOPED(rows_clear) struct rows rows = {0};
        size_t len = 1;

        OK(there_and_back(db, &rows, columns[i], db_null()) &&
               row_text(&rows, 0) == NULL && row_len(&rows, 0) == 0 &&
               row_integer(&rows, 0) == 0 && row_float(&rows, 0) == 0 &&
               !row_boolean(&rows, 0) && row_blob(&rows, 0, &len) == NULL &&
               len == 0,
           "%s: NULL in column %s is no value", s->who, columns[i]);
    }
    OK(db_text(NULL).type == DB_NULL, "%s: a text of NULL is SQL's NULL",
       s->who);
}

static void
test_integers(struct subject *s, struct db *db)
{
    static const int64_t numbers[] = {
        0, 1, -1, INT64_MAX, INT64_MIN, 1LL << 53, 2147483648};

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        SCOPED(rows_clear) struct rows rows = {0};

        OK(there_and_back(db, &rows, "i", db_integer(numbers[i])) &&
               row_integer(&rows, 0) == numbers[i],
           "%s: integer %lld comes back", s->who, (long long)numbers[i]);
    }
}

static void
test_floats(struct subject *s, struct db *db)
{
    static const double numbers[] = {0.1,
                                     1.0 / 3,
                                     DBL_MAX,
                                     DBL_MIN,
                                     5e-324,
                                     -2.5,
                                     1e22,
                                     123456789.125,
                                     HUGE_VAL,
                                     -HUGE_VAL,
                                     0.30000000000000004};

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        SCOPED(rows_clear) struct rows rows = {0};

        OK(there_and_back(db, &rows, "f", db_float(numbers[i])) &&
               row_float(&rows, 0) == numbers[i],
           "%s: float %.17g comes back to the last bit", s->who, numbers[i]);
    }
    {
        SCOPED(rows_clear) struct rows rows = {0};

        OK(there_and_back(db, &rows, "f", db_float((double)NAN)) &&
               (row_text(&rows, 0) == NULL || isnan(row_float(&rows, 0))),
           "%s: what is no number comes back as that or as NULL", s->who);
    }
}

static void
test_blobs(struct subject *s, struct db *db)
{
    SCOPED(rows_clear) struct rows rows = {0};
    unsigned char bytes[256];
    const void *data;
    size_t len = 0;

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)i;
    OK(there_and_back(db, &rows, "b", db_blob(bytes, sizeof bytes)),
       "%s: a blob can be written", s->who);
    data = row_blob(&rows, 0, &len);
    OK(len == sizeof bytes && memcmp(data, bytes, len) == 0,
       "%s: it comes back with all its bytes, NUL too", s->who);
    OK(there_and_back(db, &rows, "b", db_blob(NULL, 0)) &&
           row_blob(&rows, 0, &len) != NULL && len == 0 &&
           row_text(&rows, 0) != NULL,
       "%s: an empty blob is not NULL", s->who);
}

static void
test_booleans(struct subject *s, struct db *db)
{
    for (int i = 0; i < 2; i++) {
        SCOPED(rows_clear) struct rows rows = {0};

        OK(there_and_back(db, &rows, "o", db_boolean(i)) &&
               row_boolean(&rows, 0) == i,
           "%s: %s comes back", s->who, i ? "true" : "false");
    }
}

static void
test_big_values(struct subject *s, struct db *db)
{
    SCOPED(rows_clear) struct rows rows = {0};
    char *big = malloc(BIG_LEN + 1);
    const void *data;
    size_t len = 0;

    memset(big, 'x', BIG_LEN);
    big[BIG_LEN] = '\0';
    big[BIG_LEN / 2] = '\'';
    OK(there_and_back(db, &rows, "t", db_text(big)) &&
           row_len(&rows, 0) == BIG_LEN &&
           memcmp(row_text(&rows, 0), big, BIG_LEN) == 0,
       "%s: a text of 10 MB comes back", s->who);
    big[BIG_LEN / 3] = '\0';
    OK(there_and_back(db, &rows, "b", db_blob(big, BIG_LEN)),
       "%s: a blob of 10 MB can be written", s->who);
    data = row_blob(&rows, 0, &len);
    OK(len == BIG_LEN && memcmp(data, big, len) == 0, "%s: and comes back",
       s->who);
    free(big);
}

static void
test_nul_in_text(struct subject *s, struct db *db)
{
    SCOPED(rows_clear) struct rows rows = {0};
    struct db_value value = {.type = DB_TEXT, .as.data = "a\0b", .len = 3};

    if (there_and_back(db, &rows, "t", value))
        OK(row_len(&rows, 0) == 3 && memcmp(row_text(&rows, 0), "a\0b", 3) == 0,
           "%s: a text with a NUL comes back as a whole", s->who);
    else
        OK(err.kind == DUET_ERROR_SQL && strstr(err.text, "NUL") &&
               *err.hint != '\0',
           "%s: a text with a NUL is refused clearly", s->who);
    OK(there_and_back(db, &rows, "t", db_text("after")),
       "%s: the connection works on after that", s->who);
}

/* What an array that is written as text has to escape. */
static const char *const listed[] = {
    "plain",     NULL,    "",          "NULL", "null", "\"quoted\"",
    "it's",      "{a,b}", ",",         "\\",   "\\N",  " x ",
    "line\nend", "\t",    "t\303\244", "$1",   "\001"};

enum { LISTED = sizeof listed / sizeof *listed };

static const char elements[] =
    "select u.t from unnest($1::text[]) with ordinality u (t, n) order by u.n";

static bool
are_listed(struct rows *rows)
{
    size_t same = 0;
    size_t count = 0;

    for (; rows_next(rows); count++) {
        const char *text = row_text(rows, 0);

        if (count < LISTED)
            same += text && listed[count] ? strcmp(text, listed[count]) == 0
                                          : text == listed[count];
    }
    return rows_ended(rows) && count == LISTED && same == LISTED;
}

static void
test_lists(struct subject *s, struct db *db)
{
    SCOPED(rows_clear) struct rows rows = {0};
    SCOPED(buf_release) struct buf sql = {0};
    const struct db_value list = db_list(listed, LISTED);
    const struct db_value none = db_list(NULL, 0);
    struct db_statement *statement = NULL;

    if (!db_dialect(db)->has_arrays) {
        OK(!db_execute(db, "select $1", &list, 1, NULL, &err) &&
               err.kind == DUET_ERROR_SQL && strstr(err.text, "list"),
           "%s: a list is refused: %s", s->who, err.text);
        return;
    }
    OK(db_query(db, &rows, elements, &list, 1, &err) && are_listed(&rows),
       "%s: a list arrives, with NULL, quotes and all", s->who);
    must(db_prepare(db, &statement, elements, &err), "prepare");
    OK(statement_query(statement, &rows, &list, 1, &err) && are_listed(&rows),
       "%s: and where the statement is prepared", s->who);
    OK(statement_query(statement, &rows, &none, 1, &err) && !rows_next(&rows) &&
           rows_ended(&rows),
       "%s: an empty list is one, too", s->who);
    rows_clear(&rows);
    statement_free(&statement);
    must(literal_fill(&sql, db_dialect(db), elements, &list, 1, &err), "fill");
    OK(db_query(db, &rows, buf_data(&sql), NULL, 0, &err) && are_listed(&rows),
       "%s: its literal is the same list", s->who);
}

/* ---------------------------------------------------- names, parameters */

static void
test_names(struct subject *s, struct db *db)
{
    static const char *const names[] = {"t\303\244ble",
                                        "a \"quoted\" one",
                                        "sel'ect",
                                        "select",
                                        "UPPER",
                                        "\xE6\xBC\xA2\xE5\xAD\x97",
                                        "semi;colon -- /*",
                                        "back\\slash"};
    SCOPED(arena_clear) struct arena arena = {0};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        SCOPED(rows_clear) struct rows rows = {0};
        const char *name = sql_ident(&arena, names[i]);

        OK(db_exec(
               db,
               arena_printf(&arena, "create table %s (%s text)", name, name),
               &err) &&
               db_execute(db,
                          arena_printf(&arena,
                                       "insert into %s (%s) "
                                       "values ($1)",
                                       name, name),
                          ARGS(db_text(names[i])), NULL, &err) &&
               db_query(db, &rows,
                        arena_printf(&arena, "select %s from %s", name, name),
                        NULL, 0, &err) &&
               rows_next(&rows) && rows_columns(&rows) == 1 &&
               strcmp(rows_name(&rows, 0), names[i]) == 0 &&
               strcmp(row_text(&rows, 0), names[i]) == 0,
           "%s: a table and column may be called %s", s->who, names[i]);
    }
}

static void
test_literals(struct subject *s, struct db *db)
{
    static const char *const texts[] = {
        "",          "it's", "\\", "\\'", "''", "a\nb", "\xF0\x9F\x98\x80",
        "$1 ? :x @y"};
    SCOPED(arena_clear) struct arena arena = {0};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        IS_TEXT(ask(db, arena_printf(&arena, "select %s",
                                     sql_literal(&arena, texts[i]))),
                texts[i], "%s: literal %zu reads back", s->who, i);
    IS_TEXT(
        ask(db, arena_printf(&arena, "select %s", sql_literal(&arena, NULL))),
        "(null)", "%s: a literal of NULL is NULL", s->who);
}

static void
test_parameters(struct subject *s, struct db *db)
{
    static const char sql[] = "select cast($2 as text) || cast($1 as text) || "
                              "cast($2 as text) || '$1'";
    SCOPED(statement_free) struct db_statement *statement = NULL;
    SCOPED(rows_clear) struct rows rows = {0};

    OK(db_query(db, &rows, sql, ARGS(db_text("a"), db_text("b")), &err) &&
           rows_next(&rows) && strcmp(row_text(&rows, 0), "bab$1") == 0,
       "%s: parameters may stand in any order and repeat", s->who);
    rows_clear(&rows);
    OK(db_prepare(db, &statement, sql, &err) &&
           statement_query(statement, &rows, ARGS(db_text("c"), db_text("d")),
                           &err) &&
           rows_next(&rows) && strcmp(row_text(&rows, 0), "dcd$1") == 0,
       "%s: prepared as well", s->who);
    OK(!db_execute(db, sql, ARGS(db_text("a")), NULL, &err) &&
           err.kind == DUET_ERROR_SQL,
       "%s: a parameter without a value is an error", s->who);
    OK(!db_execute(db, sql, NULL, 0, NULL, &err) && err.kind == DUET_ERROR_SQL,
       "%s: so are parameters without any", s->who);
    rows_clear(&rows);
    OK(!(statement_query(statement, &rows, ARGS(db_text("c")), &err) &&
         rows_next(&rows)) &&
           err.kind == DUET_ERROR_SQL,
       "%s: a prepared statement does not use an old value", s->who);
}

/* --------------------------------------------------------- constraints */

static const char create_constrained[] =
    "create table parent (id integer not null,"
    " code text constraint parent_code_key unique,"
    " constraint parent_pk primary key (id));"
    "create table child ("
    " id integer constraint child_pk primary key,"
    " parent_id integer,"
    " later_id integer,"
    " a text, b text not null,"
    " n integer constraint child_n_check check (n > 0),"
    " constraint \"child (a) = key\" unique (a, b),"
    " constraint child_later_fk foreign key (later_id)"
    "  references parent (id) deferrable initially deferred,"
    " constraint child_parent_fk foreign key (parent_id)"
    "  references parent (id));"
    "create unique index child_index on child (n, b);"
    "create unique index child_lower on child (lower(a), n);"
    "insert into parent values (1, 'one'), (2, 'two');"
    "insert into child values (1, 1, 2, 'a', 'b', 7)";

/* Each breaks one constraint only. */
static const struct {
    const char *what, *sql, *name, *object;
} broken[] = {
    {"a primary key", "insert into child values (1, 1, 1, 'c', 'd', 8)",
     "child_pk", "child"},
    {"a primary key of the table", "insert into parent values (2, 'x')",
     "parent_pk", "parent"},
    {"a unique column", "insert into parent values (3, 'one')",
     "parent_code_key", "parent"},
    {"a unique constraint of two columns",
     "insert into child values (2, 1, 1, 'a', 'b', 8)", "child (a) = key",
     "child"},
    {"a unique index", "insert into child values (2, 1, 1, 'c', 'b', 7)",
     "child_index", "child"},
    {"a unique index on an expression",
     "insert into child values (2, 1, 1, 'A', 'c', 7)", "child_lower", "child"},
    {"a foreign key", "insert into child values (2, 9, 1, 'c', 'd', 8)",
     "child_parent_fk", "child"},
    {"a foreign key by an update", "update child set parent_id = 9",
     "child_parent_fk", "child"},
    {"a foreign key by a delete", "delete from parent where id = 1",
     "child_parent_fk", "child"},
    {"a check", "insert into child values (2, 1, 1, 'c', 'd', -8)",
     "child_n_check", "child"},
    {"a not-null", "insert into child values (2, 1, 1, 'c', null, 8)", "",
     "child.b"},
};

enum way { BY_EXEC, BY_QUERY, BY_STATEMENT, BY_RUN, WAYS };

static bool
run_by(struct db *db, enum way way, const char *sql)
{
    SCOPED(statement_free) struct db_statement *statement = NULL;
    SCOPED(rows_clear) struct rows rows = {0};

    if (way == BY_EXEC)
        return db_exec(db, sql, &err);
    if (way == BY_QUERY)
        return db_execute(db, sql, NULL, 0, NULL, &err);
    must(db_prepare(db, &statement, sql, &err), sql);
    if (way == BY_RUN)
        return db_run(db, &(struct db_call){.statement = statement}, 1, &err);
    if (!statement_query(statement, &rows, NULL, 0, &err))
        return false;
    while (rows_next(&rows))
        continue;
    return rows_ended(&rows);
}

static void
test_constraint(struct subject *s, struct db *db, size_t i, enum way way)
{
    static const char *const ways[] = {"executed", "queried", "prepared",
                                       "run"};
    char object[64];

    snprintf(object, sizeof object, "of '%s'", broken[i].object);
    err = (struct duet_error){0};
    OK(!run_by(db, way, broken[i].sql) && err.kind == DUET_ERROR_CONSTRAINT &&
           *err.code != '\0' && strstr(err.text, object) != NULL,
       "%s: broke %s, %s", s->who, broken[i].what, ways[way]);
    if (!IS_TEXT(err.constraint, broken[i].name, "%s: and it is named", s->who))
        tap_diag("%s", err.text);
}

static void
test_constraints(struct subject *s, struct db *db)
{
    must(db_exec(db, create_constrained, &err), create_constrained);
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        for (enum way way = 0; way < WAYS; way++)
            test_constraint(s, db, i, way);
    IS_TEXT(ask(db, "select count(*) from child"), "1",
            "%s: none of them has left a row", s->who);
    OK(!db_in_transaction(db), "%s: nor a transaction", s->who);
}

static void
test_deferred(struct subject *s, struct db *db)
{
    static const char later[] =
        "insert into child values (2, 1, 9, 'c', 'd', 8)";

    must(db_begin(db, &err), "begin");
    OK(db_exec(db, later, &err),
       "%s: a deferred foreign key may be broken for a while", s->who);
    OK(!db_commit(db, &err) && err.kind == DUET_ERROR_CONSTRAINT,
       "%s: but not at the commit", s->who);
    IS_TEXT(err.constraint, "child_later_fk", "%s: which names it", s->who);
    OK(!db_in_transaction(db), "%s: and has rolled back", s->who);
    must(db_begin(db, &err), "begin");
    OK(db_exec(db, later, &err) &&
           db_exec(db, "update child set later_id = 1 where id = 2", &err) &&
           db_commit(db, &err),
       "%s: it may be mended before", s->who);
    OK(!db_exec(db, "update child set later_id = 9", &err) &&
           err.kind == DUET_ERROR_CONSTRAINT &&
           strcmp(err.constraint, "child_later_fk") == 0,
       "%s: outside of a transaction the statement fails", s->who);
}

/* --------------------------------------------------------- transactions */

static void
test_transactions(struct subject *s, struct db *db)
{
    must(db_exec(db, "delete from v", &err), "delete");
    db_rollback(db);
    OK(!db_in_transaction(db), "%s: a rollback outside does nothing", s->who);
    OK(db_begin(db, &err) && db_in_transaction(db) &&
           db_exec(db, "insert into v (id) values (1)", &err),
       "%s: a transaction begins", s->who);
    db_rollback(db);
    OK(!db_in_transaction(db), "%s: a rollback ends it", s->who);
    IS_TEXT(ask(db, "select count(*) from v"), "0",
            "%s: and has undone what it did", s->who);
    OK(db_begin(db, &err) &&
           db_exec(db, "insert into v (id) values (1)", &err) &&
           db_commit(db, &err) && !db_in_transaction(db),
       "%s: a commit ends it", s->who);
    IS_TEXT(ask(db, "select count(*) from v"), "1", "%s: and keeps it", s->who);
}

/* PostgreSQL aborts a transaction at its first error, SQLite does not. */
static void
test_error_in_transaction(struct subject *s, struct db *db)
{
    must(db_exec(db, "delete from v", &err) && db_begin(db, &err) &&
             db_exec(db, "insert into v (id) values (1)", &err),
         "begin");
    OK(!db_exec(db, "insert into v (id) values (1)", &err) &&
           err.kind == DUET_ERROR_CONSTRAINT && db_in_transaction(db),
       "%s: after an error the transaction is still there", s->who);
    if (db_exec(db, "insert into v (id) values (2)", &err)) {
        OK(db_commit(db, &err), "%s: what followed can be kept", s->who);
        IS_TEXT(ask(db, "select count(*) from v"), "2", "%s: and is there",
                s->who);
    } else {
        OK(!db_commit(db, &err) && err.kind == DUET_ERROR_SQL &&
               *err.hint != '\0' && !db_in_transaction(db),
           "%s: the commit of an aborted one is an error", s->who);
        IS_TEXT(ask(db, "select count(*) from v"), "0",
                "%s: and nothing is there", s->who);
    }
}

/* ----------------------------------------------------------- statements */

static void
test_statements(struct subject *s, struct db *db)
{
    SCOPED(statement_free) struct db_statement *statement = NULL;
    SCOPED(rows_clear) struct rows rows = {0};
    int64_t affected = -1;

    must(db_exec(db, "delete from v", &err), "delete");
    OK(db_exec(db,
               "insert into v (id) values (1); "
               "insert into v (id) values (2); -- three\n"
               "insert into v (id) values (3);",
               &err),
       "%s: several statements can be executed", s->who);
    OK(!db_exec(db, "update v set t = 'x'; selec; update v set t = 'y'",
                &err) &&
           err.kind == DUET_ERROR_SQL,
       "%s: a wrong one fails", s->who);
    OK(db_exec(db, "", &err) && db_exec(db, " -- nothing\n ;", &err),
       "%s: none is no error", s->who);
    OK(!db_execute(db, "delete from v; delete from v", NULL, 0, NULL, &err),
       "%s: a query is one statement only", s->who);
    IS_TEXT(ask(db, "select count(*) from v"), "3",
            "%s: and of two none has run", s->who);
    OK(db_execute(db, "update v set t = $1 where id > $2",
                  ARGS(db_text("z"), db_integer(1)), &affected, &err) &&
           affected == 2,
       "%s: an update tells how many rows it wrote", s->who);
    OK(db_execute(db, "select 1", NULL, 0, &affected, &err) && affected <= 1,
       "%s: a select writes none", s->who);
    OK(!db_prepare(db, &statement, "selec 1", &err) && statement == NULL &&
           err.kind == DUET_ERROR_SQL,
       "%s: a wrong statement can't be prepared", s->who);
    must(db_prepare(db, &statement,
                    "select id from v where id >= $1 "
                    "order by id",
                    &err),
         "prepare");
    for (int i = 1; i <= 3; i++) {
        int count = 0;

        must(statement_query(statement, &rows, ARGS(db_integer(i)), &err),
             "query");
        while (rows_next(&rows))
            count++;
        OK(rows_ended(&rows) && count == 4 - i,
           "%s: a prepared statement can be used again", s->who);
    }
    must(statement_query(statement, &rows, ARGS(db_integer(1)), &err) &&
             rows_next(&rows),
         "query");
    rows_clear(&rows);
    OK(!rows_next(&rows) && !rows_ended(&rows),
       "%s: rows that were cleared are neither there nor ended", s->who);
    statement_free(&statement);
    OK(statement == NULL, "%s: a freed statement is gone", s->who);
    statement_free(&statement);
    statement_free(NULL);
}

/* A query that is left half read does not disturb the next. */
static void
test_half_read(struct subject *s, struct db *db)
{
    static const char many[] =
        "with recursive c(i) as (select 1 union all select i + 1 from c "
        "where i < 20000) select i from c";
    SCOPED(rows_clear) struct rows rows = {0};

    OK(db_query(db, &rows, many, NULL, 0, &err) && rows_next(&rows) &&
           rows_next(&rows) && row_integer(&rows, 0) == 2,
       "%s: rows come one by one", s->who);
    rows_clear(&rows);
    rows_clear(&rows);
    IS_TEXT(ask(db, "select 7"), "7", "%s: half of them can be dropped",
            s->who);
    OK(!db_query(db, &rows, "select nothing from nowhere", NULL, 0, &err) ||
           !rows_next(&rows),
       "%s: a query that fails has no rows", s->who);
    OK(!rows_next(&rows) && !rows_ended(&rows), "%s: and does not end well",
       s->who);
}

static void
test_copy(struct subject *s, struct db *db)
{
    static const char *const copies[] = {
        "copy v from stdin", "copy v to stdout", "copy (select 1) to stdout"};

    for (size_t i = 0; i < sizeof copies / sizeof *copies; i++)
        for (enum way way = 0; way <= BY_QUERY; way++) {
            OK(!run_by(db, way, copies[i]) && *err.text != '\0',
               "%s: '%s' is refused and does not hang", s->who, copies[i]);
            IS_TEXT(ask(db, "select 1"), "1", "%s: the connection works on",
                    s->who);
        }
}

static void
test_copy_prepared(struct subject *s, struct db *db)
{
    SCOPED(statement_free) struct db_statement *statement = NULL;

    if (!db_prepare(db, &statement, "copy v from stdin", &err)) {
        OK(err.kind != DUET_ERROR_NONE, "%s: COPY can't be prepared", s->who);
        return;
    }
    OK(!db_run(db, &(struct db_call){.statement = statement}, 1, &err),
       "%s: a prepared COPY is refused and does not hang", s->who);
    IS_TEXT(ask(db, "select 1"), "1", "%s: the connection works on", s->who);
}

struct watched {
    char touches[256];
    bool refuses;
};

/* "delete t by trigger, ..." */
static bool
keep_touches(void *context, const struct db_touch *touches, size_t count,
             struct duet_error *error)
{
    static const char *const kinds[] = {"delete", "update", "drop", "alter",
                                        "insert"};
    struct watched *watched = context;
    char *at = watched->touches;

    for (size_t i = 0; i < count; i++)
        at += sprintf(at, "%s%s %s%s%s", i == 0 ? "" : ", ",
                      kinds[touches[i].kind], touches[i].table,
                      touches[i].trigger == NULL ? "" : " by ",
                      touches[i].trigger == NULL ? "" : touches[i].trigger);
    return !watched->refuses ||
           err_set(error, DUET_ERROR_CONSTRAINT, "not that");
}

/* Only an engine that deletes by itself is watched, and no recording is. */
static void
test_watch(struct subject *s, struct db *db)
{
    bool watches =
        db_dialect(db)->deletes_by_itself && s->wrapping != WRAP_REPLAY;
    struct watched watched = {.touches = ""};
    const struct db_watch watch = {keep_touches, &watched};

    must(db_exec(db,
                 "create table wp (i integer primary key);"
                 "create table wc (p integer references wp on delete cascade);"
                 "insert into wp values (1), (2);"
                 "insert into wc values (1), (2)",
                 &err),
         "create");
    db_watch(db, &watch);
    OK(db_exec(db, "insert into wp values (3)", &err) &&
           *watched.touches == '\0',
       "%s: what only inserts is not told to who watches", s->who);
    OK(db_exec(db, "delete from wp where i = 1", &err), "%s: a deletion runs",
       s->who);
    IS_TEXT(watched.touches, watches ? "delete wp, delete wc" : "",
            "%s: and all that it reaches was told before", s->who);
    watched.refuses = watches;
    OK(db_exec(db, "delete from wp where i = 2", &err) !=
           db_dialect(db)->deletes_by_itself,
       "%s: it can be prevented", s->who);
    IS_TEXT(ask(db, "select count(*) from wc"),
            db_dialect(db)->deletes_by_itself ? "1" : "0",
            "%s: and then has done nothing", s->who);
    db_watch(db, NULL);
    watched.touches[0] = '\0';
    OK(db_exec(db, "delete from wp", &err) && *watched.touches == '\0',
       "%s: nobody watches any more", s->who);
    must(db_exec(db, "drop table wc; drop table wp", &err), "drop");
}

static void
test_run(struct subject *s, struct db *db)
{
    SCOPED(statement_free) struct db_statement *insert = NULL;
    SCOPED(statement_free) struct db_statement *count = NULL;
    struct db_value *args = calloc(MANY_CALLS, sizeof *args);
    struct db_call *calls = calloc(MANY_CALLS, sizeof *calls);
    int64_t affected = 0;

    must(db_exec(db, "delete from v", &err) &&
             db_prepare(db, &insert, "insert into v (id) values ($1)", &err) &&
             db_prepare(db, &count, "select count(*), 'x' from v", &err),
         "prepare");
    for (int i = 0; i < MANY_CALLS; i++) {
        args[i] = db_integer(i);
        calls[i] = (struct db_call){insert, &args[i], 1, -1, "?"};
    }
    calls[MANY_CALLS - 1] = (struct db_call){.statement = count};
    OK(db_run(db, calls, MANY_CALLS, &err), "%s: 1000 calls run", s->who);
    for (int i = 0; i < MANY_CALLS - 1; i++)
        affected += calls[i].affected;
    IS_INT(affected, MANY_CALLS - 1, "%s: each has its count", s->who);
    IS_TEXT(calls[0].answer, "", "%s: one without rows has no answer", s->who);
    IS_TEXT(calls[MANY_CALLS - 1].answer, "999", "%s: one with a row has",
            s->who);
    OK(!db_in_transaction(db), "%s: they had a transaction", s->who);
    for (int i = 0; i < MANY_CALLS; i++)
        args[i] = db_integer(i + 5000);
    calls[MANY_CALLS - 1] = calls[0];
    OK(!db_run(db, calls, MANY_CALLS, &err) &&
           err.kind == DUET_ERROR_CONSTRAINT && !db_in_transaction(db),
       "%s: one that fails ends them", s->who);
    IS_TEXT(ask(db, "select count(*) from v"), "999",
            "%s: and undoes the earlier ones", s->who);
    OK(db_run(db, calls, 0, &err), "%s: no calls are no error", s->who);
    OK(db_begin(db, &err) && db_run(db, calls, 2, &err) &&
           db_in_transaction(db),
       "%s: they use the caller's transaction", s->who);
    db_rollback(db);
    IS_TEXT(ask(db, "select count(*) from v"), "999", "%s: which may undo them",
            s->who);
    free(args);
    free(calls);
}

static void
test_answer(struct subject *s, struct db *db)
{
    SCOPED(statement_free) struct db_statement *longer = NULL;
    SCOPED(statement_free) struct db_statement *null = NULL;
    struct db_call calls[2] = {0};
    char text[DB_ANSWER + 1];
    char sql[sizeof text + 16];

    memset(text, 'x', DB_ANSWER);
    text[DB_ANSWER] = '\0';
    snprintf(sql, sizeof sql, "select '%s'", text);
    must(db_prepare(db, &longer, sql, &err) &&
             db_prepare(db, &null, "select null", &err),
         "prepare");
    db_call_set(&calls[0], longer, NULL, 0);
    db_call_set(&calls[1], null, NULL, 0);
    calls[1].answer[0] = '?';
    must(db_run(db, calls, 2, &err), "run");
    IS_TEXT(calls[0].answer, text + 1, "%s: an answer is cut to its room",
            s->who);
    IS_TEXT(calls[1].answer, "", "%s: and NULL is none", s->who);
}

/* ------------------------------------------------------------- unguarded */

static const char *const create_trigger[] = {
    "create trigger logged after insert on child begin"
    " insert into log values ('told'); end",
    "create function log_it() returns trigger language plpgsql as"
    " $$begin insert into log values ('told'); return null; end$$;"
    "create trigger logged after insert on child"
    " for each row execute function log_it()"};

static void
test_unguarded(struct subject *s)
{
    SCOPED(db_close)
    struct db *db = subject_open(s, &(struct db_options){.unguarded = true});
    static const char orphan[] =
        "insert into child values (2, 9, 9, 'c', 'd', 8)";

    OK(db_unguarded(db), "%s: a connection can be unguarded", s->who);
    db_exec(db, "drop table if exists child; drop table if exists parent",
            NULL);
    must(db_exec(db, create_constrained, &err) &&
             db_exec(db, "create table log (t text)", &err) &&
             db_exec(db, create_trigger[s->is_server], &err),
         "create");
    OK(db_exec(db, orphan, &err), "%s: its foreign keys do not act", s->who);
    IS_TEXT(ask(db, "select count(*) from log"), "0", "%s: nor do its triggers",
            s->who);
    must(db_exec(db, "delete from child where id = 2", &err), "delete");
    OK(db_begin(db, &err) && db_guard(db, &err) &&
           db_exec(db, "insert into child values (2, 1, 1, 'c', 'd', 8)",
                   &err) &&
           db_commit(db, &err),
       "%s: what is guarded may do what is right", s->who);
    IS_TEXT(ask(db, "select count(*) from log"), "1", "%s: triggers act again",
            s->who);
    must(db_exec(db, "delete from child where id = 2", &err) &&
             db_begin(db, &err) && db_guard(db, &err),
         "guard");
    OK(!(db_exec(db, orphan, &err) && db_commit(db, &err)) &&
           err.kind == DUET_ERROR_CONSTRAINT && *err.constraint != '\0',
       "%s: and foreign keys, at the latest at the commit", s->who);
    db_rollback(db);
    IS_TEXT(ask(db, "select count(*) from child"), "1",
            "%s: which has kept nothing", s->who);
    OK(db_begin(db, &err) && db_exec(db, orphan, &err) && db_commit(db, &err),
       "%s: after that transaction they rest again", s->who);
    IS_TEXT(ask(db, "select count(*) from log"), "1", "%s: triggers too",
            s->who);
}

static void
test_guarded(struct subject *s, struct db *db)
{
    OK(!db_unguarded(db), "%s: an ordinary connection is not", s->who);
    OK(db_guard(db, &err) && db_begin(db, &err) && db_guard(db, &err) &&
           db_commit(db, &err),
       "%s: and to guard it is nothing", s->who);
}

/* ----------------------------------------------------------------- locks */

static void
test_busy(struct subject *s, struct db *one)
{
    struct db_options options = {.lock_timeout = PATIENCE};
    SCOPED(db_close) struct db *two = subject_open(s, &options);
    static const char update[] = "update v set t = 'x' where id = 1";

    must(db_exec(one, "delete from v; insert into v (id) values (1), (2)",
                 &err) &&
             db_begin(one, &err) && db_exec(one, update, &err),
         "lock");
    OK(!(db_begin(two, &err) && db_exec(two, update, &err)) &&
           err.kind == DUET_ERROR_BUSY,
       "%s: a lock that is not had in time is told apart", s->who);
    OK(strstr(err.hint, "holds it") != NULL, "%s: and who holds it: %s", s->who,
       err.hint);
    db_rollback(two);
    must(db_commit(one, &err), "commit");
    OK(db_begin(two, &err) && db_exec(two, update, &err) &&
           db_commit(two, &err),
       "%s: it can be had afterwards", s->who);
}

static void
test_retry(struct subject *s, struct db *one)
{
    SCOPED(db_close) struct db *two = subject_open(s, NULL);
    static const char update[] = "update v set t = 'y' where id = 1";

    must(db_exec(one,
                 s->is_server ? "begin isolation level repeatable read"
                              : "begin",
                 &err) &&
             strcmp(ask(one, "select count(*) from v"), "2") == 0 &&
             db_exec(two, update, &err),
         "write behind its back");
    OK(!db_exec(one, update, &err) && err.kind == DUET_ERROR_RETRY &&
           *err.hint != '\0',
       "%s: what another transaction forestalled is to be run again", s->who);
    db_rollback(one);
}

/* ---------------------------------------------------------------- cancel */

static struct db *volatile to_cancel;

static void
cancel_it(int number)
{
    (void)number;
    if (to_cancel != NULL)
        db_cancel(to_cancel);
}

/* Signals every 100 ms, as the first may come before the statement. */
static timer_t
start_cancelling(struct db *db)
{
    struct sigaction action = {.sa_handler = cancel_it};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL,
                             .sigev_signo = SIGUSR1};
    struct itimerspec time = {.it_value.tv_nsec = 100000000,
                              .it_interval.tv_nsec = 100000000};
    timer_t timer;

    sigaction(SIGUSR1, &action, NULL);
    must(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0 &&
             timer_settime(timer, 0, &time, NULL) == 0,
         "timer");
    to_cancel = db;
    return timer;
}

static void
stop_cancelling(timer_t timer)
{
    timer_delete(timer);
    to_cancel = NULL;
}

static void
test_cancel(struct subject *s)
{
    static const char endless[] =
        "with recursive c(i) as (select 1 union all select 1 from c) "
        "select count(*) from c";
    SCOPED(db_close) struct db *db = subject_open(s, NULL);

    for (enum way way = 0; way < WAYS; way++) {
        timer_t timer = start_cancelling(db);
        bool done = run_by(db, way, endless);

        stop_cancelling(timer);
        OK(!done && err.kind == DUET_ERROR_CANCELLED,
           "%s: a signal handler can cancel a statement", s->who);
    }
    db_cancel(db);
    IS_TEXT(ask(db, "select 1"), "1", "%s: the connection works on", s->who);
}

/* ---------------------------------------------------------------- memory */

static size_t
heap_in_use(void)
{
    struct mallinfo2 info = mallinfo2();

    return info.uordblks + info.hblkhd;
}

static int
how_many(const struct subject *s)
{
    return s->wrapping == WRAP_NOT && getenv("WRAP") == NULL ? MANY_ROWS
                                                             : FEW_ROWS;
}

static void
test_many_rows(struct subject *s, struct db *db)
{
    SCOPED(rows_clear) struct rows rows = {0};
    size_t before = heap_in_use();
    size_t most = before;
    int count = 0;
    char sql[256];

    snprintf(sql, sizeof sql,
             "with recursive c(i) as (select 1 union all select i + 1 from c "
             "where i < %d) select i, 'a row, number ' || i from c",
             how_many(s));
    must(db_query(db, &rows, sql, NULL, 0, &err), sql);
    while (rows_next(&rows))
        if (++count % 1000 == 0 && heap_in_use() > most)
            most = heap_in_use();
    OK(rows_ended(&rows) && count == how_many(s), "%s: %d rows can be read",
       s->who, count);
    if (s->wrapping == WRAP_TAPE || before == 0)
        tap_skip(1, "memory can't be measured here");
    else
        OK(most - before < MOST_MEMORY, "%s: in constant memory (%zu bytes)",
           s->who, most - before);
}

/* ---------------------------------------------------------- a lost server */

static const char dying_commit[] =
    "create table t (i integer);"
    "create function die() returns trigger language plpgsql as"
    " $$begin perform pg_catalog.pg_terminate_backend("
    "pg_catalog.pg_backend_pid());"
    " perform pg_catalog.pg_sleep(5); return null; end$$;"
    "create constraint trigger die after insert on t"
    " deferrable initially deferred"
    " for each row execute function die()";

static void
test_lost_server(struct subject *s)
{
    static const char die[] =
        "select pg_terminate_backend(pg_backend_pid()), pg_sleep(5)";

    for (enum way way = 0; way <= BY_STATEMENT; way++) {
        SCOPED(db_close) struct db *db = subject_open(s, NULL);

        OK(!run_by(db, way, die) && err.kind == DUET_ERROR_CONNECT,
           "%s: a server that dies is told apart", s->who);
        OK(!db_exec(db, "select 1", &err) && err.kind == DUET_ERROR_CONNECT &&
               !db_in_transaction(db),
           "%s: afterwards nothing works", s->who);
        OK(!db_begin(db, &err) && !db_commit(db, &err) &&
               err.kind == DUET_ERROR_CONNECT,
           "%s: and no commit is in doubt", s->who);
    }
}

static void
test_lost_commit(struct subject *s)
{
    SCOPED(db_close) struct db *one = subject_open(s, NULL);
    SCOPED(db_close) struct db *two = subject_open(s, NULL);
    SCOPED(db_close) struct db *three = subject_open(s, NULL);
    SCOPED(statement_free) struct db_statement *statement = NULL;

    must(db_exec(one, dying_commit, &err) && db_begin(one, &err) &&
             db_exec(one, "insert into t values (1)", &err),
         "insert");
    OK(!db_commit(one, &err) && err.kind == DUET_ERROR_UNCERTAIN &&
           *err.hint != '\0',
       "%s: a server that dies during a commit leaves it in doubt", s->who);
    must(db_prepare(two, &statement, "insert into t values (1)", &err),
         "prepare");
    OK(!db_run(two, &(struct db_call){.statement = statement}, 1, &err) &&
           err.kind == DUET_ERROR_UNCERTAIN,
       "%s: that of calls as well", s->who);
    IS_TEXT(ask(three, "select count(*) from t"), "0",
            "%s: here nothing was kept", s->who);
}

/* ---------------------------------------------------------- copying rows */

enum { COPIED = 300000, COPIED_FEW = 5000 };

/* Lines "1<tab>a row, number 1\n", with one that is wrong. */
struct lines {
    int count;
    int done;
    int wrong;   /* the number of the line that is no row, or 0 */
    int broken;  /* the number of the line where reading fails, or 0 */
    size_t most; /* memory in use */
    char line[64];
};

static bool
lines_read(void *context, const char **data, size_t *len)
{
    struct lines *lines = context;
    int number = lines->done + 1;

    if (lines->done == lines->count || number == lines->broken)
        return false;
    lines->done = number;
    snprintf(lines->line, sizeof lines->line, "%s%d\ta row, number %d\n",
             number == lines->wrong ? "x" : "", number, number);
    *data = lines->line;
    *len = strlen(lines->line);
    if (number % 1000 == 0 && heap_in_use() > lines->most)
        lines->most = heap_in_use();
    return true;
}

static bool
lines_failed(void *context)
{
    struct lines *lines = context;

    if (lines->done + 1 != lines->broken)
        return false;
    err_set(&err, DUET_ERROR_IO, "the disk is gone");
    return true;
}

static bool
copy_lines(struct db *db, struct lines *lines)
{
    const struct db_source source = {lines_read, lines_failed, lines};

    return db_copy(db, "copy v (id, t) from stdin", &source, &err);
}

static void
test_copy_in(struct subject *s, struct db *db)
{
    int count =
        s->wrapping == WRAP_NOT && getenv("WRAP") == NULL ? COPIED : COPIED_FEW;
    struct lines lines = {.count = count};
    struct lines wrong = {.count = 1000, .wrong = 3};
    struct lines twice = {.count = 2};
    struct lines unread = {.count = 1000, .broken = 500};
    size_t before = heap_in_use();
    char want[32];

    must(db_exec(db, "delete from v", &err), "delete");
    OK(copy_lines(db, &lines), "%s: rows are copied", s->who);
    snprintf(want, sizeof want, "%d", count);
    IS_TEXT(ask(db, "select count(*) from v"), want, "%s: all of them", s->who);
    if (s->wrapping == WRAP_REPLAY || before == 0)
        tap_skip(1, "memory can't be measured here");
    else
        OK(lines.most - before < MOST_MEMORY,
           "%s: in constant memory (%zu bytes)", s->who, lines.most - before);
    must(db_exec(db, "delete from v", &err), "delete");
    OK(!copy_lines(db, &wrong) && err.kind == DUET_ERROR_SQL &&
           strncmp(err.text, "COPY v, line 3, column id: ", 27) == 0,
       "%s: a row that is none is named: %s", s->who, err.text);
    IS_TEXT(ask(db, "select count(*) from v"), "0", "%s: and none is kept",
            s->who);
    OK(!copy_lines(db, &unread) && err.kind == DUET_ERROR_IO &&
           strcmp(err.text, "the disk is gone") == 0,
       "%s: nor where they can't be read, and who reads says why", s->who);
    IS_TEXT(ask(db, "select count(*) from v"), "0", "%s: none at all", s->who);
    must(db_exec(db, "insert into v (id) values (2)", &err), "insert");
    OK(!copy_lines(db, &twice) && err.kind == DUET_ERROR_CONSTRAINT &&
           strncmp(err.text, "COPY v, line 2: ", 16) == 0,
       "%s: one that breaks a constraint, too: %s", s->who, err.text);
    OK(!db_copy(db, "select 1", &(struct db_source){.context = &lines}, &err) &&
           err.kind == DUET_ERROR_USAGE,
       "%s: what does not copy is refused", s->who);
    OK(!db_copy(db, "copy v to stdout", &(struct db_source){0}, &err) &&
           err.kind == DUET_ERROR_USAGE,
       "%s: so is what copies the other way", s->who);
    OK(!db_copy(db, "copy nowhere from stdin", &(struct db_source){0}, &err) &&
           strcmp(err.code, "42P01") == 0,
       "%s: or to no table", s->who);
    IS_TEXT(ask(db, "select 1"), "1", "%s: the connection works on", s->who);
}

/* Without an end; INTERFERE happens after so many pieces. */
struct endless {
    struct db *db;
    void (*interfere)(struct db *db);
    int pieces;
};

static bool
endless_read(void *context, const char **data, size_t *len)
{
    struct endless *endless = context;

    if (++endless->pieces == 100)
        endless->interfere(endless->db);
    *data = "1\n";
    *len = 2;
    return true;
}

static bool
never_failed(void *context)
{
    (void)context;
    return false;
}

static void
test_copy_cancelled(struct subject *s, struct db *db)
{
    struct endless endless = {.db = db, .interfere = db_cancel};
    const struct db_source source = {endless_read, never_failed, &endless};

    OK(!db_copy(db, "copy v (id) from stdin", &source, &err) &&
           err.kind == DUET_ERROR_CANCELLED,
       "%s: a copy without end can be cancelled: %s", s->who, err.text);
    IS_TEXT(ask(db, "select 1"), "1", "%s: the connection works on", s->who);
}

static void
test_no_copy(struct subject *s, struct db *db)
{
    OK(!db_copy(db, "copy v from stdin", &(struct db_source){0}, &err) &&
           err.kind == DUET_ERROR_USAGE,
       "%s: there is no COPY", s->who);
}

/* -------------------------------------------------------------- renewing */

/* What is asked, and another way to set it; "" where it can't be asked. */
static const char *const settings[][2] = {
    {"show search_path", "set search_path = pg_catalog"},
    {"show search_path", "select set_config('search_path', '', false)"},
    {"select current_user", "set role pg_monitor"},
    {"select session_user", "set session authorization pg_monitor"},
    {"show lock_timeout", "set lock_timeout = 1"},
    {"show work_mem", "set work_mem = '77MB'"},
    {"show statement_timeout", "set statement_timeout = '77s'"},
    {"show standard_conforming_strings",
     "set standard_conforming_strings = off"},
    {"show client_encoding", "set client_encoding = latin1"},
    {"show default_transaction_isolation",
     "set session characteristics as transaction isolation level serializable"},
    {"select to_regclass('pg_temp.leak') is null",
     "create temp table leak (i integer)"},
    {"select count(*) from pg_prepared_statements where from_sql",
     "prepare leak as select 1"},
    {"select count(*) from pg_listening_channels()", "listen leak"},
    {"select count(*) from pg_cursors where name = 'leak'",
     "declare leak cursor with hold for select 1"},
};

static void
test_renew(struct subject *s, struct db *db)
{
    SCOPED(statement_free) struct db_statement *statement = NULL;

    must(db_prepare(db, &statement, "select 7", &err), "prepare");
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        char before[256];

        snprintf(before, sizeof before, "%s", ask(db, settings[i][0]));
        must(db_exec(db, settings[i][1], &err), settings[i][1]);
        OK(strcmp(ask(db, settings[i][0]), before) != 0, "%s: '%s' is seen",
           s->who, settings[i][1]);
        OK(db_renew(db, &err), "%s: renewed", s->who);
        IS_TEXT(ask(db, settings[i][0]), before, "%s: and is gone", s->who);
    }
    OK(db_run(db, &(struct db_call){.statement = statement}, 1, &err),
       "%s: what was prepared here still is", s->who);
}

/* ---------------------------------------------------- where an error stands */

/* $ is where the error is. */
static const char *const mistakes[] = {
    "select 1 as x, $nothing from v",
    ("select 1;\n"
     "select 'h\xC3\xA9h\xE6\xBC\xA2\xF0\x9F\x98\x80',\n$nothing from v"),
    "select * $nonsense nonsense from v",
};

static void
test_position(struct subject *s, struct db *db)
{
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        size_t before = strcspn(mistakes[i], "$");
        char sql[128];

        snprintf(sql, sizeof sql, "%.*s%s", (int)before, mistakes[i],
                 mistakes[i] + before + 1);
        OK(!db_exec(db, sql, &err), "%s: mistake %zu is one", s->who, i);
        IS_INT(db_error_position(db, sql), before + 1,
               "%s: it is told where it stands", s->who);
    }
    OK(!db_execute(db, "select nothing from v", NULL, 0, NULL, &err),
       "%s: so is one in a query", s->who);
    IS_INT(db_error_position(db, "select nothing from v"), 8, "%s: there",
           s->who);
    OK(!db_exec(db, "insert into v (id) values (99), (99)", &err),
       "%s: a row may be wrong instead", s->who);
    IS_INT(db_error_position(db, "insert into v (id) values (99), (99)"), 0,
           "%s: that has no position", s->who);
}

/* --------------------------------------------------------------- patience */

static void
test_lock_timeout(struct subject *s, struct db *one)
{
    SCOPED(db_close) struct db *two = subject_open(s, NULL);
    static const char update[] = "update v set t = 'x' where id = 1";
    int64_t start;

    must(db_exec(one, "delete from v; insert into v (id) values (1), (2)",
                 &err) &&
             db_begin(one, &err) && db_exec(one, update, &err),
         "lock");
    start = milliseconds();
    OK(db_lock_timeout(two, PATIENCE, &err), "%s: patience can be shorter",
       s->who);
    OK(!(db_begin(two, &err) && db_exec(two, update, &err)) &&
           err.kind == DUET_ERROR_BUSY &&
           milliseconds() - start < DEFAULT_LOCK_TIMEOUT / 2,
       "%s: a lock is not waited for longer", s->who);
    OK(strstr(err.hint, "holds it") != NULL, "%s: who holds it is told: %s",
       s->who, err.hint);
    db_rollback(two);
    must(db_commit(one, &err), "commit");
}

static void
test_pause(struct subject *s, struct db *db)
{
    int64_t start = milliseconds();
    timer_t timer;
    bool paused;

    OK(db_pause(db, 60, &err) && milliseconds() - start >= 60,
       "%s: a pause lasts", s->who);
    timer = start_cancelling(db);
    start = milliseconds();
    paused = db_pause(db, 20000, &err);
    stop_cancelling(timer);
    OK(!paused && err.kind == DUET_ERROR_CANCELLED &&
           milliseconds() - start < 10000,
       "%s: and can be cancelled", s->who);
    db_pause(db, 60, NULL);
}

/* ----------------------------------------------------------------- suite */

static void
run_suite(struct subject *s)
{
    SCOPED(db_close) struct db *db = subject_open(s, NULL);

    must(db_exec(db, create_values, &err), create_values);
    test_many_rows(s, db);
    test_texts(s, db);
    test_nulls(s, db);
    test_integers(s, db);
    test_floats(s, db);
    test_blobs(s, db);
    test_booleans(s, db);
    test_big_values(s, db);
    test_nul_in_text(s, db);
    test_lists(s, db);
    test_names(s, db);
    test_literals(s, db);
    test_parameters(s, db);
    test_constraints(s, db);
    test_deferred(s, db);
    test_transactions(s, db);
    test_error_in_transaction(s, db);
    test_statements(s, db);
    test_half_read(s, db);
    test_copy(s, db);
    test_copy_prepared(s, db);
    test_watch(s, db);
    test_run(s, db);
    test_answer(s, db);
    test_guarded(s, db);
    test_unguarded(s);
    test_cancel(s);
    test_position(s, db);
    test_pause(s, db);
    if (s->is_shared) {
        test_busy(s, db);
        test_lock_timeout(s, db);
        test_retry(s, db);
    }
    if (!s->is_server)
        test_no_copy(s, db);
    if (s->is_server) {
        test_copy_in(s, db);
        test_copy_cancelled(s, db);
        test_renew(s, db);
        test_lost_server(s);
        test_lost_commit(s);
    }
}

static void
run_wrapped(struct subject *s)
{
    for (enum wrapping wrapping = 0; wrapping < WRAP_COUNT; wrapping++) {
        subject_wrap(s, wrapping);
        alarm(patience(STUCK));
        run_suite(s);
        if (wrapping == WRAP_TRACE)
            OK(s->traced > 1000, "%s: %d statements were told", s->who,
               s->traced);
    }
    subject_release(s);
}

int
main(void)
{
    struct subject subject;

    subject_sqlite(&subject, scratch_make());
    run_wrapped(&subject);
    subject_sqlite(&subject, NULL);
    run_wrapped(&subject);
    if (subject_postgres(&subject))
        run_wrapped(&subject);
    else
        tap_skip(1, "TEST_POSTGRES names no server");
    scratch_remove();
    return tap_done();
}
