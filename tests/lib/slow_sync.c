/*
 * A VFS of SQLite's whose fsync takes its time, or none: files are those of the
 * default one, with another function in their table.
 */
#include <sqlite3.h>
#include <stdatomic.h>
#include <string.h>

#include "lib/flake.h"

enum { MOST_TABLES = 8 };

/* A table of functions, and that which it was made from. */
struct slow_methods {
    sqlite3_io_methods methods; /* first, as a file points to it */
    const sqlite3_io_methods *original;
};

static struct slow_methods tables[MOST_TABLES];
static size_t ntables;
static sqlite3_vfs slow_vfs;
static sqlite3_vfs *default_vfs;
static _Atomic int64_t delay;

static int
sync_slowly(sqlite3_file *file, int flags)
{
    const struct slow_methods *slow =
        (const struct slow_methods *)file->pMethods;

    if (delay < 0)
        return SQLITE_OK;
    sleep_microseconds(delay);
    return slow->original->xSync(file, flags);
}

static const sqlite3_io_methods *
slow_down(const sqlite3_io_methods *original)
{
    for (size_t i = 0; i < ntables; i++)
        if (tables[i].original == original)
            return &tables[i].methods;
    if (ntables == MOST_TABLES)
        tap_bail_out("SQLite has more kinds of files than was thought");
    tables[ntables] =
        (struct slow_methods){.methods = *original, .original = original};
    tables[ntables].methods.xSync = sync_slowly;
    return &tables[ntables++].methods;
}

static int
open_slow(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
          int *out_flags)
{
    int code = default_vfs->xOpen(default_vfs, name, file, flags, out_flags);

    (void)vfs;
    if (file->pMethods != NULL)
        file->pMethods = slow_down(file->pMethods);
    return code;
}

/* Deleting a journal syncs its directory, too. */
static int
delete_slowly(sqlite3_vfs *vfs, const char *name, int syncs_directory)
{
    (void)vfs;
    if (syncs_directory)
        sleep_microseconds(delay);
    return default_vfs->xDelete(default_vfs, name,
                                delay < 0 ? 0 : syncs_directory);
}

void
flake_slow_sync(int64_t microseconds)
{
    delay = microseconds;
    if (default_vfs != NULL)
        return;
    default_vfs = sqlite3_vfs_find(NULL);
    slow_vfs = *default_vfs;
    slow_vfs.zName = "slow";
    slow_vfs.xOpen = open_slow;
    slow_vfs.xDelete = delete_slowly;
    if (sqlite3_vfs_register(&slow_vfs, 1) != SQLITE_OK)
        tap_bail_out("no VFS can be registered");
}
