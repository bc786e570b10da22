/*
 * Sees to it that a migration loses nothing that it does not speak of:
 *
 *     SCOPED(guard_clear) struct guard guard = {0};
 *
 *     for each statement of the file: guard_mention(&guard, text, language)
 *     begin
 *     guard_start(&guard, db, err)
 *     run the statements
 *     guard_check(&guard, err)
 *     commit
 *
 * On SQLite DROP TABLE deletes the table's rows first, and the actions of
 * foreign keys then delete or change those of other tables; triggers and
 * indexes go with a table that is rebuilt, views stay behind broken.  An
 * engine that does not do this (PostgreSQL) is not asked anything.
 */
#ifndef DUET_MIGRATE_GUARD_H
#define DUET_MIGRATE_GUARD_H

#include <stdbool.h>

#include "base/arena.h"
#include "db/db.h"
#include "duet.h"
#include "sql/language.h"

struct guard_state;

/* It stays where it is from guard_start() to guard_clear(). */
struct guard {
    struct arena arena;
    struct db *db; /* which is watched, or NULL */
    struct guard_state *state;
    /* A remark for the user: what was carried over, what got lost; or NULL. */
    void (*note)(void *context, const char *text);
    void *context;
};

/*
 * The names in TEXT, one statement, are spoken of.  Where the dialect does not
 * say deletes_by_itself this need not be called.
 */
void guard_mention(struct guard *guard, const char *text,
                   enum sql_language language);

/*
 * After BEGIN: from here on what happens to tables is watched, until
 * guard_check().  A script with several transactions starts it in each.
 */
bool guard_start(struct guard *guard, struct db *db, struct duet_error *err);

/*
 * Before COMMIT.  An error tells which table loses how many rows or
 * references, why, and what to write to prevent it; roll back then.
 */
bool guard_check(struct guard *guard, struct duet_error *err);

/* Watch no longer; accepts an empty one, leaves it empty but for its note. */
void guard_clear(struct guard *guard);

#endif
