/*
 * How clusters are shown.
 */
#ifndef DUET_CLI_CLUSTER_VIEW_H
#define DUET_CLI_CLUSTER_VIEW_H

#include "base/json.h"
#include "cli/command.h"
#include "worker/cluster.h"

/* Its URL with the password, for whoever has started it; or all of it. */
void cluster_view(const struct invocation *invocation,
                  const struct cluster *cluster);

/* A line for each of those that are there, without passwords. */
void cluster_view_list(const struct invocation *invocation,
                       const struct cluster *clusters, size_t count);

/* What was taken away. */
void cluster_view_gone(const struct invocation *invocation,
                       const struct ephemeral *gone, size_t count);

#endif
