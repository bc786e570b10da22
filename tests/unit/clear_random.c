/*
 * Clearing anything: a schema by chance, written and altered by chance, and
 * two cleaners that have to find every row.  SEED=N does again what N did.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/ground.h"
#include "lib/tap.h"

enum { TABLES = 20, ROUNDS = 300 };

static uint64_t chance;

static unsigned
pick(unsigned below)
{
    chance = chance * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(chance >> 33) % below;
}

static const char *
pick_action(void)
{
    static const char *const actions[] = {"no action", "restrict", "cascade",
                                          "set null"};

    return actions[pick(4)];
}

/* Twenty tables, each with up to three references to any of them. */
static void
make_any_schema(struct ground *ground)
{
    SCOPED(buf_release) struct buf sql = {0};

    ground_renew(ground);
    if (!ground->is_server)
        buf_text(&sql, "pragma foreign_keys = off;");
    for (int i = 0; i < TABLES; i++) {
        buf_printf(&sql, "create table t%d (id integer primary key", i);
        for (int j = 0; j < 3; j++) {
            bool refers = !ground->is_server && pick(2);

            buf_printf(&sql, ", r%d integer", j);
            if (refers)
                buf_printf(&sql, " references t%u on delete %s", pick(TABLES),
                           pick_action());
        }
        buf_text(&sql, ");");
    }
    for (int i = 0; ground->is_server && i < TABLES * 3; i++)
        if (pick(2))
            buf_printf(&sql,
                       "alter table t%d add foreign key (r%d) references t%u"
                       " on delete %s%s;",
                       i / 3, i % 3, pick(TABLES), pick_action(),
                       pick(4) ? "" : " deferrable initially deferred");
    ground_run(ground, "%s", buf_data(&sql));
    if (!ground->is_server)
        ground_run(ground, "pragma foreign_keys = on");
}

/* What violates a foreign key has not happened. */
static void
write_anything(struct ground *ground, int *next)
{
    SCOPED(buf_release) struct buf sql = {0};
    unsigned table = pick(TABLES);

    switch (pick(4)) {
    case 0:
    case 1:
        buf_printf(&sql, "insert into t%u values (%d, null, null, null)", table,
                   ++*next);
        break;
    case 2:
        buf_printf(&sql, "update t%u set r%u = (select max(id) from t%u)",
                   table, pick(3), pick(TABLES));
        break;
    default:
        buf_printf(&sql, "delete from t%u where id = (select max(id) from t%u)",
                   table, table);
    }
    (void)db_exec(ground->db, buf_data(&sql), NULL);
}

static void
write_some(struct ground *ground, int *next)
{
    unsigned count = pick(3) ? pick(12) : 0;
    bool together = pick(2);

    if (together)
        ground_run(ground, "begin");
    while (count-- > 0) {
        if (together)
            ground_run(ground, "savepoint s");
        write_anything(ground, next);
        if (together && db_exec(ground->db, "release s", NULL))
            continue;
        if (together)
            ground_run(ground, "rollback to s");
    }
    /* A deferred foreign key may still say no. */
    if (together && (pick(4) == 0 || !db_exec(ground->db, "commit", NULL)))
        (void)db_exec(ground->db, "rollback", NULL);
}

/* Now and then somebody alters the schema. */
static void
alter_anything(struct ground *ground, int round)
{
    if (round % 10 == 3)
        ground_run(ground,
                   "create table x%d (i integer references t%u);"
                   "insert into x%d values (null)",
                   round, pick(TABLES), round);
    if (round % 10 == 7)
        ground_run(ground, "alter table x%d rename to y%d", round - 4, round);
    if (round % 10 == 9 && pick(2))
        ground_run(ground, "drop table y%d", round - 2);
}

static const char *
one_round(struct ground *ground, struct duet_cleaner *cleaner)
{
    SCOPED(buf_release) struct buf before = {0};
    SCOPED(buf_release) struct buf reported = {0};
    struct duet_clear_report report = {0};
    struct duet_error err = {0};

    ground_rows(ground, &before);
    if (pick(8) == 0) {
        if (!duet_clear_preview(cleaner, &report, &err))
            return "it could not look";
        report_text(&report, &reported);
        if (strcmp(buf_data(&reported), buf_data(&before)) != 0)
            return "the preview is wrong";
    }
    if (!duet_clear(cleaner, &report, &err)) {
        tap_diag("%s (%s)", err.text, err.hint);
        return "it could not clear";
    }
    report_text(&report, &reported);
    if (strcmp(buf_data(&reported), buf_data(&before)) != 0) {
        tap_diag(" got: %s\nwant: %s", buf_data(&reported), buf_data(&before));
        return "the report is wrong";
    }
    ground_rows(ground, &before);
    return before.len == 0 ? NULL : "rows are left";
}

static void
try_anything(struct ground *ground, unsigned seed)
{
    SCOPED(duet_cleaner_close) struct duet_cleaner *one = NULL;
    SCOPED(duet_cleaner_close) struct duet_cleaner *two = NULL;
    const char *wrong = NULL;
    int next = 0;
    int round = 0;

    chance = seed;
    make_any_schema(ground);
    one = ground_cleaner(ground, NULL);
    two = ground_cleaner(ground, NULL);
    while (wrong == NULL && round < ROUNDS) {
        alter_anything(ground, ++round);
        write_some(ground, &next);
        wrong = one_round(ground, pick(3) ? one : two);
    }
    OK(wrong == NULL, "%s: %d rounds of anything on any schema, seed %u",
       ground->who, ROUNDS, seed);
    if (wrong != NULL)
        tap_diag("round %d: %s", round, wrong);
}

int
main(void)
{
    static const char *const engines[] = {"sqlite", "postgres",
                                          "postgres as an owner"};
    const char *given = getenv("SEED");
    unsigned seed =
        given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);
    struct ground ground;

    for (size_t i = 0; i < 3; i++) {
        if (!ground_open(&ground, engines[i])) {
            tap_skip(1, "no PostgreSQL server");
            continue;
        }
        try_anything(&ground, seed);
        ground_close(&ground);
    }
    return tap_done();
}
