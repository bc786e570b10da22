/*
 * The rows of a statement.
 */
#include "db/sqlite_error.h"
#include "db/sqlite_part.h"

static sqlite3_stmt *
result_of(const struct rows *rows)
{
    return rows->result;
}

bool
sqlite_next(struct rows *rows)
{
    sqlite3_stmt *statement = result_of(rows);
    sqlite3 *handle;
    int code = sqlite3_step(statement);

    if (code == SQLITE_ROW)
        return true;
    handle = sqlite3_db_handle(statement);
    if (code == SQLITE_DONE && !sqlite3_stmt_readonly(statement))
        rows->affected = sqlite3_changes64(handle);
    /* Now, so that its locks do not outlive the last row. */
    (void)sqlite3_reset(statement);
    if (code != SQLITE_DONE)
        rows->failed = !sqlite_error(handle, statement, false, rows->err);
    return false;
}

void
sqlite_clear(struct rows *rows)
{
    if (rows->statement != NULL)
        (void)sqlite3_reset(result_of(rows));
    else
        (void)sqlite3_finalize(result_of(rows));
}

size_t
sqlite_columns(const struct rows *rows)
{
    return (size_t)sqlite3_column_count(result_of(rows));
}

const char *
sqlite_name(const struct rows *rows, size_t column)
{
    return sqlite3_column_name(result_of(rows), (int)column);
}

const char *
sqlite_text(const struct rows *rows, size_t column)
{
    return (const char *)sqlite3_column_text(result_of(rows), (int)column);
}

size_t
sqlite_len(const struct rows *rows, size_t column)
{
    (void)sqlite_text(rows, column);
    return (size_t)sqlite3_column_bytes(result_of(rows), (int)column);
}

double
sqlite_number(const struct rows *rows, size_t column)
{
    return sqlite3_column_double(result_of(rows), (int)column);
}

const void *
sqlite_blob(struct rows *rows, size_t column, size_t *len)
{
    const void *data = sqlite3_column_blob(result_of(rows), (int)column);

    *len = (size_t)sqlite3_column_bytes(result_of(rows), (int)column);
    if (data == NULL &&
        sqlite3_column_type(result_of(rows), (int)column) != SQLITE_NULL)
        data = "";
    return data;
}
