#include "profile/profile.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "db/url.h"
#include "profile/dotenv.h"
#include "profile/home.h"
#include "profile/place.h"
#include "profile/registry.h"

enum { NAME_LEN = 64 };

static const char alphanumeric[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "abcdefghijklmnopqrstuvwxyz"
                                   "0123456789";

static bool
name_refused(const char *name, struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_USAGE, "'%.80s' is no name for a profile",
                  name);
    return err_hint(err,
                    "a name is 1 to %d letters, digits, '_', '.' and '-', "
                    "and starts with a letter or digit",
                    NAME_LEN);
}

bool
profile_name_check(const char *name, struct duet_error *err)
{
    size_t len = 0;

    while (name[len] != '\0' && (strchr(alphanumeric, name[len]) != NULL ||
                                 strchr("_.-", name[len]) != NULL))
        len++;
    if (name[len] != '\0' || len == 0 || len > NAME_LEN ||
        strchr(alphanumeric, *name) == NULL)
        return name_refused(name, err);
    if (strcmp(name, "profiles") == 0) {
        (void)err_set(err, DUET_ERROR_USAGE,
                      "'profiles' is no name for a profile");
        return err_hint(err, "it is the registry's own; take another one");
    }
    return true;
}

/* Open the registry that profile_*() read. */
static bool
open_to_read(struct registry *registry, struct arena *arena,
             struct duet_error *err)
{
    const char *home;

    return home_find(arena, &home, err) &&
           registry_open(registry, arena, home, REGISTRY_READ, err);
}

static bool
no_profile(const char *name, struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_USAGE, "there is no profile '%s'", name);
    return err_hint(err,
                    "duet profile list shows those there are; duet presto %s "
                    "makes one",
                    name);
}

static bool
no_default(struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_USAGE,
                  "no database is named, and there "
                  "is no default profile");
    return err_hint(err, "duet presto makes one; or name a database with -u "
                         "URL or a profile with -p NAME");
}

static bool
half_made(const char *name, struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_USAGE, "profile '%s' is made only by half",
                  name);
    return err_hint(err,
                    "duet presto %s makes the rest; duet profile delete "
                    "%s takes it away",
                    name, name);
}

bool
profile_find(struct arena *arena, const char *name, struct profile *out,
             struct duet_error *err)
{
    SCOPED(registry_close) struct registry registry = {0};
    struct profile profile;
    bool found;

    if ((name != NULL && !profile_name_check(name, err)) ||
        !open_to_read(&registry, arena, err) ||
        !registry_get(&registry, arena, name, &profile, &found, err))
        return false;
    if (!found)
        return name != NULL ? no_profile(name, err) : no_default(err);
    if (!profile.ready)
        return half_made(profile.name, err);
    *out = profile;
    return true;
}

bool
profile_list(struct arena *arena, struct profile **out, size_t *count,
             struct duet_error *err)
{
    SCOPED(registry_close) struct registry registry = {0};

    return open_to_read(&registry, arena, err) &&
           registry_list(&registry, arena, out, count, err);
}

bool
profile_set_default(const char *name, struct duet_error *err)
{
    SCOPED(registry_close) struct registry registry = {0};
    SCOPED(arena_clear) struct arena arena = {0};
    struct profile profile;
    const char *home;
    bool found;

    /* This tells what is wrong with the name, and makes no empty registry. */
    if (!profile_find(&arena, name, &profile, err) ||
        !home_find(&arena, &home, err) ||
        !registry_open(&registry, &arena, home, REGISTRY_WRITE, err) ||
        !registry_set_default(&registry, name, &found, err))
        return false;
    return found || no_profile(name, err);
}

/* URL is NULL where the environment has none. */
static bool
from_environment(struct arena *arena, const char **url, struct duet_error *err)
{
    const char *value = getenv("DATABASE_URL");
    const char *where = "DATABASE_URL";
    const char *text = NULL;

    *url = NULL;
    if (value == NULL || *value == '\0') {
        where = "DATABASE_URL in .env";
        if (!path_read(arena, ".env", &text, err))
            return false;
        value = text == NULL ? NULL : dotenv_find(arena, text, "DATABASE_URL");
    }
    if (value == NULL || *value == '\0')
        return true;
    if (!place_is_url(value)) {
        (void)err_set(err, DUET_ERROR_USAGE,
                      "%s is '%s', which is no URL of an engine that duet "
                      "knows",
                      where, place_redact(arena, value));
        return err_hint(err, "write sqlite:PATH or postgres://HOST/DATABASE, "
                             "or name another database with -u or -p");
    }
    *url = arena_text(arena, value);
    return true;
}

bool
profile_resolve(struct arena *arena, const char *url_option,
                const char *profile_option, struct profile *out,
                struct duet_error *err)
{
    const char *name = profile_option;
    struct profile profile = {0};

    *out = profile;
    if (url_option != NULL && profile_option != NULL) {
        (void)err_set(err, DUET_ERROR_USAGE,
                      "a URL and a profile are given: which one is meant?");
        return err_hint(err, "give either -u or -p");
    }
    if (url_option != NULL) {
        out->url = url_option;
        return true;
    }
    if (name == NULL)
        name = getenv("DUET_PROFILE");
    if (profile_option == NULL && (name == NULL || *name == '\0')) {
        const char *found;

        if (!from_environment(arena, &found, err))
            return false;
        if (found != NULL) {
            out->url = found;
            return true;
        }
        name = NULL;
    }
    if (!profile_find(arena, name, &profile, err)) {
        if (profile_option == NULL && name != NULL)
            (void)err_wrap(err, "DUET_PROFILE");
        return false;
    }
    *out = profile;
    return true;
}
