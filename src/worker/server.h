/*
 * A PostgreSQL server that is quick to start and keeps nothing safe: for data
 * that are thrown away.
 */
#ifndef DUET_WORKER_SERVER_H
#define DUET_WORKER_SERVER_H

#include "worker/child.h"

/* On a socket a port is but a part of the file's name. */
#define SERVER_PORT "5432"

struct server {
    const char *bin;
    const char *data;
    const char *log;
    const char *socket;          /* the directory of its socket */
    const char *port;            /* SERVER_PORT, unless it is for TCP */
    const char *hba;             /* who may come by TCP; NULL: no TCP */
    const char *const *settings; /* "name=value", NULL at the end; or NULL */
    const struct user *user;
};

/* Start it, as a child of the thread that calls. */
bool server_begin(const struct server *server, pid_t *pid,
                  struct duet_error *err);

/*
 * Wait until it takes connections.  One that doesn't is ended, and the error
 * is what it said last.
 */
bool server_wait(const struct server *server, pid_t pid,
                 struct duet_error *err);

/* Both. */
bool server_start(const struct server *server, pid_t *pid,
                  struct duet_error *err);

/* End it and wait for it: SIGQUIT to throw it away, SIGINT to keep its data. */
void server_stop(pid_t pid, int number);

/* Run SQL with its data, while it does not run: statements with ;\n\n. */
bool server_single(const struct server *server, const char *database,
                   const char *sql, struct duet_error *err);

#endif
