#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "db/driver.h"
#include "db/sqlite_create.h"
#include "db/sqlite_error.h"
#include "db/token.h"

/* A foreign key and the number of rows that break it. */
struct broken {
    struct broken *next;
    const char *table;
    int id; /* of pragma foreign_key_list */
    int64_t rows;
};

static void
finalize(sqlite3_stmt **statement)
{
    (void)sqlite3_finalize(*statement);
    *statement = NULL;
}

/* A query about the schema; NULL where the schema does not allow it. */
static sqlite3_stmt *
ask(sqlite3 *handle, const char *sql, const char *parameter)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) == SQLITE_OK &&
        parameter != NULL)
        (void)sqlite3_bind_text(statement, 1, parameter, -1, SQLITE_STATIC);
    return statement;
}

static bool
answered(sqlite3_stmt *statement)
{
    return statement != NULL && sqlite3_step(statement) == SQLITE_ROW;
}

static const char *
column(sqlite3_stmt *statement, int at)
{
    const char *text = (const char *)sqlite3_column_text(statement, at);

    return text == NULL ? "" : text;
}

static int
ask_number(sqlite3 *handle, const char *sql, const char *parameter)
{
    SCOPED(finalize) sqlite3_stmt *answer = ask(handle, sql, parameter);

    return answered(answer) ? sqlite3_column_int(answer, 0) : 0;
}

static bool
run(sqlite3 *handle, const char *sql)
{
    return sqlite3_exec(handle, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/*
 * Names may hold dots and commas, so that MESSAGE ("t.a, t.b") is not taken
 * apart: the one that each key would give is compared with it.
 */
static const struct declared *
find_key(sqlite3 *handle, struct arena *arena, enum declared_kind kind,
         const char *message)
{
    static const char sql[] = "select name, sql from main.sqlite_schema "
                              "where type = 'table' and substr($1, 1, "
                              "length(name) + 1) = name || '.'";
    SCOPED(finalize) sqlite3_stmt *tables = ask(handle, sql, message);
    const struct declared *found = NULL;

    while (answered(tables)) {
        const char *table = arena_text(arena, column(tables, 0));
        const struct declared *at =
            declared_read(arena, table, column(tables, 1));

        for (; at != NULL; at = at->next)
            if (at->kind == kind && sqlite3_stricmp(at->message, message) == 0)
                found = at;
    }
    return found;
}

/* A unique index of its own, made by CREATE INDEX. */
static bool
unique_index_error(sqlite3 *handle, const char *message, struct duet_error *err)
{
    static const char sql[] =
        "select l.name, m.name"
        "  from main.sqlite_schema m, pragma_index_list(m.name, 'main') l"
        " where m.type = 'table' and l.\"unique\" and l.origin = 'c'"
        "   and substr($1, 1, length(m.name) + 1) = m.name || '.'"
        "   and $1 = (select group_concat(m.name || '.' || name, ', ')"
        "               from (select name from"
        "                     pragma_index_info(l.name, 'main')"
        "                      order by seqno))";
    SCOPED(finalize) sqlite3_stmt *index = ask(handle, sql, message);

    if (!answered(index))
        return true;
    return constraint_error(err, CONSTRAINT_UNIQUE, column(index, 0),
                            column(index, 1));
}

/* MESSAGE is "index 'NAME'", which SQLite says of an index on expressions. */
static bool
expression_index_error(sqlite3 *handle, struct arena *arena,
                       const char *message, struct duet_error *err)
{
    static const char sql[] = "select tbl_name from main.sqlite_schema "
                              "where type = 'index' and name = $1";
    SCOPED(finalize) sqlite3_stmt *index = NULL;
    const size_t before = strlen("index ");
    struct token quoted = {.text = message + before};
    const char *name;

    if (strncmp(message, "index '", before + 1) != 0)
        return true;
    quoted.len = strlen(quoted.text);
    name = token_name(arena, &quoted);
    index = ask(handle, sql, name);
    return constraint_error(err, CONSTRAINT_UNIQUE, name,
                            answered(index) ? column(index, 0) : "");
}

static bool
key_error(sqlite3 *handle, enum declared_kind kind, const char *message,
          struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const struct declared *key = find_key(handle, &arena, kind, message);

    if (key != NULL && *key->name != '\0')
        return constraint_error(err, CONSTRAINT_UNIQUE, key->name, key->table);
    if (!expression_index_error(handle, &arena, message, err) ||
        !unique_index_error(handle, message, err))
        return false;
    return constraint_error(err, CONSTRAINT_UNIQUE, "",
                            key != NULL ? key->table : message);
}

/* MESSAGE is the name of the check, or its condition where it has none. */
static bool
check_error(sqlite3 *handle, const char *message, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(finalize)
    sqlite3_stmt *tables = ask(handle,
                               "select name, sql from main.sqlite_schema "
                               "where type = 'table' and sql like '%check%'",
                               NULL);
    const struct declared *found = NULL;
    bool several = false;

    while (answered(tables)) {
        const char *table = arena_text(&arena, column(tables, 0));
        const struct declared *at =
            declared_read(&arena, table, column(tables, 1));

        for (; at != NULL; at = at->next) {
            if (at->kind != DECLARED_CHECK || strcmp(at->message, message) != 0)
                continue;
            several = several || (found != NULL && found->table != at->table);
            found = at;
        }
    }
    (void)constraint_error(err, CONSTRAINT_CHECK,
                           found == NULL ? "" : found->name,
                           found == NULL || several ? "" : found->table);
    if (found == NULL || *found->name == '\0')
        (void)err_hint(err, "the condition is: %s", message);
    return false;
}

/* Every foreign key that is broken now, the first one found first. */
static bool
find_broken(sqlite3 *handle, struct arena *arena, struct broken **out)
{
    SCOPED(finalize)
    sqlite3_stmt *rows = ask(handle, "pragma main.foreign_key_check", NULL);
    struct broken **end = out;
    struct broken *last = NULL;

    while (answered(rows)) {
        const char *table = column(rows, 0);
        int id = sqlite3_column_int(rows, 3);

        if (last == NULL || last->id != id || strcmp(last->table, table) != 0) {
            last = *end = arena_alloc(arena, sizeof *last);
            last->table = arena_text(arena, table);
            last->id = id;
            end = &last->next;
        }
        last->rows++;
    }
    return rows != NULL && sqlite3_reset(rows) == SQLITE_OK;
}

/* One that is broken by more rows NOW than it was BEFORE. */
static const struct broken *
newly_broken(const struct broken *now, const struct broken *before)
{
    for (; now != NULL; now = now->next) {
        const struct broken *same = before;

        while (same != NULL &&
               (same->id != now->id || strcmp(same->table, now->table) != 0))
            same = same->next;
        if (same == NULL || same->rows < now->rows)
            return now;
    }
    return NULL;
}

static bool
foreign_key_error(sqlite3 *handle, struct arena *arena,
                  const struct broken *broken, struct duet_error *err)
{
    SCOPED(finalize) sqlite3_stmt *table = NULL;
    const struct declared *at = NULL;
    int id = 0;

    if (broken == NULL)
        return constraint_error(err, CONSTRAINT_FOREIGN_KEY, "", "");
    table = ask(handle,
                "select sql from main.sqlite_schema "
                "where type = 'table' and name = $1",
                broken->table);
    if (answered(table))
        at = declared_read(arena, broken->table, column(table, 0));
    for (; at != NULL; at = at->next)
        if (at->kind == DECLARED_FOREIGN_KEY && id++ == broken->id)
            break;
    return constraint_error(err, CONSTRAINT_FOREIGN_KEY,
                            at == NULL ? "" : at->name, broken->table);
}

/*
 * Something in the schema or the statement may roll back the transaction as a
 * whole, and with it more than a savepoint can bring back.
 */
static bool
may_roll_back(sqlite3 *handle, sqlite3_stmt *statement)
{
    static const char sql[] =
        "select 1 from (select $1 as sql"
        "               union all select sql from main.sqlite_schema"
        "               union all select sql from temp.sqlite_schema)"
        " where instr(lower(sql), 'rollback')";

    return ask_number(handle, sql, sqlite3_sql(statement)) != 0;
}

/*
 * Run STATEMENT once more with the foreign keys deferred, see what it breaks,
 * and take it back.
 */
static void
try_again(sqlite3 *handle, sqlite3_stmt *statement, struct arena *arena,
          struct broken **now, struct broken **before)
{
    sqlite3_int64 last_id = sqlite3_last_insert_rowid(handle);
    bool deferred = ask_number(handle, "pragma defer_foreign_keys", NULL);

    if (!run(handle, "savepoint duet_foreign_key"))
        return;
    if (run(handle, "pragma defer_foreign_keys = on")) {
        while (sqlite3_step(statement) == SQLITE_ROW)
            continue;
        (void)find_broken(handle, arena, now);
        (void)sqlite3_reset(statement);
    }
    (void)run(handle, "rollback to duet_foreign_key");
    if (*now != NULL)
        (void)find_broken(handle, arena, before);
    (void)run(handle, "release duet_foreign_key");
    if (!deferred)
        (void)run(handle, "pragma defer_foreign_keys = off");
    sqlite3_set_last_insert_rowid(handle, last_id);
}

static bool
drops_table(sqlite3_stmt *statement)
{
    struct tokens tokens = {.at = sqlite3_sql(statement)};
    struct token first, second;

    return tokens.at != NULL && token_next(&tokens, &first) &&
           token_is(&first, "drop") && token_next(&tokens, &second) &&
           token_is(&second, "table");
}

/*
 * A COMMIT that failed has left everything as it would have committed it.  What
 * it refuses though no row is broken is a DROP TABLE: the references counted as
 * broken then, and do so even if a table of that name came back.
 */
static bool
reference_error(sqlite3 *handle, sqlite3_stmt *statement,
                struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    bool at_commit = statement == NULL || sqlite3_stmt_readonly(statement) != 0;
    struct broken *now = NULL;
    struct broken *before = NULL;

    if (at_commit)
        (void)find_broken(handle, &arena, &now);
    else if (!may_roll_back(handle, statement))
        try_again(handle, statement, &arena, &now, &before);
    (void)foreign_key_error(handle, &arena, newly_broken(now, before), err);
    if (at_commit ? now == NULL : drops_table(statement))
        return err_hint(err, "a table that others reference is dropped: write "
                             "\"pragma foreign_keys = off;\" before that, "
                             "outside a transaction");
    return false;
}

bool
sqlite_constraint_error(sqlite3 *handle, sqlite3_stmt *statement, int code,
                        const char *message, struct duet_error *err)
{
    const char *colon = strstr(message, ": ");
    const char *detail = colon == NULL ? "" : colon + 2;

    if (err == NULL)
        return false;
    switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
        return key_error(handle, DECLARED_UNIQUE, detail, err);
    case SQLITE_CONSTRAINT_PRIMARYKEY:
        return key_error(handle, DECLARED_PRIMARY_KEY, detail, err);
    case SQLITE_CONSTRAINT_ROWID:
        return constraint_error(err, CONSTRAINT_UNIQUE, "", detail);
    case SQLITE_CONSTRAINT_CHECK:
        return check_error(handle, detail, err);
    case SQLITE_CONSTRAINT_NOTNULL:
        return constraint_error(err, CONSTRAINT_NOT_NULL, "", detail);
    case SQLITE_CONSTRAINT_FOREIGNKEY:
        return reference_error(handle, statement, err);
    case SQLITE_CONSTRAINT_TRIGGER:
        /* ON DELETE RESTRICT is a trigger to SQLite. */
        if (strcmp(message, "FOREIGN KEY constraint failed") == 0)
            return reference_error(handle, statement, err);
        return err_set(err, DUET_ERROR_SQL, "%s", message);
    default:
        /* The type of a STRICT table's column, say. */
        return err_set(err, DUET_ERROR_SQL, "%s", message);
    }
}

bool
sqlite_check_references(sqlite3 *handle, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct broken *broken = NULL;

    if (!find_broken(handle, &arena, &broken))
        return sqlite_error(handle, NULL, false, err);
    return broken == NULL || foreign_key_error(handle, &arena, broken, err);
}
