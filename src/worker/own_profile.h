/*
 * The profile of one worker: a database of its own, migrated and seeded, on
 * the engine asked for.  It is a copy of a template that is made the first
 * time, and gone with the worker.
 */
#ifndef DUET_WORKER_OWN_PROFILE_H
#define DUET_WORKER_OWN_PROFILE_H

#include "worker/ephemeral.h"
#include "worker/identity.h"

struct own_profile_options {
    const char *engine;     /* NULL: DUET_ENGINE, else SQLite */
    const char *migrations; /* as for migrations_find() */
    const char *style;      /* as for tree_style_find() */
    const char *seed;       /* SQL; NULL: the tree's, or the storage's */
    const char *bin;        /* as in struct cluster_options */
    const char *run_as;     /* likewise */
    struct process owners[OWNERS_MAX];
    unsigned time_to_live; /* milliseconds; 0: no limit */
    bool shared; /* the same for all calls by this worker, not a new one */
    bool keep;   /* the files stay */
};

struct own_profile {
    const char *engine;
    const char *url;
    const char *own_url; /* the same, for connections of our own */
    const char *name;
    const char *home; /* the value for DUET_HOME */
    const char *seed; /* SQL that a clean one begins with; "" for none */
    const char *const *environment; /* "NAME=value", NULL at the end */
    struct ephemeral place;
};

/* The engines that there are, NULL at the end. */
extern const char *const own_profile_engines[];

/* OPTIONS are read during the call only; what OUT points to is in ARENA. */
bool own_profile_open(struct own_profile *out, struct arena *arena,
                      const struct identity *identity,
                      const struct own_profile_options *options,
                      struct duet_error *err);

/* Take it away, and wait until it is gone. */
bool own_profile_close(const struct own_profile *profile,
                       struct duet_error *err);

#endif
