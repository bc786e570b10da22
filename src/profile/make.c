#include "profile/make.h"

#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "profile/home.h"
#include "profile/place.h"
#include "profile/presto.h"
#include "profile/registry.h"
#include "profile/storage.h"

enum { ATTEMPTS = 5 };

struct making {
    struct arena *arena;
    const struct make_request *request;
    const char *home;
    struct registry registry;
    struct place place;
    bool known;             /* the registry has it */
    struct profile before;  /* if it is known */
    struct profile profile; /* as it is to be */
    bool intended;          /* the registry has been told */
    bool made_place;        /* by this process */
    bool is_filled;         /* all is there but the registry's word for it */
    struct made made;
};

static bool
already_there(const struct making *making, struct duet_error *err)
{
    const char *name = making->before.name;

    (void)err_set(err, DUET_ERROR_USAGE, "there is a profile '%s' already",
                  name);
    return err_hint(err,
                    "take another name, or duet profile delete %s first; "
                    "duet presto may be run again",
                    name);
}

static bool
other_database(const struct making *making, struct duet_error *err)
{
    const struct profile *before = &making->before;

    (void)err_set(err, DUET_ERROR_USAGE, "profile '%s' %s '%s'", before->name,
                  before->ready ? "names another database:"
                                : "was left half made in",
                  place_shown(making->arena, before->url));
    if (before->ready)
        return err_hint(err, "take another name, or leave out -u");
    return err_hint(err, "duet profile delete %s takes it away", before->name);
}

/* Without a URL it is the database that the profile has. */
static const char *
default_url(const struct making *making)
{
    const char *name = making->request->name;

    if (making->known)
        return making->before.url;
    return arena_printf(making->arena, "sqlite:%s",
                        path_join(making->arena, making->home,
                                  arena_printf(making->arena, "%s.db", name)));
}

static bool
settle_place(struct making *making, struct duet_error *err)
{
    const struct make_request *request = making->request;
    const char *url = request->url != NULL ? request->url : default_url(making);
    const char *registry;

    if (!place_init(&making->place, making->arena, url, &request->trace, err))
        return false;
    making->place.is_private = request->url == NULL;
    if (!path_absolute(making->arena,
                       registry_path(making->arena, making->home), &registry,
                       err))
        return false;
    if (strcmp(making->place.shown, registry) != 0)
        return true;
    (void)err_set(err, DUET_ERROR_USAGE,
                  "'%s' is the registry of profiles itself",
                  making->place.shown);
    return err_hint(err, "name another file");
}

static bool
settle_directory(struct arena *arena, const char *given, const char **out,
                 struct duet_error *err)
{
    if (given == NULL)
        return true;
    if (!path_is_directory(given))
        return err_set(err, DUET_ERROR_IO, "'%s' is no directory", given);
    return path_absolute(arena, given, out, err);
}

/* What the registry knows, and what it is to know. */
static bool
compare_with_registry(struct making *making, struct duet_error *err)
{
    const struct make_request *request = making->request;
    struct profile *profile = &making->profile;

    if (!registry_get(&making->registry, making->arena, request->name,
                      &making->before, &making->known, err) ||
        !settle_place(making, err))
        return false;
    if (making->known) {
        if (request->url != NULL &&
            !place_same(making->arena, making->before.url, making->place.url))
            return other_database(making, err);
        if (making->before.ready && request->how != MAKE_PRESTO)
            return already_there(making, err);
        *profile = making->before;
    }
    profile->name = request->name;
    profile->url = making->place.url;
    return settle_directory(making->arena, request->migrations,
                            &profile->migrations, err) &&
           settle_directory(making->arena, request->schema, &profile->schema,
                            err);
}

/*
 * Before anything is made: the registry says what, and that it may not be
 * whole.  A profile that was ready and lacks nothing is left alone.
 */
static bool
intend(struct making *making, enum profile_created created,
       struct duet_error *err)
{
    making->profile.created = created;
    making->profile.ready = false;
    making->intended = true;
    return registry_put(&making->registry, &making->profile, err);
}

static bool
is_missing(const struct making *making, struct duet_error *err)
{
    if (making->place.kind->whole == CREATED_FILE)
        (void)err_set(err, DUET_ERROR_CONNECT,
                      "database '%s': there is no such file",
                      making->place.shown);
    else
        (void)err_set(err, DUET_ERROR_CONNECT,
                      "database '%s': there is no such database",
                      making->place.shown);
    return err_hint(err, "leave out --register, and it is made");
}

static bool
make_place(struct making *making, struct duet_error *err)
{
    enum profile_created before = making->profile.created;
    bool exists;

    if (!making->place.kind->exists(&making->place, &exists, err))
        return false;
    if (exists)
        return true;
    if (making->request->how == MAKE_NOTHING)
        return is_missing(making, err);
    if (!intend(making, making->place.kind->whole, err) ||
        !making->place.kind->create(&making->place, &making->made_place, err))
        return false;
    /* Somebody was quicker: it is not ours to take away again. */
    return making->made_place || intend(making, before, err);
}

static bool
in_the_way(const struct making *making, const struct storage *storage,
           struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_USAGE,
                  "database '%s' holds something else than a profile: %s",
                  making->place.shown, storage->obstacle);
    if (making->request->how == MAKE_PRESTO)
        return err_hint(err, "name another database; duet profile create "
                             "--register uses this one as it is");
    return err_hint(err, "name another database, or use this one as it is "
                         "with --register");
}

static bool
wants_storage(const struct making *making, const struct storage *storage)
{
    switch (making->request->how) {
    case MAKE_PRESTO:
        return true;
    case MAKE_STORAGE:
        return storage->strangers == 0;
    case MAKE_EMPTY:
    case MAKE_NOTHING:
        break;
    }
    return false;
}

/*
 * Who was killed before it made the file may find one here that somebody else
 * has put there since.
 */
static bool
check_owner(struct making *making, const struct storage *storage,
            struct duet_error *err)
{
    if (making->known && !making->before.ready && !making->made_place &&
        making->profile.created == making->place.kind->whole &&
        storage->strangers > 0)
        return intend(making, CREATED_NOTHING, err);
    return true;
}

static bool
make_storage(struct making *making, struct db *db,
             const struct storage *storage, struct duet_error *err)
{
    enum profile_created created = making->profile.created;

    if (storage->state == STORAGE_WHOLE || !wants_storage(making, storage))
        return true;
    if (created == CREATED_NOTHING && !intend(making, CREATED_TABLES, err))
        return false;
    return storage_make(db, err);
}

static bool
fill(struct making *making, struct db *db, struct duet_error *err)
{
    struct arena *arena = making->arena;
    const char *scratch = path_join(arena, making->home, "scratch");
    struct storage storage;

    if (!storage_lock(db, err) || !storage_inspect(db, arena, &storage, err))
        return false;
    if (storage.state == STORAGE_OTHER && wants_storage(making, &storage))
        return in_the_way(making, &storage, err);
    if (!check_owner(making, &storage, err) ||
        !make_storage(making, db, &storage, err))
        return false;
    return making->request->how != MAKE_PRESTO ||
           presto_rows(db, path_join(arena, scratch, making->request->name),
                       &making->made.computer, err);
}

static bool
fill_in_transaction(struct making *making, struct db *db,
                    struct duet_error *err)
{
    const char *shown = making->place.shown;

    if (!db_begin(db, err))
        return err_wrap(err, "database '%s'", shown);
    if (fill(making, db, err) &&
        (db_commit(db, err) || err_wrap(err, "database '%s'", shown)))
        return true;
    db_rollback(db);
    return false;
}

/* Programs that know nothing of the lock may write the same rows. */
static bool
fill_at_last(struct making *making, struct db *db, struct duet_error *err)
{
    for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
        if (fill_in_transaction(making, db, err))
            return true;
        if (err->kind != DUET_ERROR_RETRY)
            return false;
    }
    return fill_in_transaction(making, db, err);
}

/* Where no tables are wanted nothing is written, not even a lock is had. */
static bool
look(struct making *making, struct db *db, struct duet_error *err)
{
    struct storage storage;

    return storage_inspect(db, making->arena, &storage, err) &&
           check_owner(making, &storage, err);
}

static bool
make_contents(struct making *making, struct duet_error *err)
{
    SCOPED(db_close) struct db *db = NULL;

    making->place.is_ours =
        making->made_place ||
        (making->known && !making->before.ready &&
         making->profile.created == making->place.kind->whole);
    if (!place_open(&making->place, &db, err))
        return false;
    making->is_filled = making->request->how == MAKE_PRESTO ||
                                making->request->how == MAKE_STORAGE
                            ? fill_at_last(making, db, err)
                            : look(making, db, err);
    return making->is_filled;
}

/*
 * A failure leaves what there was.  Where that can't be had the registry
 * remembers the profile as not ready: if the rows are committed, or nobody
 * knows whether they are, or what was made can't be taken away.
 */
static void
undo(struct making *making, const struct duet_error *err)
{
    bool removed;

    if (!making->intended || making->is_filled ||
        err->kind == DUET_ERROR_UNCERTAIN)
        return;
    if (making->made_place &&
        !making->place.kind->remove(&making->place, &removed, NULL))
        return;
    if (making->known)
        (void)registry_put(&making->registry, &making->before, NULL);
    else
        (void)registry_remove(&making->registry, making->profile.name, NULL);
}

static bool
make(struct making *making, struct duet_error *err)
{
    return make_place(making, err) && make_contents(making, err) &&
           registry_put_ready(&making->registry, &making->profile,
                              &making->made.is_first, err);
}

static void
making_release(struct making *making)
{
    registry_close(&making->registry);
}

bool
profile_make(struct arena *arena, const struct make_request *request,
             struct made *made, struct duet_error *err)
{
    SCOPED(home_unlock) struct home_lock lock = {0};
    SCOPED(making_release)
    struct making making = {.arena = arena, .request = request};
    struct duet_error own = {0};

    if (err == NULL)
        err = &own;
    if (!profile_name_check(request->name, err) ||
        !home_find(arena, &making.home, err) ||
        !registry_open(&making.registry, arena, making.home, REGISTRY_WRITE,
                       err) ||
        !home_lock(&lock, making.home, request->name, err) ||
        !compare_with_registry(&making, err))
        return false;
    if (!make(&making, err)) {
        undo(&making, err);
        if (making.is_filled)
            (void)err_hint(err, "the database is made; run this again, and "
                                "the profile is, too");
        return false;
    }
    *made = making.made;
    made->profile = making.profile;
    made->profile.ready = true;
    made->profile.is_default = making.before.is_default || made->is_first;
    made->was_ready = making.known && making.before.ready;
    made->engine = making.place.kind->engine;
    made->shown = making.place.shown;
    return true;
}
