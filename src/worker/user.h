/*
 * The user that a server runs as: PostgreSQL refuses to be root.
 */
#ifndef DUET_WORKER_USER_H
#define DUET_WORKER_USER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"
#include "duet.h"

struct user {
    const char *name; /* NULL: the one who calls, whatever it is called */
    uid_t uid;
    gid_t gid;
    bool is_other; /* than the one who calls, who is root then */
};

/*
 * As root the one called RUN_AS, else, if that is NULL, SUDO_UID's, postgres or
 * nobody; otherwise the one who calls, and RUN_AS can be no other.
 */
bool user_find(struct user *out, struct arena *arena, const char *run_as,
               struct duet_error *err);

#endif
