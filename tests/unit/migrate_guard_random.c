/*
 * Random tables that reference each other, and random migrations of them: one
 * that only rebuilds keeps every row and reference or is refused, and passes
 * where it switches foreign keys off; one that writes keeps those of the
 * tables that it does not name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "db/db.h"
#include "lib/one_migration.h"
#include "lib/tap.h"

enum { TABLES = 5, ROWS = 6, ROUNDS = 400 };

/* What a table holds, or -1 where it is gone. */
struct held {
    int64_t rows[TABLES];
    int64_t references[TABLES];
};

static struct duet_error err;
static unsigned long state;

static unsigned
below(unsigned limit)
{
    state = state * 6364136223846793005UL + 1442695040888963407UL;
    return (unsigned)(state >> 33) % limit;
}

static void
must(bool done, const char *what)
{
    if (done)
        return;
    printf("Bail out! %s: %s\n", what, err.text);
    exit(1);
}

/* A table references itself or one before it. */
static void
add_table(struct buf *sql, unsigned table, const char *name, unsigned parent)
{
    static const char *const actions[] = {
        "",
        "on delete cascade",
        "on delete set null",
        "on delete set default on update set null",
        "on delete restrict on update cascade",
        "deferrable initially deferred"};

    buf_printf(sql,
               "create table %s (id integer primary key, ref integer"
               " references t%u %s)%s;",
               name, parent, actions[(table * 7 + parent) % 6],
               table % 2 == 0 ? "" : " without rowid");
}

static void
set_up(struct db *db, unsigned *parents)
{
    SCOPED(buf_release) struct buf sql = {0};

    for (unsigned table = 0; table < TABLES; table++) {
        char name[8];

        parents[table] = below(table + 1);
        (void)snprintf(name, sizeof name, "t%u", table);
        add_table(&sql, table, name, parents[table]);
        for (unsigned row = 1; row <= ROWS; row++)
            if (below(4) == 0)
                buf_printf(&sql, "insert into t%u values (%u, null);", table,
                           row);
            else
                buf_printf(&sql, "insert into t%u values (%u, %u);", table, row,
                           1 + below(parents[table] == table ? row : ROWS));
    }
    must(db_exec(db, buf_data(&sql), &err), buf_data(&sql));
}

static void
look(struct db *db, struct held *held)
{
    for (unsigned table = 0; table < TABLES; table++) {
        SCOPED(rows_clear) struct rows rows = {0};
        struct duet_error gone;
        char sql[64];

        held->rows[table] = held->references[table] = -1;
        (void)snprintf(sql, sizeof sql, "select count(*), count(ref) from t%u",
                       table);
        if (db_query(db, &rows, sql, NULL, 0, &gone) && rows_next(&rows)) {
            held->rows[table] = row_integer(&rows, 0);
            held->references[table] = row_integer(&rows, 1);
        }
    }
}

static void
add_rebuild(struct buf *sql, unsigned table, const unsigned *parents)
{
    add_table(sql, table, "new_t", parents[table]);
    buf_printf(sql,
               "insert into new_t select * from t%u; drop table t%u;"
               "alter table new_t rename to t%u;",
               table, table, table);
}

static void
add_write(struct buf *sql, unsigned table)
{
    unsigned row = 1 + below(ROWS);

    switch (below(5)) {
    case 0:
        buf_printf(sql, "delete from t%u where id = %u;", table, row);
        break;
    case 1:
        buf_printf(sql, "replace into t%u values (%u, null);", table, row);
        break;
    case 2:
        buf_printf(sql, "update t%u set id = id + 100;", table);
        break;
    case 3:
        buf_printf(sql, "drop table t%u;", table);
        break;
    default:
        buf_printf(sql, "insert into t%u values (%u, null);", table,
                   50 + below(50));
    }
}

/* What MIGRATION does not name, or all where it only rebuilds, has lost none.
 */
static bool
kept(const struct held *before, const struct held *after, const char *migration,
     bool rebuilds)
{
    for (unsigned table = 0; table < TABLES; table++) {
        char name[8];

        (void)snprintf(name, sizeof name, "t%u", table);
        if ((rebuilds || strstr(migration, name) == NULL) &&
            (after->rows[table] < before->rows[table] ||
             after->references[table] < before->references[table]))
            return false;
    }
    return true;
}

struct tally {
    int passed[2]; /* by whether it only rebuilds */
    int refused[2];
    int lost;
    int hindered; /* a rebuild that should have passed */
    int half;     /* refused, and something has changed */
    int dangling;
};

static bool
dangles(struct db *db)
{
    SCOPED(rows_clear) struct rows rows = {0};
    bool some;

    must(db_query(db, &rows, "pragma foreign_key_check", NULL, 0, &err),
         "check");
    some = rows_next(&rows);
    return some;
}

static void
run_round(struct tally *tally)
{
    SCOPED(db_close) struct db *db = NULL;
    SCOPED(buf_release) struct buf sql = {0};
    SCOPED(buf_release) struct buf notes = {0};
    unsigned parents[TABLES];
    struct held before, after;
    bool rebuilds = below(2) == 0;
    bool off = below(2) == 0;
    bool done;

    must(db_open(&db, "sqlite::memory:", NULL, &err) && db_renew(db, &err),
         "open");
    set_up(db, parents);
    look(db, &before);
    buf_text(&sql, off ? "pragma foreign_keys = off;"
                       : "pragma defer_foreign_keys = on;");
    for (unsigned steps = 1 + below(4); steps > 0; steps--)
        if (rebuilds)
            add_rebuild(&sql, below(TABLES), parents);
        else
            add_write(&sql, below(TABLES));
    done = one_migration(db, buf_data(&sql), &notes, &err);
    look(db, &after);
    tally->passed[rebuilds] += done;
    tally->refused[rebuilds] += !done;
    if (done && !kept(&before, &after, buf_data(&sql), rebuilds)) {
        tally->lost++;
        tap_diag("loses: %s", buf_data(&sql));
    }
    if (!done && memcmp(&before, &after, sizeof before) != 0)
        tally->half++;
    if (!done && rebuilds && off) {
        tally->hindered++;
        tap_diag("hindered: %s\n%s", buf_data(&sql), err.text);
    }
    if (done && dangles(db)) {
        tally->dangling++;
        tap_diag("dangles: %s", buf_data(&sql));
    }
}

int
main(void)
{
    struct tally tally = {0};

    for (unsigned long round = 1; round <= ROUNDS; round++) {
        state = round;
        run_round(&tally);
    }
    tap_diag("rebuilds: %d pass, %d refused; others: %d pass, %d refused",
             tally.passed[1], tally.refused[1], tally.passed[0],
             tally.refused[0]);
    IS_INT(tally.lost, 0, "nothing is lost that was not asked for");
    IS_INT(tally.dangling, 0, "no reference comes to dangle");
    IS_INT(tally.half, 0, "what is refused has changed nothing");
    IS_INT(tally.hindered, 0, "a rebuild without foreign keys passes");
    OK(tally.passed[0] > 20 && tally.refused[0] > 20 && tally.passed[1] > 20 &&
           tally.refused[1] > 20,
       "there were enough of each kind");
    return tap_done();
}
