/*
 * What the authorizer reports while a statement is prepared, as measured with
 * SQLite 3.40:
 *
 * - DROP TABLE p: the table and, where foreign keys act, every table that
 *   their actions reach, as a DELETE or UPDATE without the name of a trigger;
 *   what the triggers of those tables do follows.
 * - A statement that fires triggers: what they do, by their names, views with
 *   INSTEAD OF triggers included.
 * - UPDATE of a referenced column, DELETE, and INSERT OR REPLACE: what foreign
 *   keys do to other tables.  That REPLACE deletes rows of the table itself is
 *   not told.  The statement names that table; a trigger's INSERT, which does
 *   not say whether it replaces, counts as a DELETE.
 * - ALTER TABLE: that alone, for the rows of sqlite_schema are not reported,
 *   nor are those of tables: it deletes none.
 * - WITHOUT ROWID makes no difference (the update hook does not see those), a
 *   DELETE without WHERE neither, and EXPLAIN is like running.
 * - A virtual table: itself; what it does to its shadow tables is prepared
 *   while it runs, which is not recorded.
 *
 * Only the main database is: others are other files, which the migrations do
 * not own, and what is temporary is not kept anyway.
 */
#include <string.h>

#include "db/sqlite_session.h"

static bool
is_known(const struct sqlite_session *session, enum db_touch_kind kind,
         const char *table)
{
    for (size_t i = 0; i < session->count; i++)
        if (session->touches[i].kind == kind &&
            sqlite3_stricmp(session->touches[i].table, table) == 0)
            return true;
    return false;
}

static void
touch(struct sqlite_session *session, enum db_touch_kind kind,
      const char *table, const char *trigger)
{
    if (sqlite3_strnicmp(table, "sqlite_", 7) == 0 ||
        is_known(session, kind, table))
        return;
    session->touches =
        arena_grow(&session->arena, session->touches, session->count,
                   &session->size, sizeof *session->touches);
    session->touches[session->count++] =
        (struct db_touch){.kind = kind,
                          .table = arena_text(&session->arena, table),
                          .trigger = arena_text(&session->arena, trigger)};
    session->is_due = session->is_due || kind != TOUCH_INSERT;
}

static bool
is_main(const char *database)
{
    return database != NULL && strcmp(database, "main") == 0;
}

static void
record(struct sqlite_session *session, int action, const char *first,
       const char *second, const char *database, const char *trigger)
{
    switch (action) {
    case SQLITE_DELETE:
        if (is_main(database))
            touch(session, TOUCH_DELETE, first, trigger);
        break;
    case SQLITE_UPDATE:
        if (is_main(database))
            touch(session, TOUCH_UPDATE, first, trigger);
        break;
    case SQLITE_INSERT:
        if (is_main(database))
            touch(session, trigger == NULL ? TOUCH_INSERT : TOUCH_DELETE, first,
                  trigger);
        break;
    case SQLITE_DROP_TABLE:
    case SQLITE_DROP_VTABLE:
    case SQLITE_DROP_VIEW:
        if (is_main(database))
            touch(session, TOUCH_DROP, first, NULL);
        break;
    case SQLITE_ALTER_TABLE:
        if (is_main(first))
            touch(session, TOUCH_ALTER, second, NULL);
        break;
    default:
        break;
    }
}

/*
 * It may outlast the migration: see sqlite_session_renew().  What is temporary
 * has a row in the schema of its own; `create table temp.t` is not reported as
 * SQLITE_CREATE_TEMP_TABLE.
 */
static bool
changes_session(int action, const char *first, const char *second,
                const char *database)
{
    switch (action) {
    case SQLITE_PRAGMA:
        return second != NULL;
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
        return true;
    case SQLITE_INSERT:
        return database != NULL && strcmp(database, "temp") == 0 &&
               sqlite3_strnicmp(first, "sqlite_", 7) == 0;
    default:
        return false;
    }
}

static int
authorize(void *context, int action, const char *first, const char *second,
          const char *database, const char *trigger)
{
    struct sqlite_session *session = context;

    if (!session->recording)
        return SQLITE_OK;
    if (changes_session(action, first, second, database))
        session->changed = true;
    if (session->watch != NULL)
        record(session, action, first, second, database, trigger);
    return SQLITE_OK;
}

void
sqlite_session_install(struct sqlite_session *session)
{
    if (!session->installed)
        (void)sqlite3_set_authorizer(session->handle, authorize, session);
    session->installed = true;
}

void
sqlite_session_uninstall(struct sqlite_session *session)
{
    if (session->installed)
        (void)sqlite3_set_authorizer(session->handle, NULL, NULL);
    session->installed = false;
}

void
sqlite_session_watch(struct sqlite_session *session,
                     const struct db_watch *watch)
{
    session->watch = watch;
    if (watch != NULL)
        sqlite_session_install(session);
    else if (session->attached)
        sqlite_session_uninstall(session);
}

static void
forget(struct sqlite_session *session)
{
    if (session->count > 0)
        arena_reuse(&session->arena);
    session->touches = NULL;
    session->count = session->size = 0;
    session->is_due = false;
}

int
sqlite_session_prepare(struct sqlite_session *session, const char *sql,
                       sqlite3_stmt **out, const char **rest)
{
    int code;

    if (session->telling)
        return sqlite3_prepare_v2(session->handle, sql, -1, out, rest);
    forget(session);
    session->recording = true;
    code = sqlite3_prepare_v2(session->handle, sql, -1, out, rest);
    session->recording = false;
    return code;
}

bool
sqlite_session_before(struct sqlite_session *session, struct duet_error *err)
{
    const struct db_watch *watch = session->watch;
    bool may;

    if (watch == NULL || !session->is_due || session->telling)
        return true;
    session->telling = true;
    may = watch->before(watch->context, session->touches, session->count, err);
    session->telling = false;
    return may;
}
