/*
 * Property: whatever SQLite takes for a schema, its reader reads, and there is
 * no text that it does not understand or that says something else than SQLite
 * has understood.
 */
#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "db/db.h"
#include "schema/reflect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(int holds)
{
    if (!holds)
        abort();
}

/* No files, no settings: what makes a schema, and the rows that keep it. */
static int
allow(void *context, int action, const char *one, const char *two,
      const char *database, const char *trigger)
{
    (void)context;
    (void)two;
    (void)database;
    (void)trigger;
    switch (action) {
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
    case SQLITE_CREATE_VTABLE:
        return SQLITE_DENY;
    case SQLITE_PRAGMA:
        return one != NULL && strcmp(one, "writable_schema") == 0 ? SQLITE_DENY
                                                                  : SQLITE_OK;
    default:
        return SQLITE_OK;
    }
}

static void
check_schema(sqlite3 *handle)
{
    SCOPED(db_close) struct db *db = NULL;
    SCOPED(schema_clear) struct schema schema = {0};
    struct duet_error err = {0};

    db_attach_sqlite(&db, handle);
    must(reflect_sqlite(&schema, db, &err));
    for (size_t i = 0; i < schema.nobjects; i++)
        must(schema.objects[i]->kind != OBJECT_OTHER);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *sql = arena_copy(&arena, (const char *)data, len);
    sqlite3 *handle = NULL;

    must(sqlite3_open(":memory:", &handle) == SQLITE_OK);
    (void)sqlite3_limit(handle, SQLITE_LIMIT_VDBE_OP, 10000);
    (void)sqlite3_set_authorizer(handle, allow, NULL);
    (void)sqlite3_exec(handle, sql, NULL, NULL, NULL);
    (void)sqlite3_exec(handle, "rollback", NULL, NULL, NULL);
    (void)sqlite3_set_authorizer(handle, NULL, NULL);
    check_schema(handle);
    must(sqlite3_close(handle) == SQLITE_OK);
    return 0;
}
