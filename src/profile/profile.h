/*
 * Profiles: databases that have a name, and which of them a command means.
 */
#ifndef DUET_PROFILE_PROFILE_H
#define DUET_PROFILE_PROFILE_H

#include <stdbool.h>

#include "base/arena.h"
#include "duet.h"

/* What duet made for a profile, and so takes away with it. */
enum profile_created {
    CREATED_NOTHING,  /* the database was there and is used as it is */
    CREATED_FILE,     /* the file of an SQLite database */
    CREATED_DATABASE, /* a database on a server */
    CREATED_TABLES    /* the storage's tables in a database that was there */
};

struct profile {
    const char *name;
    const char *url; /* with its password: never show it */
    enum profile_created created;
    /*
     * False from before its database is made until all of it is there: what a
     * process that was killed leaves.  Such a profile is in no list.
     */
    bool ready;
    bool is_default;
    const char *made;       /* when, as 2025-11-23T11:40:00Z */
    const char *migrations; /* its own directory, or NULL */
    const char *schema;     /* the same */
};

/* The word for it: "nothing", "file", "database", "tables". */
const char *profile_created_name(enum profile_created created);

/*
 * A name is 1 to 64 letters, digits, '_', '.' and '-', and starts with a
 * letter or digit.  "profiles" is the name of the registry's file.
 */
bool profile_name_check(const char *name, struct duet_error *err);

/*
 * The database that is meant, with what a profile says of it: of one that is
 * no profile's the URL alone is set.  It is that of URL_OPTION, else the
 * profile of PROFILE_OPTION, else of DUET_PROFILE, else DATABASE_URL (the
 * variable, then that of the file `.env` in the working directory), else the
 * default profile.  The options may be NULL.  The URL may hold a password.
 */
bool profile_resolve(struct arena *arena, const char *url_option,
                     const char *profile_option, struct profile *out,
                     struct duet_error *err);

/* The profile NAME, which must be ready; the default one for NULL. */
bool profile_find(struct arena *arena, const char *name, struct profile *out,
                  struct duet_error *err);

/* All that are ready, in name order. */
bool profile_list(struct arena *arena, struct profile **out, size_t *count,
                  struct duet_error *err);

bool profile_set_default(const char *name, struct duet_error *err);

#endif
