#include "rows/cleaner.h"

#include <stdlib.h>
#include <string.h>

size_t
cleaner_questions(const struct duet_cleaner *cleaner)
{
    return cleaner->plan.ntables + cleaner->plan.nsequences;
}

bool
cleaner_restarts(const struct duet_cleaner *cleaner, size_t sequence)
{
    return cleaner->dirty[cleaner->plan.ntables + sequence];
}

static void
free_statements(struct db_statement ***statements, size_t count)
{
    for (size_t i = 0; *statements != NULL && i < count; i++)
        statement_free(&(*statements)[i]);
    *statements = NULL;
}

void
cleaner_forget_plan(struct duet_cleaner *cleaner)
{
    struct clear_plan *plan = &cleaner->plan;

    free_statements(&cleaner->counts, plan->ntables);
    free_statements(&cleaner->deletes, plan->ntables);
    free_statements(&cleaner->restarts, plan->nsequences);
    probe_close(&cleaner->probe);
    clear_plan_clear(plan);
    cleaner->loaded = false;
    cleaner->clean[0] = '\0';
}

static struct db_statement **
room_for_statements(struct arena *arena, size_t count)
{
    return arena_array(arena, count + 1, sizeof(struct db_statement *));
}

static void
make_room(struct duet_cleaner *cleaner)
{
    struct arena *arena = &cleaner->plan.arena;
    size_t ntables = cleaner->plan.ntables;
    size_t nsequences = cleaner->plan.nsequences;

    cleaner->counts = room_for_statements(arena, ntables);
    cleaner->deletes = room_for_statements(arena, ntables);
    cleaner->restarts = room_for_statements(arena, nsequences);
    cleaner->dirty = arena_array(arena, ntables + nsequences + 1, sizeof(bool));
    cleaner->deleted = arena_array(arena, ntables + 1, sizeof(int64_t));
    /* Two for a table, which is counted and deleted, and four around them. */
    cleaner->calls = arena_array(
        arena, 2 * ntables + nsequences + probe_ncalls(&cleaner->probe) + 4,
        sizeof(struct db_call));
    cleaner->reported =
        arena_array(arena, ntables + 1, sizeof(struct duet_cleared));
}

static bool
open_probe(struct duet_cleaner *cleaner, struct duet_error *err)
{
    struct clear_plan *plan = &cleaner->plan;
    size_t count = cleaner_questions(cleaner);
    const char **questions =
        arena_array(&plan->arena, count + 1, sizeof *questions);

    for (size_t i = 0; i < count; i++)
        questions[i] =
            i < plan->ntables
                ? arena_printf(&plan->arena, "exists (select 1 from %s)",
                               plan->tables[i].probe)
                : plan->sequences[i - plan->ntables].is_used;
    return probe_open(&cleaner->probe, cleaner->db, plan->mark_query,
                      plan->mark, questions, count, err);
}

static bool
load_plan(struct duet_cleaner *cleaner, struct duet_error *err)
{
    struct db *db = cleaner->db;
    bool done = db_exec(db, db_dialect(db)->begin_read, err) &&
                clear_plan_load(&cleaner->plan, db, cleaner->keep,
                                cleaner->only, cleaner->restart_sequences, err);

    db_rollback(db);
    return done;
}

/*
 * Transactions that had begun but lately change the mark once, whatever they
 * do, so it is asked anew.
 */
bool
cleaner_read_plan(struct duet_cleaner *cleaner, struct duet_error *err)
{
    bool fits;

    cleaner_forget_plan(cleaner);
    if (!load_plan(cleaner, err) ||
        !clear_plan_confirm(&cleaner->plan, cleaner->db, &fits, err) ||
        !open_probe(cleaner, err))
        return false;
    make_room(cleaner);
    cleaner->loaded = true;
    return true;
}

bool
cleaner_confirm_plan(struct duet_cleaner *cleaner, struct duet_error *err)
{
    struct clear_plan *plan = &cleaner->plan;
    bool fits = false;
    bool done = clear_plan_confirm(plan, cleaner->db, &fits, err) &&
                (!fits || probe_expect(&cleaner->probe, plan->mark_query,
                                       plan->mark, err));

    if (!done || !fits)
        cleaner_forget_plan(cleaner);
    return done;
}

bool
cleaner_is_clean(const struct duet_cleaner *cleaner)
{
    for (size_t i = 0; i < cleaner->plan.ntables; i++)
        if (cleaner->dirty[i])
            return false;
    return true;
}

bool
cleaner_has_used_sequences(const struct duet_cleaner *cleaner)
{
    for (size_t i = 0; i < cleaner->plan.nsequences; i++)
        if (cleaner_restarts(cleaner, i))
            return true;
    return false;
}

void
cleaner_remember(struct duet_cleaner *cleaner, const char *mark)
{
    /* A sequence moves without a trace in the mark. */
    if (cleaner->restart_sequences || strlen(mark) >= sizeof cleaner->clean)
        mark = "";
    memcpy(cleaner->clean, mark, strlen(mark) + 1);
}

static int
compare_names(const void *a, const void *b)
{
    return strcmp(((const struct duet_cleared *)a)->table,
                  ((const struct duet_cleared *)b)->table);
}

void
cleaner_report(struct duet_cleaner *cleaner, struct duet_clear_report *report)
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
        report->sequences += cleaner_restarts(cleaner, i);
    qsort(cleaner->reported, report->ntables, sizeof *cleaner->reported,
          compare_names);
}
