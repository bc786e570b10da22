/*
 * The database of a profile as SQLite has it: a file, and up to three more
 * beside it while it is in use.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "profile/place.h"

static const char scheme[] = "sqlite:";

/* The file: sqlite:///x is /x, as the driver has it. */
static const char *
path_of(const char *url)
{
    const char *path = url + strlen(scheme);

    return strncmp(path, "///", 3) == 0 ? path + 2 : path;
}

static bool
settle(struct place *place, struct duet_error *err)
{
    const char *path = path_of(place->url);

    if (strcmp(path, ":memory:") == 0) {
        (void)err_set(err, DUET_ERROR_USAGE,
                      "a database in memory can't be a profile");
        return err_hint(err, "it ends with the command; name a file");
    }
    if (*path == '\0' || strncmp(path, "//", 2) == 0) {
        (void)err_set(err, DUET_ERROR_USAGE, "'%s' names no file", place->url);
        return err_hint(err, "write sqlite:PATH, or sqlite:///ABSOLUTE/PATH");
    }
    if (!path_absolute(place->arena, path, &place->shown, err))
        return false;
    place->url = arena_printf(place->arena, "%s%s", scheme, place->shown);
    return true;
}

static bool
exists(const struct place *place, bool *exists, struct duet_error *err)
{
    struct stat info;

    *exists = stat(place->shown, &info) == 0;
    if (*exists || errno == ENOENT)
        return true;
    return err_errno(err, "database '%s'", place->shown);
}

static const char *
blank(const struct place *place)
{
    (void)place;
    return "sqlite::memory:";
}

/* SQLite takes an empty file for a new database. */
static bool
create(const struct place *place, bool *made, struct duet_error *err)
{
    if (path_make_file(place->shown, place->is_private ? 0600 : 0666, made,
                       err))
        return true;
    (void)err_wrap(err, "database");
    return err_hint(err, "look at its directory: duet makes the file only");
}

/*
 * Take the write lock, so that nobody is writing while the file goes.  A file
 * that is no database needs none.
 */
static bool
hold(const struct place *place, struct db **db, struct duet_error *err)
{
    const struct db_options options = {.trace = place->trace};
    struct duet_error ignored = {0};

    if (!db_open(db, place->url, &options, &ignored) ||
        !db_begin(*db, &ignored)) {
        if (ignored.kind == DUET_ERROR_BUSY) {
            if (err != NULL)
                *err = ignored;
            return err_wrap(err, "database '%s'", place->shown);
        }
        db_close(db);
    }
    return true;
}

/* The database first: without it the others are of no use to anybody. */
static bool
unlink_all(const struct place *place, bool *removed, struct duet_error *err)
{
    static const char *const endings[] = {"", "-journal", "-wal", "-shm"};

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const char *path =
            arena_printf(place->arena, "%s%s", place->shown, endings[i]);

        if (unlink(path) == 0)
            *removed = *removed || i == 0;
        else if (errno != ENOENT)
            return err_errno(err, "'%s'", path);
    }
    return true;
}

static bool
remove_file(const struct place *place, bool *removed, struct duet_error *err)
{
    SCOPED(db_close) struct db *db = NULL;

    *removed = false;
    return hold(place, &db, err) && unlink_all(place, removed, err);
}

const struct place_kind place_file = {
    .engine = "sqlite",
    .schemes = (const char *const[]){"sqlite:", NULL},
    .whole = CREATED_FILE,
    .settle = settle,
    .exists = exists,
    .blank = blank,
    .create = create,
    .remove = remove_file,
};
