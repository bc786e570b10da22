#include "lib/naive.h"

#include <sqlite3.h>
#include <stdio.h>

static bool
run(sqlite3 *handle, const char *sql, char *message)
{
    if (sqlite3_exec(handle, sql, NULL, NULL, NULL) == SQLITE_OK)
        return true;
    (void)snprintf(message, 256, "%s", sqlite3_errmsg(handle));
    return false;
}

bool
naive_migrate(sqlite3 *handle, const char *sql, char *message)
{
    *message = '\0';
    if (run(handle,
            "create table if not exists schema_migrations "
            "(version integer primary key)",
            message) &&
        run(handle, "begin", message) && run(handle, sql, message) &&
        run(handle, "insert into schema_migrations default values", message) &&
        run(handle, "commit", message))
        return true;
    (void)sqlite3_exec(handle, "rollback", NULL, NULL, NULL);
    return false;
}
