/*
 * The quick ways of a cleaner.  Each comes to nothing where others are in the
 * way, and leaves it to clear_empty.c then.
 */
#include <string.h>

#include "rows/cleaner.h"

/* What another way won't get past. */
static bool
is_final(const struct duet_error *err)
{
    return err->kind == DUET_ERROR_CONNECT ||
           err->kind == DUET_ERROR_UNCERTAIN ||
           err->kind == DUET_ERROR_CANCELLED || err->kind == DUET_ERROR_BUSY;
}

/*
 * Nothing acts on these deletions, so if nobody else has written since the
 * look, that look and they are the proof that all is empty.
 */
bool
cleaner_empty_at_once(struct duet_cleaner *cleaner, const char *mark,
                      bool *done, struct duet_error *err)
{
    const struct db_value since = db_text(mark);
    struct db_call *calls = cleaner->calls;
    size_t count = 1;

    if (!cleaner_prepare_lock(cleaner, err))
        return false;
    if (mark == NULL)
        probe_begin(&cleaner->probe, &calls[0]);
    else
        db_call_set(&calls[0], cleaner->lock, NULL, 0);
    if (!cleaner_add_deletes(cleaner, &count, err))
        return false;
    probe_end(&cleaner->probe, &calls[count], &since);
    *done = db_run(cleaner->db, calls, count + 1, err);
    if (!*done)
        return !is_final(err);
    cleaner_count_deleted(cleaner, calls + 1);
    cleaner_remember(cleaner, mark == NULL ? calls[0].answer : mark);
    return true;
}

static bool
delete_and_commit(struct duet_cleaner *cleaner, struct duet_error *err)
{
    size_t count = 0;

    if (!cleaner_add_deletes(cleaner, &count, err))
        return false;
    probe_ask_mark(&cleaner->probe, &cleaner->calls[count++]);
    if (!db_run(cleaner->db, cleaner->calls, count, err) ||
        !db_commit(cleaner->db, err))
        return false;
    cleaner_count_deleted(cleaner, cleaner->calls);
    cleaner_remember(cleaner, cleaner->calls[count - 1].answer);
    return true;
}

/*
 * Nobody else writes as long as this transaction has the lock, so what it sees
 * and deletes is all there is.
 */
bool
cleaner_empty_locked(struct duet_cleaner *cleaner, bool *done,
                     struct duet_error *err)
{
    struct db *db = cleaner->db;
    char mark[MARK_LEN];
    char schema[MARK_LEN];
    bool looked;
    bool fits;

    if (!db_begin(db, err))
        return !is_final(err);
    looked = probe_look(&cleaner->probe, cleaner->calls, mark, cleaner->dirty,
                        schema, err);
    fits = looked && strcmp(schema, cleaner->plan.mark) == 0;
    *done =
        fits && (cleaner_is_clean(cleaner) || delete_and_commit(cleaner, err));
    if (*done && cleaner_is_clean(cleaner))
        cleaner_remember(cleaner, mark);
    db_rollback(db);
    return *done || (looked && !fits) || !is_final(err);
}
