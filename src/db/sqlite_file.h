/*
 * The file of an SQLite database.
 */
#ifndef DUET_DB_SQLITE_FILE_H
#define DUET_DB_SQLITE_FILE_H

#include <sqlite3.h>
#include <stdbool.h>

#include "base/arena.h"
#include "db/db.h"

/*
 * The file that `sqlite:PATH` names, part of URL; `sqlite:///x` is the absolute
 * path /x.  NULL: ERR tells what is wrong with it.
 */
const char *sqlite_file_path(const char *url, struct duet_error *err);

/* PATH as sqlite3_open_v2() takes it. */
const char *sqlite_file_name(struct arena *arena, const char *path);

/* There is no table in it yet. */
bool sqlite_file_is_new(sqlite3 *handle);

/* False: PATH could not be opened, with that result code; ERR tells why. */
bool sqlite_file_failed(const char *path, const struct db_options *options,
                        int code, struct duet_error *err);

#endif
