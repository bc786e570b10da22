#include "rows/clear.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "rows/clear_plan.h"
#include "rows/probe.h"

/* Others may write meanwhile, so a run that was disturbed is begun again. */
enum { TURNS = 4 };

struct duet_cleaner {
    struct db *db;
    struct arena options; /* what keep and only point to */
    const char *const *keep;
    const char *const *only;
    bool restart_sequences;

    struct clear_plan plan;
    char schema[MARK_LEN]; /* the schema mark that the plan was read under */
    char clean[MARK_LEN];  /* the change mark of a state without rows, or "" */
    struct db_statement **deletes;   /* by table, prepared when first needed */
    struct db_statement **proofs;    /* that a table is empty */
    struct db_statement **restarts;  /* by sequence */
    struct db_statement *mark_after; /* what the change mark will be */
    struct probe probe;

    bool *dirty; /* what the probe answered: by table, then by sequence */
    bool *proven;                  /* by table, within add_proofs() */
    int64_t *deleted;              /* rows, by table */
    struct db_call *calls;         /* room for every statement of a run */
    struct duet_cleared *reported; /* by table */
};

static size_t
question_count(const struct duet_cleaner *cleaner)
{
    return cleaner->plan.ntables +
           (cleaner->restart_sequences ? cleaner->plan.nsequences : 0);
}

static bool
sequence_used(const struct duet_cleaner *cleaner, size_t sequence)
{
    return cleaner->restart_sequences &&
           cleaner->dirty[cleaner->plan.ntables + sequence];
}

static void
free_statements(struct db_statement **statements, size_t count)
{
    for (size_t i = 0; statements != NULL && i < count; i++)
        statement_free(&statements[i]);
}

static void
forget_plan(struct duet_cleaner *cleaner)
{
    struct clear_plan *plan = &cleaner->plan;

    free_statements(cleaner->deletes, plan->ntables);
    free_statements(cleaner->proofs, plan->ntables);
    free_statements(cleaner->restarts, plan->nsequences);
    probe_close(&cleaner->probe);
    clear_plan_clear(plan);
    cleaner->deletes = NULL;
    cleaner->proofs = NULL;
    cleaner->restarts = NULL;
    cleaner->schema[0] = '\0';
    cleaner->clean[0] = '\0';
}

static bool
open_probe(struct duet_cleaner *cleaner, struct duet_error *err)
{
    struct clear_plan *plan = &cleaner->plan;
    size_t count = question_count(cleaner);
    const char **questions =
        arena_array(&plan->arena, count + 1, sizeof *questions);

    for (size_t i = 0; i < count; i++)
        questions[i] =
            i < plan->ntables
                ? arena_printf(&plan->arena, "exists (select 1 from %s)",
                               plan->tables[i].probe)
                : plan->sequences[i - plan->ntables].is_used;
    return probe_open(&cleaner->probe, cleaner->db, questions, count, err);
}

static bool
read_plan(struct duet_cleaner *cleaner, struct duet_error *err)
{
    struct clear_plan *plan = &cleaner->plan;
    struct arena *arena = &plan->arena;

    forget_plan(cleaner);
    if (!clear_plan_load(plan, cleaner->db, cleaner->keep, cleaner->only,
                         err) ||
        !open_probe(cleaner, err))
        return false;
    cleaner->deletes =
        arena_array(arena, plan->ntables + 1, sizeof(struct db_statement *));
    cleaner->proofs =
        arena_array(arena, plan->ntables + 1, sizeof(struct db_statement *));
    cleaner->restarts = arena_array(arena, plan->nsequences + 1,
                                    sizeof(struct db_statement *));
    cleaner->dirty =
        arena_array(arena, question_count(cleaner) + 1, sizeof(bool));
    cleaner->proven = arena_array(arena, plan->ntables + 1, sizeof(bool));
    cleaner->deleted =
        arena_array(arena, plan->ntables + 1, sizeof(int64_t));
    cleaner->calls =
        arena_array(arena, 2 * plan->ntables + plan->nsequences + 1,
                    sizeof(struct db_call));
    cleaner->reported =
        arena_array(arena, plan->ntables + 1, sizeof(struct duet_cleared));
    return true;
}

/*
 * Find out what is dirty, under a plan that fits the schema.  The plan keeps
 * the mark that was seen before it was read, so that it can't be too new.
 */
static bool
look(struct duet_cleaner *cleaner, struct marks *marks,
     struct duet_error *err)
{
    for (int turn = 0; turn < TURNS; turn++) {
        if (!probe_run(&cleaner->probe, cleaner->clean, cleaner->dirty, marks,
                       err))
            return false;
        /* No schema mark was asked for where nothing at all has changed. */
        if (marks->schema[0] == '\0' ||
            strcmp(marks->schema, cleaner->schema) == 0)
            return true;
        if (!read_plan(cleaner, err))
            return false;
        memcpy(cleaner->schema, marks->schema, sizeof cleaner->schema);
    }
    return err_set(err, DUET_ERROR_BUSY,
                   "the schema changes again and again while it is read");
}

static size_t
count_dirty(const struct duet_cleaner *cleaner)
{
    size_t count = 0;

    for (size_t i = 0; i < question_count(cleaner); i++)
        count += cleaner->dirty[i];
    return count;
}

/* A probe that nothing was found by: the next may stop at this mark. */
static void
remember_clean(struct duet_cleaner *cleaner, const char *mark)
{
    /* A sequence moves without a trace in the mark. */
    if (cleaner->restart_sequences || strlen(mark) >= sizeof cleaner->clean)
        mark = "";
    memcpy(cleaner->clean, mark, strlen(mark) + 1);
}

static bool
prepare_once(struct duet_cleaner *cleaner, struct db_statement **statement,
             const char *sql, struct duet_error *err)
{
    return *statement != NULL ||
           db_prepare(cleaner->db, statement, sql, err);
}

/* The statement that fails unless TABLE is empty. */
static const char *
proof_sql(struct duet_cleaner *cleaner, const struct clear_table *table)
{
    SCOPED(buf_release) struct buf sql = {0};
    const char *text = db_sql(cleaner->db, SQL_CLEAR_PROVE);
    const char *last = NULL;

    /* The last one: the comment above the statement names it too. */
    for (const char *at = text; (at = strstr(at, "TARGET")) != NULL; at++)
        last = at;
    if (last == NULL)
        return text;
    buf_add(&sql, text, (size_t)(last - text));
    buf_text(&sql, table->probe);
    buf_text(&sql, last + strlen("TARGET"));
    return arena_text(&cleaner->plan.arena, buf_data(&sql));
}

static bool
add_delete(struct duet_cleaner *cleaner, size_t table, size_t *count,
           struct duet_error *err)
{
    if (!prepare_once(cleaner, &cleaner->deletes[table],
                      cleaner->plan.tables[table].delete, err))
        return false;
    cleaner->calls[(*count)++] =
        (struct db_call){.statement = cleaner->deletes[table]};
    return true;
}

static bool
add_proof(struct duet_cleaner *cleaner, size_t table, size_t *count,
          struct duet_error *err)
{
    if (cleaner->proofs[table] == NULL &&
        !db_prepare(cleaner->db, &cleaner->proofs[table],
                    proof_sql(cleaner, &cleaner->plan.tables[table]), err))
        return false;
    cleaner->calls[(*count)++] =
        (struct db_call){.statement = cleaner->proofs[table]};
    return true;
}

static bool
add_deletes(struct duet_cleaner *cleaner, size_t *count,
            struct duet_error *err)
{
    for (size_t i = 0; i < cleaner->plan.ntables; i++)
        if (cleaner->dirty[i] && !add_delete(cleaner, i, count, err))
            return false;
    return true;
}

/*
 * Without foreign keys, a row that another session adds to a child while its
 * parent's row is deleted would dangle.  That session has locked the parent's
 * row until it commits, so the deletion waits for it, and a look at the child
 * afterwards sees its row.
 */
static bool
add_proofs(struct duet_cleaner *cleaner, size_t *count, struct duet_error *err)
{
    const struct clear_plan *plan = &cleaner->plan;
    bool *proven = cleaner->proven;

    memset(proven, 0, plan->ntables * sizeof *proven);
    for (size_t i = 0; i < plan->ntables; i++) {
        const struct clear_table *table = &plan->tables[i];

        if (!cleaner->dirty[i])
            continue;
        for (size_t j = 0; j <= table->nchildren; j++) {
            size_t which = j == 0 ? i : table->children[j - 1];

            if (!proven[which] && !add_proof(cleaner, which, count, err))
                return false;
            proven[which] = true;
        }
    }
    return true;
}

static bool
add_restarts(struct duet_cleaner *cleaner, size_t *count,
             struct duet_error *err)
{
    const struct clear_plan *plan = &cleaner->plan;

    for (size_t i = 0; i < plan->nsequences; i++) {
        if (!sequence_used(cleaner, i))
            continue;
        if (!prepare_once(cleaner, &cleaner->restarts[i],
                          plan->sequences[i].restart, err))
            return false;
        cleaner->calls[(*count)++] =
            (struct db_call){.statement = cleaner->restarts[i]};
    }
    return true;
}

static void
count_deleted(struct duet_cleaner *cleaner, const struct db_call *calls)
{
    for (size_t i = 0; i < cleaner->plan.ntables; i++)
        if (cleaner->dirty[i])
            cleaner->deleted[i] += (calls++)->affected;
}

/* All of it in one round trip, which commits. */
static bool
empty_at_once(struct duet_cleaner *cleaner, const struct marks *marks,
              struct duet_error *err)
{
    const struct db_value mark = db_text(marks->change);
    struct db_call *last;
    size_t count = 0;

    if (!add_deletes(cleaner, &count, err) ||
        !add_restarts(cleaner, &count, err) ||
        !add_proofs(cleaner, &count, err) ||
        !prepare_once(cleaner, &cleaner->mark_after,
                      db_sql(cleaner->db, SQL_CHANGE_MARK_AFTER), err))
        return false;
    last = &cleaner->calls[count++];
    *last = (struct db_call){
        .statement = cleaner->mark_after, .args = &mark, .nargs = 1};
    if (!db_run(cleaner->db, cleaner->calls, count, err))
        return false;
    count_deleted(cleaner, cleaner->calls);
    remember_clean(cleaner, last->answer);
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
                   deletes.len ? ",\n    " : "with", i,
                   plan->tables[i].delete);
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

static bool
delete_dirty(struct duet_cleaner *cleaner, struct duet_error *err)
{
    size_t count = 0;

    if (!db_unguarded(cleaner->db))
        return delete_in_one_statement(cleaner, err);
    if (!add_deletes(cleaner, &count, err) ||
        !db_run(cleaner->db, cleaner->calls, count, err))
        return false;
    count_deleted(cleaner, cleaner->calls);
    return true;
}

static size_t
first_dirty_table(const struct duet_cleaner *cleaner)
{
    size_t i = 0;

    while (i < cleaner->plan.ntables && !cleaner->dirty[i])
        i++;
    return i;
}

static bool
rows_remain(const struct duet_cleaner *cleaner, struct duet_error *err)
{
    const struct clear_plan *plan = &cleaner->plan;
    size_t table = first_dirty_table(cleaner);

    (void)err_set(err, DUET_ERROR_SQL, "rows of table '%s' are still there",
                  plan->tables[table].name);
    for (size_t i = 0; i < plan->nobstacles; i++)
        if (plan->obstacles[i].table == table)
            return err_hint(err, "%s keeps or makes them",
                            plan->obstacles[i].name);
    return err_hint(err, "something writes them faster than they can be "
                         "deleted");
}

/* A trigger may write rows while others are deleted: look, and again. */
static bool
delete_until_empty(struct duet_cleaner *cleaner, struct duet_error *err)
{
    struct marks marks;

    for (int turn = 0; turn < TURNS; turn++) {
        if (!delete_dirty(cleaner, err) ||
            !probe_run(&cleaner->probe, "", cleaner->dirty, &marks, err))
            return false;
        if (first_dirty_table(cleaner) == cleaner->plan.ntables)
            return true;
    }
    return rows_remain(cleaner, err);
}

static bool
switch_obstacles(struct duet_cleaner *cleaner, bool on,
                 struct duet_error *err)
{
    const struct clear_plan *plan = &cleaner->plan;

    for (size_t i = 0; i < plan->nobstacles; i++) {
        const struct clear_obstacle *obstacle = &plan->obstacles[i];

        if (!db_exec(cleaner->db, on ? obstacle->enable : obstacle->disable,
                     err))
            return err_wrap(err, "%s", obstacle->name);
    }
    return true;
}

static bool
restart_used(struct duet_cleaner *cleaner, struct duet_error *err)
{
    size_t count = 0;

    return add_restarts(cleaner, &count, err) &&
           db_run(cleaner->db, cleaner->calls, count, err);
}

/* What a seed writes is checked, as nothing that clears it is. */
static bool
sow(struct duet_cleaner *cleaner, const char *seed, struct duet_error *err)
{
    if (seed == NULL)
        return true;
    return (db_guard(cleaner->db, err) && db_exec(cleaner->db, seed, err)) ||
           err_wrap(err, "seed");
}

static bool
empty_in_steps(struct duet_cleaner *cleaner, const char *seed,
               bool switch_off, struct duet_error *err)
{
    struct db *db = cleaner->db;

    if (db_begin(db, err) &&
        (db_unguarded(db) ||
         db_exec(db, db_sql(db, SQL_CLEAR_ANY_ORDER), err)) &&
        (!switch_off || switch_obstacles(cleaner, false, err)) &&
        delete_until_empty(cleaner, err) &&
        (!switch_off || switch_obstacles(cleaner, true, err)) &&
        restart_used(cleaner, err) && sow(cleaner, seed, err) &&
        db_commit(db, err))
        return true;
    db_rollback(db);
    memset(cleaner->deleted, 0,
           cleaner->plan.ntables * sizeof *cleaner->deleted);
    return false;
}

static bool
is_obstructed(const struct duet_cleaner *cleaner)
{
    for (size_t i = 0; i < cleaner->plan.ntables; i++)
        if (cleaner->dirty[i] && cleaner->plan.tables[i].obstructed)
            return true;
    return false;
}

/*
 * Triggers and rules are switched off where the role may.  Where it may not,
 * they act, and most do no harm.
 */
static bool
empty_with_care(struct duet_cleaner *cleaner, const char *seed,
                struct duet_error *err)
{
    size_t nquestions = question_count(cleaner);
    bool *dirty;
    bool done;

    if (!is_obstructed(cleaner))
        return empty_in_steps(cleaner, seed, false, err);
    dirty = must_alloc(nquestions * sizeof *dirty);
    memcpy(dirty, cleaner->dirty, nquestions * sizeof *dirty);
    done = empty_in_steps(cleaner, seed, true, err);
    if (!done && err != NULL && err->kind == DUET_ERROR_DENIED) {
        memcpy(cleaner->dirty, dirty, nquestions * sizeof *dirty);
        done = empty_in_steps(cleaner, seed, false, err);
    }
    free(dirty);
    return done;
}

static void
report_deleted(struct duet_cleaner *cleaner,
               struct duet_clear_report *report)
{
    const struct clear_plan *plan = &cleaner->plan;

    if (report == NULL)
        return;
    *report = (struct duet_clear_report){.tables = cleaner->reported};
    for (size_t i = 0; i < plan->ntables; i++) {
        if (cleaner->deleted[i] == 0)
            continue;
        cleaner->reported[report->ntables++] = (struct duet_cleared){
            .table = plan->tables[i].name, .rows = cleaner->deleted[i]};
        report->rows += cleaner->deleted[i];
    }
    for (size_t i = 0; i < plan->nsequences; i++)
        report->sequences += sequence_used(cleaner, i);
}

/* One attempt: look, and empty what is dirty. */
static bool
attempt(struct duet_cleaner *cleaner, const char *seed,
        struct duet_error *err)
{
    struct marks marks;

    if (!look(cleaner, &marks, err))
        return false;
    memset(cleaner->deleted, 0,
           cleaner->plan.ntables * sizeof *cleaner->deleted);
    if (seed == NULL && count_dirty(cleaner) == 0) {
        remember_clean(cleaner, marks.change);
        return true;
    }
    cleaner->clean[0] = '\0';
    if (seed == NULL && db_unguarded(cleaner->db) && !is_obstructed(cleaner))
        return empty_at_once(cleaner, &marks, err);
    return empty_with_care(cleaner, seed, err);
}

/*
 * What a second attempt may get past: a conflict with another session, rows
 * that it added meanwhile, a table that it altered or dropped.
 */
static bool
is_passing(const struct duet_error *err)
{
    return err->kind == DUET_ERROR_RETRY || err->kind == DUET_ERROR_SQL;
}

static bool
run(struct duet_cleaner *cleaner, const char *seed,
    struct duet_clear_report *report, struct duet_error *err)
{
    struct duet_error own = {0};

    if (err == NULL)
        err = &own;
    for (int turn = 0; turn < TURNS; turn++) {
        if (attempt(cleaner, seed, err)) {
            report_deleted(cleaner, report);
            return true;
        }
        if (!is_passing(err))
            return false;
        /* Whatever was believed of the schema may be wrong by now. */
        cleaner->clean[0] = '\0';
        cleaner->schema[0] = '\0';
    }
    return false;
}

bool
cleaner_clear(struct duet_cleaner *cleaner, struct duet_clear_report *report,
              struct duet_error *err)
{
    return run(cleaner, NULL, report, err);
}

bool
cleaner_reset(struct duet_cleaner *cleaner, const char *seed,
              struct duet_clear_report *report, struct duet_error *err)
{
    return run(cleaner, seed ? seed : "", report, err);
}

static bool
count_rows(struct duet_cleaner *cleaner, size_t table, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(rows_clear) struct rows rows = {0};
    const char *sql = arena_printf(&arena, "select count(*) from %s",
                                   cleaner->plan.tables[table].probe);

    if (!db_query(cleaner->db, &rows, sql, NULL, 0, err))
        return false;
    while (rows_next(&rows))
        cleaner->deleted[table] = row_integer(&rows, 0);
    return rows_ended(&rows);
}

bool
cleaner_preview(struct duet_cleaner *cleaner,
                struct duet_clear_report *report, struct duet_error *err)
{
    struct marks marks;

    if (!look(cleaner, &marks, err))
        return false;
    for (size_t i = 0; i < cleaner->plan.ntables; i++) {
        cleaner->deleted[i] = 0;
        if (cleaner->dirty[i] && !count_rows(cleaner, i, err))
            return false;
    }
    report_deleted(cleaner, report);
    return true;
}

static const char *const *
copy_patterns(struct arena *arena, const char *const *patterns)
{
    const char **copy;
    size_t count = 0;

    if (patterns == NULL)
        return NULL;
    while (patterns[count] != NULL)
        count++;
    copy = arena_array(arena, count + 1, sizeof *copy);
    for (size_t i = 0; i < count; i++)
        copy[i] = arena_text(arena, patterns[i]);
    return copy;
}

bool
cleaner_open(struct duet_cleaner **out, const char *url,
             const struct duet_clear_options *options,
             const struct db_trace *trace, struct duet_error *err)
{
    static const struct duet_clear_options defaults = {0};
    struct duet_cleaner *cleaner = must_alloc(sizeof *cleaner);
    struct db_options db_options = {.unguarded = true};

    if (options == NULL)
        options = &defaults;
    if (trace != NULL)
        db_options.trace = *trace;
    db_options.lock_timeout = options->lock_timeout;
    cleaner->keep = copy_patterns(&cleaner->options, options->keep);
    cleaner->only = copy_patterns(&cleaner->options, options->only);
    cleaner->restart_sequences = options->restart_sequences;
    if (db_open(&cleaner->db, url, &db_options, err) &&
        read_plan(cleaner, err)) {
        *out = cleaner;
        return true;
    }
    cleaner_close(&cleaner);
    return false;
}

void
cleaner_cancel(struct duet_cleaner *cleaner)
{
    db_cancel(cleaner->db);
}

void
cleaner_close(struct duet_cleaner **cleaner)
{
    struct duet_cleaner *closed = cleaner ? *cleaner : NULL;

    if (closed == NULL)
        return;
    forget_plan(closed);
    statement_free(&closed->mark_after);
    db_close(&closed->db);
    arena_clear(&closed->options);
    free(closed);
    *cleaner = NULL;
}
