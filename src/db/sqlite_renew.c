/*
 * What lasts as long as a connection, and how to put it back.  The journal's
 * mode is the file's where it is WAL, and stays as it was set.
 */
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/err.h"
#include "db/sqlite_error.h"
#include "db/sqlite_session.h"

/*
 * Pragmas that give what they take.  The first would forbid the others, and
 * busy_timeout stays zero where the driver has a handler of its own.
 */
static const char *const settings[] = {
    "query_only",
    "analysis_limit",
    "automatic_index",
    "busy_timeout",
    "cache_size",
    "cache_spill",
    "cell_size_check",
    "checkpoint_fullfsync",
    "count_changes",
    "defer_foreign_keys",
    "empty_result_callbacks",
    "foreign_keys",
    "full_column_names",
    "fullfsync",
    "ignore_check_constraints",
    "journal_size_limit",
    "legacy_alter_table",
    "locking_mode",
    "max_page_count",
    "mmap_size",
    "read_uncommitted",
    "recursive_triggers",
    "reverse_unordered_selects",
    "short_column_names",
    "synchronous",
    "temp_store",
    "threads",
    "trusted_schema",
    "wal_autocheckpoint",
    "writable_schema",
};

enum { SETTINGS = sizeof settings / sizeof *settings };

struct name {
    struct name *next;
    const char *kind; /* of what is temporary: "table", "view", "trigger" */
    const char *name;
};

struct sqlite_state {
    struct arena arena;
    const char *values[SETTINGS]; /* NULL: this library has no such pragma */
    const char *journal_mode;
    bool case_sensitive_like; /* which can be tried only */
    struct name *databases;   /* that are attached */
    struct name *temporary;
};

static void
finalize(sqlite3_stmt **statement)
{
    (void)sqlite3_finalize(*statement);
}

static const char *
text_of(struct arena *arena, sqlite3_stmt *statement, int column)
{
    return arena_text(arena,
                      (const char *)sqlite3_column_text(statement, column));
}

static const char *
ask(sqlite3 *handle, struct arena *arena, const char *sql)
{
    SCOPED(finalize) sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW)
        return NULL;
    return text_of(arena, statement, 0);
}

static struct name *
ask_names(sqlite3 *handle, struct arena *arena, const char *sql)
{
    SCOPED(finalize) sqlite3_stmt *statement = NULL;
    struct name *names = NULL;

    (void)sqlite3_prepare_v2(handle, sql, -1, &statement, NULL);
    while (statement != NULL && sqlite3_step(statement) == SQLITE_ROW) {
        struct name *name = arena_alloc(arena, sizeof *name);

        name->kind = text_of(arena, statement, 0);
        name->name = text_of(arena, statement, 1);
        name->next = names;
        names = name;
    }
    return names;
}

static void
look(sqlite3 *handle, struct sqlite_state *state)
{
    struct arena *arena = &state->arena;
    const char *answer = ask(handle, arena, "select 'a' like 'A'");

    for (size_t i = 0; i < SETTINGS; i++)
        state->values[i] =
            ask(handle, arena, arena_printf(arena, "pragma %s", settings[i]));
    state->case_sensitive_like = answer != NULL && strcmp(answer, "0") == 0;
    state->journal_mode = ask(handle, arena, "pragma main.journal_mode");
    state->databases =
        ask_names(handle, arena,
                  "select 'database', name from pragma_database_list "
                  "where seq > 1");
    state->temporary = ask_names(handle, arena,
                                 "select type, name from temp.sqlite_schema "
                                 "where type <> 'index' order by rowid desc");
}

static bool
run(sqlite3 *handle, const char *sql, struct duet_error *err)
{
    return sqlite3_exec(handle, sql, NULL, NULL, NULL) == SQLITE_OK ||
           sqlite_error(handle, NULL, false, err);
}

static bool
is_same(const char *one, const char *other)
{
    return one == other ||
           (one != NULL && other != NULL && strcmp(one, other) == 0);
}

static bool
set_back(sqlite3 *handle, const struct sqlite_state *was,
         struct sqlite_state *is, struct duet_error *err)
{
    for (size_t i = 0; i < SETTINGS; i++)
        if (was->values[i] != NULL && !is_same(was->values[i], is->values[i]) &&
            !run(handle,
                 arena_printf(&is->arena, "pragma %s = %s", settings[i],
                              was->values[i]),
                 err))
            return false;
    return was->case_sensitive_like == is->case_sensitive_like ||
           run(handle,
               was->case_sensitive_like ? "pragma case_sensitive_like = on"
                                        : "pragma case_sensitive_like = off",
               err);
}

/*
 * Without a journal a transaction could not be rolled back, so what the file
 * does not say itself is put back.
 */
static bool
set_journal(sqlite3 *handle, const struct sqlite_state *was,
            struct sqlite_state *is, struct duet_error *err)
{
    const char *mode = was->journal_mode;

    if (mode == NULL || is->journal_mode == NULL ||
        is_same(mode, is->journal_mode) || strcmp(is->journal_mode, "wal") == 0)
        return true;
    if (strcmp(mode, "wal") == 0)
        mode = "delete";
    return run(handle,
               arena_printf(&is->arena, "pragma main.journal_mode = %s", mode),
               err);
}

static bool
has_name(const struct name *names, const char *name)
{
    for (; names != NULL; names = names->next)
        if (strcmp(names->name, name) == 0)
            return true;
    return false;
}

static bool
detach(sqlite3 *handle, const struct sqlite_state *was, struct sqlite_state *is,
       struct duet_error *err)
{
    for (const struct name *at = is->databases; at != NULL; at = at->next)
        if (!has_name(was->databases, at->name)) {
            char *sql = sqlite3_mprintf("detach \"%w\"", at->name);
            bool done = run(handle, sql, err);

            sqlite3_free(sql);
            if (!done)
                return err_wrap(err, "database '%s' that was attached",
                                at->name);
        }
    return true;
}

/* The triggers of a table, or a virtual table's own tables, go with it. */
static void
drop_temporary(sqlite3 *handle, const struct sqlite_state *was,
               const struct sqlite_state *is)
{
    for (const struct name *at = is->temporary; at != NULL; at = at->next)
        if (!has_name(was->temporary, at->name)) {
            char *sql = sqlite3_mprintf("drop %s if exists temp.\"%w\"",
                                        at->kind, at->name);

            (void)sqlite3_exec(handle, sql, NULL, NULL, NULL);
            sqlite3_free(sql);
        }
}

/* A file that was locked for good is let go by the next read. */
static bool
put_back(sqlite3 *handle, const struct sqlite_state *was,
         struct duet_error *err)
{
    struct sqlite_state is = {.arena = {0}};
    bool done;

    look(handle, &is);
    drop_temporary(handle, was, &is);
    done = set_back(handle, was, &is, err) &&
           set_journal(handle, was, &is, err) &&
           detach(handle, was, &is, err) &&
           run(handle, "select 1 from sqlite_schema limit 1", err);
    arena_clear(&is.arena);
    return done;
}

bool
sqlite_session_renew(struct sqlite_session *session, struct duet_error *err)
{
    if (session->state == NULL) {
        session->state = must_alloc(sizeof *session->state);
        look(session->handle, session->state);
        if (!session->attached)
            sqlite_session_install(session);
        return true;
    }
    if ((session->changed || session->attached) &&
        !put_back(session->handle, session->state, err))
        return false;
    session->changed = false;
    return true;
}

void
sqlite_session_release(struct sqlite_session *session)
{
    sqlite_session_uninstall(session);
    arena_clear(&session->arena);
    if (session->state != NULL)
        arena_clear(&session->state->arena);
    free(session->state);
    session->state = NULL;
}
