/*
 * What cluster.c shares with those that make its templates.
 */
#ifndef DUET_WORKER_CLUSTER_PART_H
#define DUET_WORKER_CLUSTER_PART_H

#include "base/arena.h"

/* The URL of a server whose socket is in that directory. */
const char *cluster_socket_url(struct arena *arena, const char *socket);

#endif
