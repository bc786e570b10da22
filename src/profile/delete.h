/*
 * Deleting a profile and what duet made for it: first the database, then the
 * entry of the registry, so that who is killed in between can do it again.
 */
#ifndef DUET_PROFILE_DELETE_H
#define DUET_PROFILE_DELETE_H

#include "db/db.h"
#include "profile/profile.h"

enum delete_how {
    DELETE_CREATED, /* what duet made; if that is nothing it is refused */
    DELETE_ALL,     /* the database, whoever made it */
    DELETE_NOTHING  /* the entry alone */
};

struct deleted {
    struct profile profile;
    /* What is gone now; CREATED_NOTHING too if it had been gone before. */
    enum profile_created what;
    const char *shown; /* the file's path, or the URL without passwords */
};

/* Whether there is such a profile, and may be deleted in that way. */
bool profile_may_delete(struct arena *arena, const char *name,
                        enum delete_how how, struct duet_error *err);

/* TRACE is told the statements on the profile's database; may be NULL. */
bool profile_delete(struct arena *arena, const char *name, enum delete_how how,
                    const struct db_trace *trace, struct deleted *out,
                    struct duet_error *err);

#endif
