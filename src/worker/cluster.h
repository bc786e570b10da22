/*
 * A private PostgreSQL server, for tests: in a directory of its own, reached
 * through a socket in it, and gone with those it was started for.
 *
 *     struct cluster cluster;
 *
 *     if (!cluster_start(&cluster, arena, &options, err))
 *         return false;
 *     use(cluster.url);
 *     return cluster_stop(&cluster, err);
 */
#ifndef DUET_WORKER_CLUSTER_H
#define DUET_WORKER_CLUSTER_H

#include "migrate/tree.h"
#include "worker/ephemeral.h"

struct cluster_options {
    const char *bin;    /* the directory of its programs; NULL: PG_BIN, else
                           the newest that is found */
    const char *run_as; /* as root: the user it runs as; NULL: SUDO_UID's,
                           postgres or nobody */
    const char *locale; /* NULL: C, with UTF-8 */
    const struct tree *tree; /* its database is brought up to the head of it;
                                NULL: it is empty */
    const char *seed;        /* SQL that runs after that, or NULL */
    const char *const *settings; /* "name=value", NULL at the end; or NULL */
    bool tcp; /* listen on 127.0.0.1, too, with a password that is drawn */
    const char *name; /* of its directory; NULL: one that is new */
    struct process owners[OWNERS_MAX];
    unsigned time_to_live; /* milliseconds; 0: no limit */
    bool keep;             /* the directory stays when it ends */
};

struct cluster {
    struct ephemeral place;
    const char *url;  /* with its password, if it has one */
    const char *host; /* the directory of the socket */
    const char *port;
    const char *user;
    const char *database;
    const char *password; /* or NULL */
    const char *version;  /* "15.18" */
};

/*
 * Start one, from a template that is made the first time: of the empty
 * server, and of one for each TREE.  When this returns it takes connections.
 */
bool cluster_start(struct cluster *out, struct arena *arena,
                   const struct cluster_options *options,
                   struct duet_error *err);

/*
 * The URL of a cluster's socket for a connection of our own: PGHOSTADDR does
 * not lead it elsewhere.  Others don't all know what says so.
 */
const char *cluster_own_url(struct arena *arena, const char *url);

/* Stop it, and wait until nothing is left. */
bool cluster_stop(const struct cluster *cluster, struct duet_error *err);

/* The cluster in that directory; false where it holds none. */
bool cluster_of(struct cluster *out, struct arena *arena,
                const struct ephemeral *place);

#endif
