/*
 * A worker's profile as PostgreSQL has it: a server of its own.
 */
#include <string.h>

#include "worker/cluster.h"
#include "worker/own_profile_part.h"

static void
export_server(struct opening *opening, const struct cluster *cluster)
{
    opening_export(opening, "PGHOST", cluster->host);
    opening_export(opening, "PGHOSTADDR", ""); /* it goes before PGHOST */
    opening_export(opening, "PGPORT", cluster->port);
    opening_export(opening, "PGUSER", cluster->user);
    opening_export(opening, "PGDATABASE", cluster->database);
}

static bool
open_cluster(struct opening *opening, struct duet_error *err)
{
    const struct own_profile_options *options = opening->options;
    struct own_profile *out = opening->out;
    struct cluster cluster;
    struct cluster_options request = {
        .bin = options->bin,
        .run_as = options->run_as,
        .tree = &opening->tree,
        .seed = *out->seed != '\0' ? out->seed : NULL,
        .name = opening->directory,
        .time_to_live = options->time_to_live,
        .keep = options->keep,
    };

    memcpy(request.owners, options->owners, sizeof request.owners);
    if (!cluster_start(&cluster, opening->arena, &request, err))
        return false;
    out->place = cluster.place;
    out->url = cluster.url;
    out->own_url = cluster_own_url(opening->arena, cluster.url);
    export_server(opening, &cluster);
    return true;
}

const struct own_profile_engine own_profile_cluster = {
    .name = "postgres",
    .open = open_cluster,
};
