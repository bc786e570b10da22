/*
 * Property: a name that is quoted reads back the same, as the name of a table,
 * of a column and of a constraint, which the driver finds in the stored text.
 */
#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "db/sqlite_create.h"
#include "sql/quote.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(int holds)
{
    if (!holds)
        abort();
}

static sqlite3 *
memory(void)
{
    static sqlite3 *handle;

    if (handle == NULL)
        must(sqlite3_open(":memory:", &handle) == SQLITE_OK);
    return handle;
}

static void
run(const char *sql)
{
    must(sqlite3_exec(memory(), sql, NULL, NULL, NULL) == SQLITE_OK);
}

static char *
ask(struct arena *arena, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    char *text = NULL;

    must(sqlite3_prepare_v2(memory(), sql, -1, &statement, NULL) == SQLITE_OK);
    if (sqlite3_step(statement) == SQLITE_ROW)
        text =
            arena_text(arena, (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return text;
}

/* A text that is anything may be read as a CREATE TABLE, too. */
static void
check_constraint(struct arena *arena, const char *table)
{
    const struct declared *declared = declared_read(
        arena, table, ask(arena, "select sql from sqlite_schema"));

    must(declared != NULL && declared->next == NULL);
    must(strcmp(declared->name, table) == 0);
    must(strcmp(declared->message,
                arena_printf(arena, "%s.%s", table, table)) == 0);
    (void)declared_read(arena, table, table);
    (void)declared_read(arena, table,
                        arena_printf(arena, "create table t (%s", table));
}

static void
check_names(struct arena *arena, const char *name)
{
    const char *quoted = sql_ident(arena, name);

    run(arena_printf(arena,
                     "begin; create table %s (%s text constraint %s unique)",
                     quoted, quoted, quoted));
    must(strcmp(ask(arena, "select name from sqlite_schema"), name) == 0);
    must(strcmp(ask(arena,
                    arena_printf(arena, "select name from pragma_table_info"
                                        "((select name from sqlite_schema))")),
                name) == 0);
    check_constraint(arena, name);
    run("rollback");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *name = arena_copy(&arena, (const char *)data, len);

    /* SQLite keeps the former for itself, and takes no empty name. */
    if (*name != '\0' && sqlite3_strnicmp(name, "sqlite_", 7) != 0)
        check_names(&arena, name);
    return 0;
}
