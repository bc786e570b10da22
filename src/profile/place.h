/*
 * Where the database of a profile is: in a file, or on a server.  What the
 * engines do differently about a database as a whole is a function here.
 */
#ifndef DUET_PROFILE_PLACE_H
#define DUET_PROFILE_PLACE_H

#include "db/db.h"
#include "profile/profile.h"

struct place;

struct place_kind {
    const char *engine;
    const char *const *schemes; /* of URLs, NULL at the end */
    enum profile_created whole; /* what create() makes */

    /* Check PLACE's url, make it absolute and fill in shown. */
    bool (*settle)(struct place *place, struct duet_error *err);
    bool (*exists)(const struct place *place, bool *exists,
                   struct duet_error *err);
    /* The URL of an empty one, to be read as what create() would make. */
    const char *(*blank)(const struct place *place);
    /* MADE is false where somebody else was quicker. */
    bool (*create)(const struct place *place, bool *made,
                   struct duet_error *err);
    /* One that isn't there is no error: REMOVED is false. */
    bool (*remove)(const struct place *place, bool *removed,
                   struct duet_error *err);
};

extern const struct place_kind place_file;
extern const struct place_kind place_server;

struct place {
    const struct place_kind *kind;
    struct arena *arena;
    const char *url;   /* as it is stored: with its password */
    const char *shown; /* the file's path, or the URL without passwords */
    bool is_private;   /* only the user may read the file that is made */
    bool is_ours;      /* duet has made it, and so chooses its settings */
    struct db_trace trace;
};

/* The text is a URL of an engine that there is. */
bool place_is_url(const char *url);

/* The URL without its passwords. */
const char *place_redact(struct arena *arena, const char *url);

/*
 * Fill PLACE in from URL; what is behind it need not exist.  TRACE is told the
 * statements that are run there.
 */
bool place_init(struct place *place, struct arena *arena, const char *url,
                const struct db_trace *trace, struct duet_error *err);

/* What to show for a profile's URL: PLACE's shown, or for a wrong URL "". */
const char *place_shown(struct arena *arena, const char *url);
const char *place_engine(const char *url);

/* Both are the same database, though maybe with another password. */
bool place_same(struct arena *arena, const char *one, const char *other);

/* Make the database, unless it is there. */
bool place_make(const struct place *place, struct duet_error *err);

/* PLACE's URL, or where nothing is there that of an empty database. */
bool place_url_or_blank(const struct place *place, const char **url,
                        struct duet_error *err);

/* Open the database that is there. */
bool place_open(const struct place *place, struct db **db,
                struct duet_error *err);

#endif
