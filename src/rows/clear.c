#include "rows/clear.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "rows/cleaner.h"
#include "rows/seed.h"

/* Milliseconds in which a conflict with others has to pass. */
enum { PATIENCE = 5000 };

/*
 * Find out what is dirty, under a plan that fits the schema.  MARK is that of
 * a state before, so that it can't be too new.
 */
static bool
look(struct duet_cleaner *cleaner, char mark[MARK_LEN], struct duet_error *err)
{
    char schema[MARK_LEN];

    for (int turn = 0; turn < CLEANER_TURNS; turn++) {
        if (!cleaner->loaded && !cleaner_read_plan(cleaner, err))
            return false;
        if (!probe_look(&cleaner->probe, cleaner->calls, mark, cleaner->dirty,
                        schema, err))
            return false;
        if (strcmp(schema, cleaner->plan.mark) == 0)
            return true;
        if (!cleaner_confirm_plan(cleaner, err))
            return false;
    }
    cleaner->outdated = true;
    return err_set(err, DUET_ERROR_RETRY,
                   "the schema changes again and again while it is read");
}

static bool
count_rows(struct duet_cleaner *cleaner, size_t table, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(rows_clear) struct rows rows = {0};
    const struct clear_table *counted = &cleaner->plan.tables[table];
    const char *sql =
        arena_printf(&arena, "select count(*) from %s",
                     counted->counted ? counted->counted : counted->probe);

    if (!db_query(cleaner->db, &rows, sql, NULL, 0, err))
        return false;
    while (rows_next(&rows))
        cleaner->deleted[table] = row_integer(&rows, 0);
    return rows_ended(&rows);
}

static bool
count_dirty(struct duet_cleaner *cleaner, struct duet_error *err)
{
    for (size_t i = 0; i < cleaner->plan.ntables; i++)
        if (cleaner->dirty[i] && !count_rows(cleaner, i, err))
            return false;
    return true;
}

/* Three things to do with what a look has found. */
enum job { JOB_CLEAR, JOB_RESET, JOB_PREVIEW };

/* Nobody has committed a change since the database was seen clean. */
static bool
is_unchanged(struct duet_cleaner *cleaner, bool *unchanged,
             struct duet_error *err)
{
    char mark[MARK_LEN] = "";

    if (cleaner->clean[0] != '\0' && !probe_mark(&cleaner->probe, mark, err))
        return false;
    *unchanged = mark[0] != '\0' && strcmp(mark, cleaner->clean) == 0;
    return true;
}

/*
 * Up to so many tables it takes longer to look which of them are dirty than to
 * delete from all, where each exchange of messages costs.
 */
enum { FEW_TABLES = 16 };

/* So many runs go the sure way after others were in the way of the quick one.
 */
enum { RUNS_DISTURBED = 20 };

/* Nothing acts on deletions, and all there is to do is to delete. */
static bool
is_plain(const struct duet_cleaner *cleaner)
{
    return db_unguarded(cleaner->db) && cleaner->plan.nobstacles == 0 &&
           !cleaner->restart_sequences && !cleaner->locking;
}

/* A count tells rows only of a table known to have some. */
static bool
takes_all(const struct duet_cleaner *cleaner)
{
    const struct clear_plan *plan = &cleaner->plan;

    if (plan->ntables > FEW_TABLES && !cleaner->was_full)
        return false;
    for (size_t i = 0; i < plan->ntables; i++)
        if (plan->tables[i].counted != NULL)
            return false;
    return plan->ntables > 0;
}

/* For dirty, whether they are or not. */
static void
take_all(struct duet_cleaner *cleaner)
{
    memset(cleaner->dirty, true,
           cleaner->plan.ntables * sizeof *cleaner->dirty);
}

static void
remember_dirty(struct duet_cleaner *cleaner)
{
    size_t ndirty = 0;

    for (size_t i = 0; i < cleaner->plan.ntables; i++)
        ndirty += cleaner->deleted[i] != 0;
    cleaner->was_clean = ndirty == 0;
    cleaner->was_full = ndirty > cleaner->plan.ntables / 2;
}

/* MARK is of the look that has found what is dirty, or NULL to take all. */
static bool
empty_at_once(struct duet_cleaner *cleaner, const char *mark, bool *done,
              struct duet_error *err)
{
    if (mark == NULL)
        take_all(cleaner);
    if (!cleaner_empty_at_once(cleaner, mark, done, err))
        return false;
    if (!*done)
        cleaner->disturbed = RUNS_DISTURBED;
    return true;
}

/* Quick ways that may come to nothing; then *DONE is not set. */
static bool
empty_quickly(struct duet_cleaner *cleaner, bool *done, struct duet_error *err)
{
    if (!is_plain(cleaner))
        return true;
    if (!db_dialect(cleaner->db)->has_round_trips)
        return cleaner_empty_locked(cleaner, done, err);
    if (cleaner->disturbed > 0)
        cleaner->disturbed--;
    else if (takes_all(cleaner))
        return empty_at_once(cleaner, NULL, done, err);
    return true;
}

static bool
empty(struct duet_cleaner *cleaner, struct duet_error *err)
{
    char mark[MARK_LEN];
    bool done = false;

    if (!empty_quickly(cleaner, &done, err) || done)
        return done;
    if (!look(cleaner, mark, err))
        return false;
    if (cleaner_is_clean(cleaner) && !cleaner_has_used_sequences(cleaner)) {
        cleaner_remember(cleaner, mark);
        return true;
    }
    if (is_plain(cleaner) && cleaner->disturbed == 0 &&
        db_dialect(cleaner->db)->has_round_trips &&
        (!empty_at_once(cleaner, mark, &done, err) || done))
        return done;
    return cleaner_empty(cleaner, NULL, err);
}

/*
 * After a run with something to do it is likely that there is again: then the
 * question whether there is costs more than it saves.
 */
static bool
is_worth_asking(const struct duet_cleaner *cleaner)
{
    return cleaner->was_clean || !db_dialect(cleaner->db)->has_round_trips;
}

static bool
clear(struct duet_cleaner *cleaner, struct duet_error *err)
{
    bool unchanged = false;

    if (is_worth_asking(cleaner) && !is_unchanged(cleaner, &unchanged, err))
        return false;
    if (unchanged)
        return true;
    if (!empty(cleaner, err))
        return false;
    remember_dirty(cleaner);
    return true;
}

/* What was deleted is looked at before the commit, whatever was known. */
static bool
reset(struct duet_cleaner *cleaner, const char *seed, struct duet_error *err)
{
    char mark[MARK_LEN];

    if (is_plain(cleaner) && db_dialect(cleaner->db)->has_round_trips &&
        takes_all(cleaner))
        take_all(cleaner);
    else if (!look(cleaner, mark, err))
        return false;
    return cleaner_empty(cleaner, seed, err);
}

static bool
preview(struct duet_cleaner *cleaner, struct duet_error *err)
{
    char mark[MARK_LEN];

    return look(cleaner, mark, err) && count_dirty(cleaner, err);
}

/* A plan that fits the schema, as far as is known. */
static bool
make_ready(struct duet_cleaner *cleaner, struct duet_error *err)
{
    if (cleaner->outdated && cleaner->loaded &&
        !cleaner_confirm_plan(cleaner, err))
        return false;
    cleaner->outdated = false;
    return cleaner->loaded || cleaner_read_plan(cleaner, err);
}

/* SEED is for JOB_RESET. */
static bool
attempt(struct duet_cleaner *cleaner, enum job job, const char *seed,
        struct duet_error *err)
{
    cleaner->sowing = false;
    if (!make_ready(cleaner, err))
        return false;
    memset(cleaner->dirty, 0, cleaner_questions(cleaner) * sizeof(bool));
    memset(cleaner->deleted, 0,
           cleaner->plan.ntables * sizeof *cleaner->deleted);
    switch (job) {
    case JOB_CLEAR:
        return clear(cleaner, err);
    case JOB_RESET:
        return reset(cleaner, seed, err);
    case JOB_PREVIEW:
        break;
    }
    return preview(cleaner, err);
}

/* When the attempts began, and how many failed under the same schema. */
struct attempts {
    int64_t begun;
    char schema[MARK_LEN];
    int count;
};

/*
 * A conflict with another session passes sooner or later.  Any other error may
 * come of a table that was altered or dropped since the plan was read: then
 * whatever is believed of the schema has to go.
 */
static bool
tries_again(struct duet_cleaner *cleaner, struct attempts *attempts,
            const struct duet_error *err)
{
    char schema[MARK_LEN];

    if (attempts->begun == 0)
        attempts->begun = clock_milliseconds();
    if (clock_milliseconds() - attempts->begun > cleaner->patience)
        return false;
    /* Who has made something, or ended elsewhere, is not in the way. */
    if (!cleaner->outdated)
        cleaner->locking = true;
    if (err->kind != DUET_ERROR_SQL || cleaner->sowing)
        return err->kind == DUET_ERROR_RETRY;
    mark_copy(schema, cleaner->plan.mark);
    if (strcmp(attempts->schema, schema) != 0)
        attempts->count = 0;
    memcpy(attempts->schema, schema, sizeof schema);
    cleaner_forget_plan(cleaner);
    return ++attempts->count < CLEANER_TURNS;
}

/* FOUND is an error that another attempt won't get past. */
static bool
give_up(const struct duet_cleaner *cleaner, struct duet_error *found,
        struct duet_error *err)
{
    if (found->kind == DUET_ERROR_DENIED && !cleaner->sowing &&
        found->hint[0] == '\0')
        (void)err_hint(found, "have the privilege granted, or keep the tables "
                              "that are not yours: --keep");
    /* The transaction was the cleaner's: the caller has none to retry. */
    if (found->kind == DUET_ERROR_RETRY)
        found->kind = DUET_ERROR_BUSY;
    if (err != NULL)
        *err = *found;
    return false;
}

static bool
run(struct duet_cleaner *cleaner, enum job job, const char *seed,
    struct duet_clear_report *report, struct duet_error *err)
{
    struct duet_error found = {0};
    struct attempts attempts = {0};

    cleaner->locking = false;
    cleaner->outdated = false;
    while (!attempt(cleaner, job, seed, &found))
        if (!tries_again(cleaner, &attempts, &found))
            return give_up(cleaner, &found, err);
    cleaner_report(cleaner, report);
    return true;
}

bool
cleaner_clear(struct duet_cleaner *cleaner, struct duet_clear_report *report,
              struct duet_error *err)
{
    return run(cleaner, JOB_CLEAR, NULL, report, err);
}

bool
cleaner_preview(struct duet_cleaner *cleaner, struct duet_clear_report *report,
                struct duet_error *err)
{
    return run(cleaner, JOB_PREVIEW, NULL, report, err);
}

bool
cleaner_reset(struct duet_cleaner *cleaner, const char *seed,
              struct duet_clear_report *report, struct duet_error *err)
{
    if (seed == NULL)
        return cleaner_clear(cleaner, report, err);
    return seed_check(db_dialect(cleaner->db), seed, err) &&
           run(cleaner, JOB_RESET, seed, report, err);
}

/* The first plan.  Others may alter the schema while it is read. */
static bool
load(struct duet_cleaner *cleaner, struct duet_error *err)
{
    struct duet_error found = {0};
    struct attempts attempts = {0};

    while (!cleaner_read_plan(cleaner, &found))
        if (!tries_again(cleaner, &attempts, &found))
            return give_up(cleaner, &found, err);
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
    cleaner->patience =
        options->lock_timeout ? options->lock_timeout : PATIENCE;
    cleaner->keep = copy_patterns(&cleaner->options, options->keep);
    cleaner->only = copy_patterns(&cleaner->options, options->only);
    cleaner->restart_sequences = options->restart_sequences;
    if (db_open(&cleaner->db, url, &db_options, err) && load(cleaner, err)) {
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
    cleaner_forget_plan(closed);
    statement_free(&closed->begin);
    statement_free(&closed->lock);
    db_close(&closed->db);
    arena_clear(&closed->options);
    free(closed);
    *cleaner = NULL;
}
