/*
 * Making a profile.  What is done outside the registry is recorded there
 * before, so that whoever is killed half-way leaves a profile that is not
 * ready, and the same call made again finishes it:
 *
 *   1  the registry says what is about to be made
 *   2  the file, or the database on the server, is made
 *   3  one transaction makes the tables and rows
 *   4  the registry says that the profile is ready
 *
 * When it fails, it takes away what it made, the record last.
 */
#ifndef DUET_PROFILE_MAKE_H
#define DUET_PROFILE_MAKE_H

#include "db/db.h"
#include "profile/profile.h"

enum make_how {
    /*
     * The storage and presto's rows, also in a database that has other
     * tables.  A profile that is there already gets what it lacks.
     */
    MAKE_PRESTO,
    /* The storage, but a database that has tables is used as it is. */
    MAKE_STORAGE,
    /* No tables. */
    MAKE_EMPTY,
    /* Nothing at all: the database must be there. */
    MAKE_NOTHING
};

struct make_request {
    enum make_how how;
    const char *name;
    const char *url;        /* NULL: a file of that name beside the registry */
    const char *migrations; /* its own directory, or NULL */
    const char *schema;     /* the same */
    struct db_trace trace;  /* told the statements on the profile's database */
};

struct made {
    struct profile profile;
    const char *engine;
    const char *shown; /* the file's path, or the URL without passwords */
    int64_t computer;  /* the id of presto's */
    bool was_ready;    /* the profile was there before */
    bool is_first;     /* it became the default, there was none */
};

bool profile_make(struct arena *arena, const struct make_request *request,
                  struct made *made, struct duet_error *err);

#endif
