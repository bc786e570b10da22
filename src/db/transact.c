/*
 * Transactions of which all is known before they begin.
 */
#include <stdio.h>

#include "base/arena.h"
#include "db/driver.h"

bool
db_transact(struct db *db, struct db_transaction *list, size_t count,
            size_t *done, struct duet_error *err)
{
    *done = 0;
    for (size_t i = 0; i < count; i++) {
        list[i].answer[0] = '\0';
        list[i].failed = list[i].count;
        list[i].position = 0;
    }
    return db->driver->transact(db, list, count, done, err);
}

static bool
run_last(struct db *db, struct db_transaction *transaction,
         struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *answer = NULL;

    if (transaction->last == NULL)
        return true;
    if (!db_ask(db, &arena, transaction->last, transaction->args,
                transaction->nargs, &answer, err))
        return false;
    (void)snprintf(transaction->answer, sizeof transaction->answer, "%s",
                   answer != NULL ? answer : "");
    return true;
}

bool
transact_by_steps(struct db *db, struct db_transaction *list, size_t count,
                  size_t *done, struct duet_error *err)
{
    (void)count;
    if (!db_renew(db, err) || !db_begin_after(db, list->before, err))
        return false;
    for (size_t i = 0; i < list->count; i++) {
        const char *sql = list->statements[i];

        if (!db_exec(db, sql, err)) {
            list->failed = i;
            list->position = db_error_position(db, sql);
            return false;
        }
    }
    if (!run_last(db, list, err) || !db_commit(db, err))
        return false;
    *done += 1;
    return true;
}
