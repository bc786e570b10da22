#include "profile/delete.h"

#include "base/err.h"
#include "profile/home.h"
#include "profile/place.h"
#include "profile/registry.h"
#include "profile/storage.h"

static bool
no_profile(const char *name, struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_USAGE, "there is no profile '%s'", name);
    return err_hint(err, "duet profile list shows those there are");
}

static bool
not_ours(struct arena *arena, const struct profile *profile,
         struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_USAGE,
                  "profile '%s': duet did not make its database '%s'",
                  profile->name, place_shown(arena, profile->url));
    return err_hint(err, "--forget deletes the profile and leaves the "
                         "database; --force deletes the database, too");
}

static bool
find(struct registry *registry, struct arena *arena, const char *name,
     enum delete_how how, struct profile *out, struct duet_error *err)
{
    bool found;

    if (!registry_get(registry, arena, name, out, &found, err))
        return false;
    if (!found)
        return no_profile(name, err);
    if (how == DELETE_CREATED && out->created == CREATED_NOTHING && out->ready)
        return not_ours(arena, out, err);
    return true;
}

bool
profile_may_delete(struct arena *arena, const char *name, enum delete_how how,
                   struct duet_error *err)
{
    SCOPED(registry_close) struct registry registry = {0};
    struct profile profile;
    const char *home;

    return profile_name_check(name, err) && home_find(arena, &home, err) &&
           registry_open(&registry, arena, home, REGISTRY_READ, err) &&
           find(&registry, arena, name, how, &profile, err);
}

/*
 * Who was killed before it made the database may have left its name to
 * somebody else, who has made one since.
 */
static bool
check_half_made(const struct place *place, const struct profile *profile,
                struct duet_error *err)
{
    SCOPED(db_close) struct db *db = NULL;
    struct storage storage;

    if (profile->ready || !place_open(place, &db, NULL) ||
        !storage_inspect(db, place->arena, &storage, NULL) ||
        storage.strangers == 0)
        return true;
    (void)err_set(err, DUET_ERROR_USAGE,
                  "profile '%s' was left half made, and its database '%s' "
                  "holds other tables",
                  profile->name, place->shown);
    return err_hint(err, "--forget deletes the profile and leaves the "
                         "database; --force deletes the database, too");
}

static bool
drop_storage(struct db *db, struct arena *arena, bool *dropped,
             struct duet_error *err)
{
    struct storage storage;

    if (!db_begin(db, err))
        return false;
    if (storage_lock(db, err) && storage_inspect(db, arena, &storage, err) &&
        storage_drop(db, err) && db_commit(db, err)) {
        *dropped = storage.state != STORAGE_NONE;
        return true;
    }
    db_rollback(db);
    return false;
}

/* The database was there before, and may have gone since. */
static bool
remove_tables(const struct place *place, bool *removed, struct duet_error *err)
{
    SCOPED(db_close) struct db *db = NULL;
    bool exists;

    if (!place->kind->exists(place, &exists, err))
        return false;
    return !exists || (place_open(place, &db, err) &&
                       (drop_storage(db, place->arena, removed, err) ||
                        err_wrap(err, "database '%s'", place->shown)));
}

static bool
remove_what(const struct place *place, const struct profile *profile,
            enum delete_how how, enum profile_created *what,
            struct duet_error *err)
{
    enum profile_created wanted =
        how == DELETE_ALL ? place->kind->whole : profile->created;
    bool removed = false;
    bool done = true;

    if (how == DELETE_CREATED && wanted == place->kind->whole &&
        !check_half_made(place, profile, err))
        return false;
    if (wanted == place->kind->whole)
        done = place->kind->remove(place, &removed, err);
    else if (wanted == CREATED_TABLES)
        done = remove_tables(place, &removed, err);
    *what = removed ? wanted : CREATED_NOTHING;
    return done;
}

/* What another version wrote as a URL can be forgotten all the same. */
static bool
remove_from(struct arena *arena, const struct profile *profile,
            enum delete_how how, const struct db_trace *trace,
            struct deleted *out, struct duet_error *err)
{
    struct place place = {0};

    if (how == DELETE_NOTHING) {
        out->shown = place_shown(arena, profile->url);
        return true;
    }
    if (!place_init(&place, arena, profile->url, trace, err))
        return false;
    out->shown = place.shown;
    return remove_what(&place, profile, how, &out->what, err);
}

bool
profile_delete(struct arena *arena, const char *name, enum delete_how how,
               const struct db_trace *trace, struct deleted *out,
               struct duet_error *err)
{
    SCOPED(home_unlock) struct home_lock lock = {0};
    SCOPED(registry_close) struct registry registry = {0};
    struct deleted gone = {0};
    const char *home;

    /* A wrong name makes no registry and takes no lock. */
    if (!profile_may_delete(arena, name, how, err) ||
        !home_find(arena, &home, err) ||
        !registry_open(&registry, arena, home, REGISTRY_WRITE, err) ||
        !home_lock(&lock, home, name, err) ||
        !find(&registry, arena, name, how, &gone.profile, err) ||
        !remove_from(arena, &gone.profile, how, trace, &gone, err) ||
        !registry_remove(&registry, name, err))
        return false;
    *out = gone;
    return true;
}
