#include "profile/place.h"

#include <string.h>

#include "base/err.h"
#include "db/url.h"

static const struct place_kind *const kinds[] = {&place_file, &place_server};

static const struct place_kind *
kind_of(const char *url)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        for (const char *const *s = kinds[i]->schemes; *s != NULL; s++)
            if (strncmp(url, *s, strlen(*s)) == 0)
                return kinds[i];
    return NULL;
}

bool
place_is_url(const char *url)
{
    return kind_of(url) != NULL;
}

const char *
place_redact(struct arena *arena, const char *url)
{
    /* Asterisks may be longer than the password that they stand for. */
    size_t size = strlen(url) * 4 + 1;
    char *shown = arena_alloc(arena, size);

    url_redact(url, shown, size);
    return shown;
}

bool
place_init(struct place *place, struct arena *arena, const char *url,
           const struct db_trace *trace, struct duet_error *err)
{
    struct place made = {.kind = kind_of(url), .arena = arena, .url = url};

    if (trace != NULL)
        made.trace = *trace;
    if (made.kind == NULL) {
        (void)err_set(err, DUET_ERROR_USAGE,
                      "'%s' is not the URL of a database",
                      place_redact(arena, url));
        return err_hint(err, "write sqlite:PATH or postgres://HOST/DATABASE");
    }
    if (!made.kind->settle(&made, err))
        return false;
    *place = made;
    return true;
}

const char *
place_shown(struct arena *arena, const char *url)
{
    struct place place = {0};

    return place_init(&place, arena, url, NULL, NULL) ? place.shown : "";
}

const char *
place_engine(const char *url)
{
    const struct place_kind *kind = kind_of(url);

    return kind == NULL ? "" : kind->engine;
}

bool
place_same(struct arena *arena, const char *one, const char *other)
{
    return strcmp(one, other) == 0 ||
           strcmp(place_redact(arena, one), place_redact(arena, other)) == 0;
}

bool
place_make(const struct place *place, struct duet_error *err)
{
    bool exists = false;
    bool made = false;

    return place->kind->exists(place, &exists, err) &&
           (exists || place->kind->create(place, &made, err));
}

bool
place_url_or_blank(const struct place *place, const char **url,
                   struct duet_error *err)
{
    bool exists = false;

    if (!place->kind->exists(place, &exists, err))
        return false;
    *url = exists ? place->url : place->kind->blank(place);
    return true;
}

bool
place_open(const struct place *place, struct db **db, struct duet_error *err)
{
    const struct db_options options = {.create = place->is_ours,
                                       .trace = place->trace};

    return db_open(db, place->url, &options, err);
}
