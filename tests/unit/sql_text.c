/*
 * Every embedded query runs on every database that it is meant for.
 */
#include <stdio.h>
#include <string.h>

#include "db/db.h"
#include "lib/storage_sql.h"
#include "lib/subject.h"
#include "lib/tap.h"

/* What any of them takes: 0 is a number, an oid, a name and a text. */
#define ZERO                                      \
    {                                             \
        .type = DB_TEXT, .as.data = "0", .len = 1 \
    }
static const struct db_value zeros[] = {ZERO, ZERO, ZERO, ZERO, ZERO,
                                        ZERO, ZERO, ZERO, ZERO};

static size_t
parameters_of(const char *sql)
{
    size_t count = 0;

    for (const char *at = sql; *at != '\0'; at++)
        if (at[0] == '$' && at[1] >= '1' && at[1] <= '9' &&
            (size_t)(at[1] - '0') > count)
            count = (size_t)(at[1] - '0');
    return count;
}

/* A file of several statements has no parameters and gives no rows. */
static bool
is_script(enum sql_id id)
{
    return id == SQL_SEED || id == SQL_LEDGER_CREATE ||
           id == SQL_LEDGER_SESSION || id == SQL_POSTGRES_SESSION_END;
}

/* Of the other engine alone: its name begins so. */
static bool
is_others(const struct db *db, enum sql_id id)
{
    const char *other =
        strcmp(db_dialect(db)->name, "sqlite") == 0 ? "postgres_" : "sqlite_";

    return strncmp(sql_text_name[id], other, strlen(other)) == 0;
}

/* Zeros are no state that the ledger takes, nobody's name, and no mark. */
static bool
minds_zeros(enum sql_id id, const struct duet_error *err)
{
    return ((id == SQL_LEDGER_INSERT || id == SQL_POSTGRES_LEDGER_AT_ONCE) &&
            err->kind == DUET_ERROR_CONSTRAINT) ||
           (id == SQL_LEDGER_ROLE_SET && strcmp(err->code, "22023") == 0) ||
           (id == SQL_POSTGRES_CHANGE_MARK_END &&
            strcmp(err->code, "22P02") == 0);
}

static void
run_each(struct db *db, const char *who)
{
    struct duet_error err = {0};

    /* The table that a query with a placeholder for one names. */
    storage_run(db);
    OK(db_exec(db, "create table TARGET (x integer)", &err) &&
           db_exec(db, db_sql(db, SQL_SEED), &err) &&
           db_exec(db, db_sql(db, SQL_LEDGER_CREATE), &err) &&
           db_exec(db, db_sql(db, SQL_LEDGER_SESSION), &err),
       "%s: the seed of the profile storage and the ledger run", who);
    /* SQLite's table of sequences is there once it is needed. */
    if (db_dialect(db)->deletes_by_itself)
        OK(db_exec(db,
                   "create table counted (id integer primary key "
                   "autoincrement)",
                   &err),
           "%s: a table of sequences is there", who);
    if (db_sql(db, SQL_POSTGRES_LEASE_CREATE) != NULL)
        OK(db_exec(db, db_sql(db, SQL_POSTGRES_LEASE_CREATE), &err),
           "%s: the table of leases is made", who);
    for (int i = 0; i < SQL_COUNT; i++) {
        enum sql_id id = (enum sql_id)i;
        const char *sql = db_sql(db, id);

        if (is_script(id))
            continue;
        if (is_others(db, id)) {
            OK(sql == NULL, "%s: there is no %s", who, sql_text_name[id]);
            continue;
        }
        if (id != SQL_TIDY) /* VACUUM wants none */
            (void)db_begin(db, NULL);
        err = (struct duet_error){0};
        OK(db_execute(db, sql, zeros, parameters_of(sql), NULL, &err) ||
               minds_zeros(id, &err),
           "%s: %s runs", who, sql_text_name[id]);
        if (err.kind != DUET_ERROR_NONE && !minds_zeros(id, &err))
            tap_diag("%s", err.text);
        db_rollback(db);
    }
}

static void
test_subject(struct subject *subject)
{
    SCOPED(db_close) struct db *db = NULL;

    subject_wrap(subject, WRAP_NOT);
    db = subject_open(subject, NULL);
    run_each(db, subject->who);
}

int
main(void)
{
    struct subject subject;

    subject_sqlite(&subject, NULL);
    test_subject(&subject);
    subject_release(&subject);
    if (subject_postgres(&subject)) {
        test_subject(&subject);
        subject_release(&subject);
    }
    return tap_done();
}
