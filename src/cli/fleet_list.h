/*
 * The databases that the options of a fleet name, each with its tree.
 */
#ifndef DUET_CLI_FLEET_LIST_H
#define DUET_CLI_FLEET_LIST_H

#include "cli/fleet.h"
#include "migrate/fleet.h"
#include "profile/place.h"

struct fleet_tree;

/* A list, where each has a member and a place. */
struct fleet_list {
    struct invocation *invocation;
    struct fleet_member *members;
    struct place *places;
    size_t count;
    size_t size;
    size_t places_size;
    struct fleet_tree *trees; /* read so far */
};

/*
 * Start it as {0}.  A tree that can't be read is the failure of those whose it
 * is; a line that is no URL is an error.
 */
bool fleet_list_read(struct fleet_list *list, struct invocation *invocation,
                     const struct fleet_args *args, struct duet_error *err);
void fleet_list_clear(struct fleet_list *list);

#endif
