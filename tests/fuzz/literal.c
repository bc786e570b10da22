/*
 * Property: a text that is quoted as a literal reads back the same, and all of
 * the statement is read.
 */
#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
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

/* In a quoted text PostgreSQL sees an end at single quotes only, too. */
static void
check_form(const char *literal, const char *text)
{
    size_t quotes = 0;

    for (const char *at = text; *at != '\0'; at++)
        quotes += *at == '\'';
    must(strlen(literal) == strlen(text) + quotes + 2);
    must(literal[0] == '\'' && literal[strlen(literal) - 1] == '\'');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *text = arena_copy(&arena, (const char *)data, len);
    const char *literal = sql_literal(&arena, text);
    const char *sql = arena_printf(&arena, "select %s, 7", literal);
    const char *rest = NULL;
    sqlite3_stmt *statement = NULL;

    check_form(literal, text);
    must(sqlite3_prepare_v2(memory(), sql, -1, &statement, &rest) == SQLITE_OK);
    must(*rest == '\0' && sqlite3_step(statement) == SQLITE_ROW);
    must(strcmp((const char *)sqlite3_column_text(statement, 0), text) == 0);
    must(sqlite3_column_int(statement, 1) == 7);
    sqlite3_finalize(statement);
    return 0;
}
