/*
 * What a cleaner deletes with, as calls that go in one message.
 */
#include <stdlib.h>

#include "rows/cleaner.h"

bool
cleaner_prepare(struct duet_cleaner *cleaner, struct db_statement **statement,
                const char *sql, struct duet_error *err)
{
    return *statement != NULL || db_prepare(cleaner->db, statement, sql, err);
}

void
cleaner_add_call(struct duet_cleaner *cleaner, struct db_statement *statement,
                 size_t *count)
{
    db_call_set(&cleaner->calls[(*count)++], statement, NULL, 0);
}

static bool
add_count(struct duet_cleaner *cleaner, size_t table, size_t *count,
          struct duet_error *err)
{
    const struct clear_plan *plan = &cleaner->plan;
    const char *counted = plan->tables[table].counted;

    if (counted == NULL)
        return true;
    if (cleaner->counts[table] == NULL &&
        !db_prepare(cleaner->db, &cleaner->counts[table],
                    arena_printf(&cleaner->plan.arena,
                                 "select count(*) from %s", counted),
                    err))
        return false;
    cleaner_add_call(cleaner, cleaner->counts[table], count);
    return true;
}

bool
cleaner_add_deletes(struct duet_cleaner *cleaner, size_t *count,
                    struct duet_error *err)
{
    const struct clear_plan *plan = &cleaner->plan;

    for (size_t i = 0; i < plan->ntables; i++) {
        if (!cleaner->dirty[i])
            continue;
        if (!add_count(cleaner, i, count, err) ||
            !cleaner_prepare(cleaner, &cleaner->deletes[i],
                             plan->tables[i].delete, err))
            return false;
        cleaner_add_call(cleaner, cleaner->deletes[i], count);
    }
    return true;
}

void
cleaner_count_deleted(struct duet_cleaner *cleaner, const struct db_call *calls)
{
    const struct clear_plan *plan = &cleaner->plan;

    for (size_t i = 0; i < plan->ntables; i++) {
        if (!cleaner->dirty[i])
            continue;
        if (plan->tables[i].counted == NULL) {
            cleaner->deleted[i] += calls[0].affected;
            calls += 1;
        } else {
            cleaner->deleted[i] += strtoll(calls[0].answer, NULL, 10);
            calls += 2;
        }
    }
}

bool
cleaner_prepare_lock(struct duet_cleaner *cleaner, struct duet_error *err)
{
    return cleaner_prepare(cleaner, &cleaner->lock,
                           db_sql(cleaner->db, SQL_POSTGRES_CLEAR_LOCK), err);
}
