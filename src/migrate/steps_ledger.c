/*
 * How far a script is, as the ledger has it and is told.
 */
#include "migrate/steps_part.h"

static const char *
version_of(const struct stepping *stepping)
{
    return stepping->task->migration->version;
}

bool
stepping_learn_home(struct stepping *stepping, struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    struct db *db = stepping->run->db;

    if (!stepping->sets_session)
        return true;
    if (!db_query(db, &rows, db_sql(db, SQL_LEDGER_ROLE), NULL, 0, err))
        return false;
    while (rows_next(&rows)) {
        stepping->user = arena_text(&stepping->arena, row_text(&rows, 0));
        stepping->role = arena_text(&stepping->arena, row_text(&rows, 1));
    }
    return rows_ended(&rows);
}

bool
stepping_go_home(struct stepping *stepping, struct duet_error *err)
{
    const struct db_value args[] = {db_text(stepping->user),
                                    db_text(stepping->role)};
    struct db *db = stepping->run->db;
    const char *answer = NULL;

    return !stepping->sets_session || stepping->run->options->dry_run ||
           db_ask(db, &stepping->arena, db_sql(db, SQL_LEDGER_ROLE_SET), args,
                  2, &answer, err);
}

/* And the script goes on as who it was. */
static bool
look_from_home(struct stepping *stepping, struct ledger_standing *now,
               struct duet_error *err)
{
    struct run *run = stepping->run;
    const char *version = version_of(stepping);

    if (!stepping->sets_session)
        return ledger_look(&run->ledger, run->db, version, now, err);
    return db_exec(run->db, "savepoint duet_ledger", err) &&
           stepping_go_home(stepping, err) &&
           ledger_look(&run->ledger, run->db, version, now, err) &&
           db_exec(run->db,
                   "rollback to savepoint duet_ledger; "
                   "release savepoint duet_ledger",
                   err);
}

bool
stepping_look(struct stepping *stepping, struct ledger_standing *now,
              struct duet_error *err)
{
    if (!stepping->run->options->dry_run)
        return look_from_home(stepping, now, err);
    *now = stepping->standing;
    return true;
}

bool
stepping_check(struct stepping *stepping, struct duet_error *err)
{
    struct run *run = stepping->run;
    struct ledger_standing now;

    if (!migrate_lock_check(run->lock, run->db, err) ||
        !stepping_look(stepping, &now, err))
        return false;
    if (now.is_there && now.state == stepping->standing.state) {
        if (now.statements > stepping->standing.statements)
            stepping->standing = now;
        return true;
    }
    stepping->is_over = true;
    return true;
}

bool
stepping_mark(struct stepping *stepping, size_t done, size_t begun,
              struct duet_error *err)
{
    struct ledger_standing standing = stepping->standing;

    if (done > standing.statements)
        script_checksum(stepping->script, standing.checksum);
    standing.statements = done;
    standing.attempted = begun;
    if (!stepping->run->options->dry_run &&
        (!stepping_go_home(stepping, err) ||
         !ledger_progress(&stepping->run->ledger, stepping->run->db,
                          version_of(stepping), &standing, err)))
        return false;
    stepping->standing = standing;
    return true;
}

/* Another run is ahead: what it has marked stays. */
static bool
mark_unless_behind(struct stepping *stepping, size_t done, size_t begun,
                   struct duet_error *err)
{
    if (!stepping_check(stepping, err))
        return false;
    if (stepping->is_over || stepping->standing.statements > done) {
        db_rollback(stepping->run->db);
        return true;
    }
    return stepping_mark(stepping, done, begun, err) &&
           task_commit(stepping->run, stepping->task, NULL, err);
}

bool
stepping_mark_alone(struct stepping *stepping, size_t done, size_t begun,
                    struct duet_error *err)
{
    if (db_begin(stepping->run->db, err) &&
        mark_unless_behind(stepping, done, begun, err))
        return true;
    db_rollback(stepping->run->db);
    return false;
}
