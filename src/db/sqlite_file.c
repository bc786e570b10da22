#include "db/sqlite_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"

const char *
sqlite_file_path(const char *url, struct duet_error *err)
{
    const char *path = url + strlen("sqlite:");

    if (strncmp(path, "//", 2) == 0 && path[2] != '/') {
        (void)err_set(err, DUET_ERROR_USAGE, "'%s' names a host", url);
        (void)err_hint(err, "write sqlite:PATH, or sqlite:///ABSOLUTE/PATH");
        return NULL;
    }
    if (*path == '\0') {
        (void)err_set(err, DUET_ERROR_USAGE, "'%s' names no file", url);
        (void)err_hint(err, "write sqlite:PATH or sqlite::memory:");
        return NULL;
    }
    return strncmp(path, "//", 2) == 0 ? path + 2 : path;
}

/* A library built with SQLITE_USE_URI would read file:x as a URI. */
const char *
sqlite_file_name(struct arena *arena, const char *path)
{
    return strncmp(path, "file:", 5) == 0 ? arena_printf(arena, "./%s", path)
                                          : path;
}

/*
 * A process that was killed while it made the file may have left more than an
 * empty one.
 */
bool
sqlite_file_is_new(sqlite3 *handle)
{
    sqlite3_stmt *statement = NULL;
    bool without = sqlite3_prepare_v2(handle, "select 1 from sqlite_schema", -1,
                                      &statement, NULL) == SQLITE_OK &&
                   sqlite3_step(statement) == SQLITE_DONE;

    (void)sqlite3_finalize(statement);
    return without;
}

bool
sqlite_file_failed(const char *path, const struct db_options *options, int code,
                   struct duet_error *err)
{
    struct stat info;

    if (stat(path, &info) != 0) {
        struct duet_error own;
        bool missing = errno == ENOENT;

        (void)err_errno(&own, "database '%s'", path);
        (void)err_set(err, DUET_ERROR_CONNECT, "%s", own.text);
        if (missing && (options == NULL || !options->create))
            return err_hint(err, "duet up, duet presto and duet profile create "
                                 "make one");
        return missing ? err_hint(err, "make its directory first") : false;
    }
    if (S_ISDIR(info.st_mode)) {
        (void)err_set(err, DUET_ERROR_CONNECT, "database '%s': is a directory",
                      path);
        return err_hint(err, "name a file in it");
    }
    return err_set(err, DUET_ERROR_CONNECT, "database '%s': %s", path,
                   sqlite3_errstr(code));
}
