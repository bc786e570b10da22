#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "rows/cleaner.h"
#include "rows/seed.h"

static bool
add_restarts(struct duet_cleaner *cleaner, size_t *count,
             struct duet_error *err)
{
    const struct clear_plan *plan = &cleaner->plan;

    for (size_t i = 0; i < plan->nsequences; i++) {
        if (!cleaner_restarts(cleaner, i))
            continue;
        if (!cleaner_prepare(cleaner, &cleaner->restarts[i],
                             plan->sequences[i].restart, err))
            return false;
        cleaner_add_call(cleaner, cleaner->restarts[i], count);
    }
    return true;
}

/*
 * Every DELETE in one statement, so that the order does not matter to foreign
 * keys: they are checked when the statement ends.
 */
static bool
delete_in_one_statement(struct duet_cleaner *cleaner, struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    SCOPED(buf_release) struct buf deletes = {0};
    SCOPED(buf_release) struct buf counts = {0};
    const struct clear_plan *plan = &cleaner->plan;

    for (size_t i = 0; i < plan->ntables; i++) {
        if (!cleaner->dirty[i])
            continue;
        buf_printf(&deletes, "%s d%zu as (%s returning 1)",
                   deletes.len ? ",\n    " : "with", i, plan->tables[i].delete);
        buf_printf(&counts, "%s select %zu, count(*) from d%zu",
                   counts.len ? "\n union all" : "\n", i, i);
    }
    if (deletes.len == 0)
        return true;
    buf_text(&deletes, buf_data(&counts));
    if (!db_query(cleaner->db, &rows, buf_data(&deletes), NULL, 0, err))
        return false;
    while (rows_next(&rows))
        cleaner->deleted[row_integer(&rows, 0)] += row_integer(&rows, 1);
    return rows_ended(&rows);
}

/* This run itself has altered tables, having seen the schema before. */
static bool
is_switched(const struct duet_cleaner *cleaner)
{
    for (size_t i = 0; i < cleaner->plan.nobstacles; i++)
        if (cleaner->plan.obstacles[i].is_off)
            return true;
    return false;
}

static bool
schema_changed(struct duet_cleaner *cleaner, struct duet_error *err)
{
    cleaner->outdated = true;
    return err_set(err, DUET_ERROR_RETRY,
                   "the schema changes while its tables are cleared");
}

/* Others write faster than rows can be deleted: have them wait. */
static bool
lock_dirty(struct duet_cleaner *cleaner, struct duet_error *err)
{
    const char *pattern = db_dialect(cleaner->db)->lock_table;

    for (size_t i = 0; pattern != NULL && i < cleaner->plan.ntables; i++) {
        SCOPED(buf_release) struct buf sql = {0};

        if (!cleaner->dirty[i])
            continue;
        buf_replace(&sql, pattern, "%s", cleaner->plan.tables[i].probe);
        if (!db_exec(cleaner->db, buf_data(&sql), err))
            return false;
    }
    return true;
}

/*
 * Delete what is dirty, and look what is dirty then: all in one round trip, a
 * BEGIN included if BEGINS.
 */
static bool
delete_and_look(struct duet_cleaner *cleaner, bool begins,
                struct duet_error *err)
{
    struct db *db = cleaner->db;
    size_t count = 0;
    size_t first;
    size_t probe;
    char schema[MARK_LEN];

    if (begins) {
        cleaner_add_call(cleaner, cleaner->begin, &count);
        cleaner_add_call(cleaner, cleaner->lock, &count);
    } else if (cleaner->locking && !lock_dirty(cleaner, err)) {
        return false;
    }
    first = count;
    if (db_unguarded(db) ? !cleaner_add_deletes(cleaner, &count, err)
                         : !delete_in_one_statement(cleaner, err))
        return false;
    /* Before the look: what it can't see any more must change the mark. */
    probe_ask_mark(&cleaner->probe, &cleaner->calls[count++]);
    probe = count;
    probe_ask(&cleaner->probe, cleaner->calls + probe);
    if (!db_run(db, cleaner->calls, probe + probe_ncalls(&cleaner->probe), err))
        return false;
    if (db_unguarded(db))
        cleaner_count_deleted(cleaner, cleaner->calls + first);
    cleaner_remember(cleaner, cleaner->calls[probe - 1].answer);
    probe_read(&cleaner->probe, cleaner->calls + probe, cleaner->dirty, schema);
    return strcmp(schema, cleaner->plan.mark) == 0 || is_switched(cleaner) ||
           schema_changed(cleaner, err);
}

static bool
prepare_frame(struct duet_cleaner *cleaner, struct duet_error *err)
{
    struct db *db = cleaner->db;

    return !db_dialect(db)->has_round_trips ||
           (cleaner_prepare(cleaner, &cleaner->begin,
                            db_dialect(db)->begin_write, err) &&
            cleaner_prepare_lock(cleaner, err));
}

static size_t
first_dirty_table(const struct duet_cleaner *cleaner)
{
    size_t i = 0;

    while (i < cleaner->plan.ntables && !cleaner->dirty[i])
        i++;
    return i;
}

/* What acts on a DELETE of the dirty tables, or NULL. */
static const struct clear_obstacle *
first_obstacle(const struct duet_cleaner *cleaner)
{
    const struct clear_plan *plan = &cleaner->plan;

    for (size_t i = 0; i < plan->nobstacles; i++)
        if (cleaner->dirty[plan->obstacles[i].table])
            return &plan->obstacles[i];
    return NULL;
}

static bool
rows_remain(const struct duet_cleaner *cleaner, struct duet_error *err)
{
    const struct clear_obstacle *obstacle = first_obstacle(cleaner);
    size_t table = obstacle ? obstacle->table : first_dirty_table(cleaner);

    (void)err_set(err, obstacle ? DUET_ERROR_DENIED : DUET_ERROR_RETRY,
                  "rows of table '%s' are still there",
                  cleaner->plan.tables[table].name);
    if (obstacle == NULL)
        return err_hint(err, "another session writes them faster than they "
                             "can be deleted");
    return err_hint(err,
                    "%s keeps or makes them; only the table's owner may "
                    "switch it off",
                    obstacle->name);
}

/* Of the tables that are dirty now. */
static bool
switch_off(struct duet_cleaner *cleaner, struct duet_error *err)
{
    struct clear_plan *plan = &cleaner->plan;

    for (size_t i = 0; i < plan->nobstacles; i++) {
        struct clear_obstacle *obstacle = &plan->obstacles[i];

        if (obstacle->is_off || !cleaner->dirty[obstacle->table])
            continue;
        if (!db_exec(cleaner->db, obstacle->disable, err))
            return err_wrap(err, "%s", obstacle->name);
        obstacle->is_off = true;
    }
    return true;
}

static bool
switch_on_again(struct duet_cleaner *cleaner, struct duet_error *err)
{
    struct clear_plan *plan = &cleaner->plan;

    for (size_t i = 0; i < plan->nobstacles; i++)
        if (plan->obstacles[i].is_off &&
            !db_exec(cleaner->db, plan->obstacles[i].enable, err))
            return err_wrap(err, "%s", plan->obstacles[i].name);
    return true;
}

/*
 * A trigger may write rows while others are deleted, and so may another
 * session: look, and again.
 *
 * Without foreign keys, a row that another session adds to a child while its
 * parent's row is deleted would dangle.  That session has locked the parent's
 * row until it commits, so the deletion waits for it, and a look at the child
 * afterwards sees its row.
 */
static bool
delete_until_empty(struct duet_cleaner *cleaner, bool begins, bool switching,
                   struct duet_error *err)
{
    for (int turn = 0; turn < CLEANER_TURNS; turn++) {
        if ((switching && !switch_off(cleaner, err)) ||
            !delete_and_look(cleaner, begins && turn == 0, err))
            return false;
        if (cleaner_is_clean(cleaner))
            return true;
    }
    return rows_remain(cleaner, err);
}

static bool
restart_used(struct duet_cleaner *cleaner, struct duet_error *err)
{
    size_t count = 0;

    return add_restarts(cleaner, &count, err) &&
           (count == 0 || db_run(cleaner->db, cleaner->calls, count, err));
}

/* What a seed writes is checked, as nothing that clears it is. */
static bool
sow(struct duet_cleaner *cleaner, const char *seed, struct duet_error *err)
{
    if (seed == NULL)
        return true;
    cleaner->sowing = true;
    cleaner_remember(cleaner, "");
    if (!db_guard(cleaner->db, err))
        return err_wrap(err, "seed");
    return seed_run(cleaner->db, seed, err);
}

/*
 * Before anything else, so that who waits for another cleaner holds nothing
 * that this one waits for.  Where one alone may write there is no such lock.
 */
static bool
begin_locked(struct db *db, struct duet_error *err)
{
    return db_begin_with(db, db_sql(db, SQL_POSTGRES_CLEAR_LOCK), err);
}

/*
 * The transaction begins in the round trip of the first deletions where that
 * saves one, and nothing has to be done before.
 */
static bool
delete_in_transaction(struct duet_cleaner *cleaner, bool switching,
                      struct duet_error *err)
{
    struct db *db = cleaner->db;

    if (cleaner->begin != NULL && db_unguarded(db) && !switching &&
        !cleaner->locking)
        return delete_until_empty(cleaner, true, false, err);
    return begin_locked(db, err) &&
           (db_unguarded(db) ||
            db_exec(db, db_sql(db, SQL_CLEAR_ANY_ORDER), err)) &&
           delete_until_empty(cleaner, false, switching, err) &&
           switch_on_again(cleaner, err);
}

static bool
empty(struct duet_cleaner *cleaner, const char *seed, bool switching,
      struct duet_error *err)
{
    struct clear_plan *plan = &cleaner->plan;

    for (size_t i = 0; i < plan->nobstacles; i++)
        plan->obstacles[i].is_off = false;
    if (prepare_frame(cleaner, err) &&
        delete_in_transaction(cleaner, switching, err) &&
        restart_used(cleaner, err) && sow(cleaner, seed, err) &&
        db_commit(cleaner->db, err))
        return true;
    db_rollback(cleaner->db);
    cleaner_remember(cleaner, "");
    memset(cleaner->deleted, 0, plan->ntables * sizeof *cleaner->deleted);
    return false;
}

/*
 * What keeps a row keeps its parents, too, and one statement for all tables
 * can't be had where a rule acts.  Where nothing acts, a row whose parent is
 * deleted is one that another session has just added.
 */
static void
name_reason(const struct clear_obstacle *obstacle, struct duet_error *err)
{
    bool is_broken = err->kind == DUET_ERROR_CONSTRAINT;

    if (obstacle != NULL && (is_broken || err->kind == DUET_ERROR_SQL))
        (void)err_hint(err,
                       "%s acts on DELETE, and only the table's owner "
                       "may switch it off",
                       obstacle->name);
    if (obstacle != NULL || !is_broken)
        return;
    err->kind = DUET_ERROR_RETRY;
    (void)err_hint(err, "another session adds rows while they are deleted");
}

static bool
empty_and_explain(struct duet_cleaner *cleaner, const char *seed,
                  bool switching, struct duet_error *err)
{
    const struct clear_obstacle *obstacle =
        switching ? NULL : first_obstacle(cleaner);
    bool done = empty(cleaner, seed, switching, err);

    if (!done && !cleaner->sowing)
        name_reason(obstacle, err);
    return done;
}

/*
 * Triggers and rules are switched off where the role may.  Where it may not,
 * they act, and most do no harm.
 */
bool
cleaner_empty(struct duet_cleaner *cleaner, const char *seed,
              struct duet_error *err)
{
    size_t size = cleaner_questions(cleaner) * sizeof *cleaner->dirty;
    bool switching = cleaner->plan.nobstacles != 0;
    bool *dirty;
    bool done;

    if (!switching)
        return empty_and_explain(cleaner, seed, false, err);
    dirty = must_alloc(size);
    memcpy(dirty, cleaner->dirty, size);
    done = empty_and_explain(cleaner, seed, true, err);
    if (!done && !cleaner->sowing && err->kind == DUET_ERROR_DENIED) {
        memcpy(cleaner->dirty, dirty, size);
        done = empty_and_explain(cleaner, seed, false, err);
    }
    free(dirty);
    return done;
}
